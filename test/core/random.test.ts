import { expect, test } from 'vitest'
import {
  nextBelow,
  nextDouble,
  nextNormal,
  nextUint32,
  SWARM,
  shuffle,
  stream
} from '../../src/core/random.ts'

test('nextUint32 draws the published sequence of xoshiro128** from the state 1, 2, 3, 4', () => {
  const random = { words: Int32Array.of(9, 1, 2, 3, 4), at: 1 }
  const drawn = Array.from({ length: 10 }, () => nextUint32(random))
  expect(drawn).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804
  ])
  expect(random.words[0]).toBe(9)
})

test('streams differ by seed, peer and purpose, and repeat', () => {
  const first = (...args: Parameters<typeof stream>) => nextUint32(stream(...args))
  const draws = [
    first('1', 0, 'a'),
    first('2', 0, 'a'),
    first('1', 1, 'a'),
    first('1', SWARM, 'a'),
    first('1', 0, 'b')
  ]
  expect(new Set(draws).size).toBe(draws.length)
  expect(first('1', 0, 'a')).toBe(draws[0])
})

/** Means of x, x², x³ and x⁴ over 200,000 draws. */
function moments(draw: () => number): number[] {
  const sums = [0, 0, 0, 0]
  const count = 200_000
  for (let k = 0; k < count; k++) {
    const x = draw()
    for (let m = 0, power = x; m < 4; m++, power *= x) sums[m] = sums[m]! + power
  }
  return sums.map(sum => sum / count)
}

/** Five standard deviations of the mean of 200,000 draws whose own variance is given. */
const within = (variance: number): number => 5 * Math.sqrt(variance / 200_000)

test('nextNormal has the moments 0, 1, 0, 3 of the standard normal', () => {
  const random = stream('moments', SWARM, 'normal')
  const [m1, m2, m3, m4] = moments(() => nextNormal(random))
  expect(Math.abs(m1!)).toBeLessThan(within(1))
  expect(Math.abs(m2! - 1)).toBeLessThan(within(2))
  expect(Math.abs(m3!)).toBeLessThan(within(15))
  expect(Math.abs(m4! - 3)).toBeLessThan(within(96))
})

test('nextDouble has the moments 1/2, 1/3, 1/4, 1/5 of U[0, 1)', () => {
  const random = stream('moments', SWARM, 'uniform')
  moments(() => nextDouble(random)).forEach((moment, m) => {
    expect(Math.abs(moment - 1 / (m + 2))).toBeLessThan(within(0.1))
  })
})

test('nextBelow draws every number below its bound about equally often', () => {
  const random = stream('counts', SWARM, 'below')
  const counts = new Array<number>(7).fill(0)
  for (let k = 0; k < 70_000; k++) counts[nextBelow(random, 7)]!++
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
})

test('shuffle keeps the values and mixes them', () => {
  const sorted = Array.from({ length: 50 }, (_, k) => k)
  const shuffled = shuffle(stream('shuffle', SWARM, 'test'), [...sorted])
  expect(shuffled).not.toEqual(sorted)
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(sorted)
})
