/** Whether what somebody else's `build` returned is a topology whose first graph is one. */
import { ExperimentError } from '../../src/core/errors.ts'
import { countOf, type Fields, fieldsOf, refuse, requireFields } from '../../src/core/fields.ts'

/** Throws an ExperimentError that says what of this topology of `peers` peers is missing or not as it must be. */
export function checkTopology(made: unknown, peers: number): void {
  const topology = fieldsOf(made, 'build must return a topology')
  requireFields(topology, ['name', 'peers', 'directed', 'period', 'graphAt', 'notes'])
  const { name, directed, period, graphAt, notes } = topology
  if (typeof name !== 'string') refuse('name', 'text', name)
  if (topology.peers !== peers) refuse('peers', `${peers}, as many as are asked for`, topology.peers)
  if (typeof directed !== 'boolean') refuse('directed', 'true or false', directed)
  if (period !== null) countOf(topology, 'period')
  if (!Array.isArray(notes)) refuse('notes', 'a list; [] will do', notes)
  if (typeof graphAt !== 'function') refuse('graphAt', 'a function of a round', graphAt)
  const graph: unknown = Reflect.apply(graphAt as () => unknown, topology, [0])
  const neighbours = neighboursOf(fieldsOf(graph, 'graphAt(0) must return a graph'), peers)
  if (!directed) checkBothWays(neighbours)
}

function neighboursOf({ neighbours }: Fields, peers: number): readonly (readonly number[])[] {
  if (!Array.isArray(neighbours) || neighbours.length !== peers)
    refuse('neighbours', `${peers} lists of peers`, neighbours)
  for (let i = 0; i < peers; i++) {
    const heard: unknown = neighbours[i]
    if (!Array.isArray(heard)) refuse(`neighbours[${i}]`, 'a list of peers', heard)
    let before = -1
    for (const j of heard as readonly unknown[]) {
      if (typeof j !== 'number' || !Number.isInteger(j) || j < 0 || j >= peers || j === i || j <= before)
        throw new ExperimentError(
          `neighbours[${i}] must be other peers from 0 to ${peers - 1}, ascending, not ${heard.slice(0, 8).join(', ')}`
        )
      before = j
    }
  }
  return neighbours
}

/** Rows are ascending, so peer i comes up next in the row of each peer that it hears, if that one hears it. */
function checkBothWays(neighbours: readonly (readonly number[])[]): void {
  const seen = new Int32Array(neighbours.length)
  for (const [i, heard] of neighbours.entries()) {
    for (const j of heard) {
      if (neighbours[j]![seen[j]!] !== i) {
        const [from, to] = neighbours[j]!.includes(i) ? [neighbours[j]![seen[j]!]!, j] : [j, i]
        throw new ExperimentError(
          `peer ${to} hears peer ${from}, which does not hear it; such a topology is directed: true`
        )
      }
      seen[j] = seen[j]! + 1
    }
  }
}
