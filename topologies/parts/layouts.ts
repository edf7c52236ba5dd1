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

/** Peer 0 in the middle of a circle of the others. */
export function hubLayout(peers: number): Float64Array {
  const places = new Float64Array(2 * peers)
  places.set([0.5, 0.5])
  places.set(circleLayout(peers - 1), 2)
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

/** One line from left to right up to this many peers, then lines that turn back at their ends. */
const ONE_LINE = 16

/** A path in lines, as many as fit a picture about four times as wide as it is high, each from where the last one ended. */
export function snakeLayout(peers: number): Float64Array {
  const rows = Math.ceil(peers / Math.max(ONE_LINE, Math.ceil(2 * Math.sqrt(peers))))
  const columns = Math.ceil(peers / rows)
  const places = new Float64Array(2 * peers)
  for (let i = 0; i < peers; i++) {
    const along = i % columns
    const row = (i - along) / columns
    const column = row % 2 === 0 ? along : columns - 1 - along
    places[2 * i] = columns === 1 ? 0.5 : column / (columns - 1)
    places[2 * i + 1] = rows === 1 ? 0.5 : row / (rows - 1)
  }
  return places
}

/** The same drawing in the middle of the unit square, as large as it can be. */
export function fitted(places: Float64Array): Float64Array {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  places.forEach((value, at) => {
    low[at % 2] = Math.min(low[at % 2]!, value)
    high[at % 2] = Math.max(high[at % 2]!, value)
  })
  const extent = Math.max(high[0]! - low[0]!, high[1]! - low[1]!)
  return places.map((value, at) =>
    extent === 0 ? 0.5 : 0.5 + (value - (low[at % 2]! + high[at % 2]!) / 2) / extent
  )
}

/** 0 at both ends, 1 in the middle. */
function arc(k: number, count: number): number {
  const t = count > 1 ? k / (count - 1) : 0
  return 4 * t * (1 - t)
}
