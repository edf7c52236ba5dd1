import { expect, test } from 'vitest'
import type { FaultAction } from '../../src/faults/schema.ts'
import { faultInWords } from '../../src/report/fault-in-words.ts'

const said: readonly (readonly [FaultAction, string])[] = [
  [{ stop: [3], how: 'killed' }, 'peer 3 is killed'],
  [{ stop: [3, 'hub'], how: 'frozen' }, 'peers 3, hub are frozen'],
  [{ stop: ['hub'], how: 'closed' }, 'the hub is closed'],
  [{ return: [3], state: 'kept' }, 'peer 3 returns with its state'],
  [{ return: [3, 4], state: 'lost' }, 'peers 3, 4 return with nothing'],
  [{ join: [5] }, 'peer 5 joins'],
  [{ cut: [[0, 1]], direction: 'both' }, 'link 0–1 is cut'],
  [{ cut: [[0, 1]], direction: 'one-way' }, 'link 0→1 is cut one way'],
  [{ heal: 'all' }, 'all links are healed'],
  [{ heal: [[0, 1]] }, 'link 0–1 is healed'],
  [
    {
      partition: [
        [0, 1],
        [2, 'hub']
      ]
    },
    'the swarm falls apart: {0, 1} {2, hub}'
  ],
  [{ slow: [3], byMs: 50 }, 'peer 3 sends 50 ms later'],
  [{ loss: { name: 'one-way', probability: 0.3 } }, '30 % of the messages are lost'],
  [
    { loss: { name: 'both', probability: 0.07 } },
    '7 % of the messages are lost, both ways of an edge at once'
  ],
  [{ delayMs: { name: 'uniform', low: 1, high: 5 } }, 'messages take time: uniform low=1 high=5, in ms'],
  [{ duplicates: 0.29 }, '29 % of the messages come twice'],
  [{ reordering: 0.2 }, '20 % of the messages come after others']
]

test.each(said)('%j is said as "%s"', (action, words) => {
  expect(faultInWords(action)).toBe(words)
})
