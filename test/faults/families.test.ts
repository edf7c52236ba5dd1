import { describe, expect, test } from 'vitest'
import { parseNamed } from '../../src/experiment/named.ts'
import { delays } from '../../src/faults/families.ts'

/** The delay that a fraction u of all messages does not exceed. */
function quantile(text: string, u: number): number {
  const { family, options } = parseNamed(text, delays, 'delayMs')
  return family.quantileMs(options, u)
}

test.each([
  ['constant:20', 0, 20],
  ['constant:20', 0.999, 20],
  ['uniform:low=10,high=50', 0, 10],
  ['uniform:low=10,high=50', 0.25, 20],
  ['exponential:mean=20', 0, 0],
  ['exponential:mean=20', 0.5, 20 * Math.LN2],
  ['exponential:mean=20', 1 - 1 / Math.E, 20],
  ['pareto:median=20,shape=1.5', 0.5, 20],
  ['pareto:median=20,shape=1.5', 0, 20 / 2 ** (1 / 1.5)],
  ['pareto:median=20,shape=1.5', 1 - 0.5 / 8, 80]
])('%s: a fraction %d of messages takes at most %d ms', (text, u, ms) => {
  expect(quantile(text, u)).toBeCloseTo(ms, 9)
})

describe('every delay', () => {
  test.each(['constant:5', 'uniform:low=0,high=9', 'exponential:mean=3', 'pareto:median=4,shape=0.5'])(
    '%s is at least 0 and grows with its quantile',
    text => {
      const values = [0, 0.1, 0.3, 0.5, 0.9, 0.999999, 1 - 2 ** -53].map(u => quantile(text, u))
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
      expect(values.toSorted((a, b) => a - b)).toEqual(values)
    }
  )
})

test.each([
  ['constant', 'delayMs ms: must be given'],
  ['constant:-1', 'delayMs ms: must be at least 0, not -1'],
  ['uniform:low=3,high=2', 'delayMs high: must be at least low, not 2'],
  ['pareto:median=3,shape=0', 'delayMs shape: must be above 0, not 0'],
  ['pareto:median=3,tail=2', 'delayMs tail: unknown key. Allowed: median, shape'],
  [
    'constnt:3',
    'delayMs: "constnt" is unknown; did you mean "constant"? Allowed: constant, uniform, exponential, pareto'
  ]
])('%s is refused: %s', (text, message) => {
  expect(() => quantile(text, 0)).toThrow(message)
})
