/** The panel of the topology: who talks to whom, what the links carry, and how far each peer is from the others. */
import { usesHub } from '../../aggregation/names.ts'
import { count, figure } from '../../report/format.ts'
import { counted } from '../../report/in-words.ts'
import type { Scene } from '../scene.ts'
import type { Area, Piece } from '../surface.ts'
import type { View } from '../view.ts'
import { drawLegend, drawLevels, edgePhrases, flow, LEVEL_ROWS, remarksOf, worstPhrase } from './map-facts.ts'
import { drawHeat } from './map-heat.ts'
import { drawPicture, type Picture, pictureOf } from './map-picture.ts'
import { type Sign, signsOf } from './map-signs.ts'

const NAME = ' 3 map '
/** Columns of what stands beside a picture, and the room that there must be for it. */
const SIDE_WIDTH = 28
const LEAST_WIDTH_WITH_SIDE = 90
const LEAST_HEIGHT_WITH_SIDE = 14
const LEAST_HEIGHT_WITH_LEGEND = 4

/** Draws the panel on all of `area`, whatever its size: a picture, or a summary where that would be a blot. */
export function drawMap(area: Area, scene: Scene, view: View): void {
  const inner = area.frame(titleOf(area, scene), view.focus === 'map' ? 'focus' : 'frame')
  const { width, height } = inner
  if (width < 1 || height < 1) return
  if (scene.stage === undefined) {
    inner.text(1, height >> 1, 'the swarm is being built', 'dim')
    return
  }
  const signs = signsOf(area, scene)
  const hasSide = width >= LEAST_WIDTH_WITH_SIDE && height >= LEAST_HEIGHT_WITH_SIDE
  const hasLegend = !hasSide && height >= LEAST_HEIGHT_WITH_LEGEND
  const room = inner.part(1, 0, width - 2 - (hasSide ? SIDE_WIDTH + 2 : 0), hasLegend ? height - 1 : height)
  const picture = pictureOf(scene, view, room.width, room.height)
  if (picture === undefined) drawHeat(inner, scene, view, signs)
  else {
    drawPicture(room, view, signs, picture)
    if (hasSide) drawSide(inner.part(width - SIDE_WIDTH - 1, 0, SIDE_WIDTH, height), scene, signs)
    if (hasLegend) drawLegend(inner.part(1, height - 1, width - 1, 1), scene)
  }
  drawRemarks(area, [...missingEdges(scene, picture), ...remarksOf(area, scene, signs)])
}

/** As much of it as there is room for. */
function titleOf(area: Area, { experiment, stage }: Scene): Piece[] {
  const { aggregation, peers, topology } = experiment
  const name = aggregation === 'none' ? 'nobody talks' : usesHub(aggregation) ? 'star (hub)' : topology.name
  const edges = stage?.edges.length ?? 0
  const phrases = [
    name,
    counted(peers, 'peer'),
    ...(edges === 0 ? [] : [counted(edges, 'edge')]),
    ...(stage === undefined ? [] : turnsOf(stage.period))
  ]
  while (phrases.length > 1 && NAME.length + phrases.join(' · ').length + 2 > area.width - 4) phrases.pop()
  return [
    [NAME, 'title'],
    [` ${phrases.join(' · ')} `, 'dim']
  ]
}

/** How edges take turns, if they do. */
function turnsOf(period: number | null): string[] {
  if (period === 1) return []
  return [period === null ? 'new every round' : `${count(period)} rounds in turn`]
}

const missingEdges = ({ stage }: Scene, picture: Picture | undefined): Piece[] =>
  picture === undefined || picture.edges.length === stage?.edges.length
    ? []
    : [[`drawn: ${count(picture.edges.length)} of ${count(stage?.edges.length ?? 0)} edges`, 'text']]

/** In the lower line of the frame. */
function drawRemarks(area: Area, remarks: readonly Piece[]): void {
  if (remarks.length === 0) return
  const line = area.part(2, area.height - 1, area.width - 4, 1)
  line.text(0, 0, ' ')
  line.text(1 + flow(line.part(1, 0, line.width - 2, 1), remarks), 0, ' ')
}

/** The legend as a histogram, and what there is to say of all. */
function drawSide(area: Area, scene: Scene, signs: readonly Sign[]): void {
  area.text(0, 0, 'consensus error of a peer', 'dim')
  area.text(0, 1, `beside the swarm's ${figure(scene.now?.sample?.swarm.consensusError)}:`, 'dim')
  drawLevels(area.part(0, 2, area.width, LEVEL_ROWS), signs)
  const below = 2 + LEVEL_ROWS + 1
  flow(area.part(0, below, area.width, area.height - below), [
    ...edgePhrases(scene),
    ...worstPhrase(scene, area.width)
  ])
}
