import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { checkEdges } from '../../src/faults/rules.ts'
import type { Faults } from '../../src/faults/schema.ts'
import { ring, star } from './scenarios.ts'

const quiet = { peers: 6, transport: 'simulated', rounds: 100 }
const resolved = (raw: object) => resolve({ ...quiet, ...raw })
const faultsOf = (faults: object, raw: object = {}): Faults => {
  const { experiment } = resolved({ faults, ...raw })
  if (experiment.faults === null) throw new Error('no faults')
  return experiment.faults
}
const events = (...list: object[]) => ({ events: list })

describe('faults as they are run', () => {
  test('have every default filled in', () => {
    expect(resolved({}).experiment).toMatchObject({
      loss: { name: 'one-way', probability: 0 },
      delayMs: { name: 'constant', ms: 0 },
      faults: null
    })
    expect(faultsOf({})).toEqual({ duplicates: 0, reordering: 0, links: [], events: [] })
    expect(faultsOf({ links: [{ from: 0, to: 1, loss: 0.5 }] }).links).toEqual([
      { from: 0, to: 1, loss: { name: 'one-way', probability: 0.5 }, delayMs: null, direction: 'both' }
    ])
  })

  test.each([
    [{ stop: 3 }, { stop: [3], how: 'closed' }],
    [
      { stop: [3, 1], how: 'frozen' },
      { stop: [3, 1], how: 'frozen' }
    ],
    [{ join: 2 }, { join: [2] }],
    [{ cut: [0, 1] }, { cut: [[0, 1]], direction: 'both' }],
    [
      {
        cut: [
          [0, 1],
          [1, 2]
        ],
        direction: 'one-way'
      },
      {
        cut: [
          [0, 1],
          [1, 2]
        ],
        direction: 'one-way'
      }
    ],
    [{ heal: 'all' }, { heal: 'all' }],
    [{ heal: [1, 0] }, { heal: [[1, 0]] }],
    [{ partition: [[0, 1], [2]] }, { partition: [[0, 1], [2]] }],
    [
      { slow: 3, byMs: 50 },
      { slow: [3], byMs: 50 }
    ],
    [{ loss: 'both:0.25' }, { loss: { name: 'both', probability: 0.25 } }],
    [{ delayMs: 'uniform:low=1,high=2' }, { delayMs: { name: 'uniform', low: 1, high: 2 } }],
    [{ duplicates: 0.5 }, { duplicates: 0.5 }],
    [{ reordering: 1 }, { reordering: 1 }]
  ])('%j is obeyed as %j', (action, normal) => {
    expect(faultsOf(events({ after: 7, ...action })).events).toEqual([{ after: 7, ...normal }])
  })

  test('return with nothing unless they say otherwise', () => {
    const list = [
      { after: 1, stop: [1, 2] },
      { after: 2, return: 1 },
      { after: 2, return: 2, state: 'kept' }
    ]
    expect(faultsOf(events(...list)).events.slice(1)).toEqual([
      { after: 2, return: [1], state: 'lost' },
      { after: 2, return: [2], state: 'kept' }
    ])
  })

  test('give loss and delay to the whole experiment, unless it has its own', () => {
    const faults = { loss: 0.25, delayMs: 'exponential:mean=5', duplicates: 0.5 }
    expect(resolved({ faults }).experiment).toMatchObject({
      loss: { name: 'one-way', probability: 0.25 },
      delayMs: { name: 'exponential', mean: 5 },
      faults: { duplicates: 0.5, reordering: 0, links: [], events: [] }
    })
    expect(resolved({ faults, loss: 0, delayMs: 3 }).experiment).toMatchObject({
      loss: { name: 'one-way', probability: 0 },
      delayMs: { name: 'constant', ms: 3 }
    })
  })

  test('resolve to themselves, after JSON too', () => {
    const raw = {
      ...quiet,
      aggregation: 'star',
      loss: 'both:0.1',
      faults: {
        delayMs: 'pareto:median=20,shape=1.5',
        reordering: 0.1,
        links: [{ from: 1, to: 'hub', delayMs: 5, direction: 'one-way' }],
        events: [
          { after: 9, return: [1, 'hub'] },
          { after: 3, stop: [1, 'hub'], how: 'killed' },
          { after: 5, join: 2 },
          { after: 5, cut: ['hub', 3] },
          { after: 6, heal: 'all' },
          { after: 6, partition: [[0, 'hub'], [3]] },
          { after: 7, slow: 0, byMs: 5 },
          { after: 8, loss: 0.5 },
          { after: 8, delayMs: 1 }
        ]
      }
    }
    const once = resolve(raw).experiment
    expect(resolve(once)).toEqual({ experiment: once, notes: [] })
    expect(JSON.stringify(resolve(JSON.parse(JSON.stringify(once))).experiment)).toBe(JSON.stringify(once))
  })

  test('that come when the run has ended are said to have no effect', () => {
    const late = events({ after: 99, duplicates: 0.5 }, { after: 100, stop: 1 })
    expect(resolved({ faults: late }).notes).toEqual([
      'faults.events.1: after 100 has no effect, the run ends after round 100'
    ])
  })
})

