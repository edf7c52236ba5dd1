/**
 * Payloads as bytes: one field after the other, each begun at a byte of its own. Doubles lie there as they do in memory,
 * little-endian; integers below a bound take `bitsOf` bits each, one after the other, the least significant bit first.
 */
import { assert } from '../../core/assert.ts'
import { bitsOf, bytesOfPayload, lengthOf } from '../../core/payload.ts'
import type { DropReason, PayloadField } from '../../interfaces.ts'

/** Whether all fields are doubles, so that a payload is on the wire what it is in memory. */
export const isPlain = (payload: readonly PayloadField[]): boolean =>
  payload.every(({ below }) => below === undefined)

/** The bytes of these numbers. */
export function pack(payload: readonly PayloadField[], numbers: Float64Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(bytesOfPayload(payload))
  const doubles = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  let at = 0
  let first = 0
  for (const field of payload) {
    const last = first + field.count
    if (field.below === undefined) {
      bytes.set(doubles.subarray(8 * first, 8 * last), at)
      at += 8 * field.count
    } else at = packIntegers(field.below, bitsOf(field), numbers.subarray(first, last), bytes, at)
    first = last
  }
  return bytes
}

/** Writes them from byte `at` on; returns the byte after them. */
function packIntegers(
  below: number,
  bits: number,
  integers: Float64Array,
  bytes: Uint8Array,
  at: number
): number {
  let byte = at
  let used = 0
  for (const integer of integers) {
    assert(
      Object.is(integer >>> 0, integer) && integer < below,
      `${integer} in a field of integers below ${below}`
    )
    let rest = integer
    for (let left = bits; left > 0; ) {
      const taken = Math.min(8 - used, left)
      bytes[byte] = bytes[byte]! | ((rest << used) & 0xff)
      rest >>>= taken
      left -= taken
      used += taken
      if (used === 8) {
        byte++
        used = 0
      }
    }
  }
  return used > 0 ? byte + 1 : byte
}

/** The numbers in these bytes, of which there are as many as the payload has; or why they are none. */
export function unpack(
  payload: readonly PayloadField[],
  bytes: Uint8Array
): Float64Array<ArrayBuffer> | DropReason {
  const numbers = new Float64Array(lengthOf(payload))
  const doubles = new Uint8Array(numbers.buffer)
  let at = 0
  let first = 0
  for (const field of payload) {
    const last = first + field.count
    if (field.below === undefined) {
      const content = bytes.subarray(at, at + 8 * field.count)
      if (!allFinite(content)) return 'non-finite'
      doubles.set(content, 8 * first)
      at += content.byteLength
    } else {
      at = unpackIntegers(field.below, bitsOf(field), bytes, at, numbers.subarray(first, last))
      if (at < 0) return 'malformed'
    }
    first = last
  }
  return numbers
}

/** Reads them from byte `at` on; returns the byte after them, or −1 if one is too large or a bit after the last is set. */
function unpackIntegers(
  below: number,
  bits: number,
  bytes: Uint8Array,
  at: number,
  integers: Float64Array
): number {
  let byte = at
  let used = 0
  for (let k = 0; k < integers.length; k++) {
    let integer = 0
    for (let got = 0; got < bits; ) {
      const taken = Math.min(8 - used, bits - got)
      integer |= ((bytes[byte]! >>> used) & (0xff >>> (8 - taken))) << got
      got += taken
      used += taken
      if (used === 8) {
        byte++
        used = 0
      }
    }
    if (integer >>> 0 >= below) return -1
    integers[k] = integer >>> 0
  }
  if (used === 0) return byte
  return bytes[byte]! >>> used === 0 ? byte + 1 : -1
}

/**
 * Whether no double among these bytes is infinite or not a number: then the 11 bits below its sign are ones. Reads bytes,
 * for they lie at any offset.
 */
export function allFinite(doubles: Uint8Array): boolean {
  for (let at = 6; at < doubles.byteLength; at += 8) {
    if ((doubles[at]! & 0xf0) === 0xf0 && (doubles[at + 1]! & 0x7f) === 0x7f) return false
  }
  return true
}
