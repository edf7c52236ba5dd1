/** The table of peers: what each has learned, whom federation helps, who is worst, and what each is doing. */
import { count } from '../../report/format.ts'
import { firstRow } from '../first-row.ts'
import { isReversed, listedPeers } from '../listing.ts'
import { statesOf, worstPeer } from '../reading.ts'
import type { Scene } from '../scene.ts'
import { comparedAt, isOutdated } from '../standing.ts'
import type { Area, Piece } from '../surface.ts'
import type { View } from '../view.ts'
import { type Column, type ColumnName, columnsOf, type Placed, placedIn } from './peer-columns.ts'

/** A title is not shortened further. */
const LEAST_TITLE = 8
/** Blanks before the right side of the frame. */
const MARGIN = 1
/** Who has no such columns, as the hub, which does not learn. */
const OF_LEARNERS: ReadonlySet<ColumnName> = new Set(['error', 'history', 'gain', 'consensus'])

/** Unless it stays at its top, the list scrolls so that the selected peer is in it; the hub of a star is always the last row. */
export function drawPeers(area: Area, scene: Scene, view: View): void {
  const { experiment, stage } = scene
  const peers = listedPeers(scene, view)
  // Before the first round nobody does anything.
  const states = scene.now === undefined ? [] : statesOf(scene)
  const isFocused = view.focus === 'peers'
  const worst = worstPeer(scene)
  const columns = columnsOf(scene, area.glyphs, states, worst)
  const placed = placedIn(area.width - 2 - MARGIN, columns, scene)
  const inner = area.frame(titleOf(scene, view, peers.length, placed, area), isFocused ? 'focus' : 'frame')
  drawTitles(inner, placed, scene, view)
  const hub = stage !== undefined && stage.participants > experiment.peers ? experiment.peers : undefined
  const body = inner.part(0, 1, inner.width, inner.height - (hub === undefined ? 1 : 2))
  const first = view.isAtTop ? 0 : firstRow(peers.indexOf(view.selected), peers.length, body.height)
  const shown = peers.slice(first, first + body.height)
  for (const [row, peer] of shown.entries()) {
    drawRow(body, row, peer, placed, scene)
    if (peer === worst) body.text(0, row, '!', 'bad')
    if (peer === view.selected) body.invert(0, row, body.width)
  }
  if (peers.length === 0)
    body.text(1, 0, `no peer has "${view.filter}" in number, environment or state`, 'dim')
  if (hub !== undefined) {
    drawHub(inner, inner.height - 1, hub, placed, scene, columns.bytes)
    if (view.selected === hub) inner.invert(0, inner.height - 1, inner.width)
  }
  if (shown.length > 0 && shown.length < peers.length) {
    const hint = ` ${count(first + 1)}–${count(first + shown.length)} of ${count(peers.length)} `
    area.textEndingAt(area.width - 2, area.height - 1, hint, 'dim')
  }
}

function titleOf(
  scene: Scene,
  view: View,
  listed: number,
  placed: readonly Placed[],
  { glyphs }: Area
): Piece[] {
  const { experiment } = scene
  const compared = placed.some(({ name }) => name === 'gain') ? comparedAt(scene) : undefined
  const isSortShown = placed.some(({ column }) => column.sort === view.sort)
  return [
    [' 1 ', 'key'],
    ['peers ', 'title'],
    [` ${count(listed)} of ${count(experiment.peers)} `, 'dim'],
    ...(compared === undefined ? [] : [gainTitle(scene, compared)]),
    ...(view.filter === '' ? [] : ([[` with "${view.filter}" `, 'warning']] as const)),
    ...(isSortShown
      ? []
      : ([[` by ${view.sort}${view.isDescending ? glyphs.descending : glyphs.ascending} `, 'dim']] as const))
  ]
}

/** Of which round the gains are, or will be. */
const gainTitle = (scene: Scene, round: number): Piece => [
  ` ${isOutdated(scene) ? 'comparing,' : 'gain'} at round ${count(round)} `,
  'dim'
]

function drawTitles(area: Area, placed: readonly Placed[], scene: Scene, view: View): void {
  for (const { column, name, start, width } of placed) {
    const isSorted = column.sort === view.sort
    const isFalling = view.isDescending !== (name === 'error' && isReversed(scene))
    const mark = isSorted ? (isFalling ? area.glyphs.descending : area.glyphs.ascending) : ''
    const title = titleWithin(column, width) + mark
    const style = isSorted ? 'strong' : 'dim'
    // A title that is wider than its column begins over the blanks of the one before.
    const at = column.alignment === 'right' || title.length > width ? start + width - title.length : start
    area.text(at, 0, title, style)
  }
}

/** What can be sorted by is never shortened. */
const titleWithin = ({ title, sort }: Column, width: number): string =>
  sort !== undefined || title.length <= width
    ? title
    : width < LEAST_TITLE
      ? ''
      : `${title.slice(0, width - 1)}…`

/** What the hub of a star carries, where its columns are not shown. */
function drawHub(
  area: Area,
  row: number,
  hub: number,
  placed: readonly Placed[],
  scene: Scene,
  bytes: Column
): void {
  drawRow(area, row, hub, placed, scene)
  const free = placed.find(({ name }) => name === 'error')
  if (free === undefined || placed.some(({ name }) => name === 'bytes')) return
  area.text(free.start, row, `${bytes.cell(hub, free.width)[0]} in and out`, 'dim')
}

function drawRow(
  area: Area,
  row: number,
  participant: number,
  placed: readonly Placed[],
  scene: Scene
): void {
  const isHub = participant === scene.experiment.peers
  for (const { column, name, start, width } of placed) {
    if (isHub && OF_LEARNERS.has(name)) continue
    const [text, style] = column.cell(participant, width)
    if (column.alignment === 'right') area.textEndingAt(start + width, row, text, style)
    else area.text(start, row, text, style)
  }
}
