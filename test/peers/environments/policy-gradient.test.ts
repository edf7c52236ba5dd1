import { expect, test } from 'vitest'
import { policyGradient, policyValue } from '../../../peers/environments/exact.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { range } from '../../support/numbers.ts'
import { forFleets } from './random-fleets.ts'
import { fleetWith } from './rows.ts'

/** softmax of every state's row of θ. */
function softmax(theta: readonly number[], actions: number): Float64Array {
  const parts = theta.map(Math.exp)
  return Float64Array.from(parts, (part, at) => {
    const first = at - (at % actions)
    return part / parts.slice(first, first + actions).reduce((sum, x) => sum + x, 0)
  })
}

/** (J(θ + h e) − J(θ − h e)) / 2h for every e; errors are of the order h². */
function finiteDifferences(fleet: Fleet, peer: number, theta: readonly number[]): number[] {
  const h = 1e-5
  const values = new Float64Array(fleet.states)
  const returnAt = (at: number, change: number) =>
    policyValue(fleet, peer, softmax(theta.with(at, theta[at]! + change), fleet.actions), values)
  return theta.map((_, at) => (returnAt(at, h) - returnAt(at, -h)) / (2 * h))
}

test('is what finite differences of the exact return say, in every environment and for every peer', () => {
  forFleets(fleet => {
    const theta = range(fleet.states * fleet.actions).map(k => Math.sin(7 * k + 1))
    const policy = softmax(theta, fleet.actions)
    for (const i of range(fleet.peers)) {
      const expected = finiteDifferences(fleet, i, theta)
      policyGradient(fleet, i, policy).forEach((slope, at) => {
        expect(Math.abs(slope - expected[at]!)).toBeLessThan(1e-7)
      })
    }
  })
})

test('sums up to 0 in every state, and is 0 where an action is never taken', () => {
  const fleet = fleetWith('synthetic', 2)
  const policy = fleet.policy.slice()
  policy.set([0, 0.5, 0.5, 0])
  const gradient = policyGradient(fleet, 1, policy)
  for (const s of range(5)) {
    const row = gradient.subarray(4 * s, 4 * s + 4)
    expect(Math.abs(row.reduce((sum, x) => sum + x, 0))).toBeLessThan(1e-11)
    expect(Math.max(...row)).toBeGreaterThan(1e-3)
  }
  expect([Math.abs(gradient[0]!), Math.abs(gradient[3]!)]).toEqual([0, 0])
})
