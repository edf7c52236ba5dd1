/**
 * The simulated network: no sockets, no waiting. The inbox is the outbox seen through the links, less what the fates take.
 * Traffic is what the same exchange costs on the wire, to the byte.
 */
import { receiversOf, reverseLinks } from '../core/links.ts'
import {
  DUPLICATED,
  type EdgeNotes,
  FATE,
  type Fates,
  type Inbox,
  type Links,
  type Network,
  type NetworkPlan,
  type Outbox,
  type Traffic
} from '../interfaces.ts'
import { checkExchange, checkPlan } from './check.ts'
import { messageBytes } from './message-bytes.ts'
import { throughRelays } from './simulated-mesh.ts'
import { emptyTraffic } from './traffic.ts'

export function simulatedNetwork({ relays, ...plan }: NetworkPlan): Network {
  checkPlan(plan)
  const direct = directNetwork(plan)
  return relays === undefined ? direct : throughRelays(relays, plan, direct)
}

/** Every message goes from its sender to its receivers. */
function directNetwork(plan: NetworkPlan): Network {
  const traffic = emptyTraffic(plan.participants)
  const hops = plan.hops.map(links => hopOf(plan, links))
  const isUp = new Uint8Array(plan.participants).fill(1)
  return {
    name: 'simulated',
    traffic,
    open: async () => {},
    close: async () => {},
    stop: async participant => {
      isUp[participant] = 0
    },
    start: async participant => {
      isUp[participant] = 1
    },
    waitedFor: () => [],
    aheadBy: () => 0,
    exchange(_round, index, outbox, fates): Inbox {
      checkExchange(plan, outbox, fates)
      const hop = hops[index]!
      if (fates === undefined && (outbox.notes === undefined || !outbox.notes.offers.includes(1))) {
        addTraffic(traffic, hop.whole)
      } else countEach(plan, hop, outbox, fates, isUp, traffic)
      if (outbox.notes !== undefined) deliverNotes(hop, outbox.notes, outbox.stride)
      const slots = fates === undefined ? hop.rows : arrivalsOf(hop, fates)
      const { payloads, stride } = outbox
      const degrees = plan.perLink ? degreesPerLink(hop, outbox) : outbox.degrees
      return { payloads, stride, slots, degrees, notes: outbox.notes && hop.notes }
    }
  }
}

interface Hop {
  readonly links: Links
  readonly receivers: Int32Array
  readonly reverse: Int32Array
  /** Per link: the row of the outbox that is sent over it. */
  readonly rows: Int32Array
  /** Per link: the sender's degree; empty where rows are participants. */
  readonly degrees: Uint32Array
  /** Per link: bytes of its message, if no flow is offered. */
  readonly bytes: Uint32Array
  /** What an exchange costs in which every message arrives and no flow is offered. */
  readonly whole: Traffic
  readonly slots: Int32Array
  notes: EdgeNotes
}

function hopOf(plan: NetworkPlan, links: Links): Hop {
  const count = links.senders.length
  const whole = emptyTraffic(plan.participants)
  const receivers = receiversOf(links)
  const bytes = Uint32Array.from(links.senders, (_, k) => bytesOf(plan, links, k, 0))
  for (let k = 0; k < count; k++) countArrival(whole, links.senders[k]!, receivers[k]!, bytes[k]!)
  return {
    links,
    receivers,
    reverse: reverseLinks(links),
    rows: plan.perLink ? Int32Array.from(links.senders, (_, k) => k) : links.senders,
    degrees: new Uint32Array(plan.perLink ? count : 0),
    bytes,
    whole,
    slots: new Int32Array(count),
    notes: {
      receipts: new Uint32Array(plan.flows ? count : 0),
      epochs: new Uint32Array(plan.flows ? count : 0),
      offers: new Uint8Array(plan.flows ? count : 0),
      // Flows are offered seldom: there is room for them when the first is.
      flows: new Float64Array(0)
    }
  }
}

