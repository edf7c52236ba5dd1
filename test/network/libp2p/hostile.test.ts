import { RPC } from '@libp2p/gossipsub/message'
import type { PrivateKey, Stream } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, test, vi } from 'vitest'
import { lengthOf } from '../../../src/core/payload.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import type { DropReason, Inbox, NetworkPlan, Traffic } from '../../../src/interfaces.ts'
import { encodeMessage, swarmBytes } from '../../../src/network/libp2p/codec.ts'
import { keyOf, topicOf } from '../../../src/network/libp2p/identity.ts'
import { decode, encode } from '../../../src/network/libp2p/message.ts'
import type { Libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { startNode } from '../../../src/network/libp2p/node.ts'
import { MAX_UNREAD } from '../../../src/network/libp2p/node-options.ts'
import { messageBytes } from '../../../src/network/message-bytes.ts'
import { swarmKeyOf } from '../../../src/network/swarm-key.ts'
import { range, sum } from '../../support/numbers.ts'
import {
  absent,
  calmFates,
  complete,
  outboxOf,
  planOf,
  received,
  ring,
  SWARM,
  sent,
  untilWhole,
  withNetwork
} from './plans.ts'

const swarm = swarmBytes(SWARM)

/** What peer `sender` sends in round `round`, as its network would encode it. */
function messageOf(plan: NetworkPlan, sender: number, round: number): Uint8Array {
  return encodeMessage(plan, swarm, sender, round, 0, outboxOf(plan, round))
}

/** Publishes bytes with the node of peer `from`, whose neighbours know its key, on the topic of peer `owner`. */
async function publish(
  network: Libp2pNetwork,
  from: number,
  owner: number,
  data: Uint8Array
): Promise<number> {
  const { recipients } = await network.nodes.get(from)!.services.pubsub.publish(topicOf(SWARM, owner), data)
  return recipients.length
}

/** What was dropped of the messages of `sender`, by reason. */
const droppedOf = ({ dropped }: Traffic, sender: number): Partial<Record<DropReason, number>> =>
  Object.fromEntries(
    Object.entries(dropped).flatMap(([reason, counts]) =>
      counts[sender]! > 0 ? [[reason, counts[sender]!]] : []
    )
  )

function expectAllOf(inbox: Inbox, plan: NetworkPlan, round: number): void {
  for (const k of plan.hops[0]!.senders.keys()) {
    expect(received(inbox, k, lengthOf(plan.payload))).toEqual(sent(plan, 0, outboxOf(plan, round), k))
  }
}

test('what a neighbour sends and should not is dropped under its reason, and the exchange goes on', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const next = messageOf(plan, 1, 1)
    const fields = decode(next)
    const forged = (change: object): Uint8Array => encode({ ...fields, ...change })
    const size = messageBytes(plan.payload, undefined)
    const attacks: [DropReason, Uint8Array][] = [
      ['size', new Uint8Array()],
      ['size', Uint8Array.of(1, 2, 3)],
      ['size', next.subarray(1)],
      ['size', forged({ payload: new Uint8Array(32) })],
      ['size', new Uint8Array(1000)],
      ['malformed', new Uint8Array(size).fill(0xff)],
      ['malformed', new Uint8Array(size)],
      ['version', forged({ version: 0 })],
      ['version', forged({ version: 3 })],
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
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual(expected), 10_000)
    for (const round of [1, 2])
      expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
    expect(droppedOf(network.traffic, 1)).toEqual(expected)
    expect([...network.traffic.messagesIn]).toEqual([3, 3])
  })
})

