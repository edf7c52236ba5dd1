/** What headers have in common: the product's name, and how far it is as a bar. */
import type { Segment } from './segments.ts'
import type { Area, Piece } from './surface.ts'

/** What headers begin with. */
export const PRODUCT = 'MURMURATION'

/** A bar is so many cells long in lines of so many. */
const BARS = [
  [40, 160],
  [30, 140],
  [20, 120],
  [10, 0]
] as const

/** Of what 0 to 1 of is done. */
export function bar(share: number, { glyphs, width }: Area): Segment {
  const forms = BARS.filter(([, least]) => width >= least).map(([cells]): Piece[] => {
    const full = Math.floor(Math.min(Math.max(share, 0), 1) * cells)
    return [
      [glyphs.done.repeat(full), 'here'],
      [glyphs.open.repeat(cells - full), 'frame']
    ]
  })
  return { worth: 9.4, forms }
}
