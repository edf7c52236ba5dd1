import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Pace } from '../../src/session/pace.ts'

const REST_SECONDS = 0.02

/** When rounds begin that take `lastsSeconds` each, one after the other, if it is asked again after every rest. */
function beginnings(pace: Pace, rounds: number, lastsSeconds: (round: number) => number): number[] {
  const times: number[] = []
  let now = 5
  while (times.length < rounds) {
    if (pace.begin(now) === undefined) now += Math.max(1e-6, pace.restSeconds(now))
    else {
      times.push(now)
      now += lastsSeconds(times.length)
    }
  }
  return times
}

test('without a limit every round begins when it is asked for', () => {
  const pace = new Pace()
  expect(pace.roundsPerSecond).toBeNull()
  expect([1, 1, 1, 2].map(now => pace.begin(now))).toEqual(['go', 'go', 'go', 'go'])
})

test('in no stretch of time do more rounds begin than it allows, but for one rest that is made up for', () => {
  const rounds = fc.array(fc.double({ min: 0, max: 0.3, noNaN: true }), { minLength: 2, maxLength: 60 })
  fc.assert(
    fc.property(fc.constantFrom(0.5, 3, 20, 50, 400), rounds, (roundsPerSecond, lasting) => {
      const pace = new Pace()
      pace.limit(roundsPerSecond)
      const times = beginnings(pace, lasting.length, round => lasting[round - 1]!)
      for (const [first, from] of times.entries()) {
        for (const [last, to] of times.slice(first).entries())
          expect(last).toBeLessThanOrEqual((to - from + REST_SECONDS) * roundsPerSecond + 1 + 1e-6)
      }
    })
  )
})

test('rounds that take no time begin as often as it allows', () => {
  const pace = new Pace()
  pace.limit(30)
  const times = beginnings(pace, 61, () => 0)
  expect(times.at(-1)! - times[0]!).toBeCloseTo(2, 1)
})

test('nobody rests for longer than it takes until commands are looked for again', () => {
  const pace = new Pace()
  pace.limit(0.1)
  expect(pace.begin(0)).toBe('go')
  expect(pace.restSeconds(1)).toBe(REST_SECONDS)
  expect(pace.restSeconds(9.9999)).toBeLessThan(REST_SECONDS)
})

test('in a pause a round begins for every step, and no other', () => {
  const pace = new Pace()
  pace.pause()
  expect(pace.begin(0)).toBeUndefined()
  pace.step()
  pace.step()
  expect([pace.begin(0), pace.begin(0), pace.begin(0)]).toEqual(['step', 'step', undefined])
  pace.step()
  pace.resume()
  expect(pace.begin(0)).toBe('go')
  pace.pause()
  expect(pace.begin(0)).toBeUndefined()
})

test('a new limit holds at once', () => {
  const pace = new Pace()
  pace.limit(0.001)
  expect(pace.begin(0)).toBe('go')
  expect(pace.begin(1)).toBeUndefined()
  pace.limit(null)
  expect(pace.begin(1)).toBe('go')
})
