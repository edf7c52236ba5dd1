import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { doubles } from '../../../src/core/payload.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import type { NetworkPlan, Outbox, PayloadField } from '../../../src/interfaces.ts'
import {
  type Decoded,
  decodeMessage,
  type Expected,
  encodeMessage,
  expectedOf,
  flowOf,
  swarmBytes
} from '../../../src/network/libp2p/codec.ts'
import { decode, encode } from '../../../src/network/libp2p/message.ts'
import { generatedMessage } from '../../../src/network/libp2p/write-message.ts'
import { messageBytes } from '../../../src/network/message-bytes.ts'
import { range } from '../../support/numbers.ts'
import { planOf, ring } from './plans.ts'

const swarm = swarmBytes('a swarm')
const SENDER = 1
const ROUND = 7
const DEGREE = 2

const ringPlan = (length: number, flows = false) => planOf(ring(4), length, flows)

/** What peer 1 of a ring of 4 owes. */
const expected = (length: number, flows = false): Expected =>
  expectedOf(ringPlan(length, flows), swarm, SENDER)

/** What it says in round 7 with this payload and, for the two that it hears, these notes. */
function valid(payload: number[], notes?: Notes): Uint8Array {
  const { length } = payload
  return encodeMessage(ringPlan(length, notes !== undefined), swarm, SENDER, ROUND, 0, {
    payloads: Float64Array.from([...new Array(length).fill(0), ...payload]),
    stride: length,
    degrees: Uint32Array.of(0, DEGREE),
    notes: notes && {
      receipts: Uint32Array.of(0, 0, ...notes.receipts),
      epochs: Uint32Array.of(0, 0, ...notes.epochs),
      offers: Uint8Array.of(0, 0, ...notes.flows.map(flow => (flow === undefined ? 0 : 1))),
      flows: Float64Array.from([
        ...new Array(2 * length).fill(0),
        ...notes.flows.flatMap(flow => flow ?? new Array(length).fill(0))
      ])
    }
  })
}

interface Notes {
  readonly receipts: readonly [number, number]
  readonly epochs: readonly [number, number]
  /** Where one is offered. */
  readonly flows: readonly [readonly number[] | undefined, readonly number[] | undefined]
}

/** Participant 0 hears `links` others (one, if nothing is noted), says zeros, and offers so many flows. */
function star(length: number, links: number | undefined, offers: number): [NetworkPlan, Outbox] {
  const heard = range(links ?? 1).map(k => k + 1)
  const plan = planOf([heard, ...heard.map(() => [])], length, links !== undefined)
  const notes = {
    receipts: new Uint32Array(heard.length),
    epochs: new Uint32Array(heard.length),
    offers: new Uint8Array(heard.length).fill(1, 0, offers),
    flows: new Float64Array(offers * length)
  }
  const payloads = new Float64Array(length)
  return [
    plan,
    { payloads, stride: length, degrees: new Uint32Array(1), notes: plan.flows ? notes : undefined }
  ]
}

/** A plan with this payload, and what peer 1 says of it in round 7. */
function packedMessage(
  payload: readonly PayloadField[],
  numbers: Float64Array
): readonly [NetworkPlan, Uint8Array] {
  const plan = { ...ringPlan(0), payload }
  const stride = numbers.length
  const payloads = new Float64Array(2 * stride)
  payloads.set(numbers, SENDER * stride)
  const outbox = { payloads, stride, degrees: Uint32Array.of(0, DEGREE), notes: undefined }
  return [plan, encodeMessage(plan, swarm, SENDER, ROUND, 0, outbox)]
}

/** Notes that offer nothing. */
const quiet: Notes = { receipts: [5, 6], epochs: [7, 8], flows: [undefined, undefined] }

const numbersOf = (bytes: Uint8Array | undefined): Float64Array | undefined =>
  bytes && new Float64Array(Uint8Array.from(bytes).buffer)

const wordsOf = (bytes: Uint8Array | undefined): Uint32Array | undefined =>
  bytes && new Uint32Array(Uint8Array.from(bytes).buffer)

const finite = fc.double({ noDefaultInfinity: true, noNaN: true })

