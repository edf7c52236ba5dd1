/**
 * The expected local steps of linear TD, θ ← θ − η (A_i θ − b_i − ξ_i), as one map per peer. With θ_i = θ* + e_i, H of them lead
 * from e_i to
 *
 *     ψ_i = M_i e_i + S_i (b_i − A_i θ* + ξ_i),   M_i = (I − ηA_i)^H,   S_i = η Σ_{h<H} (I − ηA_i)^h.
 */
import { linearSystem, stationaryDistributions } from '../../peers/environments/exact.ts'
import { product } from '../core/linear.ts'
import type { Fleet } from '../interfaces.ts'
import { freeComponents } from './judge.ts'

export interface ExpectedSteps {
  readonly peers: number
  /** d */
  readonly parameters: number
  /** M_i, d × d each. */
  readonly kept: Float64Array
  /** S_i (b_i − A_i θ*), d each; or S_i / (ηH), d × d each, what they make of ζ = ηHξ. */
  readonly gain: Float64Array
  /** 1 for each component of θ that no peer learns. */
  readonly isFree: ArrayLike<number>
}

/** Local steps that enlarge θ so much in one round do not converge. */
const BLOWN_UP = 1e6

/**
 * With what is gained at θ* = `solution`, or if that is undefined, with what is gained of ζ. Undefined if it takes more than
 * `work` multiplications, or if the steps blow θ up.
 */
export function expectedSteps(
  fleet: Fleet,
  { localSteps, stepSize }: { readonly localSteps: number; readonly stepSize: number },
  solution: Float64Array | undefined,
  work: number
): ExpectedSteps | undefined {
  const { peers, states } = fleet
  const d = fleet.features.count
  const columns = solution === undefined ? d : 1
  let products = 0
  for (let steps = localSteps; steps > 1; steps /= 2) products += 2
  if (peers * (states * states * states + products * d * d * (d + columns)) > work) return undefined

  const stationary = stationaryDistributions(fleet)
  const kept = new Float64Array(peers * d * d)
  const gain = new Float64Array(peers * d * columns)
  const a = new Float64Array(d * d)
  const b = new Float64Array(d)
  const diagonal = (value: number) => (at: number) => (at % (d + 1) === 0 ? value : 0)
  for (let i = 0; i < peers; i++) {
    linearSystem(fleet, i, stationary.subarray(i * states, (i + 1) * states), a, b)
    const step = a.map((value, at) => diagonal(1)(at) - stepSize * value)
    const push =
      solution === undefined
        ? a.map((_, at) => diagonal(1 / localSteps)(at))
        : b.map((value, j) => stepSize * (value - rowTimes(a, j, solution, d)))
    const { power, sum } = powerAndSum(step, push, d, localSteps)
    kept.set(power, i * d * d)
    gain.set(sum, i * d * columns)
  }
  if (!kept.every(value => Math.abs(value) < BLOWN_UP)) return undefined
  const isFree = freeComponents(fleet, stationary, new Uint8Array(peers).fill(1))
  return { peers, parameters: d, kept, gain, isFree }
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

/** Row j of a d × d matrix times x. */
function rowTimes(a: Float64Array, j: number, x: Float64Array, d: number): number {
  let sum = 0
  for (let k = 0; k < d; k++) sum += a[j * d + k]! * x[k]!
  return sum
}
