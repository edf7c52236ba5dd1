import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bitsOf, bytesOfPayload, doubles, lengthOf } from '../../../src/core/payload.ts'
import type { PayloadField } from '../../../src/interfaces.ts'
import { pack, unpack } from '../../../src/network/libp2p/packing.ts'
import { range } from '../../support/numbers.ts'

/** All bits of these integers, as text, the least significant first. */
const bitText = (integers: readonly number[], bits: number): string =>
  integers.map(x => [...x.toString(2).padStart(bits, '0')].reverse().slice(0, bits).join('')).join('')

/** The bits of these bytes, as text, the least significant first. */
const textOf = (bytes: Uint8Array): string => bitText([...bytes], 8)

const bitsIn = (numbers: Float64Array): BigUint64Array => new BigUint64Array(numbers.slice().buffer)

const finite = fc.double({ noDefaultInfinity: true, noNaN: true })
/** A field, and numbers for it; bounds of all widths, and often as large as a width allows. */
const filledField = fc
  .tuple(
    fc.nat(9),
    fc.option(fc.tuple(fc.nat(32), fc.nat(2 ** 32 - 1), fc.boolean()), { nil: undefined, freq: 4 })
  )
  .chain(([count, bound]): fc.Arbitrary<readonly [PayloadField, number[]]> => {
    const size = { minLength: count, maxLength: count }
    if (bound === undefined) return fc.tuple(fc.constant({ count }), fc.array(finite, size))
    const [bits, off, isWhole] = bound
    const below = isWhole ? 2 ** bits : Math.max(1, 2 ** bits - (off % 2 ** Math.max(bits - 1, 0)))
    const integer = fc.oneof(fc.nat(below - 1), fc.constant(below - 1))
    return fc.tuple(fc.constant({ count, below }), fc.array(integer, size))
  })
const filledPayload = fc.array(filledField, { maxLength: 6 })

test('integers of every width lie bit after bit, the least significant first, with zeros up to the next byte', () => {
  for (const bits of range(33)) {
    const below = 2 ** bits
    for (const count of [0, 1, 2, 7, 8, 9, 33]) {
      const payload = [{ count, below }]
      const integers = range(count).map(k => [below - 1, 0, Math.floor(below / 3), k % below][k % 4]!)
      const bytes = pack(payload, Float64Array.from(integers))
      const text = bitText(integers, bits)
      expect(textOf(bytes)).toBe(text.padEnd(8 * Math.ceil(text.length / 8), '0'))
      expect(unpack(payload, bytes)).toEqual(Float64Array.from(integers))
    }
  }
})

test('what is unpacked is what was packed, to the bit, and as long as the payload says', () => {
  fc.assert(
    fc.property(filledPayload, fields => {
      const payload = fields.map(([field]) => field)
      const numbers = Float64Array.from(fields.flatMap(([, content]) => content))
      const bytes = pack(payload, numbers)
      expect(bytes.byteLength).toBe(bytesOfPayload(payload))
      const unpacked = unpack(payload, bytes)
      if (typeof unpacked === 'string') expect.fail(unpacked)
      expect(bitsIn(unpacked)).toEqual(bitsIn(numbers))
    })
  )
})

test('every field begins at a byte of its own', () => {
  const payload = [{ count: 1, below: 8 }, { count: 1 }, { count: 3, below: 1 }, { count: 2, below: 300 }]
  const bytes = pack(payload, Float64Array.of(5, -2, 0, 0, 0, 257, 299))
  expect([...bytes]).toEqual([5, ...[0, 0, 0, 0, 0, 0, 0, 0xc0], 0b00000001, 0b01010111, 0b10])
})

test('bytes that nothing is packed to are refused, whatever they are', () => {
  fc.assert(
    fc.property(
      filledPayload.chain(fields => {
        const payload = fields.map(([field]) => field)
        const length = bytesOfPayload(payload)
        return fc.tuple(fc.constant(payload), fc.uint8Array({ minLength: length, maxLength: length }))
      }),
      ([payload, bytes]) => {
        const numbers = unpack(payload, bytes)
        if (typeof numbers === 'string') expect(['malformed', 'non-finite']).toContain(numbers)
        else {
          expect(numbers).toHaveLength(lengthOf(payload))
          expect(pack(payload, numbers)).toEqual(bytes)
        }
      }
    )
  )
})

test.each<[string, readonly PayloadField[], number[], string]>([
  ['an integer as large as its bound', [{ count: 2, below: 5 }], [0b101_000], 'malformed'],
  ['a bit after the last integer', [{ count: 2, below: 5 }], [0b1_000_000], 'malformed'],
  ['the highest bit of all', [{ count: 1, below: 2 ** 32 - 1 }], [255, 255, 255, 255], 'malformed'],
  ['an infinite double', doubles(1), [0, 0, 0, 0, 0, 0, 0xf0, 0x7f], 'non-finite'],
  ['no number', [{ count: 1, below: 2 }, { count: 1 }], [1, 0, 0, 0, 0, 0, 0, 0xf8, 0xff], 'non-finite']
])('%s is refused', (_, payload, bytes, reason) => {
  expect(unpack(payload, Uint8Array.from(bytes))).toBe(reason)
})

test.each([5, -1, 0.5, -0, Number.NaN, 2 ** 32])('%d is no integer below 5, and is not packed', number => {
  expect(() => pack([{ count: 1, below: 5 }], Float64Array.of(number))).toThrow('integers below 5')
})

test('a width is what the largest integer needs', () => {
  const widths = [1, 2, 3, 4, 5, 256, 257, 2 ** 31, 2 ** 31 + 1, 2 ** 32]
  expect(widths.map(below => bitsOf({ count: 1, below }))).toEqual([0, 1, 2, 2, 3, 8, 9, 31, 32, 32])
})
