import { describe, expect, test } from 'vitest'
import { type Exchange, exchanges, failures, ring, scheduleOf, star } from './scenarios.ts'

const plan = ring(4)
const durations = (made: (Exchange | undefined)[]) => made.map(each => each?.durationMs ?? 0)
/** The rounds in which somebody was waited for, and whom. */
const waits = (made: (Exchange | undefined)[]) =>
  made.flatMap((each, round) => (each?.waitedFor.length ? [[round, ...each.waitedFor]] : []))

describe('an exchange takes', () => {
  test('as long as its slowest message that arrives', () => {
    const constant = scheduleOf({ peers: 4, delayMs: 20 })
    expect(durations(exchanges(constant, 3))).toEqual([20, 20, 20])
    expect(constant.virtualMs).toBe(60)

    const links = [{ from: 0, to: 1, delayMs: 35, direction: 'one-way' }]
    const one = scheduleOf({ peers: 4, delayMs: 20, faults: { links, events: [{ after: 1, cut: [0, 1] }] } })
    expect(durations(exchanges(one, 2))).toEqual([35, 20])
  })

  test('nothing at all where nothing takes time', () => {
    expect(durations(exchanges(scheduleOf({ peers: 4, loss: 0.5 }), 20))).toEqual(new Array(20).fill(0))
  })

  test('as long as somebody takes to get ready', () => {
    const events = [
      { after: 1, slow: 2, byMs: 30 },
      { after: 2, slow: 2, byMs: 0 }
    ]
    const made = exchanges(scheduleOf({ peers: 4, delayMs: 5, faults: { events } }), 3)
    expect(durations(made)).toEqual([5, 35, 5])
    expect(waits(made)).toEqual([])
  })

  test('twice the delay over a hub, up and down, and slowness once', () => {
    const wheel = star(3)
    const faults = { events: [{ after: 0, slow: 1, byMs: 30 }] }
    const schedule = scheduleOf({ peers: 3, delayMs: 5, faults }, wheel)
    schedule.begin(0)
    expect([0, 1].map(hop => schedule.fates(0, hop)?.durationMs)).toEqual([35, 5])
    expect(schedule.virtualMs).toBe(40)
  })

  test('no longer than the deadline', () => {
    const made = exchanges(scheduleOf({ peers: 4, delayMs: 200, deadlineMs: 100 }), 1)
    expect(durations(made)).toEqual([100])
    expect(waits(made)).toEqual([[0, 0, 1, 2, 3]])
    expect(Object.values(failures(plan, made[0]))).toEqual(new Array(8).fill('late'))
  })
})

describe('a neighbour that is too slow', () => {
  const slow = (byMs: number, ...events: object[]) =>
    scheduleOf({
      peers: 4,
      delayMs: 10,
      deadlineMs: 100,
      faults: { events: [{ after: 2, slow: 3, byMs }, ...events] }
    })

  test('costs one deadline, and the rounds after go on without it', () => {
    const made = exchanges(slow(1000), 20)
    expect(durations(made)).toEqual([10, 10, 100, ...new Array(17).fill(10)])
    expect(waits(made)).toEqual([[2, 3]])
    for (const each of made.slice(2)) expect(failures(plan, each)).toEqual({ '3>0': 'late', '3>2': 'late' })
  })

  test('costs fewer and fewer as long as it stays so', () => {
    const rounds = waits(exchanges(slow(1000), 3000)).map(([round]) => round!)
    const gaps = rounds.slice(1).map((round, k) => round - rounds[k]!)
    expect(rounds.length).toBe(5)
    // A late message takes 1,010 ms: 92 rounds after the deadline, about a hundred for each that follows.
    expect(gaps[0]).toBe(92)
    for (const [k, gap] of gaps.slice(1).entries()) expect(gap / gaps[k]!).toBeCloseTo(2, 0)
  })

  test('is waited for again once a message of it comes in time', () => {
    const made = exchanges(slow(1000, { after: 5, slow: 3, byMs: 0 }, { after: 8, slow: 3, byMs: 500 }), 12)
    expect(waits(made)).toEqual([
      [2, 3],
      [8, 3]
    ])
    expect(made.slice(5, 8).map(each => failures(plan, each))).toEqual([{}, {}, {}])
  })

  test('is another thing than one that is cut off or frozen: for those nobody waits', () => {
    const frozen = exchanges(slow(0, { after: 4, stop: 1, how: 'frozen' }, { after: 6, cut: [2, 3] }), 10)
    expect(waits(frozen)).toEqual([])
    expect(durations(frozen)).toEqual(new Array(10).fill(10))
  })

  test('hears the others: its own slowness stops nobody', () => {
    const [, , made] = exchanges(slow(1000), 3)
    expect(failures(plan, made)).not.toHaveProperty('0>3')
    expect(failures(plan, made)).not.toHaveProperty('2>3')
  })
})
