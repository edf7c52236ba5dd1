import { describe, expect, test } from 'vitest'
import {
  absorbingStates,
  exactValues,
  linearSystem,
  optimalValues,
  policyValue,
  stationaryDistributions
} from '../../../peers/environments/exact.ts'
import { garnet } from '../../../peers/environments/garnet.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { randomFleet, spelledOut } from '../../support/fleets.ts'
import { distance, range, rowOf, sum } from '../../support/numbers.ts'
import { forFleets, forScatteredFleets } from './random-fleets.ts'

/** Both kinds of fleets, if each peer has one recurrent class. */
function forErgodicFleets(check: (fleet: Fleet) => void): void {
  forFleets(check)
  let checked = 0
  forScatteredFleets(fleet => {
    if (range(fleet.peers).some(i => recurrentClasses(restarted(fleet, i)) > 1)) return
    check(fleet)
    checked++
  })
  expect(checked).toBeGreaterThan(50)
}

/** Every transition of peer i: s, a, s', their probability given s under the evaluated policy, and the mean reward. */
function* transitions(fleet: Fleet, i: number) {
  const { states, actions, branching, policy, successors, probabilities, rewards } = fleet
  for (const s of range(states)) {
    for (const a of range(actions)) {
      for (const k of range(branching)) {
        const pair = (i * states + s) * actions + a
        const at = pair * branching + k
        const probability = policy[s * actions + a]! * probabilities[at]!
        if (probability > 0) yield { s, a, next: successors[at]!, probability, reward: rewards[pair]! }
      }
    }
  }
}

/** P^π of peer i, where an absorbing state is left for a state drawn from `reset`. */
function restarted(fleet: Fleet, i: number): number[][] {
  const kernel = range(fleet.states).map(() => new Array<number>(fleet.states).fill(0))
  for (const { s, next, probability } of transitions(fleet, i)) kernel[s]![next]! += probability
  return kernel.map((row, s) => (row[s]! > 1 - 1e-12 ? [...fleet.reset] : row))
}

/** Warshall's closure, then the classes of states that everything they reach reaches back. */
function recurrentClasses(kernel: number[][]): number {
  const n = kernel.length
  const reaches = kernel.map((row, s) => row.map((p, next) => p > 0 || s === next))
  for (const k of range(n))
    for (const i of range(n)) for (const j of range(n)) reaches[i]![j] ||= reaches[i]![k]! && reaches[k]![j]!
  const recurrent = range(n).filter(s => range(n).every(t => !reaches[s]![t] || reaches[t]![s]))
  return new Set(recurrent.map(s => JSON.stringify(reaches[s]))).size
}

describe('stationary distributions', () => {
  test('are what very many steps of the restarted chain end at', () => {
    forErgodicFleets(fleet => {
      const stationary = stationaryDistributions(fleet)
      for (const i of range(fleet.peers)) {
        // Half of every step is spent waiting, against periodic chains; squared 30 times.
        let steps = restarted(fleet, i).map((row, s) => row.map((p, next) => (p + Number(s === next)) / 2))
        for (let k = 0; k < 30; k++) {
          steps = steps.map(row => {
            const squared = row.map((_, next) => sum(row.map((p, middle) => p * steps[middle]![next]!)))
            const total = sum(squared)
            return squared.map(p => p / total)
          })
        }
        expect(distance(rowOf(stationary, i, fleet.states), steps[0]!)).toBeLessThan(1e-12)
      }
    })
  })

  test('are refused exactly where a chain has several recurrent classes', () => {
    let refused = 0
    forScatteredFleets(fleet => {
      const several = range(fleet.peers).find(i => recurrentClasses(restarted(fleet, i)) > 1)
      if (several === undefined) stationaryDistributions(fleet)
      else {
        refused++
        expect(() => stationaryDistributions(fleet)).toThrow(
          `peer ${several} (random ${several}): more than one recurrent class: under its policy state `
        )
      }
    })
    expect(refused).toBeGreaterThan(20)
  })

  test('are exactly zero on states that do not recur', () => {
    // 0 → 1 ⇄ 2
    expect([...stationaryDistributions(chain([[1], [2], [1]]))]).toEqual([0, 0.5, 0.5])
  })

  test('restart from an absorbing state, which is found whatever the rounding of the policy', () => {
    // 0 → 1 → 2, which absorbs; episodes start in 0 or 1. Ten actions of 0.1 add up to 0.9999999999999999.
    const fleet = { ...chain([[1], [2], [2]], 10), reset: Float64Array.of(0.5, 0.5, 0) }
    expect([...absorbingStates(fleet)]).toEqual([0, 0, 1])
    expect(distance(stationaryDistributions(fleet), [1 / 5, 2 / 5, 2 / 5])).toBeLessThan(1e-15)
  })
})

