import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  absorbingStates,
  exactValues,
  heterogeneity,
  linearSystem,
  optimalValues,
  policyValue,
  stationaryDistributions
} from '../../../peers/environments/exact.ts'
import { file } from '../../../peers/environments/file.ts'
import { garnet } from '../../../peers/environments/garnet.ts'
import { solveInPlace } from '../../../src/core/linear.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { type FleetShape, randomFleet, spelledOut } from '../../support/fleets.ts'

const shapes: fc.Arbitrary<FleetShape> = fc.record({
  peers: fc.integer({ min: 1, max: 3 }),
  states: fc.integer({ min: 3, max: 8 }),
  actions: fc.integer({ min: 1, max: 3 }),
  branching: fc.integer({ min: 1, max: 3 }),
  features: fc.constantFrom(0, 1, 2, 3),
  noise: fc.constant({ kind: 'none' as const }),
  absorbing: fc.boolean()
})

/** Random fleets, whatever their recurrent classes. */
function forFleets(check: (fleet: Fleet) => void): void {
  fc.assert(
    fc.property(shapes, fc.nat(), (shape, seed) => check(randomFleet(shape, seed))),
    { seed: 1, numRuns: 100 }
  )
}

/** Random fleets with one recurrent class per peer. */
function forErgodicFleets(check: (fleet: Fleet) => void): void {
  forFleets(fleet => {
    if (
      Array.from({ length: fleet.peers }, (_, i) => recurrentClasses(restarted(fleet, i))).every(n => n === 1)
    )
      check(fleet)
  })
}

const range = (count: number): number[] => Array.from({ length: count }, (_, k) => k)
const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0)
const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(b, (value, k) => Math.abs(a[k]! - value)))
const rowOf = (matrix: Float64Array, i: number, width: number): Float64Array =>
  matrix.subarray(i * width, (i + 1) * width)

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
  test('are what the power iteration of the restarted chain ends at', () => {
    forErgodicFleets(fleet => {
      const stationary = stationaryDistributions(fleet)
      for (const i of range(fleet.peers)) {
        const kernel = restarted(fleet, i)
        let mass = kernel.map(() => 1 / fleet.states)
        // Half of every step is spent waiting, against periodic chains.
        for (let k = 0; k < 4000; k++) {
          const moved = mass.map((_, next) => sum(mass.map((m, s) => m * kernel[s]![next]!)))
          mass = mass.map((m, s) => (m + moved[s]!) / 2)
        }
        expect(distance(rowOf(stationary, i, fleet.states), mass)).toBeLessThan(1e-10)
      }
    })
  })

  test('are refused exactly where a chain has several recurrent classes', () => {
    forFleets(fleet => {
      const several = range(fleet.peers).find(i => recurrentClasses(restarted(fleet, i)) > 1)
      if (several === undefined) expect(() => stationaryDistributions(fleet)).not.toThrow()
      else
        expect(() => stationaryDistributions(fleet)).toThrow(
          `peer ${several} (random ${several}): more than one recurrent class: under its policy state `
        )
    })
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
      const { values } = exactValues({ ...fleet, features: chain([[0]]).features, ...oneHot(fleet) })
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

  test('features that depend on each other are refused with the peer', () => {
    const base = garnet.build(2, garnet.options.parse({ states: 4, features: 2 }), '1')
    const table = base.features.table.map((_, at) => (at % 4 < 2 ? 1 : 0))
    expect(() => exactValues({ ...base, features: { ...base.features, table } })).toThrow(
      'peer 0 (garnet-0): the system of its 2 features is singular'
    )
  })
})

const load = (name: string): Fleet => file.build(10, { path: `test/fixtures/${name}.json` }, '1')

describe.each(['hom', 'het'])('the published Garnets, %s', kind => {
  const fleet = load(`garnet_${kind}_N10`)
  const exact = exactValues(fleet)

  test('have the published μ, θ_i* and θ*, to 1e-12', async () => {
    const { expected } = await published(kind)
    expect(distance(rowOf(exact.stationary, 0, 30), expected.stat_dist_agent0)).toBeLessThan(1e-14)
    expect(distance(exact.solution, expected.theta_star)).toBeLessThan(1e-12)
    expect(distance(exact.solutions, expected.theta_local.flat())).toBeLessThan(1e-12)
  })

  test('give the published bias of FedLSA', async () => {
    const entries = Object.entries((await published(kind)).expected.fedlsa_bias_sq)
    for (const [key, squared] of entries.filter(([, squared]) => squared > 1e-13)) {
      const [stepSize, localSteps] = key.split('/').map(Number)
      expect(Math.abs(biasSquared(stepSize!, localSteps!) / squared - 1)).toBeLessThan(1e-6)
    }
  })

  /** ‖(mean_c (I − G_c))⁻¹ mean_c (I − G_c)(θ_c* − θ*)‖², G_c = (I − η A_c)^H. */
  function biasSquared(stepSize: number, localSteps: number): number {
    const d = 8
    const left = new Float64Array(d * d)
    const right = new Float64Array(d)
    for (const c of range(10)) {
      const [a, b] = [new Float64Array(d * d), new Float64Array(d)]
      linearSystem(fleet, c, rowOf(exact.stationary, c, 30), a, b)
      let power = identity(d)
      const step = identity(d).map((x, k) => x - stepSize * a[k]!)
      for (let h = 0; h < localSteps; h++) power = product(power, step, d)
      const own = rowOf(exact.solutions, c, exact.stride)
      for (const i of range(d)) {
        for (const j of range(d)) {
          const entry = Number(i === j) - power[i * d + j]!
          left[i * d + j]! += entry / 10
          right[i]! += (entry * (own[j]! - exact.solution[j]!)) / 10
        }
      }
    }
    solveInPlace(left, right, d)
    return sum(right.map(x => x * x))
  }
})

