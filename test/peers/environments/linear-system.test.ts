import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactValues, linearSystem, stationaryDistributions } from '../../../peers/environments/exact.ts'
import type { Fleet, ValueTarget } from '../../../src/interfaces.ts'
import { type FleetShape, randomFleet, spelledOut, writtenFleet } from '../../support/fleets.ts'
import { range } from '../../support/numbers.ts'

const shapes: fc.Arbitrary<FleetShape> = fc.record({
  peers: fc.constant(1),
  states: fc.integer({ min: 3, max: 7 }),
  actions: fc.integer({ min: 1, max: 2 }),
  branching: fc.integer({ min: 1, max: 3 }),
  features: fc.constantFrom(0, 2, 3),
  noise: fc.constant({ kind: 'none' } as const),
  absorbing: fc.boolean()
})
const still = fc.record({ shape: shapes.map(shape => ({ ...shape, absorbing: false })), seed: fc.nat() })
const any = fc.record({ shape: shapes, seed: fc.nat() })

const steps = (n: number): ValueTarget => ({ kind: 'steps', steps: n })
const trace = (lambda: number): ValueTarget => ({ kind: 'lambda', lambda })

/** The numbers of A and b, one after the other. */
function system(fleet: Fleet, target?: ValueTarget): number[] {
  const d = fleet.features.count
  const [a, b] = [new Float64Array(d * d), new Float64Array(d)]
  linearSystem(fleet, 0, stationaryDistributions(fleet), a, b, target)
  return [...a, ...b]
}

function expectNear(found: readonly number[], expected: readonly number[], within = 1e-12): void {
  expect(found).toHaveLength(expected.length)
  for (const [at, x] of found.entries()) expect(Math.abs(x - expected[at]!)).toBeLessThan(within)
}

const phi = ({ features }: Fleet, s: number, j: number): number =>
  features.kind === 'one-hot' ? Number(j === s) : features.table[s * features.stride + j]!

/** P^π(s, s') and r^π(s) of peer 0, from the fleet's own tables. */
function chainOf({ states, actions, branching, successors, probabilities, rewards, policy }: Fleet) {
  const kernel: number[][] = range(states).map(() => range(states).map(() => 0))
  const paid: number[] = range(states).map(() => 0)
  for (const s of range(states)) {
    for (const a of range(actions)) {
      const pair = s * actions + a
      paid[s]! += policy[pair]! * rewards[pair]!
      for (const k of range(branching))
        kernel[s]![successors[pair * branching + k]!]! += policy[pair]! * probabilities[pair * branching + k]!
    }
  }
  return { kernel, paid }
}

const times = (m: readonly (readonly number[])[], x: readonly number[]): number[] =>
  m.map(row => row.reduce((sum, value, k) => sum + value * x[k]!, 0))

describe('the system of n-step TD', () => {
  test('is Φᵀ D (I − (γP)ⁿ) Φ and Φᵀ D Σ (γP)ᵏ r, where nothing absorbs', () => {
    fc.assert(
      fc.property(still, fc.integer({ min: 1, max: 6 }), ({ shape, seed }, n) => {
        const fleet = randomFleet(shape, seed)
        const { states, discount, features } = fleet
        const { kernel, paid } = chainOf(fleet)
        const mu = stationaryDistributions(fleet)
        const onwards = (x: readonly number[]): number[] => times(kernel, x).map(value => discount * value)
        const projected = (x: readonly number[], i: number): number =>
          range(states).reduce((sum, s) => sum + mu[s]! * phi(fleet, s, i) * x[s]!, 0)
        const columns = range(features.count).map(j => {
          const start = range(states).map(s => phi(fleet, s, j))
          const end = range(n).reduce(onwards, start)
          return start.map((value, s) => value - end[s]!)
        })
        let term = paid
        const returns = paid.map(() => 0)
        for (const _ of range(n)) {
          for (const s of range(states)) returns[s]! += term[s]!
          term = onwards(term)
        }
        const d = range(features.count)
        const expected = [
          ...d.flatMap(i => d.map(j => projected(columns[j]!, i))),
          ...d.map(i => projected(returns, i))
        ]
        expectNear(system(fleet, steps(n)), expected)
      }),
      { seed: 1, numRuns: 60 }
    )
  })

  test('is by default that of TD(0), to the bit', () => {
    fc.assert(
      fc.property(any, ({ shape, seed }) => {
        const fleet = randomFleet(shape, seed)
        expect(system(fleet, steps(1))).toEqual(system(fleet))
      }),
      { seed: 2, numRuns: 30 }
    )
  })

  test('ends returns where an episode ends: of two steps from the state before, one', () => {
    // 0 → 1 → 2, which absorbs; from there to 0 again. μ = ⅓ each, γ = ½, φ = 1, 10, 100 and rewards 1, 2, 4.
    const to = (s: number) => [[Number(s === 0), Number(s === 1), Number(s === 2)]]
    const fleet = writtenFleet([{ transitions: [to(1), to(2), to(2)], rewards: [[1], [2], [4]] }], {
      reset: Float64Array.of(1, 0, 0),
      features: {
        kind: 'table',
        count: 1,
        stride: 4,
        table: Float64Array.of(1, 0, 0, 0, 10, 0, 0, 0, 100, 0, 0, 0)
      }
    })
    // From 0: 1 + 2/2 and V(2)/4. From 1: 2 + 4/2 and, the episode being over, V(2)/4. From 2: 4 and V(2)/2.
    const a = (1 * (1 - 25) + 10 * (10 - 25) + 100 * (100 - 50)) / 3
    const b = (1 * 2 + 10 * 4 + 100 * 4) / 3
    expectNear(system(fleet, steps(2)), [a, b], 1e-10)
  })
})

