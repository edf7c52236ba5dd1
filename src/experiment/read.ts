/**
 * An experiment from a file, flags and `--set`, each of which overrides the one before; mistakes are told where they were
 * made.
 */
import { readFileSync, statSync } from 'node:fs'
import { resolve as absolute, dirname, isAbsolute, join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { allowed, nearest } from '../core/nearest.ts'
import { loadExtensions } from './extensions.ts'
import { isNamedKey, NAMED_KEYS, type NamedKey } from './families.ts'
import { flagOf, KEY_NAMES, type KeyName } from './keys.ts'
import { fromWord, type Named, toNamed } from './named.ts'
import { check, type Place, placeWithin } from './problem.ts'
import { type Resolved, resolve } from './resolve.ts'
import { experimentSchema } from './schema.ts'
import { shipped } from './shipped.ts'
import { readYaml, readYamlValue, type YamlText } from './yaml-text.ts'

export interface Sources {
  /** A YAML or JSON file, or the name of a shipped experiment; undefined for defaults. */
  readonly experiment?: string | undefined
  /** Values of flags as typed, by key. */
  readonly flags?: Readonly<Partial<Record<Exclude<KeyName, 'use'>, string>>>
  /** Files that extend the product, besides those that the experiment names. */
  readonly use?: readonly string[]
  /** `path=value` each, in order. */
  readonly sets?: readonly string[]
}

/** Keys whose numbers are text. */
const TEXTS: readonly string[] = ['seed', 'name']

/**
 * The experiment that the sources describe, with everything decided. Paths of files are taken from the folder of the
 * experiment's file, or from the current one where a flag gives them, and become absolute.
 */
export function readExperiment({ experiment, flags = {}, use = [], sets = [] }: Sources): Resolved {
  const base = experiment === undefined ? undefined : openExperiment(experiment)
  const raw: Record<string, unknown> = { ...base?.text.content }
  const origins = new Map<string, string>()
  let faults: YamlText | undefined
  const place: Place = (path, of) => {
    const [key, ...inFaults] = path
    if (key === 'faults' && faults !== undefined && inFaults.length > 0) {
      return faults.find(inFaults, of) ?? inFaults.join('.')
    }
    for (let length = path.length; length > 0; length--) {
      const origin = origins.get(path.slice(0, length).join('.'))
      if (origin !== undefined) return placeWithin(origin)(path.slice(length))
    }
    return base?.text.find(path, of) ?? path.join('.')
  }

  const { use: listed } = check(experimentSchema.pick({ use: true }), { use: raw.use }, KEY_NAMES, place)
  for (const k of use.keys()) origins.set(`use.${listed.length + k}`, flagOf('use'))
  const files = [
    ...listed.map(file => absolute(base?.folder ?? '.', file)),
    ...use.map(file => absolute(file))
  ]
  // Before any name is parsed.
  loadExtensions(files, k => place(['use', k]))
  raw.use = files
  for (const [key, text] of Object.entries(flags)) {
    raw[key] = TEXTS.includes(key) ? text : fromWord(text)
    origins.set(key, flagOf(key as KeyName))
  }
  for (const key of Object.keys(raw).filter(isNamedKey)) {
    const folder = origins.has(key) || base === undefined ? '.' : base.folder
    raw[key] = named(key, raw[key], folder, (path, of) => place([key, ...path], of))
  }
  for (const set of sets) {
    const { key, option, value, origin } = readSet(set)
    if (option === undefined) {
      raw[key] = isNamedKey(key) ? named(key, value, '.', placeWithin(origin)) : value
      for (const earlier of origins.keys()) if (earlier.startsWith(`${key}.`)) origins.delete(earlier)
      origins.set(key, origin)
    } else {
      const parts = raw[key] ?? { name: NAMED_KEYS[key].standard }
      raw[key] = named(key, { ...parts, [option]: value }, '.', placeWithin(origin))
      origins.set(`${key}.${option}`, origin)
    }
  }
  if (typeof raw.faults === 'string') {
    const folder = origins.has('faults') || base === undefined ? '.' : base.folder
    faults = openFaults(raw.faults, folder, place(['faults']))
    raw.faults = faults.content
  }
  return resolve(raw, place)
}

/** The file of faults at `path`, from `folder`. Its mistakes are told where they are in it. */
export function openFaults(path: string, folder: string, place: string): YamlText {
  const file = isAbsolute(path) ? path : join(folder, path)
  if (!isFile(file)) throw new ExperimentError(`${place}: there is no file "${file}"`)
  return readYaml(readFile(file), file, [])
}

/** A named thing as an object, the path of its file absolute. */
export function named(key: NamedKey, value: unknown, folder: string, place: Place): Named {
  const parts = toNamed(value, NAMED_KEYS[key].families, place)
  return typeof parts.path === 'string' ? { ...parts, path: absolute(folder, parts.path) } : parts
}

/** The text of a file, or of a shipped experiment, and the folder from which its paths are taken. */
export function openExperiment(experiment: string): { text: YamlText; folder: string } {
  if (isFile(experiment)) {
    return { text: readYaml(readFile(experiment), experiment, TEXTS), folder: dirname(experiment) }
  }
  const text = Object.entries(shipped).find(([name]) => name === experiment)?.[1]
  if (text === undefined) {
    const names = Object.keys(shipped)
    const guess = nearest(experiment, names)
    throw new ExperimentError(
      `there is neither a file "${experiment}" nor a shipped experiment of that name` +
        `${guess === undefined ? '.' : `; did you mean "${guess}"?`} Shipped: ${names.join(', ')}`
    )
  }
  return { text: readYaml(text, experiment, TEXTS), folder: '.' }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    // Whatever cannot be looked at is no file to read.
    return false
  }
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ExperimentError(`${path}: cannot be read (${error instanceof Error ? error.message : error})`)
  }
}

type Setting =
  | { key: KeyName; option: undefined; value: unknown; origin: string }
  | { key: NamedKey; option: string; value: unknown; origin: string }

/** Takes `path=value` apart. */
function readSet(set: string): Setting {
  const equals = set.indexOf('=')
  const path = equals < 0 ? set : set.slice(0, equals)
  const origin = `--set ${path}`
  if (equals < 0) throw new ExperimentError(`${origin}: must be path=value, as topology.degree=4`)
  const [word = '', option, ...deeper] = path.split('.')
  const key = KEY_NAMES.find(name => name === word)
  if (key === undefined) throw new ExperimentError(`${origin}: unknown key${allowed(word, KEY_NAMES)}`)
  if (key === 'use') throw new ExperimentError(`${origin}: files are added with ${flagOf(key)} FILE`)
  const text = set.slice(equals + 1)
  const value = TEXTS.includes(key) ? text : readYamlValue(text, origin)
  if (option === undefined) return { key, option, value, origin }
  if (deeper.length > 0 || !isNamedKey(key)) {
    throw new ExperimentError(`${origin}: ${path.slice(0, path.lastIndexOf('.'))} has no parts`)
  }
  return { key, option, value, origin }
}
