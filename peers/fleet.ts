/** The fleet of a swarm: the environments of its peers, from one seed, placed on the graph. */
import type { EnvironmentFamily, Fleet, SimulatedFleet } from '../src/interfaces.ts'
import { watchedSimulations } from './environments/finite-steps.ts'
import { type Placement, placementOrder } from './placement.ts'

/** `peers` environments of `family`, whose `options` it has checked, in the order of `placement`. */
export function buildFleet<O, F extends Fleet | SimulatedFleet>(
  family: EnvironmentFamily<O, F>,
  options: O,
  peers: number,
  placement: Placement,
  seed: string
): F {
  const fleet = placed(family.build(peers, options, seed), placement, seed)
  return family.watched === true && fleet.kind === 'simulated'
    ? { ...fleet, simulationOf: watchedSimulations(fleet) }
    : fleet
}

function placed<F extends Fleet | SimulatedFleet>(fleet: F, placement: Placement, seed: string): F {
  if (placement === 'given') return fleet
  const order = placementOrder(placement, fleet.types, seed)
  return {
    ...fleet,
    ...(fleet.kind === 'finite' ? placedTables(fleet, order) : placedSimulations(fleet, order)),
    labels: Array.from(order, c => fleet.labels[c]!),
    types: order.map(c => fleet.types[c]!)
  }
}

function placedTables(
  fleet: Fleet,
  order: Int32Array
): Pick<Fleet, 'successors' | 'probabilities' | 'rewards'> {
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
  return { successors, probabilities, rewards }
}

const placedSimulations = (
  { simulationOf, properties }: SimulatedFleet,
  order: Int32Array
): Pick<SimulatedFleet, 'simulationOf' | 'properties'> => ({
  simulationOf: i => simulationOf(order[i]!),
  properties: Object.fromEntries(
    Object.entries(properties).map(([name, column]) => [name, Float64Array.from(order, c => column[c]!)])
  )
})
