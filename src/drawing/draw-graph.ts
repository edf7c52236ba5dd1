/**
 * A graph as text: peers as their numbers, edges as lines of Braille dots. Where that would be a blot, how many peers
 * have which degree.
 */
import type { Graph } from '../interfaces.ts'
import { Canvas } from './canvas.ts'
import { drawDegrees } from './draw-degrees.ts'

/** More peers than this are not drawn one by one, */
export const MOST_DRAWN = 64
/** nor are edges that would darken this share of all dots. */
const BLOT = 0.5

/**
 * A picture of at most width × height cells, without empty lines above and below. `layout` has x, y in [0, 1] for each peer, interleaved. Edges have no
 * arrows.
 */
export function drawGraph(graph: Graph, layout: Float64Array, width: number, height: number): string {
  const { neighbours } = graph
  if (neighbours.length > MOST_DRAWN) return drawDegrees(graph, width)
  const labels = placeLabels(neighbours.length, layout, width, height)
  const lines = neighbours.flatMap((heard, i) =>
    heard
      .filter(j => i < j || !neighbours[j]!.includes(i))
      .map(j => [dotX(labels[i]!), dotY(labels[i]!), dotX(labels[j]!), dotY(labels[j]!)] as const)
  )
  const ink = lines.reduce((sum, [x0, y0, x1, y1]) => sum + Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)), 0)
  if (ink > BLOT * 8 * width * height) return drawDegrees(graph, width)

  const canvas = new Canvas(width, height)
  for (const [x0, y0, x1, y1] of lines) canvas.line(x0, y0, x1, y1)
  for (const { column, row, text } of labels) canvas.text(column - (text.length >> 1), row, text)
  return canvas
    .toString()
    .replace(/^\s*\n/, '')
    .trimEnd()
}

interface Label {
  /** The cell of its middle. */
  readonly column: number
  readonly row: number
  readonly text: string
}

const dotX = ({ column }: Label): number => 2 * column + 0.5
const dotY = ({ row }: Label): number => 4 * row + 1.5

/** Where the numbers of the peers stand; dots instead, if numbers would touch. */
function placeLabels(peers: number, layout: Float64Array, width: number, height: number): Label[] {
  const digits = String(peers - 1).length
  const labels = Array.from({ length: peers }, (_, i) => ({
    column: (digits >> 1) + Math.round(layout[2 * i]! * (width - digits)),
    row: Math.round(layout[2 * i + 1]! * (height - 1)),
    text: String(i)
  }))
  const taken = new Set<number>()
  for (const { column, row, text } of labels) {
    const start = row * (width + 1) + column - (text.length >> 1)
    const cells = Array.from(text, (_, k) => start + k)
    if (cells.some(cell => taken.has(cell))) return labels.map(label => ({ ...label, text: '●' }))
    for (const cell of [start - 1, ...cells, start + text.length]) taken.add(cell)
  }
  return labels
}
