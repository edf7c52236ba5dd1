import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Named } from '../../src/experiment/named.ts'
import type { Scenario } from '../../src/faults/scenario.ts'
import { type Change, FaultSchedule } from '../../src/faults/schedule.ts'
import type { FaultAction, FaultEvent, LinkFault, Loss, Pair, Participant } from '../../src/faults/schema.ts'
import { DUPLICATED, FATE, REORDERED } from '../../src/interfaces.ts'
import { oracle } from './oracle.ts'
import { exchange, exchanges, failures, type Plan, ring, scheduleOf, star } from './scenarios.ts'

const ROUNDS = 24
const DEADLINE_MS = 50

const faultless: Scenario = {
  loss: { name: 'one-way', probability: 0 },
  delayMs: { name: 'constant', ms: 0 },
  faults: null,
  seed: '1',
  peers: 8,
  deadlineMs: DEADLINE_MS
}

const loss: fc.Arbitrary<Loss> = fc.record({
  name: fc.constantFrom('one-way', 'both'),
  probability: fc.constantFrom(0, 0.3)
})
const delay: fc.Arbitrary<Named> = fc.constantFrom<Named>(
  { name: 'constant', ms: 0 },
  { name: 'constant', ms: 20 },
  { name: 'uniform', low: 10, high: 80 },
  { name: 'exponential', mean: 20 },
  { name: 'pareto', median: 10, shape: 0.8 }
)

function actions(participant: fc.Arbitrary<Participant>): fc.Arbitrary<FaultAction> {
  const some = fc.uniqueArray(participant, { minLength: 1, maxLength: 3 })
  const pairs = fc.array(pairOf(participant), { minLength: 1, maxLength: 2 })
  const ratio = fc.constantFrom(0, 0.3)
  return fc.oneof(
    fc.record({ stop: some, how: fc.constantFrom('closed', 'killed', 'frozen') }),
    fc.record({ return: some, state: fc.constantFrom('kept', 'lost') }),
    fc.record({ cut: pairs, direction: fc.constantFrom('both', 'one-way') }),
    fc.record({ heal: fc.oneof(fc.constant<'all'>('all'), pairs) }),
    fc.record({ partition: some.map(group => [group]) }),
    fc.record({ slow: some, byMs: fc.constantFrom(0, 15, 70) }),
    fc.record({ loss }),
    fc.record({ delayMs: delay }),
    fc.record({ duplicates: ratio }),
    fc.record({ reordering: ratio })
  )
}

const pairOf = (participant: fc.Arbitrary<Participant>): fc.Arbitrary<Pair> =>
  fc.tuple(participant, participant).filter(([i, j]) => i !== j)

interface Case {
  readonly plan: Plan
  readonly scenario: Scenario
  readonly commands: readonly FaultEvent[]
}

/** Rings and stars of a few peers with everything going wrong. */
const cases: fc.Arbitrary<Case> = fc
  .record({ peers: fc.integer({ min: 3, max: 6 }), hub: fc.boolean() })
  .chain(({ peers, hub }) => {
    const participant = fc.oneof(fc.nat(peers - 1), fc.constant<Participant>(hub ? 'hub' : 0))
    const joiner = participant.filter(who => who !== 0)
    const after = fc.nat(ROUNDS)
    const event = fc.oneof(
      { arbitrary: fc.tuple(after, actions(participant)), weight: 9 },
      {
        arbitrary: fc.tuple(after, fc.record({ join: fc.tuple(joiner) })),
        weight: 1
      }
    )
    const events: fc.Arbitrary<FaultEvent[]> = fc.array(
      event.map(([rounds, action]) => ({ after: rounds, ...action })),
      { maxLength: 10 }
    )
    const link: fc.Arbitrary<LinkFault> = fc
      .record({
        ends: pairOf(participant),
        loss: fc.option(loss),
        delayMs: fc.option(delay),
        direction: fc.constantFrom('both', 'one-way')
      })
      .map(({ ends: [from, to], ...rest }) => ({ from, to, ...rest }))
    const ratio = fc.constantFrom(0, 0.3)
    const faults = fc.record({
      duplicates: ratio,
      reordering: ratio,
      links: fc.array(link, { maxLength: 2 }),
      events
    })
    return fc.record({
      plan: fc.constant(hub ? star(peers) : ring(peers)),
      scenario: fc.record({
        loss,
        delayMs: delay,
        faults: fc.option(faults),
        seed: fc.string(),
        peers: fc.constant(peers),
        deadlineMs: fc.constant(DEADLINE_MS)
      }),
      commands: events
    })
  })

