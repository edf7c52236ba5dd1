/**
 * What a swarm costs in which messages are passed on, and no server or neighbourhood bounds how far they go.
 *
 * A copy is what one peer sends to another once. It counts as a message out of who sends it, author and relays alike. The first that
 * somebody gets of a message counts as a message in, if it is there in time; all others count as messages in too, and as
 * dropped duplicates of who sent them. So out is in, where nothing is lost, and in without the duplicates is what was
 * delivered. Faults are those of messages, not of copies: a message that is lost or late on its way from its author to a
 * receiver goes on to others all the same, and of its copies to that receiver the first is the one that is missing.
 *
 * Here the author sends to all with whom it is connected; those that hear it for the first time pass it on to their mesh
 * (mesh-graph.ts) without the one it came from, all at the same pace. On a connected graph of N peers and E edges, none of which
 * has more than 12 neighbours, that are 2E − N + 1 copies of every message, whatever the pace.
 */
import { completeLink } from '../core/complete-links.ts'
import {
  FATE,
  type Fates,
  type Inbox,
  type Links,
  type Network,
  type NetworkPlan,
  type Traffic
} from '../interfaces.ts'
import { meshOf, neighboursOf } from './mesh-graph.ts'
import { messageBytes } from './message-bytes.ts'
import { emptyTraffic } from './traffic.ts'

/** Whether what the author says is for the receiver to hear. */
type Arrives = (author: number, receiver: number) => boolean

/** `direct`, the simulated network of the same plan without relays, with what relaying costs. */
export function throughRelays(relays: Links, plan: NetworkPlan, direct: Network): Network {
  const { participants } = plan
  const bytes = messageBytes(plan.payload, undefined)
  const { messagesOut, messagesIn, bytesOut, bytesIn } = emptyTraffic(participants)
  const traffic: Traffic = { ...direct.traffic, messagesOut, messagesIn, bytesOut, bytesIn }
  const { duplicate } = traffic.dropped
  const isConnected = new Uint8Array(participants).fill(1)
  const isUp = new Uint8Array(participants).fill(1)
  const neighbours = Array.from({ length: participants }, (_, i) => neighboursOf(relays, i))
  let mesh = meshOf(relays, { isConnected, isUp })
  /** What an exchange costs in which everything arrives; undefined until it is needed. */
  let whole: Copies | undefined

  function renew(): void {
    mesh = meshOf(relays, { isConnected, isUp })
    whole = undefined
  }

  function copiesOf(arrives: Arrives): Copies {
    const copies = { out: count(), in: count(), duplicate: count() }
    const connected = neighbours.map(others => others.filter(j => isConnected[j] === 1))
    for (let author = 0; author < participants; author++) {
      if (isUp[author] === 1) spread(author, connected[author]!, mesh, isUp, arrives, copies)
    }
    return copies
  }

  const count = (): Float64Array => new Float64Array(participants)

  function add(copies: Copies): void {
    for (let p = 0; p < participants; p++) {
      messagesOut[p] = messagesOut[p]! + copies.out[p]!
      bytesOut[p] = bytesOut[p]! + bytes * copies.out[p]!
      messagesIn[p] = messagesIn[p]! + copies.in[p]!
      bytesIn[p] = bytesIn[p]! + bytes * copies.in[p]!
      duplicate[p] = duplicate[p]! + copies.duplicate[p]!
    }
  }

  return {
    ...direct,
    traffic,
    async stop(participant, how) {
      await direct.stop(participant, how)
      isUp[participant] = 0
      if (how !== 'frozen') isConnected[participant] = 0
      renew()
    },
    async start(participant, round) {
      await direct.start(participant, round)
      isUp[participant] = 1
      isConnected[participant] = 1
      renew()
    },
    exchange(round, hop, outbox, fates): Inbox | Promise<Inbox> {
      if (fates === undefined) {
        whole ??= copiesOf(() => true)
        add(whole)
      } else add(copiesOf(arrivesBy(participants, fates)))
      return direct.exchange(round, hop, outbox, fates)
    }
  }
}

const arrivesBy =
  (participants: number, { links }: Fates): Arrives =>
  (author, receiver) =>
    (links[completeLink(participants, author, receiver)]! & 3) === FATE.arrives

/** Per participant: copies that it sends, that it gets, and that it sends to those who have the message. */
interface Copies {
  readonly out: Float64Array
  readonly in: Float64Array
  readonly duplicate: Float64Array
}

/** Counts the copies of one message. */
function spread(
  author: number,
  first: readonly number[],
  mesh: readonly (readonly number[])[],
  isUp: Uint8Array,
  arrives: Arrives,
  copies: Copies
): void {
  const heard = new Uint8Array(isUp.length)
  const queue: { readonly relay: number; readonly source: number }[] = [{ relay: author, source: -1 }]
  heard[author] = 1
  for (const { relay, source } of queue) {
    for (const to of relay === author ? first : mesh[relay]!) {
      if (to === source) continue
      copies.out[relay] = copies.out[relay]! + 1
      const isFirst = heard[to] === 0
      if (isFirst) {
        heard[to] = 1
        if (isUp[to] === 1) queue.push({ relay: to, source: relay })
      }
      if (isUp[to] === 0 || (isFirst && !arrives(author, to))) continue
      copies.in[to] = copies.in[to]! + 1
      if (!isFirst) copies.duplicate[relay] = copies.duplicate[relay]! + 1
    }
  }
}
