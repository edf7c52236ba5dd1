import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choco } from '../../src/aggregation/choco.ts'
import { COMPRESSORS, compressorOf, messageLength } from '../../src/aggregation/compressors.ts'
import { gossip } from '../../src/aggregation/gossip.ts'
import { bytesOfPayload } from '../../src/core/payload.ts'
import { filled, rowsOf, settingsOf } from '../support/matrices.ts'
import { range } from '../support/numbers.ts'
import { runRounds } from '../support/rounds.ts'
import { built, matrixOf } from '../support/topologies.ts'

type Curve = Record<string, number>
const oracle = (
  JSON.parse(readFileSync('test/fixtures/gossip-oracles.json', 'utf8')) as { choco: Record<string, Curve> }
).choco

const [PEERS, D] = [8, 4]
const start = range(PEERS).map(i => range(D).map(j => Math.sin(i * (j + 1) + 0.5 * j) * (i + 1)))
const ring = matrixOf(built('ring', PEERS))
const standard = { compressor: 'top-k', share: 1, levels: 16, step: 1 } as const

/** Σ_i ‖x_i − mean of x(0)‖² */
function error(rows: readonly (readonly number[])[]): number {
  const mean = range(D).map(j => start.reduce((sum, row) => sum + row[j]!, 0) / PEERS)
  return rows.flat().reduce((sum, x, at) => sum + (x - mean[at % D]!) ** 2, 0)
}

test.each([
  ['top1_gamma0.1', { ...standard, share: 0.25, step: 0.1 }],
  ['top1_gamma0.2', { ...standard, share: 0.25, step: 0.2 }],
  ['top2_gamma0.4', { ...standard, share: 0.5, step: 0.4 }],
  ['top4_gamma1.0', standard],
  ['plain_gossip', { ...standard, compressor: 'identity' }]
] as const)('CHOCO on a ring of 8 goes the published way: %s', (key, options) => {
  const theta = filled(start)
  const curve = oracle[key]!
  expect(error(start)).toBeCloseTo(oracle.err0 as unknown as number, 6)
  runRounds(choco.build(settingsOf(ring, D), options), theta, 1000, {
    watch(round) {
      const expected = curve[String(round)]
      // From 1e-25 on it is rounding.
      if (expected === undefined || expected < 1e-25) return
      expect(error(rowsOf(theta, PEERS)) / expected).toBeCloseTo(1, expected < 1e-12 ? 1 : 8)
    }
  })
  expect(error(rowsOf(theta, PEERS))).toBeLessThan(1e-15)
})

/** CHOCO with the sign, written out for a ring; `ofZero` is the sign of zero, of which the literature makes 0. */
function signedOnRing(
  x: readonly (readonly number[])[],
  gamma: number,
  rounds: number,
  ofZero: number
): number[][] {
  let now = x.map(row => [...row])
  const estimates = x.map(row => row.map(() => 0))
  for (const _ of range(rounds)) {
    estimates.forEach((estimate, i) => {
      const v = estimate.map((e, j) => now[i]![j]! - e)
      const size = v.reduce((sum, entry) => sum + Math.abs(entry), 0) / v.length
      v.forEach((entry, j) => {
        estimate[j]! += size * (entry === 0 ? ofZero : Math.sign(entry))
      })
    })
    now = now.map((row, i) =>
      row.map((value, j) => {
        const [left, right] = [estimates[(i + PEERS - 1) % PEERS]![j]!, estimates[(i + 1) % PEERS]![j]!]
        return value + (gamma * (left + right - 2 * estimates[i]![j]!)) / 3
      })
    )
  }
  return now
}

test('with the sign it goes the published way, but that a bit has no third value: zero counts as positive', () => {
  const options = { ...standard, compressor: 'sign', step: 0.2 } as const
  for (const [word, expected] of Object.entries(oracle['sign_scaled_gamma0.2']!)) {
    const rounds = Number(word)
    if (expected < 1e-25) continue
    expect(error(signedOnRing(start, 0.2, rounds, 0)) / expected).toBeCloseTo(1, expected < 1e-12 ? 1 : 8)
    const theta = filled(start)
    runRounds(choco.build(settingsOf(ring, D), options), theta, rounds)
    const slow = error(signedOnRing(start, 0.2, rounds, 1))
    expect(error(rowsOf(theta, PEERS)) / slow).toBeCloseTo(1, expected < 1e-12 ? 1 : 8)
  }
})

test('with the identity and γ = 1 it is plain gossip, bit for bit', () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  const rows = fc.array(fc.array(number, { minLength: D, maxLength: D }), {
    minLength: PEERS,
    maxLength: PEERS
  })
  fc.assert(
    fc.property(rows, x => {
      const [one, other] = [filled(x), filled(x)]
      runRounds(choco.build(settingsOf(ring, D), { ...standard, compressor: 'identity' }), one, 5)
      runRounds(gossip.build(settingsOf(ring, D), { steps: 1 }), other, 5)
      expect(rowsOf(one, PEERS)).toEqual(rowsOf(other, PEERS))
    }),
    { numRuns: 50 }
  )
})

