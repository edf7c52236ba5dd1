/**
 * How long a message is on the wire, without encoding it: six integers of 5 bytes, the swarm in 10, and the rest with a
 * tag and a varint of its length before it (libp2p/message.proto).
 */

import { bytesOfPayload, lengthOf } from '../core/payload.ts'
import type { PayloadField } from '../interfaces.ts'

/**
 * Bytes of a message with this payload and, in plans with flows, receipts and epochs for `receiptLinks` links and
 * `offers` flows. In plans without, `receiptLinks` is undefined and nothing is offered.
 */
export function messageBytes(
  payload: readonly PayloadField[],
  receiptLinks: number | undefined,
  offers = 0
): number {
  const notes = receiptLinks === undefined ? 0 : 2 * fieldBytes(4 * receiptLinks)
  const flows = offers === 0 ? 0 : fieldBytes(offers * flowBytes(lengthOf(payload)))
  return 6 * 5 + fieldBytes(8) + fieldBytes(bytesOfPayload(payload)) + notes + flows
}

/** Bytes of one offered flow: an ordinal and `length` doubles. */
export function flowBytes(length: number): number {
  return 4 + 8 * length
}

/** A field of so many bytes: tag, length in groups of 7 bits, content. */
function fieldBytes(content: number): number {
  let bytes = 2 + content
  for (let rest = content >>> 7; rest > 0; rest >>>= 7) bytes++
  return bytes
}
