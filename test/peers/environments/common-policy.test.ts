import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bestDeterministic,
  bestStochastic,
  optimalValues,
  policyValue
} from '../../../peers/environments/exact.ts'
import { ascend } from '../../../peers/environments/policy-ascent.ts'
import { present } from '../../../src/core/assert.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { distance, range, rowOf, sum } from '../../support/numbers.ts'
import { forFleets } from './random-fleets.ts'
import { fleetWith } from './rows.ts'

/** mean_i J_i(π), peer by peer. */
function meanReturn(fleet: Fleet, policy: Float64Array): number {
  const values = new Float64Array(fleet.states)
  return sum(range(fleet.peers).map(i => policyValue(fleet, i, policy, values))) / fleet.peers
}

/** Of all policies that take one action in each state. */
function largestReturn(fleet: Fleet, chosen: readonly number[] = []): number {
  const { states, actions } = fleet
  if (chosen.length < states) {
    return Math.max(...range(actions).map(a => largestReturn(fleet, [...chosen, a])))
  }
  const policy = new Float64Array(states * actions)
  chosen.forEach((a, s) => {
    policy[s * actions + a] = 1
  })
  return meanReturn(fleet, policy)
}

describe('the best deterministic policy', () => {
  test('is better than any other, in mean return', () => {
    forFleets(fleet => {
      if (fleet.states > 5) return
      const best = present(bestDeterministic(fleet), 'a best one')
      expect(best.mean).toBeCloseTo(largestReturn(fleet), 12)
      expect(best.mean).toBeCloseTo(meanReturn(fleet, best.policy), 12)
      expect(best.mean).toBeCloseTo(sum(best.returns) / fleet.peers, 12)
      expect(best.policy.every(probability => probability === 0 || probability === 1)).toBe(true)
    })
  })

  test('is the optimal one where all peers are the same', () => {
    const fleet = fleetWith('riverswim', 4)
    const { states, evaluation } = fleet
    const optimum = sum(rowOf(optimalValues(fleet), 0, states).map((value, s) => evaluation[s]! * value))
    const best = present(bestDeterministic(fleet), 'a best one')
    expect(best.mean).toBeCloseTo(optimum, 12)
    expect(bestStochastic(fleet).policy).toEqual(best.policy)
  })

  test('is not looked for among more than 200,000 policies and environments, of which the same count once', () => {
    expect(bestDeterministic(fleetWith('riverswim', 1, { states: 18 }))).toBeUndefined()
    expect(bestDeterministic(fleetWith('riverswim', 500, { states: 10 }))).toBeDefined()
    expect(bestDeterministic(fleetWith('riverswim', 200, { states: 10, currentSpread: 0.5 }))).toBeUndefined()
  })
})

describe('the best stochastic policy', () => {
  test('is as good as the best deterministic one, not better than what each peer could have, nor improved by more of any action', () => {
    forFleets(fleet => {
      const { peers, states, actions, evaluation } = fleet
      const best = bestStochastic(fleet)
      const bound = sum(optimalValues(fleet).map((value, k) => evaluation[k % states]! * value)) / peers
      expect(best.mean).toBeGreaterThan(present(bestDeterministic(fleet), 'a best one').mean - 1e-11)
      expect(best.mean).toBeLessThan(bound + 1e-11)
      if (peers === 1) expect(best.mean).toBeCloseTo(bound, 10)
      for (const s of range(states)) {
        expect(sum(rowOf(best.policy, s, actions))).toBeCloseTo(1, 14)
        for (const a of range(actions)) {
          const changed = best.policy.slice()
          for (const b of range(actions))
            changed[s * actions + b] = 0.999 * changed[s * actions + b]! + (a === b ? 0.001 : 0)
          expect(meanReturn(fleet, changed)).toBeLessThan(best.mean + 1e-9)
        }
      }
    })
  })

  test('is also climbed to from what is best for one peer, where deterministic ones are too many', () => {
    const fleet = fleetWith('courtyard', 5, { heterogeneity: 1, kernels: 'each' })
    expect(bestDeterministic(fleet)).toBeUndefined()
    const { mean, policy } = bestStochastic(fleet)
    // The largest that ascents from 40 random deterministic policies found; the one from the uniform policy has 19.448.
    expect(mean).toBeCloseTo(20.1174, 4)
    expect(mean).toBeCloseTo(meanReturn(fleet, policy), 12)
  })

  test('is the optimum of a peer that is alone, however many policies there are', () => {
    const fleet = fleetWith('garnet', 1)
    expect(bestDeterministic(fleet)).toBeUndefined()
    expect(bestStochastic(fleet).mean).toBeCloseTo(sum(optimalValues(fleet)) / 30, 10)
  })

  test('leaves the policy that it starts from as it is', () => {
    const fleet = fleetWith('challenging-mdp', 2)
    const start = present(bestDeterministic(fleet), 'a best one')
    const kept = start.policy.slice()
    bestStochastic(fleet, start)
    expect(start.policy).toEqual(kept)
  })
})

/** The nearest distribution to `point`: max(0, x − level), the level found by halving. */
function nearestDistribution(point: readonly number[]): number[] {
  let [low, high] = [Math.min(...point) - 1, Math.max(...point)]
  for (const _ of range(200)) {
    const level = (low + high) / 2
    if (sum(point.map(x => Math.max(0, x - level))) > 1) low = level
    else high = level
  }
  return point.map(x => Math.max(0, x - low))
}

test('an ascent on −Σ_s d(s) ‖π(s) − c(s)‖² / 2 ends at the distributions nearest to c, whatever d is', () => {
  const entry = fc.integer({ min: -300, max: 300 }).map(x => x / 100)
  const visit = fc.constantFrom(0.01, 1, 50)
  fc.assert(
    fc.property(fc.array(fc.tuple(visit, entry, entry, entry), { minLength: 1, maxLength: 4 }), rows => {
      const visits = Float64Array.from(rows, ([d]) => d)
      const target = rows.flatMap(([, ...point]) => point)
      const end = ascend(
        policy => {
          const off = target.map((x, k) => x - policy[k]!)
          const gradient = Float64Array.from(off, (x, k) => visits[Math.floor(k / 3)]! * x)
          return { value: -sum(off.map((x, k) => gradient[k]! * x)) / 2, visits, gradient }
        },
        new Float64Array(target.length).fill(1 / 3),
        3
      )
      const expected = rows.flatMap(([, ...point]) => nearestDistribution(point))
      expect(distance(end, expected)).toBeLessThan(1e-4)
    }),
    { seed: 1, numRuns: 200 }
  )
})
