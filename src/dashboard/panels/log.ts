/** What happened, the newest at the bottom: notes, faults, and what went wrong of itself. */
import { count } from '../../report/format.ts'
import type { LogEntry, Scene } from '../scene.ts'
import type { Area, Piece } from '../surface.ts'
import type { View } from '../view.ts'
import { footnote, type Line, wrapped } from './block.ts'

/** Between a round, its mark and the text. */
const GAP = 1
const MARKS: Readonly<Record<LogEntry['kind'], Piece>> = {
  note: [' ', 'dim'],
  fault: ['!', 'warning'],
  trouble: ['×', 'bad']
}
/** Blank columns within the frame. */
const MARGINS = 2
/** With fewer cells beside them, rounds are left out. */
const LEAST_TEXT = 12

/** `view.scroll.log` lines are scrolled away at the end. */
export function drawLog(area: Area, { log }: Scene, view: View): void {
  const title: Line = [
    [' 5', 'key'],
    [' log ', 'title']
  ]
  const frame = area.frame(title, view.focus === 'log' ? 'focus' : 'frame')
  const inner = frame.part(1, 0, frame.width - MARGINS, frame.height)
  if (log.length === 0) {
    inner.text(0, 0, 'no faults so far', 'dim')
    return
  }
  const lines = linesOf(log, inner.width)
  const newer = Math.min(view.scroll.log, Math.max(0, lines.length - inner.height))
  const end = lines.length - newer
  const shown = lines.slice(Math.max(0, end - inner.height), end)
  for (const [row, line] of shown.entries()) inner.pieces(0, row, line)
  const older = end - shown.length
  const hints = [
    ...(older > 0 ? [`${area.glyphs.up} ${count(older)} older`] : []),
    ...(newer > 0 ? [`${area.glyphs.down} ${count(newer)} newer`] : [])
  ]
  if (hints.length > 0 && inner.height > 0) footnote(area, hints.join('  '))
}

/** How many lines there are within a frame of `width` columns. */
export const logHeight = ({ log }: Scene, width: number): number => linesOf(log, width - MARGINS).length

function linesOf(log: readonly LogEntry[], width: number): Line[] {
  const digits = Math.max(...log.map(({ round }) => count(round).length))
  const indent = digits + GAP + 1 + GAP
  const isNarrow = width - indent < LEAST_TEXT
  return log.flatMap(({ round, kind, text }): Line[] => {
    const [mark, style] = MARKS[kind]
    const before: Line = isNarrow
      ? []
      : [
          [`${count(round).padStart(digits)} `, 'dim'],
          [`${mark} `, style]
        ]
    const room = Math.max(1, isNarrow ? width : width - indent)
    const textStyle = kind === 'note' ? 'text' : style
    return wrapped(text, room).map((part, k): Line => {
      if (k === 0) return [...before, [part, textStyle]]
      return [
        [' '.repeat(isNarrow ? 0 : indent), 'text'],
        [part, textStyle]
      ]
    })
  })
}
