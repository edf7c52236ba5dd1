import fc from 'fast-check'
import { Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { broadcast } from '../../src/aggregation/broadcast.ts'
import type { Mixing, ParameterMatrix } from '../../src/interfaces.ts'
import fixture from '../fixtures/gossip-protocols.json' with { type: 'json' }
import { filled, rowsOf } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import {
  expectHalvesToAgree,
  expectRestoredToAgree,
  expectToStayFinite,
  mixingBy,
  player,
  settingsOver
} from '../support/playing.ts'
import { estimate, identity, matrixOf, slotOf, spectrumOf, usedIn } from '../support/slots.ts'

const column = (values: readonly number[]) => filled(values.map(x => [x]))
const firstOf = (theta: ParameterMatrix): number[] => rowsOf(theta, theta.rows).map(([x]) => x!)
const build = (mixing: Mixing, slots: number | 'peers' = 1, parameters = 1, keep = 0.5) =>
  broadcast.build(settingsOver(mixing, parameters), { slots, keep })

const cases = Object.entries(fixture.broadcast).map(([text, expected]) => ({
  topology: text.replace('2d16', '').replace('16', ''),
  ...expected
}))

/** W of the slot in which each peer wakes, as the aggregation makes it. */
function matricesOf(mixing: Mixing): Matrix[] {
  const { participants, senders } = mixing.links
  const aggregation = build(mixing, 1, participants)
  const found = new Map<number, Matrix>()
  for (let round = 0; found.size < participants && round < 5000; round++) {
    const speaker = senders[usedIn(aggregation, round)[0]!]!
    if (!found.has(speaker)) found.set(speaker, matrixOf(aggregation, mixing, round))
  }
  expect(found.size).toBe(participants)
  return [...found.values()]
}

/** P ← E Wᵀ P W, so often. */
function back(matrices: readonly Matrix[], p: Matrix, times: number): Matrix {
  const n = p.rows
  const entries = matrices.map(w =>
    range(n * n)
      .map(at => ({ row: Math.floor(at / n), column: at % n, value: w.get(Math.floor(at / n), at % n) }))
      .filter(({ value }) => value !== 0)
  )
  let now = Float64Array.from(p.to1DArray())
  for (let t = 0; t < times; t++) {
    const next = new Float64Array(n * n)
    for (const w of entries) {
      const half = new Float64Array(n * n)
      for (const { row, column, value } of w)
        for (let c = 0; c < n; c++) half[column * n + c] = half[column * n + c]! + value * now[row * n + c]!
      for (const { row, column, value } of w)
        for (let c = 0; c < n; c++)
          next[c * n + column] = next[c * n + column]! + (half[c * n + row]! * value) / matrices.length
    }
    now = next
  }
  return Matrix.from1DArray(n, n, [...now])
}

describe('broadcast', () => {
  test.each(cases)('keeps the mean in expectation: $topology', ({ topology }) => {
    const mean = matricesOf(mixingBy(topology, 16)).reduce((total, w) => total.add(w), Matrix.zeros(16, 16))
    for (const of of [mean.sum('row'), mean.sum('column')]) for (const x of of) expect(x).toBeCloseTo(16, 12)
    if (topology === 'ring')
      expect(spectrumOf(mean.div(16)).values[1]).toBeCloseTo(fixture.pairwise.ring16, 11)
  })

  test.each(cases)(
    'ends at a value as far from the mean as theory says: $topology',
    ({ topology, valueError }) => {
      const matrices = matricesOf(mixingBy(topology, 16))
      const slots = topology === 'ring' ? 3000 : 600
      // Of the value at which peer 0 ends: variance 1 of each start, less that of the mean.
      const toPeer0 = Matrix.zeros(16, 16)
      toPeer0.set(0, 0, 1)
      expect(back(matrices, toPeer0, slots).trace() - 1 / 16).toBeCloseTo(valueError, 10)
    }
  )

  test.each(cases)(
    'shrinks E‖θ − θ̄‖² per slot as theory says: $topology',
    ({ topology, disagreementRate }) => {
      const matrices = matricesOf(mixingBy(topology, 16))
      const spread = Matrix.eye(16).sub(1 / 16)
      let late = spread
      // What rounding leaves of the mean does not shrink: it is taken out now and then.
      for (const _ of range(topology === 'ring' ? 300 : 60)) {
        late = spread.mmul(back(matrices, late, 10)).mmul(spread)
        late.div(late.trace())
      }
      expect(back(matrices, late, 1).trace()).toBeCloseTo(disagreementRate, 10)
    }
  )

  test.each(['complete', 'star', 'torus'])('ends there when drawn: %s', topology => {
    const mixing = mixingBy(topology, 16)
    const aggregation = build(mixing, 1, 16)
    let round = 0
    const draws = range(300).map(() => {
      const theta = filled(identity(16))
      for (const _ of range(400)) slotOf(aggregation, theta, mixing, round++)
      const [weights] = rowsOf(theta, 1)
      expect(sum(weights!)).toBeCloseTo(1, 12)
      return sum(weights!.map(x => (x - 1 / 16) * (x - 1 / 16)))
    })
    const { mean, error } = estimate(draws)
    const expected = cases.find(one => one.topology === topology)!.valueError
    expect(Math.abs(mean - expected)).toBeLessThan(4 * error)
    expect(error).toBeLessThan(expected / 10)
  })

  test('lets all agree, and not on the mean', () => {
    const theta = column(range(16))
    const play = player(build(mixingBy('complete', 16), 'peers'), theta)
    for (const round of range(20)) play(round)
    const values = firstOf(theta)
    expect(Math.max(...values) - Math.min(...values)).toBeLessThan(1e-9)
    expect(Math.abs(values[0]! - 7.5)).toBeGreaterThan(0.5)
  })

  test('moves those who hear the one that wakes, and nobody else', () => {
    const mixing = mixingBy('exponential:directed=true', 8)
    const { rowStart, senders } = mixing.links
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(
        numbers,
        fc.nat(1000),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (start, round, keep) => {
          const theta = column(start)
          const aggregation = build(mixing, 1, 1, keep)
          player(aggregation, theta)(round)
          const speaker = senders[usedIn(aggregation, round)[0]!]!
          const expected = start.map((x, j) =>
            senders.subarray(rowStart[j], rowStart[j + 1]).includes(speaker)
              ? keep * x + (1 - keep) * start[speaker]!
              : x
          )
          expect(firstOf(theta)).toEqual(expected)
        }
      )
    )
  })

  test('goes over the links of the round only, where the graph changes', () => {
    const mixing = mixingBy('one-peer-exponential', 8, 'own')
    const aggregation = build(mixing, 'peers')
    for (const round of range(6))
      for (const slot of range(8)) {
        const used = usedIn(aggregation, round, slot)
        expect(used).toHaveLength(1)
        expect(mixing.uses(round)![used[0]!]).toBe(1)
      }
  })

  test('leaves as it was whom a message does not reach', () => {
    const mixing = mixingBy('complete', 5)
    const theta = column([1, 2, 3, 4, 5])
    player(build(mixing, 'peers'), theta, { isLost: () => true })(0)
    expect(firstOf(theta)).toEqual([1, 2, 3, 4, 5])
  })

  test('stays finite whatever numbers arrive', () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 7,
      maxLength: 40
    })
    const mixing = mixingBy('ring', 6)
    fc.assert(
      fc.property(numbers, sent => {
        expectToStayFinite(build(mixing, 'peers', 2, 0.3), filled(range(6).map(i => [i, -i])), sent)
      })
    )
  })

  test.each(['torus', 'epidemic'])(
    'comes to the same bits in two processes, and after a checkpoint: %s',
    topology => {
      const rows = range(9).map(i => [i, 1 / (i + 1), -3])
      const settings = settingsOver(mixingBy(topology, 9, 'uniform', 40), 3)
      const options = { keep: 0.7, slots: 'peers' } as const
      const events = { isLost: (k: number, round: number) => (k + round) % 5 === 0 }
      expectHalvesToAgree(broadcast, settings, options, rows, 20, events)
      expectRestoredToAgree(broadcast, settings, options, rows, 10, events)
    }
  )
})
