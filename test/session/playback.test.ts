/** Playing a record: where it stands after commands and time. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Playback } from '../../src/session/playback.ts'

/** Lines of these rounds; more can be added. */
function linesOf(rounds: number[]) {
  return {
    rounds,
    get length() {
      return rounds.length
    },
    roundOf: (k: number) => rounds[k]!,
    lineAt: (round: number) => rounds.findLastIndex(each => each <= round)
  }
}

const every = (step: number, count: number): number[] =>
  Array.from({ length: count }, (_, k) => step * (k + 1))

describe('a finished record', () => {
  test('is played from its first line, in about 20 seconds, and stops at its last', () => {
    const playback = new Playback(linesOf(every(5, 401)), false)
    expect(playback).toMatchObject({ line: 0, isPaused: false, roundsPerSecond: 100 })
    playback.pass(10)
    expect(playback).toMatchObject({ line: 200, isPaused: false })
    playback.pass(9.9)
    expect(playback).toMatchObject({ line: 398, isPaused: false })
    playback.pass(0.1)
    expect(playback).toMatchObject({ line: 400, isPaused: true })
  })

  test('of few rounds shows at least one a second', () => {
    const playback = new Playback(linesOf(every(1, 4)), false)
    playback.pass(1)
    expect(playback).toMatchObject({ line: 1, roundsPerSecond: 1 })
  })

  test('does not wait for time that adds up: what passed before a line is due is kept', () => {
    const playback = new Playback(linesOf(every(100, 50)), false)
    playback.limit(100)
    for (let tick = 0; tick < 9; tick++) playback.pass(0.1)
    expect(playback.line).toBe(0)
    playback.pass(0.1 + 1e-9)
    expect(playback.line).toBe(1)
  })

  test('of one line is over at once', () => {
    expect(new Playback(linesOf([12]), false)).toMatchObject({ line: 0, isPaused: true })
  })

  test('as fast as it goes is over in two seconds at most, and faster than any pace', () => {
    const long = new Playback(linesOf(every(1, 100_001)), false)
    long.limit(null)
    long.pass(1)
    expect(long.line).toBe(50_000)
    const short = new Playback(linesOf(every(1, 201)), false)
    short.limit(null)
    short.pass(0.1)
    expect(short).toMatchObject({ line: 200, isPaused: true })
  })

  test('begins anew when it is to go on from its end', () => {
    const playback = new Playback(linesOf(every(1, 21)), false)
    playback.seek(99)
    expect(playback).toMatchObject({ line: 20, isPaused: true })
    playback.resume()
    expect(playback).toMatchObject({ line: 0, isPaused: false })
  })

  test('that was paused stays where it is, and goes on from there', () => {
    const playback = new Playback(linesOf(every(1, 21)), false)
    playback.pass(3)
    playback.pause()
    playback.pass(5)
    expect(playback).toMatchObject({ line: 3, isPaused: true })
    playback.resume()
    playback.pass(2)
    expect(playback).toMatchObject({ line: 5, isPaused: false })
  })

  test('steps to the next line and no further than the last', () => {
    const playback = new Playback(linesOf([5, 10, 12]), false)
    const lines = Array.from({ length: 3 }, () => {
      playback.step()
      return playback.line
    })
    expect(lines).toEqual([1, 2, 2])
    expect(playback.isPaused).toBe(true)
  })

  test.each([
    [-3, 0],
    [0, 0],
    [4, 0],
    [5, 0],
    [9, 0],
    [10, 1],
    [11, 1],
    [12, 2],
    [99, 2]
  ])('sought round %i is the measured round at or before it', (round, line) => {
    const playback = new Playback(linesOf([5, 10, 12]), false)
    playback.pause()
    playback.seek(round)
    expect(playback).toMatchObject({ line, isPaused: true })
  })
})

