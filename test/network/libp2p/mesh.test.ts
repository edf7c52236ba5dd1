import { describe, expect, test, vi } from 'vitest'
import { completeLink } from '../../../src/core/complete-links.ts'
import { ExperimentError } from '../../../src/core/errors.ts'
import type { Traffic } from '../../../src/interfaces.ts'
import { meshNetwork } from '../../../src/network/libp2p/mesh-network.ts'
import { simulatedNetwork } from '../../../src/network/simulated.ts'
import { range, sum } from '../../support/numbers.ts'
import { run } from '../../support/run.ts'
import { built } from '../../support/topologies.ts'
import { exchange, expectAllOf, meshOver, withMesh } from './meshes.ts'
import { absent, complete, ring, SWARM, untilWhole } from './plans.ts'

const totals = ({ messagesIn, messagesOut, bytesIn, bytesOut, missing, dropped }: Traffic) => ({
  in: sum(messagesIn),
  out: sum(messagesOut),
  bytesIn: sum(bytesIn),
  bytesOut: sum(bytesOut),
  missing: sum(missing),
  dropped: Object.fromEntries(Object.entries(dropped).map(([reason, counts]) => [reason, sum(counts)]))
})

describe('over libp2p and in the simulator', () => {
  const experiment = {
    aggregation: 'mesh',
    environment: 'garnet:states=8',
    localSteps: 3,
    rounds: 8,
    measureEvery: 2,
    stepSize: 0.1,
    seed: 'mesh'
  }
  const events = [
    { after: 2, stop: 1, how: 'killed' },
    { after: 3, cut: [3, 4] },
    { after: 4, return: 1, state: 'lost' },
    { after: 5, stop: 5, how: 'frozen' },
    { after: 6, heal: 'all' },
    { after: 7, return: 5, state: 'kept' }
  ]

  test.each<[string, object]>([
    ['a ring', { peers: 6, topology: 'ring' }],
    ['a torus', { peers: 9, topology: 'torus' }],
    ['a complete graph', { peers: 6, topology: 'complete' }],
    [
      'a ring with loss, duplicates and reordering',
      {
        peers: 6,
        topology: 'ring',
        loss: 0.2,
        faults: { duplicates: 0.3, reordering: 0.3 }
      }
    ],
    [
      'a ring on which a peer is late',
      {
        peers: 6,
        topology: 'ring',
        deadlineMs: 1000,
        delayMs: 'uniform:low=1,high=9',
        faults: {
          events: [
            { after: 2, slow: 2, byMs: 1500 },
            { after: 5, slow: 2, byMs: 0 }
          ]
        }
      }
    ],
    [
      'a ring on which peers stop, links are cut, and all heals',
      { peers: 6, topology: 'ring', faults: { events } }
    ],
    ['a complete graph on which peers stop', { peers: 6, topology: 'complete', faults: { events } }]
  ])('the same bits, and as many copies, come of %s', async (_, raw) => {
    const simulated = await run({ ...experiment, ...raw })
    const libp2p = await run({ ...experiment, ...raw, transport: 'libp2p' })
    expect(libp2p.parameters).toEqual(simulated.parameters)
    const timeless = (samples: typeof libp2p.samples) => samples.map(sample => ({ ...sample, seconds: 0 }))
    expect(timeless(libp2p.samples)).toEqual(timeless(simulated.samples))
    expect(libp2p.swarm.traffic.messagesOut).toEqual(simulated.swarm.traffic.messagesOut)
    expect(totals(libp2p.swarm.traffic)).toEqual(totals(simulated.swarm.traffic))
  })
})

