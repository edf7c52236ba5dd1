/** How the policy of a peer fares in its own environment: a picture that moves, and what became of the episode. */
import { character } from '../../drawing/canvas.ts'
import { drawSegments } from '../../drawing/draw-segments.ts'
import { count, figure } from '../../report/format.ts'
import { counted } from '../../report/in-words.ts'
import type { Symbols } from '../glyphs.ts'
import type { Playing, Scene } from '../scene.ts'
import { type Block, blockOf, type Line, section } from './block.ts'

/** Cells of a picture, which is twice as wide as high: two dots are as wide as a cell, four as high. */
const LEAST_PICTURE = 24
const MOST_ROWS = 16
const LEAST_ROWS = 4

/** Enough for what is said of most episodes: nothing stands beside them where there is less. */
export const EPISODE_WIDTH = 46

/** Nothing where peers live through no episodes; words alone where there is no picture or no room for one, in `height` rows. */
export function episodeBlock(
  { here, playing }: Scene['opened'],
  width: number,
  height: number,
  symbols: Symbols
): Block {
  const episode = playing?.episode ?? here?.view.episode
  if (episode === undefined) return blockOf([])
  const { score, steps, terminated } = episode
  const end = `${counted(steps, 'step')}, ${terminated ? 'terminated' : 'truncated'}`
  const title: Line = [
    ['episode', 'title'],
    [`  score `, 'dim'],
    [figure(score), 'here'],
    [`  ${end}`, 'dim']
  ]
  if (playing === undefined || width < LEAST_PICTURE) return section(title, blockOf([]))
  const rows = Math.max(LEAST_ROWS, Math.min(width >> 2, height - 1, MOST_ROWS))
  return section(title, picture(playing, rows, symbols))
}

function picture({ episode, frame, round }: Playing, rows: number, symbols: Symbols): Block {
  const canvas = drawSegments(episode.frames[frame] ?? [], 4 * rows, rows)
  const lines = Array.from({ length: canvas.rows }, (_, row): Line => {
    const cells = Array.from({ length: canvas.columns }, (_, column) =>
      character(canvas.dotsAt(column, row), symbols)
    )
    return [[cells.join(''), 'here']]
  })
  const last = count(episode.frames.length - 1)
  const below: Line = [
    [`step ${count(frame).padStart(last.length)} of ${last}`, 'text'],
    [`  policy of round ${count(round)}`, 'dim']
  ]
  return blockOf([...lines, below])
}
