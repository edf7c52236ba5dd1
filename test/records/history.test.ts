/** The measured rounds of a record, in any order and while it grows. */
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { History } from '../../src/records/history.ts'
import { metricsLine } from '../../src/records/sample-json.ts'
import { sampleAt, trafficAt } from '../support/samples.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const labels = ['east', 'wäst']
const textAt = (round: number, seconds = round / 4): string =>
  `${JSON.stringify(metricsLine({ ...sampleAt(round), seconds }, { labels, traffic: trafficAt(round) }))}\n`

/** A file with lines of these rounds, and its history. */
function written(...rounds: number[]): { path: string; history: History } {
  const path = join(temporaryFolder(), 'metrics.jsonl')
  writeFileSync(path, rounds.map(round => textAt(round)).join(''))
  return { path, history: new History(path, 2, 2) }
}

const roundsOf = (history: History): number[] =>
  Array.from({ length: history.length }, (_, k) => history.roundOf(k))

describe('a history', () => {
  test('has the rounds, the errors, and all that a line tells, in any order', () => {
    const { history } = written(2, 4, 5)
    expect(history.length).toBe(0)
    expect(history.refresh()).toBe('more')
    expect(roundsOf(history)).toEqual([2, 4, 5])
    for (const [k, round] of [
      [2, 5],
      [0, 2],
      [1, 4]
    ] as const) {
      expect(history.errorsOf(k)).toEqual(sampleAt(round).swarm)
      const { sample, traffic } = history.read(k)
      expect(sample).toEqual(sampleAt(round))
      expect(traffic.bytesOut).toEqual(trafficAt(round).bytesOut)
      expect(traffic.refused).toEqual(Float64Array.of(Number.NaN, Number.NaN))
    }
    expect(history.refresh()).toBe('nothing')
  })

  test('knows the greatest return up to a line, and its round', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'metrics.jsonl')
    const lineOf = (round: number, value: number | null): string => {
      const sample = sampleAt(round)
      return `${JSON.stringify(metricsLine({ ...sample, swarm: { ...sample.swarm, return: value } }))}\n`
    }
    writeFileSync(path, [null, -3, 5, 4, 5, 9].map((value, k) => lineOf(k + 1, value)).join(''))
    const history = new History(path, 2, 2)
    history.refresh()
    expect([-1, 0, 1, 2, 4, 5].map(k => history.bestUpTo(k))).toEqual([
      undefined,
      undefined,
      { round: 2, return: -3 },
      { round: 3, return: 5 },
      { round: 3, return: 5 },
      { round: 6, return: 9 }
    ])
  })

  test('finds the last line that is not after a round', () => {
    const { history } = written(2, 4, 5)
    history.refresh()
    expect([0, 1, 2, 3, 4, 5, 6].map(round => history.lineAt(round))).toEqual([-1, -1, 0, 0, 1, 2, 2])
  })

  test('grows with its file, whatever piece of a line was written when it was read', () => {
    const whole = Buffer.from([1, 2, 3, 4].map(round => textAt(round)).join(''))
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 8 }), cuts => {
        const path = join(temporaryFolder(), 'metrics.jsonl')
        const history = new History(path, 2, 2)
        for (const length of [...cuts.sort((a, b) => a - b), whole.length]) {
          writeFileSync(path, whole.subarray(0, length))
          const before = history.length
          const lines = whole.subarray(0, length).toString().split('\n').length - 1
          expect(history.refresh()).toBe(lines > before ? 'more' : 'nothing')
          expect(history.length).toBe(lines)
        }
        expect(history.read(3).sample).toEqual(sampleAt(4))
      }),
      { numRuns: 30 }
    )
  })

  test('of lines longer than what is read at once has them whole', () => {
    const many = Array.from({ length: 900 }, (_, i) => `umwelt-${i}-äöü`)
    const path = join(temporaryFolder(), 'metrics.jsonl')
    for (let round = 1; round <= 20; round++) {
      const line = metricsLine(sampleAt(round), { labels: many, traffic: trafficAt(round) })
      appendFileSync(path, `${JSON.stringify(line)}\n`)
    }
    expect(readFileSync(path).length).toBeGreaterThan(2 ** 21)
    const history = new History(path, 900, 900)
    history.refresh()
    expect(roundsOf(history)).toEqual(Array.from({ length: 20 }, (_, k) => k + 1))
    expect(history.read(19).sample.peers.consensusError).toHaveLength(900)
    expect(history.read(19).sample.swarm).toEqual(sampleAt(20).swarm)
  })

  test('notices that its file was cut', () => {
    const { path, history } = written(1, 2, 3, 4)
    history.refresh()
    truncateSync(path, Buffer.byteLength(textAt(1) + textAt(2)))
    expect(history.refresh()).toBe('others')
    expect(roundsOf(history)).toEqual([1, 2])
  })

  test('notices that its file was cut even if it has grown beyond what was read', () => {
    const { path, history } = written(1, 2, 3)
    history.refresh()
    writeFileSync(path, [textAt(1), textAt(2), textAt(3, 9.5), textAt(4, 9.75)].join(''))
    expect(history.refresh()).toBe('others')
    expect(roundsOf(history)).toEqual([1, 2, 3, 4])
    expect(history.read(2).sample.seconds).toBe(9.5)
  })

  test('that was cut to nothing is empty', () => {
    const { path, history } = written(1)
    history.refresh()
    truncateSync(path)
    expect(history.refresh()).toBe('others')
    expect(history.length).toBe(0)
  })

  test('of lines without what was counted of each peer has NaN', () => {
    const { path, history } = written()
    writeFileSync(path, textAt(1).replace(/"perPeer":\{[^}]*\},/, ''))
    history.refresh()
    expect(history.read(0).sample).toEqual(sampleAt(1))
    expect(history.read(0).traffic.bytesIn).toEqual(Float64Array.of(Number.NaN, Number.NaN))
  })
})

describe('a damaged file says where', () => {
  const damaged = (text: string): (() => unknown) => {
    const { path, history } = written(1)
    appendFileSync(path, text)
    return () => {
      history.refresh()
      return history.read(1)
    }
  }
  test.each([
    ['a line that is no JSON', textAt(2).replace('"round":2,', '"round";2,')],
    ['a line without errors', '{"round":2}\n'],
    ['another line', 'null\n'],
    ['a line that is damaged further on', textAt(2).replace('"stopped":[]', '"stopped":{}')],
    ['a line that breaks off', textAt(2).replace(/"bytes".*/, '')]
  ])('at %s', (_, text) => {
    expect(damaged(text)).toThrow(ExperimentError)
    expect(damaged(text)).toThrow(/metrics\.jsonl:2: is no measured round, the record is damaged$/)
  })

  test('at a round that comes twice', () => {
    expect(damaged(textAt(1))).toThrow(/metrics\.jsonl:2: round 1 after round 1, the record is damaged$/)
  })

  test('or that it is gone', () => {
    const { path, history } = written(1)
    rmSync(path)
    expect(() => history.refresh()).toThrow(/metrics\.jsonl: cannot be read \(ENOENT/)
  })
})
