/** Where topologies draw their peers: x, y in [0, 1], interleaved, y downwards. */

/** Evenly on a circle, peer 0 on top, clockwise. */
export function circleLayout(peers: number): Float64Array {
  const places = new Float64Array(2 * peers)
  for (let i = 0; i < peers; i++) {
    const angle = (2 * Math.PI * i) / peers
    places[2 * i] = 0.5 + 0.5 * Math.sin(angle)
    places[2 * i + 1] = 0.5 - 0.5 * Math.cos(angle)
  }
  return places
}

/**
 * Peer `row * columns + column` at its place in a rectangle. `bow`, in units of the distance between neighbours, bends
 * rows and columns outwards in their middle, so that a line from end to end does not hide behind its own row.
 */
export function rectangleLayout(rows: number, columns: number, bow: number): Float64Array {
  const places = new Float64Array(2 * rows * columns)
  for (let i = 0; i < rows * columns; i++) {
    const column = i % columns
    const row = (i - column) / columns
    places[2 * i] = (column + bow * arc(row, rows)) / (columns - 1 + bow)
    places[2 * i + 1] = (row + bow * arc(column, columns)) / (rows - 1 + bow)
  }
  return places
}

/** 0 at both ends, 1 in the middle. */
function arc(k: number, count: number): number {
  const t = count > 1 ? k / (count - 1) : 0
  return 4 * t * (1 - t)
}
