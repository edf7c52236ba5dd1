/** What every network promises where nothing goes wrong, in the simulator as over libp2p. */
import { describe, expect, test, vi } from 'vitest'
import { linksOf, receiversOf, reverseLinks } from '../../src/core/links.ts'
import { lengthOf } from '../../src/core/payload.ts'
import { nextDouble, stream } from '../../src/core/random.ts'
import {
  DUPLICATED,
  type EdgeNotes,
  FATE,
  type Fates,
  type Inbox,
  type Network,
  type NetworkPlan,
  type Outbox,
  REORDERED,
  type Traffic
} from '../../src/interfaces.ts'
import { encodeMessage, swarmBytes } from '../../src/network/libp2p/codec.ts'
import { libp2pNetwork } from '../../src/network/libp2p/network.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { emptyTraffic } from '../../src/network/traffic.ts'
import { range } from '../support/numbers.ts'
import {
  calmFates,
  changing,
  complete,
  outboxOf,
  planOf,
  received,
  ring,
  SWARM,
  sent
} from './libp2p/plans.ts'

const networks: Readonly<Record<Network['name'], (plan: NetworkPlan) => Network>> = {
  simulated: simulatedNetwork,
  libp2p: plan => libp2pNetwork(plan, { swarm: SWARM, seed: '1', deadlineMs: 60_000 })
}

const irregular = [[1, 2, 3], [0, 2], [0, 1, 3], [0, 2], []]
const up = [[], [], [], [0, 1, 2]]
const down = [[3], [3], [3], []]
const packed = [{ count: 3, below: 5 }, { count: 2 }, { count: 2, below: 1 }, { count: 1, below: 2 ** 32 }]

const plans: Readonly<Record<string, NetworkPlan>> = {
  'a ring': planOf(ring(4)),
  'a ring with flows': planOf(ring(5), 1, true),
  'an irregular graph with flows': planOf(irregular, 2, true),
  'a directed graph': planOf([[3], [0, 2], [], [2]]),
  'a directed graph with flows': planOf([[3], [0, 2], [3], [2]], 3, true),
  'a complete graph of 16': planOf(complete(16), 30),
  'a hub and its leaves, in two hops': { ...planOf(up, 5), hops: [up, down].map(linksOfNeighbours) },
  'the same graph in two hops, with flows': {
    ...planOf(irregular, 4, true),
    hops: [irregular, irregular].map(linksOfNeighbours)
  },
  'long messages': planOf(ring(3), 2100, true),
  'a graph that changes': changing(planOf(complete(6), 5)),
  'a graph that changes, with flows': changing(planOf(complete(5), 2, true)),
  'a directed graph that changes': changing(planOf([[3], [0, 2], [], [2, 1]])),
  'a graph that changes from hop to hop': changing({
    ...planOf(ring(5)),
    hops: [ring(5), complete(5), irregular].map(linksOfNeighbours)
  }),
  'two hops, each over a graph of its own': {
    ...planOf(ring(5)),
    hops: [ring(5), irregular].map(linksOfNeighbours)
  },
  'a message per link': { ...planOf(irregular, 4), perLink: true },
  'a message per link, of a directed graph in two hops': {
    ...planOf(irregular, 4),
    hops: [[[3], [0, 2], [], [2], []], irregular].map(linksOfNeighbours),
    perLink: true
  },
  'a message per link of a graph that changes, packed': {
    ...changing(planOf(complete(5))),
    payload: packed,
    perLink: true
  },
  'packed fields': { ...planOf(ring(4)), payload: packed },
  'packed fields of no bits': { ...planOf(ring(3)), payload: [{ count: 3, below: 1 }] }
}

function linksOfNeighbours(neighbours: number[][]) {
  return linksOf({ neighbours })
}

const bitsOf = (payload: Float64Array | undefined): BigUint64Array =>
  new BigUint64Array((payload ?? new Float64Array()).buffer)

