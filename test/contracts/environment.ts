/** What every finite environment promises. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { optimalValues, policyValue } from '../../peers/environments/exact.ts'
import { requireFinite } from '../../peers/finite.ts'
import { present } from '../../src/core/assert.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import type { EnvironmentFamily, Fleet } from '../../src/interfaces.ts'
import { range, sum } from '../support/numbers.ts'

/** The tests of one environment whose states are listed; `options` draws what a user may write. */
export function describeEnvironment(
  name: string,
  family: EnvironmentFamily,
  options: fc.Arbitrary<object> = fc.constant({})
): void {
  describe(name, () => suite(name, family, options))
}

function suite(name: string, family: EnvironmentFamily, options: fc.Arbitrary<object>): void {
  /** Calls `check` with fleets of 1 to 6 peers, and with how to build others with the same options. */
  function forFleets(check: (fleet: Fleet, build: (peers: number, seed: string) => Fleet) => void): void {
    fc.assert(
      fc.property(options, fc.integer({ min: 1, max: 6 }), fc.string(), (raw, peers, seed) => {
        const parsed = family.options.parse(raw)
        const build = (peers: number, seed: string) => requireFinite(family.build(peers, parsed, seed), name)
        check(build(peers, seed), build)
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

  test("the values of the evaluated policy solve Bellman's equation, and the optimal ones that of optimality", () => {
    forFleets(fleet => {
      const { peers, states, actions, policy, discount } = fleet
      const best = optimalValues(fleet)
      const values = new Float64Array(states)
      for (const i of range(peers)) {
        policyValue(fleet, i, policy, values)
        const optimal = best.subarray(i * states, (i + 1) * states)
        const scale = Math.max(1, ...optimal.map(Math.abs), ...values.map(Math.abs)) / (1 - discount)
        for (const s of range(states)) {
          const expected = range(actions).map(
            a => policy[s * actions + a]! * actionValue(fleet, i, s, a, values)
          )
          expect(Math.abs(values[s]! - sum(expected))).toBeLessThan(1e-11 * scale)
          const largest = Math.max(...range(actions).map(a => actionValue(fleet, i, s, a, optimal)))
          expect(Math.abs(optimal[s]! - largest)).toBeLessThan(1e-11 * scale)
          expect(values[s]! - optimal[s]!).toBeLessThan(1e-11 * scale)
        }
      }
    })
  })

  test('no state and action has more successors than the branching says, and some has as many', () => {
    forFleets(({ branching, probabilities }) => {
      const rows = range(probabilities.length / branching)
      const successors = rows.map(
        row => probabilities.subarray(row * branching, (row + 1) * branching).filter(mass => mass > 0).length
      )
      expect(Math.max(...successors)).toBe(branching)
    })
  })

  test('the picture is one line of at most 24 characters', () => {
    expect([...family.picture].length).toBeGreaterThan(0)
    expect([...family.picture].length).toBeLessThanOrEqual(24)
    expect(family.picture).not.toContain('\n')
  })

  test('unknown options are refused', () => {
    expect(family.options.safeParse({ nonsense: 1 }).success).toBe(false)
  })

  const { mostPeers } = family
  if (mostPeers !== undefined) {
    test('counts its peers: it builds so many and refuses more', () => {
      for (const raw of fc.sample(options, { seed: 1, numRuns: 10 })) {
        const parsed = family.options.parse(raw)
        const peers = present(mostPeers(parsed), 'the most peers')
        const { labels, types } = family.build(peers, parsed, '1')
        expect([labels.length, types.length]).toEqual([peers, peers])
        expect(() => family.build(peers + 1, parsed, '1')).toThrow(ExperimentError)
      }
    })
  }
}

/** Q(s, a) of peer i for the values V. */
function actionValue(fleet: Fleet, i: number, s: number, a: number, values: Float64Array): number {
  const { states, actions, branching, successors, probabilities, rewards, discount } = fleet
  const pair = (i * states + s) * actions + a
  const ahead = range(branching).map(
    k => probabilities[pair * branching + k]! * values[successors[pair * branching + k]!]!
  )
  return rewards[pair]! + discount * sum(ahead)
}
