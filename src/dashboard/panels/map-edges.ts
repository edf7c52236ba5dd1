/** The edges of a map as lines of dots that show what they carry. */
import { Canvas } from '../../drawing/canvas.ts'
import { LINK } from '../../interfaces.ts'
import { paintCanvas } from '../paint-canvas.ts'
import type { Scene } from '../scene.ts'
import type { Style } from '../styles.ts'
import type { Area } from '../surface.ts'
import { cellAt, type Place } from './map-places.ts'
import { CUT } from './map-signs.ts'

export interface Edge {
  /** A LINK. */
  readonly link: number
  readonly isSelected: boolean
  /** The ends, in dots. */
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

/** Edges that would darken this share of the dots are a blot. */
const BLOT = 0.45
/** By ink, from what may be covered to what may not. */
const INK_STYLES: readonly Style[] = ['dim', 'dim', 'text', 'bad', 'bad', 'focus']
const SELECTED_INK = 5
/** By LINK: the ink, and every how many-th dot is drawn. */
const LINES: readonly (readonly [ink: number, spacing: number])[] = [
  [2, 1],
  [1, 3],
  [3, 4],
  [4, 1],
  [0, 7]
]
/** Half of the gap in a cut edge, in dots; an edge of which it takes half is only a gap. */
const HALF_GAP = 4
/** Where on an edge its scissors may stand: as near to the middle as there is no peer. */
const PLACES_OF_SCISSORS = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74]

/** The edges between the places. Before the first look they are drawn as silent. */
export function edgesOf({ stage, now }: Scene, selected: number, places: readonly Place[]): Edge[] {
  return (stage?.edges ?? []).flatMap(([i, j], k): Edge[] => {
    const [from, to] = [places[i], places[j]]
    if (from === undefined || to === undefined) return []
    const link = now?.links[k] ?? LINK.silent
    return [
      {
        link: LINES[link] === undefined ? LINK.silent : link,
        isSelected: i === selected || j === selected,
        x0: dotX(from),
        y0: dotY(from),
        x1: dotX(to),
        y1: dotY(to)
      }
    ]
  })
}

const dotX = ({ column, name }: Place): number => 2 * column + name.length + 0.5
const dotY = ({ row }: Place): number => 4 * row + 1.5
const lengthOf = ({ x0, y0, x1, y1 }: Edge): number => Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))

/**
 * All edges if they can be told apart on so many cells; else those of the selected peer and the broken ones; else those
 * of the selected peer. Undefined if even they are a blot, or there are none.
 */
export function legible(edges: readonly Edge[], cells: number): readonly Edge[] | undefined {
  const selected = edges.filter(({ isSelected }) => isSelected)
  const broken = edges.filter(
    ({ isSelected, link }) => !isSelected && (link === LINK.cut || link === LINK.lost)
  )
  const isLegible = (chosen: readonly Edge[]): boolean =>
    chosen.reduce((sum, edge) => sum + lengthOf(edge) / LINES[edge.link]![1], 0) <= BLOT * 8 * cells
  if (isLegible(edges)) return edges
  if (selected.length === 0) return
  return [[...selected, ...broken], selected].find(isLegible)
}

/** `taken` are the cells of peers. */
export function drawEdges(area: Area, edges: readonly Edge[], taken: ReadonlySet<number>): void {
  const canvas = new Canvas(area.width, area.height)
  const scissors: (readonly [column: number, row: number])[] = []
  for (const edge of edges) {
    const { link, isSelected, x0, y0, x1, y1 } = edge
    const [ink, spacing] = LINES[link]!
    if (link === LINK.cut) {
      const at = PLACES_OF_SCISSORS.find(share => !taken.has(cellAt(...cellOn(edge, share))))
      if (at !== undefined) scissors.push(cellOn(edge, at))
      drawCut(canvas, edge, at ?? 0.5, ink)
    } else {
      const isWell = link === LINK.carries || link === LINK.silent
      canvas.line(x0, y0, x1, y1, isSelected && isWell ? SELECTED_INK : ink, spacing)
    }
  }
  paintCanvas(area, canvas, INK_STYLES)
  for (const [column, row] of scissors) area.text(column, row, CUT, 'bad')
}

function drawCut(canvas: Canvas, edge: Edge, at: number, ink: number): void {
  const halfGap = HALF_GAP / lengthOf(edge)
  if (!(halfGap < 0.25)) return
  canvas.line(edge.x0, edge.y0, ...pointOn(edge, at - halfGap), ink)
  canvas.line(...pointOn(edge, at + halfGap), edge.x1, edge.y1, ink)
}

const pointOn = ({ x0, y0, x1, y1 }: Edge, share: number): [x: number, y: number] => [
  x0 + (x1 - x0) * share,
  y0 + (y1 - y0) * share
]

function cellOn(edge: Edge, share: number): [column: number, row: number] {
  const [x, y] = pointOn(edge, share)
  return [Math.round(x) >> 1, Math.round(y) >> 2]
}
