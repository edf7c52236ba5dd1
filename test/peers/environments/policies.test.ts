import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { optimalValues } from '../../../peers/environments/exact.ts'
import { environments } from '../../../peers/environments/index.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { range, sum } from '../../support/numbers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { fleetWith, rewardOf, successorsOf } from './rows.ts'

const names = Object.entries(environments)
  .filter(
    ([name, family]) => name !== 'file' && family.build(1, family.options.parse({}), '1').kind === 'finite'
  )
  .map(([name]) => name)

/** Policy of state s. */
const rowOf = ({ actions, policy }: Fleet, s: number): number[] => [
  ...policy.subarray(s * actions, (s + 1) * actions)
]

describe.each(names)('%s', name => {
  test('evaluates the uniform policy unless told otherwise', () => {
    const { policy, actions } = fleetWith(name, 2)
    expect(new Set(policy)).toEqual(new Set([1 / actions]))
  })

  test('evaluates one action per state, drawn from the seed', () => {
    const fleet = fleetWith(name, 2, { policy: 'deterministic' })
    for (const s of range(fleet.states)) expect(rowOf(fleet, s).toSorted().at(-1)).toBe(1)
    expect(sum(fleet.policy)).toBe(fleet.states)
    const others = ['2', '3', '4'].map(seed => fleetWith(name, 2, { policy: 'deterministic' }, seed).policy)
    expect(others.some(other => other.some((mass, k) => mass !== fleet.policy[k]))).toBe(true)
  })

  test('with ε = 0 and peers that are alike evaluates a policy that is worth V*', () => {
    const given = { policy: 'epsilon-greedy', epsilon: 0, ...(name === 'garnet' ? { perturbation: 0 } : {}) }
    const fleet = fleetWith(name, 1, given)
    const { states, actions, discount } = fleet
    const best = optimalValues(fleet)
    const scale = Math.max(1, ...best.map(Math.abs))
    for (const s of range(states)) {
      const q = range(actions).map(a => {
        const ahead = Object.entries(successorsOf(fleet, 0, s, a)).map(([next, p]) => p * best[Number(next)]!)
        return rewardOf(fleet, 0, s, a) + discount * sum(ahead)
      })
      // The lowest of the best actions: Q may differ by rounding.
      const first = q.findIndex(value => value > Math.max(...q) - 1e-10 * scale)
      expect(rowOf(fleet, s).indexOf(1)).toBe(first)
    }
  })
})

test('ε is shared by all actions, the rest goes to the best one', () => {
  const fleet = fleetWith('random-walk', 2, { policy: 'epsilon-greedy', epsilon: 0.2 })
  for (const s of range(19)) expect(rowOf(fleet, s + 1)).toEqual([0.1, expect.closeTo(0.9, 15)])
  // In the ends all actions are alike: the lowest is taken.
  expect(rowOf(fleet, 0)).toEqual([expect.closeTo(0.9, 15), 0.1])
})

test('of actions that symmetry makes equal the lowest is taken, whatever rounding says', () => {
  for (const size of [5, 6, 7, 8, 9]) {
    const fleet = fleetWith('gridworld', 1, { size, slip: 0.3, policy: 'epsilon-greedy', epsilon: 0 })
    // From the lower left corner to the upper right one, up (0) is as good as right (1).
    for (const k of range(size - 1)) expect(rowOf(fleet, (size - 1 - k) * size + k)).toEqual([1, 0, 0, 0])
  }
})

test('the best action is that of the mean environment, not that of most peers', () => {
  const garnet = {
    heterogeneity: 'opposite',
    policy: 'epsilon-greedy',
    epsilon: 0,
    perturbation: 0,
    discount: 0
  }
  const fleet = fleetWith('garnet', 4, { ...garnet, states: 8 })
  // Rewards are +r of two peers and −r of two: in the mean all actions pay 0.
  expect([...fleet.policy]).toEqual(range(16).map(k => (k % 2 === 0 ? 1 : 0)))
  const three = fleetWith('garnet', 3, { ...garnet, states: 8 })
  for (const s of range(8)) {
    const means = range(2).map(a => sum(range(3).map(i => rewardOf(three, i, s, a))))
    expect(rowOf(three, s).indexOf(1)).toBe(means.indexOf(Math.max(...means)))
  }
})

describe('a table from a file', () => {
  const written = (content: unknown): string => {
    const path = join(temporaryFolder(), 'policy.json')
    writeFileSync(path, JSON.stringify(content))
    return path
  }

  test('holds per state an action or probabilities', () => {
    const policy = written([1, [0.25, 0.75], 0])
    const fleet = fleetWith('random-walk', 1, { states: 1, policy })
    expect([...fleet.policy]).toEqual([0, 1, 0.25, 0.75, 1, 0])
  })

  test.each([
    [[1, 0], 'the file is a list of 2; it must be a list of 3, one per state'],
    [[1, 0, 2], '[2] is 2; it must be a whole number from 0 to 1'],
    [[1, 0, [0.5, 0.6]], '[2] sums to 1.1; probabilities must sum to 1 within 1e-9'],
    [{ policy: 1 }, 'the file is an object; it must be a list of 3, one per state']
  ])('refuses %j', (content, message) => {
    const policy = written(content)
    expect(() => fleetWith('random-walk', 1, { states: 1, policy })).toThrow(`${policy}: ${message}`)
  })

  test('that is not there is refused', () => {
    expect(() => fleetWith('riverswim', 1, { policy: 'nowhere.json' })).toThrow(
      'cannot read nowhere.json: there is no such file'
    )
  })
})

test('a policy that does not exist is refused with those that do', () => {
  expect(() => fleetWith('riverswim', 1, { policy: 'greedy' })).toThrow(
    "must be 'uniform', 'deterministic', 'epsilon-greedy' or the path of a table, as in 'policy.json'"
  )
})
