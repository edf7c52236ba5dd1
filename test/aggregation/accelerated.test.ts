import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chebyshev, momentum } from '../../src/aggregation/accelerated.ts'
import { gossip } from '../../src/aggregation/gossip.ts'
import type { AggregationFamily } from '../../src/interfaces.ts'
import { compressed, filled, lazyRing, rowsOf, settingsOf } from '../support/matrices.ts'
import { range } from '../support/numbers.ts'
import { runRounds } from '../support/rounds.ts'
import { built, matrixOf } from '../support/topologies.ts'

interface Point {
  readonly plain: number
  readonly momentum: number
  readonly chebyshev: number
  readonly cheb_worst: number
}
const { accelerated } = JSON.parse(readFileSync('test/fixtures/gossip-oracles.json', 'utf8')) as {
  accelerated: Record<string, { rho: number; curves: Record<string, Point> }>
}

/** ‖x − x̄‖ after one round of so many steps, from x_i = i, as a part of what it was. */
function left(
  family: AggregationFamily<{ steps: number }>,
  graph: string,
  peers: number,
  steps: number
): number {
  const theta = filled(range(peers).map(i => [i]))
  const matrix = matrixOf(built(graph, peers))
  runRounds(family.build(settingsOf(matrix, 1), { steps }), theta, 1)
  const distance = (x: readonly number[]): number =>
    Math.sqrt(x.reduce((sum, value) => sum + (value - (peers - 1) / 2) ** 2, 0))
  return distance(rowsOf(theta, peers).flat()) / distance(range(peers))
}

const FAMILIES: Readonly<Record<string, string>> = {
  torus2d: 'torus',
  grid2d: 'grid',
  two_cliques: 'barbell'
}

const graphs = Object.entries(accelerated).map(([key, { curves }]) => {
  const [, name = '', peers = ''] = /^([a-z_]+(?:2d)?)(\d+)$/.exec(key) ?? []
  return { key, name: FAMILIES[name] ?? name, peers: Number(peers), curves }
})

describe.each(graphs)('on the $key', ({ name, peers, curves }) => {
  test.each(Object.entries(curves))('%s steps leave of the disagreement what is published', (word, point) => {
    const steps = Number(word)
    // Rounding of x_i = i leaves about 1e-15.
    const expected = (value: number) => expect.closeTo(Math.log(value + 1e-12), 2)
    expect(Math.log(left(gossip, name, peers, steps) + 1e-12)).toEqual(expected(point.plain))
    expect(Math.log(left(momentum, name, peers, steps) + 1e-12)).toEqual(expected(point.momentum))
    expect(Math.log(left(chebyshev, name, peers, steps) + 1e-12)).toEqual(expected(point.chebyshev))
    expect(left(chebyshev, name, peers, steps)).toBeLessThanOrEqual(point.cheb_worst * (1 + 1e-9) + 1e-14)
  })
})

test('from the slowest mode of a ring, Chebyshev leaves exactly 1/cosh(t arcosh 1/ρ), in every mode', () => {
  const peers = 16
  const rho = (1 + 2 * Math.cos((2 * Math.PI) / peers)) / 3
  const start = range(peers).map(i => Math.cos((2 * Math.PI * i) / peers))
  for (const steps of [1, 2, 5, 12]) {
    const theta = filled(start.map(x => [x]))
    runRounds(chebyshev.build(settingsOf(matrixOf(built('ring', peers)), 1), { steps }), theta, 1)
    const factor = 1 / Math.cosh(steps * Math.acosh(1 / rho))
    rowsOf(theta, peers).forEach(([x], i) => {
      expect(x).toBeCloseTo(factor * start[i]!, 12)
    })
  }
})

describe.each([
  ['chebyshev', chebyshev],
  ['momentum', momentum]
] as const)('%s', (_, family) => {
  const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 12, maxLength: 12 })

  test('of one step is gossip, to the bit', () => {
    fc.assert(
      fc.property(values, numbers => {
        const [one, other] = [filled(numbers.map(x => [x])), filled(numbers.map(x => [x]))]
        runRounds(family.build(settingsOf(compressed(lazyRing(12)), 1), { steps: 1 }), one, 3)
        runRounds(gossip.build(settingsOf(compressed(lazyRing(12)), 1), { steps: 1 }), other, 3)
        expect(rowsOf(one, 12)).toEqual(rowsOf(other, 12))
      }),
      { numRuns: 30 }
    )
  })

  test('keeps the mean, also when both messages of an edge are lost', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), fc.integer(), (numbers, steps, seed) => {
        const theta = filled(numbers.map(x => [x]))
        const matrix = compressed(lazyRing(12))
        const { rowStart, senders } = matrix.links
        const receiver = (k: number) => range(12).find(i => rowStart[i + 1]! > k)!
        const lose = (round: number, hop: number, k: number): boolean => {
          const [i, j] = [receiver(k), senders[k]!]
          return (Math.imul(Math.min(i, j) * 31 + Math.max(i, j) + 7 * hop + round, seed | 1) & 4) === 0
        }
        runRounds(family.build(settingsOf(matrix, 1), { steps }), theta, 2, { lose })
        const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length
        expect(mean(rowsOf(theta, 12).flat())).toBeCloseTo(mean(numbers), 6)
      }),
      { numRuns: 50 }
    )
  })

  test('averages exactly where W already does', () => {
    const theta = filled(range(6).map(i => [i]))
    runRounds(family.build(settingsOf(matrixOf(built('complete', 6)), 1), { steps: 3 }), theta, 1)
    for (const [x] of rowsOf(theta, 6)) expect(x).toBeCloseTo(2.5, 12)
  })
})