/** One peer: from state s to one of `successors[s]`, all equally likely; reward s. */
function chain(successors: number[][], actions = 1): Fleet {
  const states = successors.length
  const branching = successors[0]!.length
  const base = randomFleet(
    { peers: 1, states, actions, branching, features: 0, noise: { kind: 'none' }, absorbing: false },
    1
  )
  return {
    ...base,
    policy: new Float64Array(states * actions).fill(1 / actions),
    successors: Uint16Array.from(successors.flatMap(row => range(actions).flatMap(() => row))),
    probabilities: new Float64Array(states * actions * branching).fill(1 / branching),
    rewards: Float64Array.from(successors.flatMap((_, s) => range(actions).fill(s)))
  }
}

describe('values', () => {
  test('are what value iteration ends at', () => {
    forErgodicFleets(fleet => {
      const { values } = exactValues({ ...fleet, ...oneHot(fleet) })
      for (const i of range(fleet.peers)) {
        let iterate = range(fleet.states).map(() => 0)
        for (let k = 0; k < 400; k++) {
          const next = iterate.map(() => 0)
          for (const t of transitions(fleet, i))
            next[t.s]! += t.probability * (t.reward + fleet.discount * iterate[t.next]!)
          iterate = next
        }
        expect(distance(rowOf(values, i, fleet.states), iterate)).toBeLessThan(1e-12)
      }
    })
  })

  test('the optimal ones are what optimal value iteration ends at', () => {
    forFleets(fleet => {
      const { states, actions, branching, discount } = fleet
      const optimal = optimalValues(fleet)
      for (const i of range(fleet.peers)) {
        let iterate = range(states).map(() => 0)
        for (let k = 0; k < 400; k++) {
          const before = iterate
          iterate = range(states).map(s =>
            Math.max(
              ...range(actions).map(a => {
                const pair = (i * states + s) * actions + a
                const ahead = range(branching).map(
                  k =>
                    fleet.probabilities[pair * branching + k]! *
                    before[fleet.successors[pair * branching + k]!]!
                )
                return fleet.rewards[pair]! + discount * sum(ahead)
              })
            )
          )
        }
        expect(distance(rowOf(optimal, i, states), iterate)).toBeLessThan(1e-12)
      }
    })
  })

  test('a policy that is given has its values, and their mean under `evaluation` as return', () => {
    // From 0 action 0 stays, action 1 leads to 1, which absorbs with reward 1 under both actions.
    const fleet: Fleet = {
      ...chain([[0], [1]], 2),
      successors: Uint16Array.of(0, 1, 1, 1),
      rewards: Float64Array.of(0, 0, 1, 1),
      evaluation: Float64Array.of(0.25, 0.75)
    }
    const values = new Float64Array(2)
    // V(1) = 1 / (1 − 0.9); V(0) = 0.9 (½ V(0) + ½ V(1)).
    expect(policyValue(fleet, 0, Float64Array.of(0.5, 0.5, 0.3, 0.7), values)).toBeCloseTo(
      0.25 * (4.5 / 0.55) + 7.5,
      12
    )
    expect(distance(values, [4.5 / 0.55, 10])).toBeLessThan(1e-13)
  })
})

/** The features of `fleet`, one-hot. */
const oneHot = ({ states }: Fleet): Pick<Fleet, 'features'> => ({
  features: { kind: 'one-hot', count: states, table: new Float64Array(0), stride: (states + 3) & ~3 }
})

