/**
 * A comparison as it is written: in a file, by flags, or both. Every value comes with the place where it was written, so that a
 * mistake in it is told there.
 */
import { resolve as absolute } from 'node:path'
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { loadExtensions } from '../experiment/extensions.ts'
import { isNamedKey } from '../experiment/families.ts'
import { flagOf, KEY_NAMES, type KeyName } from '../experiment/keys.ts'
import { check, type Place, within } from '../experiment/problem.ts'
import { named, openExperiment, openFaults } from '../experiment/read.ts'
import { METRICS, type Metric } from '../interfaces.ts'
import { STATISTICS, type Statistic } from '../statistics/estimate.ts'
import { networkModelOf } from '../timing/network-models.ts'
import { BUDGETS, type Budget } from './comparison.ts'

/** A value of a key of experiments, and where it was written. */
export interface Given {
  readonly value: unknown
  /** Of paths within the value. */
  readonly place: Place
}

/** Some keys of an experiment. */
export type Keys = Readonly<Partial<Record<KeyName, Given>>>

export interface Source {
  readonly name: string | null
  /** What all runs have in common, unless something below says otherwise. */
  readonly base: Keys
  /** Sets of keys, each a problem; none is one without keys. */
  readonly problems: readonly Keys[]
  /** Sets of keys, each a contender of every problem. */
  readonly contenders: readonly Keys[]
  /** Each key takes each of its values, with each of those of the others. */
  readonly grid: Readonly<Partial<Record<KeyName, readonly Given[]>>>
  /** How many, or which; null for as many as usual. */
  readonly seeds: number | readonly string[] | null
  /** Null: as suits the learner. */
  readonly metric: Metric | null
  readonly target: number | null
  readonly budget: Budget | null
  readonly price: string
  readonly statistic: Statistic
}

/** What of a comparison is said by flags: as typed. */
export interface CompareFlags {
  readonly name?: string | undefined
  readonly seeds?: number | readonly string[] | undefined
  readonly metric?: string | undefined
  readonly target?: string | undefined
  readonly budget?: string | undefined
  readonly price?: string | undefined
  readonly statistic?: string | undefined
}

/** The network in which seconds are predicted, unless another is named. */
export const STANDARD_PRICE = 'wan'

const keys = z.record(z.string(), z.unknown())
const number = z.union([z.number(), z.string()])

const fileSchema = z.strictObject({
  name: z.string().min(1).optional(),
  base: keys.default({}),
  problems: z.array(keys).default([]),
  contenders: z.array(keys).default([]),
  grid: z.record(z.string(), z.array(z.unknown()).min(1)).default({}),
  seeds: z
    .union([z.int().min(1), z.array(z.union([z.string(), z.number()]).transform(String)).min(1)])
    .optional(),
  metric: z.string().optional(),
  target: number.transform(String).optional(),
  budget: z.string().optional(),
  price: z.string().optional(),
  statistic: z.string().optional()
})

const FILE_KEYS = Object.keys(fileSchema.shape)

/**
 * What the file and the flags describe; a flag replaces what the file says of its key. `file` may be an experiment, too, or the name of
 * a shipped one: what all runs have in common. `values`: by key of an experiment what its flag was given, once or several times; `use`:
 * modules that are loaded, their absolute paths.
 */
export function readSource(
  file: string | undefined,
  values: Readonly<Partial<Record<KeyName, readonly Given[]>>>,
  flags: CompareFlags,
  use: readonly string[]
): Source {
  const { said, base, ...written } = file === undefined ? NOTHING : fromFile(file)
  const grid = { ...written.grid }
  const common: Partial<Record<KeyName, Given>> = { ...base }
  for (const [key, given] of Object.entries(values) as [KeyName, readonly Given[]][]) {
    delete grid[key]
    delete common[key]
    const [first] = given
    if (given.length === 1 && first !== undefined) common[key] = first
    else grid[key] = given
  }
  if (use.length > 0) {
    const before = (common.use?.value ?? []) as readonly string[]
    common.use = { value: [...before, ...use], place: () => flagOf('use') }
  }
  const of = (key: keyof CompareFlags): string => (flags[key] === undefined ? said.place([key]) : `--${key}`)
  const {
    metric,
    target,
    budget,
    price = STANDARD_PRICE,
    statistic = 'mean'
  } = { ...said.flags, ...defined(flags) }
  networkModelOf(price, of('price'))
  return {
    name: flags.name ?? said.flags.name ?? null,
    base: common,
    problems: written.problems,
    contenders: written.contenders,
    grid,
    seeds: flags.seeds ?? said.flags.seeds ?? null,
    metric: metric === undefined ? null : oneOf(metric, METRICS, of('metric')),
    target: target === undefined ? null : numberOf(target, of('target')),
    budget: budget === undefined ? null : budgetOf(budget, of('budget')),
    price,
    statistic: oneOf(statistic, STATISTICS, of('statistic'))
  }
}

