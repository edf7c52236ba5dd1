/**
 * How long the messages of one exchange are on the lines. A peer shares its line fairly among the messages that it sends, and among those
 * that it gets: with d⁺ out and d⁻ in, all of m bytes,
 *
 *     full duplex:  m max(d⁺ of the sender, d⁻ of the receiver) / B,
 *     half duplex:  m max(d⁺ + d⁻ of the sender, d⁺ + d⁻ of the receiver) / B,
 *
 * as in Marfoq et al. (NeurIPS 2020). To this comes the latency, which messages spend side by side.
 */
import { receiversOf } from '../core/links.ts'
import type { Links } from '../interfaces.ts'
import { bytesPerSecond, type NetworkModel } from './network-models.ts'

/** Bytes of a message: of any, or by its sender. */
export type MessageBytes = number | ((sender: number) => number)

/** The links that carry messages at the same time: their indices, ascending, and what their messages are on the lines. */
export interface Transfers {
  readonly links: Int32Array
  /** Per entry of `links`. */
  readonly seconds: Float64Array
  /** The same for one message by itself, as when it is sent again: m / B. */
  readonly alone: Float64Array
}

/** What a peer's line does for its messages. */
export class Lines {
  /** Per link. */
  readonly senders: Int32Array
  readonly receivers: Int32Array
  /** Of an exchange that uses all links. */
  readonly whole: Transfers
  readonly #participants: number
  readonly #bytes: MessageBytes
  readonly #model: NetworkModel

  constructor(links: Links, bytes: MessageBytes, model: NetworkModel) {
    this.senders = links.senders
    this.receivers = receiversOf(links)
    this.#participants = links.participants
    this.#bytes = bytes
    this.#model = model
    this.whole = this.#transfers(
      links.senders.map((_, k) => k),
      () => 1
    )
  }

  /** Of an exchange with so many messages over each link. */
  transfers(copies: Uint8Array | Uint32Array): Transfers {
    let count = 0
    for (let k = 0; k < copies.length; k++) if (copies[k]! > 0) count++
    const used = new Int32Array(count)
    for (let k = 0, at = 0; at < count; k++) if (copies[k]! > 0) used[at++] = k
    return this.#transfers(used, k => copies[k]!)
  }

  #transfers(links: Int32Array, copiesOf: (link: number) => number): Transfers {
    const { senders, receivers } = this
    const sent = new Float64Array(this.#participants)
    const got = this.#model.duplex === 'half' ? sent : new Float64Array(this.#participants)
    for (const k of links) {
      const copies = copiesOf(k)
      sent[senders[k]!] = sent[senders[k]!]! + copies
      got[receivers[k]!] = got[receivers[k]!]! + copies
    }
    const rate = bytesPerSecond(this.#model)
    const seconds = new Float64Array(links.length)
    const alone = new Float64Array(links.length)
    for (let at = 0; at < links.length; at++) {
      const sender = senders[links[at]!]!
      const bytes = typeof this.#bytes === 'number' ? this.#bytes : this.#bytes(sender)
      seconds[at] = (bytes * Math.max(sent[sender]!, got[receivers[links[at]!]!]!)) / rate
      alone[at] = bytes / rate
    }
    return { links, seconds, alone }
  }
}
