/** One frame: where the panels are, for the size of the terminal and what the view asks for, and what is in them. */
import type { Symbols } from './glyphs.ts'
import { drawChart } from './panels/chart.ts'
import { drawFooter } from './panels/footer.ts'
import { drawHeader } from './panels/header.ts'
import { drawHelp } from './panels/help.ts'
import { drawLog } from './panels/log.ts'
import { drawMap } from './panels/map.ts'
import { drawPeer } from './panels/peer.ts'
import { drawPeers } from './panels/peers.ts'
import type { Scene } from './scene.ts'
import { type Area, Surface } from './surface.ts'
import { toldTooSmall } from './too-small.ts'
import type { PanelName, View } from './view.ts'

export interface Place {
  readonly panel: PanelName
  readonly column: number
  readonly row: number
  readonly width: number
  readonly height: number
}

type Draw = (area: Area, scene: Scene, view: View) => void

const DRAW: Readonly<Record<PanelName, Draw>> = {
  peers: drawPeers,
  chart: drawChart,
  map: drawMap,
  peer: drawPeer,
  log: drawLog
}

const headerRows = (columns: number): number => (columns >= 100 ? 4 : 5)

/** Draws all of it. */
export function drawFrame(
  scene: Scene,
  view: View,
  columns: number,
  rows: number,
  symbols: Symbols
): Surface {
  const surface = new Surface(columns, rows, symbols)
  const { area } = surface
  if (toldTooSmall(area)) return surface
  if (view.helpPage !== null) {
    drawHelp(area.part(0, 0, columns, rows - 1), scene, view)
  } else {
    drawHeader(area.part(0, 0, columns, headerRows(columns)), scene, view)
    for (const { panel, column, row, width, height } of placesOf(scene, view, columns, rows)) {
      DRAW[panel](area.part(column, row, width, height), scene, view)
    }
  }
  drawFooter(area.part(0, rows - 1, columns, 1), scene, view)
  return surface
}

/** Where the panels are: one if it is enlarged, two on small terminals, four on larger ones, all five on large ones. */
export function placesOf(scene: Scene, view: View, columns: number, rows: number): Place[] {
  const top = headerRows(columns)
  const body = rows - top - 1
  const { focus } = view
  const whole = { column: 0, row: top, width: columns, height: body }
  if (view.isEnlarged || body < 13) return [{ panel: focus, ...whole }]
  if (columns < 100 || body < 22)
    return stacked(focus === 'chart' ? 'peers' : focus, 'chart', whole, body >> 1)
  if (columns < 170 || body < 40) {
    const width = Math.min(Math.max(58, columns >> 1), 84)
    const side = { column: width, row: top, width: columns - width, height: body }
    return [
      ...withLog(focus === 'peer' ? 'peer' : 'peers', { ...whole, width }, scene, focus),
      ...stacked('chart', 'map', side, body >> 1)
    ]
  }
  const width = Math.min(columns >> 1, 96)
  const half = body >> 1
  const side = columns - width
  return [
    ...withLog('peers', { ...whole, width }, scene, focus),
    { panel: 'chart', column: width, row: top, width: side, height: half },
    { panel: 'map', column: width, row: top + half, width: side >> 1, height: body - half },
    {
      panel: 'peer',
      column: width + (side >> 1),
      row: top + half,
      width: side - (side >> 1),
      height: body - half
    }
  ]
}

type Rectangle = Omit<Place, 'panel'>

const stacked = (upper: PanelName, lower: PanelName, whole: Rectangle, height: number): Place[] => [
  { panel: upper, ...whole, height: whole.height - height },
  { panel: lower, ...whole, row: whole.row + whole.height - height, height }
]

/** The log takes what the other panel does not need, and more if it has the focus. */
function withLog(panel: PanelName, whole: Rectangle, { experiment }: Scene, focus: PanelName): Place[] {
  const { height } = whole
  const spare = panel === 'peers' ? height - experiment.peers - 4 : 0
  const log = focus === 'log' ? height >> 1 : Math.min(Math.max(6, spare), Math.floor(height / 3))
  return stacked(panel, 'log', whole, log)
}
