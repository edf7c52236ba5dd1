/** Room for what arrives in one exchange, whatever its hop. A message is copied once, from the socket's bytes to here. */
import { reverseLinks } from '../../core/links.ts'
import { strideOf } from '../../core/parameter-matrix.ts'
import { lengthOf } from '../../core/payload.ts'
import type { EdgeNotes, Inbox, NetworkPlan } from '../../interfaces.ts'
import { type Decoded, flowOf, wordAt } from './codec.ts'

export class Room {
  /** Per hop. The row of a link is its index. */
  readonly inboxes: readonly Inbox[]
  /** Per link: bytes of its message. */
  readonly sizes: Uint32Array
  readonly #length: number
  readonly #bytes: Uint8Array
  readonly #flows: Uint8Array
  /** Per hop and link: which of those that its sender hears the receiver is, or −1. */
  readonly #ordinals: readonly Int32Array[]

  constructor(plan: NetworkPlan) {
    const length = lengthOf(plan.payload)
    const stride = strideOf(length)
    const links = Math.max(0, ...plan.hops.map(({ senders }) => senders.length))
    const payloads = new Float64Array(links * stride)
    const degrees = new Uint32Array(links)
    const notes = plan.flows ? notesFor(links, stride) : undefined
    this.inboxes = plan.hops.map(({ senders }) => ({
      payloads,
      stride,
      slots: new Int32Array(senders.length).fill(-1),
      degrees,
      notes
    }))
    this.sizes = new Uint32Array(links)
    this.#length = length
    this.#bytes = new Uint8Array(payloads.buffer)
    this.#flows = notes === undefined ? new Uint8Array() : new Uint8Array(notes.flows.buffer)
    this.#ordinals = plan.hops.map(links => {
      const { rowStart, senders } = links
      return reverseLinks(links).map((back, k) => (back < 0 ? -1 : back - rowStart[senders[k]!]!))
    })
  }

  /** Takes in the message of `bytes` bytes that came over link k. */
  put(k: number, message: Decoded, bytes: number): void {
    const { hop, degree, payload, receipts, epochs, flows } = message
    const { slots, degrees, notes, stride } = this.inboxes[hop]!
    slots[k] = k
    degrees[k] = degree
    this.sizes[k] = bytes
    this.#bytes.set(payload, 8 * stride * k)
    if (notes === undefined || receipts === undefined || epochs === undefined) return
    const ordinal = this.#ordinals[hop]![k]!
    notes.receipts[k] = ordinal < 0 ? 0 : wordAt(receipts, 4 * ordinal)
    notes.epochs[k] = ordinal < 0 ? 0 : wordAt(epochs, 4 * ordinal)
    const flow = flows && flowOf(flows, ordinal, this.#length)
    notes.offers[k] = flow === undefined ? 0 : 1
    if (flow !== undefined) this.#flows.set(flow, 8 * stride * k)
  }
}

function notesFor(links: number, stride: number): EdgeNotes {
  return {
    receipts: new Uint32Array(links),
    epochs: new Uint32Array(links),
    offers: new Uint8Array(links),
    flows: new Float64Array(links * stride)
  }
}
