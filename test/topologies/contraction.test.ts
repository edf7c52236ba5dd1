import { describe, expect, test } from 'vitest'
import type { MixingMatrix } from '../../src/interfaces.ts'
import {
  drawnContraction,
  periodContraction,
  staticContraction
} from '../../topologies/mixing/contraction.ts'
import { mixingMatrix } from '../../topologies/mixing/mixing-matrix.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { type Built, built, matrixOf } from '../support/topologies.ts'

function periodOf({ topology }: Built): MixingMatrix[] {
  return Array.from({ length: topology.period! }, (_, round) =>
    mixingMatrix(topology.graphAt(round), topology.directed, 'own')
  )
}

describe('one W for ever', () => {
  test('shrinks differences by ‖W − 11ᵀ/N‖₂', () => {
    const matrix = matrixOf(built('ring', 16))
    const found = staticContraction(matrix, numericalSpectrum(matrix))
    expect(found.perRound).toBeCloseTo((1 + 2 * Math.cos(Math.PI / 8)) / 3, 12)
    expect(found.exactAfter).toBe(null)
  })

  test.each([
    ['complete', 9, 'metropolis', 1],
    ['de-bruijn', 16, 'own', 4],
    ['de-bruijn', 32, 'own', 5]
  ] as const)(
    '%s of %i peers is exact after as many rounds as W has nilpotent steps',
    (name, peers, weights, rounds) => {
      const matrix = matrixOf(built(name, peers), weights)
      expect(staticContraction(matrix, numericalSpectrum(matrix)).exactAfter).toBe(rounds)
    }
  )

  test('that is not doubly stochastic shrinks them by |λ₂| in the long run', () => {
    // Random walk with self loops on a path of 3: eigenvalues 1, 1/2, −1/6.
    const matrix = matrixOf(built('path', 3), 'uniform')
    const found = staticContraction(matrix, numericalSpectrum(matrix))
    expect(found.perRound).toBeCloseTo(1 / 2, 12)
    expect(found.exactAfter).toBe(null)
  })
})

describe('rounds that take turns', () => {
  test.each([1, 2, 3, 5, 6, 7, 12, 31])('base of %i peers is exact after its period', peers => {
    const period = periodOf(built('base', peers))
    expect(periodContraction(period)).toMatchObject({
      perRound: 0,
      perPeriod: 0,
      exactAfter: peers === 1 ? 0 : period.length
    })
  })

  // The product is circulant, with eigenvalues of modulus ∏_j |cos(π k 2^j / N)|.
  test.each([3, 17, 250])(
    'the one-peer exponential graph of %i peers leaves what its eigenvalues say',
    peers => {
      const period = periodOf(built('one-peer-exponential', peers))
      let worst = 0
      for (let k = 1; k < peers; k++) {
        let modulus = 1
        for (let step = 1; step < peers; step *= 2)
          modulus *= Math.abs(Math.cos((Math.PI * k * step) / peers))
        worst = Math.max(worst, modulus)
      }
      const { perPeriod, perRound, exactAfter } = periodContraction(period)
      expect(perPeriod).toBeCloseTo(worst, 10)
      expect(perRound! ** period.length).toBeCloseTo(worst, 10)
      expect(exactAfter).toBe(null)
    }
  )

  test('that do not keep the mean are measured', () => {
    const { topology } = built('base', 6)
    const uniform = [0, 1, 2, 3].map(round => mixingMatrix(topology.graphAt(round), false, 'uniform'))
    const star = mixingMatrix(built('star', 6).graph, false, 'uniform')
    const found = periodContraction([...uniform, star])
    expect(found).toMatchObject({ perPeriod: null, exactAfter: null, method: 'measured' })
    expect(found.perRound).toBeGreaterThan(0)
    expect(found.perRound).toBeLessThan(1)
  })

  test('that do not keep the mean shrink differences by the root of |λ₂| of their product', () => {
    // Both have detailed balance with the same π, so they commute: λ₂ = 1/2 of the star, 3/4 of half of it.
    const star = mixingMatrix(built('star', 6).graph, false, 'uniform')
    const half = {
      ...star,
      weights: star.weights.map(w => w / 2),
      selfWeights: star.selfWeights.map(w => (1 + w) / 2)
    }
    expect(periodContraction([star, half]).perRound).toBeCloseTo(Math.sqrt((1 / 2) * (3 / 4)), 6)
  })
})

describe('rounds that are drawn', () => {
  test('shrink differences by the root of the closed form', () => {
    const at = (): MixingMatrix => matrixOf(built('ring', 4))
    expect(drawnContraction(at, 0.25)).toEqual({
      perRound: 0.5,
      perPeriod: null,
      exactAfter: null,
      method: 'closed form'
    })
  })

  test('without one they are measured: random pairs of 16 shrink squares by 14/30', () => {
    const { topology } = built('random-matching', 16)
    const at = (round: number): MixingMatrix => mixingMatrix(topology.graphAt(round), false, 'metropolis')
    const { perRound, method } = drawnContraction(at, undefined)
    expect(method).toBe('measured')
    expect(perRound! * perRound!).toBeCloseTo(14 / 30, 1)
  })

  test('one measured matrix whose modes are alike shrinks by just its eigenvalue', () => {
    // Complete with lazy weights: λ = 1/2 but for the mean.
    const matrix = matrixOf(built('complete', 8), 'lazy')
    expect(drawnContraction(() => matrix, undefined).perRound).toBeCloseTo(1 / 2, 12)
  })
})
