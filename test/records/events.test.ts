/** What the experiment does not say: recorded at once, cut where a run is taken up again, and read to replay it. */
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { exchangeOf } from '../../src/core/exchange.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import type { FaultEvent } from '../../src/faults/schema.ts'
import { createRecord, type RunRecord } from '../../src/records/record.ts'
import { readReplay } from '../../src/records/replay.ts'
import { openRecord } from '../../src/records/resume.ts'
import { sampleAt, stateAt, trafficAt } from '../support/samples.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const settings = { labels: ['east', 'west'], clock: () => new Date('2026-11-22T18:03:11Z') }
const experimentWith = (aggregation: string) =>
  resolve({ peers: 2, rounds: 9, transport: 'libp2p', port: 9000, until: 'consensusError<1e-9', aggregation })
    .experiment

const stop: FaultEvent = { after: 2, stop: [1], how: 'killed' }
const back: FaultEvent = { after: 3, return: [1], state: 'kept' }
const late: FaultEvent = { after: 3, loss: { name: 'one-way', probability: 0.5 } }

const newRecord = (aggregation = 'gossip'): RunRecord =>
  createRecord(temporaryFolder(), experimentWith(aggregation), {}, { ...settings, command: 'murmur run x' })

/** Three rounds with a command each, and a message missing in each, with a checkpoint in the middle of what came after. */
function recorded(): string {
  const record = newRecord()
  record.append(sampleAt(1), trafficAt(1), false)
  record.missing(1, 0, [[0, 1]])
  record.append(sampleAt(2), trafficAt(2), false)
  record.command(stop)
  record.missing(2, 0, [
    [0, 1],
    [1, 0]
  ])
  record.append(sampleAt(3), trafficAt(3), false)
  record.command(back)
  record.checkpoint(stateAt(3, [stop, back]))
  record.command(late)
  record.missing(3, 0, [[1, 0]])
  record.close('interrupted')
  return record.folder
}

const pathOf = (folder: string): string => join(folder, 'events.jsonl')
const linesOf = (folder: string): string[] => readFileSync(pathOf(folder), 'utf8').split('\n')

describe('events.jsonl', () => {
  test('is there from the beginning, empty until something happens', () => {
    const record = newRecord()
    expect(linesOf(record.folder)).toEqual([''])
    record.close('finished')
  })

  test('has each event at once, as a line', () => {
    const record = newRecord()
    record.missing(12, 0, [[0, 1]])
    expect(linesOf(record.folder)).toEqual(['{"round":12,"hop":0,"missing":[[0,1]]}', ''])
    record.command(stop)
    expect(linesOf(record.folder)[1]).toBe('{"command":{"after":2,"stop":[1],"how":"killed"}}')
    record.close('finished')
  })

  test('is cut where the run is taken up again: commands after the checkpoint are forgotten, too', () => {
    const folder = recorded()
    const before = linesOf(folder)
    openRecord(folder, settings, () => {}).record.close('interrupted')
    expect(linesOf(folder)).toEqual([...before.slice(0, 4), ''])
    expect(linesOf(folder)[3]).toContain('"return"')
  })

  test('is readable wherever a crash tore its last line', () => {
    const folder = recorded()
    const whole = readFileSync(pathOf(folder))
    const last = whole.lastIndexOf('\n', whole.length - 2) + 1
    for (let length = last; length <= whole.length; length++) {
      writeFileSync(pathOf(folder), whole.subarray(0, length))
      openRecord(folder, settings, () => {}).record.close('interrupted')
      expect(linesOf(folder)).toHaveLength(5)
    }
  })

  test.each([
    ['lacks a command', /^.*"command".*\n/m, '', /events\.jsonl:3: is not the command that was obeyed/],
    [
      'lacks the last command',
      /^.*"return".*\n.*\n.*\n/m,
      '',
      /holds 1 of the 2 commands obeyed up to the checkpoint/
    ],
    ['is no JSON', '{"round":1', '{"round";1', /events\.jsonl:1: is no JSON, the record is damaged/],
    [
      'is no event',
      '{"round":1',
      '{"turn":1',
      /events\.jsonl:1: is no event of a run, the record is damaged/
    ],
    [
      'has an unknown command',
      '"stop"',
      '"stopp"',
      /events\.jsonl:2 command stopp: unknown key; did you mean/
    ]
  ])('that %s is damaged', (_, from, to, message) => {
    const folder = recorded()
    writeFileSync(pathOf(folder), readFileSync(pathOf(folder), 'utf8').replace(from, to))
    const open = () => openRecord(folder, settings, () => {})
    expect(open).toThrow(ExperimentError)
    expect(open).toThrow(message)
    expect(() => readReplay(folder)).toThrow(message)
  })
})

