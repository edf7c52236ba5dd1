/** All that can happen to one peer of a tiny fleet in a few transitions, written out: the slow oracle of second moments. */
import { absorbingStates } from '../../peers/environments/exact.ts'
import type { Fleet } from '../../src/interfaces.ts'
import type { FleetShape } from './fleets.ts'

/** Of a fleet of which all that can happen can be written out. */
export const tiny: FleetShape = {
  peers: 1,
  states: 3,
  actions: 1,
  branching: 2,
  features: 2,
  noise: { kind: 'none' },
  absorbing: false
}

/** Parameters at which its samples are looked at: so far away from what stands for the solution. */
export const solution = Float64Array.of(0.7, -1.2)
export const away = [0.4, 0.9]
export const theta = away.map((e, j) => solution[j]! + e)

export interface Step {
  readonly state: number
  readonly next: number
  readonly reward: number
  /** The episode ends with it. */
  readonly ends: boolean
}

/** φ(s), of a fleet whose features are a table. */
export const featuresOf = ({ features }: Fleet, s: number): number[] => [
  ...features.table.subarray(s * features.stride, s * features.stride + features.count)
]

/** r + γ V(s') − V(s) for these parameters. */
export function differenceAt(fleet: Fleet, theta: readonly number[], { state, next, reward }: Step): number {
  const value = (s: number): number => featuresOf(fleet, s).reduce((sum, x, j) => sum + x * theta[j]!, 0)
  return reward + fleet.discount * value(next) - value(state)
}

/** Visits every path of `length` transitions of peer 0 from `state`, over the ends of episodes. */
export function visitPaths(
  fleet: Fleet,
  state: number,
  length: number,
  visit: (probability: number, path: readonly Step[]) => void
): void {
  const absorbing = absorbingStates(fleet)
  const path: Step[] = []
  const outcomes = Array.from({ length: fleet.states }, (_, s) => outcomesOf(fleet, s, absorbing[s] === 1))
  const goOn = (s: number, probability: number): void => {
    if (path.length === length) {
      visit(probability, path)
      return
    }
    for (const { step, chance } of outcomes[s]!) {
      path.push(step)
      if (step.ends && path.length < length)
        for (const [start, reset] of fleet.reset.entries()) goOn(start, probability * chance * reset)
      else goOn(step.next, probability * chance)
      path.pop()
    }
  }
  goOn(state, 1)
}

function outcomesOf(fleet: Fleet, state: number, ends: boolean): { step: Step; chance: number }[] {
  const { actions, branching, policy, probabilities, successors, rewards, noise } = fleet
  const found: { step: Step; chance: number }[] = []
  for (let a = 0; a < actions; a++) {
    const pair = state * actions + a
    const mean = rewards[pair]!
    const paid =
      noise.kind === 'bernoulli'
        ? [
            { reward: Math.sign(mean), chance: Math.abs(mean) },
            { reward: 0, chance: 1 - Math.abs(mean) }
          ]
        : [{ reward: mean, chance: 1 }]
    for (let at = pair * branching; at < (pair + 1) * branching; at++) {
      const likely = policy[state * actions + a]! * probabilities[at]!
      if (likely === 0) continue
      for (const { reward, chance } of paid)
        found.push({ step: { state, next: successors[at]!, reward, ends }, chance: likely * chance })
    }
  }
  return found
}
