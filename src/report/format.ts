/** Numbers for people: three significant digits, bytes and seconds with their units. */
import { printable } from '../core/printable.ts'

/** 0.152, 12.3, 4.21e-7; "–" for what has no meaning. */
export function figure(x: number | null | undefined): string {
  if (x === null || x === undefined || Number.isNaN(x)) return '–'
  if (x === 0) return '0'
  const size = Math.abs(x)
  if (!Number.isFinite(x)) return String(x)
  if (size >= 1e5 || size < 1e-3) return x.toExponential(2)
  return size >= 100 ? x.toFixed(1) : size >= 10 ? x.toFixed(2) : x.toPrecision(3)
}

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

/** +12.3, -0.152; 0 without a sign. */
export const signed = (x: number): string => `${x > 0 ? '+' : ''}${figure(x)}`

/** 12,800 */
export const count = (x: number): string => Math.round(x).toLocaleString('en-US')

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

/** 12 µs, 6.4 ms, 0.42 s, 6.3 s, 2 min 05 s, 3 h 12 min */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.1) {
    const [size, unit] = seconds < 0.9995e-3 ? [1e6 * seconds, 'µs'] : [1e3 * seconds, 'ms']
    return `${size.toFixed(size < 9.95 ? 1 : 0)} ${unit}`
  }
  const whole = Math.round(seconds)
  if (whole < 60) return `${seconds.toFixed(seconds < 1 ? 2 : seconds < 10 ? 1 : 0)} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400]

/** 12 ms, 0.42 s, 98.2 s, 7.73 min, 3.21 h, 41.7 d: for tables, in at most 8 characters but for ages. */
export function durationInOneUnit(seconds: number): string {
  if (seconds < 1) return duration(seconds)
  const [unit, word] =
    seconds < 2 * MINUTE
      ? [1, 's']
      : seconds < 2 * HOUR
        ? [MINUTE, 'min']
        : seconds < 2 * DAY
          ? [HOUR, 'h']
          : [DAY, 'd']
  const size = seconds / unit
  return `${size < 99.95 ? plain(size) : Math.round(size)} ${word}`
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
