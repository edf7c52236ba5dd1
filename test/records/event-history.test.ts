/** What happened in a run, while its record grows. */
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FaultEvent } from '../../src/faults/schema.ts'
import { EventHistory } from '../../src/records/event-history.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const stop: FaultEvent = { after: 2, stop: [1], how: 'killed' }
const back: FaultEvent = { after: 3, return: [1], state: 'kept' }
const lineOf = (line: object): string => `${JSON.stringify(line)}\n`
const missing = (round: number, ...pairs: (readonly [number, number])[]) => ({
  round,
  hop: 0,
  missing: pairs
})

function written(...lines: object[]): { path: string; events: EventHistory } {
  const path = join(temporaryFolder(), 'events.jsonl')
  writeFileSync(path, lines.map(lineOf).join(''))
  return { path, events: new EventHistory(path) }
}

test('commands and missing messages are in the order of the record, and those that come later are added', () => {
  const { path, events } = written({ command: stop }, missing(2, [0, 1], [1, 0]))
  expect(events.refresh()).toBe('more')
  expect(events.commanded).toEqual([stop])
  expect(events.missing).toEqual([missing(2, [0, 1], [1, 0])])
  expect(events.refresh()).toBe('nothing')
  appendFileSync(path, lineOf({ command: back }) + lineOf(missing(4, [0, 1])).slice(0, 9))
  expect(events.refresh()).toBe('more')
  expect(events.commanded).toEqual([stop, back])
  expect(events.missing).toHaveLength(1)
})

test('messages are missing in the round that follows those completed before', () => {
  const { events } = written(missing(2, [0, 1], [1, 0]), missing(4, [0, 1]), missing(2, [2, 1]))
  events.refresh()
  expect([
    events.missingWithin(0, 2),
    events.missingWithin(2, 3),
    events.missingWithin(3, 5),
    events.missingWithin(0, 9)
  ]).toEqual([0, 3, 1, 4])
})

test('what was cut off is forgotten', () => {
  const { path, events } = written({ command: stop }, missing(2, [0, 1]), { command: back })
  events.refresh()
  writeFileSync(path, lineOf({ command: stop }))
  expect(events.refresh()).toBe('others')
  expect(events.commanded).toEqual([stop])
  expect(events.missing).toEqual([])
  expect(events.missingWithin(0, 9)).toBe(0)
})

test.each([
  ['no JSON', '{"command"\n', /events\.jsonl:2: is no JSON, the record is damaged/],
  ['no event', '{"turn":1}\n', /events\.jsonl:2: is no event of a run, the record is damaged/],
  [
    'an unknown command',
    '{"command":{"after":1,"stopp":[1]}}\n',
    /events\.jsonl:2 command stopp: unknown key/
  ]
])('a line that is %s is damaged', (_, line, message) => {
  const { path, events } = written({ command: stop })
  appendFileSync(path, line)
  expect(() => events.refresh()).toThrow(message)
})
