/**
 * Circulant graphs of given offsets S: peer i and the peers i ± s modulo N, for every s in S, hear each other.
 *
 * N |S| edges and degree 2|S|; an offset N/2 is its own negative and counts N/2 edges and one neighbour. Connected if no
 * number but 1 divides N and all offsets. The diameter depends on S; two offsets can bring it down to about √(N/2)
 * (Boesch, Wang 1985). Eigenvalues (1 + 2 Σ_s cos(2πks/N)) / (1 + 2|S|), N/2 with the one term cos(πk): see
 * `circulant.ts`. S = {1} is the ring, {1, …, k/2} the ring lattice, {1, 2, 4, …} the exponential graph.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { circulantEigenvalues, circulantGraph } from './parts/circulants.ts'
import { circleLayout } from './parts/layouts.ts'
import { checkLinks } from './parts/most-links.ts'
import { fixed } from './parts/topology.ts'

const RULE = 'must be distances of at least 1, as 1+5'

/** Distances with `+` between them; a list is taken as well. */
const offsetsSchema = z.union(
  [
    z.string().regex(/^[1-9]\d*(\+[1-9]\d*)*$/, RULE),
    z
      .array(z.int().min(1))
      .min(1)
      .transform(list => list.join('+'))
  ],
  RULE
)

export const circulant: TopologyFamily<{ readonly offsets: string }> = {
  description: 'peers on a circle, neighbours at the distances `offsets` both ways, as 1+5',
  picture: '±1 ±5',
  options: z.strictObject({ offsets: offsetsSchema.default('1+5') }),
  build(peers, { offsets }) {
    const place = `circulant:offsets=${offsets}`
    const distances = distancesOf(offsets)
    const farthest = Math.max(...distances)
    if (2 * farthest > peers) {
      throw new ExperimentError(
        `${place}: the distance ${farthest} needs at least ${2 * farthest} peers, not ${peers}`
      )
    }
    const divisor = distances.reduce(greatestCommonDivisor, peers)
    if (divisor > 1) {
      throw new ExperimentError(
        `${place}: ${divisor} divides these distances and ${peers} peers, which fall apart into ${divisor} graphs; ` +
          `add a distance that ${divisor} does not divide`
      )
    }
    checkLinks('circulant', peers, 2 * peers * distances.length)
    return fixed('circulant', circulantGraph(peers, bothWays(distances)))
  },
  metropolisEigenvalues: (peers, { offsets }) => circulantEigenvalues(peers, bothWays(distancesOf(offsets))),
  layout: circleLayout
}

const distancesOf = (offsets: string): number[] => offsets.split('+').map(Number)

const bothWays = (distances: readonly number[]): number[] => distances.flatMap(s => [s, -s])

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
