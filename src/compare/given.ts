/** Values of keys of experiments, with where they were written: those that are ours, and what they are called. */
import { ExperimentError } from '../core/errors.ts'
import { isNamedKey, NAMED_KEYS } from '../experiment/families.ts'
import type { KeyName } from '../experiment/keys.ts'
import { type Families, parseNamed, specOf } from '../experiment/named.ts'
import { shown } from '../experiment/problem.ts'
import type { Given } from './source.ts'

/** The keys by which contenders differ; those by which problems do are the others. */
export const CONTENDER_KEYS: readonly KeyName[] = ['topology', 'aggregation', 'weights']
/** A value that nobody wrote. */
export const ours = (key: string, value: unknown): Given => ({
  value,
  place: path => [key, ...path].join('.')
})

/** What the user calls a problem or contender. */
export function givenName({ value, place }: Given): string {
  const name = typeof value === 'number' ? String(value) : value
  if (typeof name !== 'string' || name.trim() === '')
    throw new ExperimentError(`${place([])}: must be non-empty text, not ${shown(value)}`)
  return name
}

/** A value in the fewest words; a mistake in it is told. */
export function inWords(key: string, given: Given | undefined): string {
  if (given === undefined) return ''
  if (isNamedKey(key)) {
    const families: Families = NAMED_KEYS[key].families
    return specOf(parseNamed(given.value, families, given.place))
  }
  return typeof given.value === 'string' ? given.value : shown(given.value)
}
