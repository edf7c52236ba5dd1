/**
 * The ring lattice: peers on a circle, each a neighbour of the k nearest, i ± 1, …, i ± k/2 modulo N, k even.
 *
 * N k/2 edges, degree k, diameter ⌈⌊N/2⌋ / (k/2)⌉; circulant, so the eigenvalues are (1 + 2 Σ_s cos(2πls/N)) / (1 + k),
 * s = 1, …, k/2, and with m = k/2 the gap shrinks as 2π² m(m + 1) / (3 N²): k = 2 is the ring. It is the small world of
 * Watts and Strogatz (Nature 1998) before any edge is rewired.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { circulantEigenvalues, circulantGraph } from './parts/circulants.ts'
import { circleLayout } from './parts/layouts.ts'
import { checkLinks } from './parts/most-links.ts'
import { fixed } from './parts/topology.ts'

export const ringLattice: TopologyFamily<{ readonly neighbours: number }> = {
  description: 'peers on a circle, each a neighbour of the `neighbours` nearest, half of them on either side',
  picture: '±1 ±2',
  options: z.strictObject({
    neighbours: z.int().min(2).multipleOf(2, 'must be an even number').default(4)
  }),
  build(peers, { neighbours }) {
    if (neighbours >= peers) {
      throw new ExperimentError(
        `ring-lattice:neighbours=${neighbours} needs at least ${neighbours + 1} peers, not ${peers}`
      )
    }
    checkLinks('ring-lattice', peers, peers * neighbours)
    return fixed('ring-lattice', circulantGraph(peers, offsets(neighbours)))
  },
  metropolisEigenvalues: (peers, { neighbours }) => circulantEigenvalues(peers, offsets(neighbours)),
  layout: circleLayout
}

const offsets = (neighbours: number): number[] =>
  Array.from({ length: neighbours / 2 }, (_, k) => k + 1).flatMap(s => [s, -s])
