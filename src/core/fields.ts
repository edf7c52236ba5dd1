/** Looking at an object that somebody else made: each refusal is an ExperimentError of one line that names the field. */
import { ExperimentError } from './errors.ts'

export type Fields = Readonly<Record<string, unknown>>

/** `made` as an object with fields; `what` says which it must be. */
export function fieldsOf(made: unknown, what: string): Fields {
  if (typeof made !== 'object' || made === null) throw new ExperimentError(`${what}, not ${shown(made)}`)
  return made as Fields
}

/** Refuses what lacks one of these fields, and names all that it lacks. */
export function requireFields(fields: Fields, keys: readonly string[]): void {
  const missing = keys.filter(key => fields[key] === undefined)
  if (missing.length > 0)
    throw new ExperimentError(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`)
}

/** The whole number `key`, from 1 to `most`. */
export function countOf(fields: Fields, key: string, most = Number.MAX_SAFE_INTEGER): number {
  const count = fields[key]
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > most)
    refuse(key, `a whole number from 1 ${most < Number.MAX_SAFE_INTEGER ? `to ${most}` : 'on'}`, count)
  return count
}

/** Refuses the value of a field, which is not what it must be. */
export function refuse(key: string, must: string, value: unknown): never {
  throw new ExperimentError(`${key} must be ${must}, not ${shown(value)}`)
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (ArrayBuffer.isView(value) && 'length' in value)
    return `${value.constructor.name} of length ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
