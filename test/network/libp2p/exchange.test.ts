import { expect, test } from 'vitest'
import { linksOf } from '../../../src/core/links.ts'
import type { Network, NetworkPlan } from '../../../src/interfaces.ts'
import { simulatedNetwork } from '../../../src/network/simulated.ts'
import { absent, complete, outboxOf, planOf, received, ring, sent, withNetwork } from './plans.ts'

/** Exchanges `rounds` outboxes and compares every message that arrives with what was sent. */
async function exchangeAndCompare(network: Network, plan: NetworkPlan, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const outbox = outboxOf(plan, round)
    for (const [hop, links] of plan.hops.entries()) {
      const inbox = await network.exchange(round, hop, outbox)
      expect(inbox.slots).toHaveLength(links.senders.length)
      for (const k of links.senders.keys())
        expect(received(inbox, k, plan.length)).toEqual(sent(outbox, links, k))
    }
  }
}

/** Messages and bytes are those of the simulated network, nothing is missing and nothing dropped. */
async function expectSameTraffic(network: Network, plan: NetworkPlan, rounds: number): Promise<void> {
  const simulated = simulatedNetwork(plan)
  for (let round = 0; round < rounds; round++) {
    for (const hop of plan.hops.keys()) await simulated.exchange(round, hop, outboxOf(plan, round))
  }
  expect(network.traffic).toEqual(simulated.traffic)
}

test('a ring of 4 exchanges what it sends', async () => {
  const plan = planOf(ring(4))
  await withNetwork(plan, {}, async network => {
    await exchangeAndCompare(network, plan, 10)
    await expectSameTraffic(network, plan, 10)
    expect(network.nodes.map(node => node.getConnections().length)).toEqual([2, 2, 2, 2])
    expect(network.nodes.flatMap(node => node.getMultiaddrs().map(String)).join()).not.toMatch(
      /ip4\/(?!127\.0\.0\.1)/
    )
  })
})

test('a hub hears all leaves at the first hop and all leaves the hub at the second', async () => {
  const up = linksOf({ neighbours: [[], [], [], [0, 1, 2]] })
  const down = linksOf({ neighbours: [[3], [3], [3], []] })
  const plan = { participants: 4, hops: [up, down], length: 5, receipts: false }
  await withNetwork(plan, {}, async network => {
    await exchangeAndCompare(network, plan, 5)
    await expectSameTraffic(network, plan, 5)
    expect(network.nodes.map(node => node.getConnections().length)).toEqual([1, 1, 1, 3])
  })
})

test('on a directed graph messages run with the links only', async () => {
  const plan = planOf([[3], [0, 2], [], [2]], 3, true)
  await withNetwork(plan, {}, async network => {
    await exchangeAndCompare(network, plan, 5)
    await expectSameTraffic(network, plan, 5)
    expect([...network.traffic.messagesIn]).toEqual([5, 10, 0, 5])
  })
})

test('a complete graph of 16 delivers every message of 20 rounds exactly once', async () => {
  const plan = planOf(complete(16), 30)
  await withNetwork(plan, {}, async network => {
    await exchangeAndCompare(network, plan, 20)
    await expectSameTraffic(network, plan, 20)
    expect([...network.traffic.messagesIn]).toEqual(Array(16).fill(15 * 20))
  })
})

test('payloads arrive with the same bits', async () => {
  const plan = planOf(ring(3), 6)
  const numbers = [-0, Number.MIN_VALUE, -2.5e-310, Number.MAX_VALUE, 0.1, -1 / 3]
  const payloads = new Float64Array(24)
  for (const p of [0, 1, 2]) payloads.set(numbers, 8 * p)
  await withNetwork(plan, {}, async network => {
    const inbox = await network.exchange(0, 0, { payloads, stride: 8, length: 6, receipts: undefined })
    for (let k = 0; k < 6; k++) {
      expect(new BigUint64Array(received(inbox, k, 6)!.buffer)).toEqual(
        new BigUint64Array(Float64Array.from(numbers).buffer)
      )
    }
  })
})

test('vectors that are the same for all peers in all rounds are delivered', async () => {
  const plan = planOf(ring(4))
  const outbox = { payloads: new Float64Array(16), stride: 4, length: 3, receipts: undefined }
  await withNetwork(plan, {}, async network => {
    for (let round = 0; round < 10; round++)
      expect(absent(await network.exchange(round, 0, outbox))).toEqual([])
    await expectSameTraffic(network, plan, 10)
  })
})

test('each peer gets the receipts that its neighbour wrote for it', async () => {
  const neighbours = [
    [1, 2, 3],
    [0, 2],
    [0, 1, 3],
    [0, 2]
  ]
  const plan = planOf(neighbours, 2, true)
  await withNetwork(plan, {}, async network => {
    for (let round = 0; round < 3; round++) {
      const outbox = outboxOf(plan, round)
      const inbox = await network.exchange(round, 0, outbox)
      const links = neighbours.flatMap((heard, receiver) => heard.map(sender => ({ receiver, sender })))
      for (const [k, { receiver, sender }] of links.entries()) {
        const back = links.findIndex(link => link.receiver === sender && link.sender === receiver)
        expect(inbox.receipts?.[k]).toBe(outbox.receipts?.[back])
      }
    }
    await expectSameTraffic(network, plan, 3)
  })
})

test('rounds may start anywhere, and go on elsewhere', async () => {
  const plan = planOf(ring(3))
  await withNetwork(plan, {}, async network => {
    for (const round of [400, 401, 7, 0xffffffff]) {
      const outbox = outboxOf(plan, round)
      const inbox = await network.exchange(round, 0, outbox)
      expect(absent(inbox)).toEqual([])
      expect(received(inbox, 0, 3)).toEqual(sent(outbox, plan.hops[0]!, 0))
    }
  })
})
