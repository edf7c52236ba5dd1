/**
 * The form of a message on the wire: the protobuf of message.proto, always with all its fields, so that the length of
 * a message follows from the plan. Decoding trusts nothing: bytes that are not exactly what the sender owes are
 * refused with a reason, never thrown at the caller. A payload lies at any offset of a buffer that belongs to a
 * socket; it is therefore handed out as bytes, to be copied, and never as doubles.
 */
import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { withArrayBuffer } from 'uint8arrays/with-array-buffer'
import { assert } from '../../core/assert.ts'
import type { DropReason, NetworkPlan } from '../../interfaces.ts'
import { messageBytes } from '../message-bytes.ts'
import { decode, encode, type Message } from './message.ts'

const VERSION = 1
const FLOAT64 = 1

assert(
  endianness() === 'LE',
  'payloads go to the wire as they lie in memory, which is not little-endian here'
)

/** The 8 bytes that name a swarm in its messages. */
export function swarmBytes(swarm: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(swarm).digest().subarray(0, 8))
}

/** The first and the last exchange whose messages are taken. Hop h of round r is exchange r · hops + h. */
export interface OpenExchanges {
  readonly first: number
  readonly last: number
}

/** What every message of one sender must be. */
export interface Expected {
  readonly swarm: Uint8Array
  readonly sender: number
  readonly hops: number
  /** Doubles per payload. */
  readonly length: number
  /** Receipts at each hop; undefined in plans without. */
  readonly receiptLinks: readonly (number | undefined)[]
  /** Bytes of a message at each hop. */
  readonly bytes: readonly number[]
  readonly open: OpenExchanges
}

/** What `sender` owes; what is open may change later. */
export function expectedOf(
  plan: NetworkPlan,
  swarm: Uint8Array,
  sender: number,
  open: OpenExchanges
): Expected {
  const { hops, length, receipts } = plan
  const receiptLinks = hops.map(({ rowStart }) =>
    receipts ? rowStart[sender + 1]! - rowStart[sender]! : undefined
  )
  const bytes = receiptLinks.map(links => messageBytes(length, links))
  return { swarm, sender, hops: hops.length, length, receiptLinks, bytes, open }
}

/** One message, its payload and receipts views of the bytes that were decoded. */
export interface Decoded {
  readonly exchange: number
  readonly hop: number
  readonly payload: Uint8Array
  readonly receipts: Uint8Array | undefined
}

/** The bytes of a message; payload and receipts are copied. */
export function encodeMessage(
  swarm: Uint8Array<ArrayBuffer>,
  sender: number,
  round: number,
  hop: number,
  payload: Float64Array,
  receipts: Uint32Array | undefined
): Uint8Array<ArrayBuffer> {
  const message: Message = {
    version: VERSION,
    swarm,
    round,
    hop,
    sender,
    encoding: FLOAT64,
    payload: bytesOf(payload)
  }
  if (receipts !== undefined) message.receipts = bytesOf(receipts)
  return encode(message)
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): Uint8Array<ArrayBuffer> {
  return withArrayBuffer(new Uint8Array(buffer, byteOffset, byteLength))
}

/** The message in `data`, or why it is dropped. Never throws, whatever the bytes. */
export function decodeMessage(data: Uint8Array, expected: Expected): Decoded | DropReason {
  if (!expected.bytes.includes(data.byteLength)) return 'size'
  const message = parse(data)
  if (message === undefined) return 'malformed'
  const { version, swarm, round, hop, sender, encoding, payload, receipts } = message
  if (version !== VERSION) return 'version'
  if (!sameBytes(swarm, expected.swarm)) return 'swarm'
  if (sender !== expected.sender) return 'sender'
  const exchange = round * expected.hops + hop
  if (hop >= expected.hops) return 'round'
  if (exchange < expected.open.first) return 'late'
  if (exchange > expected.open.last) return 'round'
  if (encoding !== FLOAT64) return 'encoding'
  if (payload.byteLength !== 8 * expected.length) return 'size'
  const links = expected.receiptLinks[hop]
  if (receipts?.byteLength !== (links === undefined ? undefined : 4 * links)) return 'size'
  if (!allFinite(payload)) return 'non-finite'
  return { exchange, hop, payload, receipts }
}

/** A message with all the fields that every message has. */
type Complete = Required<Omit<Message, 'receipts'>> & Pick<Message, 'receipts'>

function parse(data: Uint8Array): Complete | undefined {
  let message: Message
  try {
    message = decode(data)
  } catch {
    return undefined
  }
  return isComplete(message) ? message : undefined
}

function isComplete(message: Message): message is Complete {
  return (
    message.version !== undefined &&
    message.swarm !== undefined &&
    message.round !== undefined &&
    message.hop !== undefined &&
    message.sender !== undefined &&
    message.encoding !== undefined &&
    message.payload !== undefined
  )
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index])
}

/** A double is infinite or not a number if the 11 bits below its sign are ones. Reads bytes, for the sake of the offset. */
function allFinite(payload: Uint8Array): boolean {
  for (let at = 6; at < payload.byteLength; at += 8) {
    if ((payload[at]! & 0xf0) === 0xf0 && (payload[at + 1]! & 0x7f) === 0x7f) return false
  }
  return true
}
