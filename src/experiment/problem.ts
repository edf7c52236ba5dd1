/** How a mistake in an experiment is told, on one line: `place: what it must be, not what it is`. */
import type { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { shortened } from '../core/printable.ts'

/**
 * What the user calls a part of the experiment: `--topology degree`, `ring.yaml:4:9 topology.degree`. `of` tells whether
 * its key or its value is at fault.
 */
export type Place = (path: readonly PropertyKey[], of?: 'key' | 'value') => string

/** Whether the user typed this part as a flag: in a file it has a line, and a flag is called by its name. */
export const isTyped = (place: Place, key: string): boolean => place([key]).startsWith('--')

/** Places within a thing that is called `whole`. */
export const placeWithin =
  (whole: string): Place =>
  path =>
    path.length > 0 ? `${whole} ${path.join('.')}` : whole

/** Places within the part at `prefix`. */
export const within =
  (place: Place, ...prefix: readonly PropertyKey[]): Place =>
  (path, of) =>
    place([...prefix, ...path], of)

/** A value as messages show it. */
export function shown(value: unknown): string {
  // For which JSON has null.
  if (typeof value === 'number') return String(value)
  try {
    return shortened(JSON.stringify(value) ?? String(value))
  } catch {
    // A YAML alias can make a value that holds itself.
    return 'a value that holds itself'
  }
}

/**
 * The output of `schema` for `value`, whose keys may be `keys`. Throws an ExperimentError for its first mistake; an
 * unknown key comes before a missing one, for which it may be meant.
 */
export function check<S extends z.ZodType>(
  schema: S,
  value: unknown,
  keys: readonly string[],
  place: Place
): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { issues } = result.error
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!
    throw new ExperimentError(`${place([...issue.path, key], 'key')}: unknown key${allowed(key, keys)}`)
  }
  const { path, ...rest } = withinUnion(issue)
  throw new ExperimentError(`${place(path)}: ${problem({ ...rest, path }, partAt(value, path))}`)
}

/** Of a mistake in something that may have several forms: that in a part of it, if it has one of the forms but for this part. */
function withinUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue
  const inner = issue.errors.flat().find(({ path }) => path.length > 0)
  return inner === undefined ? issue : withinUnion({ ...inner, path: [...issue.path, ...inner.path] })
}

function problem(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'must be given'
  if (issue.code === 'invalid_value') {
    return `${shown(value)} is unknown${allowed(String(value), issue.values.map(String))}`
  }
  return `${rule(issue)}, not ${shown(value)}`
}

const NOUNS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys and values',
  record: 'a map of keys and values'
}

/** What a schema of ours says itself, or zod's rules in the same words. */
function rule(issue: z.core.$ZodIssue): string {
  switch (/^(Invalid|Too) /.test(issue.message) ? issue.code : 'custom') {
    case 'invalid_type':
      return `must be ${'expected' in issue ? (NOUNS[String(issue.expected)] ?? issue.expected) : issue.message}`
    case 'too_small':
      if ('origin' in issue && issue.origin === 'string') return 'must be non-empty text'
      return 'minimum' in issue
        ? `must be ${issue.inclusive ? 'at least' : 'above'} ${issue.minimum}`
        : issue.message
    case 'too_big':
      return 'maximum' in issue
        ? `must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`
        : issue.message
    case 'invalid_union': {
      const forms = 'errors' in issue ? issue.errors.flatMap(([first]) => (first ? [rule(first)] : [])) : []
      return [...new Set(forms)]
        .map((form, k) => (k === 0 ? form : form.replace(/^must be /, '')))
        .join(' or ')
    }
    default:
      return issue.message
  }
}

function partAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let part = value
  for (const key of path) part = (part as Readonly<Record<PropertyKey, unknown>>)[key]
  return part
}
