/**
 * A period of rounds on the mean path, as an affine map of the state of a `Recursion`: expected local steps, then the exchange.
 *
 * What a round conserves is no distance and is taken out: the sum of ζ, and for components of θ which nobody learns their mean. Where
 * these are not mixed, their differences stay, too.
 */
import type { Exchange, Recursion } from './exchange.ts'
import type { ExpectedSteps } from './expected-steps.ts'
import type { LinearMap } from './linear-map.ts'

/** The rounds of a period; of a graph that stays, one. */
export interface MeanRounds extends LinearMap {
  /** One of them: out = F_r x, and + g where `pulled`. */
  roundInto(round: number, x: Float64Array, pulled: boolean, out: Float64Array): void
  /** All of them, with g. */
  applyAffine(x: Float64Array, out: Float64Array): void
}

/** `leavesFree`: in components that nobody learns F is taken to be 0. */
export function meanRounds(recursion: Recursion, steps: ExpectedSteps, leavesFree = false): MeanRounds {
  const { peers, parameters: d, isFree } = steps.systems
  const { rows, exchanges, corrections } = recursion
  const size = rows * d
  const psi = new Float64Array(peers * d)
  let here = new Float64Array(size)
  let next = new Float64Array(size)
  const centre = centring(recursion, d, isFree)

  function roundInto(round: number, x: Float64Array, pulled: boolean, out: Float64Array): void {
    localStepsInto(recursion, steps, x, pulled, psi)
    exchangeInto(exchanges[round]!, steps, x, psi, out)
    centre(out)
    if (leavesFree && !pulled) for (let at = 0; at < size; at++) if (isFree[at % d] === 1) out[at] = 0
  }
  function all(x: Float64Array, pulled: boolean, out: Float64Array): void {
    here.set(x)
    for (let round = 0; round < exchanges.length; round++) {
      roundInto(round, here, pulled, next)
      ;[here, next] = [next, here]
    }
    out.set(here)
  }
  const local = peers * d * (corrections === undefined ? 1 : 2)
  return {
    size,
    work: exchanges.reduce((sum, { work }) => sum + d * (local + work), 0),
    roundInto,
    apply: (x, out) => all(x, false, out),
    applyAffine: (x, out) => all(x, true, out)
  }
}

/** ψ_i = M_i e_i + R_i ζ_i, and + g_i where `pulled`. */
export function localStepsInto(
  { starts, corrections }: Pick<Recursion, 'starts' | 'corrections'>,
  { systems, kept, reply, gain }: ExpectedSteps,
  x: Float64Array,
  pulled: boolean,
  out: Float64Array
): void {
  const { peers, parameters: d } = systems
  for (let i = 0; i < peers; i++) {
    const from = starts[i]! * d
    const corrected = ((corrections ?? 0) + i) * d
    for (let j = 0; j < d; j++) {
      const row = (i * d + j) * d
      let sum = pulled ? gain[i * d + j]! : 0
      for (let k = 0; k < d; k++) sum += kept[row + k]! * x[from + k]!
      if (reply !== undefined) for (let k = 0; k < d; k++) sum += reply[row + k]! * x[corrected + k]!
      out[i * d + j] = sum
    }
  }
}

/** The state before the first round, where peers begin at θ_i − θ* = `start`, d numbers each. */
export function beginning(recursion: Recursion, d: number, start: Float64Array): Float64Array {
  const { rows, starts } = recursion
  const state = new Float64Array(rows * d)
  if (starts.every((row, i) => row === i)) state.set(start)
  recursion.begin?.(start, d, state)
  return state
}

/** What an exchange makes of a state, where local steps led to `psi`. */
export function exchangeInto(
  exchange: Exchange,
  { systems, stepSize, localSteps }: ExpectedSteps,
  state: Float64Array,
  psi: Float64Array,
  out: Float64Array
): void {
  exchange.into(state, psi, systems.parameters, out)
  exchange.drift?.(state, systems.parameters, stepSize * localSteps, out)
}

/** Takes out of a state what rounds conserve. */
function centring(
  { rows, starts, corrections, levels }: Recursion,
  d: number,
  isFree: ArrayLike<number>
): (x: Float64Array) => void {
  const peers = starts.length
  const learning = corrections ?? rows
  const free = Array.from({ length: d }, (_, j) => j).filter(j => isFree[j] === 1)
  const started = Math.min(peers, learning)
  return x => {
    for (const j of free) {
      let sum = 0
      for (let row = 0; row < started; row++) sum += x[row * d + j]!
      for (let row = 0; row < rows; row++) x[row * d + j] = x[row * d + j]! - (levels[row]! * sum) / started
    }
    if (corrections === undefined) return
    for (let j = 0; j < d; j++) {
      let sum = 0
      for (let i = 0; i < peers; i++) sum += x[(corrections + i) * d + j]!
      for (let i = 0; i < peers; i++) {
        const at = (corrections + i) * d + j
        x[at] = x[at]! - sum / peers
      }
    }
  }
}
