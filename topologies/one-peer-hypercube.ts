/**
 * The one-peer hypercube: N = 2^D; in round r each peer averages with the one whose binary number differs from its own
 * in bit r mod D.
 *
 * Degree 1: a perfect matching every round, both ways. Any D rounds in a row average exactly, in whatever order
 * (recursive doubling; Shi et al. 2016). The undirected cousin of the one-peer exponential graph.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { assertPowerOfTwo, hypercubeLayout } from './hypercube.ts'
import { digitGroups, primeFactors } from './parts/mixed-radix.ts'
import { periodic } from './parts/topology.ts'
import { averaging, roundGraph } from './parts/weighted-round.ts'

export const onePeerHypercube: TopologyFamily<object> = {
  description:
    'N a power of two; pairs that differ in bit 0, 1, 2, … in turn; averages exactly in log₂ N rounds',
  picture: '○─○│○ ○│… ↺',
  options: z.strictObject({}),
  prescribesWeights: () => true,
  build(peers) {
    assertPowerOfTwo('one-peer-hypercube', peers)
    const everyone = Array.from({ length: peers }, (_, i) => i)
    const rounds = digitGroups(everyone, primeFactors(peers))
    return periodic(
      'one-peer-hypercube',
      rounds.map(groups => roundGraph(peers, averaging(groups)))
    )
  },
  layout: hypercubeLayout
}
