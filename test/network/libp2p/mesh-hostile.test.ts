import { RPC } from '@libp2p/gossipsub/message'
import type { PrivateKey, Stream } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { describe, expect, test, vi } from 'vitest'
import type { DropReason, Network, Traffic } from '../../../src/interfaces.ts'
import { encodeMessage, swarmBytes } from '../../../src/network/libp2p/codec.ts'
import { keyOf } from '../../../src/network/libp2p/identity.ts'
import { decode, encode } from '../../../src/network/libp2p/message.ts'
import type { Libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { range } from '../../support/numbers.ts'
import { exchange, expectAllOf, meshOver, withMesh } from './meshes.ts'
import { complete, outboxOf, ring, SWARM, untilWhole } from './plans.ts'

describe('what a peer sends and should not is dropped where it comes first, counted, and passed on by nobody', () => {
  const plan = meshOver(ring(4))
  const swarm = swarmBytes(SWARM)
  const topic = `/murmuration/${Buffer.from(swarm).toString('hex')}`
  const messageOf = (sender: number, round: number): Uint8Array =>
    encodeMessage(plan, swarm, sender, round, 0, outboxOf(plan, round))
  const next = messageOf(1, 1)
  const forged = (change: object): Uint8Array => encode({ ...decode(next), ...change })

  /** What was dropped, by who sent it and by reason; duplicates are every relay's. */
  const blamed = ({ dropped }: Traffic): Partial<Record<DropReason, number>>[] =>
    range(4).map(p =>
      Object.fromEntries(
        Object.entries(dropped).flatMap(([reason, counts]) =>
          counts[p]! > 0 && reason !== 'duplicate' ? [[reason, counts[p]!]] : []
        )
      )
    )

  async function expectUnharmed(
    network: Network,
    expected: Partial<Record<DropReason, number>>
  ): Promise<void> {
    await vi.waitFor(() => expect(blamed(network.traffic)).toEqual([{}, expected, {}, {}]), 10_000)
    for (const round of [1, 2]) expectAllOf(await exchange(network, plan, round), plan, round)
    expect(blamed(network.traffic)).toEqual([{}, expected, {}, {}])
  }

  test.each<[string, DropReason, Uint8Array]>([
    ['a message that is too short', 'size', Uint8Array.of(1, 2, 3)],
    ['a payload that is too short', 'size', forged({ payload: new Uint8Array(16) })],
    ['noise', 'malformed', new Uint8Array(next.byteLength).fill(0xff)],
    [
      'numbers that are none',
      'non-finite',
      forged({ payload: new Uint8Array(Float64Array.of(0, Number.NaN, 0).buffer) })
    ],
    ['a message of another swarm', 'swarm', forged({ swarm: swarmBytes('another swarm') })],
    ['a message in the name of another', 'sender', messageOf(2, 1)],
    ['an old round once more', 'late', messageOf(1, 0)],
    ['a round that is far ahead', 'round', messageOf(1, 7)]
  ])('%s, signed by itself', async (_, reason, data) => {
    await withMesh(plan, {}, async network => {
      await exchange(network, plan, 0)
      await network.nodes.get(1)!.services.pubsub.publish(topic, data)
      // Both its neighbours have it, and the peer beyond them has it of neither.
      await expectUnharmed(network, { [reason]: 2 })
    })
  })

  function lengthBytes(length: number): number[] {
    return length < 128 ? [length] : [128 + (length % 128), ...lengthBytes(Math.floor(length / 128))]
  }
  const framed = (said: Uint8Array): Uint8Array => Uint8Array.from([...lengthBytes(said.length), ...said])
  const rpc = (...messages: RPC.Message[]): Uint8Array => framed(RPC.encode({ subscriptions: [], messages }))

  const rpcOf = (control: Partial<RPC.ControlMessage>): Uint8Array => {
    const all = { ihave: [], iwant: [], graft: [], prune: [], idontwant: [], ...control }
    return framed(RPC.encode({ subscriptions: [], messages: [], control: all }))
  }

  /** Says these bytes over a stream of its own from peer 1 to peer 0. */
  async function say(network: Libp2pNetwork, bytes: Uint8Array): Promise<Stream> {
    const [connection] = network.nodes.get(1)!.getConnections(network.nodes.get(0)!.peerId)
    const stream = await connection!.newStream('/meshsub/1.2.0')
    stream.send(bytes)
    return stream
  }

  /** A message that `key` signed in its own name, or in that of `author`. */
  async function signed(key: PrivateKey, seqno: number, author = key, data = next): Promise<RPC.Message> {
    const message: RPC.Message = {
      from: peerIdFromPrivateKey(author).toMultihash().bytes,
      seqno: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, seqno),
      data,
      topic
    }
    const prefix = new TextEncoder().encode('libp2p-pubsub:')
    const signature = await key.sign(Uint8Array.from([...prefix, ...RPC.Message.encode(message)]))
    return { ...message, signature }
  }

  const own = (): Promise<PrivateKey> => keyOf(SWARM, '1', 1)
  const other = (): Promise<PrivateKey> => keyOf(SWARM, '1', 2)
  const stranger = (): Promise<PrivateKey> => keyOf('another swarm', '1', 1)

  type Case = [
    title: string,
    said: () => Uint8Array | Promise<Uint8Array>,
    expected: Partial<Record<DropReason, number>>
  ]
  const cases: readonly Case[] = [
    ['unsigned messages', () => rpc({ topic, data: next }), { malformed: 1 }],
    [
      'messages signed in the name of another',
      async () => rpc(await signed(await own(), 1, await other())),
      { sender: 1 }
    ],
    [
      'messages that whom it tells them has signed itself',
      async () => {
        const theirs = await keyOf(SWARM, '1', 0)
        return rpc(await signed(theirs, 1, theirs, messageOf(0, 1)))
      },
      {}
    ],
    ['messages that a stranger signed', async () => rpc(await signed(await stranger(), 1)), { sender: 1 }],
    [
      'messages on a topic of its own',
      async () => rpc({ ...(await signed(await own(), 1)), topic: 'another' }),
      { sender: 1 }
    ],
    [
      'what gossip there is',
      () => rpcOf({ ihave: [{ topicID: topic, messageIDs: [next] }] }),
      { malformed: 1 }
    ],
    ['demands for messages', () => rpcOf({ iwant: [{ messageIDs: [next] }] }), { malformed: 1 }],
    ['that it wants no messages', () => rpcOf({ idontwant: [{ messageIDs: [next] }] }), { malformed: 1 }],
    ['a farewell to the mesh', () => rpcOf({ prune: [{ topicID: topic, peers: [] }] }), { malformed: 1 }],
    ['grafts', () => rpcOf({ graft: [{ topicID: topic }, { topicID: 'another' }] }), {}],
    ['more grafts than there are topics', () => rpcOf({ graft: new Array(17).fill({}) }), { malformed: 1 }],
    ['frames that are no RPC', () => framed(Uint8Array.of(255, 1, 2, 3)), { malformed: 1 }],
    ['more messages at once than it may', () => rpc(...range(17).map(() => ({ topic }))), { malformed: 1 }]
  ]
  test.each(cases)('%s', async (_, said, expected) => {
    await withMesh(plan, {}, async network => {
      await exchange(network, plan, 0)
      await say(network, await said())
      await expectUnharmed(network, expected)
    })
  })

  test('a message that is too long: it is cut off, and taken back', async () => {
    await withMesh(plan, { deadlineMs: 2000 }, async network => {
      await exchange(network, plan, 0)
      await say(network, Uint8Array.from([...lengthBytes(2 ** 30), 1, 2, 3]))
      await vi.waitFor(() => expect(blamed(network.traffic)[1]).toEqual({ size: 1 }), 10_000)
      const round = await untilWhole(network, plan, 1)
      expectAllOf(await exchange(network, plan, round), plan, round)
    })
  })

  test('more than all can have to say, of which the rest is not even read', async () => {
    await withMesh(plan, {}, async network => {
      await exchange(network, plan, 0)
      await say(network, Uint8Array.from(range(100).flatMap(() => [...rpc({ topic })])))
      const dropped = () => ({ malformed: 0, flood: 0, ...blamed(network.traffic)[1] })
      await vi.waitFor(() => expect(dropped().malformed + dropped().flood).toBe(100), 10_000)
      // A few things were said in the exchange before.
      expect(dropped().flood).toBeGreaterThanOrEqual(32)
      expect(dropped().flood).toBeLessThan(48)
      for (const round of [1, 2]) expectAllOf(await exchange(network, plan, round), plan, round)
    })
  })

  test('a graft of one to whom nothing is to be passed on: it is passed nothing', async () => {
    // Peer 0 has 13 neighbours that all know each other, and grafts only some of them.
    const dense = meshOver(complete(14))
    await withMesh(dense, {}, async network => {
      await exchange(network, dense, 0)
      const { mesh } = network.nodes.get(0)!.services.pubsub as unknown as { mesh: Map<string, Set<string>> }
      const grafted = new Set(mesh.get(topic))
      const nodes = range(14).map(p => network.nodes.get(p)!)
      const left = nodes.findIndex(({ peerId }, p) => p > 0 && !grafted.has(peerId.toString()))
      const [connection] = nodes[left]!.getConnections(nodes[0]!.peerId)
      const stream = await connection!.newStream('/meshsub/1.2.0')
      stream.send(rpcOf({ graft: [{ topicID: topic }] }))
      stream.send(rpc({ topic }))
      await vi.waitFor(() => expect(network.traffic.dropped.malformed[left]).toBe(1), 10_000)
      expect(mesh.get(topic)).toEqual(grafted)
    })
  })

  test('nothing, because it does not deal with what it hears: all wait for one deadline, and no more', async () => {
    const deadlineMs = 2000
    await withMesh(plan, { deadlineMs }, async network => {
      await exchange(network, plan, 0)
      const router = network.nodes.get(1)!.services.pubsub as unknown as {
        handleReceivedMessage(): Promise<void>
      }
      router.handleReceivedMessage = async () => {}
      await exchange(network, plan, 1)
      const began = performance.now()
      for (const round of range(10)) await exchange(network, plan, round + 2)
      expect(performance.now() - began).toBeLessThan(deadlineMs)
      expect([...network.traffic.missing]).toEqual([0, 33, 0, 0])
    })
  })

  test('a second message of a round, whichever comes first', async () => {
    await withMesh(plan, {}, async network => {
      await exchange(network, plan, 0)
      const [one, two] = [await signed(await own(), 1), await signed(await own(), 2)]
      await say(network, rpc(one, two))
      await vi.waitFor(() => expect(network.traffic.dropped.duplicate[1]).toBeGreaterThan(0), 10_000)
      await expectUnharmed(network, {})
    })
  })
})
