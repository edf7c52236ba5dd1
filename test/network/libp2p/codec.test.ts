import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Decoded,
  decodeMessage,
  type Expected,
  encodeMessage,
  expectedOf,
  swarmBytes
} from '../../../src/network/libp2p/codec.ts'
import { decode, encode } from '../../../src/network/libp2p/message.ts'
import { generatedMessage } from '../../../src/network/libp2p/write-message.ts'
import { messageBytes } from '../../../src/network/message-bytes.ts'
import { planOf, ring } from './plans.ts'

const swarm = swarmBytes('a swarm')
const SENDER = 1
const ROUND = 7

/** What peer 1 of a ring of 4 owes in rounds 7 and 8. */
const expected = (length: number, receipts = false): Expected =>
  expectedOf(planOf(ring(4), length, receipts), swarm, SENDER, { first: ROUND, last: ROUND + 1 })

const valid = (payload: number[], receipts?: number[]): Uint8Array =>
  encodeMessage(swarm, SENDER, ROUND, 0, Float64Array.from(payload), receipts && Uint32Array.from(receipts))

const finite = fc.double({ noDefaultInfinity: true, noNaN: true })

describe('a message', () => {
  test('is as long as messageBytes says, wherever a length takes another byte', () => {
    for (const length of [1, 2, 15, 16, 17, 30, 2047, 2048, 2049, 300_000]) {
      for (const links of [undefined, 0, 1, 31, 32, 33, 5000]) {
        const receipts = links === undefined ? undefined : new Uint32Array(links)
        const message = encodeMessage(swarm, 0, 0, 0, new Float64Array(length), receipts)
        expect(message.byteLength).toBe(messageBytes(length, links))
      }
    }
  })

  test('has all its fields even where they are zero', () => {
    expect(decode(encodeMessage(swarm, 0, 0, 0, new Float64Array(1), undefined))).toEqual({
      version: 1,
      swarm,
      round: 0,
      hop: 0,
      sender: 0,
      encoding: 1,
      payload: new Uint8Array(8)
    })
  })

  test('has the same payload bits after the wire, at any offset of a larger buffer', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 40 }), fc.nat(20), (payload, offset) => {
        const message = valid(payload)
        const socket = Buffer.alloc(offset + message.byteLength + 3, 0xee)
        socket.set(message, offset)
        const bytes = socket.subarray(offset, offset + message.byteLength)
        const decoded = decodeMessage(bytes, expected(payload.length)) as Decoded
        expect(decoded).toMatchObject({ exchange: ROUND, hop: 0, receipts: undefined })
        expect(Buffer.from(decoded.payload)).toEqual(Buffer.from(Float64Array.from(payload).buffer))
      })
    )
  })

  test('has the same receipts after the wire', () => {
    const uint32 = fc.nat(0xffffffff)
    fc.assert(
      fc.property(uint32, uint32, (first, second) => {
        const decoded = decodeMessage(valid([0, 0], [first, second]), expected(2, true)) as Decoded
        expect(new Uint32Array(Uint8Array.from(decoded.receipts ?? []).buffer)).toEqual(
          Uint32Array.of(first, second)
        )
      })
    )
  })

  test('is dropped with the first reason that applies', () => {
    const fields = decode(valid([1, 2, 3]))
    const reason = (change: object) => decodeMessage(encode({ ...fields, ...change }), expected(3))
    expect(reason({})).toMatchObject({ exchange: ROUND })
    expect(reason({ round: ROUND + 1 })).toMatchObject({ exchange: ROUND + 1 })
    expect(reason({ payload: new Uint8Array(16) })).toBe('size')
    expect(reason({ receipts: new Uint8Array(8) })).toBe('size')
    expect(reason({ payload: new Uint8Array(22), receipts: new Uint8Array() })).toBe('size')
    expect(reason({ version: 2 })).toBe('version')
    expect(reason({ swarm: swarmBytes('another') })).toBe('swarm')
    expect(reason({ swarm: new Uint8Array(7), payload: new Uint8Array(25) })).toBe('swarm')
    expect(reason({ sender: 0 })).toBe('sender')
    expect(reason({ round: ROUND - 1 })).toBe('late')
    expect(reason({ round: ROUND + 2 })).toBe('round')
    expect(reason({ hop: 1 })).toBe('round')
    expect(reason({ encoding: 2 })).toBe('encoding')
    expect(reason({ encoding: undefined, payload: new Uint8Array(29) })).toBe('malformed')
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const payload of [
        [bad, 0, 0],
        [0, bad, 0],
        [0, 0, bad]
      ]) {
        expect(reason({ payload: new Uint8Array(Float64Array.from(payload).buffer) })).toBe('non-finite')
      }
    }
    expect(reason({ version: 2, sender: 0, encoding: 2 })).toBe('version')
  })

  test('never throws when 10,000 arbitrary byte strings are decoded', () => {
    const size = messageBytes(3, undefined)
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ minLength: size, maxLength: size })
    )
    fc.assert(
      fc.property(bytes, data => {
        expect(['size', 'malformed', 'version']).toContain(decodeMessage(data, expected(3)))
      }),
      { numRuns: 10_000 }
    )
  })

  test('never throws when any one byte is changed or missing', () => {
    const message = valid([1, -2, 3e-310], [5, 6])
    for (let at = 0; at < message.byteLength; at++) {
      expect(decodeMessage(message.subarray(0, at), expected(3, true))).toBe('size')
      for (let flip = 1; flip < 256; flip++) {
        const data = Uint8Array.from(message)
        data[at] = data[at]! ^ flip
        const result = decodeMessage(data, expected(3, true))
        if (typeof result !== 'string') expect(result.payload.byteLength).toBe(24)
      }
    }
  })
})

test('message.ts is what message.proto generates', async () => {
  const path = new URL('../../../src/network/libp2p/message.ts', import.meta.url)
  expect(await readFile(path, 'utf8')).toBe(await generatedMessage())
})
