/**
 * Where the mean path of linear TD ends, and how fast it comes there: sampled steps replaced by their expectation. With
 * θ_i = θ* + e_i, the local steps of a round lead from e_i to ψ_i (`expected-steps.ts`), of which `none` keeps ψ_i, gossip
 * takes Σ_j W_ij ψ_j, and the star the mean (W = 11ᵀ/N): a round is an affine map, and its fixed point the bias of the
 * aggregation, for the star that of Mangold et al. (2024). The corrected ones end at e = 0; with ζ = ηHξ their rounds are
 * e ← Wψ, ζ ← ζ + Wψ − ψ.
 *
 * What a round conserves is no distance and is taken out: the mean of ζ, and that of components of θ which nobody learns.
 */
import { parameterMatrix } from '../core/parameter-matrix.ts'
import type { Fleet, Mixing, MixingMatrix, Prediction } from '../interfaces.ts'
import { type ExpectedSteps, expectedSteps } from './expected-steps.ts'
import type { Judge } from './judge.ts'
import { endOf, type LinearMap, spectralRadius } from './linear-map.ts'

/** What is read of a setting. */
export interface Predictable {
  readonly experiment: {
    readonly learner: { readonly name: string }
    readonly aggregation: string
    readonly localSteps: number
    readonly stepSize: number
    readonly loss: { readonly probability: number }
    readonly faults: object | null
  }
  readonly fleet: Fleet
  readonly mixing: Mixing
  readonly judge: Pick<Judge, 'solution' | 'measure'>
}

/** Multiplications of each of the three stages: local steps, contraction, end. */
const WORK = 5e7
/** Nearer to 1 a contraction is not told from none. */
const STANDSTILL = 1 - 1e-10

/**
 * What the mean path of this setting comes to while every message arrives in time; about 0.3 s at most. Null where there is no
 * simple answer: for learners other than TD, graphs that change, where something is planned to go wrong, where the path diverges, where its end
 * depends on its beginning, as that of a peer alone with a state that it never visits, and where it would take too long.
 */
export function predictionOf({ experiment, fleet, mixing, judge }: Predictable): Prediction | null {
  const { learner, aggregation, loss, faults } = experiment
  const { solution } = judge
  if (mixing.period !== 1) return null
  const mix = averagingOf(aggregation, mixing.at(0))
  if (learner.name !== 'td' || solution === undefined || mix === undefined) return null
  if (loss.probability > 0 || faults !== null) return null

  const isCorrected = CORRECTED.has(aggregation)
  const steps = expectedSteps(fleet, experiment, isCorrected ? undefined : solution, WORK)
  if (steps === undefined) return null
  const round = isCorrected ? correctedRound(steps, mix) : plainRound(steps, mix)
  const contraction = spectralRadius(round, WORK)
  if (contraction === undefined || contraction > STANDSTILL) return null
  if (isCorrected) return { fixedPointError: 0, consensusError: 0, contraction }

  const pull = new Float64Array(round.size)
  mix.into(steps.gain, steps.parameters, pull)
  const end = endOf(round, pull, contraction, WORK)
  if (end === undefined) return null
  const { peers, parameters } = steps
  const theta = parameterMatrix(peers, parameters)
  for (let i = 0; i < peers; i++) {
    for (let j = 0; j < parameters; j++)
      theta.values[i * theta.stride + j] = solution[j]! + end[i * parameters + j]!
  }
  const { fixedPointError, consensusError } = judge.measure(theta).swarm
  return fixedPointError === null || consensusError === null
    ? null
    : { fixedPointError, consensusError, contraction }
}

const CORRECTED: ReadonlySet<string> = new Set(['star-scafflsa', 'exact-diffusion', 'gossip-scafflsa'])

/** W, on rows of `width` doubles; so many multiplications for each column. */
interface Averaging {
  readonly workPerColumn: number
  into(rows: Float64Array, width: number, out: Float64Array): void
}

/** Undefined for aggregations that are not known here. */
function averagingOf(
  aggregation: string,
  { links, weights, selfWeights }: MixingMatrix
): Averaging | undefined {
  const { participants, rowStart, senders } = links
  switch (aggregation) {
    case 'none':
      return { workPerColumn: 0, into: (rows, _width, out) => out.set(rows) }
    case 'star':
    case 'star-scafflsa':
      return {
        workPerColumn: 2 * participants,
        into(rows, width, out) {
          const mean = meanRow(rows, width)
          for (let at = 0; at < rows.length; at += width) out.set(mean, at)
        }
      }
    case 'gossip':
    case 'exact-diffusion':
    case 'gossip-scafflsa':
      return {
        workPerColumn: participants + senders.length,
        into(rows, width, out) {
          for (let i = 0; i < participants; i++) {
            const own = i * width
            for (let c = own; c < own + width; c++) out[c] = selfWeights[i]! * rows[c]!
            for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
              const from = senders[k]! * width - own
              for (let c = own; c < own + width; c++) out[c] = out[c]! + weights[k]! * rows[from + c]!
            }
          }
        }
      }
    default:
      return undefined
  }
}

/** e ← W M e */
function plainRound({ peers, parameters: d, kept, isFree }: ExpectedSteps, mix: Averaging): LinearMap {
  const local = new Float64Array(peers * d)
  return {
    size: peers * d,
    work: d * (peers * d + mix.workPerColumn),
    apply(x, out) {
      local.fill(0)
      addProducts(kept, x, d, local)
      mix.into(local, d, out)
      centre(out, d, j => isFree[j] === 1)
    }
  }
}

/** (e, ζ) ← (W ψ, ζ + W ψ − ψ), ψ = M e + S ζ / (ηH). */
function correctedRound(
  { peers, parameters: d, kept, gain, isFree }: ExpectedSteps,
  mix: Averaging
): LinearMap {
  const half = peers * d
  const local = new Float64Array(half)
  return {
    size: 2 * half,
    work: d * (2 * peers * d + mix.workPerColumn),
    apply(x, out) {
      local.fill(0)
      addProducts(kept, x.subarray(0, half), d, local)
      addProducts(gain, x.subarray(half), d, local)
      const mixed = out.subarray(0, half)
      const flowed = out.subarray(half)
      mix.into(local, d, mixed)
      for (let at = 0; at < half; at++) flowed[at] = x[half + at]! + mixed[at]! - local[at]!
      centre(mixed, d, j => isFree[j] === 1)
      centre(flowed, d, () => true)
    }
  }
}

/** out_i += B_i x_i for all peers, for d × d matrices B_i. */
function addProducts(b: Float64Array, x: Float64Array, d: number, out: Float64Array): void {
  for (let row = 0; row < out.length; row++) {
    const own = row - (row % d)
    let sum = 0
    for (let k = 0; k < d; k++) sum += b[row * d + k]! * x[own + k]!
    out[row] = out[row]! + sum
  }
}

function meanRow(rows: Float64Array, width: number): Float64Array {
  const mean = new Float64Array(width)
  for (let at = 0; at < rows.length; at += width) {
    for (let c = 0; c < width; c++) mean[c] = mean[c]! + rows[at + c]!
  }
  return mean.map(sum => (sum * width) / rows.length)
}

/** Takes the mean over the rows from those columns that are `meant`. */
function centre(rows: Float64Array, width: number, isMeant: (column: number) => boolean): void {
  const mean = meanRow(rows, width).map((value, column) => (isMeant(column) ? value : 0))
  for (let at = 0; at < rows.length; at += width) {
    for (let c = 0; c < width; c++) rows[at + c] = rows[at + c]! - mean[c]!
  }
}
