import { expect, test } from 'vitest'
import { Gathering } from '../../src/processes/gathering.ts'
import type { Member } from '../../src/processes/member.ts'
import type { Rows } from '../../src/processes/protocol.ts'

const PATIENCE_SECONDS = 5

const memberAt = (completed: number, heardAtSeconds: number) =>
  ({
    completed,
    heardAtSeconds,
    isLagging: false,
    get isActive() {
      return !this.isLagging
    }
  }) as Member

const rowsOf = (round: number) => ({ round }) as Rows

test('a round is complete when all active members have told of it', () => {
  const gathering = new Gathering()
  const [first, second] = [memberAt(1, 0), memberAt(0, 0)]
  gathering.add(first, rowsOf(1), 0)
  expect(gathering.take([first, second], 0, PATIENCE_SECONDS)).toBeUndefined()
  second.completed = 1
  gathering.add(second, rowsOf(1), 0)
  expect(gathering.take([first, second], 0, PATIENCE_SECONDS)?.rows.size).toBe(2)
})

test('who is slow but tells something is waited for, however far the first one is ahead', () => {
  const gathering = new Gathering()
  const [first, slow] = [memberAt(1000, 0), memberAt(10, 99)]
  gathering.add(first, rowsOf(1000), 0)
  expect(gathering.take([first, slow], 100, PATIENCE_SECONDS)).toBeUndefined()
  expect(slow.isLagging).toBe(false)
})

test('who tells nothing for longer than the patience is lagging, and the round is complete without it', () => {
  const gathering = new Gathering()
  const [first, frozen] = [memberAt(11, 100), memberAt(10, 90)]
  gathering.add(first, rowsOf(11), 94)
  expect(gathering.take([first, frozen], 98, PATIENCE_SECONDS)).toBeUndefined()
  expect(gathering.take([first, frozen], 100, PATIENCE_SECONDS)?.rows.size).toBe(1)
  expect(frozen.isLagging).toBe(true)
})

test('what is told of a round that was measured already is left out', () => {
  const gathering = new Gathering()
  const [first, second] = [memberAt(1, 0), memberAt(1, 0)]
  gathering.add(first, rowsOf(1), 0)
  expect(gathering.take([first], 0, PATIENCE_SECONDS)?.round).toBe(1)
  gathering.add(second, rowsOf(1), 0)
  expect(gathering.take([first, second], 0, PATIENCE_SECONDS)).toBeUndefined()
})
