import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aliasTables, drawAlias, fillAliasTable } from '../../../peers/learners/alias-table.ts'
import { stream } from '../../../src/core/random.ts'

/** The probability that a table gives to each outcome, counted over its columns and thresholds. */
function probabilitiesOf({ bits, thresholds, aliases }: ReturnType<typeof aliasTables>, t: number): number[] {
  const columns = 1 << bits
  const sides = 4294967296 / columns
  const mass = new Array<number>(columns).fill(0)
  for (let k = 0; k < columns; k++) {
    const threshold = thresholds[(t << bits) + k]!
    const alias = aliases[(t << bits) + k]!
    mass[k] = mass[k]! + threshold / sides / columns
    mass[alias] = mass[alias]! + (1 - threshold / sides) / columns
  }
  return mass
}

test('a table gives every outcome its probability to 2^-30, and none to the padding', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
      parts => {
        const total = parts.reduce((sum, x) => sum + x, 0)
        fc.pre(total > 0.01)
        const probabilities = Float64Array.from(parts, x => x / total)
        const tables = aliasTables(2, parts.length)
        fillAliasTable(tables, 1, probabilities, 0, parts.length)
        probabilitiesOf(tables, 1).forEach((p, k) => {
          expect(Math.abs(p - (probabilities[k] ?? 0))).toBeLessThan(1e-9)
          if ((probabilities[k] ?? 0) === 0) expect(p).toBeLessThan(1e-9)
        })
      }
    ),
    { seed: 3 }
  )
})

test('outcomes beyond the 65,536th are drawn as often as they should', () => {
  const count = 70_000
  const probabilities = new Float64Array(count).fill(0.5 / count)
  for (const [outcome, mass] of [
    [3, 0.1],
    [65_536, 0.1],
    [69_999, 0.3]
  ] as const)
    probabilities[outcome]! += mass
  const tables = aliasTables(1, count)
  fillAliasTable(tables, 0, probabilities, 0, count)
  // An outcome is right to 2^-32 times the columns that it is in, of which there are 2^17.
  const drawn = probabilitiesOf(tables, 0)
  const errors = drawn.map((p, k) => Math.abs(p - (probabilities[k] ?? 0)))
  expect(errors.reduce((most, error) => Math.max(most, error))).toBeLessThan(2 ** -15)

  const random = stream('large', 0, 'test')
  let last = 0
  for (let k = 0; k < 100_000; k++) if (drawAlias(tables, 0, random) === 69_999) last++
  expect(Math.abs(last / 100_000 - 0.3)).toBeLessThan(0.006)
})

test('frequencies of 400,000 draws match the probabilities', () => {
  const probabilities = Float64Array.of(0.5, 0, 0.2, 0.05, 0.25)
  const tables = aliasTables(1, 5)
  fillAliasTable(tables, 0, probabilities, 0, 5)
  const random = stream('frequencies', 0, 'test')
  const counts = [0, 0, 0, 0, 0]
  for (let k = 0; k < 400_000; k++) counts[drawAlias(tables, 0, random)]! += 1
  counts.forEach((count, k) => {
    expect(Math.abs(count / 400_000 - probabilities[k]!)).toBeLessThan(0.003)
  })
})