test.each([
  ['a ring of 8', ring(8)],
  [
    'a random graph of 16 with four neighbours each',
    built('random-regular', 16, { degree: 4 }).graph.neighbours
  ]
])('the copies that are really sent over %s are those that the simulator counts', async (_, neighbours) => {
  const plan = meshOver(neighbours.map(others => [...others]))
  const simulated = simulatedNetwork(plan)
  await withMesh(plan, {}, async network => {
    for (const round of range(2)) {
      expectAllOf(await exchange(network, plan, round), plan, round)
      await exchange(simulated, plan, round)
      expect(totals(network.traffic)).toEqual(totals(simulated.traffic))
    }
  })
})

test('in a dense graph everybody passes on to some neighbours only, and everybody hears everybody', async () => {
  const plan = meshOver(complete(16))
  const simulated = simulatedNetwork(plan)
  await withMesh(plan, {}, async network => {
    for (const round of range(2)) {
      expectAllOf(await exchange(network, plan, round), plan, round)
      await exchange(simulated, plan, round)
    }
    const { out, in: came, dropped } = totals(network.traffic)
    expect(came).toBe(out)
    expect(came - dropped.duplicate!).toBe(2 * 16 * 15)
    // Who hears of an author beside its mesh first has no way to leave out: as few as that differ with the pace.
    const modelled = totals(simulated.traffic).out
    expect(Math.abs(out - modelled)).toBeLessThan(0.15 * modelled)
  })
})

test.each(['killed', 'closed', 'frozen'] as const)(
  'messages go the other way round a ring of six on which a peer is %s, and both ways when it returns',
  async how => {
    const plan = meshOver(ring(6))
    await withMesh(plan, {}, async network => {
      expectAllOf(await exchange(network, plan, 0), plan, 0)
      await network.stop(2, how)
      for (const round of [1, 2]) expectAllOf(await exchange(network, plan, round), plan, round, [2])
      await network.start(2)
      for (const round of [3, 4]) expectAllOf(await exchange(network, plan, round), plan, round)
      expect(sum(network.traffic.missing)).toBe(0)
    })
  }
)

test('an edge that breaks is dialled again, and carries copies again', async () => {
  const plan = meshOver(ring(4))
  await withMesh(plan, { deadlineMs: 5000 }, async network => {
    const copies = async (round: number): Promise<number> => {
      const before = sum(network.traffic.messagesOut)
      await exchange(network, plan, round)
      return sum(network.traffic.messagesOut) - before
    }
    expect(await copies(0)).toBe(20)
    const [zero, one] = [network.nodes.get(0)!, network.nodes.get(1)!]
    one.getConnections(zero.peerId)[0]!.abort(new Error('broken by the test'))
    await vi.waitFor(() => expect(one.getConnections(zero.peerId)).toEqual([]))
    // As long as it takes; the time of the test is the limit.
    let round = 1
    while ((await copies(round)) < 20) round++
    expectAllOf(await exchange(network, plan, round + 1), plan, round + 1)
  })
})

test('peers that live in other processes are refused in one line', () => {
  const options = { swarm: SWARM, seed: '1', deadlineMs: 1000, hosted: { first: 0, last: 2 } }
  expect(() => meshNetwork(meshOver(ring(4)), options)).toThrow(ExperimentError)
})

test('a peer that falls silent costs one deadline, and is done without', async () => {
  const plan = meshOver(ring(4))
  await withMesh(plan, { deadlineMs: 1000 }, async network => {
    await exchange(network, plan, 0)
    const { pubsub } = network.nodes.get(3)!.services
    const silence = vi.spyOn(pubsub, 'publish').mockResolvedValue({
      recipients: [network.nodes.get(0)!.peerId, network.nodes.get(2)!.peerId]
    })
    const links = [0, 1, 2].map(i => completeLink(4, 3, i))
    for (let round = 1; round <= 20; round++)
      expect(absent(await exchange(network, plan, round))).toEqual(links)
    expect(sum(network.traffic.waitedFor)).toBeLessThan(7)
    silence.mockRestore()
    const round = await untilWhole(network, plan, 21)
    expectAllOf(await exchange(network, plan, round), plan, round)
  })
})
