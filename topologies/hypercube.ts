/**
 * The hypercube: N = 2^D peers; i and j are neighbours if their binary numbers differ in one bit.
 *
 * Degree and diameter D = log₂ N; eigenvalues 1 − 2k/(D + 1), each binomial(D, k) times, so the gap is 2/(D + 1)
 * (Brouwer, Haemers, Spectra of Graphs, 2012).
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { fitted } from './parts/layouts.ts'
import { fixed } from './parts/topology.ts'

export const hypercube: TopologyFamily<object> = {
  description: 'N a power of two; neighbours differ in one binary digit of their number',
  picture: '□⊏□',
  options: z.strictObject({}),
  build(peers) {
    assertPowerOfTwo('hypercube', peers)
    return fixed('hypercube', undirectedGraph(peers, edges(peers)))
  },
  metropolisEigenvalues(peers) {
    let dimensions = 0
    for (let bit = 1; bit < peers; bit *= 2) dimensions++
    return Float64Array.from({ length: peers }, (_, i) => {
      let ones = 0
      for (let rest = i; rest > 0; rest >>= 1) ones += rest & 1
      return 1 - (2 * ones) / (dimensions + 1)
    })
      .sort()
      .reverse()
  },
  layout: hypercubeLayout
}

/** Throws an ExperimentError that names the powers of two beside `peers` unless it is one itself. */
export function assertPowerOfTwo(name: string, peers: number): void {
  let below = 1
  while (2 * below <= peers) below *= 2
  if (below !== peers) {
    throw new ExperimentError(
      `${name}: ${peers} peers is not a power of two; the nearest are ${below} and ${2 * below}`
    )
  }
}

/** Each pair of dimensions is drawn larger than the pair before by this factor, and turned further by this angle. */
const GROWTH = 1.6
const TURN = 0.5

/** Edges of one dimension are parallel and of one length: dimensions 2k and 2k + 1 are the sides of a turned square. */
export function hypercubeLayout(peers: number): Float64Array {
  const places = new Float64Array(2 * peers)
  let side = 1
  let angle = 0
  for (let bit = 1; bit < peers; bit *= 4) {
    const across = side * Math.cos(angle)
    const down = side * Math.sin(angle)
    for (let i = 0; i < peers; i++) {
      const x = i & bit ? 1 : 0
      const y = i & (2 * bit) ? 1 : 0
      places[2 * i] = places[2 * i]! + x * across - y * down
      places[2 * i + 1] = places[2 * i + 1]! + x * down + y * across
    }
    side *= GROWTH
    angle += TURN
  }
  return fitted(places)
}

function* edges(peers: number): Generator<[number, number]> {
  for (let i = 0; i < peers; i++) {
    for (let bit = 1; bit < peers; bit *= 2) if ((i & bit) === 0) yield [i, i | bit]
  }
}
