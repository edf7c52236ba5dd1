/** Small random fleets of every shape, for properties. */
import fc from 'fast-check'
import type { Fleet } from '../../../src/interfaces.ts'
import { type FleetShape, randomFleet } from '../../support/fleets.ts'

const shapes: fc.Arbitrary<FleetShape> = fc.record({
  peers: fc.integer({ min: 1, max: 3 }),
  states: fc.integer({ min: 3, max: 8 }),
  actions: fc.integer({ min: 1, max: 3 }),
  branching: fc.integer({ min: 1, max: 3 }),
  features: fc.constantFrom(0, 1, 2, 3),
  noise: fc.constant({ kind: 'none' as const }),
  absorbing: fc.boolean()
})

/** Fleets in which every state leads to every other, but for one that may absorb. */
export function forFleets(check: (fleet: Fleet) => void): void {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => check(randomFleet(shape, seed))),
    { seed: 1, numRuns: 100 }
  )
}

/** Fleets with one action and one-hot features, whose states absorb, do not recur, or recur in several classes. */
export function forScatteredFleets(check: (fleet: Fleet) => void): void {
  const anywhere = fc.array(fc.nat({ max: 7 }), { minLength: 3 * 8 * 2, maxLength: 3 * 8 * 2 })
  const sparse = fc.record({ peers: fc.constantFrom(1, 2, 3), branching: fc.constantFrom(1, 1, 2) })
  fc.assert(
    fc.property(sparse, fc.nat(), anywhere, (shape, seed, next) => {
      const noise = { kind: 'none' as const }
      const fleet = randomFleet(
        { ...shape, states: 8, actions: 1, features: 0, noise, absorbing: false },
        seed
      )
      check({ ...fleet, successors: fleet.successors.map((_, at) => next[at]!) })
    }),
    { seed: 1, numRuns: 200 }
  )
}
