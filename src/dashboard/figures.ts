/** Numbers for cells of a given width: what does not fit loses digits, never its end. */
import { bytes, count, figure, times } from '../report/format.ts'

/** As `figure`, in at most `width` characters, which are to be 6 or more. */
export function figureWithin(x: number | null | undefined, width: number): string {
  const long = figure(x)
  if (long.length <= width || x === null || x === undefined) return long
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '−inf'
  return (
    [1, 0].map(digits => x.toExponential(digits).replace(/^-/, '−')).find(text => text.length <= width) ?? '…'
  )
}

/** As `times`, in at most 6 characters: small gains have fewer digits. */
export const shortGain = (x: number): string =>
  x < 0.01 ? '<0.01×' : x < 0.1 ? `${x.toFixed(3)}×` : times(x)

/** As `signed`, in at most 7 characters. */
export const shortDifference = (x: number): string =>
  Number.isNaN(x) || x === 0 ? figure(x) : `${x > 0 ? '+' : '−'}${figureWithin(Math.abs(x), 6)}`

/** As `count`, in at most `width` characters, which are to be 5 or more. */
export function countWithin(x: number, width: number): string {
  if (Number.isNaN(x)) return figure(x)
  const long = count(x)
  return long.length <= width
    ? long
    : x.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
}

/** As `bytes`, of what need not be whole and may be unknown. */
export const bytesOrNone = (x: number): string => (Number.isNaN(x) ? figure(x) : bytes(Math.round(x)))

/** `text` in at most `width` characters; what is left out is in the middle, since names often differ in their ends. */
export function shortenedTo(text: string, width: number): string {
  const characters = [...text]
  if (characters.length <= width) return text
  const tail = Math.max(0, width - 1) >> 1
  return [
    ...characters.slice(0, Math.max(0, width - 1 - tail)),
    '…',
    ...characters.slice(characters.length - tail)
  ].join('')
}
