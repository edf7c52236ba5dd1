/** A line of several statements, of which as many are said, and at such length, as there is room for. */
import type { Style } from './styles.ts'
import type { Piece } from './surface.ts'

export interface Segment {
  /**
   * When room is short, those that are worth more stay. Those of one level, which is the whole part, share the room: all of
   * them are said shortly before one of them is said at length.
   */
  readonly worth: number
  /** The same statement at length, then shorter and shorter. */
  readonly forms: readonly (readonly Piece[])[]
}

/** A statement in one style and one form. */
export const segment = (worth: number, ...pieces: Piece[]): Segment => ({ worth, forms: [pieces] })

/** A statement in one style, at length and then shorter and shorter. */
export const shortening = (worth: number, style: Style, texts: readonly string[]): Segment => ({
  worth,
  forms: texts.map(text => [[text, style]])
})

/**
 * The segments in their order, `gap` blanks between them, in at most `width` cells. Level by level, every segment for whose
 * shortest form there is room gets it, and then they become longer, both from the one that is worth most.
 */
export function fitted(segments: readonly Segment[], width: number, gap: number): Piece[] {
  const byWorth = [...segments].sort((a, b) => b.worth - a.worth)
  const chosen = new Map<Segment, readonly Piece[]>()
  let left = width + gap
  const isTaken = (segment: Segment, form: readonly Piece[]): boolean => {
    const before = chosen.get(segment)
    const cost = before === undefined ? cells(form) + gap : cells(form) - cells(before)
    if (cost > left) return false
    left -= cost
    chosen.set(segment, form)
    return true
  }
  for (const level of new Set(byWorth.map(({ worth }) => Math.floor(worth)))) {
    const equals = byWorth.filter(({ worth }) => Math.floor(worth) === level)
    for (const each of equals) isTaken(each, each.forms.at(-1) ?? [])
    for (const each of equals) if (chosen.has(each)) each.forms.some(form => isTaken(each, form))
  }
  return segments.flatMap((each, k): Piece[] => {
    const form = chosen.get(each)
    const isFirst = segments.slice(0, k).every(other => !chosen.has(other))
    return form === undefined ? [] : isFirst ? [...form] : [[' '.repeat(gap), 'text'], ...form]
  })
}

const cells = (pieces: readonly Piece[]): number => pieces.reduce((sum, [text]) => sum + [...text].length, 0)
