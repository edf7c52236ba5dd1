import { describe, expect, test } from 'vitest'
import { heterogeneity } from '../../../peers/environments/exact.ts'
import { garnet } from '../../../peers/environments/garnet.ts'
import type { Fleet } from '../../../src/interfaces.ts'

const build = (peers: number, given: object = {}, seed = '1'): Fleet =>
  garnet.build(peers, garnet.options.parse(given), seed)

/** What peer i has of a flat, peer-major array. */
const part = <T>(values: ArrayLike<T>, peers: number, i: number): T[] =>
  Array.from(values).slice((i * values.length) / peers, ((i + 1) * values.length) / peers)

test('peer c is the same in a fleet of 4 and in one of 40', () => {
  for (const given of [{}, { heterogeneity: 'opposite', features: 3 }]) {
    const few = build(4, given)
    const many = build(40, given)
    for (const key of ['successors', 'probabilities', 'rewards', 'labels', 'types'] as const)
      expect(Array.from<unknown>(few[key])).toEqual(Array.from<unknown>(many[key]).slice(0, few[key].length))
    expect(few.features).toEqual(many.features)
  }
})

test('one seed gives the same bits, two seeds differ in every random part', () => {
  const given = { features: 3, policy: 'deterministic' }
  expect(build(3, given)).toEqual(build(3, given))
  const other = build(3, given, '2')
  for (const key of ['successors', 'probabilities', 'rewards', 'policy', 'features'] as const)
    expect(build(3, given)[key]).not.toEqual(other[key])
})

test('an option changes nothing of what does not depend on it', () => {
  expect(build(2, { features: 5, policy: 'deterministic', discount: 0.5 }).probabilities).toEqual(
    build(2).probabilities
  )
})

test('each state and action has `branching` different successors, and all states are drawn', () => {
  const { successors } = build(1, { states: 12, actions: 40, branching: 3 })
  for (let row = 0; row < successors.length; row += 3) {
    const [i, j, k] = successors.subarray(row, row + 3)
    expect(i! < j! && j! < k!).toBe(true)
  }
  expect(new Set(successors).size).toBe(12)
})

describe('perturbation', () => {
  test('all peers share the support', () => {
    const { successors } = build(3)
    expect(part(successors, 3, 1)).toEqual(part(successors, 3, 0))
    expect(part(successors, 3, 2)).toEqual(part(successors, 3, 0))
  })

  test('level 0 gives identical peers', () => {
    expect(heterogeneity(build(5, { perturbation: 0 }))).toEqual({
      transitions: 0,
      actionTransitions: 0,
      rewards: 0
    })
  })

  test('rewards differ by less than the level and stay in [0, 1]', () => {
    const fleet = build(50, { perturbation: 0.3 })
    const spread = heterogeneity(fleet).rewards
    expect(spread).toBeGreaterThan(0.25)
    expect(spread).toBeLessThan(0.3)
    expect(Math.min(...fleet.rewards)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...fleet.rewards)).toBeLessThanOrEqual(1)
  })

  test('with two successors probabilities lie in [1, 1 + level] / (2 + level)', () => {
    const { probabilities } = build(20, { perturbation: 0.5 })
    expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(1 / 2.5)
    expect(Math.max(...probabilities)).toBeLessThanOrEqual(1.5 / 2.5)
  })
})

describe('opposite', () => {
  const fleet = build(4, { heterogeneity: 'opposite' })

  test('types alternate, with rewards of opposite sign', () => {
    expect([...fleet.types]).toEqual([0, 1, 0, 1])
    const even = part(fleet.rewards, 4, 0)
    expect(part(fleet.rewards, 4, 1)).toEqual(even.map(mean => -mean))
    expect(part(fleet.rewards, 4, 2)).toEqual(even)
  })

  test('the types have different supports, their peers the same with a little perturbation', () => {
    expect(part(fleet.successors, 4, 2)).toEqual(part(fleet.successors, 4, 0))
    expect(part(fleet.successors, 4, 1)).not.toEqual(part(fleet.successors, 4, 0))
    expect(heterogeneity(fleet).transitions).toBeGreaterThan(0.99)
    const even = build(3, { heterogeneity: 'opposite' })
    const [first, second] = [part(even.probabilities, 3, 0), part(even.probabilities, 3, 2)]
    const differences = first.map((p, k) => Math.abs(p - second[k]!))
    expect(Math.max(...differences)).toBeGreaterThan(0)
    expect(Math.max(...differences)).toBeLessThan(0.05 / 2.05)
  })
})

test('features are positive and sum to 1 in every state, and their rows are padded with zeros', () => {
  const { features } = build(1, { features: 5 })
  expect(features).toMatchObject({ kind: 'table', count: 5, stride: 8 })
  for (let s = 0; s < 30; s++) {
    const row = features.table.subarray(s * 8, s * 8 + 8)
    expect(Math.min(...row.subarray(0, 5))).toBeGreaterThan(0)
    expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 14)
    expect([...row.subarray(5)]).toEqual([0, 0, 0])
  }
})

test('the evaluated policy is uniform, or one action per state, not the same in all', () => {
  expect(new Set(build(1, { actions: 4 }).policy)).toEqual(new Set([0.25]))
  const { policy } = build(1, { policy: 'deterministic' })
  const chosen = Array.from({ length: 30 }, (_, s) => policy.subarray(2 * s, 2 * s + 2).indexOf(1))
  expect(new Set(chosen)).toEqual(new Set([0, 1]))
})

test('noise is Bernoulli, none, or uniform with a half-width', () => {
  expect(build(1).noise).toEqual({ kind: 'bernoulli' })
  expect(build(1, { noise: 'none' }).noise).toEqual({ kind: 'none' })
  expect(build(1, { noise: 0.25 }).noise).toEqual({ kind: 'uniform', halfWidth: 0.25 })
})

test.each([
  [{ states: 1 }, ['states'], '>=2'],
  [{ states: 2.5 }, ['states'], 'int'],
  [{ actions: 0 }, ['actions'], '>=1'],
  [{ states: 4, branching: 5 }, ['branching'], 'must be at most the number of states'],
  [{ features: 'tiles' }, ['features'], "must be 'one-hot' or a whole number"],
  [{ discount: 1 }, ['discount'], '<1'],
  [{ discount: -0.1 }, ['discount'], '>=0'],
  [{ noise: 'gauss' }, ['noise'], "must be 'bernoulli', 'none' or a number, the half-width of uniform noise"],
  [{ perturbation: 1.5 }, ['perturbation'], '<=1'],
  [{ heterogeneity: 'some' }, ['heterogeneity'], '"perturbation"|"opposite"'],
  [{ policy: 'greedy' }, ['policy'], "must be 'uniform', 'deterministic', 'epsilon-greedy' or the path of"],
  [{ size: 3 }, [], '"size"']
])('refuses %j', (given, path, message) => {
  const issue = garnet.options.safeParse(given).error?.issues[0]
  expect(issue?.path).toEqual(path)
  expect(issue?.message).toContain(message)
})

test('a fleet that would not fit in memory is refused', () => {
  expect(() => build(100_000, { states: 1000 })).toThrow(
    'garnet: 100000 peers have 400000000 transitions; peers × states × actions × branching must be at most 200000000'
  )
})
