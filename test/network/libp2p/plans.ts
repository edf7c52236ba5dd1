/** Small plans and outboxes for the tests of the libp2p network. */
import { linksOf } from '../../../src/core/links.ts'
import { strideOf } from '../../../src/core/parameter-matrix.ts'
import { nextDouble, nextUint32, stream } from '../../../src/core/random.ts'
import type { Inbox, Links, NetworkPlan, Outbox } from '../../../src/interfaces.ts'
import { type Libp2pNetwork, type Libp2pOptions, libp2pNetwork } from '../../../src/network/libp2p/network.ts'

export const SWARM = 'a swarm under test'

/** One hop over these neighbours. */
export function planOf(neighbours: number[][], length = 3, flows = false): NetworkPlan {
  return { participants: neighbours.length, hops: [linksOf({ neighbours })], length, flows }
}

export const ring = (peers: number): number[][] =>
  Array.from({ length: peers }, (_, i) => [(i + peers - 1) % peers, (i + 1) % peers].sort((a, b) => a - b))

export const complete = (peers: number): number[][] =>
  Array.from({ length: peers }, (_, i) => Array.from({ length: peers }, (_, j) => j).filter(j => j !== i))

/** A different outbox for every exchange; in plans with flows some are offered. */
export function outboxOf(plan: NetworkPlan, round: number, hop = 0): Outbox {
  const random = stream('outbox', round * plan.hops.length + hop, 'test')
  const stride = strideOf(plan.length)
  const links = plan.hops[hop]!.senders.length
  const doubles = (count: number) => Float64Array.from({ length: count }, () => nextDouble(random) - 0.5)
  const words = (count: number) => Uint32Array.from({ length: count }, () => nextUint32(random))
  return {
    payloads: doubles(plan.participants * stride),
    stride,
    length: plan.length,
    degrees: words(plan.participants),
    notes: plan.flows
      ? {
          receipts: words(links),
          epochs: words(links),
          offers: Uint8Array.from({ length: links }, () => (nextDouble(random) < 0.3 ? 1 : 0)),
          flows: doubles(links * stride)
        }
      : undefined
  }
}

/** What came over link k, or undefined. */
export function received(
  { payloads, stride, slots }: Inbox,
  k: number,
  length: number
): Float64Array | undefined {
  const at = slots[k]! * stride
  return at < 0 ? undefined : payloads.slice(at, at + length)
}

/** What the sender of link k says. */
export function sent({ payloads, stride, length }: Outbox, { senders }: Links, k: number): Float64Array {
  return payloads.slice(senders[k]! * stride, senders[k]! * stride + length)
}

/** The links over which nothing came. */
export const absent = ({ slots }: Inbox): number[] => [...slots.keys()].filter(k => slots[k]! < 0)

/** Opens a network, hands it over, and closes it whatever happens. */
export async function withNetwork(
  plan: NetworkPlan,
  options: Partial<Libp2pOptions>,
  use: (network: Libp2pNetwork) => Promise<void>
): Promise<void> {
  const network = libp2pNetwork(plan, { swarm: SWARM, seed: '1', deadlineMs: 60_000, ...options })
  try {
    await network.open()
    await use(network)
  } finally {
    await network.close()
  }
}

/** Exchanges until every link carries messages; the time of the test is the limit. Returns the next round. */
export async function untilWhole(network: Libp2pNetwork, plan: NetworkPlan, first: number): Promise<number> {
  for (let round = first; ; round++) {
    if (absent(await network.exchange(round, 0, outboxOf(plan, round))).length === 0) return round + 1
  }
}