test('packed fields that nobody packs are dropped under their reason, and the exchange goes on', async () => {
  const payload = [{ count: 3, below: 5 }, { count: 1 }]
  const plan = { ...planOf([[1], [0]]), payload }
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const fields = decode(messageOf(plan, 1, 1))
    const forged = (change: object): Uint8Array => encode({ ...fields, ...change })
    const packed = (...head: number[]): Uint8Array => forged({ payload: Uint8Array.of(...head) })
    const zero = [0, 0, 0, 0, 0, 0, 0, 0]
    const infinite = [0, 0, 0, 0, 0, 0, 0xf0, 0xff]
    const attacks: [DropReason, Uint8Array][] = [
      ['malformed', packed(0b101, 0, ...zero)],
      ['malformed', packed(0b11000000, 0b1, ...zero)],
      ['malformed', packed(0, 0b10, ...zero)],
      ['non-finite', packed(0, 0, ...infinite)],
      ['size', packed(0, ...zero)],
      ['size', packed(0, 0, 0, ...zero)],
      ['size', forged({ payload: new Uint8Array(32) })],
      ['encoding', forged({ encoding: 1 })],
      ['round', forged({ round: 2 })]
    ]
    const expected: Partial<Record<DropReason, number>> = {}
    for (const [reason, data] of attacks) {
      await publish(network, 1, 1, data)
      expected[reason] = (expected[reason] ?? 0) + 1
    }
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual(expected), 10_000)
    for (const round of [1, 2])
      expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
  })
})

test('a message over a link that its round does not use is dropped before, while and after that runs, and harms nobody', async () => {
  // Links: 0 hears 1, 1 hears 0; round 2 uses the second only.
  const plan: NetworkPlan = {
    ...planOf([[1], [0]]),
    uses: round => (round === 2 ? Uint8Array.of(0, 1) : Uint8Array.of(1, 1))
  }
  await withNetwork(plan, {}, async network => {
    const exchange = async (round: number) =>
      network.exchange(round, 0, outboxOf(plan, round), calmFates(plan, round, 0))
    const publishUnused = async (dropped: number): Promise<void> => {
      const { pubsub } = network.nodes.get(1)!.services
      const { recipients } = await pubsub.publish(topicOf(SWARM, 1, 0), messageOf(plan, 1, 2))
      expect(recipients).toHaveLength(1)
      await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual({ round: dropped }), 10_000)
    }
    await exchange(0)
    await publishUnused(1)
    await exchange(1)
    const { pubsub } = network.nodes.get(0)!.services
    const publishNow = pubsub.publish.bind(pubsub)
    const release = Promise.withResolvers<void>()
    vi.spyOn(pubsub, 'publish').mockImplementationOnce(async (...args) => {
      await release.promise
      return publishNow(...args)
    })
    const inbox = exchange(2)
    await publishUnused(2)
    release.resolve()
    expect(absent(await inbox)).toEqual([0])
    await publishUnused(3)
    expectAllOf(await exchange(3), plan, 3)
    expect([...network.traffic.messagesIn]).toEqual([3, 4])
    expect(sum(network.traffic.missing)).toBe(0)
  })
})

test('what is said to one peer is not taken by another', async () => {
  const plan: NetworkPlan = { ...planOf(complete(3)), perLink: true }
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    // Link 4 is that over which peer 2 hears 0; nobody but 2 hears its topic, and 1 is told by force.
    const data = encodeMessage(plan, swarm, 0, 1, 0, outboxOf(plan, 1), 4)
    await say(network, 0, 1, rpc({ messages: [{ topic: topicOf(SWARM, 0, 2), data }] }))
    await vi.waitFor(() => expect(droppedOf(network.traffic, 0)).toEqual({ sender: 1 }), 10_000)
    expectAllOf(await network.exchange(1, 0, outboxOf(plan, 1)), plan, 1)
  })
})

test('a neighbour that subscribes to what is said to others is not told, and they go on to be', async () => {
  const plan: NetworkPlan = { ...planOf(ring(4)), perLink: true }
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const names = [topicOf(SWARM, 0, 3), topicOf(SWARM, 0), topicOf(SWARM, 2, 3)]
    // What follows over the same stream is heard after it.
    await say(
      network,
      1,
      0,
      Uint8Array.from([
        ...rpc({ subscriptions: names.map(name => ({ subscribe: true, topic: name })) }),
        ...rpc({ messages: [{ topic: topicOf(SWARM, 1, 0) }] })
      ])
    )
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual({ malformed: 1 }), 10_000)
    const { pubsub } = network.nodes.get(0)!.services
    expect(names.map(name => pubsub.getSubscribers(name).length)).toEqual([1, 0, 0])
    for (const round of [1, 2])
      expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
    expect([...network.traffic.messagesOut]).toEqual([6, 6, 6, 6])
  })
})

