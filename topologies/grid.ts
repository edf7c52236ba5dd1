/**
 * The grid: rows × columns as near to a square as N allows; a peer hears the peers above, below, left and right of it.
 * A prime N has one row and is a path.
 *
 * Degree 2 to 4, diameter rows + columns − 2. With Metropolis weights the border leaves no closed form of the spectrum,
 * but that of the path for one row. The gap of a square is about 2/N; a long rectangle mixes as slowly as its long side.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { rectangleLayout, snakeLayout } from './parts/layouts.ts'
import { type Rectangle, squarest } from './parts/rectangle.ts'
import { fixed } from './parts/topology.ts'
import { path } from './path.ts'

export const grid: TopologyFamily<object> = {
  description: 'the squarest rectangle of N peers, four neighbours inside (one row, a path, for a prime N)',
  picture: '┼┼┼',
  options: z.strictObject({}),
  build: peers => fixed('grid', undirectedGraph(peers, edges(squarest(peers)))),
  metropolisEigenvalues: (peers, options) =>
    squarest(peers).rows === 1 ? path.metropolisEigenvalues?.(peers, options) : undefined,
  layout(peers) {
    const { rows, columns } = squarest(peers)
    return rows === 1 ? snakeLayout(peers) : rectangleLayout(rows, columns, 0)
  }
}

function* edges({ rows, columns }: Rectangle): Generator<[number, number]> {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      if (column + 1 < columns) yield [i, i + 1]
      if (row + 1 < rows) yield [i, i + columns]
    }
  }
}
