/**
 * What arrived, and what is still waited for. All peers of a process advance together, so a neighbour can be one
 * exchange ahead but not two: there is room for two, one for even and one for odd exchanges, and what belongs to neither of the
 * open exchanges is dropped. A message is copied once, from the socket's bytes to the row of its link.
 *
 * A neighbour that is disconnected, or let a deadline pass, is not waited for until it speaks again, be it too late:
 * a lost neighbour costs one deadline in all.
 */
import { receiversOf, reverseLinks } from '../../core/links.ts'
import { strideOf } from '../../core/parameter-matrix.ts'
import type { DropReason, Inbox, NetworkPlan } from '../../interfaces.ts'
import type { MutableTraffic } from '../traffic.ts'
import { decodeMessage, type Expected, expectedOf } from './codec.ts'

/** A sender, as one of its receivers sees it. */
export interface Neighbour {
  readonly receiver: number
  readonly sender: number
  readonly expected: Expected
  /** At each hop the link from it, or −1. */
  readonly links: Int32Array
  isConnected: boolean
  /** It let a deadline pass, or its connection broke, and it has not spoken since. */
  isGivenUp: boolean
}

/** What is fixed at one hop, per link. */
interface Hop {
  readonly neighbours: readonly Neighbour[]
  /** Where the sender's receipts speak of the receiver, in bytes; −1 where the sender does not hear it. */
  readonly receiptAt: Int32Array
}

/** What arrived in one exchange, whatever its hop: `bytes` are those of the payloads in its inbox. */
interface Room {
  readonly bytes: Uint8Array
  readonly inboxes: readonly Inbox[]
}

export class Mailbox {
  /** All pairs of a receiver and a sender that it hears at some hop. */
  readonly neighbours: readonly Neighbour[]
  readonly #traffic: MutableTraffic
  readonly #hops: readonly Hop[]
  readonly #rooms: readonly [Room, Room]
  readonly #open = { first: 0, last: -1 }
  /** Of the exchange that runs: its hop, the links that are waited for, and their number. */
  #hop = 0
  readonly #isPending: Uint8Array
  #pending = 0
  #wake: () => void = () => {}