test('every compressor leads to the mean, with the γ that is used where none is given', () => {
  for (const compressor of COMPRESSORS) {
    const theta = filled(start)
    runRounds(
      choco.build(settingsOf(ring, D), { compressor, share: 0.5, levels: 4, step: 'auto' }),
      theta,
      1500
    )
    expect(error(rowsOf(theta, PEERS))).toBeLessThan(1e-15)
  }
})

test('messages of 30 parameters take the bytes that their information takes', () => {
  const bytes = (compressor: (typeof COMPRESSORS)[number], kept: number, levels: number): number =>
    bytesOfPayload(compressorOf({ compressor, kept, levels }, 30, '1').payload)
  expect(bytes('identity', 1, 1)).toBe(240)
  // Three indices below 30 in five bits each, three doubles.
  expect(bytes('top-k', 3, 1)).toBe(2 + 24)
  expect(bytes('random-k', 3, 1)).toBe(24)
  expect(bytes('sign', 1, 1)).toBe(8 + 4)
  // Nine levels in four bits.
  expect(bytes('qsgd', 1, 4)).toBe(8 + 15)
})

describe.each(COMPRESSORS)('%s', compressor => {
  const vector = fc.array(
    fc.integer({ min: -1e6, max: 1e6 }).map(x => x / 1000),
    { minLength: 1, maxLength: 40 }
  )

  /** Q(v), as a receiver finds it. */
  function q(v: readonly number[], share: number, levels: number, seed = '1', round = 0): number[] {
    const kept = Math.max(1, Math.round(share * v.length))
    const made = compressorOf({ compressor, kept, levels }, v.length, seed)
    const message = new Float64Array(messageLength(made) + 3)
    made.compress(Float64Array.from(v), message, 3, 5, round)
    const out = new Float64Array(v.length + 2)
    made.add(message, 3, 5, round, out, 2)
    // What is packed are integers in their range.
    let at = 3
    for (const { count, below } of made.payload) {
      for (const x of message.subarray(at, at + count)) {
        if (below !== undefined) expect(Number.isInteger(x) && x >= 0 && x < below).toBe(true)
      }
      at += count
    }
    return [...out.subarray(2)]
  }

  const square = (v: readonly number[]): number => v.reduce((sum, x) => sum + x * x, 0)

  test('shrinks what is left by its quality, on average over its draws', () => {
    fc.assert(
      fc.property(
        vector,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 9 }),
        (v, share, levels) => {
          const kept = Math.max(1, Math.round(share * v.length))
          const draws = compressor === 'random-k' || compressor === 'qsgd' ? 400 : 1
          const errors = range(draws).map(round =>
            square(q(v, share, levels, '1', round).map((x, j) => x - v[j]!))
          )
          const mean = errors.reduce((sum, x) => sum + x, 0) / draws
          const deviation = Math.sqrt(errors.reduce((sum, x) => sum + (x - mean) ** 2, 0) / draws / draws)
          const norm1 = v.reduce((sum, x) => sum + Math.abs(x), 0)
          const quality = {
            identity: 1,
            'top-k': kept / v.length,
            'random-k': kept / v.length,
            sign: norm1 === 0 ? 1 : (norm1 * norm1) / (v.length * square(v)),
            qsgd: 1 / (1 + Math.min(v.length / levels ** 2, Math.sqrt(v.length) / levels))
          }[compressor]
          expect(mean).toBeLessThanOrEqual((1 - quality) * square(v) * (1 + 1e-9) + 5 * deviation + 1e-20)
        }
      ),
      { numRuns: 60 }
    )
  })

  test('of zero is zero', () => {
    expect(q([0, 0, 0], 0.4, 3).map(Math.abs)).toEqual([0, 0, 0])
  })
})

test('top-k keeps the largest in modulus, and of equal ones the first', () => {
  const made = compressorOf({ compressor: 'top-k', kept: 3, levels: 1 }, 6, '1')
  const message = new Float64Array(6)
  made.compress(Float64Array.of(-2, 1, 2, -5, 2, 0), message, 0, 0, 0)
  expect([...message]).toEqual([0, 2, 3, -2, 2, -5])
})

test('random-k draws other entries in every round, each equally often, the same for sender and receiver', () => {
  const made = compressorOf({ compressor: 'random-k', kept: 2, levels: 1 }, 5, 'seed')
  const counts = new Array<number>(5).fill(0)
  for (const round of range(2000)) {
    const message = new Float64Array(2)
    made.compress(Float64Array.of(1, 2, 3, 4, 5), message, 0, 3, round)
    const out = new Float64Array(5)
    made.add(message, 0, 3, round, out, 0)
    out.forEach((x, j) => {
      expect([0, j + 1]).toContain(x)
      if (x !== 0) counts[j]! += 1
    })
  }
  // 800 each, standard deviation 22.
  for (const count of counts) expect(Math.abs(count - 800)).toBeLessThan(110)
})
