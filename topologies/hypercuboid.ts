/**
 * The p-peer hyper-cuboid: N = f_1 ⋯ f_J with its prime factors, ascending; in round r all peers whose numbers differ
 * only in the mixed-radix digit j = 1 + r mod J average, W_ij = 1/f_j.
 *
 * Degree f_j − 1 in round j; any J rounds in a row average exactly, for every N (Nguyen, Jiang, Ying, Uribe 2025). For N
 * a power of two this is the one-peer hypercube, for N prime the complete graph.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { digitGroups, primeFactors } from './parts/mixed-radix.ts'
import { periodic } from './parts/topology.ts'
import { averaging, MOST_LINKS, roundGraph } from './parts/weighted-round.ts'

export const hypercuboid: TopologyFamily<object> = {
  description: 'one round for each prime factor of N, in groups of that size; averages exactly for every N',
  picture: '2│3│5│… ↺',
  options: z.strictObject({}),
  prescribesWeights: () => true,
  build(peers) {
    if (links(peers) > MOST_LINKS) {
      throw new ExperimentError(
        `hypercuboid: ${peers} peers would have ${links(peers).toLocaleString('en-US')} links in a period, at most ` +
          `${MOST_LINKS.toLocaleString('en-US')} are possible; try ${possibleBelow(peers)} peers`
      )
    }
    const everyone = Array.from({ length: peers }, (_, i) => i)
    const rounds = digitGroups(everyone, primeFactors(peers))
    return periodic(
      'hypercuboid',
      rounds.map(groups => roundGraph(peers, averaging(groups)))
    )
  }
}

/** Of a whole period, each in its direction. */
const links = (peers: number): number =>
  primeFactors(peers).reduce((sum, factor) => sum + peers * (factor - 1), 0)

/** The nearest smaller number of peers that has few enough links. */
function possibleBelow(peers: number): number {
  let fewer = peers - 1
  while (links(fewer) > MOST_LINKS) fewer--
  return fewer
}
