/** The opened peer: what it believes and what is true, whom it hears, where its parameters are, and what it sent. */
import type { RoundSample } from '../../interfaces.ts'
import { count, figure } from '../../report/format.ts'
import { NAMES } from '../../report/measures.ts'
import { GLYPHS, type Symbols } from '../glyphs.ts'
import { statesOf, yardstickIn } from '../reading.ts'
import type { Scene } from '../scene.ts'
import { comparedAt, gainsIn, isOutdated, sampleBeside } from '../standing.ts'
import type { Style } from '../styles.ts'
import type { Area } from '../surface.ts'
import type { View } from '../view.ts'
import {
  type Block,
  beside,
  blockOf,
  flow,
  footnote,
  GAP,
  type Line,
  lineWidth,
  paintBlock,
  section,
  shelves,
  stack,
  wrapped
} from './block.ts'
import { EPISODE_WIDTH, episodeBlock } from './peer-episode.ts'
import { neighboursBlock } from './peer-neighbours.ts'
import { componentsBlock, distancesBlock } from './peer-parameters.ts'
import { policyBlock } from './peer-policy.ts'
import { trafficBlock } from './peer-traffic.ts'
import { valuesBlock, valuesWidth } from './peer-values.ts'

/** Blank columns within the frame. */
const MARGINS = 2
/** So many rows have room for an empty line above a picture. */
const LEAST_AIRY = 12
/** Most figures are not longer, so that those behind them stay where they are. */
const FIGURE_WIDTH = 5

/** `view.scroll.peer` lines are scrolled away. */
export function drawPeer(area: Area, scene: Scene, view: View): void {
  const { here } = scene.opened
  const peer = here?.report.peer ?? view.selected
  const label = scene.stage?.labels[peer]
  const title: Line = [
    [' 4', 'key'],
    [` peer ${peer}${label === undefined ? '' : ` · ${label}`} `, 'title']
  ]
  const frame = area.frame(title, view.focus === 'peer' ? 'focus' : 'frame')
  const inner = frame.part(1, 0, frame.width - MARGINS, frame.height)
  if (here === undefined) {
    const texts = [
      scene.now === undefined
        ? `nothing is known of peer ${view.selected} yet`
        : `peer ${view.selected} is asked what it knows`,
      ...(scene.isRecord ? ['a record has to be gone through again for it, up to here'] : [])
    ]
    paintBlock(
      inner,
      blockOf(texts.flatMap(text => wrapped(text, inner.width)).map((line): Line => [[line, 'dim']])),
      0
    )
    return
  }
  const round = ` round ${count(here.report.round)} `
  if (lineWidth(title) + round.length < area.width - 4) area.textEndingAt(area.width - 2, 0, round, 'dim')
  const lines = peerLines(scene, inner.width, inner.height, area.symbols)
  const first = Math.min(view.scroll.peer, Math.max(0, lines.height - inner.height))
  paintBlock(inner, lines, first)
  if (lines.height > inner.height) {
    footnote(area, `${first + 1}–${Math.min(first + inner.height, lines.height)} of ${lines.height} lines`)
  }
}

/** How many lines there are within a frame of `width` columns and `height` rows. */
export const peerHeight = (scene: Scene, width: number, height = Number.POSITIVE_INFINITY): number =>
  peerLines(scene, width - MARGINS, height, 'ascii').height

/**
 * What there is to read of the opened peer in lines of `width` cells, `height` of which are seen at once; nothing before one is
 * opened.
 */
function peerLines(scene: Scene, width: number, height: number, symbols: Symbols): Block {
  const { here, alone, playing } = scene.opened
  const glyphs = GLYPHS[symbols]
  if (here === undefined) return blockOf([])
  const isSame = alone?.report.peer === here.report.peer
  const opened = { here, alone: isSame ? alone : undefined }
  const values = (room: number): Block => valuesBlock(opened, room, glyphs)
  const policy = (room: number): Block => policyBlock(here.view, room, glyphs)
  const facts = [neighboursBlock(scene, here), trafficBlock(scene, here.report.peer), distancesBlock(here)]
  const components = componentsBlock(here)
  const side = stack([...facts, components])
  const lines = flow(headOf(scene, here.report.peer), width)
  const head = blockOf(lines)
  if (here.view.episode !== undefined) {
    // What is shown of another peer is over at once.
    const shown = { here, alone, playing: playing?.peer === here.report.peer ? playing : undefined }
    const room = width - side.width - GAP
    const isLow = height < LEAST_AIRY
    const rows = height - head.height - (isLow ? 1 : 3)
    const episode = (within: number): Block => episodeBlock(shown, within, rows, symbols)
    const body =
      room >= EPISODE_WIDTH
        ? beside([padded(episode(room), room), side])
        : stack([episode(width), shelves(facts, width)])
    return isLow ? lines.reduceRight((below, line) => section(line, below), body) : stack([head, body])
  }

  const least = valuesWidth(opened, glyphs)
  const third = policy(Number.POSITIVE_INFINITY)
  const beforeSide = width - side.width - GAP
  const beforeThird = beforeSide - third.width - GAP
  const body =
    third.height > 0 && beforeThird >= least
      ? beside([padded(values(beforeThird), beforeThird), third, side])
      : beforeSide >= least
        ? beside([padded(stack([values(beforeSide), policy(beforeSide)]), beforeSide), side])
        : stack([values(width), policy(width), shelves(facts, width), components])
  return stack([head, body])
}

/** So wide that what stands beside it is flushed right. */
const padded = (block: Block, width: number): Block => ({ ...block, width: Math.max(block.width, width) })

/** The peer's figures, and how it would fare alone, after the same round; no verdict before the rivals are near. */
function headOf(scene: Scene, peer: number): Line[] {
  const { comparison } = scene
  const { metric, nothing, write } = yardstickIn(scene)
  const sample = sampleBeside(scene)
  const gap = sample?.peers.valueGap ?? undefined
  const gain = gainsIn(scene)?.[peer] ?? Number.NaN
  const state = statesOf(scene)[peer]
  const round = comparedAt(scene)
  const item = (name: string, text: string, style: Style): Line => [
    [`${name} `, 'dim'],
    [text.padEnd(FIGURE_WIDTH), style]
  ]
  const writtenOf = (some: RoundSample | undefined): string => figure(some?.peers[metric]?.[peer])
  const alone = item('alone', writtenOf(comparison?.alone), 'alone')
  const verdict = item('gain', write(gain), gain > nothing ? 'good' : gain < nothing ? 'bad' : 'text')
  const beside =
    round === undefined
      ? [alone, verdict]
      : [
          [
            [`${isOutdated(scene) ? 'comparing, ' : ''}at round ${count(round)}: `, 'dim'],
            ...item('here', writtenOf(comparison?.sample), 'here'),
            ...spaced(alone),
            ...(isOutdated(scene) ? [] : spaced(verdict))
          ] satisfies Line
        ]
  return [
    item(NAMES[metric], writtenOf(sample), 'here'),
    ...(gap === undefined ? [] : [item('gap', figure(gap[peer]), 'here')]),
    ...beside,
    item('consensus', figure(sample?.peers.consensusError?.[peer]), 'consensus'),
    ...(state === undefined ? [] : [[[state.text, state.style]] as const])
  ]
}

const spaced = (line: Line): Line => [['  ', 'text'], ...line]
