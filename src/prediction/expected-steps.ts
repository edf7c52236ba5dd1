/**
 * The expected local steps of linear TD, θ ← θ − η (A_i θ − b_i − ξ_i), as one map per peer. With θ_i = θ* + e_i and
 * ζ_i = ηHξ_i, H of them lead from e_i to
 *
 *     ψ_i = M_i e_i + R_i ζ_i + g_i,   M_i = (I − ηA_i)^H,   R_i = Σ_{h<H} (I − ηA_i)^h / H,   g_i = ηH R_i (b_i − A_i θ*).
 */
import { linearSystem, stationaryDistributions } from '../../peers/environments/exact.ts'
import { identityMinus, product } from '../core/linear.ts'
import type { Fleet, ValueTarget } from '../interfaces.ts'
import { freeComponents } from '../metrics/value-judge.ts'
import { repeated } from './repeated.ts'

/** What a peer's steps depend on besides its environment. */
export interface StepSettings {
  readonly localSteps: number
  readonly stepSize: number
}

/** A_i, and b_i − A_i θ*, of all peers. */
export interface LinearSystems {
  readonly fleet: Fleet
  /** θ* */
  readonly solution: Float64Array
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
  return { fleet, solution, peers, parameters: d, matrices, forces, stationary, isFree }
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
  const { peers, parameters: d, forces } = systems
  const { localSteps, stepSize } = settings
  const kept = new Float64Array(peers * d * d)
  const reply = isCorrected ? new Float64Array(peers * d * d) : undefined
  const gain = new Float64Array(peers * d)
  const width = isCorrected ? d + 1 : 1
  const push = new Float64Array(d * width)
  for (let i = 0; i < peers; i++) {
    for (let j = 0; j < d; j++) {
      push[j * width] = stepSize * forces[i * d + j]!
      if (isCorrected) push[j * width + 1 + j] = 1 / localSteps
    }
    const one: Steps = { power: meanStepOf({ systems, stepSize }, i), sum: push }
    const { power, sum } = repeated(one, localSteps, (first, second) => inTurn(first, second, d))
    if (!power.every(value => Math.abs(value) < BLOWN_UP)) return undefined
    kept.set(power, i * d * d)
    for (let j = 0; j < d; j++) {
      gain[i * d + j] = sum[j * width]!
      reply?.set(sum.subarray(j * width + 1, (j + 1) * width), (i * d + j) * d)
    }
  }
  return { ...settings, systems, kept, reply, gain }
}

/** B = I − ηA_i, d × d. */
export function meanStepOf(
  { systems, stepSize }: Pick<ExpectedSteps, 'systems' | 'stepSize'>,
  i: number
): Float64Array {
  const { parameters: d, matrices } = systems
  return identityMinus(matrices.subarray(i * d * d, (i + 1) * d * d), d, stepSize)
}

/** x ← B x + R, H times: Bᴴ, d × d, and Σ_{h<H} Bʰ R, of d rows. */
interface Steps {
  readonly power: Float64Array
  readonly sum: Float64Array
}

const inTurn = (first: Steps, { power, sum }: Steps, d: number): Steps => ({
  power: product(power, first.power, d),
  sum: plus(product(power, first.sum, d), sum)
})

const plus = (x: Float64Array, y: Float64Array): Float64Array => x.map((value, at) => value + y[at]!)