  constructor(plan: NetworkPlan, swarm: Uint8Array, traffic: MutableTraffic) {
    const neighbours = new Map<string, Neighbour>()
    const hops = plan.hops.map((links, hop) => {
      const receivers = receiversOf(links)
      const reverse = reverseLinks(links)
      const receiptAt = new Int32Array(links.senders.length)
      const heard = Array.from(links.senders, (sender, k) => {
        const receiver = receivers[k]!
        const key = `${receiver} ${sender}`
        const neighbour = neighbours.get(key) ?? {
          receiver,
          sender,
          expected: expectedOf(plan, swarm, sender, this.#open),
          links: new Int32Array(plan.hops.length).fill(-1),
          isConnected: true,
          isGivenUp: false
        }
        neighbours.set(key, neighbour)
        neighbour.links[hop] = k
        receiptAt[k] = reverse[k]! < 0 ? -1 : 4 * (reverse[k]! - links.rowStart[sender]!)
        return neighbour
      })
      return { neighbours: heard, receiptAt }
    })
    this.neighbours = [...neighbours.values()]
    this.#traffic = traffic
    this.#hops = hops
    this.#rooms = [roomFor(plan), roomFor(plan)]
    this.#isPending = new Uint8Array(maxLinks(plan))
  }

  /** Opens exchange round · hops + hop and the one after it. What was returned by the one before may now change. */
  begin(round: number, hop: number): void {
    const exchange = round * this.#hops.length + hop
    if (this.#open.first !== exchange) this.#inboxOf(exchange).slots.fill(-1)
    this.#inboxOf(exchange + 1).slots.fill(-1)
    this.#open.first = exchange
    this.#open.last = exchange + 1
    this.#hop = hop
    const { slots } = this.#inboxOf(exchange)
    const { neighbours } = this.#hops[hop]!
    for (let k = 0; k < neighbours.length; k++) {
      const { isConnected, isGivenUp } = neighbours[k]!
      if (slots[k]! >= 0 || !isConnected || isGivenUp) continue
      this.#isPending[k] = 1
      this.#pending++
    }
  }

  /** Resolves when everything that is waited for has arrived, or after the deadline. */
  arrivals(deadlineMs: number): Promise<void> {
    // Even where nothing is waited for, sockets are read once: those who were given up must be able to speak.
    if (this.#pending === 0) return new Promise(resolve => setImmediate(resolve))
    return new Promise(resolve => {
      // What lies unread in the sockets when the deadline passes is in time: a busy event loop is nobody's fault.
      const timer = setTimeout(() => setImmediate(resolve), deadlineMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  /** Closes the exchange that runs: what comes for it from now on is too late. */
  end(): Inbox {
    const inbox = this.#inboxOf(this.#open.first)
    const { neighbours } = this.#hops[this.#hop]!
    const { missing } = this.#traffic
    for (let k = 0; k < neighbours.length; k++) {
      const neighbour = neighbours[k]!
      if (inbox.slots[k]! < 0) missing[neighbour.receiver] = missing[neighbour.receiver]! + 1
      if (this.#isPending[k] === 1) neighbour.isGivenUp = true
    }
    this.#isPending.fill(0)
    this.#pending = 0
    this.#open.first++
    return inbox
  }

  /** Takes or drops what `neighbour` sent, and counts it. Never throws. */
  receive(neighbour: Neighbour, data: Uint8Array): void {
    const reason = this.#take(neighbour, data)
    if (reason !== undefined) this.#traffic.dropped[reason]++
    // What comes too late is a sign of life.
    if (reason === undefined || reason === 'late') neighbour.isGivenUp = false
  }

  #take({ receiver, expected, links }: Neighbour, data: Uint8Array): DropReason | undefined {
    const message = decodeMessage(data, expected)
    if (typeof message === 'string') return message
    const { exchange, hop, payload, receipts } = message
    const { bytes, inboxes } = this.#rooms[exchange & 1]!
    const inbox = inboxes[hop]!
    const k = links[hop]!
    if (k < 0) return 'round'
    if (inbox.slots[k]! >= 0) return 'duplicate'
    bytes.set(payload, 8 * inbox.stride * k)
    inbox.slots[k] = k
    const at = this.#hops[hop]!.receiptAt[k]!
    if (inbox.receipts && receipts) inbox.receipts[k] = at < 0 ? 0 : uint32(receipts, at)
    const { messagesIn, bytesIn } = this.#traffic
    messagesIn[receiver] = messagesIn[receiver]! + 1
    bytesIn[receiver] = bytesIn[receiver]! + data.byteLength
    if (exchange === this.#open.first) this.#settle(k)
    return undefined
  }

  /** Waits no longer for `neighbour`, which is disconnected; what of it lies in the sockets is still taken. */
  lose(neighbour: Neighbour): void {
    neighbour.isConnected = false
    const k = neighbour.links[this.#hop]!
    if (k >= 0) this.#settle(k)
  }

  /** `neighbour` is connected again; it is waited for when it has spoken, for its streams have yet to open. */
  find(neighbour: Neighbour): void {
    if (neighbour.isConnected) return
    neighbour.isConnected = true
    neighbour.isGivenUp = true
  }

  #settle(k: number): void {
    if (this.#isPending[k] === 0) return
    this.#isPending[k] = 0
    if (--this.#pending === 0) this.#wake()
  }

  #inboxOf(exchange: number): Inbox {
    return this.#rooms[exchange & 1]!.inboxes[exchange % this.#hops.length]!
  }
}

const maxLinks = ({ hops }: NetworkPlan): number => Math.max(0, ...hops.map(({ senders }) => senders.length))

function roomFor(plan: NetworkPlan): Room {
  const stride = strideOf(plan.length)
  const payloads = new Float64Array(stride * maxLinks(plan))
  const inboxes = plan.hops.map(({ senders }) => ({
    payloads,
    stride,
    slots: new Int32Array(senders.length).fill(-1),
    receipts: plan.receipts ? new Uint32Array(senders.length) : undefined
  }))
  return { bytes: new Uint8Array(payloads.buffer), inboxes }
}

/** Little-endian, at any offset. */
function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}