test('on the topics of links only their ends are heard, in the direction of the link', async () => {
  const plan: NetworkPlan = { ...planOf(ring(4)), perLink: true }
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const data = encodeMessage(plan, swarm, 1, 1, 0, outboxOf(plan, 1), 0)
    const wrong = [topic(1), topicOf(SWARM, 0, 1), topicOf(SWARM, 1, 2), topicOf(SWARM, 3, 0), '__proto__']
    await say(network, 1, 0, rpc({ messages: wrong.map(name => ({ topic: name, data })) }))
    await expectUnharmed(network, plan, { sender: wrong.length })
  })
})

test('for a neighbour that does not read only so much is kept: it is cut off, and taken back', async () => {
  const length = 50_000
  const plan = planOf([[1], [0]], length)
  await withNetwork(plan, { deadlineMs: 500 }, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const [connection] = network.nodes.get(0)!.getConnections()
    const stream = connection!.streams.find(
      ({ protocol, direction }) => protocol.startsWith('/meshsub') && direction === 'outbound'
    )
    // As where the other end never opens the window of the stream again.
    Object.assign(stream!, { sendData: () => ({ sentBytes: 0, canSendMore: false }) })
    const most = MAX_UNREAD / (8 * length)
    let round = 1
    for (; stream!.status === 'open' && round < 2 * most; round++) {
      await network.exchange(round, 0, outboxOf(plan, round))
    }
    expect(round).toBeGreaterThan(most / 2)
    expect(stream!.status).not.toBe('open')
    await untilWhole(network, plan, round)
  })
})

test('a message that comes twice is taken once', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    for (let copy = 0; copy < 3; copy++) await publish(network, 1, 1, messageOf(plan, 1, 1))
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual({ duplicate: 2 }), 10_000)
    expectAllOf(await network.exchange(1, 0, outboxOf(plan, 1)), plan, 1)
    expectAllOf(await network.exchange(2, 0, outboxOf(plan, 2)), plan, 2)
    expect([...network.traffic.messagesIn]).toEqual([3, 3])
  })
})

test('a neighbour that says more than any peer may is cut off, and taken back', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, { deadlineMs: 500 }, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const [connection] = network.nodes.get(0)!.getConnections()
    await publish(network, 1, 1, new Uint8Array(100_000))
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual({ size: 1 }), 10_000)
    await vi.waitFor(() => expect(connection!.status).not.toBe('open'), 10_000)
    const round = await untilWhole(network, plan, 1)
    expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
  })
})

test('nobody can speak on the topic of another peer', async () => {
  const plan = planOf(complete(3))
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    await say(network, 1, 0, rpc({ messages: [{ topic: topicOf(SWARM, 2), data: messageOf(plan, 2, 1) }] }))
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual({ sender: 1 }), 10_000)
    expectAllOf(await network.exchange(1, 0, outboxOf(plan, 1)), plan, 1)
  })
})

/** A length as gossipsub writes it before what it says: seven bits a byte, the lowest first. */
function lengthBytes(length: number): number[] {
  return length < 128 ? [length] : [128 + (length % 128), ...lengthBytes(Math.floor(length / 128))]
}

const framed = (said: Uint8Array): Uint8Array => Uint8Array.from([...lengthBytes(said.length), ...said])

/** Says these bytes, whatever they are, over a stream of its own from peer `from` to peer `to`. */
async function say(network: Libp2pNetwork, from: number, to: number, bytes: Uint8Array): Promise<Stream> {
  const [connection] = network.nodes.get(from)!.getConnections(network.nodes.get(to)!.peerId)
  const stream = await connection!.newStream('/meshsub/1.2.0')
  stream.send(bytes)
  return stream
}

const control: RPC.ControlMessage = { ihave: [], iwant: [], graft: [], prune: [], idontwant: [] }
const rpc = (said: Partial<RPC>): Uint8Array =>
  framed(RPC.encode({ subscriptions: [], messages: [], ...said }))

/** Rounds that bring everything, and how many messages of peer 1 were dropped by then, by reason. */
async function expectUnharmed(
  network: Libp2pNetwork,
  plan: NetworkPlan,
  expected: Partial<Record<DropReason, number>>
): Promise<void> {
  await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual(expected), 10_000)
  for (const round of [1, 2, 3])
    expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
  for (const honest of [0, 2, 3]) expect(droppedOf(network.traffic, honest)).toEqual({})
}

const topic = (p: number): string => topicOf(SWARM, p)
const random = stream('bytes', 0, 'test')
const bytes = (length: number): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(256 * nextDouble(random)))