/** The message over link k, whose sender offers so many flows. */
function bytesOf(
  { payload, flows }: NetworkPlan,
  { rowStart, senders }: Links,
  k: number,
  offers: number
): number {
  const sender = senders[k]!
  return messageBytes(payload, flows ? rowStart[sender + 1]! - rowStart[sender]! : undefined, offers)
}

function addTraffic(traffic: Traffic, more: Traffic): void {
  for (let p = 0; p < traffic.messagesIn.length; p++) {
    traffic.messagesOut[p] = traffic.messagesOut[p]! + more.messagesOut[p]!
    traffic.messagesIn[p] = traffic.messagesIn[p]! + more.messagesIn[p]!
    traffic.bytesOut[p] = traffic.bytesOut[p]! + more.bytesOut[p]!
    traffic.bytesIn[p] = traffic.bytesIn[p]! + more.bytesIn[p]!
  }
}

function countArrival(traffic: Traffic, from: number, to: number, bytes: number): void {
  traffic.messagesOut[from] = traffic.messagesOut[from]! + 1
  traffic.bytesOut[from] = traffic.bytesOut[from]! + bytes
  traffic.messagesIn[to] = traffic.messagesIn[to]! + 1
  traffic.bytesIn[to] = traffic.bytesIn[to]! + bytes
}

function countEach(
  plan: NetworkPlan,
  { links, receivers, bytes: sizes }: Hop,
  { notes }: Outbox,
  fates: Fates | undefined,
  isUp: Uint8Array,
  traffic: Traffic
): void {
  const { messagesOut, bytesOut, missing, dropped, waitedFor } = traffic
  const { rowStart, senders } = links
  for (let k = 0; k < senders.length; k++) {
    const fate = fates?.links[k] ?? FATE.arrives
    const outcome = fate & 3
    if (outcome === FATE.unsent) continue
    const from = senders[k]!
    const to = receivers[k]!
    const offers = notes === undefined ? 0 : offersOf(notes, rowStart, from)
    const bytes = offers === 0 ? sizes[k]! : bytesOf(plan, links, k, offers)
    if (outcome === FATE.arrives) countArrival(traffic, from, to, bytes)
    else {
      messagesOut[from] = messagesOut[from]! + 1
      bytesOut[from] = bytesOut[from]! + bytes
      missing[to] = missing[to]! + isUp[to]!
    }
    if (outcome === FATE.late) dropped.late[from] = dropped.late[from]! + 1
    if (fate & DUPLICATED) dropped.duplicate[from] = dropped.duplicate[from]! + 1
  }
  for (const sender of fates?.waitedFor ?? []) waitedFor[sender] = waitedFor[sender]! + 1
}

function offersOf({ offers }: EdgeNotes, rowStart: Int32Array, sender: number): number {
  let count = 0
  for (let k = rowStart[sender]!; k < rowStart[sender + 1]!; k++) count += offers[k]!
  return count
}

/** What each sender tells, at the link of the receiver; a copy, for senders go on writing theirs. */
function deliverNotes(hop: Hop, sent: EdgeNotes, stride: number): void {
  const { reverse } = hop
  const { receipts, epochs, offers } = hop.notes
  for (let k = 0; k < reverse.length; k++) {
    const back = reverse[k]!
    receipts[k] = back < 0 ? 0 : sent.receipts[back]!
    epochs[k] = back < 0 ? 0 : sent.epochs[back]!
    offers[k] = back < 0 ? 0 : sent.offers[back]!
    if (offers[k] === 0) continue
    if (hop.notes.flows.length === 0) {
      hop.notes = { ...hop.notes, flows: new Float64Array(reverse.length * stride) }
    }
    hop.notes.flows.set(sent.flows.subarray(back * stride, (back + 1) * stride), k * stride)
  }
}

function degreesPerLink({ links: { senders }, degrees }: Hop, outbox: Outbox): Uint32Array {
  for (let k = 0; k < senders.length; k++) degrees[k] = outbox.degrees[senders[k]!]!
  return degrees
}

function arrivalsOf({ rows, slots }: Hop, fates: Fates): Int32Array {
  for (let k = 0; k < slots.length; k++) slots[k] = (fates.links[k]! & 3) === FATE.arrives ? rows[k]! : -1
  return slots
}
