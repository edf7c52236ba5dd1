/** What samples of a trajectory have to do with later ones, against sums over all that can happen. */
import { describe, expect, test } from 'vitest'
import { linearSystem, stationaryDistributions } from '../../peers/environments/exact.ts'
import type { Fleet, ValueTarget } from '../../src/interfaces.ts'
import { trailOf } from '../../src/prediction/trail.ts'
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

const LAGS = 3

/** E[u_0] and, for each lag, E[u_0 u_lᵀ] and Σ_k E[u_0,k ∂u_l/∂e_k], by writing out; `u` is given the path and where its sample begins. */
function writtenOut(
  fleet: Fleet,
  length: number,
  skip: number,
  u: (path: readonly Step[], from: number, theta: readonly number[]) => number[]
): { mean: number[]; products: number[][]; drifts: number[][] } {
  const mean = [0, 0]
  const products = Array.from({ length: LAGS }, () => [0, 0, 0, 0])
  const drifts = Array.from({ length: LAGS }, () => [0, 0])
  stationaryDistributions(fleet).forEach((weight, s) => {
    visitPaths(fleet, s, length, (probability, path) => {
      const likely = weight * probability
      const first = u(path, 0, theta)
      first.forEach((x, j) => {
        mean[j]! += likely * x
      })
      for (let lag = 1; lag <= LAGS; lag++) {
        const from = lag * (skip + 1)
        const later = u(path, from, theta)
        for (let at = 0; at < 4; at++) products[lag - 1]![at]! += likely * first[at >> 1]! * later[at & 1]!
        for (const k of [0, 1]) {
          const moved = u(
            path,
            from,
            theta.map((x, j) => x + (j === k ? 1 : 0))
          )
          for (const j of [0, 1]) drifts[lag - 1]![j]! += likely * first[k]! * (moved[j]! - later[j]!)
        }
      }
    })
  })
  return { mean, products, drifts }
}

/** The same, centred, as the trail has it. */
function predicted(fleet: Fleet, target: ValueTarget, skip: number) {
  const stationary = stationaryDistributions(fleet)
  const transitions = transitionsOf(fleet, 0, stationary)
  const a = new Float64Array(4)
  const b = new Float64Array(2)
  linearSystem(fleet, 0, stationary, a, b, target)
  const mean = b.map((x, j) => x - a[2 * j]! * theta[0]! - a[2 * j + 1]! * theta[1]!)
  const place = { solution, y: Float64Array.of(1, ...away), mean }
  const trail = trailOf(transitions, { target, skip }, place)
  const { size, drift } = trail
  const moved = (rows: Float64Array): Float64Array => {
    const out = new Float64Array(rows.length)
    for (let at = 0; at < out.length; at += size)
      trail.moveOn(rows.subarray(at, at + size), out.subarray(at, at + size))
    return out
  }
  const products: number[][] = []
  const drifts = drift.early.map(each => [...each])
  let rows = trail.fresh
  let later = drift.rows
  while (products.length < LAGS) {
    const read = new Float64Array(4)
    for (const j of [0, 1])
      trail.readInto(rows.subarray(j * size, (j + 1) * size), read.subarray(2 * j, 2 * j + 2))
    products.push([...read])
    rows = moved(rows)
  }
  while (drifts.length < LAGS) {
    const read = new Float64Array(2)
    drift.readInto(later, read)
    drifts.push([...read])
    later = moved(later)
  }
  return { a, mean, products, drifts }
}

function expectSame(
  fleet: Fleet,
  target: ValueTarget,
  skip: number,
  exact: ReturnType<typeof writtenOut>,
  digits: number
) {
  const { a, mean, products, drifts } = predicted(fleet, target, skip)
  for (let lag = 0; lag < LAGS; lag++) {
    for (let at = 0; at < 4; at++) {
      const independent = mean[at >> 1]! * mean[at & 1]!
      expect(products[lag]![at]).toBeCloseTo(exact.products[lag]![at]! - independent, digits)
    }
    for (const j of [0, 1]) {
      const independent = -(a[2 * j]! * mean[0]! + a[2 * j + 1]! * mean[1]!)
      expect(drifts[lag]![j]).toBeCloseTo(exact.drifts[lag]![j]! - independent, digits)
    }
  }
  exact.mean.forEach((value, j) => {
    expect(mean[j]).toBeCloseTo(value, digits)
  })
}

describe.each([false, true])('with an absorbing state: %s', absorbing => {
  const fleet = { ...randomFleet({ ...tiny, absorbing }, 7), discount: 0.6 }
  const { discount } = fleet

  test.each([
    [1, 0],
    [1, 1],
    [2, 0],
    [4, 0],
    [3, 1]
  ])('returns of %i steps, skip %i', (n, skip) => {
    const exact = writtenOut(fleet, LAGS * (skip + 1) + n, skip, (path, from, at) => {
      let [sum, scale] = [0, 1]
      for (let k = from; k < from + n; k++) {
        sum += scale * differenceAt(fleet, at, path[k]!)
        scale *= discount
        if (path[k]!.ends) break
      }
      return featuresOf(fleet, path[from]!.state).map(x => x * sum)
    })
    expectSame(fleet, { kind: 'steps', steps: n }, skip, exact, 12)
  })

  // The trace of so many transitions before is written out.
  test.each([
    [0.25, 0, 5],
    [0.02, 1, 2]
  ])('TD(λ), λ = %f, skip %i', (lambda, skip, past) => {
    const decay = lambda * discount
    const exact = writtenOut(fleet, past + LAGS * (skip + 1) + 1, skip, (path, from, at) => {
      let z = [0, 0]
      for (let k = 0; k <= past + from; k++) {
        const before = path[k - 1]?.ends === true ? [0, 0] : z
        z = featuresOf(fleet, path[k]!.state).map((x, j) => x + decay * before[j]!)
      }
      const delta = differenceAt(fleet, at, path[past + from]!)
      return z.map(x => x * delta)
    })
    expectSame(fleet, { kind: 'lambda', lambda }, skip, exact, 4)
  })
})
