/** Numbers for people: three significant digits, bytes and seconds with their units. */
import { printable } from '../core/printable.ts'

/** 0.152, 12.3, −4.21e-7; "–" for what has no meaning. */
export function figure(x: number | null | undefined): string {
  if (x === null || x === undefined || Number.isNaN(x)) return '–'
  if (x === 0) return '0'
  if (x < 0) return `−${figure(-x)}`
  if (!Number.isFinite(x)) return String(x)
  if (x >= 1e5 || x < 1e-3) return x.toExponential(2)
  return x >= 100 ? x.toFixed(1) : x >= 10 ? x.toFixed(2) : x.toPrecision(3)
}

/** 0.114–0.150; but −9.15 to −3.21, where a dash could be a sign. */
export const range = (low: number, high: number): string =>
  `${figure(low)}${low < 0 || high < 0 ? ' to ' : '–'}${figure(high)}`

/** 2.47×; what is beyond a thousand either way is only said to be; "–" for NaN. */
export function times(x: number): string {
  if (Number.isNaN(x)) return figure(x)
  if (x < 1e-3) return '<0.001×'
  return x > 1e3 ? '>1000×' : `${figure(x)}×`
}

/** 0.05, 12.3, 1500: so many significant digits, and no zeros behind them, as one types a number. */
export const plain = (x: number, digits = 3): string => String(Number(x.toPrecision(digits)))

/** 5 %, 0.1 %, 33.3 % */
export const percentage = (share: number, digits = 3): string => `${plain(100 * share, digits)} %`

/** 0.152; or 0.152 to 12.3, seed by seed: of one number for each seed. */
export function extent(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return low === high ? figure(low) : `${figure(low)} to ${figure(high)}, seed by seed`
}

/** +12.3, −0.152; 0 without a sign. */
export const signed = (x: number): string => `${x > 0 ? '+' : ''}${figure(x)}`

/** 12,800 */
export const count = (x: number): string => Math.round(x).toLocaleString('en-US')

/** 12,800; 30.5, as the median of an even number of counts may be; of what is small a digit more. */
export const amount = (x: number): string =>
  x.toLocaleString('en-US', { maximumFractionDigits: x < 10 ? 2 : x < 10_000 ? 1 : 0 })

/** 0.0421, 12.3, 104, 1,230: three digits in one column, whatever the size. */
export const threeDigits = (x: number): string =>
  Number.isNaN(x) || (x !== 0 && Math.abs(x) < 0.1) ? figure(x) : amount(Number(x.toPrecision(3)))

/** 3.58 MB; powers of 1000. */
export function bytes(x: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let unit = 0
  let size = x
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit++
  }
  return unit === 0
    ? `${size} B`
    : `${size >= 100 ? size.toFixed(0) : size >= 10 ? size.toFixed(1) : size.toFixed(2)} ${units[unit]}`
}

const [MINUTE, HOUR, DAY, YEAR] = [60, 3600, 86_400, 365.25 * 86_400]

/** Times as a clock tells them: 12 µs, 6.4 ms, 0.42 s, 6.3 s, 2 min 05 s, 3 h 12 min, 5 d 03 h; beyond a year 12.4 y. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.1) {
    const [size, unit] = seconds < 0.9995e-3 ? [1e6 * seconds, 'µs'] : [1e3 * seconds, 'ms']
    return `${size.toFixed(size < 9.95 ? 1 : 0)} ${unit}`
  }
  const whole = Math.round(seconds)
  if (whole < MINUTE) return `${seconds.toFixed(seconds < 1 ? 2 : seconds < 10 ? 1 : 0)} s`
  const [large, unit, small, rest] =
    whole < HOUR
      ? [MINUTE, 'min', 1, 's']
      : whole < 2 * DAY
        ? [HOUR, 'h', MINUTE, 'min']
        : [DAY, 'd', HOUR, 'h']
  if (whole >= YEAR) return durationInOneUnit(seconds)
  return `${Math.floor(whole / large)} ${unit} ${String(Math.floor((whole % large) / small)).padStart(2, '0')} ${rest}`
}

const UNITS = [
  [1e-6, 'µs'],
  [1e-3, 'ms'],
  [1, 's'],
  [MINUTE, 'min'],
  [HOUR, 'h'],
  [DAY, 'd'],
  [YEAR, 'y']
] as const
/** Nothing is told as 1000 of one unit which is 1 of the next. */
const ROUNDED = 0.9995

/** Times as figures to be compared: 12.0 ms, 420 ms, 58.2 s, 1.97 min, 3.21 h, 41.7 d, 12.4 y; in 8 characters but for ages. */
export function durationInOneUnit(seconds: number): string {
  if (seconds === 0) return '0 s'
  const [unit, word] = UNITS.findLast(([size]) => seconds >= ROUNDED * size) ?? UNITS[0]
  const size = seconds / unit
  return `${size < 999.5 ? size.toPrecision(3) : count(size)} ${word}`
}

/** More are only counted. */
const MOST_NAMED = 8

/** peer 3; peers 3, 7; the hub, which is the participant after the last of `peers`. */
export function named(participants: readonly number[], peers: number): string {
  const names = participants.slice(0, MOST_NAMED).map(p => (p === peers ? 'the hub' : String(p)))
  if (names.length === 1) return participants[0] === peers ? 'the hub' : `peer ${names[0]}`
  const more = participants.length - names.length
  return `peers ${names.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`
}

/** With a capital letter first. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Rows of cells as lines; the columns whose letter in `alignment` is `r` are flushed right. Two blanks between columns. */
export function columns(cells: readonly (readonly string[])[], alignment: string): string[] {
  const rows = cells.map(row => row.map(printable))
  const widths = (rows[0] ?? []).map((_, c) => Math.max(...rows.map(row => row[c]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((cell, c) => (alignment[c] === 'r' ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)))
      .join('  ')
      .trimEnd()
  )
}
