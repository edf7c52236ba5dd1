import { expect, test } from 'vitest'
import { linksOf } from '../../../src/core/links.ts'
import type { NetworkPlan } from '../../../src/interfaces.ts'
import { speechOf } from '../../../src/network/libp2p/topics.ts'
import { changing, planOf, ring, SWARM } from './plans.ts'

/** Topics as publisher → audience, and per hop what is said, as its row and the topics that it goes to. */
function toldBy(plan: NetworkPlan): { topics: string[]; hops: string[][] } {
  const { topics, hops } = speechOf(plan, SWARM)
  const names = new Map(
    topics.flat().map(({ name, publisher, audience }) => [name, `${publisher} → ${audience.join()}`])
  )
  expect(names.size).toBe(topics.flat().length)
  return {
    topics: [...names.values()],
    hops: hops.map(said =>
      said.map(({ row, ways }) => `${row}: ${ways.map(({ topic }) => names.get(topic.name)).join('; ')}`)
    )
  }
}

const hub = linksOf({ neighbours: [[], [], [0, 1]] })
const leaves = linksOf({ neighbours: [[2], [2], []] })

test('who always speaks to the same has one topic, in however many hops', () => {
  expect(toldBy(planOf([[1, 2], [0], [0]])).topics).toEqual(['0 → 1,2', '1 → 0', '2 → 0'])
  expect(toldBy({ ...planOf(ring(3)), hops: [hub, leaves] })).toEqual({
    topics: ['0 → 2', '1 → 2', '2 → 0,1'],
    hops: [['0: 0 → 2', '1: 1 → 2'], ['2: 2 → 0,1']]
  })
})

test('who speaks to others from round to round has a topic for each, and says the same on all of them', () => {
  expect(toldBy(changing(planOf([[1], [0, 2], [1]])))).toEqual({
    topics: ['0 → 1', '1 → 0', '1 → 2', '2 → 1'],
    hops: [['1: 1 → 0; 1 → 2', '0: 0 → 1', '2: 2 → 1']]
  })
})

test('who speaks to others from hop to hop has a topic for each, which the hops share', () => {
  const hops = [linksOf({ neighbours: [[1], [0], []] }), linksOf({ neighbours: [[1], [], [1]] })]
  expect(toldBy({ ...planOf(ring(3)), hops })).toEqual({
    topics: ['0 → 1', '1 → 0', '1 → 2'],
    hops: [['1: 1 → 0', '0: 0 → 1'], ['1: 1 → 0; 1 → 2']]
  })
})

test('who tells each something else has a topic for each, and says the row of the link', () => {
  expect(toldBy({ ...planOf([[1], [0, 2], [1]]), perLink: true }).hops).toEqual([
    ['0: 1 → 0', '3: 1 → 2', '1: 0 → 1', '2: 2 → 1']
  ])
})