describe('in every scenario', () => {
  test('fates, durations and who is waited for are those of the plain rules', () => {
    fc.assert(
      fc.property(cases, ({ plan, scenario }) => {
        const schedule = new FaultSchedule(scenario, plan)
        const everything = oracle(scenario, plan, ROUNDS)
        for (let round = 0; round < ROUNDS; round++) {
          schedule.begin(round)
          for (const [hop, { senders }] of plan.hops.entries()) {
            const expected = everything[round * plan.hops.length + hop]!
            const made = exchange(schedule, round, hop)
            const allWell = { links: new Array(senders.length).fill(0), durationMs: 0, waitedFor: [] }
            expect(made ?? allWell).toEqual(expected)
          }
        }
      }),
      { numRuns: 300 }
    )
  })

  test('a schedule that is restored before any round goes on as if nothing had been', () => {
    fc.assert(
      fc.property(cases, fc.nat(ROUNDS), ({ plan, scenario, commands }, restoredAt) => {
        const whole = new FaultSchedule(scenario, plan)
        play(whole, plan, commands, 0, restoredAt)
        command(whole, commands, restoredAt)
        const state = whole.state()
        const restored = new FaultSchedule(scenario, plan)
        const stops = restored.restore(structuredClone(state))
        expect(restored.up).toEqual(whole.up)
        const stopped = [...whole.up.keys()].filter(i => whole.up[i] === 0)
        expect(stops.map(({ participant }) => participant)).toEqual(restoredAt > 0 ? stopped : [])
        expect(restored.state()).toEqual(state)
        const later = commands.map(each => (each.after === restoredAt ? { ...each, after: -1 } : each))
        const rest = play(whole, plan, later, restoredAt, ROUNDS)
        expect(play(restored, plan, later, restoredAt, ROUNDS)).toEqual(rest)
        expect(restored.state()).toEqual(whole.state())
        expect(restored.incarnations).toEqual(whole.incarnations)
        expect(restored.virtualMs).toBe(whole.virtualMs)
      }),
      { numRuns: 200 }
    )
  })

  test('the same commands, known from the beginning, give the same run', () => {
    fc.assert(
      fc.property(cases, ({ plan, scenario, commands }) => {
        const live = new FaultSchedule(scenario, plan)
        const made = play(live, plan, commands, 0, ROUNDS)
        const replayed = new FaultSchedule(scenario, plan, { commanded: live.commanded })
        expect(play(replayed, plan, [], 0, ROUNDS)).toEqual(made)
      })
    )
  })

  test('fates of messages depend on nothing that was asked before, where nothing takes time', () => {
    fc.assert(
      fc.property(cases, ({ plan, scenario }) => {
        const atOnce = { name: 'constant', ms: 0 }
        const events = (scenario.faults?.events ?? []).filter(
          event => !('delayMs' in event || 'slow' in event || event.after > 0)
        )
        const faults = { duplicates: 0.3, reordering: 0.3, links: [], events }
        const schedule = () => {
          const fresh = new FaultSchedule({ ...scenario, delayMs: atOnce, faults }, plan)
          fresh.begin(0)
          return fresh
        }
        const order = Array.from({ length: ROUNDS * plan.hops.length }, (_, k) => k)
        const ask = (asked: FaultSchedule, k: number) =>
          exchange(asked, Math.floor(k / plan.hops.length), k % plan.hops.length)
        const forwards = schedule()
        const backwards = schedule()
        const answers = order.map(k => ask(forwards, k))
        expect(order.toReversed().map(k => ask(backwards, k))).toEqual(answers.toReversed())
        expect(order.map(k => ask(forwards, k))).toEqual(answers)
      })
    )
  })

  test('somebody takes part', () => {
    fc.assert(
      fc.property(cases, ({ plan, scenario, commands }) => {
        const schedule = new FaultSchedule(scenario, plan)
        for (let round = 0; round < ROUNDS; round++) {
          command(schedule, commands, round)
          schedule.begin(round)
          expect(schedule.up.subarray(0, scenario.peers)).toContain(1)
        }
      })
    )
  })
})