interface Published {
  readonly expected: {
    readonly theta_star: number[]
    readonly theta_local: number[][]
    readonly stat_dist_agent0: number[]
    readonly fedlsa_bias_sq: Record<string, number>
  }
}

async function published(kind: string): Promise<Published> {
  const { default: json } = await import(`../../fixtures/garnet_${kind}_N10.json`, { with: { type: 'json' } })
  return json
}

const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0))

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * b[k * n + j]!
  return out
}

describe('heterogeneity', () => {
  test('of the published Garnets: ε_P = 0.0087 and 1, ε_r = 0.0193 and 1.96', () => {
    const [similar, opposite] = [heterogeneity(load('garnet_hom_N10')), heterogeneity(load('garnet_het_N10'))]
    expect(similar.transitions).toBeCloseTo(0.0087, 4)
    expect(similar.rewards).toBeCloseTo(0.0193, 4)
    expect(opposite.transitions).toBe(1)
    expect(opposite.rewards).toBeCloseTo(1.96, 2)
  })

  test('is the largest over all pairs of peers', () => {
    forFleets(fleet => {
      const { peers, states, actions, branching } = fleet
      const dense = (i: number, weightOf: (s: number, a: number) => number, perAction: boolean) => {
        const rows = range(states * actions).map(() => new Array<number>(states).fill(0))
        for (const pair of range(states * actions)) {
          const [s, a] = [Math.floor(pair / actions), pair % actions]
          for (const k of range(branching)) {
            const at = (i * states * actions + pair) * branching + k
            rows[perAction ? pair : s]![fleet.successors[at]!]! += weightOf(s, a) * fleet.probabilities[at]!
          }
        }
        return rows
      }
      const widest = (weightOf: (s: number, a: number) => number, perAction: boolean): number => {
        const all = range(peers).map(i => dense(i, weightOf, perAction))
        const half = (p: number[], q: number[]) => sum(p.map((x, k) => Math.abs(x - q[k]!))) / 2
        return Math.max(...all.flatMap(x => all.flatMap(y => x.map((row, k) => half(row, y[k]!)))))
      }
      const { transitions, actionTransitions, rewards } = heterogeneity(fleet)
      expect(transitions).toBeCloseTo(
        widest((s, a) => fleet.policy[s * actions + a]!, false),
        12
      )
      expect(actionTransitions).toBeCloseTo(
        widest(() => 1, true),
        12
      )
      const size = states * actions
      const gaps = range(peers).flatMap(i =>
        range(peers).map(j => distance(rowOf(fleet.rewards, i, size), rowOf(fleet.rewards, j, size)))
      )
      expect(rewards).toBe(Math.max(...gaps))
    })
  })

  test('of transitions is left out above 2,000 peers', () => {
    const fleet = garnet.build(2001, garnet.options.parse({ states: 2 }), '1')
    expect(heterogeneity(fleet)).toMatchObject({ transitions: null, actionTransitions: null })
    expect(heterogeneity(fleet).rewards).toBeGreaterThan(0.04)
  })
})

describe('ChallengingMDP', () => {
  const fleet = load('challenging-mdp')
  const values = new Float64Array(7)
  const uniform = new Float64Array(28).fill(0.25)

  test('the uniform policy has the return 82.0761 in both types', () => {
    expect(policyValue(fleet, 0, uniform, values)).toBeCloseTo(82.0761, 4)
    expect(policyValue(fleet, 9, uniform, values)).toBeCloseTo(82.0761, 4)
  })

  test('each type alone could have 97.558', () => {
    const optimal = optimalValues(fleet)
    for (const i of [0, 9]) expect(sum(rowOf(optimal, i, 7)) / 7).toBeCloseTo(97.558, 3)
  })

  test('no deterministic policy that both types share has more than 63.065', () => {
    const best = range(4 ** 7).map(code => {
      const policy = new Float64Array(28)
      for (const s of range(7)) policy[s * 4 + (Math.floor(code / 4 ** s) % 4)] = 1
      return (policyValue(fleet, 0, policy, values) + policyValue(fleet, 9, policy, values)) / 2
    })
    expect(best.reduce((most, value) => Math.max(most, value))).toBeCloseTo(63.065, 3)
  })
})