describe('a running record', () => {
  test('is followed from its last line, as fast as it goes', () => {
    const lines = linesOf(every(1, 30))
    const playback = new Playback(lines, true)
    expect(playback).toMatchObject({ line: 29, isPaused: false, roundsPerSecond: null })
    lines.rounds.push(31, 32)
    playback.grown(true)
    expect(playback.line).toBe(31)
  })

  test('may have no line yet', () => {
    const lines = linesOf([])
    const playback = new Playback(lines, true)
    playback.seek(0)
    playback.step()
    playback.resume()
    playback.pass(1)
    expect(playback).toMatchObject({ line: -1, isPaused: false })
    lines.rounds.push(4)
    playback.grown(true)
    expect(playback.line).toBe(0)
  })

  test('sought back is played from there, and sought to its end is followed again', () => {
    const lines = linesOf(every(1, 41))
    const playback = new Playback(lines, true)
    playback.seek(11)
    expect(playback).toMatchObject({ line: 10, isPaused: false, roundsPerSecond: 2 })
    lines.rounds.push(42)
    playback.grown(true)
    playback.pass(1)
    expect(playback.line).toBe(12)
    playback.pause()
    playback.seek(42)
    expect(playback).toMatchObject({ line: 41, isPaused: false, roundsPerSecond: null })
    lines.rounds.push(43)
    playback.grown(true)
    expect(playback.line).toBe(42)
  })

  test('played to its end is followed if nothing holds it back, else keeps its pace', () => {
    const lines = linesOf(every(1, 10))
    const playback = new Playback(lines, true)
    playback.limit(5)
    lines.rounds.push(...every(1, 20).slice(10))
    playback.grown(true)
    playback.pass(1)
    expect(playback).toMatchObject({ line: 14, roundsPerSecond: 5 })
    playback.limit(null)
    playback.pass(1)
    lines.rounds.push(21)
    playback.grown(true)
    expect(playback.line).toBe(20)
  })

  test('that was paused catches up', () => {
    const lines = linesOf(every(1, 10))
    const playback = new Playback(lines, true)
    playback.pause()
    lines.rounds.push(...every(1, 20).slice(10))
    playback.grown(true)
    expect(playback).toMatchObject({ line: 9, isPaused: true })
    playback.resume()
    playback.pass(0.1)
    expect(playback).toMatchObject({ line: 19, isPaused: false })
  })

  test('that ends while it is followed stops at its last line', () => {
    const lines = linesOf(every(1, 10))
    const playback = new Playback(lines, true)
    lines.rounds.push(11)
    playback.grown(false)
    expect(playback).toMatchObject({ line: 10, isPaused: true })
  })

  test('that was taken up from an earlier round is where it was, or at the last line that is left', () => {
    const lines = linesOf(every(1, 10))
    const followed = new Playback(lines, true)
    const played = new Playback(lines, true)
    played.seek(4)
    lines.rounds.splice(6)
    followed.replaced(true)
    played.replaced(true)
    expect([followed.line, played.line]).toEqual([5, 3])
    lines.rounds.splice(0)
    played.replaced(true)
    expect(played.line).toBe(-1)
  })
})

test('whatever is done, a line that exists is shown, and time alone never goes back', () => {
  type Deed = (playback: Playback, rounds: number[]) => void
  const deed: fc.Arbitrary<Deed> = fc.oneof(
    fc.constant<Deed>(playback => playback.pause()),
    fc.constant<Deed>(playback => playback.resume()),
    fc.constant<Deed>(playback => playback.step()),
    fc.nat(60).map<Deed>(round => playback => playback.seek(round)),
    fc.constantFrom(null, 1, 7, 1000).map<Deed>(pace => playback => playback.limit(pace)),
    fc.boolean().map<Deed>(isRunning => (playback, rounds) => {
      rounds.push((rounds.at(-1) ?? 0) + 3)
      playback.grown(isRunning)
    }),
    fc.double({ min: 0, max: 3, noNaN: true }).map<Deed>(seconds => playback => {
      const { line, isPaused } = playback
      playback.pass(seconds)
      expect(playback.line).toBeGreaterThanOrEqual(line)
      if (isPaused) expect(playback.line).toBe(line)
    })
  )
  fc.assert(
    fc.property(fc.boolean(), fc.array(deed, { maxLength: 30 }), (isRunning, deeds) => {
      const lines = linesOf(every(3, 5))
      const playback = new Playback(lines, isRunning)
      for (const act of deeds) {
        act(playback, lines.rounds)
        expect(lines.rounds[playback.line]).toBeGreaterThan(0)
      }
    })
  )
})
