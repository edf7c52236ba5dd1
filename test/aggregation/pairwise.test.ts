import fc from 'fast-check'
import { Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { pairwise } from '../../src/aggregation/pairwise.ts'
import { receiversOf } from '../../src/core/links.ts'
import type { Mixing, ParameterMatrix } from '../../src/interfaces.ts'
import fixture from '../fixtures/gossip-protocols.json' with { type: 'json' }
import { always, compressed, filled, rowsOf } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import {
  expectHalvesToAgree,
  expectRestoredToAgree,
  expectToStayFinite,
  mixingBy,
  player,
  settingsOver
} from '../support/playing.ts'
import { estimate, matrixOf, slotOf, spectrumOf, usedIn } from '../support/slots.ts'

const column = (values: readonly number[]) => filled(values.map(x => [x]))
const firstOf = (theta: ParameterMatrix): number[] => rowsOf(theta, theta.rows).map(([x]) => x!)
const build = (mixing: Mixing, slots: number | 'peers' = 1, parameters = 1, seed = '1') =>
  pairwise.build(settingsOver(mixing, parameters, seed), { slots })

/** As the fixture calls them. */
const NAMES: Readonly<Record<string, string>> = {
  torus2d: 'torus',
  two_cliques: 'barbell',
  binary_tree: 'binary-tree'
}
const cases = Object.entries(fixture.pairwise).map(([text, rate]) => {
  const [, name, peers] = /^(.*?)(\d+)$/.exec(text)!
  return { topology: NAMES[name!] ?? name!, peers: Number(peers), rate }
})

/** E W̄ over the pairs that may meet, each with the W that its slot makes; every pair is found among the first slots. */
function expectedMatrix(mixing: Mixing): Matrix {
  const { participants, rowStart, senders } = mixing.links
  const aggregation = build(mixing, 1, participants)
  const receivers = receiversOf(mixing.links)
  const degree = (i: number): number => rowStart[i + 1]! - rowStart[i]!
  const pairs = senders.length / 2
  const found = new Map<number, Matrix>()
  for (let round = 0; found.size < pairs && round < 20_000; round++) {
    const [k] = usedIn(aggregation, round)
    if (!found.has(k!)) found.set(k!, matrixOf(aggregation, mixing, round))
  }
  expect(found.size).toBe(pairs)
  const total = Matrix.zeros(participants, participants)
  for (const [k, w] of found) {
    const [i, j] = [receivers[k]!, senders[k]!]
    total.add(Matrix.mul(w, (1 / degree(i) + 1 / degree(j)) / participants))
  }
  return total
}

describe('pairwise', () => {
  test.each(cases)(
    'shrinks E‖θ − θ̄‖² per slot by λ₂(E W): $topology of $peers',
    ({ topology, peers, rate }) => {
      expect(spectrumOf(expectedMatrix(mixingBy(topology, peers))).values[1]).toBeCloseTo(rate, 11)
    }
  )

  test.each(['ring', 'star', 'path', 'barbell'])(
    'shrinks the slowest direction by just that when drawn: %s',
    topology => {
      const mixing = mixingBy(topology, 16)
      const { values, vectors } = spectrumOf(expectedMatrix(mixing))
      const slowest = vectors.getColumn(1)
      const aggregation = build(mixing)
      const draws = range(8000).map(round => {
        const theta = column(slowest)
        slotOf(aggregation, theta, mixing, round)
        return sum(firstOf(theta).map(x => x * x))
      })
      const { mean, error } = estimate(draws)
      expect(Math.abs(mean - values[1]!)).toBeLessThan(4 * error)
    }
  )

  test('wakes every peer as often, and lets it meet each of its neighbours as often', () => {
    const mixing = mixingBy('star', 6)
    const { senders } = mixing.links
    const receivers = receiversOf(mixing.links)
    const aggregation = build(mixing)
    const slots = 12_000
    const met = new Map<number, number>()
    for (const round of range(slots)) {
      const used = usedIn(aggregation, round)
      const [k, back] = used
      const isPair = used.length === 2 && receivers[k!] === senders[back!] && senders[k!] === receivers[back!]
      if (isPair) met.set(k!, (met.get(k!) ?? 0) + 1)
    }
    // Each leaf wakes with 1/6 and meets the hub; the hub wakes with 1/6 and meets it with 1/5.
    const probability = 1 / 6 + 1 / 30
    for (const count of met.values())
      expect(Math.abs(count - slots * probability)).toBeLessThan(
        4 * Math.sqrt(slots * probability * (1 - probability))
      )
    expect(met.size).toBe(5)
    expect(sum(met.values())).toBe(slots)
  })

  test.each(Object.entries(fixture.pairwiseCutoff))(
    'comes to agree suddenly on a complete graph, at N ln N / (2 ln 2) slots: N = %s',
    (text, { Tc, fractions, mean_L1 }) => {
      const peers = Number(text)
      const mixing = mixingBy('complete', peers)
      const theta = column(range(peers).map(() => 0))
      const distances: number[][] = fractions.map(() => [])
      const runs = Math.floor(16_000 / peers)
      for (const run of range(runs)) {
        theta.values.fill(0)
        theta.values[0] = 1
        const aggregation = build(mixing, 1, 1, `${run}`)
        let round = 0
        fractions.forEach((fraction, n) => {
          while (round < fraction * Tc) slotOf(aggregation, theta, mixing, round++)
          distances[n]!.push(sum(firstOf(theta).map(x => Math.abs(x - 1 / peers))))
        })
      }
      mean_L1.forEach((expected, n) => {
        const { mean, error } = estimate(distances[n]!)
        // The expected value is itself a mean over runs.
        expect(Math.abs(mean - expected)).toBeLessThan(5 * error)
      })
    }
  )

  test('leaves both with the same mean, to the bit, and all others as they were', () => {
    const mixing = mixingBy('torus', 9)
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 9,
      maxLength: 9
    })
    fc.assert(
      fc.property(numbers, fc.nat(1000), (start, round) => {
        const theta = column(start)
        const aggregation = build(mixing)
        player(aggregation, theta)(round)
        const [k, back] = usedIn(aggregation, round)
        const [i, j] = [mixing.links.senders[back!]!, mixing.links.senders[k!]!]
        const expected = start.map((x, p) => (p === i || p === j ? start[i]! / 2 + start[j]! / 2 : x))
        expect(firstOf(theta)).toEqual(expected)
      })
    )
  })

  test('keeps the mean to rounding, and all come to it', () => {
    const theta = column(range(12).map(i => i * i))
    const play = player(build(mixingBy('ring', 12), 'peers'), theta)
    for (const round of range(400)) play(round)
    for (const x of firstOf(theta)) expect(x).toBeCloseTo(sum(range(12).map(i => i * i)) / 12, 11)
  })

  test('has as many slots a round as peers, if nothing else is said', () => {
    expect(pairwise.options.parse({})).toEqual({ slots: 'peers' })
    expect(build(mixingBy('ring', 12), 'peers').plan.hops).toHaveLength(12)
    expect(build(mixingBy('ring', 12), 5).plan.hops).toHaveLength(5)
  })

  test('lets a peer that has no neighbours sleep on when it is to wake', () => {
    const pairAndOne = [
      [1, 0, 0],
      [0, 1 / 2, 1 / 2],
      [0, 1 / 2, 1 / 2]
    ]
    const aggregation = build(always(compressed(pairAndOne)))
    const used = range(300).map(round => usedIn(aggregation, round).length)
    expect(new Set(used)).toEqual(new Set([0, 2]))
    expect(Math.abs(used.filter(count => count === 0).length - 100)).toBeLessThan(4 * Math.sqrt(200 / 3))
  })

  test('refuses more slots than fit, and says how many do', () => {
    expect(() => build(mixingBy('complete', 200), 'peers')).toThrow(
      'aggregation.slots: pairwise with 200 slots a round over 39800 links does not fit; at most 100 do'
    )
  })

  test('moves the mean where one of the two messages is lost: its receiver keeps θ', () => {
    const mixing = mixingBy('path', 2)
    const theta = column([0, 8])
    player(build(mixing), theta, { isLost: k => k === 0 })(0)
    expect(firstOf(theta)).toEqual([0, 4])
  })

  test('stays finite whatever numbers arrive', () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 7,
      maxLength: 40
    })
    const mixing = mixingBy('ring', 6)
    fc.assert(
      fc.property(numbers, sent => {
        expectToStayFinite(build(mixing, 'peers', 2), filled(range(6).map(i => [i, -i])), sent)
      })
    )
  })

  test('comes to the same bits in two processes, and after a checkpoint', () => {
    const rows = range(9).map(i => [i, 1 / (i + 1), -3])
    const settings = settingsOver(mixingBy('torus', 9), 3)
    const events = { isLost: (k: number, round: number) => (k + round) % 5 === 0 }
    expectHalvesToAgree(pairwise, settings, { slots: 'peers' }, rows, 20, events)
    expectRestoredToAgree(pairwise, settings, { slots: 'peers' }, rows, 10, events)
  })
})
