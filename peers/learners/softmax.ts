/**
 * Federated softmax policy gradient (S-FedPG, Labbi, Mangold, Tiapkin, Moulines 2025): θ ∈ R^{S×A}, the policy is
 * softmax per state, and a local step is θ ← θ + η (ĝ + ξ), where ĝ estimates the gradient of the return truncated
 * after T steps from the reset distribution,
 *
 *     ∇J = E[ Σ_{l<T} ∇ log π(a_l|s_l) G_l ],   G_l = Σ_{l≤t<T} γ^t r_t,   ∇ log π(a|s)[s, ·] = e_a − π(·|s).
 *
 * `expected` sampling takes ∇J itself, by one pass backward (Q with h steps to go) and one forward (occupancies);
 * otherwise ĝ is REINFORCE's mean over B trajectories, each started afresh, whether `iid` or `markov`.
 */
import { z } from 'zod'
import { exp } from '../../src/core/elementary.ts'
import { anew, nextUint32, seedInto } from '../../src/core/random.ts'
import type { Fleet, Learner, LearnerFamily, LearnerSettings, RandomStream } from '../../src/interfaces.ts'
import { aliasTables, drawAlias, fillAliasTable } from './alias-table.ts'

interface SoftmaxOptions {
  readonly horizon: number
  readonly batch: number
}

export const softmax: LearnerFamily<SoftmaxOptions> = {
  description:
    'tabular softmax policy gradient: exact with expected sampling, else REINFORCE (iid and markov are the same)',
  options: z.strictObject({
    horizon: z.int().min(1).max(100_000).default(20).describe('steps after which the return is truncated'),
    batch: z.int().min(1).max(1_000_000).default(20).describe('trajectories per local step')
  }),
  readOut: { measures: 'policy', policyInto },
  build: (fleet, settings, options) =>
    settings.sampling === 'expected'
      ? exactGradient(fleet, settings, options)
      : reinforce(fleet, settings, options)
}

/** π(·|s) = softmax of `theta[row + s A .. + A]` for every state, into `out[s A + a]`. */
export function policyInto(actions: number, theta: Float64Array, row: number, out: Float64Array): void {
  for (let at = 0; at < out.length; at += actions) {
    let most = theta[row + at]!
    for (let a = 1; a < actions; a++) most = Math.max(most, theta[row + at + a]!)
    let sum = 0
    for (let a = 0; a < actions; a++) {
      out[at + a] = exp(theta[row + at + a]! - most)
      sum += out[at + a]!
    }
    for (let a = 0; a < actions; a++) out[at + a] = out[at + a]! / sum
  }
}

/** θ ← θ + η (ĝ + ξ) on one row. */
function ascend(
  theta: Float64Array,
  row: number,
  gradient: Float64Array,
  stepSize: number,
  correction: Float64Array | undefined
): void {
  for (let j = 0; j < gradient.length; j++) {
    const g = correction === undefined ? gradient[j]! : gradient[j]! + correction[row + j]!
    theta[row + j] = theta[row + j]! + stepSize * g
  }
}

function exactGradient(
  fleet: Fleet,
  { localSteps, stepSize }: LearnerSettings,
  { horizon }: SoftmaxOptions
): Learner {
  const { states, actions, branching, discount, successors, probabilities, rewards, reset } = fleet
  const size = states * actions
  const policy = new Float64Array(size)
  const gradient = new Float64Array(size)
  const advantages = new Float64Array(horizon * size)
  let values = new Float64Array(states)
  let nextValues = new Float64Array(states)
  let occupancy = new Float64Array(states)
  let nextOccupancy = new Float64Array(states)

  /** `advantages[t * size + s A + a]` = Q − V with horizon − t steps to go. */
  function backward(peer: number): void {
    nextValues.fill(0)
    for (let t = horizon - 1; t >= 0; t--) {
      for (let s = 0; s < states; s++) {
        let v = 0
        for (let a = 0; a < actions; a++) {
          const at = (peer * states + s) * actions + a
          let q = 0
          for (let k = at * branching; k < (at + 1) * branching; k++)
            q += probabilities[k]! * nextValues[successors[k]!]!
          q = rewards[at]! + discount * q
          advantages[t * size + s * actions + a] = q
          v += policy[s * actions + a]! * q
        }
        values[s] = v
        for (let a = 0; a < actions; a++) {
          const at = t * size + s * actions + a
          advantages[at] = advantages[at]! - v
        }
      }
      ;[values, nextValues] = [nextValues, values]
    }
  }

  /** Σ_t γ^t d_t(s) π(a|s) (Q − V). */
  function forward(peer: number): void {
    gradient.fill(0)
    occupancy.set(reset)
    for (let t = 0; t < horizon; t++) {
      nextOccupancy.fill(0)
      for (let s = 0; s < states; s++) {
        const mass = occupancy[s]!
        if (mass === 0) continue
        for (let a = 0; a < actions; a++) {
          const j = s * actions + a
          const weight = mass * policy[j]!
          gradient[j] = gradient[j]! + weight * advantages[t * size + j]!
          const at = ((peer * states + s) * actions + a) * branching
          for (let k = at; k < at + branching; k++) {
            const s2 = successors[k]!
            nextOccupancy[s2] = nextOccupancy[s2]! + discount * weight * probabilities[k]!
          }
        }
      }
      ;[occupancy, nextOccupancy] = [nextOccupancy, occupancy]
    }
  }

  return {
    name: 'softmax',
    parameters: size,
    state: {},
    restart: () => {},
    run(theta, stride, first, last, correction) {
      for (let i = first; i < last; i++) {
        for (let h = 0; h < localSteps; h++) {
          policyInto(actions, theta, i * stride, policy)
          backward(i)
          forward(i)
          ascend(theta, i * stride, gradient, stepSize, correction)
        }
      }
    }
  }
}

