/**
 * From gradients to steps upwards. With the gradient g, the correction ξ, and the pace c (1 of the actor, `valueStep` of the critic),
 *
 *     sgd     θ ← θ + η (c g + ξ)
 *     adam    m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²                     (Kingma and Ba 2015)
 *             θ ← θ + η (c m̂ / (√v̂ + ε) + ξ),    m̂ = m / (1 − β₁ᵗ),   v̂ = v / (1 − β₂ᵗ)
 *
 * Control variates are what steps of size η should be more, so they stay outside the moments: where they say nothing, as behind
 * a server's mean of single steps, they change nothing.
 *
 * Of Adam the peers exchange θ alone, and m and v stay with their peer (`shared=parameters`), or m and v, too: they lie behind
 * θ in the row, and whatever becomes of θ becomes of them (`shared=all`). An aggregation that extrapolates may make v
 * negative; it counts as 0 then. t always is the peer's own count.
 */
import { z } from 'zod'

const DECAY = 0.9
const SQUARES_DECAY = 0.999
const EPSILON = 1e-8

/** Options of every learner that follows a gradient with an optimiser. */
export const optimiserOptions = {
  optimiser: z.enum(['sgd', 'adam']).default('sgd'),
  shared: z
    .enum(['parameters', 'all'])
    .default('parameters')
    .describe('what peers exchange of adam: the parameters, or its moments, too')
}

export interface OptimiserOptions {
  readonly optimiser: 'sgd' | 'adam'
  readonly shared: 'parameters' | 'all'
}

export interface Optimiser {
  /** One step of peer i from the row of θ at `row`. */
  step(
    i: number,
    theta: Float64Array,
    row: number,
    gradient: Float64Array,
    correction: Float64Array | undefined
  ): void
  /** Peer i has taken no step yet. */
  restart(i: number): void
  /** What later steps depend on besides the row, per peer. */
  readonly state: Readonly<Record<string, Float64Array>>
}

/** What is optimised. */
export interface Optimised {
  readonly peers: number
  readonly stepSize: number
  /** Doubles of actor and critic together, and of the actor, which is first. */
  readonly learnt: number
  readonly actor: number
  readonly valueStep: number
}

/** Doubles of a row behind those of actor and critic. */
export const momentsInRow = ({ optimiser, shared }: OptimiserOptions, learnt: number): number =>
  optimiser === 'adam' && shared === 'all' ? 2 * learnt : 0

export const optimiserOf = (options: OptimiserOptions, what: Optimised): Optimiser =>
  options.optimiser === 'sgd' ? sgd(what) : adam(what, options.shared === 'all')

function sgd({ stepSize, learnt, actor, valueStep }: Optimised): Optimiser {
  return {
    state: {},
    restart: () => {},
    step(_, theta, row, gradient, correction) {
      for (let j = 0; j < learnt; j++) {
        const own = j < actor ? gradient[j]! : valueStep * gradient[j]!
        const g = correction === undefined ? own : own + correction[row + j]!
        theta[row + j] = theta[row + j]! + stepSize * g
      }
    }
  }
}

function adam({ peers, stepSize, learnt, actor, valueStep }: Optimised, isShared: boolean): Optimiser {
  /** m, then v of each peer, where the row does not hold them. */
  const moments = new Float64Array(isShared ? 0 : 2 * learnt * peers)
  /** β₁ᵗ and β₂ᵗ of each peer. */
  const decays = new Float64Array(2 * peers).fill(1)
  return {
    state: isShared ? { decays } : { decays, moments },
    restart(i) {
      decays.fill(1, 2 * i, 2 * i + 2)
      if (!isShared) moments.fill(0, 2 * learnt * i, 2 * learnt * (i + 1))
    },
    step(i, theta, row, gradient, correction) {
      const held = isShared ? theta : moments
      const first = isShared ? row + learnt : 2 * learnt * i
      decays[2 * i] = DECAY * decays[2 * i]!
      decays[2 * i + 1] = SQUARES_DECAY * decays[2 * i + 1]!
      const missing = 1 - decays[2 * i]!
      const missingSquares = 1 - decays[2 * i + 1]!
      for (let j = 0; j < learnt; j++) {
        const g = gradient[j]!
        const m = DECAY * held[first + j]! + (1 - DECAY) * g
        const v = SQUARES_DECAY * Math.max(held[first + learnt + j]!, 0) + (1 - SQUARES_DECAY) * (g * g)
        held[first + j] = m
        held[first + learnt + j] = v
        const step = m / missing / (Math.sqrt(v / missingSquares) + EPSILON)
        const own = j < actor ? step : valueStep * step
        const more = correction === undefined ? own : own + correction[row + j]!
        theta[row + j] = theta[row + j]! + stepSize * more
      }
    }
  }
}
