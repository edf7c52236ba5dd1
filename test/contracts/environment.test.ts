/** What every environment of the map promises. A new one needs a line in `given`: options as a user writes them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { optimalValues, policyValue } from '../../peers/environments/exact.ts'
import { environments } from '../../peers/environments/index.ts'
import { present } from '../../src/core/assert.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import type { Fleet } from '../../src/interfaces.ts'
import { range, sum } from '../support/numbers.ts'

const half = fc.integer({ min: 0, max: 50 }).map(hundredths => hundredths / 100)
const discount = fc.double({ min: 0, max: 0.99, noNaN: true })
const policy = {
  policy: fc.constantFrom('uniform', 'deterministic', 'epsilon-greedy'),
  epsilon: half
}

const given: Readonly<Record<string, fc.Arbitrary<object>>> = {
  garnet: fc.record(
    {
      states: fc.integer({ min: 4, max: 12 }),
      actions: fc.integer({ min: 2, max: 4 }),
      branching: fc.integer({ min: 2, max: 4 }),
      features: fc.constantFrom('one-hot', 1, 2, 3),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      heterogeneity: fc.constantFrom('perturbation', 'opposite'),
      perturbation: fc.double({ min: 0, max: 1, noNaN: true }),
      ...policy
    },
    { requiredKeys: ['states', 'branching'] }
  ),
  'random-walk': fc.record(
    {
      states: fc.integer({ min: 1, max: 12 }),
      drift: half.map(part => part - 0.25),
      driftSpread: half,
      rewardSpread: half,
      group: fc.integer({ min: 1, max: 4 }),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  gridworld: fc.record(
    {
      layout: fc.constantFrom('open', 'maze', 'russell-norvig'),
      slip: half,
      slipSpread: half,
      extraWalls: fc.integer({ min: 0, max: 1 }),
      fraction: half,
      step: half,
      rewardSpread: half,
      features: fc.constantFrom('one-hot', 3),
      discount,
      noise: fc.constantFrom('none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  riverswim: fc.record(
    {
      states: fc.integer({ min: 3, max: 8 }),
      current: half,
      currentSpread: half,
      features: fc.constantFrom('one-hot', 2),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  'frozen-lake': fc.record(
    {
      slippery: fc.boolean(),
      slipSpread: half.map(part => part / 2),
      extraHoles: fc.integer({ min: 0, max: 2 }),
      fraction: half,
      features: fc.constantFrom('one-hot', 4),
      discount,
      noise: fc.constantFrom('bernoulli', 'none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
  ),
  'cliff-walking': fc.record(
    {
      wind: half,
      windSpread: half,
      rewardSpread: half,
      features: fc.constantFrom('one-hot', 4),
      discount,
      noise: fc.constantFrom('none', 0.5),
      ...policy
    },
    { requiredKeys: [] }
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
})

/** Q(s, a) of peer i for the values V. */
function actionValue(fleet: Fleet, i: number, s: number, a: number, values: Float64Array): number {
  const { states, actions, branching, successors, probabilities, rewards, discount } = fleet
  const pair = (i * states + s) * actions + a
  const ahead = range(branching).map(
    k => probabilities[pair * branching + k]! * values[successors[pair * branching + k]!]!
  )
  return rewards[pair]! + discount * sum(ahead)
}

const counting = Object.entries(environments).filter(([, { mostPeers }]) => mostPeers !== undefined)

test.each(counting)('%s counts its peers: it builds so many and refuses more', (name, family) => {
  for (const raw of fc.sample(present(given[name], name), { seed: 1, numRuns: 10 })) {
    const options = family.options.parse(raw)
    const peers = present(family.mostPeers?.(options), 'the most peers')
    const { labels, types } = family.build(peers, options, '1')
    expect([labels.length, types.length]).toEqual([peers, peers])
    expect(() => family.build(peers + 1, options, '1')).toThrow(ExperimentError)
  }
})