describe('the system of TD(λ)', () => {
  test('is the mean of those of all numbers of steps with weights (1 − λ) λⁿ⁻¹, absorbing states or not', () => {
    fc.assert(
      fc.property(any, fc.constantFrom(0, 0.3, 0.8), ({ shape, seed }, lambda) => {
        const fleet = randomFleet(shape, seed)
        const sum = system(fleet, steps(1)).map(() => 0)
        let weight = 1 - lambda
        for (let n = 1; weight > 1e-14; n++, weight *= lambda)
          for (const [at, value] of system(fleet, steps(n)).entries()) sum[at]! += weight * value
        expectNear(system(fleet, trace(lambda)), sum, 1e-11)
      }),
      { seed: 3, numRuns: 12 }
    )
  })

  test('has for λ = 1 the projection of V as its solution, where nothing absorbs', () => {
    fc.assert(
      fc.property(still, ({ shape, seed }) => {
        const fleet = randomFleet({ ...shape, features: 2 }, seed)
        const { states } = fleet
        const { stationary, values, solutions } = exactValues(fleet, trace(1))
        // What is left of V is orthogonal to every feature.
        for (const j of range(2)) {
          let left = 0
          for (const s of range(states)) {
            const value = phi(fleet, s, 0) * solutions[0]! + phi(fleet, s, 1) * solutions[1]!
            left += stationary[s]! * phi(fleet, s, j) * (values[s]! - value)
          }
          expect(Math.abs(left)).toBeLessThan(1e-9)
        }
      }),
      { seed: 4, numRuns: 40 }
    )
  })

  test('is solved by V if features are one-hot, whatever λ and n', () => {
    fc.assert(
      fc.property(any, fc.constantFrom(steps(3), trace(0.9), trace(1)), ({ shape, seed }, target) => {
        const fleet = randomFleet({ ...shape, features: 0 }, seed)
        const { solutions, solution } = exactValues(spelledOut(fleet), target)
        const { values } = exactValues(fleet)
        expectNear([...solutions.slice(0, fleet.states)], [...values], 1e-8)
        expectNear([...solution.slice(0, fleet.states)], [...values], 1e-8)
      }),
      { seed: 5, numRuns: 40 }
    )
  })

  test('gives other solutions than TD(0) where features cannot say V', () => {
    const fleet = randomFleet(
      {
        peers: 2,
        states: 6,
        actions: 2,
        branching: 2,
        features: 2,
        noise: { kind: 'none' },
        absorbing: false
      },
      3
    )
    const [zero, far] = [exactValues(fleet), exactValues(fleet, trace(0.9))]
    for (const at of [0, 1]) expect(Math.abs(zero.solution[at]! - far.solution[at]!)).toBeGreaterThan(1e-3)
    for (const at of [0, 1, 4, 5])
      expect(Math.abs(zero.solutions[at]! - far.solutions[at]!)).toBeGreaterThan(1e-3)
  })
})
