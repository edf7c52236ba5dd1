/** The fleet of a swarm: the environments of its peers, from one seed, placed on the graph. */
import type { EnvironmentFamily, Fleet } from '../src/interfaces.ts'
import { type Placement, placementOrder } from './placement.ts'

/** `peers` environments of `family`, whose `options` it has checked, in the order of `placement`. */
export function buildFleet<O>(
  family: EnvironmentFamily<O>,
  options: O,
  peers: number,
  placement: Placement,
  seed: string
): Fleet {
  const fleet = family.build(peers, options, seed)
  if (placement === 'given') return fleet
  const order = placementOrder(placement, fleet.types, seed)
  const pairs = fleet.states * fleet.actions
  const transitions = pairs * fleet.branching
  const successors = new Uint16Array(fleet.successors.length)
  const probabilities = new Float64Array(fleet.probabilities.length)
  const rewards = new Float64Array(fleet.rewards.length)
  order.forEach((c, i) => {
    successors.set(fleet.successors.subarray(c * transitions, (c + 1) * transitions), i * transitions)
    probabilities.set(fleet.probabilities.subarray(c * transitions, (c + 1) * transitions), i * transitions)
    rewards.set(fleet.rewards.subarray(c * pairs, (c + 1) * pairs), i * pairs)
  })
  return {
    ...fleet,
    labels: Array.from(order, c => fleet.labels[c]!),
    types: order.map(c => fleet.types[c]!),
    successors,
    probabilities,
    rewards
  }
}
