import { expect, test } from 'vitest'
import { cartPole } from '../../../peers/environments/cartpole.ts'
import { simulationsOf } from '../../../peers/environments/episodes.ts'
import { policyValue } from '../../../peers/environments/exact.ts'
import { asSimulated } from '../../../peers/environments/simulated.ts'
import { nextBelow, stream } from '../../../src/core/random.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { randomFleet, writtenFleet } from '../../support/fleets.ts'
import { range, sum } from '../../support/numbers.ts'
import { fleetWith } from './rows.ts'

const shape = { peers: 2, states: 4, actions: 2, branching: 3, features: 0, absorbing: false } as const

/** Steps of one peer from state s with action a, from draws of their own. */
function outcomes(fleet: Fleet, peer: number, s: number, a: number, count: number) {
  const simulation = asSimulated(fleet, 10).simulationOf(peer)
  const observation = new Float64Array(fleet.features.count)
  const random = stream('1', peer, `${s}/${a}`)
  return range(count).map(() => {
    simulation.state[0] = s
    simulation.step(a, random, observation)
    return { next: simulation.state[0]!, reward: simulation.reward }
  })
}

test('steps go where the tables say, as often as they say', () => {
  const fleet = randomFleet({ ...shape, noise: { kind: 'none' } }, 3)
  const count = 4000
  for (const i of range(2))
    for (const s of range(4))
      for (const a of range(2)) {
        const pair = (i * 4 + s) * 2 + a
        const chances = new Array<number>(4).fill(0)
        for (let k = 3 * pair; k < 3 * pair + 3; k++)
          chances[fleet.successors[k]!]! += fleet.probabilities[k]!
        const reached = outcomes(fleet, i, s, a, count)
        for (const [next, p] of chances.entries()) {
          const seen = reached.filter(outcome => outcome.next === next).length / count
          expect(Math.abs(seen - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / count))
        }
        expect(reached.every(({ reward }) => reward === fleet.rewards[pair])).toBe(true)
      }
})

test.each([
  [{ kind: 'bernoulli' } as const, 1],
  [{ kind: 'uniform', halfWidth: 0.3 } as const, 0.3 / Math.sqrt(3)]
])('rewards scatter about their mean: %o', (noise, deviation) => {
  const fleet = randomFleet({ ...shape, noise }, 3)
  for (const pair of range(8)) {
    const mean = fleet.rewards[pair]!
    const rewards = outcomes(fleet, 0, pair >> 1, pair & 1, 4000).map(({ reward }) => reward)
    expect(Math.abs(sum(rewards) / 4000 - mean)).toBeLessThan((5 * deviation) / Math.sqrt(4000))
    if (noise.kind === 'bernoulli') expect(rewards.every(r => r === 0 || r === Math.sign(mean))).toBe(true)
    else expect(Math.max(...rewards.map(r => Math.abs(r - mean)))).toBeLessThanOrEqual(0.3)
  }
})

test('an episode ends in a state that every action leads back to for nothing, and in no other', () => {
  const back = (s: number) => range(4).map(next => Number(next === s))
  const fleet = writtenFleet([
    {
      transitions: [
        [back(1), back(2), back(3)],
        [back(1), back(1), back(1)],
        [back(2), back(2), back(2)],
        [back(3), back(3), back(0)]
      ],
      rewards: [
        [0, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0]
      ]
    }
  ])
  const simulation = asSimulated(fleet, 10).simulationOf(0)
  const observation = new Float64Array(4)
  const ends = range(3).map(action => {
    simulation.state[0] = 0
    simulation.step(action, stream('1', 0, 'x'), observation)
    return simulation.terminated
  })
  expect(ends).toEqual([true, false, false])
})

test('what is seen of a state are its features', () => {
  for (const features of [0, 3]) {
    const fleet = randomFleet({ ...shape, features, noise: { kind: 'none' } }, 5)
    const simulated = asSimulated(fleet, 10)
    const simulation = simulated.simulationOf(1)
    const seen = new Float64Array(simulated.observations)
    const random = stream('1', 1, 'seen')
    simulation.reset(random, seen)
    for (const t of range(30)) {
      const s = simulation.state[0]!
      const { table, stride } = fleet.features
      expect([...seen]).toEqual(
        features === 0 ? range(4).map(k => Number(k === s)) : [...table.slice(s * stride, s * stride + 3)]
      )
      simulation.step(t & 1, random, seen)
    }
  }
})

test('the mean discounted return of its episodes is the exact value of the policy', () => {
  const fleet = fleetWith('frozen-lake', 2, { slipSpread: 0.2, discount: 0.9 })
  const simulated = asSimulated(fleet, 200)
  const values = new Float64Array(fleet.states)
  for (const i of range(2)) {
    const exact = policyValue(fleet, i, fleet.policy, values)
    const simulation = simulated.simulationOf(i)
    const observation = new Float64Array(simulated.observations)
    const random = stream('1', i, 'returns')
    const returns = range(20_000).map(() => {
      simulation.reset(random, observation)
      let total = 0
      let weight = 1
      for (let t = 0; t < 200 && !simulation.terminated; t++) {
        simulation.step(nextBelow(random, 4), random, observation)
        total += weight * simulation.reward
        weight *= 0.9
      }
      return total
    })
    const mean = sum(returns) / returns.length
    const error = Math.sqrt(sum(returns.map(x => (x - mean) * (x - mean)))) / returns.length
    expect(Math.abs(mean - exact)).toBeLessThan(4 * error)
  }
})

test('environments that are simulated stay as they are, and each peer has one, made once', () => {
  const fleet = cartPole.build(2, cartPole.options.parse({}), '1')
  expect(asSimulated(fleet, 3)).toBe(fleet)
  const simulationOf = simulationsOf(fleet)
  expect(simulationOf(0)).toBe(simulationOf(0))
  expect(simulationOf(1)).not.toBe(simulationOf(0))
})
