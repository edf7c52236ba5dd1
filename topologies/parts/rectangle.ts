/**
 * The shape of grids and tori: rows × columns, rows the largest divisor of N that is at most √N, so 16 = 4 × 4,
 * 12 = 3 × 4, and a prime 13 = 1 × 13. Peer `row * columns + column`.
 */
import { assert } from '../../src/core/assert.ts'

export interface Rectangle {
  readonly rows: number
  readonly columns: number
}

/** The squarest rectangle of `peers` places. */
export function squarest(peers: number): Rectangle {
  assert(Number.isInteger(peers) && peers >= 1, `a rectangle of ${peers} peers`)
  let rows = Math.floor(Math.sqrt(peers))
  while (peers % rows !== 0) rows--
  return { rows, columns: peers / rows }
}
