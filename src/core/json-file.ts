/** Reads JSON files by hand: every refusal names the file, the path inside it, the value and what is allowed. */
import { readFileSync } from 'node:fs'
import { ExperimentError } from './errors.ts'
import { allowed } from './nearest.ts'

/** A value in a file, and the path that leads to it. */
export interface Place {
  readonly file: string
  readonly path: string
  readonly value: unknown
}

/** The whole of a JSON file. */
export const readJson = (file: string): Place => parseJson(file, readText(file))

/** The same where the text of `file` is there already. */
export function parseJson(file: string, text: string): Place {
  try {
    return { file, path: '', value: JSON.parse(text) }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const before = text.slice(0, errorOffset(text, error.message)).split('\n')
    const reason = error.message.replace(/(,? (\.\.\.)?"| (in|after|of) JSON| is not valid).*/s, '')
    throw new ExperimentError(
      `${file} is not JSON: ${reason} at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
    )
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new ExperimentError(`cannot read ${file}: ${missing ? 'there is no such file' : String(error)}`)
  }
}

/** Where parsing stopped. V8 does not say so for an unexpected token: it is after the longest prefix without one. */
function errorOffset(text: string, message: string): number {
  const stated = /at position (\d+)/.exec(message)
  if (stated) return Number(stated[1])
  if (!message.startsWith('Unexpected token')) return text.length
  let low = 0
  let high = text.length
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if (hasUnexpectedToken(text.slice(0, middle))) high = middle
    else low = middle
  }
  return low
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text)
    return false
  } catch (error) {
    return error instanceof SyntaxError && error.message.startsWith('Unexpected token')
  }
}

export function refuse(place: Place, rule: string): never {
  throw new ExperimentError(`${place.file}: ${nameOf(place)} is ${shown(place.value)}; it must be ${rule}`)
}

/** An object with no other keys than `keys`, if they are given. */
export function record(place: Place, keys?: readonly string[]): Record<string, unknown> {
  const { value } = place
  if (!isRecord(value)) return refuse(place, 'an object')
  const unknown = keys && Object.keys(value).find(key => !keys.includes(key))
  if (unknown !== undefined)
    throw new ExperimentError(
      `${place.file}: ${nameOf(place)} has the unknown key '${unknown}'${allowed(unknown, keys ?? [])}`
    )
  return value
}

/** The value of `key`; it may be missing. */
export function field(place: Place, key: string): Place {
  return { file: place.file, path: place.path ? `${place.path}.${key}` : key, value: record(place)[key] }
}

/** The items of a list; `length` of them if given, one per `unit`. */
export function items(place: Place, length?: number, unit?: string): Place[] {
  const { file, path, value } = place
  if (!Array.isArray(value) || (length !== undefined && value.length !== length))
    return refuse(place, length === undefined ? 'a list' : `a list of ${length}, one per ${unit}`)
  return value.map((item: unknown, k) => ({ file, path: `${path}[${k}]`, value: item }))
}

export function finite(
  place: Place,
  low = Number.NEGATIVE_INFINITY,
  high = Number.POSITIVE_INFINITY
): number {
  const { value } = place
  if (typeof value === 'number' && Number.isFinite(value) && value >= low && value <= high) return value
  return refuse(
    place,
    low === Number.NEGATIVE_INFINITY ? 'a finite number' : `a number from ${low} to ${high}`
  )
}

export function whole(place: Place, low: number, high: number): number {
  const { value } = place
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value
  return refuse(place, `a whole number from ${low} to ${high}`)
}

export function text(place: Place): string {
  return typeof place.value === 'string' ? place.value : refuse(place, 'a text')
}

/** Scales `masses` to the sum 1, which they must have but for 1e-9. */
export function normalise(place: Place, masses: Float64Array): Float64Array {
  let sum = 0
  for (const mass of masses) sum += mass
  if (!(Math.abs(sum - 1) <= 1e-9))
    throw new ExperimentError(
      `${place.file}: ${nameOf(place)} sums to ${sum}; probabilities must sum to 1 within 1e-9`
    )
  return masses.map(mass => mass / sum)
}

/** `length` probabilities, one per `unit`. */
export function distribution(place: Place, length: number, unit: string): Float64Array {
  const masses = items(place, length, unit).map(item => finite(item, 0, 1))
  return normalise(place, Float64Array.from(masses))
}

const nameOf = ({ path }: Place): string => path || 'the file'

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (isRecord(value)) return 'an object'
  return typeof value === 'string'
    ? `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
    : String(value)
}