test.each<[string, Uint8Array, Partial<Record<DropReason, number>>]>([
  [
    'frames that are no RPC',
    Uint8Array.from(range(20).flatMap(() => [...framed(Uint8Array.of(255, ...bytes(40)))])),
    { malformed: 20 }
  ],
  [
    'control messages',
    Uint8Array.from(
      range(30).flatMap(() => [
        ...rpc({
          control: {
            ...control,
            graft: [{ topicID: topic(0) }],
            ihave: [{ topicID: topic(0), messageIDs: range(50).map(() => bytes(8)) }]
          }
        })
      ])
    ),
    { malformed: 30 }
  ],
  [
    'signed messages',
    rpc({
      messages: [
        {
          topic: topic(1),
          data: bytes(9),
          from: bytes(38),
          seqno: bytes(8),
          signature: bytes(64),
          key: bytes(36)
        }
      ]
    }),
    { malformed: 1 }
  ],
  ['a message without data', rpc({ messages: [{ topic: topic(1) }] }), { malformed: 1 }],
  [
    'messages on topics of others, or of nobody',
    rpc({ messages: [topic(2), topic(0), 'a topic', ''].map(name => ({ topic: name, data: bytes(9) })) }),
    { sender: 4 }
  ],
  [
    'subscriptions to everything, again and again',
    Uint8Array.from(
      range(20).flatMap(() => [
        ...rpc({ subscriptions: range(50).map(k => ({ subscribe: true, topic: `${k}` })) })
      ])
    ),
    {}
  ],
  [
    'more subscriptions at once than there are participants',
    rpc({ subscriptions: new Array(800).fill({}) }),
    {}
  ],
  [
    'more messages at once than an honest peer says',
    rpc({ messages: range(17).map(() => ({ topic: topic(1) })) }),
    { malformed: 1 }
  ],
  ['nothing, in many words', new Uint8Array(50), {}]
])('a neighbour that says %s harms nobody, and its messages are taken', async (_, said, expected) => {
  const plan = planOf(ring(4))
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    await say(network, 1, 0, said)
    await expectUnharmed(network, plan, expected)
  })
})

/** So many messages that are too short, so many in each frame. */
const flood = (messages: number, perFrame: number): Uint8Array =>
  Uint8Array.from(
    range(messages / perFrame).flatMap(() => [
      ...rpc({ messages: range(perFrame).map(() => ({ topic: topic(1), data: bytes(3) })) })
    ])
  )

test.each([
  ['many', 1000, 1],
  ['few', 1600, 16]
])(
  'of a flood in %s frames little is heard: the first things, and the newest now and then',
  async (...flooded) => {
    const [, messages, perFrame] = flooded
    const plan = planOf(ring(4))
    await withNetwork(plan, {}, async network => {
      await network.exchange(0, 0, outboxOf(plan, 0))
      await say(network, 1, 0, flood(messages, perFrame))
      // A frame that is too much counts as one, whatever it holds.
      const dropped = () => ({ size: 0, flood: 0, ...droppedOf(network.traffic, 1) })
      await vi.waitFor(() => {
        const { size, flood: frames } = dropped()
        expect(size + frames).toBeGreaterThanOrEqual(messages / perFrame)
        expect(frames).toBeGreaterThan(size)
      }, 10_000)
      expect(dropped().size).toBeLessThan(messages / 4)
      for (const round of [1, 2, 3])
        expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
      for (const honest of [0, 2, 3]) expect(droppedOf(network.traffic, honest)).toEqual({})
    })
  }
)

test('a neighbour may speak as much again when the next exchange begins', async () => {
  const plan = planOf(ring(4))
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const stream = await say(network, 1, 0, flood(70, 1))
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1).flood).toBeGreaterThan(3), 10_000)
    await network.exchange(1, 0, outboxOf(plan, 1))
    const { size } = droppedOf(network.traffic, 1)
    stream.send(flood(60, 1))
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1).size).toBe(size! + 60), 10_000)
  })
})

