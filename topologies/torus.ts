/**
 * The torus: a grid whose rows and columns close, each in itself. Double edges merge: a torus of two rows has degree 3,
 * and a prime N, one row, is a ring.
 *
 * Degree 4, diameter ⌊rows/2⌋ + ⌊columns/2⌋. The product of two rings, so with equal degrees the eigenvalues are
 * (1 + a_i + b_j) / (1 + degree), a and b those of the rings' adjacencies, 2 cos(2πi/rows) and 2 cos(2πj/columns) where
 * there are three or more (Brouwer, Haemers 2012). The gap of a square is about 4π²/(5N); a long
 * rectangle mixes as slowly as its long side. The 4 × 4 torus is the 4-cube.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { cosineSums, residues } from './parts/circulants.ts'
import { undirectedGraph } from './parts/graph.ts'
import { circleLayout, rectangleLayout } from './parts/layouts.ts'
import { type Rectangle, squarest } from './parts/rectangle.ts'
import { fixed } from './parts/topology.ts'

const RING = [1, -1]

export const torus: TopologyFamily<object> = {
  description:
    'the squarest rectangle of N peers with rows and columns closed (one row, a ring, for a prime N)',
  picture: '┼┼┼ ↺',
  options: z.strictObject({}),
  build: peers => fixed('torus', undirectedGraph(peers, edges(squarest(peers)))),
  metropolisEigenvalues(peers) {
    const { rows, columns } = squarest(peers)
    const degree = residues(rows, RING).length + residues(columns, RING).length
    const down = cosineSums(rows, RING)
    const across = cosineSums(columns, RING)
    return Float64Array.from({ length: peers }, (_, i) => {
      const column = i % columns
      return (1 + down[(i - column) / columns]! + across[column]!) / (1 + degree)
    })
      .sort()
      .reverse()
  },
  layout(peers) {
    const { rows, columns } = squarest(peers)
    return rows === 1 ? circleLayout(peers) : rectangleLayout(rows, columns, 0.5)
  }
}

function* edges({ rows, columns }: Rectangle): Generator<[number, number]> {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      yield [i, row * columns + ((column + 1) % columns)]
      yield [i, ((row + 1) % rows) * columns + column]
    }
  }
}
