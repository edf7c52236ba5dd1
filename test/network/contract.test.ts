/** What every network promises where nothing goes wrong, in the simulator as over libp2p. */
import { describe, expect, test } from 'vitest'
import { linksOf, receiversOf } from '../../src/core/links.ts'
import type { Inbox, Network, NetworkPlan, Outbox, Traffic } from '../../src/interfaces.ts'
import { encodeMessage, swarmBytes } from '../../src/network/libp2p/codec.ts'
import { libp2pNetwork } from '../../src/network/libp2p/network.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { emptyTraffic } from '../../src/network/traffic.ts'
import { range } from '../support/numbers.ts'
import { complete, outboxOf, planOf, received, ring, SWARM, sent } from './libp2p/plans.ts'

const networks: Readonly<Record<Network['name'], (plan: NetworkPlan) => Network>> = {
  simulated: simulatedNetwork,
  libp2p: plan => libp2pNetwork(plan, { swarm: SWARM, seed: '1', deadlineMs: 60_000 })
}

const irregular = [[1, 2, 3], [0, 2], [0, 1, 3], [0, 2], []]
const up = [[], [], [], [0, 1, 2]]
const down = [[3], [3], [3], []]

const plans: Readonly<Record<string, NetworkPlan>> = {
  'a ring': planOf(ring(4)),
  'a ring with receipts': planOf(ring(5), 1, true),
  'an irregular graph with receipts': planOf(irregular, 2, true),
  'a directed graph': planOf([[3], [0, 2], [], [2]]),
  'a directed graph with receipts': planOf([[3], [0, 2], [3], [2]], 3, true),
  'a complete graph of 16': planOf(complete(16), 30),
  'a hub and its leaves, in two hops': { ...planOf(up, 5), hops: [up, down].map(linksOfNeighbours) },
  'the same graph in two hops, with receipts': {
    ...planOf(irregular, 4, true),
    hops: [irregular, irregular].map(linksOfNeighbours)
  },
  'long messages': planOf(ring(3), 2100, true)
}

function linksOfNeighbours(neighbours: number[][]) {
  return linksOf({ neighbours })
}

const bitsOf = (payload: Float64Array | undefined): BigUint64Array =>
  new BigUint64Array((payload ?? new Float64Array()).buffer)

/** Every link brought what its sender sent, and of the receipts of the sender those for the receiver. */
function expectArrived(plan: NetworkPlan, hop: number, outbox: Outbox, inbox: Inbox): void {
  const links = plan.hops[hop]!
  const receivers = receiversOf(links)
  expect(inbox.slots).toHaveLength(links.senders.length)
  for (const [k, sender] of links.senders.entries()) {
    expect(bitsOf(received(inbox, k, plan.length))).toEqual(bitsOf(sent(outbox, links, k)))
    if (!plan.receipts) continue
    const back = range(receivers.length).find(
      other => receivers[other] === sender && links.senders[other] === receivers[k]
    )
    expect(inbox.receipts?.[k]).toBe(back === undefined ? 0 : outbox.receipts?.[back])
  }
  if (!plan.receipts) expect(inbox.receipts).toBeUndefined()
}

/** What so many rounds cost: one encoded message per link. */
function costOf(plan: NetworkPlan, rounds: number): Traffic {
  const traffic = emptyTraffic(plan.participants)
  for (const [hop, links] of plan.hops.entries()) {
    const { payloads, stride, length, receipts } = outboxOf(plan, 0, hop)
    for (const [k, to] of receiversOf(links).entries()) {
      const from = links.senders[k]!
      const payload = payloads.slice(from * stride, from * stride + length)
      const own = receipts?.slice(links.rowStart[from], links.rowStart[from + 1])
      const bytes = rounds * encodeMessage(swarmBytes(SWARM), from, 0, hop, payload, own).byteLength
      traffic.messagesOut[from]! += rounds
      traffic.messagesIn[to]! += rounds
      traffic.bytesOut[from]! += bytes
      traffic.bytesIn[to]! += bytes
    }
  }
  return traffic
}

describe.each(Object.entries(networks))('the %s network', (name, networkOf) => {
  async function withNetwork(plan: NetworkPlan, use: (network: Network) => Promise<void>): Promise<void> {
    const network = networkOf(plan)
    try {
      await network.open()
      await use(network)
    } finally {
      await network.close()
    }
  }

  test.each(Object.entries(plans))('delivers payloads and receipts, and counts them, on %s', (_, plan) =>
    withNetwork(plan, async network => {
      const rounds = 4
      for (const round of range(rounds)) {
        for (const hop of plan.hops.keys()) {
          const outbox = outboxOf(plan, round, hop)
          expectArrived(plan, hop, outbox, await network.exchange(round, hop, outbox))
        }
      }
      expect(network.traffic).toEqual(costOf(plan, rounds))
    })
  )

  test('delivers the bits of every finite number, and nothing of the padding', () =>
    withNetwork(planOf(ring(3), 6), async network => {
      const numbers = [-0, Number.MIN_VALUE, -2.5e-310, Number.MAX_VALUE, 0.1, -1 / 3]
      const payloads = Float64Array.from([0, 1, 2].flatMap(() => [...numbers, Number.NaN, Number.NaN]))
      const inbox = await network.exchange(0, 0, { payloads, stride: 8, length: 6, receipts: undefined })
      for (const k of range(6))
        expect(bitsOf(received(inbox, k, 6))).toEqual(bitsOf(Float64Array.from(numbers)))
    }))

  test('delivers vectors that are the same for all peers in all rounds', () =>
    withNetwork(planOf(ring(4)), async network => {
      const outbox = { payloads: new Float64Array(16), stride: 4, length: 3, receipts: undefined }
      for (const round of range(10))
        expect((await network.exchange(round, 0, outbox)).slots).not.toContain(-1)
      expect(network.traffic).toEqual(costOf(planOf(ring(4)), 10))
    }))

  test('begins at any round, and goes on at any other', () =>
    withNetwork(planOf(ring(3)), async network => {
      const plan = planOf(ring(3))
      for (const round of [400, 401, 7, 0xffffffff]) {
        const outbox = outboxOf(plan, round)
        expectArrived(plan, 0, outbox, await network.exchange(round, 0, outbox))
      }
    }))

  test('has its name, and closes twice', async () => {
    const network = networkOf(planOf(ring(3)))
    expect(network.name).toBe(name)
    await network.open()
    await network.close()
    await network.close()
  })
})