test('a neighbour that opens streams without end is heard over those that it may have', async () => {
  const plan = planOf(ring(4))
  await withNetwork(plan, {}, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const attempts = await Promise.allSettled(range(100).map(() => say(network, 1, 0, bytes(1))))
    const opened = attempts.flatMap(attempt => (attempt.status === 'fulfilled' ? [attempt.value] : []))
    await vi.waitFor(() => {
      expect(opened.filter(({ status }) => status === 'open').length).toBeLessThanOrEqual(3)
    }, 10_000)
    for (const round of [1, 2, 3])
      expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
  })
})

test.each([
  ['a length beyond all limits', Uint8Array.from([...lengthBytes(2 ** 40), 1, 2, 3])],
  ['a length that never ends', new Uint8Array(20).fill(0xff)]
])('a neighbour that announces %s is cut off, and taken back', async (_, said) => {
  const plan = planOf(ring(4))
  await withNetwork(plan, { deadlineMs: 500 }, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    await say(network, 1, 0, said)
    await vi.waitFor(() => expect(droppedOf(network.traffic, 1)).toEqual({ size: 1 }), 10_000)
    const round = await untilWhole(network, plan, 1)
    expectAllOf(await network.exchange(round, 0, outboxOf(plan, round)), plan, round)
  })
})

/** Whether a node with this key and swarm key, that is no part of the network, gets a connection with peer 0. */
async function getsIn(
  network: Libp2pNetwork,
  privateKey: PrivateKey,
  swarmKey: Uint8Array | undefined
): Promise<boolean> {
  const target = network.nodes.get(0)!
  const intruder = peerIdFromPrivateKey(privateKey)
  const node = await startNode({
    privateKey,
    port: 0,
    swarmKey,
    publishes: [topic(1)],
    hears: [topic(0)],
    mayHear: () => true,
    neighbours: [target.peerId],
    maxBytes: 10_000,
    receive: () => expect.unreachable('an intruder hears the swarm'),
    drop: () => expect.unreachable('an intruder is spoken to'),
    mayGoOn: () => true,
    refused: () => expect.unreachable('an intruder is dialled'),
    found: () => {},
    lost: () => {},
    since: -1,
    met: () => {}
  })
  try {
    const before = target.getConnections(intruder).length
    // Who expects another key may wait for more of what it cannot read.
    await node.dial(target.getMultiaddrs(), { signal: AbortSignal.timeout(2000) }).then(
      connection => vi.waitFor(() => expect(connection.status).not.toBe('open'), 10_000),
      (refusal: unknown) => expect(refusal).toBeInstanceOf(Error)
    )
    return target.getConnections(intruder).length > before
  } finally {
    await node.stop()
  }
}

test('a stranger is not let in', async () => {
  const plan = planOf(ring(3))
  await withNetwork(plan, {}, async network => {
    expect(await getsIn(network, await keyOf('another swarm', '1', 1), undefined)).toBe(false)
    expect([...network.traffic.refused]).toEqual([1, 0, 0])
    expectAllOf(await network.exchange(0, 0, outboxOf(plan, 0)), plan, 0)
  })
})

test('into a swarm with a key nobody is let who has no key or another, not even with the name of a peer', async () => {
  const plan = planOf(ring(3))
  const keyFile = (digit: string): string => `/key/swarm/psk/1.0.0/\n/base16/\n${digit.repeat(64)}\n`
  const swarmKey = swarmKeyOf(keyFile('a')) as Uint8Array
  await withNetwork(plan, { swarmKey }, async network => {
    expectAllOf(await network.exchange(0, 0, outboxOf(plan, 0)), plan, 0)
    const known = await keyOf(SWARM, '1', 1)
    expect(await getsIn(network, known, undefined)).toBe(false)
    expect(await getsIn(network, known, swarmKeyOf(keyFile('b')) as Uint8Array)).toBe(false)
    await vi.waitFor(() => expect([...network.traffic.refused]).toEqual([2, 0, 0]), 10_000)
    expectAllOf(await network.exchange(1, 0, outboxOf(plan, 1)), plan, 1)
  })
})

test('keys follow from swarm, seed and participant', async () => {
  const id = async (swarm: string, seed: string, p: number) =>
    `${peerIdFromPrivateKey(await keyOf(swarm, seed, p))}`
  const ids = [await id('a', '1', 0), await id('b', '1', 0), await id('a', '2', 0), await id('a', '1', 1)]
  expect(new Set(ids).size).toBe(4)
  expect(await id('a', '1', 0)).toBe(ids[0])
})