describe('a replay', () => {
  test('has what happened up to the last checkpoint, and leaves the record as it was', () => {
    const folder = recorded()
    const before = linesOf(folder)
    const { experiment, commanded, missing, rounds, theta } = readReplay(folder)
    expect(experiment).toEqual({
      ...experimentWith('gossip'),
      transport: 'simulated',
      port: null,
      rounds: 3,
      until: null
    })
    expect(commanded).toEqual([stop, back])
    expect([...missing]).toEqual([
      [1, [[0, 1]]],
      [
        2,
        [
          [0, 1],
          [1, 0]
        ]
      ]
    ])
    expect(rounds).toBe(3)
    expect(theta).toEqual(stateAt(3).theta)
    expect(linesOf(folder)).toEqual(before)
  })

  test.each(['finished', 'interrupted', 'target-missed', 'diverged', 'failed'] as const)(
    'may be of a run that ended %s',
    status => {
      const record = newRecord()
      record.checkpoint(stateAt(4))
      record.close(status)
      expect(readReplay(record.folder).rounds).toBe(4)
    }
  )

  test('numbers the exchanges of a star, two a round', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(19), { maxLength: 20 }), exchanges => {
        const record = newRecord('star')
        const inOrder = exchanges.sort((a, b) => a - b)
        for (const exchange of inOrder) record.missing(Math.floor(exchange / 2), exchange % 2, [[2, 0]])
        record.checkpoint(stateAt(10))
        record.close('interrupted')
        expect([...readReplay(record.folder).missing.keys()]).toEqual(
          inOrder.map(exchange => exchangeOf(Math.floor(exchange / 2), exchange % 2))
        )
        rmSync(record.folder, { recursive: true })
      }),
      { numRuns: 20 }
    )
  })

  test('takes together what several processes missed in one exchange', () => {
    const record = newRecord()
    record.missing(0, 0, [[0, 1]])
    record.missing(0, 0, [[1, 0]])
    record.checkpoint(stateAt(1))
    record.close('interrupted')
    expect([...readReplay(record.folder).missing]).toEqual([
      [
        0,
        [
          [0, 1],
          [1, 0]
        ]
      ]
    ])
  })

  test.each([
    ['a hop that a round does not have', '{"round":0,"hop":1,"missing":[[0,1]]}'],
    ['a participant that does not exist', '{"round":0,"hop":0,"missing":[[0,2]]}']
  ])('is refused where the record has %s', (_, lines) => {
    const record = newRecord()
    record.checkpoint(stateAt(1))
    record.close('interrupted')
    appendFileSync(pathOf(record.folder), `${lines}\n`)
    const read = () => readReplay(record.folder)
    expect(read).toThrow(ExperimentError)
    expect(read).toThrow(
      /events\.jsonl: hop \d after 0 rounds cannot be as it is told, the record is damaged$/
    )
  })

  test('is refused where there is nothing to replay', () => {
    const record = newRecord()
    expect(() => readReplay(record.folder)).toThrow(/^--replay .*: is running, in process \d+$/)
    record.checkpoint(stateAt(0))
    record.close('interrupted')
    expect(() => readReplay(record.folder)).toThrow(
      /^--replay .*: ended before its first checkpoint of a round$/
    )
    truncateSync(join(record.folder, 'checkpoint'), 50)
    expect(() => readReplay(record.folder)).toThrow(/checkpoint: no checkpoint to read/)
    expect(() => readReplay('no-such-run')).toThrow('--replay: there is no run "no-such-run"')
  })
})
