import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, test, vi } from 'vitest'
import type { DropReason, Inbox, NetworkPlan, Traffic } from '../../../src/interfaces.ts'
import { encodeMessage, swarmBytes } from '../../../src/network/libp2p/codec.ts'
import { decode, encode } from '../../../src/network/libp2p/message.ts'
import { keyOf, type Libp2pNetwork, topicOf } from '../../../src/network/libp2p/network.ts'
import { startNode } from '../../../src/network/libp2p/node.ts'
import { messageBytes } from '../../../src/network/message-bytes.ts'
import { complete, outboxOf, planOf, received, ring, SWARM, sent, untilWhole, withNetwork } from './plans.ts'

const swarm = swarmBytes(SWARM)

/** What peer `sender` sends in round `round`, as its network would encode it. */
function messageOf(plan: NetworkPlan, sender: number, round: number): Uint8Array {
  const { payloads, stride, length } = outboxOf(plan, round)
  return encodeMessage(
    swarm,
    sender,
    round,
    0,
    payloads.slice(sender * stride, sender * stride + length),
    undefined
  )
}

/** Publishes bytes with the node of peer `from`, whose neighbours know its key, on the topic of peer `owner`. */
async function publish(
  network: Libp2pNetwork,
  from: number,
  owner: number,
  data: Uint8Array
): Promise<number> {
  const { recipients } = await network.nodes[from]!.services.pubsub.publish(topicOf(SWARM, owner), data)
  return recipients.length
}

const droppedOf = ({ dropped }: Traffic): Partial<Record<DropReason, number>> =>
  Object.fromEntries(Object.entries(dropped).filter(([, count]) => count > 0))

function expectAllOf(inbox: Inbox, plan: NetworkPlan, round: number): void {
  for (const k of plan.hops[0]!.senders.keys()) {
    expect(received(inbox, k, plan.length)).toEqual(sent(outboxOf(plan, round), plan.hops[0]!, k))
  }
}

test('what a neighbour sends and should not is dropped under its reason, and the exchange goes on', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const next = messageOf(plan, 1, 1)
    const fields = decode(next)
    const forged = (change: object): Uint8Array => encode({ ...fields, ...change })
    const size = messageBytes(plan.length, undefined)
    const attacks: [DropReason, Uint8Array][] = [
      ['size', new Uint8Array()],
      ['size', Uint8Array.of(1, 2, 3)],
      ['size', next.subarray(1)],
      ['size', forged({ payload: new Uint8Array(32) })],
      ['size', new Uint8Array(1000)],
      ['malformed', new Uint8Array(size).fill(0xff)],
      ['malformed', new Uint8Array(size)],
      ['version', forged({ version: 0 })],
      ['version', forged({ version: 2 })],
      ['swarm', forged({ swarm: swarmBytes('another swarm') })],
      ['sender', forged({ sender: 0 })],
      ['sender', forged({ sender: 0xffffffff })],
      ['late', messageOf(plan, 1, 0)],
      ['round', forged({ round: 2 })],
      ['round', forged({ round: 0xffffffff })],
      ['round', forged({ hop: 1 })],
      ['encoding', forged({ encoding: 2 })],
      ['non-finite', forged({ payload: new Uint8Array(Float64Array.of(0, Number.NaN, 0).buffer) })],
      ['non-finite', forged({ payload: new Uint8Array(Float64Array.of(0, 0, -1 / 0).buffer) })]
    ]
    const expected: Partial<Record<DropReason, number>> = {}
    for (const [reason, data] of attacks) {
      expect(await publish(network, 1, 1, data)).toBe(1)
      expected[reason] = (expected[reason] ?? 0) + 1
    }
    await vi.waitFor(() => expect(droppedOf(network.traffic)).toEqual(expected), 10_000)
    for (const round of [1, 2])
      expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
    expect(droppedOf(network.traffic)).toEqual(expected)
    expect([...network.traffic.messagesIn]).toEqual([3, 3])
  })
})

test('a message that comes twice is taken once', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    for (let copy = 0; copy < 3; copy++) await publish(network, 1, 1, messageOf(plan, 1, 1))
    await vi.waitFor(() => expect(droppedOf(network.traffic)).toEqual({ duplicate: 2 }), 10_000)
    expectAllOf(await network.exchange(1, 0, outboxOf(plan, 1)), plan, 1)
    expectAllOf(await network.exchange(2, 0, outboxOf(plan, 2)), plan, 2)
    expect([...network.traffic.messagesIn]).toEqual([3, 3])
  })
})

test('a neighbour that says more than any peer may is cut off, and taken back', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, { deadlineMs: 500 }, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const [connection] = network.nodes[0]!.getConnections()
    await publish(network, 1, 1, new Uint8Array(100_000))
    await vi.waitFor(() => expect(network.nodes[0]!.services.pubsub.getPeers()).toEqual([]), 10_000)
    const round = await untilWhole(network, plan, 1)
    expect(connection!.status).not.toBe('open')
    expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
  })
})

test('nobody can speak on the topic of another peer', async () => {
  const plan = planOf(complete(3))
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    expect(await publish(network, 1, 2, messageOf(plan, 2, 1))).toBe(1)
    await vi.waitFor(() => expect(droppedOf(network.traffic)).toEqual({ sender: 1 }), 10_000)
    expectAllOf(await network.exchange(1, 0, outboxOf(plan, 1)), plan, 1)
  })
})

test('a stranger is not let in', async () => {
  const plan = planOf(ring(3))
  await withNetwork(plan, {}, async network => {
    const target = network.nodes[0]!
    const stranger = await startNode({
      privateKey: await keyOf('another swarm', '1', 1),
      port: 0,
      topic: topicOf(SWARM, 1),
      hears: [topicOf(SWARM, 0)],
      neighbours: [target.peerId],
      maxBytes: 10_000,
      receive: () => expect.unreachable('a stranger hears the swarm')
    })
    try {
      const attempt = stranger.dial(target.getMultiaddrs())
      await attempt.then(
        connection => vi.waitFor(() => expect(connection.status).not.toBe('open'), 10_000),
        (refusal: unknown) => expect(refusal).toBeInstanceOf(Error)
      )
      expect(target.getConnections(stranger.peerId)).toEqual([])
      expectAllOf(await network.exchange(0, 0, outboxOf(plan, 0)), plan, 0)
    } finally {
      await stranger.stop()
    }
  })
})

test('keys follow from swarm, seed and participant', async () => {
  const id = async (swarm: string, seed: string, p: number) =>
    `${peerIdFromPrivateKey(await keyOf(swarm, seed, p))}`
  const ids = [await id('a', '1', 0), await id('b', '1', 0), await id('a', '2', 0), await id('a', '1', 1)]
  expect(new Set(ids).size).toBe(4)
  expect(await id('a', '1', 0)).toBe(ids[0])
})
