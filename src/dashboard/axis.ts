/** Axes with round ticks: multiples of 1, 2 or 5 times a power of ten, or powers of ten on a long logarithmic axis. */
import type { View } from './view.ts'

export type Scale = View['scale']

export interface Axis {
  readonly scale: Scale
  /** Its ends; low < high. */
  readonly low: number
  readonly high: number
  /** Ascending; all lie on the axis. */
  readonly ticks: readonly number[]
  /** What the ticks are called. */
  readonly labels: readonly string[]
}

/** Ends of a long logarithmic axis are these times a power of ten: near to what it shows, and seldom others. */
const LOG_ENDS = [1, 1.5, 2, 3, 5, 7, 10]
/** A logarithmic axis from a to less than this many a has evenly spaced ticks. */
const SHORT = 4
/** A shorter one would show noise: greatest ÷ least of a logarithmic axis, and the share of a linear axis. */
const LEAST_RATIO = 1.25
const LEAST_SHARE = 0.02
/** Numbers from one to the other are written without an exponent. */
const PLAIN_FROM = 1e-3
const PLAIN_TO = 1e5

/**
 * An axis that shows what lies between `least` and `greatest`, and a little more. Both are 0 or of a size from 1e-300 to
 * 1e300; `least` > 0 on a logarithmic axis. A linear one begins at 0 if `fromZero`. On `rows` cells, three or more, every
 * tick has a cell of its own, and there are one or two between it and the next where there are many.
 */
export function axisOver(
  scale: Scale,
  least: number,
  greatest: number,
  rows: number,
  fromZero = false
): Axis {
  const most = Math.max(1, Math.floor((rows - 1) / gapOf(rows)))
  if (scale === 'linear') return linearAxis(...spread(fromZero ? 0 : least, greatest), most)
  const [from, to] = stretched(least, greatest)
  if (to / from < SHORT) return shortLogAxis(from, to, rows, most)
  const low = logEnd(from, false)
  const high = logEnd(to, true)
  const ticks = logTicks(low, high, rows)
  return { scale, low, high, ticks, labels: shortest(ticks) }
}

/** Where a value lies: 0 at the axis' lower end, 1 at its upper end. −∞ for 0 on a logarithmic axis. */
export function placeOn({ scale, low, high }: Axis, value: number): number {
  return scale === 'linear' ? (value - low) / (high - low) : Math.log(value / low) / Math.log(high / low)
}

/** Of `rows` cells the one, from above, in which a place lies; its ends are the outermost of 4 dots a cell. */
export const rowAt = (place: number, rows: number): number => dotAt(place, rows) >> 2

/** The same in dots. */
export const dotAt = (place: number, rows: number): number => Math.round((1 - place) * (4 * rows - 1))

/** The row of dots in which a value lies; just outside where it is off the axis. NaN of NaN. */
export const dotOf = (axis: Axis, value: number, rows: number): number =>
  Math.max(-1, Math.min(4 * rows, dotAt(placeOn(axis, value), rows)))

/** Multiples of 1, 2 or 5 times a power of ten from `from` to `to`, at most `most` + 1. Empty without a span. */
export function roundTicks(from: number, to: number, most: number): number[] {
  return to > from ? multiples(from, to, roundStep(to - from, most)) : []
}

/** The smallest of 1, 2, 5, 10, … that goes into `span` at most `most` times; `span` > 0. */
function roundStep(span: number, most: number): number {
  const exponent = Math.floor(Math.log10(span / most))
  const found = [1, 2, 5, 10, 20]
    .map(digit => Number(`${digit}e${exponent}`))
    .find(step => span / step <= most * (1 + 1e-9))
  return found ?? Number(`5e${exponent + 1}`)
}

/** The smallest of 1, 2, 5, 10, … that is at least x; x > 0. */
export const roundUp = (x: number): number => roundStep(x, 1)

/** Rows from one tick to the next, at least. */
const gapOf = (rows: number): number => (rows < 8 ? 1 : rows < 24 ? 2 : 3)

const power = (exponent: number): number => Number(`1e${exponent}`)

function multiples(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)))
}

