/** Small plans and outboxes for the tests of the libp2p network. */
import { linksOf } from '../../../src/core/links.ts'
import { strideOf } from '../../../src/core/parameter-matrix.ts'
import { doubles, lengthOf } from '../../../src/core/payload.ts'
import { nextDouble, nextUint32, stream } from '../../../src/core/random.ts'
import { FATE, type Fates, type Inbox, type NetworkPlan, type Outbox } from '../../../src/interfaces.ts'
import { type Libp2pNetwork, type Libp2pOptions, libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { range } from '../../support/numbers.ts'

export const SWARM = 'a swarm under test'

/** One hop over these neighbours. */
export function planOf(neighbours: number[][], length = 3, flows = false): NetworkPlan {
  const hops = [linksOf({ neighbours })]
  return { participants: neighbours.length, hops, payload: doubles(length), perLink: false, flows }
}

export const ring = (peers: number): number[][] =>
  Array.from({ length: peers }, (_, i) => [(i + peers - 1) % peers, (i + 1) % peers].sort((a, b) => a - b))

export const complete = (peers: number): number[][] =>
  Array.from({ length: peers }, (_, i) => Array.from({ length: peers }, (_, j) => j).filter(j => j !== i))

/** The same, but each round and hop uses some links only, drawn anew; some rounds use all, and some none. */
export function changing(plan: NetworkPlan): NetworkPlan {
  return {
    ...plan,
    uses(round, hop) {
      const random = stream('uses', round * plan.hops.length + hop, 'test')
      const probability = nextDouble(random) * 1.4 - 0.2
      return Uint8Array.from(plan.hops[hop]!.senders, () => (nextDouble(random) < probability ? 1 : 0))
    }
  }
}

/** The fates of an exchange in which nothing goes wrong, if there must be any. */
export function calmFates(plan: NetworkPlan, round: number, hop: number): Fates | undefined {
  const used = plan.uses?.(round, hop)
  return (
    used && { links: used.map(x => (x === 1 ? FATE.arrives : FATE.unsent)), durationMs: 0, waitedFor: [] }
  )
}

/** A different outbox for every exchange; in plans with flows some are offered. */
export function outboxOf(plan: NetworkPlan, round: number, hop = 0): Outbox {
  const random = stream('outbox', round * plan.hops.length + hop, 'test')
  const stride = strideOf(lengthOf(plan.payload))
  const links = plan.hops[hop]!.senders.length
  const words = (count: number) => Uint32Array.from({ length: count }, () => nextUint32(random))
  const payloads = new Float64Array((plan.perLink ? links : plan.participants) * stride)
  for (let row = 0; row < payloads.length; row += stride) {
    payloads.set(
      plan.payload.flatMap(({ count, below }) =>
        range(count).map(() =>
          below === undefined ? nextDouble(random) - 0.5 : Math.floor(nextDouble(random) * below)
        )
      ),
      row
    )
  }
  return {
    payloads,
    stride,
    degrees: words(plan.participants),
    notes: plan.flows
      ? {
          receipts: words(links),
          epochs: words(links),
          offers: Uint8Array.from({ length: links }, () => (nextDouble(random) < 0.3 ? 1 : 0)),
          flows: Float64Array.from({ length: links * stride }, () => nextDouble(random) - 0.5)
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

/** What is said over link k of a hop. */
export function sent(plan: NetworkPlan, hop: number, { payloads, stride }: Outbox, k: number): Float64Array {
  const at = (plan.perLink ? k : plan.hops[hop]!.senders[k]!) * stride
  return payloads.slice(at, at + lengthOf(plan.payload))
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
