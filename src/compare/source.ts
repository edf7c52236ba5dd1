/**
 * A comparison as it is written: in a file, by flags, or both. Every value comes with the place where it was written, so that a
 * mistake in it is told there.
 */
import { resolve as absolute } from 'node:path'
import { z } from 'zod'
import { CELLS_FOLDER } from '../cells/kept.ts'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { loadExtensions } from '../experiment/extensions.ts'
import { isNamedKey } from '../experiment/families.ts'
import { flagOf, KEY_NAMES, type KeyName } from '../experiment/keys.ts'
import { check, type Place, shown, within } from '../experiment/problem.ts'
import { named, openExperiment, openFaults } from '../experiment/read.ts'
import type { YamlText } from '../experiment/yaml-text.ts'
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
  readonly target: { readonly value: number; readonly place: string } | null
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

/** Of a name. */
const MOST_CHARACTERS = 100

const keys = z.record(z.string(), z.unknown())
const seed = z.union([z.string(), z.number()]).transform(String)

const fileSchema = z.strictObject({
  name: z.string().optional(),
  base: keys.default({}),
  problems: z.array(keys).default([]),
  contenders: z.array(keys).default([]),
  grid: keys.default({}),
  seeds: z
    .union([z.int().min(1), z.array(seed)], 'must be a number of seeds, or a list of them, as [1, 5, 9]')
    .optional(),
  metric: z.string().optional(),
  // Not a number of YAML alone: -.inf has a better message than that it is none.
  target: z
    .unknown()
    .transform(value => (typeof value === 'object' ? shown(value) : String(value)))
    .optional(),
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
  const name = flags.name ?? said.flags.name
  checkPrice(price, of('price'))
  return {
    name: name === undefined ? null : nameOf(name, of('name')),
    base: common,
    problems: written.problems,
    contenders: written.contenders,
    grid,
    seeds: flags.seeds ?? said.flags.seeds ?? null,
    metric: metric === undefined ? null : oneOf(metric, METRICS, of('metric')),
    target: target === undefined ? null : { value: numberOf(target, of('target')), place: of('target') },
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
  if (Object.keys(content).length === 0)
    throw new ExperimentError(
      `${file}: is empty; say what to compare, or give no file for the comparison that is the default`
    )
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
  refuseEmptyLists(content, find)
  const { base, problems, contenders, grid, ...flags } = check(fileSchema, content, FILE_KEYS, find)
  if (Array.isArray(flags.seeds)) refuseTwice(flags.seeds, k => find(['seeds', k]))
  const common = keysOf(base, folder, within(find, 'base'))
  const each = (part: 'problems' | 'contenders') => (set: Readonly<Record<string, unknown>>, k: number) =>
    keysOf(set, folder, within(find, part, k))
  const axisOf = (key: string, values: unknown): Given[] => {
    const at = within(find, 'grid', key)
    const given = (value: unknown, place: Place) => givenOf(key, value, folder, within(find, 'grid'), place)
    // One value is a list of one.
    return Array.isArray(values) ? values.map((value, k) => given(value, within(at, k))) : [given(values, at)]
  }
  return {
    said: { flags, place: find },
    base: common,
    problems: problems.map(each('problems')),
    contenders: contenders.map(each('contenders')),
    grid: Object.fromEntries(Object.entries(grid).map(([key, values]) => [key, axisOf(key, values)]))
  }
}

/** A list of nothing may be one that was to be filled, or a way to say that there is none: both are told. */
function refuseEmptyLists(content: YamlText['content'], find: Place): void {
  const { grid } = content
  const axes = typeof grid === 'object' && grid !== null ? Object.entries(grid) : []
  const lists = [
    ...['problems', 'contenders', 'seeds'].map(key => [[key], content[key]] as const),
    ...axes.map(([key, values]) => [['grid', key], values] as const)
  ]
  for (const [path, list] of lists) {
    if (Array.isArray(list) && list.length === 0)
      throw new ExperimentError(`${find(path)}: is an empty list; fill it, or leave it out for the default`)
  }
}

function refuseTwice(seeds: readonly string[], placeOf: (k: number) => string): void {
  const again = seeds.findIndex((seed, k) => seeds.indexOf(seed) < k)
  if (again >= 0) throw new ExperimentError(`${placeOf(again)}: seed ${seeds[again]} is there twice`)
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
  if (!Number.isFinite(value)) {
    const isInfinite = /^[-+.]*inf(inity)?$/i.test(word)
    throw new ExperimentError(`${place}: is "${word}", must be ${isInfinite ? 'finite' : 'a number'}`)
  }
  return value
}

/** A name that its folder can have, too. */
function nameOf(word: string, place: string): string {
  const ofFolder = /^[\p{L}\p{N}_]([\p{L}\p{M}\p{N}_. -]*[\p{L}\p{M}\p{N}_-])?$/u
  if (!ofFolder.test(word) || word.length > MOST_CHARACTERS) {
    throw new ExperimentError(
      `${place}: is ${shown(word)}, must be at most ${MOST_CHARACTERS} letters, digits, - and _ (no - at the beginning), with dots and blanks between them: its folder is called so, too, with - for blanks`
    )
  }
  if (word.toLowerCase() === CELLS_FOLDER)
    throw new ExperimentError(`${place}: is "${word}", which is the folder of the runs of all comparisons`)
  return word
}

/** A colon has options after it. */
function checkPrice(word: string, place: string): void {
  networkModelOf(word, place)
  if (word.endsWith(':'))
    throw new ExperimentError(`${place}: "${word}" has no options, as wan:latencyMs=80; leave the colon out`)
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
