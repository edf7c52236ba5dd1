import { describe, expect, test } from 'vitest'
import { heterogeneity } from '../../../peers/environments/exact.ts'
import { synthetic } from '../../../peers/environments/synthetic.ts'
import { buildFleet } from '../../../peers/fleet.ts'
import { distance, range, rowOf, sum } from '../../support/numbers.ts'
import { fleetWith } from './rows.ts'

test('has the sizes of the paper: 5 states, 4 actions, discount 0.99, all leads to all, episodes start anywhere', () => {
  const fleet = fleetWith('synthetic', 2)
  expect([fleet.states, fleet.actions, fleet.branching, fleet.discount]).toEqual([5, 4, 5, 0.99])
  expect(fleet.probabilities.every(mass => mass > 0)).toBe(true)
  expect([...fleet.reset]).toEqual(new Array(5).fill(0.2))
  expect([...fleet.evaluation]).toEqual(new Array(5).fill(0.2))
})

test.each([0, 1])('transitions are uniform on the simplex, at ε_p = %s', level => {
  const { probabilities } = fleetWith('synthetic', 1, { actions: 1000, heterogeneity: level })
  const squares = sum(probabilities.map(mass => mass * mass)) / probabilities.length
  // Of a uniform point of the simplex of n states each part has the mean 1/n and the mean square 2 / (n (n + 1)).
  expect(squares / (2 / 30)).toBeGreaterThan(0.97)
  expect(squares / (2 / 30)).toBeLessThan(1.03)
  for (const next of range(5)) {
    const mean = sum(probabilities.filter((_, at) => at % 5 === next)) / 5000
    expect(Math.abs(mean - 0.2)).toBeLessThan(0.01)
  }
})

test('rewards are the same for all peers, and uniform on [0, 1]', () => {
  const { rewards } = fleetWith('synthetic', 2, { actions: 1000 })
  expect(distance(rowOf(rewards, 0, 5000), rowOf(rewards, 1, 5000))).toBe(0)
  expect(rewards.every(mean => mean >= 0 && mean < 1)).toBe(true)
  expect(Math.abs(sum(rewards) / rewards.length - 0.5)).toBeLessThan(0.02)
  expect(Math.abs(sum(rewards.map(mean => mean * mean)) / rewards.length - 1 / 3)).toBeLessThan(0.02)
})

describe.each(['synthetic', 'courtyard'])('of %s peers', name => {
  /** P_c as a dense row-major table. */
  function tableOf(options: object, peer: number): Float64Array {
    const { states, actions, branching, successors, probabilities } = fleetWith(name, 4, options)
    const table = new Float64Array(states * actions * states)
    for (const pair of range(states * actions))
      for (const k of range(branching)) {
        const at = (peer * states * actions + pair) * branching + k
        table[pair * states + successors[at]!]! += probabilities[at]!
      }
    return table
  }

  test.each(['two', 'each'])('the kernel is (1 − ε_p) P + ε_p P_c: kernels=%s', kernels => {
    for (const peer of range(4)) {
      const common = tableOf({ heterogeneity: 0, kernels }, peer)
      const own = tableOf({ heterogeneity: 1, kernels }, peer)
      const mixed = tableOf({ heterogeneity: 0.3, kernels }, peer)
      const expected = common.map((mass, k) => 0.7 * mass + 0.3 * own[k]!)
      expect(distance(mixed, expected)).toBeLessThan(1e-15)
      expect(distance(common, own)).toBeGreaterThan(0.1)
    }
  })

  test('ε_P grows as ε_p does, from 0', () => {
    const spread = (level: number) =>
      heterogeneity(fleetWith(name, 4, { heterogeneity: level })).actionTransitions
    expect(spread(0)).toBe(0)
    expect(spread(0.4)).toBeCloseTo(0.4 * (spread(1) ?? Number.NaN), 14)
    expect(heterogeneity(fleetWith(name, 4)).rewards).toBe(0)
  })

  test('there are two kinds in turn, and one kind per peer with kernels=each', () => {
    const [first, second, third, fourth] = range(4).map(peer => tableOf({}, peer))
    expect(third).toEqual(first)
    expect(fourth).toEqual(second)
    expect(second).not.toEqual(first)
    expect([...fleetWith(name, 4).types]).toEqual([0, 1, 0, 1])
    const each = range(4).map(peer => tableOf({ kernels: 'each' }, peer).join())
    expect(new Set(each).size).toBe(4)
    expect([...fleetWith(name, 4, { kernels: 'each' }).types]).toEqual([0, 0, 0, 0])
  })
})

test('placed in clusters the first half is of the first kind, as in the paper', () => {
  const fleet = buildFleet(synthetic, synthetic.options.parse({}), 6, 'clustered', '1')
  expect([...fleet.types]).toEqual([0, 0, 0, 1, 1, 1])
})
