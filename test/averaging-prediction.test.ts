import { describe, expect, test } from 'vitest'
import { type Prediction, predictedAt, predictionOf } from '../src/averaging-prediction.ts'
import type { Weights } from '../topologies/index.ts'
import { type Study, standardWeights, studyOf } from '../topologies/mixing/study.ts'
import { built } from './support/topologies.ts'

function studied(name: string, peers: number, weights?: Weights): Study {
  const of = built(name, peers)
  return studyOf({ ...of, weights: weights ?? standardWeights(of.topology) }, 1e5)
}

const predicted = (spec: string, name: string, peers: number, weights?: Weights): Prediction | null =>
  predictionOf(spec, studied(name, peers, weights), 1)

/** λ₂ = ρ of a ring of 16 with Metropolis weights. */
const ring16 = (1 + 2 * Math.cos(Math.PI / 8)) / 3

describe('the factor of a round', () => {
  test.each([
    ['gossip', ring16],
    ['gossip:steps=3', ring16 * ring16 * ring16],
    ['none', 1],
    // 1/T_s(1/ρ) with T_2(x) = 2x² − 1.
    ['chebyshev:steps=2', 1 / (2 / (ring16 * ring16) - 1)],
    ['momentum:steps=1', ring16]
  ])('of %s on a ring of 16', (spec, rate) => {
    const found = predicted(spec, 'ring', 16)
    expect(found).toMatchObject({ of: spec, kind: 'bound', exactAfter: null })
    expect(found?.rate).toBeCloseTo(rate, 12)
  })

  test('of momentum comes to √β an exchange in the long run', () => {
    const root = (1 - Math.sqrt(1 - ring16 * ring16)) / ring16
    const [many, more] = [400, 401].map(steps => predicted(`momentum:steps=${steps}`, 'ring', 16)!.rate)
    expect(more! / many!).toBeCloseTo(root, 2)
  })

  test('of push-sum is |λ₂|, whatever a single round may do', () => {
    // A star of 4 with weights 1/(1 + listeners): eigenvalues 1, 1/2, 1/2, −1/4.
    const found = predicted('push-sum', 'star', 4, 'push')
    expect(found).toMatchObject({ kind: 'long run', exactAfter: null })
    expect(found?.rate).toBeCloseTo(1 / 2, 10)
  })

  test('of random pairs is √λ₂ of their mean matrix for each', () => {
    const found = predictionOf('pairwise', studied('complete', 8), 3)
    expect(found?.kind).toBe('mean square')
    expect(found?.rate).toBeCloseTo((6 / 7) ** 1.5, 12)
  })

  test('of rounds that are drawn is the root of what is left of squares', () => {
    expect(predicted('gossip', 'random-matching', 6)).toMatchObject({ kind: 'mean square', period: 1 })
    expect(predicted('gossip', 'random-matching', 6)?.rate).toBeCloseTo(Math.sqrt(4 / 10), 12)
  })

  test('is nothing left where the mean is exact: of a server and a mesh after a round, of relayed sums after the diameter', () => {
    expect(predicted('star-scafflsa', 'ring', 16)).toMatchObject({ rate: 0, exactAfter: 1 })
    expect(predicted('mesh', 'ring', 16)).toMatchObject({ of: 'mesh', rate: 0, exactAfter: 1 })
    expect(predicted('relay-sum', 'path', 16)).toMatchObject({ of: 'relay-sum', rate: 0, exactAfter: 15 })
  })

  test('of what has no formula is that of plain gossip', () => {
    expect(predicted('choco', 'ring', 16)).toEqual({ ...predicted('gossip', 'ring', 16), of: 'gossip' })
  })

  test('is not known of several steps on a graph that changes', () => {
    expect(predicted('gossip:steps=2', 'base', 6)).toBe(null)
  })
})

describe('after a round there is left', () => {
  test('the factor to the power of the rounds', () => {
    const found = predicted('gossip', 'ring', 4)!
    expect([0, 1, 3].map(round => predictedAt(found, round))).toEqual([
      1,
      expect.closeTo(1 / 3, 12),
      expect.closeTo(1 / 27, 12)
    ])
  })

  test('nothing, once the mean is exact; everything before, at worst', () => {
    expect(predicted('gossip', 'base', 6)).toMatchObject({ rate: 0, exactAfter: 4 })
    expect([0, 3, 4, 9].map(round => predictedAt(predicted('gossip', 'base', 6)!, round))).toEqual([
      1, 1, 0, 0
    ])
    expect([0, 1].map(round => predictedAt(predicted('star', 'star', 6)!, round))).toEqual([1, 0])
    expect(predicted('gossip:steps=3', 'de-bruijn', 16, 'own')).toMatchObject({ rate: 0, exactAfter: 2 })
  })

  test('within a period what was left before it', () => {
    // The two rounds of 3 peers leave 1/4.
    const found = predicted('gossip', 'one-peer-exponential', 3)!
    expect([0, 1, 2, 3, 4, 5].map(round => predictedAt(found, round))).toEqual(
      [1, 1, 1 / 4, 1 / 4, 1 / 16, 1 / 16].map(value => expect.closeTo(value, 12))
    )
  })
})
