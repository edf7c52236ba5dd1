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
import { bytesOfPayload, lengthOf } from '../../core/payload.ts'
import type { DropReason, EdgeNotes, NetworkPlan, Outbox, PayloadField } from '../../interfaces.ts'
import { flowBytes, messageBytes } from '../message-bytes.ts'
import { decode, encode, type Message } from './message.ts'
import { allFinite, isPlain, pack, unpack } from './packing.ts'

const VERSION = 2
/** What a payload is: doubles alone, or fields of which some are packed. */
const ENCODING = { float64: 1, packed: 2 } as const

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
  readonly payload: readonly PayloadField[]
  readonly encoding: number
  /** Of the payload: doubles in memory, and bytes on the wire. */
  readonly length: number
  readonly payloadBytes: number
  /** How many participants the sender hears at each hop; undefined in plans without flows. */
  readonly receiptLinks: readonly (number | undefined)[]
  /** Bytes of the shortest and of the longest message. */
  readonly shortest: number
  readonly longest: number
}

/** What `sender` owes. */
export function expectedOf(plan: NetworkPlan, swarm: Uint8Array, sender: number): Expected {
  const { hops, payload, flows } = plan
  const receiptLinks = hops.map(({ rowStart }) =>
    flows ? rowStart[sender + 1]! - rowStart[sender]! : undefined
  )
  const shortest = Math.min(...receiptLinks.map(links => messageBytes(payload, links)))
  const longest = Math.max(...receiptLinks.map(links => messageBytes(payload, links, links)))
  return {
    swarm,
    sender,
    hops: hops.length,
    payload,
    encoding: encodingOf(payload),
    length: lengthOf(payload),
    payloadBytes: bytesOfPayload(payload),
    receiptLinks,
    shortest,
    longest
  }
}

const encodingOf = (payload: readonly PayloadField[]): number =>
  isPlain(payload) ? ENCODING.float64 : ENCODING.packed

/** One message; its arrays are little-endian, and views of the bytes that were decoded, but for a payload that was packed. */
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

/** The bytes of what `sender` says at `hop` of `round` by this row of the outbox; all is copied. */
export function encodeMessage(
  plan: NetworkPlan,
  swarm: Uint8Array<ArrayBuffer>,
  sender: number,
  round: number,
  hop: number,
  { payloads, stride, degrees, notes }: Outbox,
  row = sender
): Uint8Array<ArrayBuffer> {
  const { rowStart } = plan.hops[hop]!
  const length = lengthOf(plan.payload)
  const numbers = payloads.subarray(row * stride, row * stride + length)
  const [first, last] = [rowStart[sender]!, rowStart[sender + 1]!]
  const message: Message = {
    version: VERSION,
    swarm,
    round,
    hop,
    sender,
    encoding: encodingOf(plan.payload),
    payload: isPlain(plan.payload) ? bytesOf(numbers) : pack(plan.payload, numbers),
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
  if (encoding !== expected.encoding) return 'encoding'
  const links = expected.receiptLinks[hop]
  const words = links === undefined ? undefined : 4 * links
  if (payload.byteLength !== expected.payloadBytes) return 'size'
  if (receipts?.byteLength !== words || epochs?.byteLength !== words) return 'size'
  const oneFlow = flowBytes(expected.length)
  const offers = (flows?.byteLength ?? 0) / oneFlow
  if (!Number.isInteger(offers) || offers > (links ?? 0)) return 'size'
  if (data.byteLength !== messageBytes(expected.payload, links, offers)) return 'size'
  const numbers = numbersOf(payload, expected)
  if (typeof numbers === 'string') return numbers
  if (flows !== undefined) {
    let least = 0
    for (let at = 0; at < flows.byteLength; at += oneFlow) {
      const ordinal = wordAt(flows, at)
      if (ordinal < least || ordinal >= links!) return 'malformed'
      if (!allFinite(flows.subarray(at + 4, at + oneFlow))) return 'non-finite'
      least = ordinal + 1
    }
  }
  return { exchange: round * expected.hops + hop, hop, degree, payload: numbers, receipts, epochs, flows }
}

/** The doubles of a payload, or why they are none. */
function numbersOf(bytes: Uint8Array, { encoding, payload }: Expected): Uint8Array | DropReason {
  if (encoding === ENCODING.float64) return allFinite(bytes) ? bytes : 'non-finite'
  const numbers = unpack(payload, bytes)
  return typeof numbers === 'string' ? numbers : new Uint8Array(numbers.buffer)
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