describe('a message', () => {
  test('is as long as messageBytes says, wherever a length takes another byte', () => {
    for (const length of [1, 2, 15, 16, 17, 30, 2047, 2048, 2049, 300_000]) {
      for (const links of [undefined, 0, 1, 31, 32, 33]) {
        for (const offers of links === undefined ? [0] : [0, Math.min(links, 1), Math.min(links, 5)]) {
          const [plan, outbox] = star(length, links, offers)
          const message = encodeMessage(plan, swarm, 0, 0, 0, outbox)
          expect(message.byteLength).toBe(messageBytes(doubles(length), links, offers))
        }
      }
    }
  })

  test('has all its fields even where they are zero', () => {
    const [plan, outbox] = star(1, undefined, 0)
    expect(decode(encodeMessage(plan, swarm, 0, 0, 0, outbox))).toEqual({
      version: 2,
      swarm,
      round: 0,
      hop: 0,
      sender: 0,
      encoding: 1,
      payload: new Uint8Array(8),
      degree: 0
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
        expect(decoded).toMatchObject({ exchange: ROUND, hop: 0, degree: DEGREE, receipts: undefined })
        expect(Buffer.from(decoded.payload)).toEqual(Buffer.from(Float64Array.from(payload).buffer))
      })
    )
  })

  test('whose fields are packed is as long as messageBytes says, and has the same numbers after the wire', () => {
    const integer = fc.nat(4)
    fc.assert(
      fc.property(
        fc.array(integer, { maxLength: 2000 }),
        fc.array(finite, { maxLength: 3 }),
        (integers, numbers) => {
          const payload = [{ count: integers.length, below: 5 }, { count: numbers.length }]
          const said = Float64Array.from([...integers, ...numbers])
          const [plan, message] = packedMessage(payload, said)
          expect(message.byteLength).toBe(messageBytes(payload, undefined))
          const decoded = decodeMessage(message, expectedOf(plan, swarm, SENDER)) as Decoded
          expect(Buffer.from(decoded.payload)).toEqual(Buffer.from(said.buffer))
        }
      )
    )
  })

  test('whose fields are packed is sound, or refused, when any one byte is changed or missing', () => {
    const [plan, message] = packedMessage(
      [{ count: 5, below: 5 }, { count: 1 }],
      Float64Array.of(0, 1, 2, 3, 4, -0.1)
    )
    const owed = expectedOf(plan, swarm, SENDER)
    let taken = 0
    for (let at = 0; at < message.byteLength; at++) {
      expect(decodeMessage(message.subarray(0, at), owed)).toBe('size')
      for (let flip = 1; flip < 256; flip++) {
        const data = Uint8Array.from(message)
        data[at] = data[at]! ^ flip
        const result = decodeMessage(data, owed)
        if (typeof result === 'string') continue
        taken++
        const [double, ...integers] = [...numbersOf(result.payload)!].reverse()
        if (!Number.isFinite(double) || integers.length !== 5) expect.fail('not the fields')
        if (integers.some(x => !(Number.isInteger(x) && x >= 0 && x < 5))) expect.fail('not below 5')
      }
    }
    expect(taken).toBeGreaterThan(0)
  })

  test('has the same notes after the wire', () => {
    const words = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff))
    const flow = fc.option(fc.tuple(finite, finite), { nil: undefined })
    fc.assert(
      fc.property(words, words, fc.tuple(flow, flow), (receipts, epochs, flows) => {
        const message = valid([0, 0], { receipts, epochs, flows })
        const decoded = decodeMessage(message, expected(2, true)) as Decoded
        expect(wordsOf(decoded.receipts)).toEqual(Uint32Array.from(receipts))
        expect(wordsOf(decoded.epochs)).toEqual(Uint32Array.from(epochs))
        for (const [ordinal, numbers] of flows.entries()) {
          const arrived = decoded.flows && flowOf(decoded.flows, ordinal, 2)
          expect(numbersOf(arrived)).toEqual(numbers && Float64Array.from(numbers))
        }
      })
    )
  })

  test('is dropped with the first reason that applies', () => {
    const fields = decode(valid([1, 2, 3]))
    const reason = (change: object) => decodeMessage(encode({ ...fields, ...change }), expected(3))
    expect(reason({})).toMatchObject({ exchange: ROUND })
    expect(reason({ round: 0xffffffff })).toMatchObject({ exchange: 0xffffffff })
    expect(reason({ payload: new Uint8Array(16) })).toBe('size')
    expect(reason({ receipts: new Uint8Array(8) })).toBe('size')
    expect(reason({ payload: new Uint8Array(22), receipts: new Uint8Array() })).toBe('size')
    expect(reason({ payload: new Uint8Array(22), flows: new Uint8Array() })).toBe('size')
    expect(reason({ version: 1 })).toBe('version')
    expect(reason({ swarm: swarmBytes('another') })).toBe('swarm')
    expect(reason({ swarm: new Uint8Array(7), payload: new Uint8Array(25) })).toBe('swarm')
    expect(reason({ sender: 0 })).toBe('sender')
    expect(reason({ hop: 1 })).toBe('round')
    expect(reason({ encoding: 2 })).toBe('encoding')
    expect(reason({ encoding: undefined, payload: new Uint8Array(29) })).toBe('malformed')
    expect(reason({ degree: undefined, payload: new Uint8Array(29) })).toBe('malformed')
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const payload of [
        [bad, 0, 0],
        [0, bad, 0],
        [0, 0, bad]
      ]) {
        expect(reason({ payload: new Uint8Array(Float64Array.from(payload).buffer) })).toBe('non-finite')
      }
    }
    expect(reason({ version: 1, sender: 0, encoding: 2 })).toBe('version')
  })

  test('is dropped if its notes or its flows are not what the sender owes', () => {
    const fields = decode(
      valid([1, 2], {
        ...quiet,
        flows: [
          [1, 2],
          [3, 4]
        ]
      })
    )
    const { flows } = fields
    const reason = (change: object) => decodeMessage(encode({ ...fields, ...change }), expected(2, true))
    /** Both flows, with other ordinals and numbers. */
    function changed(ordinals: [number, number], number: number): Uint8Array {
      const bytes = Uint8Array.from(flows!)
      const view = new DataView(bytes.buffer)
      view.setUint32(0, ordinals[0], true)
      view.setUint32(20, ordinals[1], true)
      view.setFloat64(32, number, true)
      return bytes
    }
    expect(reason({})).toMatchObject({ exchange: ROUND })
    expect(reason({ flows: undefined })).toMatchObject({ exchange: ROUND })
    expect(reason({ flows: flows!.subarray(0, 20) })).toMatchObject({ exchange: ROUND })
    expect(reason({ receipts: undefined })).toBe('size')
    expect(reason({ epochs: undefined })).toBe('size')
    expect(reason({ receipts: new Uint8Array(4), epochs: new Uint8Array(12) })).toBe('size')
    expect(reason({ flows: flows!.subarray(0, 19) })).toBe('size')
    expect(reason({ flows: flows!.subarray(0, 21) })).toBe('size')
    expect(reason({ flows: new Uint8Array() })).toBe('size')
    expect(reason({ flows: new Uint8Array(60) })).toBe('size')
    expect(reason({ flows: changed([0, 1], -0) })).toMatchObject({ exchange: ROUND })
    expect(reason({ flows: changed([0, 2], 1) })).toBe('malformed')
    expect(reason({ flows: changed([0, 0], 1) })).toBe('malformed')
    expect(reason({ flows: changed([1, 0], 1) })).toBe('malformed')
    expect(reason({ flows: changed([0, 0xffffffff], 1) })).toBe('malformed')
    expect(reason({ flows: changed([0, 1], Number.NaN) })).toBe('non-finite')
    expect(reason({ flows: changed([0, 1], -1 / 0) })).toBe('non-finite')
  })

  test('never throws when any one byte is changed or missing', () => {
    const message = valid([1, -2, 3e-310], { ...quiet, flows: [undefined, [4, 5, 6]] })
    for (let at = 0; at < message.byteLength; at++) {
      // Without its flows it is a message, too.
      const result = decodeMessage(message.subarray(0, at), expected(3, true))
      expect(typeof result === 'string').toBe(at !== messageBytes(doubles(3), 2))
      for (let flip = 1; flip < 256; flip++) {
        const data = Uint8Array.from(message)
        data[at] = data[at]! ^ flip
        const result = decodeMessage(data, expected(3, true))
        if (typeof result !== 'string') expectSound(result)
      }
    }
  })

  test('never throws, and is sound if it is taken, whatever the bytes', () => {
    const messages = [
      valid([1, -2, 3], quiet),
      valid([0, 0, 0], { ...quiet, flows: [[1, 2, 3], undefined] }),
      valid([1e300, -0, 1e-300], {
        ...quiet,
        flows: [
          [1, 2, 3],
          [4, 5, 6]
        ]
      })
    ]
    const random = stream('messages', 0, 'fuzz')
    const below = (bound: number): number => Math.floor(nextDouble(random) * bound)
    const anyMessage = (): Uint8Array => Uint8Array.from(messages[below(messages.length)]!)
    const kinds: readonly (() => Uint8Array)[] = [
      () => Uint8Array.from({ length: below(250) }, () => below(256)),
      () => Uint8Array.from(messages[0]!, () => below(256)),
      () => anyMessage().subarray(0, below(250)),
      () => {
        const mutated = anyMessage()
        for (let flips = 1 + below(4); flips > 0; flips--) mutated[below(mutated.length)] = below(256)
        return mutated
      },
      () => {
        const [head, tail] = [anyMessage(), anyMessage()]
        return Uint8Array.from([
          ...head.subarray(0, below(head.length)),
          ...tail.subarray(below(tail.length))
        ])
      }
    ]
    let taken = 0
    for (let run = 0; run < 50_000 * Number(process.env.MURMUR_FUZZ ?? 1); run++) {
      const result = decodeMessage(kinds[run % kinds.length]!(), expected(3, true))
      if (typeof result === 'string') continue
      expectSound(result)
      taken++
    }
    expect(taken).toBeGreaterThan(0)
  })
})

/** What a receiver may rely on: three finite doubles, two words each, and finite flows for links that there are. */
function expectSound({ payload, receipts, epochs, flows }: Decoded): void {
  const flowBytes = flows === undefined ? [] : [0, 1].flatMap(ordinal => flowOf(flows, ordinal, 3) ?? [])
  const numbers = [payload, ...flowBytes].map(bytes => numbersOf(bytes)!)
  if (numbers.some(three => three.length !== 3 || !three.every(Number.isFinite))) expect.fail('not finite')
  if (receipts?.length !== 8 || epochs?.length !== 8) expect.fail('not two words')
  if ((flows?.length ?? 0) !== 28 * flowBytes.length) expect.fail('a flow for nobody')
}

test('message.ts is what message.proto generates', async () => {
  const path = new URL('../../../src/network/libp2p/message.ts', import.meta.url)
  expect(await readFile(path, 'utf8')).toBe(await generatedMessage())
})