describe('what faults cannot be is refused, with the reason', () => {
  const mistakes: readonly [object, string][] = [
    [{ faults: 7 }, 'faults: must be a map of keys and values, or the path of a file of them, not 7'],
    [{ faults: 'a.yaml' }, 'faults: must be a map of keys and values, not "a.yaml"'],
    [{ loss: 1 }, 'loss.probability: must be below 1, not 1'],
    [{ loss: -0.1 }, 'loss.probability: must be at least 0, not -0.1'],
    [{ loss: 'both' }, 'loss.probability: must be given'],
    [{ loss: 'bth:0.1' }, 'loss: "bth" is unknown; did you mean "both"? Allowed: one-way, both'],
    [{ loss: true }, 'loss: must be a number, a name, or { name: …, option: value }, not true'],
    [{ delayMs: -3 }, 'delayMs.ms: must be at least 0, not -3'],
    [
      { delayMs: 'normal:mean=3' },
      'delayMs: "normal" is unknown. Allowed: constant, uniform, exponential, pareto'
    ],
    [
      { faults: { evnts: [] } },
      'faults.evnts: unknown key; did you mean "events"? Allowed: loss, delayMs, duplicates, reordering, links, events'
    ],
    [{ faults: { loss: 2 } }, 'faults.loss.probability: must be below 1, not 2'],
    [{ faults: { duplicates: 2 } }, 'faults.duplicates: must be at most 1, not 2'],
    [{ faults: { events: {} } }, 'faults.events: must be a list, not {}'],
    [{ faults: { links: [{ from: 1 }] } }, 'faults.links.0.to: must be given'],
    [
      { faults: { links: [{ from: 1, to: 1 }] } },
      'faults.links.0.to: must be another participant than from, not 1'
    ],
    [{ faults: { links: [{ from: 0, to: 6 }] } }, 'faults.links.0.to: there is no peer 6; allowed: 0 to 5'],
    [
      { faults: { links: [{ from: 0, to: 1, lss: 1 }] } },
      'faults.links.0.lss: unknown key; did you mean "loss"? Allowed: from, to, loss, delayMs, direction'
    ]
  ]
  test.each(mistakes)('%j: %s', (raw, message) => {
    expect(() => resolved(raw)).toThrow(message)
  })

  const wrongEvents: readonly [object[], string][] = [
    [[7 as unknown as object], 'faults.events.0: must be a map of keys and values, not 7'],
    [[{ stop: 1 }], 'faults.events.0.after: must be given'],
    [[{ after: -1, stop: 1 }], 'faults.events.0.after: must be at least 0, not -1'],
    [
      [{ after: 1 }],
      'faults.events.0: must have one of stop, return, join, cut, heal, partition, slow, loss, delayMs, duplicates, reordering'
    ],
    [
      [{ after: 1, stpo: 1 }],
      'faults.events.0.stpo: unknown key; did you mean "stop"? Allowed: stop, return, join, cut, heal, partition, slow, '
    ],
    [
      [{ after: 1, stop: 1, cut: [0, 1] }],
      'faults.events.0.cut: must be an event of its own, apart from stop'
    ],
    [
      [{ after: 1, stop: 1, hw: 'killed' }],
      'faults.events.0.hw: unknown key; did you mean "how"? Allowed: stop, how'
    ],
    [
      [{ after: 1, stop: 1, how: 'kiled' }],
      'faults.events.0.how: "kiled" is unknown; did you mean "killed"? Allowed: closed, killed, frozen'
    ],
    [
      [{ after: 1, stop: 'hubb' }],
      'faults.events.0.stop: must be the number of a peer, hub, or a list of them, not "hubb"'
    ],
    [[{ after: 1, stop: [] }], 'faults.events.0.stop: must list somebody, not []'],
    [[{ after: 1, slow: 1 }], 'faults.events.0.byMs: must be given'],
    [
      [{ after: 1, cut: 3 }],
      'faults.events.0.cut: must be two participants as [0, 1], or a list of such pairs, not 3'
    ],
    [[{ after: 1, cut: [3, 3] }], 'faults.events.0.cut: must pair different participants, not [3,3]'],
    [
      [{ after: 1, heal: 'al' }],
      'faults.events.0.heal: must be all, two participants as [0, 1], or a list of such pairs, not "al"'
    ],
    [[{ after: 1, partition: [0, 1] }], 'faults.events.0.partition.0: must be a list of participants, not 0'],
    [
      [{ after: 1, partition: [[0, 1], [1]] }],
      'faults.events.0.partition: must list nobody twice, not [[0,1],[1]]'
    ],
    [[{ after: 1, loss: 'both:7' }], 'faults.events.0.loss.probability: must be below 1, not 7'],
    [[{ after: 0, join: 1 }], 'faults.events.0.after: must be at least 1 for those who join, not 0'],
    [[{ after: 1, stop: 6 }], 'faults.events.0.stop: there is no peer 6; allowed: 0 to 5'],
    [[{ after: 1, stop: 'hub' }], 'faults.events.0.stop: there is no hub; allowed: 0 to 5'],
    [
      [
        { after: 4, stop: 1 },
        { after: 2, stop: [0, 1] }
      ],
      'faults.events.0.stop: peer 1 is stopped already'
    ],
    [[{ after: 1, stop: [1, 1] }], 'faults.events.0.stop: peer 1 is stopped already'],
    [[{ after: 1, return: 1 }], 'faults.events.0.return: peer 1 takes part already'],
    [
      [
        { after: 1, stop: 2 },
        { after: 3, join: 2 }
      ],
      'faults.events.0.stop: peer 2 has not joined yet'
    ],
    [
      [
        { after: 3, join: 2 },
        { after: 4, join: 2 }
      ],
      'faults.events.1.join: peer 2 has taken part already'
    ],
    [
      [{ after: 3, join: [0, 1, 2, 3, 4, 5] }],
      'faults.events: all peers join later, and one must take part from the beginning'
    ],
    [
      [
        { after: 9, join: 0 },
        { after: 1, stop: [1, 2, 3, 4, 5] }
      ],
      'faults.events.1.stop: peer 5 is the last that takes part, and one must remain'
    ]
  ]
  test.each(wrongEvents)('%j: %s', (list, message) => {
    expect(() => resolved({ faults: events(...list) })).toThrow(message)
  })

  test('a hub is allowed where there is one', () => {
    const star = { aggregation: 'star', faults: events({ after: 1, stop: 'hub' }) }
    expect(resolved(star).experiment.faults?.events).toEqual([{ after: 1, stop: ['hub'], how: 'closed' }])
    expect(() => resolved({ ...star, faults: events({ after: 1, stop: 6 }) })).toThrow(
      'faults.events.0.stop: there is no peer 6; allowed: 0 to 5, hub'
    )
  })
})