/** Gives the commands of a round; those that are impossible are refused. */
function command(schedule: FaultSchedule, commands: readonly FaultEvent[], round: number): void {
  for (const { after, ...action } of commands) if (after === round) schedule.add(action, round)
}

function play(
  schedule: FaultSchedule,
  plan: Plan,
  commands: readonly FaultEvent[],
  first: number,
  last: number
) {
  return Array.from({ length: last - first }, (_, r) => {
    command(schedule, commands, first + r)
    const changes = schedule.begin(first + r)
    return { changes, exchanges: plan.hops.map((_, hop) => exchange(schedule, first + r, hop)) }
  })
}

/** A share of the links of many exchanges, and five standard deviations of it. */
function share(
  plan: Plan,
  raw: object,
  counts: (fate: number) => boolean
): { ratio: number; spread: number } {
  const links = exchanges(scheduleOf({ peers: 100, ...raw }, plan), 500).flatMap(made => made?.links ?? [])
  const ratio = links.filter(counts).length / links.length
  return { ratio, spread: 5 * Math.sqrt((ratio * (1 - ratio)) / links.length) }
}

describe('chance', () => {
  const plan = ring(100)
  const isLost = (fate: number) => (fate & 3) === FATE.lost

  test.each([0.01, 0.1, 0.5])('takes a share of %d of the messages', probability => {
    for (const name of ['one-way', 'both']) {
      const { ratio, spread } = share(plan, { loss: { name, probability } }, isLost)
      expect(Math.abs(ratio - probability)).toBeLessThan(name === 'both' ? 2 * spread : spread)
    }
  })

  test('marks a share of those that arrive as duplicated or reordered, each on its own, and no other', () => {
    const raw = { loss: 0.5, faults: { duplicates: 0.4, reordering: 0.2 } }
    const of = (counts: (fate: number) => boolean) => share(plan, raw, counts)
    for (const [marks, expected] of [
      [DUPLICATED, 0.5 * 0.4 * 0.8],
      [REORDERED, 0.5 * 0.6 * 0.2],
      [DUPLICATED + REORDERED, 0.5 * 0.4 * 0.2]
    ] as const) {
      const { ratio, spread } = of(fate => fate === marks)
      expect(Math.abs(ratio - expected)).toBeLessThan(spread)
    }
    expect(of(fate => isLost(fate) && fate > 3).ratio).toBe(0)
  })

  test('loses one way on its own, or both ways of an edge together', () => {
    const lostWays = (loss: string): number[] => {
      const counts = [0, 0, 0]
      for (const made of exchanges(scheduleOf({ peers: 100, loss }, plan), 200)) {
        const failed = failures(plan, made)
        for (let i = 0; i < 100; i++) {
          const next = (i + 1) % 100
          counts[[`${i}>${next}`, `${next}>${i}`].filter(link => link in failed).length]!++
        }
      }
      return counts
    }
    const [none = 0, one = 0, two = 0] = lostWays('one-way:0.5')
    for (const [count, expected] of [
      [none, 5000],
      [one, 10_000],
      [two, 5000]
    ] as const)
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(10_000))
    const [neither = 0, alone, together = 0] = lostWays('both:0.5')
    expect(alone).toBe(0)
    expect(Math.abs(together - neither)).toBeLessThan(10 * Math.sqrt(5000))
  })

  test('loses what a peer sends to the hub and hears from it together, if both are to be lost together', () => {
    const wheel = star(8)
    const schedule = scheduleOf({ loss: 'both:0.5' }, wheel)
    let lost = 0
    for (let round = 0; round < 50; round++) {
      schedule.begin(round)
      const up = Object.keys(failures(wheel, exchange(schedule, round, 0), 0))
      const down = Object.keys(failures(wheel, exchange(schedule, round, 1), 1))
      expect(down.map(link => link.split('>').reverse().join('>')).toSorted()).toEqual(up.toSorted())
      lost += up.length
    }
    expect(lost).toBeGreaterThan(100)
  })

  test('differs by seed', () => {
    const [a, b] = ['1', '2'].map(seed => exchanges(scheduleOf({ seed, loss: 0.5 }), 10))
    expect(a).not.toEqual(b)
  })

  test('is of its own on a link that is named', () => {
    const made = (direction: string) => {
      const links = [{ from: 2, to: 3, loss: 0.999999, direction }]
      return failures(ring(8), exchanges(scheduleOf({ faults: { links } }), 1)[0])
    }
    expect(made('one-way')).toEqual({ '2>3': 'lost' })
    expect(made('both')).toEqual({ '2>3': 'lost', '3>2': 'lost' })
  })
})