/** The links whose fate it is brought what was said over them and noted for their receivers, and no other link anything. */
function expectArrived(plan: NetworkPlan, hop: number, outbox: Outbox, inbox: Inbox, fates?: Fates): void {
  const links = plan.hops[hop]!
  const reverse = reverseLinks(links)
  const length = lengthOf(plan.payload)
  expect(inbox.slots).toHaveLength(links.senders.length)
  for (const [k, sender] of links.senders.entries()) {
    const arrived = received(inbox, k, length)
    if (outcomeOf(fates, k) !== FATE.arrives) {
      expect(arrived).toBeUndefined()
      continue
    }
    expect(bitsOf(arrived)).toEqual(bitsOf(sent(plan, hop, outbox, k)))
    expect(inbox.degrees[inbox.slots[k]!]).toBe(outbox.degrees[sender])
    expect(noteOf(inbox.notes, k, inbox.stride, length)).toEqual(
      noteOf(outbox.notes, reverse[k]!, outbox.stride, length)
    )
  }
}

const outcomeOf = (fates: Fates | undefined, k: number): number => (fates?.links[k] ?? FATE.arrives) & 3

/** What is noted of link k, if anything is; all zero for link −1. */
function noteOf(notes: EdgeNotes | undefined, k: number, stride: number, length: number): object | undefined {
  if (notes === undefined) return undefined
  const flow = bitsOf(notes.flows.slice(k * stride, k * stride + length))
  return {
    receipt: notes.receipts[k] ?? 0,
    epoch: notes.epochs[k] ?? 0,
    flow: notes.offers[k] ? flow : undefined
  }
}

/** What may happen to each message of an exchange: any fate, some delivered twice or after the others. */
function fatesOf(plan: NetworkPlan, round: number, hop: number): Fates {
  const random = stream('fates', round * plan.hops.length + hop, 'test')
  const isSilent = range(plan.participants).map(() => nextDouble(random) < 0.1)
  const used = plan.uses?.(round, hop)
  const links = Uint8Array.from(plan.hops[hop]!.senders, (sender, k) => {
    const [dice, twice, last] = [nextDouble(random), nextDouble(random), nextDouble(random)]
    if (isSilent[sender] || used?.[k] === 0) return FATE.unsent
    if (dice < 0.3) return dice < 0.15 ? FATE.lost : FATE.late
    return FATE.arrives | (twice < 0.3 ? DUPLICATED : 0) | (last < 0.3 ? REORDERED : 0)
  })
  return { links, durationMs: round % 3, waitedFor: round % 5 === 0 ? [0, 2] : [] }
}

/** Adds what an exchange costs: one encoded message per link over which something is sent. */
function count(traffic: Traffic, plan: NetworkPlan, round: number, hop: number, fates?: Fates): void {
  const { senders } = plan.hops[hop]!
  const outbox = outboxOf(plan, round, hop)
  for (const [k, to] of receiversOf(plan.hops[hop]!).entries()) {
    const from = senders[k]!
    const outcome = outcomeOf(fates, k)
    if (outcome === FATE.unsent) continue
    const row = plan.perLink ? k : from
    const bytes = encodeMessage(plan, swarmBytes(SWARM), from, round, hop, outbox, row).byteLength
    traffic.messagesOut[from]! += 1
    traffic.bytesOut[from]! += bytes
    if (outcome === FATE.arrives) {
      traffic.messagesIn[to]! += 1
      traffic.bytesIn[to]! += bytes
    } else traffic.missing[to]! += 1
    if (outcome === FATE.late) traffic.dropped.late[from]! += 1
    if ((fates?.links[k] ?? 0) & DUPLICATED) traffic.dropped.duplicate[from]! += 1
  }
  for (const sender of fates?.waitedFor ?? []) traffic.waitedFor[sender]! += 1
}

