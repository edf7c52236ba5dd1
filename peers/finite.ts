/** Fleets of which everything is listed, for those who need that. */
import { ExperimentError } from '../src/core/errors.ts'
import type { Fleet, SimulatedFleet } from '../src/interfaces.ts'

/** The fleet, if it is one of finite MDPs. Throws an ExperimentError that names `whom` if it is not. */
export function requireFinite(fleet: Fleet | SimulatedFleet, whom: string): Fleet {
  if (fleet.kind === 'finite') return fleet
  throw new ExperimentError(
    `${whom} needs environments whose states are listed, and ${fleet.name} is simulated; reinforce and actor-critic learn in it`
  )
}

/** `readOut` of a learner called `name` that needs finite environments. */
export const ofFinite =
  <R>(name: string, readOut: R) =>
  (fleet: Fleet | SimulatedFleet): R => {
    requireFinite(fleet, name)
    return readOut
  }