describe('events', () => {
  const plan = ring(6)
  const withEvents = (...events: object[]) => scheduleOf({ peers: 6, faults: { events } }, plan)
  const failed = (schedule: FaultSchedule, rounds: number) =>
    exchanges(schedule, rounds).map(made => made && failures(plan, made))

  test('nothing can go wrong without faults, and that is said', () => {
    expect(exchanges(scheduleOf({}), 3)).toEqual([undefined, undefined, undefined])
  })

  test('a peer that is gone sends and hears nothing; one that is frozen is still sent to', () => {
    const gone = { '2>1': 'unsent', '2>3': 'unsent', '1>2': 'unsent', '3>2': 'unsent' }
    const silent = { '2>1': 'unsent', '2>3': 'unsent', '1>2': 'lost', '3>2': 'lost' }
    for (const [how, fates] of [
      ['closed', gone],
      ['killed', gone],
      ['frozen', silent]
    ] as const) {
      const schedule = withEvents({ after: 1, stop: 2, how }, { after: 2, return: 2 })
      expect(failed(schedule, 3)).toEqual([undefined, fates, undefined])
    }
  })

  test('who stops and returns is told, ascending, with how often it has begun anew', () => {
    const schedule = withEvents(
      { after: 0, stop: 4 },
      { after: 2, return: 4, state: 'kept' },
      { after: 2, stop: [3, 1], how: 'killed' },
      { after: 3, return: [1, 3] },
      { after: 3, join: 0 },
      { after: 4, stop: 1, how: 'frozen' },
      { after: 4, return: 1 }
    )
    const told: (readonly Change[])[] = [0, 1, 2, 3, 4].map(round => schedule.begin(round))
    expect(told).toEqual([
      [
        { kind: 'stop', participant: 0, how: 'closed' },
        { kind: 'stop', participant: 4, how: 'closed' }
      ],
      [],
      [
        { kind: 'stop', participant: 1, how: 'killed' },
        { kind: 'stop', participant: 3, how: 'killed' },
        { kind: 'return', participant: 4, state: 'kept', incarnation: 0 }
      ],
      [
        { kind: 'return', participant: 0, state: 'lost', incarnation: 0 },
        { kind: 'return', participant: 1, state: 'lost', incarnation: 1 },
        { kind: 'return', participant: 3, state: 'lost', incarnation: 1 }
      ],
      [
        { kind: 'stop', participant: 1, how: 'frozen' },
        { kind: 'return', participant: 1, state: 'lost', incarnation: 2 }
      ]
    ])
    expect([...schedule.up]).toEqual([1, 1, 1, 1, 1, 1])
    expect([...schedule.incarnations]).toEqual([0, 2, 0, 1, 0, 0])
  })

  test('a cut ends one way or both, until it is healed', () => {
    const schedule = withEvents(
      { after: 0, cut: [0, 1] },
      { after: 1, cut: [3, 2], direction: 'one-way' },
      { after: 2, heal: [1, 0] },
      { after: 3, heal: 'all' }
    )
    expect(failed(schedule, 4)).toEqual([
      { '0>1': 'lost', '1>0': 'lost' },
      { '0>1': 'lost', '1>0': 'lost', '3>2': 'lost' },
      { '3>2': 'lost' },
      undefined
    ])
  })

  test('groups hear each other no more, those listed nowhere are one more group, and another partition replaces it', () => {
    const schedule = withEvents(
      { after: 0, partition: [[0, 1], [2]] },
      { after: 1, cut: [4, 5] },
      { after: 2, partition: [[0, 1, 2, 3, 4, 5]] },
      { after: 3, heal: 'all' }
    )
    const edges = (...pairs: string[]) =>
      Object.fromEntries(
        pairs.flatMap(([i, j]) => [
          [`${i}>${j}`, 'lost'],
          [`${j}>${i}`, 'lost']
        ])
      )
    expect(failed(schedule, 4)).toEqual([
      edges('12', '23', '50'),
      edges('12', '23', '50', '45'),
      edges('45'),
      undefined
    ])
  })

  test('a hub that is listed nowhere stays with the first group', () => {
    const wheel = star(3)
    const split = (partition: Participant[][]) => {
      const schedule = scheduleOf({ peers: 3, faults: { events: [{ after: 0, partition }] } }, wheel)
      schedule.begin(0)
      return failures(wheel, exchange(schedule, 0, 1), 1)
    }
    expect(split([[0], [1, 2]])).toEqual({ '3>1': 'lost', '3>2': 'lost' })
    expect(split([[0], [1, 2, 'hub']])).toEqual({ '3>0': 'lost' })
  })

  test('a plan without a hub passes over what is said of the hub', () => {
    const events: FaultEvent[] = [
      { after: 0, stop: ['hub'], how: 'closed' },
      { after: 0, cut: [['hub', 5]], direction: 'both' },
      { after: 0, slow: ['hub'], byMs: 5 }
    ]
    const links: LinkFault[] = [{ from: 'hub', to: 0, loss: null, delayMs: null, direction: 'both' }]
    const faults = { duplicates: 0, reordering: 0, links, events }
    const schedule = new FaultSchedule({ ...faultless, peers: 6, faults }, plan)
    expect(schedule.begin(0)).toEqual([])
    expect(failures(plan, exchange(schedule, 0))).toEqual({})
  })
})