/** What the first rounds cost if nothing goes wrong. */
function costOf(plan: NetworkPlan, rounds: number): Traffic {
  const traffic = emptyTraffic(plan.participants)
  for (const round of range(rounds)) {
    for (const hop of plan.hops.keys()) count(traffic, plan, round, hop, calmFates(plan, round, hop))
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

  test.each(Object.entries(plans))(
    'delivers payloads, degrees and notes, and counts them, on %s',
    (_, plan) =>
      withNetwork(plan, async network => {
        const rounds = 4
        for (const round of range(rounds)) {
          for (const hop of plan.hops.keys()) {
            const outbox = outboxOf(plan, round, hop)
            const fates = calmFates(plan, round, hop)
            expectArrived(plan, hop, outbox, await network.exchange(round, hop, outbox, fates), fates)
          }
        }
        expect(network.traffic).toEqual(costOf(plan, rounds))
      })
  )

  test('delivers the bits of every finite number, and nothing of the padding', () =>
    withNetwork(planOf(ring(3), 6), async network => {
      const numbers = [-0, Number.MIN_VALUE, -2.5e-310, Number.MAX_VALUE, 0.1, -1 / 3]
      const payloads = Float64Array.from([0, 1, 2].flatMap(() => [...numbers, Number.NaN, Number.NaN]))
      const degrees = new Uint32Array(3)
      const inbox = await network.exchange(0, 0, {
        payloads,
        stride: 8,
        degrees,
        notes: undefined
      })
      for (const k of range(6))
        expect(bitsOf(received(inbox, k, 6))).toEqual(bitsOf(Float64Array.from(numbers)))
    }))

  test('delivers vectors that are the same for all peers in all rounds', () =>
    withNetwork(planOf(ring(4)), async network => {
      const degrees = new Uint32Array(4)
      const outbox = { payloads: new Float64Array(16), stride: 4, degrees, notes: undefined }
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

  test.each(Object.entries(plans))('delivers what the fates allow, and counts the rest, on %s', (_, plan) =>
    withNetwork(plan, async network => {
      const expected = emptyTraffic(plan.participants)
      for (const round of range(12)) {
        for (const hop of plan.hops.keys()) {
          const outbox = outboxOf(plan, round, hop)
          const fates = fatesOf(plan, round, hop)
          const inbox = await network.exchange(round, hop, outbox, fates)
          expectArrived(plan, hop, outbox, inbox, fates)
          count(expected, plan, round, hop, fates)
        }
      }
      const { messagesIn, bytesIn, missing, waitedFor, dropped } = expected
      expect(network.traffic).toMatchObject({ messagesIn, bytesIn, missing, waitedFor })
      // The last of those that are late may be under way.
      await vi.waitFor(() => expect(network.traffic.dropped).toEqual(dropped), 10_000)
    })
  )

  test.each([
    ['a complete graph', planOf(complete(4), 2, true)],
    ['a graph that changes', changing(planOf(complete(4), 2))]
  ])('those that stop neither speak nor hear, and take part again when they start, on %s', (_, plan) =>
    withNetwork(plan, async network => {
      let round = 0
      /** One exchange in which these take no part: nothing is sent to or from them. */
      async function without(...stopped: number[]): Promise<void> {
        const { senders } = plan.hops[0]!
        const receivers = receiversOf(plan.hops[0]!)
        const links = Uint8Array.from(senders, (sender, k) =>
          stopped.includes(sender) || stopped.includes(receivers[k]!)
            ? FATE.unsent
            : outcomeOf(calmFates(plan, round, 0), k)
        )
        const fates = { links, durationMs: 0, waitedFor: [] }
        const outbox = outboxOf(plan, round)
        expectArrived(plan, 0, outbox, await network.exchange(round, 0, outbox, fates), fates)
        round++
      }
      await without()
      for (const how of ['closed', 'killed', 'frozen'] as const) {
        await network.stop(2, how)
        await without(2)
        await network.stop(0, how)
        await without(0, 2)
        await network.start(2)
        await without(0)
        await network.start(0)
        await without()
        await without()
      }
      expect([...network.traffic.missing, ...network.traffic.waitedFor]).toEqual(new Array(8).fill(0))
    })
  )

  test('must be told the fates where rounds use some of the links only', () =>
    withNetwork(changing(planOf(ring(3))), async network => {
      const outbox = outboxOf(planOf(ring(3)), 0)
      await expect((async () => network.exchange(0, 0, outbox))()).rejects.toThrow('no fates')
    }))

  test('has its name, and closes twice', async () => {
    const network = networkOf(planOf(ring(3)))
    expect(network.name).toBe(name)
    await network.open()
    await network.close()
    await network.close()
  })
})
