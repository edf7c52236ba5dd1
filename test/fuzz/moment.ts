/** What can be seen of a round from outside, and what is said where it is not as it should be. */
import { assert, present } from '../../src/core/assert.ts'
import type {
  Fates,
  Inbox,
  Links,
  Network,
  NetworkPlan,
  Outbox,
  PeerReport,
  RoundSample,
  SwarmState
} from '../../src/interfaces.ts'
import { messageBytes } from '../../src/network/message-bytes.ts'
import { sum } from '../support/numbers.ts'
import type { Expected } from './expected.ts'

/** A copy of what went through the network. */
export interface Exchange {
  readonly links: Links
  /** Per link: 1 where the round uses it; undefined where it uses all. */
  readonly used: Uint8Array | undefined
  /** In rows of `stride`. */
  readonly payloads: Float64Array
  readonly stride: number
  readonly slots: Int32Array
  readonly fates: Fates | undefined
  /** Per link: how long its message is. */
  readonly bytes: readonly number[]
  /** As it is when the messages are composed. */
  readonly before: SwarmState
}

export interface Moment {
  /** Rounds before this one. */
  readonly round: number
  readonly expected: Expected
  /** One per hop. */
  readonly exchanges: readonly Exchange[]
  /** Of those that take part again, as they were when they did. */
  readonly starts: readonly PeerReport[]
  readonly before: SwarmState
  readonly after: SwarmState
  readonly sample: RoundSample
  readonly reports: readonly PeerReport[]
}

/** Called once per round, in order. Throws a Violation. */
export type Invariant = (moment: Moment) => void

/** Something does not hold that must. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** Throws a Violation of the invariant `what`, with numbers, unless it `holds`. */
export function demand(holds: boolean, what: string, numbers: () => string): void {
  if (!holds) throw new Violation(`${what}: ${numbers()}`)
}

/** `network`, in which each exchange is told of, with the `state` it meets, and each participant that takes part again. */
export function overheard(
  network: Network,
  plan: NetworkPlan,
  state: () => SwarmState,
  onExchange: (exchange: Exchange) => void,
  onStart: (participant: number) => void
): Network {
  return {
    ...network,
    start(participant: number, round?: number): Promise<void> {
      onStart(participant)
      return network.start(participant, round)
    },
    exchange(round: number, hop: number, outbox: Outbox, fates?: Fates): Inbox {
      const before = state()
      const links = present(plan.hops[hop], `hop ${hop}`)
      const bytes = bytesOf(plan, links, outbox.notes?.offers)
      const inbox = network.exchange(round, hop, outbox, fates)
      assert(!(inbox instanceof Promise), 'the simulated network does not make us wait')
      onExchange({
        links,
        used: plan.uses?.(round, hop)?.slice(),
        payloads: outbox.payloads.slice(),
        stride: outbox.stride,
        slots: inbox.slots.slice(),
        fates: fates && { ...fates, links: fates.links.slice() },
        bytes,
        before
      })
      return inbox
    }
  }
}

function bytesOf({ payload, flows }: NetworkPlan, links: Links, offers: Uint8Array | undefined): number[] {
  const { rowStart, senders } = links
  return Array.from(senders, j => {
    const [first, last] = [rowStart[j]!, rowStart[j + 1]!]
    return messageBytes(payload, flows ? last - first : undefined, sum(offers?.subarray(first, last) ?? []))
  })
}

/** What the swarm is when hop `hop` of the round is combined. */
export const stateAfter = ({ exchanges, after }: Moment, hop: number): SwarmState =>
  exchanges[hop + 1]?.before ?? after

/** Calls `visit` with receiver, sender and link. */
export function eachLink(
  { participants, rowStart, senders }: Links,
  visit: (receiver: number, sender: number, k: number) => void
): void {
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) visit(i, senders[k]!, k)
  }
}

/** Whether two numbers are equal but for rounding at this scale. */
export const near = (a: number, b: number, scale: number): boolean => Math.abs(a - b) <= 1e-11 * scale

/** The largest magnitude, at least 1. */
export const scaleOf = (values: Float64Array): number =>
  values.reduce((most, x) => Math.max(most, Math.abs(x)), 1)