describe('commands', () => {
  const running = () => {
    const events = [
      { after: 3, stop: 1 },
      { after: 9, join: 5 }
    ]
    const schedule = scheduleOf({ peers: 6, faults: { events } }, ring(6))
    for (let round = 0; round < 3; round++) schedule.begin(round)
    return schedule
  }

  test('are obeyed by the next round, after its events, and remembered', () => {
    const schedule = running()
    expect(schedule.add({ stop: [0], how: 'killed' }, 3)).toBe(undefined)
    expect(schedule.add({ return: [1], state: 'kept' }, 3)).toBe(undefined)
    expect([...schedule.up]).toEqual([1, 1, 1, 1, 1, 0])
    expect(schedule.begin(3)).toEqual([
      { kind: 'stop', participant: 0, how: 'killed' },
      { kind: 'stop', participant: 1, how: 'closed' },
      { kind: 'return', participant: 1, state: 'kept', incarnation: 0 }
    ])
    expect(schedule.commanded).toEqual([
      { after: 3, stop: [0], how: 'killed' },
      { after: 3, return: [1], state: 'kept' }
    ])
  })

  const impossible: readonly [FaultAction, string][] = [
    [{ stop: [6], how: 'closed' }, 'there is no peer 6; allowed: 0 to 5'],
    [{ stop: ['hub'], how: 'closed' }, 'there is no hub; allowed: 0 to 5'],
    [{ stop: [2, 1], how: 'closed' }, 'peer 1 is stopped already'],
    [{ stop: [5], how: 'closed' }, 'peer 5 has not joined yet'],
    [{ return: [2], state: 'lost' }, 'peer 2 takes part already'],
    [{ join: [2] }, 'peer 2 has taken part already'],
    [{ stop: [0, 2, 3, 4], how: 'closed' }, 'peer 4 is the last that takes part, and one must remain'],
    [{ cut: [[0, 2]], direction: 'both' }, 'peer 0 has no edge with peer 2; allowed: 1, 5']
  ]
  test.each(impossible)('%j is refused: %s', (action, reason) => {
    const schedule = running()
    expect(schedule.add(action, 3)).toBe(reason)
    expect(schedule.commanded).toEqual([])
    expect(schedule.begin(3)).toEqual([{ kind: 'stop', participant: 1, how: 'closed' }])
  })

  test('an event that a command has made impossible is passed over', () => {
    const schedule = running()
    schedule.begin(3)
    expect(schedule.add({ join: [5] }, 4)).toBe(undefined)
    for (let round = 4; round < 9; round++) schedule.begin(round)
    expect(schedule.begin(9)).toEqual([])
  })
})

describe('a run that is gone through again', () => {
  test('misses the messages that did not come, and no other', () => {
    const plan = ring(6)
    const missing = new Map<number, [number, number][]>([[1, [[2, 3]]]])
    const made = exchanges(new FaultSchedule({ ...faultless, peers: 6 }, plan, { missing }), 3)
    expect(made.map(each => each && failures(plan, each))).toEqual([undefined, { '3>2': 'lost' }, undefined])
  })
})
