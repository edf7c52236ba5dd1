/** By what a contender is known in table and chart: a letter, a colour, and a stroke where colours come again. */
import { DASHED, DOTTED, SOLID, type Stroke } from '../line.ts'
import { CURVE_STYLES, type Style } from '../styles.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const STROKES = [SOLID, DASHED, DOTTED]

/** What a contender is drawn with. */
export interface Mark {
  readonly letter: string
  readonly style: Style
  readonly stroke: Stroke
}

/** Those who come after the last letter have none. */
export const markOf = (mark: number): Mark => ({
  letter: LETTERS[mark] ?? ' ',
  style: CURVE_STYLES[mark % CURVE_STYLES.length]!,
  stroke: STROKES[Math.floor(mark / CURVE_STYLES.length) % STROKES.length]!
})
