/** What every environment of the map promises. A new one needs a line in `given`: options as a user writes them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactValues, optimalValues, policyValue } from '../../peers/environments/exact.ts'
import { environments } from '../../peers/environments/index.ts'
import { present } from '../../src/core/assert.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import type { Fleet } from '../../src/interfaces.ts'

const given: Readonly<Record<string, fc.Arbitrary<object>>> = {
  garnet: fc.record(
    {
      states: fc.integer({ min: 4, max: 12 }),
      actions: fc.integer({ min: 2, max: 4 }),
      branching: fc.integer({ min: 2, max: 4 }),
      features: fc.constantFrom('one-hot', 1, 2, 3),
      discount: fc.double({ min: 0, max: 0.99, noNaN: true }),
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      heterogeneity: fc.constantFrom('perturbation', 'opposite'),
      perturbation: fc.double({ min: 0, max: 1, noNaN: true }),
      policy: fc.constantFrom('uniform', 'deterministic')
    },
    { requiredKeys: ['states', 'branching'] }
  ),
  file: fc.record({
    path: fc.constantFrom(
      ...['garnet_hom_N10', 'garnet_het_N10', 'challenging-mdp'].map(name => `test/fixtures/${name}.json`)
    )
  })
}

describe.each(Object.entries(environments))('%s', (name, family) => {
  /** Calls `check` with fleets of 1 to 6 peers, and with how to build others with the same options. */
  function forFleets(check: (fleet: Fleet, build: (peers: number, seed: string) => Fleet) => void): void {
    const options = present(given[name], `options of ${name}`)
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 6 }), fc.string(), (raw, peers, seed) => {
        const parsed = family.options.parse(raw)
        check(family.build(peers, parsed, seed), (peers, seed) => family.build(peers, parsed, seed))
      }),
      { seed: 1, numRuns: 50 }
    )
  }

  const isDistribution = (masses: Float64Array): boolean =>
    masses.every(mass => mass >= 0) && Math.abs(masses.reduce((sum, mass) => sum + mass, 0) - 1) < 1e-12

  test('all arrays have the promised lengths', () => {
    forFleets(fleet => {
      const { peers, states, actions, branching, features } = fleet
      const pairs = peers * states * actions
      expect([fleet.labels.length, fleet.types.length]).toEqual([peers, peers])
      expect([fleet.successors.length, fleet.probabilities.length]).toEqual([
        pairs * branching,
        pairs * branching
      ])
      expect([fleet.rewards.length, fleet.policy.length]).toEqual([pairs, states * actions])
      expect([fleet.reset.length, fleet.evaluation.length]).toEqual([states, states])
      expect(features.stride).toBe(strideOf(features.count))
      expect(features.table.length).toBe(features.kind === 'one-hot' ? 0 : states * features.stride)
      if (features.kind === 'one-hot') expect(features.count).toBe(states)
    })
  })

  test('transitions, starts and policies are distributions over states and actions that exist', () => {
    forFleets(({ states, actions, branching, successors, probabilities, reset, evaluation, policy }) => {
      expect(successors.every(next => next < states)).toBe(true)
      for (let row = 0; row < probabilities.length; row += branching)
        expect(isDistribution(probabilities.subarray(row, row + branching))).toBe(true)
      for (let row = 0; row < policy.length; row += actions)
        expect(isDistribution(policy.subarray(row, row + actions))).toBe(true)
      expect([reset, evaluation].every(isDistribution)).toBe(true)
    })
  })

  test('mean rewards are finite, and within [−1, 1] where the noise is Bernoulli', () => {
    forFleets(({ rewards, noise }) => {
      const bound = noise.kind === 'bernoulli' ? 1 : Number.MAX_VALUE
      expect(rewards.every(mean => Math.abs(mean) <= bound)).toBe(true)
    })
  })

  test('features beyond d are zero', () => {
    forFleets(({ features: { table, stride, count } }) => {
      expect(table.every((x, at) => Number.isFinite(x) && (at % stride < count || x === 0))).toBe(true)
    })
  })

  test('the same seed gives the same bits', () => {
    forFleets((fleet, build) => {
      const again = build(fleet.peers, 'another')
      expect(build(fleet.peers, 'another')).toEqual(again)
    })
  })

  test('a smaller fleet is the beginning of a larger one', () => {
    forFleets((_, build) => {
      const [few, many] = [build(2, '1'), build(6, '1')]
      for (const key of ['labels', 'types', 'successors', 'probabilities', 'rewards'] as const)
        expect(Array.from<unknown>(few[key])).toEqual(
          Array.from<unknown>(many[key]).slice(0, many[key].length / 3)
        )
    })
  })

  test('no policy beats the optimal values, and the evaluated one has the exact values', () => {
    forFleets(fleet => {
      const best = optimalValues(fleet)
      const values = new Float64Array(fleet.states)
      for (let i = 0; i < fleet.peers; i++) {
        policyValue(fleet, i, fleet.policy, values)
        for (const [s, value] of values.entries())
          expect(value).toBeLessThanOrEqual(best[i * fleet.states + s]! + 1e-9)
      }
    })
  })

  test('unknown options are refused', () => {
    expect(family.options.safeParse({ nonsense: 1 }).success).toBe(false)
  })

  test('a family that counts its peers builds so many and refuses more', () => {
    if (!family.mostPeers) return
    const [raw] = fc.sample(present(given[name], name), { seed: 1, numRuns: 1 })
    const options = family.options.parse(raw)
    const peers = family.mostPeers(options)
    expect(exactValues(family.build(peers, options, '1')).stationary.length).toBeGreaterThan(0)
    expect(() => family.build(peers + 1, options, '1')).toThrow(/too many|at most/)
  })
})
