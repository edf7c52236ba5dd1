/** Whether two peers have the same environment, which their types do not tell: peers of one type may be merely similar. */
import type { Fleet, SimulatedFleet } from '../../src/interfaces.ts'

export function areAlike(fleet: Fleet | SimulatedFleet, i: number, j: number): boolean {
  if (i === j) return true
  if (fleet.kind === 'simulated')
    return (
      fleet.types[i] === fleet.types[j] &&
      Object.values(fleet.properties).every(column => column[i] === column[j])
    )
  const pairs = fleet.states * fleet.actions
  return (
    equal(fleet.rewards, pairs, i, j) &&
    equal(fleet.probabilities, pairs * fleet.branching, i, j) &&
    equal(fleet.successors, pairs * fleet.branching, i, j)
  )
}

function equal(table: ArrayLike<number>, length: number, i: number, j: number): boolean {
  for (let k = 0; k < length; k++) if (table[i * length + k] !== table[j * length + k]) return false
  return true
}
