/**
 * The expected local steps of linear TD, θ ← θ − η (A_i θ − b_i − ξ_i), as one map per peer. With θ_i = θ* + e_i and
 * ζ_i = ηHξ_i, H of them lead from e_i to
 *
 *     ψ_i = M_i e_i + R_i ζ_i + g_i,   M_i = (I − ηA_i)^H,   R_i = Σ_{h<H} (I − ηA_i)^h / H,   g_i = ηH R_i (b_i − A_i θ*).
 */
import { linearSystem, stationaryDistributions } from '../../peers/environments/exact.ts'
import { product } from '../core/linear.ts'
import type { Fleet, ValueTarget } from '../interfaces.ts'
import { freeComponents } from '../metrics/value-judge.ts'

/** What a peer's steps depend on besides its environment. */
export interface StepSettings {
  readonly localSteps: number
  readonly stepSize: number
}

/** A_i, and b_i − A_i θ*, of all peers. */
export interface LinearSystems {
  readonly fleet: Fleet
  readonly peers: number
  /** d */
  readonly parameters: number
  /** A_i, d × d each. */
  readonly matrices: Float64Array
  /** b_i − A_i θ*, d each: what pulls peer i away from θ*. */
  readonly forces: Float64Array
  /** μ_i(s) at `i * states + s`. */
  readonly stationary: Float64Array
  /** 1 for each component of θ that no peer learns. */
  readonly isFree: ArrayLike<number>
}

export interface ExpectedSteps extends StepSettings {
  readonly systems: LinearSystems
  /** M_i, d × d each. */
  readonly kept: Float64Array
  /** R_i, d × d each; undefined where nothing is corrected. */
  readonly reply: Float64Array | undefined
  /** g_i, d each. */
  readonly gain: Float64Array
}

/** Local steps that enlarge θ so much in one round do not converge. */
const BLOWN_UP = 1e6

/** Multiplications that `linearSystems` takes. */
export const systemsWork = ({ peers, states, features }: Fleet): number =>
  peers * states * (states * states + features.count * features.count)

export function linearSystems(fleet: Fleet, solution: Float64Array, target?: ValueTarget): LinearSystems {
  const { peers, states } = fleet
  const d = fleet.features.count
  const stationary = stationaryDistributions(fleet)
  const matrices = new Float64Array(peers * d * d)
  const forces = new Float64Array(peers * d)
  const b = new Float64Array(d)
  for (let i = 0; i < peers; i++) {
    const a = matrices.subarray(i * d * d, (i + 1) * d * d)
    linearSystem(fleet, i, stationary.subarray(i * states, (i + 1) * states), a, b, target)
    for (let j = 0; j < d; j++) {
      let force = b[j]!
      for (let k = 0; k < d; k++) force -= a[j * d + k]! * solution[k]!
      forces[i * d + j] = force
    }
  }
  const isFree = freeComponents(fleet, stationary, new Uint8Array(peers).fill(1))
  return { fleet, peers, parameters: d, matrices, forces, stationary, isFree }
}

/** Multiplications that `expectedSteps` takes. */
export function stepsWork(
  { peers, parameters: d }: Pick<LinearSystems, 'peers' | 'parameters'>,
  localSteps: number,
  isCorrected: boolean
): number {
  let products = 0
  for (let steps = localSteps; steps > 1; steps /= 2) products += 2
  return peers * products * d * d * (d + 1 + (isCorrected ? d : 0))
}

/** Undefined where the steps blow θ up. */
export function expectedSteps(
  systems: LinearSystems,
  settings: StepSettings,
  isCorrected: boolean
): ExpectedSteps | undefined {
  const { peers, parameters: d, matrices, forces } = systems
  const { localSteps, stepSize } = settings
  const kept = new Float64Array(peers * d * d)
  const reply = isCorrected ? new Float64Array(peers * d * d) : undefined
  const gain = new Float64Array(peers * d)
  const width = isCorrected ? d + 1 : 1
  const step = new Float64Array(d * d)
  const push = new Float64Array(d * width)
  for (let i = 0; i < peers; i++) {
    for (let at = 0; at < d * d; at++)
      step[at] = (at % (d + 1) === 0 ? 1 : 0) - stepSize * matrices[i * d * d + at]!
    for (let j = 0; j < d; j++) {
      push[j * width] = stepSize * forces[i * d + j]!
      if (isCorrected) push[j * width + 1 + j] = 1 / localSteps
    }
    const { power, sum } = powerAndSum(step, push, d, localSteps)
    if (!power.every(value => Math.abs(value) < BLOWN_UP)) return undefined
    kept.set(power, i * d * d)
    for (let j = 0; j < d; j++) {
      gain[i * d + j] = sum[j * width]!
      reply?.set(sum.subarray(j * width + 1, (j + 1) * width), (i * d + j) * d)
    }
  }
  return { ...settings, systems, kept, reply, gain }
}

/** Bᴴ and Σ_{h<H} Bʰ R, for a d × d matrix B and R of d rows, by halving H. */
function powerAndSum(
  step: Float64Array,
  push: Float64Array,
  d: number,
  steps: number
): { readonly power: Float64Array; readonly sum: Float64Array } {
  if (steps === 1) return { power: step, sum: push }
  const half = powerAndSum(step, push, d, Math.floor(steps / 2))
  const power = product(half.power, half.power, d)
  const sum = plus(product(half.power, half.sum, d), half.sum)
  return steps % 2 === 0
    ? { power, sum }
    : { power: product(step, power, d), sum: plus(product(step, sum, d), push) }
}

const plus = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, at) => value + y[at]!)
