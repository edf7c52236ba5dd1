/**
 * How long a message is on the wire, without encoding it: five integers of 5 bytes, the swarm in 10, and payload and
 * receipts with a tag and a varint of their length before them (libp2p/message.proto).
 */

/** Bytes of a message with `length` doubles and a receipt for each of `receiptLinks`, or none if undefined. */
export function messageBytes(length: number, receiptLinks: number | undefined): number {
  const receipts = receiptLinks === undefined ? 0 : fieldBytes(4 * receiptLinks)
  return 5 * 5 + fieldBytes(8) + fieldBytes(8 * length) + receipts
}

/** A field of so many bytes: tag, length in groups of 7 bits, content. */
function fieldBytes(content: number): number {
  let bytes = 2 + content
  for (let rest = content >>> 7; rest > 0; rest >>>= 7) bytes++
  return bytes
}
