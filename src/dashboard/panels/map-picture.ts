/** The map as a picture: each peer with its sign, and the edges between them. */
import type { Scene } from '../scene.ts'
import type { Area } from '../surface.ts'
import type { View } from '../view.ts'
import { drawEdges, type Edge, edgesOf, legible } from './map-edges.ts'
import { cellAt, cellsOf, type Place, placesOf } from './map-places.ts'
import type { Sign } from './map-signs.ts'

/** More are not drawn one by one. */
const MOST_PEERS = 64

export interface Picture {
  readonly places: readonly Place[]
  /** Those that can be drawn without a blot. */
  readonly edges: readonly Edge[]
}

/** What fits in width × rows cells; undefined where peers would hide each other, or edges be a blot. */
export function pictureOf(
  scene: Scene,
  { selected }: View,
  width: number,
  rows: number
): Picture | undefined {
  if (scene.experiment.peers > MOST_PEERS || width < 1 || rows < 1) return
  const placed = placesOf(scene, width, rows)
  if (placed === undefined) return
  const { places, columns } = placed
  const edges = legible(edgesOf(scene, selected, places), columns * rows)
  return edges && { places, edges }
}

/** Edges, then peers over them. */
export function drawPicture(
  area: Area,
  { selected }: View,
  signs: readonly Sign[],
  { places, edges }: Picture
): void {
  const taken = new Set(places.flatMap(place => cellsOf(place)))
  drawEdges(area, edges, taken)
  for (const place of places) drawPeer(area, place, signs[place.participant], selected, taken)
  for (const place of [...places].sort(first(selected)))
    drawNumber(area, place, signs[place.participant], selected, taken)
}

/** The selected peer before the others: it gets its number where there is room for one only. */
const first =
  (selected: number) =>
  (a: Place, b: Place): number =>
    Number(b.participant === selected) - Number(a.participant === selected)

function drawPeer(
  area: Area,
  { participant, name, column, row }: Place,
  sign: Sign | undefined,
  selected: number,
  taken: Set<number>
): void {
  if (sign === undefined) return
  area.text(column, row, name, sign.nameStyle)
  const end = area.text(column + name.length, row, sign.glyph, sign.style)
  if (participant === selected) area.invert(column, row, end - column)
  if (sign.mark === '' || taken.has(cellAt(end, row))) return
  area.text(end, row, sign.mark, sign.markStyle)
  taken.add(cellAt(end, row))
}

/** Where numbers would touch, a peer of which there is something to say gets its own, if there is room beside it. */
function drawNumber(
  area: Area,
  { participant, name, column, row }: Place,
  sign: Sign | undefined,
  selected: number,
  taken: Set<number>
): void {
  if (name !== '' || sign === undefined || !(sign.isNotable || participant === selected)) return
  const number = `${participant}`
  for (const start of [column - number.length, column + 1 + sign.mark.length]) {
    const cells = Array.from(number, (_, k) => cellAt(start + k, row))
    if (start < 0 || start + number.length > area.width || cells.some(cell => taken.has(cell))) continue
    area.text(start, row, number, sign.nameStyle)
    for (const cell of cells) taken.add(cell)
    if (participant === selected) area.invert(start, row, number.length)
    return
  }
}