function reinforce(fleet: Fleet, settings: LearnerSettings, { horizon, batch }: SoftmaxOptions): Learner {
  const { peers, states, actions, discount } = fleet
  const size = states * actions
  const words = new Int32Array(4 * peers)
  const restart = (i: number, incarnation: number): void =>
    seedInto(settings.seed, i, anew('learner', incarnation), words, 4 * i)
  for (let i = 0; i < peers; i++) restart(i, 0)
  const starts = aliasTables(1, states)
  fillAliasTable(starts, 0, fleet.reset, 0, states)

  const policy = new Float64Array(size)
  const gradient = new Float64Array(size)
  const visited = new Int32Array(horizon)
  const taken = new Int32Array(horizon)
  const gains = new Float64Array(horizon)

  /** One trajectory of peer `i` under `policy`: states, actions and γ^t r_t. */
  function rollOut(i: number, random: RandomStream): void {
    let s = drawAlias(starts, 0, random)
    let weight = 1
    for (let t = 0; t < horizon; t++) {
      const a = drawFrom(policy, s * actions, actions, random)
      visited[t] = s
      taken[t] = a
      const at = (i * states + s) * actions + a
      const k = drawFrom(fleet.probabilities, at * fleet.branching, fleet.branching, random)
      gains[t] = weight * drawReward(fleet, fleet.rewards[at]!, random)
      s = fleet.successors[at * fleet.branching + k]!
      weight *= discount
    }
  }

  /** Adds Σ_l (e_{a_l} − π(·|s_l)) G_l / B. */
  function accumulate(): void {
    let toGo = 0
    for (let t = horizon - 1; t >= 0; t--) {
      toGo += gains[t]!
      const share = toGo / batch
      const at = visited[t]! * actions
      for (let a = 0; a < actions; a++) gradient[at + a] = gradient[at + a]! - policy[at + a]! * share
      gradient[at + taken[t]!] = gradient[at + taken[t]!]! + share
    }
  }

  return {
    name: 'softmax',
    parameters: size,
    state: { words },
    restart,
    run(theta, stride, first, last, correction) {
      for (let i = first; i < last; i++) {
        const random = { words, at: 4 * i }
        for (let h = 0; h < settings.localSteps; h++) {
          policyInto(actions, theta, i * stride, policy)
          gradient.fill(0)
          for (let trajectory = 0; trajectory < batch; trajectory++) {
            rollOut(i, random)
            accumulate()
          }
          ascend(theta, i * stride, gradient, settings.stepSize, correction)
        }
      }
    }
  }
}

/** An index below `count`, by one draw, from the probabilities at `from`; rounding goes to the last possible one. */
function drawFrom(probabilities: Float64Array, from: number, count: number, random: RandomStream): number {
  const u = nextUint32(random) / 4294967296
  let sum = 0
  let possible = 0
  for (let k = 0; k < count; k++) {
    const p = probabilities[from + k]!
    if (p === 0) continue
    possible = k
    sum += p
    if (u < sum) return k
  }
  return possible
}

/** A reward of mean `mean`, scattered as the fleet says. */
function drawReward({ noise }: Fleet, mean: number, random: RandomStream): number {
  if (noise.kind === 'none') return mean
  const u = nextUint32(random) / 4294967296
  if (noise.kind === 'bernoulli') return u < Math.abs(mean) ? Math.sign(mean) : 0
  return mean + noise.halfWidth * (2 * u - 1)
}
