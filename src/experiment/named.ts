/**
 * Things with options of their own. As text: `ring`, `garnet:states=50,discount=0.9`, `file:graph.txt`; as an object:
 * `{ name: 'garnet', states: 50, discount: 0.9 }`; as a number, where the first of its families has an option that a
 * number alone stands for: `20` for `constant:20`.
 */
import { z } from 'zod'
import { assert } from '../core/assert.ts'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { UNSIGNED_NUMBER } from '../core/number.ts'
import type { Family } from '../interfaces.ts'
import { check, type Place, placeWithin, shown } from './problem.ts'

/** A name with options, plain data. */
export interface Named {
  readonly name: string
  readonly [option: string]: unknown
}

export type Families<F extends Family<unknown> = Family<unknown>> = Readonly<Record<string, F>>

/**
 * The family that `value` names, its options with defaults filled in, and both as plain data. Throws an ExperimentError
 * that begins with `place` for an unknown name or option, or a value that the option cannot have.
 */
export function parseNamed<F extends Family<unknown>>(
  value: unknown,
  families: Families<F>,
  place: string | Place
): { name: string; family: F; options: z.output<F['options']>; named: Named } {
  const where = typeof place === 'string' ? placeWithin(place) : place
  const { name, ...given } = toNamed(value, families, where)
  const family = familyOf(name, families, where)
  refuseWithout(family, given, name, where)
  const options = check<F['options']>(family.options, given, optionsOf(family), where)
  return { name, family, options, named: { name, ...(options as object) } }
}

/** Refuses a name alone where an option that may follow the colon must be given. */
function refuseWithout(family: Family<unknown>, given: object, name: string, where: Place): void {
  const { positional } = family
  if (positional === undefined || Object.keys(given).length > 0) return
  if (shapeOf(family)[positional]?.safeParse(undefined).success === true) return
  throw new ExperimentError(`${where([positional])}: must be given, as ${name}:${positional.toUpperCase()}`)
}

/** The text of a named thing: its name and the options that are not as they are by default, so that it has one text. */
export function specOf({
  family,
  named: { name, ...options }
}: {
  readonly family: Family<unknown>
  readonly named: Named
}): string {
  const shape = shapeOf(family)
  const given = Object.entries(options)
    .filter(([key, value]) => shape[key]?.safeParse(undefined).data !== value)
    .map(([key, value]) => (key === family.positional ? `${value}` : `${key}=${value}`))
  return given.length === 0 ? name : `${name}:${given.join(',')}`
}

/** `value`, text, number or object, as an object; its name is known, its options are as given. */
export function toNamed(value: unknown, families: Families, place: Place): Named {
  if (typeof value === 'string') return fromText(value, families, place)
  if (typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string') {
    familyOf(value.name, families, place)
    return { ...value, name: value.name }
  }
  const number = numberStandsFor(families)
  if (typeof value === 'number' && number !== undefined) return { name: number.name, [number.option]: value }
  throw new ExperimentError(
    `${place([])}: must be ${number === undefined ? '' : 'a number, '}a name, as "${Object.keys(families)[0]}", ` +
      `or { name: …, option: value }, not ${shown(value)}`
  )
}

/** What a number alone gives: the positional option of the first family; undefined if that has none. */
export function numberStandsFor(families: Families): { name: string; option: string } | undefined {
  const [name, family] = Object.entries(families)[0] ?? []
  const option = family?.positional
  return name === undefined || option === undefined ? undefined : { name, option }
}

/** The names of the options of a family. */
export const optionsOf = (family: Family<unknown>): readonly string[] => Object.keys(shapeOf(family))

/** The options of a family as they are by default: `neighbours=4`, and `path=…` where one must be given, or may be left out. */
export function optionsInWords(family: Family<unknown>): string {
  const defaults = Object.entries(shapeOf(family)).map(([option, schema]) => {
    const { data } = schema.safeParse(undefined)
    return `${option}=${data === undefined ? '…' : data}`
  })
  return defaults.join(',')
}

function shapeOf({ options }: Family<unknown>): Readonly<Record<string, z.ZodType>> {
  assert(options instanceof z.ZodObject, 'the options of a family are a zod object')
  return options.shape
}

/** Text that looks like a number, true or false, as what it looks like. */
export function fromWord(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return NUMBER.test(text) ? Number(text) : text
}

const NUMBER = new RegExp(`^[-+]?${UNSIGNED_NUMBER}$`)

function familyOf<F extends Family<unknown>>(name: string, families: Families<F>, place: Place): F {
  const family = Object.hasOwn(families, name) ? families[name] : undefined
  if (family === undefined) {
    throw new ExperimentError(
      `${place([])}: ${shown(name)} is unknown${allowed(name, Object.keys(families))}`
    )
  }
  return family
}

function fromText(text: string, families: Families, place: Place): Named {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  const family = familyOf(name, families, place)
  const rest = colon < 0 ? '' : text.slice(colon + 1)
  if (rest === '') return { name }

  const named: Record<string, unknown> = { name }
  for (const part of splitOptions(rest, family)) {
    const [, key, value] = /^([^=]*)=(.*)$/s.exec(part) ?? []
    if (key === undefined || value === undefined) {
      throw new ExperimentError(
        `${place([])}: ${shown(part)} of ${shown(text)} is no key=value${allowed(
          part,
          optionsOf(family).map(option => `${option}=…`)
        )}`
      )
    }
    if (key === 'name' || Object.hasOwn(named, key)) {
      throw new ExperimentError(`${place([key])}: is given twice in ${shown(text)}`)
    }
    named[key] = takesText(family, key, value) ? value : fromWord(value)
  }
  return { ...named, name }
}

/** Whether an option is text, as a path is, even where it looks like a number. */
const takesText = (family: Family<unknown>, option: string, text: string): boolean =>
  shapeOf(family)[option]?.safeParse(text).success === true

/** The `key=value` of what follows the name. A path may hold commas and equals signs, so it ends at `,option=` only. */
function splitOptions(rest: string, family: Family<unknown>): readonly string[] {
  const { positional } = family
  const keys = optionsOf(family).join('|')
  if (positional === undefined || new RegExp(`^(${keys})=`).test(rest)) return rest.split(',')
  const [path, ...others] = rest.split(new RegExp(`,(?=(?:${keys})=)`))
  return [`${positional}=${path}`, ...others]
}
