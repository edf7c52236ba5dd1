/** A swarm too large or too dense for a picture: a cell for each peer, or for a few, in the order of their numbers. */
import { count, figure } from '../../report/format.ts'
import type { Scene } from '../scene.ts'
import type { Area, Piece } from '../surface.ts'
import type { View } from '../view.ts'
import { drawLegend, drawLevels, edgePhrases, flow, LEVEL_ROWS, worstPhrase } from './map-facts.ts'
import type { Sign } from './map-signs.ts'

/** Lines that a histogram must leave: the explanation and some peers. */
const LEAST_ROWS = 4
/** Columns of a histogram that words stand beside, and of those words at least. */
const HISTOGRAM_WIDTH = 28
const WORDS_WIDTH = 24
/** Peers in a row are told apart in tens. */
const GROUP = 10

/** Peers, and below them how many are at each level; a legend where there is no room for that. */
export function drawHeat(area: Area, scene: Scene, { selected }: View, signs: readonly Sign[]): void {
  const { width, height } = area
  const peers = signs.slice(0, scene.experiment.peers)
  const hasHistogram = height >= LEAST_ROWS + 1 + LEVEL_ROWS
  const below = hasHistogram ? 1 + LEVEL_ROWS : height >= 3 ? 1 : 0
  const strip = stripOf(width - 2, Math.max(1, height - below - 1), peers.length)
  const explanation: Piece = [
    strip.each === 1 ? 'a cell for each peer' : `each cell the worst of ${count(strip.each)} peers`,
    'dim'
  ]
  flow(area.part(1, 0, width - 2, 1), hasHistogram ? [explanation] : [explanation, ...edgePhrases(scene)])
  const rows = drawStrip(area.part(1, 1, width - 2, height - below - 1), strip, selected, peers)
  if (!hasHistogram) drawLegend(area.part(1, height - 1, width - 1, below), scene)
  else drawBelow(area.part(1, Math.min(rows + 2, height - below), width - 2, below), scene, peers)
}

function drawBelow(area: Area, scene: Scene, peers: readonly Sign[]): void {
  const swarm = figure(scene.now?.sample?.swarm.consensusError)
  const long = `consensus error of a peer beside the swarm's ${swarm}:`
  area.text(0, 0, long.length <= area.width ? long : `consensus error ÷ ${swarm}:`, 'dim')
  const hasWords = area.width >= HISTOGRAM_WIDTH + 2 + WORDS_WIDTH
  const histogram = hasWords ? Math.max(HISTOGRAM_WIDTH, Math.floor(area.width / 2) - 4) : area.width
  drawLevels(area.part(0, 1, histogram, LEVEL_ROWS), peers)
  if (!hasWords) return
  const words = area.part(histogram + 2, 1, area.width, LEVEL_ROWS)
  flow(words, [...edgePhrases(scene), ...worstPhrase(scene, words.width)])
}

interface Strip {
  /** Peers in a cell. */
  readonly each: number
  readonly perRow: number
  /** Columns of a cell: one, or enough for number, sign and mark. */
  readonly cell: number
  /** Columns of the number at the beginning of a row. */
  readonly margin: number
  /** Columns between groups. */
  readonly gap: number
}

/** The most telling one that fits. */
function stripOf(width: number, rows: number, peers: number): Strip {
  const digits = `${peers - 1}`.length
  const cell = digits + 3
  const numbered = rounded(Math.floor((width + 1) / cell))
  if (numbered * rows >= peers) return { each: 1, perRow: numbered, cell, margin: 0, gap: 0 }
  const margin = digits + 1
  const perRow = rounded(Math.max(1, width - margin))
  const gap = perRow - 1 + Math.floor((perRow - 1) / GROUP) < width - margin ? 1 : 0
  return { each: Math.ceil(peers / (perRow * rows)), perRow, cell: 1, margin, gap }
}

/** Down to tens, or fifties, so that numbers are easy to find. */
const rounded = (cells: number): number =>
  cells < 10 ? cells : cells < 100 ? cells - (cells % 10) : cells - (cells % 50)

/** Returns how many rows it took. */
function drawStrip(area: Area, strip: Strip, selected: number, peers: readonly Sign[]): number {
  const { each, perRow, cell, margin, gap } = strip
  const cells = Math.ceil(peers.length / each)
  for (let k = 0; k < cells; k++) {
    const inRow = k % perRow
    const row = (k - inRow) / perRow
    const column = margin + inRow * cell + gap * Math.floor(inRow / GROUP)
    const first = k * each
    const sign = worstOf(peers, first, Math.min(peers.length, first + each))
    const number = `${first}`
    let end = column
    if (cell > 1) end = area.text(column, row, number.padStart(cell - 3), sign.nameStyle)
    else if (inRow === 0) area.textEndingAt(margin - 1, row, number, 'dim')
    end = area.text(end, row, sign.glyph, sign.style)
    if (cell > 1) area.text(end, row, sign.mark, sign.markStyle)
    if (selected >= first && selected < first + each) area.invert(column, row, end - column)
  }
  return Math.ceil(cells / perRow)
}

function worstOf(signs: readonly Sign[], first: number, end: number): Sign {
  let worst = signs[first]!
  for (let i = first + 1; i < end; i++) if (signs[i]!.rank > worst.rank) worst = signs[i]!
  return worst
}