describe('an edge that the graph does not have is refused', () => {
  test.each([
    [events({ after: 1, cut: [0, 1] }, { after: 2, heal: [1, 0] }, { after: 3, heal: 'all' }), undefined],
    [
      events({
        after: 1,
        cut: [
          [0, 1],
          [1, 3]
        ]
      }),
      'faults.events.0.cut: peer 1 has no edge with peer 3; allowed: 0, 2'
    ],
    [
      events({ after: 1, heal: [0, 3] }),
      'faults.events.0.heal: peer 0 has no edge with peer 3; allowed: 1, 5'
    ],
    [
      {
        links: [
          { from: 0, to: 1 },
          { from: 2, to: 5, direction: 'one-way' }
        ]
      },
      'faults.links.1: peer 2 sends nothing to peer 5; allowed: 1, 3'
    ]
  ])('on a ring, %j: %s', (raw, message) => {
    const told = () => checkEdges(faultsOf(raw), ring(6), 6)
    if (message === undefined) expect(told).not.toThrow()
    else expect(told).toThrow(message)
  })

  test('on a star, the hub alone has edges', () => {
    const starred = (raw: object) => () => checkEdges(faultsOf(raw, { aggregation: 'star' }), star(6), 6)
    expect(starred(events({ after: 1, cut: ['hub', 3], direction: 'one-way' }))).not.toThrow()
    expect(starred(events({ after: 1, cut: [2, 3] }))).toThrow(
      'faults.events.0.cut: peer 2 has no edge with peer 3; allowed: hub'
    )
  })

  test('where nothing is sent there is nothing to refuse', () => {
    const far = events({ after: 1, cut: [0, 3] })
    expect(() => checkEdges(faultsOf(far), { hops: [] }, 6)).not.toThrow()
  })
})