const defined = (flags: CompareFlags): CompareFlags =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))

interface Written extends Pick<Source, 'base' | 'problems' | 'contenders' | 'grid'> {
  readonly said: { readonly flags: CompareFlags; readonly place: Place }
}

const NOTHING: Written = {
  said: { flags: {}, place: path => path.join('.') },
  base: {},
  problems: [],
  contenders: [],
  grid: {}
}

function fromFile(file: string): Written {
  const { text, folder } = openExperiment(file)
  const { content } = text
  const find: Place = (path, of) => text.find(path, of) ?? path.join('.')
  const isExperiment = Object.keys(content).every(key => KEY_NAMES.includes(key as KeyName))
  if (isExperiment) {
    return { ...NOTHING, base: keysOf(content, folder, find), said: { flags: {}, place: find } }
  }
  for (const key of Object.keys(content)) {
    if (FILE_KEYS.includes(key)) continue
    if (KEY_NAMES.includes(key as KeyName))
      throw new ExperimentError(
        `${find([key], 'key')}: is a key of experiments; put it under base, or under grid`
      )
    throw new ExperimentError(`${find([key], 'key')}: unknown key${allowed(key, FILE_KEYS)}`)
  }
  const { base, problems, contenders, grid, ...flags } = check(fileSchema, content, FILE_KEYS, find)
  const common = keysOf(base, folder, within(find, 'base'))
  const each = (part: 'problems' | 'contenders') => (set: Readonly<Record<string, unknown>>, k: number) =>
    keysOf(set, folder, within(find, part, k))
  return {
    said: { flags, place: find },
    base: common,
    problems: problems.map(each('problems')),
    contenders: contenders.map(each('contenders')),
    grid: Object.fromEntries(
      Object.entries(grid).map(([key, list]) => [
        key,
        list.map((value, k) =>
          givenOf(key, value, folder, within(find, 'grid'), within(find, 'grid', key, k))
        )
      ])
    )
  }
}

/** Modules come first: names in the other keys may be theirs. */
const keysOf = (set: Readonly<Record<string, unknown>>, folder: string, place: Place): Keys =>
  Object.fromEntries(
    Object.entries(set)
      .toSorted(([a], [b]) => Number(b === 'use') - Number(a === 'use'))
      .map(([key, value]) => [key, givenOf(key, value, folder, place, within(place, key))])
  )

/** A value of `key`, files in it found from `folder`; `at` is the place of the value, `place` of the map that it is in. */
function givenOf(key: string, value: unknown, folder: string, place: Place, at: Place): Given {
  const known = checkKey(key, place)
  if (known === 'use') {
    const files = [value].flat().map(file => absolute(folder, String(file)))
    loadExtensions(files, k => at([k]))
    return { value: files, place: at }
  }
  if (isNamedKey(known)) return { value: named(known, value, folder, at), place: at }
  if (known === 'faults' && typeof value === 'string')
    return { value: openFaults(value, folder, at([])).content, place: at }
  return { value, place: at }
}

/** Values of flags, as they are given from the current folder. */
export const givenByFlag = (key: KeyName, value: unknown, flag: string): Given =>
  givenOf(
    key,
    value,
    '.',
    path => path.join('.'),
    path => [flag, ...path].join(' ')
  )

const NOT_HERE: Readonly<Partial<Record<string, string>>> = {
  until: 'a comparison goes through all its rounds; use target',
  processes: 'the runs of a comparison have one process each',
  port: 'the runs of a comparison take any free ports'
}

function checkKey(key: string, place: Place): KeyName {
  const known = KEY_NAMES.find(name => name === key)
  if (known === undefined)
    throw new ExperimentError(`${place([key], 'key')}: unknown key${allowed(key, KEY_NAMES)}`)
  const why = NOT_HERE[known]
  if (why !== undefined) throw new ExperimentError(`${place([key], 'key')}: ${why}`)
  return known
}

function oneOf<T extends string>(word: string, names: readonly T[], place: string): T {
  const known = names.find(name => name === word)
  if (known === undefined) throw new ExperimentError(`${place}: unknown "${word}"${allowed(word, names)}`)
  return known
}

function numberOf(word: string, place: string): number {
  const value = word.trim() === '' ? Number.NaN : Number(word)
  if (!Number.isFinite(value)) throw new ExperimentError(`${place}: is "${word}", must be a number`)
  return value
}

function budgetOf(word: string, place: string): Budget {
  const [of = '', amount = ''] = word.split('=')
  const known = BUDGETS.find(name => name === of)
  const value = Number(amount)
  if (known === undefined || !(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new ExperimentError(
      `${place}: is "${word}", must be ${BUDGETS.map(name => `${name}=…`).join(' or ')}, a number above 0`
    )
  }
  return { of: known, amount: value }
}
