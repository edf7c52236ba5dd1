import { expect, test } from 'vitest'
import { heterogeneity } from '../../../peers/environments/exact.ts'
import { garnet } from '../../../peers/environments/garnet.ts'
import { distance, range, rowOf, sum } from '../../support/numbers.ts'
import { forFleets } from './random-fleets.ts'

test('heterogeneity is the largest over all pairs of peers', () => {
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

test('that of transitions is left out above 2,000 peers', () => {
  const fleet = garnet.build(2001, garnet.options.parse({ states: 2 }), '1')
  expect(heterogeneity(fleet)).toMatchObject({ transitions: null, actionTransitions: null })
  expect(heterogeneity(fleet).rewards).toBeGreaterThan(0.04)
})
