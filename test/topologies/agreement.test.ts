import { describe, expect, test } from 'vitest'
import { disagreement, measuredRounds, surelyEnough, worstRounds } from '../../topologies/mixing/agreement.ts'
import { mixingMatrix } from '../../topologies/mixing/mixing-matrix.ts'
import { compressed } from '../support/matrices.ts'
import { built, matrixOf, spectrumOfBuilt } from '../support/topologies.ts'

/** The distances after 0, …, `rounds` rounds. */
function distances(at: Parameters<typeof disagreement>[0], rounds: number): number[] {
  const found: number[] = []
  for (const distance of disagreement(at)) {
    found.push(distance)
    if (found.length > rounds) break
  }
  return found
}

describe('peers that only mix', () => {
  test('start at √((N² − 1)/12) from their mean', () => {
    const matrix = matrixOf(built('ring', 9))
    expect(distances(() => matrix, 0)).toEqual([expect.closeTo(Math.sqrt(80 / 12), 14)])
  })

  test.each(['ring', 'path', 'grid', 'star', 'exponential'])(
    'come closer in every round by ρ at least, at last by no more, on %s',
    name => {
      const of = built(name, 12)
      const matrix = matrixOf(of)
      const { spectralRadius } = spectrumOfBuilt(of)
      const found = distances(() => matrix, 60)
      for (let round = 1; round <= 60; round++) {
        expect(found[round]!).toBeLessThanOrEqual(spectralRadius * found[round - 1]! + 1e-12)
      }
      const slowest = Math.max(...found.slice(1, 10).map((distance, r) => distance / found[r]!))
      expect(slowest).toBeGreaterThan(spectralRadius - 0.2)
    }
  )

  test('agree after log₂ N rounds of one partner each, the powers of two away', () => {
    const rounds = [1, 2, 4].map(distance =>
      compressed(
        Array.from({ length: 8 }, (_, i) =>
          Array.from({ length: 8 }, (_, j) => (j === i || j === (i + distance) % 8 ? 1 / 2 : 0))
        )
      )
    )
    expect(measuredRounds(round => rounds[round % 3]!)).toBe(3)
  })

  test('that push agree on the ratio of their sums and weights, though their sums do not agree', () => {
    const matrix = matrixOf(built('star', 8), 'push')
    const found = distances(() => matrix, 80)
    expect(found[80]!).toBeLessThan(1e-12)
    expect(distances(() => ({ ...matrix, stochastic: 'row' }), 80)[80]!).toBeGreaterThan(1)
  })

  test('take no round to agree if there is one of them', () => {
    const matrix = matrixOf(built('ring', 1))
    expect(measuredRounds(() => matrix)).toBe(0)
  })

  test('may not agree in the rounds that they have, or ever', () => {
    const slow = matrixOf(built('ring', 16))
    expect(measuredRounds(() => slow, 260)).toBe(null)
    expect(measuredRounds(() => slow, 261)).toBe(261)
    const { graph } = built('complete', 4)
    const weights = graph.neighbours.map(heard => heard.map(() => 0.6))
    const growing = mixingMatrix({ ...graph, weights }, false, 'own')
    expect(measuredRounds(() => growing)).toBe(null)
  })
})

test('ρ promises ⌈ln 10⁻⁶ / ln ρ⌉ rounds, one if it is that small, and nothing if it is 1 or more', () => {
  expect([0, 1e-7, 0.1, 0.5, 0.9, 1 - 1e-15, 1, 1.4].map(factor => worstRounds(factor))).toEqual([
    1,
    1,
    6,
    20,
    132,
    null,
    null,
    null
  ])
})

test('what a period promises it promises for whole periods', () => {
  // ln 10⁻⁶ / ln 0.25 is 9.97, ln 10⁻⁶ / ln 0.3 is 11.5.
  expect([0.25, 0.3].map(factor => worstRounds(factor, 7))).toEqual([70, 84])
  expect(surelyEnough({ exactAfter: null, perPeriod: 0.3 }, 7)).toBe(84)
  expect(surelyEnough({ exactAfter: 5, perPeriod: 0 }, 7)).toBe(5)
  expect(surelyEnough({ exactAfter: null, perPeriod: null }, null)).toBe(null)
})
