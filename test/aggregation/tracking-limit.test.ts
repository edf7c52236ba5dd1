import { describe, expect, test } from 'vitest'
import { gossipTracking } from '../../src/aggregation/gossip-tracking.ts'
import { trackingLimit } from '../../src/aggregation/tracking-limit.ts'
import { complexEigenvalues } from '../../topologies/parts/circulants.ts'
import { filled, rowsOf, settingsOf } from '../support/matrices.ts'
import { range } from '../support/numbers.ts'
import { descent } from '../support/quadratics.ts'
import { runRounds } from '../support/rounds.ts'
import { built, matrixOf } from '../support/topologies.ts'

test.each([-0.9, -0.75, -0.6])('of λ = %f the limit is (1 − λ²)/|λ|', real => {
  expect(trackingLimit([{ real, imaginary: 0 }])).toBeCloseTo((1 - real * real) / -real, 9)
})

test('real eigenvalues above 1 − √2, and W that has none, leave it to the local steps: 2', () => {
  expect(trackingLimit([-0.4, -1 / 3, 0, 0.5, 0.999].map(real => ({ real, imaginary: 0 })))).toBe(2)
  expect(trackingLimit([])).toBe(2)
})

describe.each([
  ['equistatic', { shifts: '1' }, 8, 'own'],
  ['equistatic', { shifts: '3+5+6+7' }, 17, 'own'],
  ['equistatic', { shifts: '1+2+9' }, 20, 'own'],
  ['ring', {}, 8, 'best-constant']
] as const)('%s %j of %i peers', (name, options, peers, rule) => {
  const matrix = matrixOf(built(name, peers, options), rule)
  const limit = trackingLimit(complexEigenvalues(matrix)!.slice(1))

  /** How far peers with the curvature 1 are from the common minimum, 0, after so many rounds with the step a. */
  function apart(a: number, rounds: number): number {
    const theta = filled(range(peers).map(i => [(i * i) % 7]))
    const quadratics = { a: range(peers).map(() => 1), b: range(peers).map(() => 0) }
    const aggregation = gossipTracking.build(settingsOf(matrix, 1, a), { outerStep: 1 })
    runRounds(aggregation, theta, rounds, { local: descent(quadratics, a, 1) })
    return Math.max(...rowsOf(theta, peers).map(([x]) => Math.abs(x!)))
  }

  test('below the limit differences shrink, above it they grow', () => {
    expect(limit).toBeLessThan(2)
    expect(apart(0.9 * limit, 6000)).toBeLessThan(apart(0.9 * limit, 3000) + 1e-12)
    expect(apart(0.9 * limit, 6000)).toBeLessThan(1)
    expect(apart(1.1 * limit, 6000)).toBeGreaterThan(1e3)
  })
})
