/**
 * By what the rounds of a topology shrink differences between peers, whether its graph stays, takes turns or is drawn anew.
 *
 * - One W for ever: ‖W − 11ᵀ/N‖₂ if W is doubly stochastic, in the long run |λ₂| if not.
 * - A period of T rounds: ‖Π − 11ᵀ/N‖₂ of Π = W_{T−1} ⋯ W_0, 0 if it averages exactly, and its T-th root per round; where
 *   rounds do not keep the mean, what a round does in the long run, measured.
 * - Rounds that are drawn: the square root of the worst E‖(W_r − 11ᵀ/N) x‖² / ‖x‖² from its closed form, or measured, of
 *   those x to which the rounds before lead.
 */
import { nextNormal, SWARM, stream } from '../../src/core/random.ts'
import type { MixingMatrix } from '../../src/interfaces.ts'
import { extremeEigenvalues } from './lanczos.ts'
import { multiply, multiplyTransposed } from './operators.ts'
import { type Period, periodResidual } from './period.ts'
import type { Spectrum } from './spectrum.ts'

export interface Contraction {
  /** Of one round; null where it is not known. */
  readonly perRound: number | null
  /** Of a whole period; null where there is none, or where it is not known. */
  readonly perPeriod: number | null
  /** After so many rounds from the first on everybody has the mean, but for rounding; null where differences only shrink. */
  readonly exactAfter: number | null
  /** Where the numbers come from. */
  readonly method: 'spectrum' | 'closed form' | 'product' | 'lanczos' | 'measured'
}

/** W of a round. */
export type Rounds = (round: number) => MixingMatrix

/** Up to this size the product of a period is written out. */
const PRODUCT_PEERS = 200
/** What is left of differences is rounding. */
const NOTHING = 1e-11
/** Rounds that are measured, */
const MEASURED_ROUNDS = 200
/** or fewer, so as not to do more additions. */
const MOST_WORK = 1e8

/** Of one doubly, row- or column-stochastic W. */
export function staticContraction(matrix: MixingMatrix, spectrum: Spectrum): Contraction {
  const { spectralRadius, secondModulus, converged } = spectrum
  const factor = matrix.stochastic === 'doubly' ? spectralRadius : secondModulus
  const perRound = converged && factor !== null ? factor : null
  // W without its Perron mode is nilpotent: after N rounds at most nothing is left of it.
  const mayBeExact = matrix.stochastic === 'doubly' && secondModulus !== null && secondModulus < NOTHING
  const exactAfter = mayBeExact ? exactRound(() => matrix, matrix.links.participants) : null
  return { perRound, perPeriod: perRound, exactAfter, method: 'spectrum' }
}

/** Of rounds that take turns. */
export function periodContraction(period: Period): Contraction {
  const at: Rounds = round => period[round % period.length]!
  if (period.some(({ stochastic }) => stochastic !== 'doubly')) {
    return { perRound: longRun(at, period.length), perPeriod: null, exactAfter: null, method: 'measured' }
  }
  const exactAfter = exactRound(at, period.length)
  if (exactAfter !== null) return { perRound: 0, perPeriod: 0, exactAfter, method: 'product' }
  const residual = residualOf(period)
  const perRound = residual === null ? null : Math.exp(Math.log(residual) / period.length)
  const method = period[0]!.links.participants <= PRODUCT_PEERS ? 'product' : 'lanczos'
  return { perRound, perPeriod: residual, exactAfter: null, method }
}

/** Of rounds that are drawn, of which `meanSquare` is the closed form if there is one. */
export function drawnContraction(at: Rounds, meanSquare: number | undefined): Contraction {
  const square = meanSquare ?? measuredShrinking(at)
  const method = meanSquare === undefined ? 'measured' : 'closed form'
  return { perRound: rootOf(square), perPeriod: null, exactAfter: null, method }
}

const rootOf = (square: number | null): number | null => (square === null ? null : Math.sqrt(square))

/** The first of `most` rounds after which a random x is the mean of what it was. */
function exactRound(at: Rounds, most: number): number | null {
  let x = randomDifferences(at(0).links.participants)
  if (x.length === 1) return 0
  const start = norm(x)
  for (let round = 0; round < most; round++) {
    const next = new Float64Array(x.length)
    multiply(at(round), x, next)
    x = next
    if (norm(x) <= NOTHING * start) return round + 1
  }
  return null
}

/** ‖Π − 11ᵀ/N‖₂; null where it is not found. */
function residualOf(period: Period): number | null {
  const { participants } = period[0]!.links
  if (participants <= PRODUCT_PEERS) return periodResidual(period)
  let between = new Float64Array(participants)
  const { largest, converged } = extremeEigenvalues(
    (x, out) => {
      out.set(x)
      const step = (matrix: MixingMatrix, by: typeof multiply): void => {
        by(matrix, out, between)
        out.set(between)
      }
      for (const matrix of period) step(matrix, multiply)
      for (const matrix of period.toReversed()) step(matrix, multiplyTransposed)
      between = new Float64Array(participants)
    },
    participants,
    ['largest']
  )
  return converged ? Math.sqrt(Math.max(0, largest)) : null
}

/** The mean of ‖W_r x − its mean‖² / ‖x‖² over rounds that start where the last one left x; null for push-sum's matrices. */
function measuredShrinking(at: Rounds): number | null {
  const ratios = measuredRatios(at, 1)
  return ratios && ratios.reduce((sum, ratio) => sum + ratio * ratio, 0) / ratios.length
}

/** The geometric mean of ‖W_r x − its mean‖ / ‖x‖ over the later half of such rounds, in whole periods. */
function longRun(at: Rounds, period: number): number | null {
  const ratios = measuredRatios(at, 2 * period)
  if (ratios === null) return null
  const later = ratios.slice(ratios.length / 2)
  return Math.exp(later.reduce((sum, ratio) => sum + Math.log(ratio), 0) / later.length)
}

/** ‖W_r x − its mean‖ / ‖x‖ of a multiple of `unit` rounds, each of which starts where the last one left x. */
function measuredRatios(at: Rounds, unit: number): number[] | null {
  const { participants, senders } = at(0).links
  if (at(0).stochastic === 'column') return null
  if (participants === 1) return [0]
  const rounds = Math.max(
    20,
    Math.min(MEASURED_ROUNDS, Math.floor(MOST_WORK / (participants + senders.length)))
  )
  let x = randomDifferences(participants)
  return Array.from({ length: unit * Math.ceil(rounds / unit) }, (_, round) => {
    const next = new Float64Array(participants)
    multiply(at(round), x, next)
    const before = norm(x)
    const ratio = norm(centred(next)) / before
    if (ratio < NOTHING) x = randomDifferences(participants)
    else x = next.map(value => value / ratio)
    return ratio
  })
}

/** Always the same x with mean 0. */
function randomDifferences(peers: number): Float64Array {
  const random = stream('contraction', SWARM, 'start')
  return centred(Float64Array.from({ length: peers }, () => nextNormal(random)))
}

/** x less its mean, in place. */
function centred(x: Float64Array): Float64Array {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length
  for (let i = 0; i < x.length; i++) x[i] = x[i]! - mean
  return x
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))
