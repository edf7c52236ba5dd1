/** What a fleet's tables say, row by row. */
import { environments } from '../../../peers/environments/index.ts'
import { requireFinite } from '../../../peers/finite.ts'
import { present } from '../../../src/core/assert.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { range } from '../../support/numbers.ts'

/** A fleet of the environment `name` with `options` as a user writes them. */
export function fleetWith(name: string, peers: number, options: object = {}, seed = '1'): Fleet {
  const family = present(environments[name], name)
  return requireFinite(family.build(peers, family.options.parse(options), seed), name)
}

/** P(·|s, a) of peer i: probabilities of the next states that have any. */
export function successorsOf(fleet: Fleet, i: number, s: number, a: number): Record<number, number> {
  const { states, actions, branching, successors, probabilities } = fleet
  const first = ((i * states + s) * actions + a) * branching
  const row = range(branching).map(k => [successors[first + k]!, probabilities[first + k]!] as const)
  return Object.fromEntries(row.filter(([, mass]) => mass > 0))
}

/** r(s, a) of peer i. */
export const rewardOf = ({ states, actions, rewards }: Fleet, i: number, s: number, a: number): number =>
  rewards[(i * states + s) * actions + a]!

/** Probability, next state and reward of the things that a step may come to, as Gymnasium's tables list them. */
export type Listed = readonly (readonly [probability: number, next: number, reward: number])[]

/** The largest difference between the tables of peer i and rules that list outcomes. */
export function distanceFromRules(fleet: Fleet, i: number, rules: (s: number, a: number) => Listed): number {
  const { states, actions } = fleet
  let largest = 0
  for (const s of range(states))
    for (const a of range(actions)) {
      const expected = new Array<number>(states).fill(0)
      let reward = 0
      for (const [mass, next, paid] of rules(s, a)) {
        expected[next]! += mass
        reward += mass * paid
      }
      const row = successorsOf(fleet, i, s, a)
      const gaps = expected.map((mass, next) => Math.abs(mass - (row[next] ?? 0)))
      largest = Math.max(largest, Math.abs(reward - rewardOf(fleet, i, s, a)), ...gaps)
    }
  return largest
}

/** V* of rules that list outcomes, by value iteration until nothing changes by more than 1e-13. */
export function valueIteration(
  states: number,
  actions: number,
  discount: number,
  rules: (s: number, a: number) => Listed
): number[] {
  const table = range(states).map(s => range(actions).map(a => rules(s, a)))
  let values = new Array<number>(states).fill(0)
  for (;;) {
    const next = table.map(row =>
      Math.max(
        ...row.map(listed =>
          listed.reduce((sum, [mass, to, reward]) => sum + mass * (reward + discount * values[to]!), 0)
        )
      )
    )
    const change = Math.max(...next.map((value, s) => Math.abs(value - values[s]!)))
    values = next
    if (change < 1e-13) return values
  }
}

/** The largest less the smallest. */
export const widthOf = (values: readonly number[]): number => Math.max(...values) - Math.min(...values)
