/**
 * The wheel: peer 0, the hub, is a neighbour of every other peer, and these are the rim, a cycle 1, 2, …, N − 1.
 *
 * 2(N − 1) edges, degree 3 and N − 1 at the hub, diameter 2. Fourier modes k = 1, …, N − 2 of the rim (Davis, Circulant
 * Matrices, 1979) do not reach the hub and have the eigenvalues 1 − 1/N − sin²(πk/(N − 1)); the hub and the mean of the
 * rim, two by two, have 1 and 0. So the gap is 1/N + sin²(π/(N − 1)), about 1/N, as of the star. Up to four peers the
 * wheel is complete.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { hubLayout } from './parts/layouts.ts'
import { fixed } from './parts/topology.ts'

export const wheel: TopologyFamily<object> = {
  description: 'peer 0 in the middle, a neighbour of every other peer, and a cycle of these around it',
  picture: '⊕ hub and rim',
  options: z.strictObject({}),
  build: peers => fixed('wheel', undirectedGraph(peers, edges(peers))),
  metropolisEigenvalues(peers) {
    const values = new Float64Array(peers)
    values[0] = 1
    if (peers <= 4) return values
    for (let k = 1; k < peers - 1; k++) {
      const sine = Math.sin((Math.PI * k) / (peers - 1))
      values[k] = 1 - 1 / peers - sine * sine
    }
    return values.sort().reverse()
  },
  layout: hubLayout
}

function* edges(peers: number): Generator<[number, number]> {
  for (let i = 1; i < peers; i++) {
    yield [0, i]
    yield [i, (i % (peers - 1)) + 1]
  }
}
