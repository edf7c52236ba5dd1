/** What a number may be, in the ways that claims are made. */
import { figure } from '../report/format.ts'
import type { Check, Expectation, Source } from './figure.ts'

/** Within the fraction `by` of a reference. */
export function near(reference: number, by: number, source: Source): Expectation {
  const margin = Math.abs(reference) * by
  return {
    reference,
    source,
    low: reference - margin,
    high: reference + margin,
    allowed: `± ${Number((100 * by).toPrecision(2))} %`
  }
}

export const between = (
  low: number,
  high: number,
  source: Source,
  reference: number | null = null
): Expectation => ({ reference, source, low, high, allowed: `${short(low)} to ${short(high)}` })

export const atMost = (high: number, source: Source, reference: number | null = null): Expectation => ({
  reference,
  source,
  low: Number.NEGATIVE_INFINITY,
  high,
  allowed: `≤ ${short(high)}`
})

export const atLeast = (low: number, source: Source, reference: number | null = null): Expectation => ({
  reference,
  source,
  low,
  high: Number.POSITIVE_INFINITY,
  allowed: `≥ ${short(low)}`
})

/** Zero but for rounding, of squares. */
export const ZERO: Expectation = atMost(1e-20, 'derived', 0)

/** Within the fraction `by` of a reference that may be zero. */
export const nearOrZero = (reference: number, by: number): Expectation =>
  reference === 0 ? ZERO : near(reference, by, 'derived')

export const check = (what: string, ours: number, expected: Expectation): Check => ({
  what,
  ours,
  ...expected
})

function short(x: number): string {
  const plain = String(x)
  return plain.length <= 5 ? plain : figure(x)
}
