/**
 * How peers agree that only mix: x ← W_r x from x_i = i. Column-stochastic matrices move weights w as well, from w_i = 1, and
 * their peers estimate x_i / w_i (push-sum; Kempe, Dobra, Gehrke, FOCS 2003).
 */
import type { MixingMatrix } from '../../src/interfaces.ts'
import type { Contraction } from './contraction.ts'
import { multiply } from './operators.ts'

/** Peers that agree to this are said to agree: their distance to their mean, relative to that at the start. */
export const AGREED = 1e-6
/** What differs from 1 by less is 1. */
const ROUNDING = 1e-13
/** Multiplications after which a simulation gives up. */
const MOST_WORK = 3e8

/** The root mean square distance of the peers to their mean after 0, 1, 2, … rounds; `at(r)` is W of round r. */
export function* disagreement(at: (round: number) => MixingMatrix): Generator<number, never> {
  const { participants } = at(0).links
  let x = Float64Array.from({ length: participants }, (_, i) => i)
  let w = new Float64Array(participants).fill(1)
  let next = new Float64Array(participants)
  yield spread(x)
  for (let round = 0; ; round++) {
    const matrix = at(round)
    multiply(matrix, x, next)
    ;[x, next] = [next, x]
    if (matrix.stochastic === 'column') {
      multiply(matrix, w, next)
      ;[w, next] = [next, w]
      yield spread(x.map((value, i) => value / w[i]!))
    } else yield spread(x)
  }
}

/**
 * The first round after which the distance has shrunk 10⁶ times; null if that takes more than `most` rounds, or than can be
 * simulated in seconds.
 */
export function measuredRounds(
  at: (round: number) => MixingMatrix,
  most = Number.POSITIVE_INFINITY
): number | null {
  const { participants, senders } = at(0).links
  const last = Math.min(most, Math.floor(MOST_WORK / (participants + senders.length)))
  let start: number | undefined
  let round = 0
  for (const distance of disagreement(at)) {
    start ??= distance
    if (distance <= AGREED * start) return round
    if (!Number.isFinite(distance) || round >= last) return null
    round++
  }
  return null
}

/**
 * The rounds that surely shrink the distance 10⁶ times if every `period` of them do so by ρ = `factor`: as many periods as
 * ⌈ln 10⁻⁶ / ln ρ⌉; null for ρ ≥ 1, which promises nothing.
 */
export function worstRounds(factor: number, period = 1): number | null {
  if (factor >= 1 - ROUNDING) return null
  return period * (factor <= AGREED ? 1 : Math.ceil(Math.log(AGREED) / Math.log(factor)))
}

/** The same where it is known by what all rounds of a doubly stochastic W, or of a period of them, shrink the distance; else null. */
export function surelyEnough(
  { exactAfter, perPeriod }: Pick<Contraction, 'exactAfter' | 'perPeriod'>,
  period: number | null
): number | null {
  return exactAfter ?? (perPeriod === null ? null : worstRounds(perPeriod, period ?? 1))
}

function spread(x: Float64Array): number {
  let sum = 0
  for (const value of x) sum += value
  const mean = sum / x.length
  let square = 0
  for (const value of x) square += (value - mean) * (value - mean)
  return Math.sqrt(square / x.length)
}
