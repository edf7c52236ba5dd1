/**
 * The form of a message on the wire: the protobuf of message.proto, always with all the fields that its plan asks for, so
 * that the length of a message follows from the plan and the flows in it. Decoding trusts nothing: bytes that are not
 * exactly what the sender owes are refused with a reason, never thrown at the caller. What is decoded lies at any offset
 * of a buffer that belongs to a socket; it is therefore handed out as bytes, to be copied, and never as numbers.
 */
import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { withArrayBuffer } from 'uint8arrays/with-array-buffer'
import { assert } from '../../core/assert.ts'
import type { DropReason, EdgeNotes, NetworkPlan, Outbox } from '../../interfaces.ts'
import { flowBytes, messageBytes } from '../message-bytes.ts'
import { decode, encode, type Message } from './message.ts'

const VERSION = 2
const FLOAT64 = 1

assert(endianness() === 'LE', 'numbers go to the wire as they lie in memory, which is not little-endian here')

/** The 8 bytes that name a swarm in its messages. */
export function swarmBytes(swarm: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(createHash('sha256').update(swarm).digest().subarray(0, 8))
}

/** What every message of one sender must be. */
export interface Expected {
  readonly swarm: Uint8Array
  readonly sender: number
  readonly hops: number
  /** Doubles per payload. */
  readonly length: number
  /** How many participants the sender hears at each hop; undefined in plans without flows. */
  readonly receiptLinks: readonly (number | undefined)[]
  /** Bytes of the shortest and of the longest message. */
  readonly shortest: number
  readonly longest: number
}

/** What `sender` owes. */
export function expectedOf(plan: NetworkPlan, swarm: Uint8Array, sender: number): Expected {
  const { hops, length, flows } = plan
  const receiptLinks = hops.map(({ rowStart }) =>
    flows ? rowStart[sender + 1]! - rowStart[sender]! : undefined
  )
  const shortest = Math.min(...receiptLinks.map(links => messageBytes(length, links)))
  const longest = Math.max(...receiptLinks.map(links => messageBytes(length, links, links)))
  return { swarm, sender, hops: hops.length, length, receiptLinks, shortest, longest }
}

/** One message; its arrays are views of the bytes that were decoded, little-endian. */
export interface Decoded {
  /** Hop h of round r is exchange r · hops + h. */
  readonly exchange: number
  readonly hop: number
  readonly degree: number
  /** Doubles. */
  readonly payload: Uint8Array
  /** Words; undefined in plans without flows. */
  readonly receipts: Uint8Array | undefined
  readonly epochs: Uint8Array | undefined
  /** See `flowOf`. */
  readonly flows: Uint8Array | undefined
}

/** The bytes of what `sender` says at `hop` of `round`; all is copied. */
export function encodeMessage(
  plan: NetworkPlan,
  swarm: Uint8Array<ArrayBuffer>,
  sender: number,
  round: number,
  hop: number,
  { payloads, stride, length, degrees, notes }: Outbox
): Uint8Array<ArrayBuffer> {
  const { rowStart } = plan.hops[hop]!
  const [first, last] = [rowStart[sender]!, rowStart[sender + 1]!]
  const message: Message = {
    version: VERSION,
    swarm,
    round,
    hop,
    sender,
    encoding: FLOAT64,
    payload: bytesOf(payloads.subarray(sender * stride, sender * stride + length)),
    degree: degrees[sender]!
  }
  if (notes !== undefined) {
    message.receipts = bytesOf(notes.receipts.subarray(first, last))
    message.epochs = bytesOf(notes.epochs.subarray(first, last))
    if (notes.offers.subarray(first, last).includes(1)) {
      message.flows = offeredFlows(notes, first, last, stride, length)
    }
  }
  return encode(message)
}

/** The flows that are offered over the links `first <= k < last`. */
function offeredFlows(
  { offers, flows }: EdgeNotes,
  first: number,
  last: number,
  stride: number,
  length: number
): Uint8Array<ArrayBuffer> {
  const offered: number[] = []
  for (let k = first; k < last; k++) if (offers[k] === 1) offered.push(k)
  const bytes = new Uint8Array(offered.length * flowBytes(length))
  const view = new DataView(bytes.buffer)
  for (const [entry, k] of offered.entries()) {
    const at = entry * flowBytes(length)
    view.setUint32(at, k - first, true)
    bytes.set(bytesOf(flows.subarray(k * stride, k * stride + length)), at + 4)
  }
  return bytes
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array | Uint32Array): Uint8Array<ArrayBuffer> {
  return withArrayBuffer(new Uint8Array(buffer, byteOffset, byteLength))
}

/** The flow that is offered to the participant with this ordinal, as doubles, or undefined. */
export function flowOf(flows: Uint8Array, ordinal: number, length: number): Uint8Array | undefined {
  for (let at = 0; at < flows.byteLength; at += flowBytes(length)) {
    if (wordAt(flows, at) === ordinal) return flows.subarray(at + 4, at + flowBytes(length))
  }
  return undefined
}

/** The little-endian u32 at any offset. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
}

/** The message in `data`, of whatever exchange, or why it is dropped. Never throws, whatever the bytes. */
export function decodeMessage(data: Uint8Array, expected: Expected): Decoded | DropReason {
  if (data.byteLength < expected.shortest || data.byteLength > expected.longest) return 'size'
  const message = parse(data)
  if (message === undefined) return 'malformed'
  const { version, swarm, round, hop, sender, encoding, degree, payload, receipts, epochs, flows } = message
  if (version !== VERSION) return 'version'
  if (!sameBytes(swarm, expected.swarm)) return 'swarm'
  if (sender !== expected.sender) return 'sender'
  if (hop >= expected.hops) return 'round'
  if (encoding !== FLOAT64) return 'encoding'
  const links = expected.receiptLinks[hop]
  const words = links === undefined ? undefined : 4 * links
  if (payload.byteLength !== 8 * expected.length) return 'size'
  if (receipts?.byteLength !== words || epochs?.byteLength !== words) return 'size'
  const offers = (flows?.byteLength ?? 0) / flowBytes(expected.length)
  if (!Number.isInteger(offers) || offers > (links ?? 0)) return 'size'
  if (data.byteLength !== messageBytes(expected.length, links, offers)) return 'size'
  if (!allFinite(payload)) return 'non-finite'
  if (flows !== undefined) {
    let least = 0
    for (let at = 0; at < flows.byteLength; at += flowBytes(expected.length)) {
      const ordinal = wordAt(flows, at)
      if (ordinal < least || ordinal >= links!) return 'malformed'
      if (!allFinite(flows.subarray(at + 4, at + flowBytes(expected.length)))) return 'non-finite'
      least = ordinal + 1
    }
  }
  return { exchange: round * expected.hops + hop, hop, degree, payload, receipts, epochs, flows }
}

/** A message with all the fields that every message has. */
type InFlows = 'receipts' | 'epochs' | 'flows'
type Complete = Required<Omit<Message, InFlows>> & Pick<Message, InFlows>

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
    message.degree !== undefined &&
    message.payload !== undefined
  )
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index])
}

/** A double is infinite or not a number if the 11 bits below its sign are ones. Reads bytes, for the sake of the offset. */
function allFinite(doubles: Uint8Array): boolean {
  for (let at = 6; at < doubles.byteLength; at += 8) {
    if ((doubles[at]! & 0xf0) === 0xf0 && (doubles[at + 1]! & 0x7f) === 0x7f) return false
  }
  return true
}
