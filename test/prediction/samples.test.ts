/** Second moments of one sample against sums over all that can happen. */
import { describe, expect, test } from 'vitest'
import { stationaryDistributions } from '../../peers/environments/exact.ts'
import type { Fleet, ValueTarget } from '../../src/interfaces.ts'
import { samplesOf, secondMomentAt } from '../../src/prediction/samples.ts'
import { transitionsOf } from '../../src/prediction/transitions.ts'
import { randomFleet } from '../support/fleets.ts'
import {
  away,
  differenceAt,
  featuresOf,
  type Step,
  solution,
  theta,
  tiny,
  visitPaths
} from '../support/paths.ts'

function predicted(fleet: Fleet, target: ValueTarget, skip: number | undefined): number[] {
  const transitions = transitionsOf(fleet, 0, stationaryDistributions(fleet))
  const samples = samplesOf(transitions, solution, { target, skip }, 3)
  return [...secondMomentAt(samples, Float64Array.of(1, ...away))]
}

/** Σ_s μ(s) φφᵀ E[(Σ_k weight(k) δ_k)² | s], over the transitions until the episode ends. */
function ofReturns(fleet: Fleet, length: number, squareOf: (path: readonly Step[]) => number): number[] {
  const stationary = stationaryDistributions(fleet)
  const sum = [0, 0, 0, 0]
  stationary.forEach((weight, s) => {
    const phi = featuresOf(fleet, s)
    visitPaths(fleet, s, length, (probability, path) => {
      const last = path.findIndex(({ ends }) => ends)
      const square = squareOf(last < 0 ? path : path.slice(0, last + 1))
      phi.forEach((x, j) => {
        phi.forEach((y, k) => {
          sum[2 * j + k]! += weight * probability * x * y * square
        })
      })
    })
  })
  return sum
}

function expectClose(found: readonly number[], exact: readonly number[], digits: number): void {
  exact.forEach((value, at) => {
    expect(found[at]).toBeCloseTo(value, digits)
  })
}

describe.each([false, true])('with an absorbing state: %s', absorbing => {
  const fleet = { ...randomFleet({ ...tiny, noise: { kind: 'bernoulli' }, absorbing }, 11), discount: 0.6 }
  const { discount } = fleet

  test.each([1, 2, 4])('returns of %i steps', n => {
    const exact = ofReturns(fleet, n, path => {
      const sum = path.reduceRight((later, step) => differenceAt(fleet, theta, step) + discount * later, 0)
      return sum * sum
    })
    expectClose(predicted(fleet, { kind: 'steps', steps: n }, undefined), exact, 12)
  })

  test('TD(λ) goes on after each independent transition with probability γλ', () => {
    const rate = 0.25 * discount
    const exact = ofReturns(fleet, 6, path => {
      let [sum, square] = [0, 0]
      path.forEach((step, k) => {
        sum += differenceAt(fleet, theta, step)
        const isLast = k === path.length - 1
        square += rate ** k * (isLast ? 1 : 1 - rate) * sum * sum
      })
      return square
    })
    const found = predicted(fleet, { kind: 'lambda', lambda: 0.25 }, undefined)
    exact.forEach((value, at) => {
      expect(found[at]! / value).toBeCloseTo(1, 3)
    })
  })

  test('TD(λ) on a trajectory of which most is passed over: δ² z zᵀ', () => {
    const decay = 0.25 * discount
    const sum = [0, 0, 0, 0]
    stationaryDistributions(fleet).forEach((weight, s) => {
      visitPaths(fleet, s, 6, (probability, path) => {
        let z = [0, 0]
        for (const [k, { state }] of path.entries()) {
          const before = path[k - 1]?.ends === true ? [0, 0] : z
          z = featuresOf(fleet, state).map((x, j) => x + decay * before[j]!)
        }
        const delta = differenceAt(fleet, theta, path[5]!)
        for (let at = 0; at < 4; at++)
          sum[at]! += weight * probability * delta * delta * z[at >> 1]! * z[at & 1]!
      })
    })
    const found = predicted(fleet, { kind: 'lambda', lambda: 0.25 }, 7)
    sum.forEach((value, at) => {
      expect(found[at]! / value).toBeCloseTo(1, 3)
    })
  })
})