describe('linear systems', () => {
  test('A and b are the expectations of φ(s)(φ(s) − γ φ(s′))ᵀ and r φ(s)', () => {
    forErgodicFleets(fleet => {
      const { states, discount, features } = fleet
      const d = features.count
      const phi = (s: number, j: number): number =>
        features.kind === 'one-hot' ? Number(j === s) : features.table[s * features.stride + j]!
      const stationary = stationaryDistributions(fleet)
      for (const i of range(fleet.peers)) {
        const a = new Float64Array(d * d)
        const b = new Float64Array(d)
        for (const { s, next, probability, reward } of transitions(fleet, i)) {
          const weight = stationary[i * states + s]! * probability
          for (const j of range(d)) {
            b[j]! += weight * reward * phi(s, j)
            for (const k of range(d))
              a[j * d + k]! += weight * phi(s, j) * (phi(s, k) - discount * phi(next, k))
          }
        }
        const [outA, outB] = [new Float64Array(d * d).fill(7), new Float64Array(d).fill(7)]
        linearSystem(fleet, i, rowOf(stationary, i, states), outA, outB)
        expect(distance(outA, a)).toBeLessThan(1e-14)
        expect(distance(outB, b)).toBeLessThan(1e-14)
      }
    })
  })

  test('are solved by the solutions of the peers, and their sum by that of the federation', () => {
    forErgodicFleets(fleet => {
      const { states, features, peers } = fleet
      const d = features.count
      const exact = exactValues(fleet)
      const residuals = new Float64Array(d)
      for (const i of range(peers)) {
        const [a, b] = [new Float64Array(d * d), new Float64Array(d)]
        linearSystem(fleet, i, rowOf(exact.stationary, i, states), a, b)
        const own = rowOf(exact.solutions, i, exact.stride)
        for (const j of range(d)) {
          const row = a.subarray(j * d, (j + 1) * d)
          expect(Math.abs(sum(row.map((x, k) => x * own[k]!)) - b[j]!)).toBeLessThan(1e-9)
          residuals[j]! += sum(row.map((x, k) => x * exact.solution[k]!)) - b[j]!
        }
      }
      expect(distance(residuals, new Float64Array(d))).toBeLessThan(1e-9)
    })
  })

  test('one-hot features spelled out as a table have the same solutions where all states recur', () => {
    const fleet = garnet.build(4, garnet.options.parse({ states: 6, branching: 6 }), '1')
    const [looked, multiplied] = [exactValues(fleet), exactValues(spelledOut(fleet))]
    expect(distance(multiplied.solutions, looked.solutions)).toBeLessThan(1e-12)
    expect(distance(multiplied.solution, looked.solution)).toBeLessThan(1e-12)
  })

  test('a state where nobody recurs has its exact value alone, and that of the mean environment together', () => {
    // Both peers: 1 ⇄ 2. Peer 0: 0 → 1, peer 1: 0 → 2.
    const [left, right] = [chain([[1], [2], [1]]), chain([[2], [2], [1]])]
    expect([...exactValues(left).solution.subarray(0, 3)]).toEqual([...exactValues(left).values])
    const both: Fleet = {
      ...left,
      peers: 2,
      labels: ['left', 'right'],
      successors: Uint16Array.of(...left.successors, ...right.successors),
      probabilities: Float64Array.of(...left.probabilities, ...right.probabilities),
      rewards: Float64Array.of(...left.rewards, ...right.rewards)
    }
    const { solution } = exactValues(both)
    expect(solution[0]).toBeCloseTo((0.9 * (solution[1]! + solution[2]!)) / 2, 12)
  })

  test('states that are visited hardly ever have their exact values, too', () => {
    // Up with probability 1e-4, else back to 0: the last state has μ of about 1e-24.
    const states = range(7)
    const fleet: Fleet = {
      ...chain(states.map(s => [Math.min(s + 1, 6), 0])),
      probabilities: Float64Array.from(states.flatMap(() => [1e-4, 1 - 1e-4]))
    }
    const { solution, values, stationary } = exactValues(fleet)
    expect(stationary[6]! / 1e-24).toBeCloseTo(1, 3)
    expect(distance(solution, values)).toBeLessThan(1e-12)
  })

  test('features that depend on each other are refused with the peer', () => {
    const base = garnet.build(2, garnet.options.parse({ states: 4, features: 2 }), '1')
    const table = base.features.table.map((_, at) => (at % 4 < 2 ? 1 : 0))
    expect(() => exactValues({ ...base, features: { ...base.features, table } })).toThrow(
      'peer 0 (garnet-0): the system of its 2 features is singular'
    )
  })
})
