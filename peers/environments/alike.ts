/** Which peers have the same environment, which their types do not tell: peers of one type may be merely similar. */
import { createHash } from 'node:crypto'
import type { Fleet, SimulatedFleet } from '../../src/interfaces.ts'

/** Per peer the first that has the same environment: itself, or one before it. */
export function kindsOf(fleet: Fleet | SimulatedFleet): Int32Array {
  const firsts = new Map<string, number>()
  return Int32Array.from({ length: fleet.peers }, (_, i) => {
    const environment = fleet.kind === 'finite' ? tablesOf(fleet, i) : propertiesOf(fleet, i)
    const first = firsts.get(environment) ?? i
    firsts.set(environment, first)
    return first
  })
}

/** A digest of a peer's tables: as themselves those of many peers would take as much memory again. */
function tablesOf({ peers, rewards, successors, probabilities }: Fleet, peer: number): string {
  const digest = createHash('sha256')
  for (const table of [rewards, successors, probabilities]) {
    const length = table.byteLength / peers
    digest.update(new Uint8Array(table.buffer, table.byteOffset + peer * length, length))
  }
  return digest.digest('base64')
}

const propertiesOf = ({ types, properties }: SimulatedFleet, peer: number): string =>
  [types, ...Object.values(properties)].map(column => column[peer]).join()
