/** Matrices with norms that are known elsewhere: graphs that a user may bring. */
import { expect, test } from 'vitest'
import { mixingMatrix } from '../../topologies/index.ts'
import { periodContraction } from '../../topologies/mixing/contraction.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { ascending } from '../../topologies/parts/graph.ts'
import { range } from '../support/numbers.ts'

test('the two matchings of a ring of 8 in turn leave 1/√2 of differences after both', () => {
  const matching = (first: number) => {
    const neighbours = range(8).map(i => [((i + first) % 2 === 0 ? i + 1 : i + 7) % 8])
    return mixingMatrix({ neighbours, weights: range(8).map(() => [1 / 2]) }, false, 'own')
  }
  const { perPeriod, exactAfter } = periodContraction([matching(0), matching(1)])
  expect(perPeriod).toBeCloseTo(Math.SQRT1_2, 11)
  expect(exactAfter).toBe(null)
})

/** Whom (x, y) hears: (x ± 2y, y), (x ± (2y + 1), y), (x, y ± 2x) and (x, y ± (2x + 1)) modulo m, with repetitions. */
function margulis(m: number): number[][] {
  const at = (x: number, y: number): number => ((x + 4 * m) % m) * m + ((y + 4 * m) % m)
  return range(m * m).map(i => {
    const y = i % m
    const x = (i - y) / m
    const steps = [-2 * y, 2 * y, -2 * y - 1, 2 * y + 1]
    const others = [-2 * x, 2 * x, -2 * x - 1, 2 * x + 1]
    return [...steps.map(step => at(x + step, y)), ...others.map(step => at(x, y + step))]
  })
}

test('the expander of Margulis, Gabber and Galil on 16 peers has its eigenvalues', () => {
  const heard = margulis(4)
  const neighbours = heard.map((all, i) => ascending(new Set(all.filter(j => j !== i))))
  const weights = neighbours.map((others, i) => others.map(j => heard[i]!.filter(k => k === j).length / 8))
  const multiple = numericalSpectrum(mixingMatrix({ neighbours, weights }, false, 'own'))
  expect(multiple.lambda2).toBeCloseTo(0.603553390593, 11)
  expect(multiple.lambdaMin).toBeCloseTo(-0.5, 11)
  expect(multiple.lambda2).toBeLessThanOrEqual((5 * Math.SQRT2) / 8)
  const simple = numericalSpectrum(mixingMatrix({ neighbours }, false, 'metropolis'))
  expect(simple.spectralRadius).toBeCloseTo(0.571428571429, 11)
})
