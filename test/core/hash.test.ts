import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashedUniform, hashKey } from '../../src/core/hash.ts'

const key = hashKey('1', 'test')
type Counters = readonly [number, number, number, number]

/** Σ (observed − expected)² / expected over `counts`, all equally likely. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((total, count) => total + count, 0) / counts.length
  return counts.reduce((total, count) => total + ((count - expected) * (count - expected)) / expected, 0)
}

/** Five standard deviations above the mean of χ² with this many degrees of freedom. */
const unlikely = (freedom: number): number => freedom + 5 * Math.sqrt(2 * freedom)

/** Small counters, as those of peers and rounds are: about 120,000 of them. */
function* smallCounters(): Generator<Counters> {
  for (let a = 0; a < 20; a++)
    for (let b = 0; b < 20; b++) for (let c = 0; c < 150; c++) for (let d = 0; d < 2; d++) yield [a, b, c, d]
}

test('hashedUniform gives these numbers, today and always', () => {
  const given = [hashKey('1', 'a'), hashKey('2', 'a')].flatMap(each => [
    hashedUniform(each, 0, 0, 0, 0),
    hashedUniform(each, 1, 2, 3, 4),
    hashedUniform(each, 99, 7, 1_000_000, 1)
  ])
  expect(given).toEqual([
    0.598750906431659, 0.9673829391528225, 0.9868817400507455, 0.18803424966728532, 0.6765031052872837,
    0.8241537386769929
  ])
})

test('hashedUniform lies in [0, 1) and depends on its arguments alone', () => {
  const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
  fc.assert(
    fc.property(fc.string(), fc.tuple(word, word, word, word), (seed, counters) => {
      const u = hashedUniform(hashKey(seed, 'a'), ...counters)
      expect(u).toBeGreaterThanOrEqual(0)
      expect(u).toBeLessThan(1)
      expect(hashedUniform(hashKey(seed, 'a'), ...counters)).toBe(u)
    })
  )
})

describe('over small counters', () => {
  test('its values are uniform, to the last bits', () => {
    const first = new Array<number>(256).fill(0)
    const last = new Array<number>(256).fill(0)
    const values = new Set<number>()
    for (const counters of smallCounters()) {
      const u = hashedUniform(key, ...counters)
      values.add(u)
      first[Math.floor(u * 256)]!++
      last[(u * 2 ** 53) % 256]!++
    }
    expect(chiSquare(first)).toBeLessThan(unlikely(255))
    expect(chiSquare(last)).toBeLessThan(unlikely(255))
    expect(values.size).toBe([...smallCounters()].length)
  })

  test.each([
    ['of the next sender', [1, 0, 0, 0]],
    ['of the next receiver', [0, 1, 0, 0]],
    ['of the next round', [0, 0, 1, 0]],
    ['of the next hop', [0, 0, 0, 1]],
    ['of the message the other way', undefined]
  ])('a value tells nothing of that %s', (_, step) => {
    const counts = new Array<number>(256).fill(0)
    for (const [a, b, c, d] of smallCounters()) {
      if (step === undefined && a >= b) continue
      const [e = 0, f = 0, g = 0, h = 0] = step ?? [b - a, a - b]
      const here = Math.floor(hashedUniform(key, a, b, c, d) * 16)
      const there = Math.floor(hashedUniform(key, a + e, b + f, c + g, d + h) * 16)
      counts[here * 16 + there]!++
    }
    expect(chiSquare(counts)).toBeLessThan(unlikely(255))
  })

  test('a value tells nothing of that of another purpose or seed', () => {
    for (const other of [hashKey('1', 'tess'), hashKey('2', 'test')]) {
      const counts = new Array<number>(256).fill(0)
      for (const counters of smallCounters()) {
        const here = Math.floor(hashedUniform(key, ...counters) * 16)
        counts[here * 16 + Math.floor(hashedUniform(other, ...counters) * 16)]!++
      }
      expect(chiSquare(counts)).toBeLessThan(unlikely(255))
    }
  })
})

test('any bit of a counter turns over each bit of the result with probability ½', () => {
  const trials = 2000
  for (let word = 0; word < 4; word++) {
    for (let bit = 0; bit < 32; bit += 5) {
      const turned = new Array<number>(53).fill(0)
      for (let trial = 0; trial < trials; trial++) {
        const counters: [number, number, number, number] = [trial % 100, trial % 7, trial * 13, trial & 1]
        const before = BigInt(hashedUniform(key, ...counters) * 2 ** 53)
        counters[word]! ^= 1 << bit
        const after = BigInt(hashedUniform(key, ...counters) * 2 ** 53)
        for (let k = 0, difference = before ^ after; k < 53; k++, difference >>= 1n) {
          if (difference & 1n) turned[k]!++
        }
      }
      // 1,484 comparisons with five standard deviations each.
      for (const count of turned) expect(Math.abs(count - trials / 2)).toBeLessThan(5 * Math.sqrt(trials / 4))
    }
  }
})
