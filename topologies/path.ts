/**
 * The path: peer i hears i − 1 and i + 1 where they exist.
 *
 * Degree 1 at the ends, else 2; diameter N − 1; eigenvalues (1 + 2 cos(πk/N)) / 3, k = 0, …, N − 1, so that
 * path(N) mixes as slowly as ring(2N) (Brouwer, Haemers, Spectra of Graphs, 2012). For N = 2 both degrees are 1 and W = 11ᵀ/2.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { snakeLayout } from './parts/layouts.ts'
import { fixed } from './parts/topology.ts'

export const path: TopologyFamily<object> = {
  description: 'a line: a ring that lacks one edge',
  picture: '○─○─○─…─○',
  options: z.strictObject({}),
  build: peers => fixed('path', undirectedGraph(peers, edges(peers))),
  metropolisEigenvalues(peers) {
    if (peers === 2) return Float64Array.of(1, 0)
    return Float64Array.from({ length: peers }, (_, k) => (1 + 2 * Math.cos((Math.PI * k) / peers)) / 3)
  },
  layout: snakeLayout
}

function* edges(peers: number): Generator<[number, number]> {
  for (let i = 0; i + 1 < peers; i++) yield [i, i + 1]
}