function linearAxis(from: number, to: number, most: number): Axis {
  let step = roundStep(to - from, most)
  let [low, high] = outward(from, to, step)
  while ((high - low) / step > most + 0.5 && most > 1) {
    step = roundStep(high - low, most)
    ;[low, high] = outward(from, to, step)
  }
  const ticks = multiples(low, high, step)
  return { scale: 'linear', low, high, ticks, labels: evenly(ticks, step) }
}

/** Its ticks stand the closer the higher they are: as many as the uppermost have room for. */
function shortLogAxis(from: number, to: number, rows: number, most: number): Axis {
  const { low, high, ticks, labels } = linearAxis(from, to, most)
  const axis: Axis =
    low > 0
      ? { scale: 'log', low, high, ticks, labels }
      : { scale: 'log', low: from, high, ticks: ticks.slice(1), labels: labels.slice(1) }
  return most === 1 || fits(axis, axis.ticks, rows) ? axis : shortLogAxis(from, to, rows, most - 1)
}

/** Whether ticks are not too near to each other. */
function fits(axis: Axis, ticks: readonly number[], rows: number): boolean {
  const places = ticks.map(tick => rowAt(placeOn(axis, tick), rows))
  return places.every((row, k) => k === 0 || places[k - 1]! - row >= gapOf(rows))
}

const outward = (from: number, to: number, step: number): [number, number] => [
  Number((Math.floor(from / step + 1e-9) * step).toPrecision(12)),
  Number((Math.ceil(to / step - 1e-9) * step).toPrecision(12))
]

/** Ends that are not too near to each other. */
function spread(least: number, greatest: number): [number, number] {
  const size = Math.max(Math.abs(least), Math.abs(greatest))
  if (size === 0) return [least, 1]
  const missing = LEAST_SHARE * size - (greatest - least)
  return missing > 0 ? [least - missing / 2, greatest + missing / 2] : [least, greatest]
}

function stretched(least: number, greatest: number): [number, number] {
  const factor = Math.sqrt(Math.max(1, LEAST_RATIO / (greatest / least)))
  return [least / factor, greatest * factor]
}

/** The next end of a logarithmic axis at x or beyond. */
function logEnd(x: number, upwards: boolean): number {
  const exponent = Math.floor(Math.log10(x))
  const ends = [exponent - 1, exponent, exponent + 1].flatMap(each =>
    LOG_ENDS.map(digit => Number(`${digit}e${each}`))
  )
  const [up, down] = [ends.find(end => end >= x * (1 - 1e-9)), ends.findLast(end => end <= x * (1 + 1e-9))]
  return (upwards ? up : down) ?? x
}

/** The densest that fits of 1, 2, 5, 10, …, of powers of ten, and of every second, fifth, … of them; else the two ends. */
function logTicks(low: number, high: number, rows: number): number[] {
  const axis: Axis = { scale: 'log', low, high, ticks: [], labels: [] }
  const first = Math.floor(Math.log10(low))
  const last = Math.ceil(Math.log10(high))
  const decades = Array.from({ length: last - first + 1 }, (_, k) => first + k)
  const on = (ticks: number[]): number[] =>
    ticks.filter(tick => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9))
  const candidates = [
    on(decades.flatMap(exponent => [1, 2, 5].map(digit => Number(`${digit}e${exponent}`)))),
    ...[1, 2, 5, 10, 20, 50, 100, 200].map(each =>
      on(decades.filter(exponent => exponent % each === 0).map(power))
    )
  ]
  return candidates.find(ticks => ticks.length > 1 && fits(axis, ticks, rows)) ?? [low, high]
}

/** Ticks of any spacing, as short as they are. */
function shortest(ticks: readonly number[]): string[] {
  return ticks.map(tick => (isPlain(tick) ? String(tick) : exponential(tick)))
}

/** Ticks of even spacing, with as many decimals as their step has. */
function evenly(ticks: readonly number[], step: number): string[] {
  if (!ticks.every(isPlain)) return ticks.map(exponential)
  const decimals = Math.max(0, -Math.floor(Math.log10(step * (1 + 1e-9))))
  return ticks.map(tick => tick.toFixed(decimals))
}

const isPlain = (x: number): boolean => x === 0 || (Math.abs(x) >= PLAIN_FROM && Math.abs(x) < PLAIN_TO)

const exponential = (x: number): string => (x === 0 ? '0' : x.toExponential().replace('+', ''))
