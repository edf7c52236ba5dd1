/**
 * What users bring: modules of their own that export environments, learners, topologies or aggregations by name, each as
 * `interfaces.ts` has them. Their names then mean what ours mean, wherever a name is written.
 */
import { realpathSync, statSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { z } from 'zod'
import { addTraits } from '../aggregation/names.ts'
import { ExperimentError } from '../core/errors.ts'
import type { AggregationFamily, Family } from '../interfaces.ts'
import { NAMED_KEYS } from './families.ts'
import { guarded } from './guarded.ts'
import { lineIn, mistakeIn } from './mistake.ts'
import { optionsOf } from './named.ts'

/** What a module may export: to which list that is added, and what each of its families must have besides options and description. */
const EXPORTS = {
  environments: { families: NAMED_KEYS.environment.families, texts: ['picture'], functions: ['build'] },
  learners: { families: NAMED_KEYS.learner.families, texts: ['learns'], functions: ['readOut', 'build'] },
  topologies: { families: NAMED_KEYS.topology.families, texts: ['picture'], functions: ['build'] },
  aggregations: { families: NAMED_KEYS.aggregation.families, texts: [], functions: ['build'] }
} as const

type Exported = keyof typeof EXPORTS

const EXPORTED = Object.keys(EXPORTS) as readonly Exported[]

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** By `environments.my-thing` the file that it comes from; what is ours has none. */
const origins = new Map<string, string>()
/** The files. */
const loaded = new Set<string>()

/**
 * Loads the modules in these files, absolute paths, and adds what they export, before a name of theirs is parsed: in each
 * process and each thread that makes something of an experiment. What is loaded already is not loaded again. Throws an
 * ExperimentError, at the place that `placeOf` gives to a file by its number.
 */
export function loadExtensions(
  files: readonly string[],
  placeOf: (k: number) => string = k => `use.${k}`
): void {
  for (const [k, file] of files.entries()) {
    if (loaded.has(file)) continue
    try {
      extend(load(file), file)
    } catch (error) {
      if (error instanceof ExperimentError) throw new ExperimentError(`${placeOf(k)}: ${error.message}`)
      throw error
    }
    loaded.add(file)
  }
}

/**
 * Adds the families that a module exports; `file` is where it comes from. This is the one place where the lists of names change:
 * they are constants to all that reads them, so that a name means the same for as long as it is known. Nothing is ever replaced
 * but by the file that it came from, and a module is taken as a whole or not at all. Throws an ExperimentError for what is not
 * as it must be.
 */
export function extend(exported: Readonly<Record<string, unknown>>, file: string): void {
  const kinds = EXPORTED.filter(kind => exported[kind] !== undefined)
  if (kinds.length === 0) {
    throw new ExperimentError(
      `${file} exports nothing to add; it may export ${EXPORTED.join(', ')}, each a map from names to families`
    )
  }
  const additions = kinds.flatMap(kind => {
    const families = exported[kind]
    if (!isRecord(families)) {
      throw new ExperimentError(`${file}: ${kind} must be a map from names to families, as { 'my-thing': … }`)
    }
    return Object.entries(families).map(([name, family]) => ({ kind, name, family }))
  })
  for (const { kind, name, family } of additions) {
    const problem = problemOf(kind, name, family, file)
    if (problem !== undefined) throw new ExperimentError(`${file}: ${kind}.${name} ${problem}`)
  }
  for (const { kind, name, family } of additions) {
    const { families, functions } = EXPORTS[kind]
    Object.assign(families, { [name]: guarded(family as object, functions, { kind, name, file }) })
    if (kind === 'aggregations') addTraits(name, (family as AggregationFamily).traits)
    origins.set(`${kind}.${name}`, file)
  }
}

/** Why a family cannot be added, in words that follow its name. */
function problemOf(kind: Exported, name: string, family: unknown, file: string): string | undefined {
  const { families, texts, functions } = EXPORTS[kind]
  if (!NAME.test(name)) return 'is no name: small letters, digits and single hyphens will do, as my-thing'
  const origin = origins.get(`${kind}.${name}`)
  if (Object.hasOwn(families, name) && origin !== file) {
    return `is taken: ${origin === undefined ? 'Murmuration has one of its own' : `${origin} has one, too`}; call it something else`
  }
  if (!isRecord(family)) return 'must be a family: description, options, build, …'
  for (const key of ['description', ...texts]) {
    if (typeof family[key] !== 'string' || family[key] === '') return `must have a ${key}, as text`
  }
  for (const key of functions) if (typeof family[key] !== 'function') return `must have a function ${key}`
  if (kind === 'learners' && family.learns !== 'values' && family.learns !== 'policies') {
    return `must have learns 'values' or 'policies', not ${JSON.stringify(family.learns)}`
  }
  if (!isStrictObject(family.options)) {
    return 'must have options, z.strictObject({ … }) with the z of @murmuration/swarm'
  }
  const { positional } = family
  if (
    positional !== undefined &&
    !optionsOf(family as unknown as Family<unknown>).includes(String(positional))
  ) {
    return `has no option ${JSON.stringify(positional)}, which positional names`
  }
  return undefined
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** Whether this is an object schema of our zod, by which unknown keys are refused. */
const isStrictObject = (options: unknown): boolean =>
  options instanceof z.ZodObject &&
  options.safeParse({ '': 0 }).error?.issues.some(({ code }) => code === 'unrecognized_keys') === true

/** The exports of the module in a file, by an absolute path. Throws an ExperimentError for what cannot be loaded. */
function load(file: string): Readonly<Record<string, unknown>> {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ExperimentError(`there is no file "${file}"`)
  }
  hook()
  const { href } = pathToFileURL(realpathSync(file))
  formats.set(href, formatOf(href))
  try {
    return createRequire(import.meta.url)(file)
  } catch (error) {
    throw new ExperimentError(`${file} cannot be loaded: ${reasonOf(error, file)}`)
  }
}

/** Frames of an error, once there are files of users. */
const LONGEST_STACK = 50

let isHooked = false
/** By URL, what the files are that are used, and the TypeScript beside them that they import. */
const formats = new Map<string, string>()

/**
 * Whoever imports `@murmuration/swarm` from now on gets the copy that is running, wherever his file is and whatever is installed
 * beside it: there is one list of each kind, and one zod. A file that is used is a module, whatever a package.json says of its folder.
 */
function hook(): void {
  if (isHooked) return
  isHooked = true
  // A file is blamed for what it calls, too, if it is in the stack.
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, LONGEST_STACK)
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const own: Readonly<Record<string, string>> = {
    '@murmuration/swarm': `../index.${extension}`,
    '@murmuration/swarm/topologies': `../../topologies/index.${extension}`,
    '@murmuration/swarm/peers': `../../peers/index.${extension}`
  }
  registerHooks({
    resolve(specifier, context, next) {
      const ours = own[specifier]
      if (ours !== undefined) return next(new URL(ours, import.meta.url).href, context)
      const found = next(specifier, context)
      const isBeside = /^\.\.?\//.test(specifier) && formats.has(context.parentURL ?? '')
      if (isBeside && found.url.endsWith('.ts')) formats.set(found.url, formatOf(found.url))
      return found
    },
    load(url, context, next) {
      const format = formats.get(url)
      return next(url, format === undefined ? context : { ...context, format })
    }
  })
}

const formatOf = (url: string): string => (url.endsWith('.ts') ? 'module-typescript' : 'module')

/** Why the module in `file` was not loaded, on one line. */
function reasonOf(error: unknown, file: string): string {
  if (!(error instanceof Error)) return `it throws ${String(error)}`
  const { code } = error as NodeJS.ErrnoException
  const [message = ''] = error.message.split('\n')
  switch (code) {
    case 'ERR_REQUIRE_ASYNC_MODULE':
      return 'it awaits something outside of functions, which is not possible here'
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return 'TypeScript under node_modules is not read; put it elsewhere, or compile it to JavaScript'
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return (
        `${placeOf(error, file)}${message}. Types are stripped and nothing is compiled: ` +
        'write it without enum, namespace and parameter properties'
      )
    default:
      return `${placeOf(error, file)}${message}${NO_EXPORT.test(message) ? '; what is a type is imported as { type Name }' : ''}`
  }
}

const NO_EXPORT = /does not provide an export named/

/** Where a mistake of syntax is, which is how the stack of its error begins. */
function placeOf({ stack = '' }: Error, loading: string): string {
  const [, file, line] = /^((?:file:\/\/|\/|[A-Za-z]:\\).*):(\d+)\n/.exec(stack) ?? []
  if (file === undefined) return ''
  const path = file.startsWith('file:') ? fileURLToPath(file) : file
  return path === loading ? `line ${line}: ` : `${path}:${line}: `
}

/** One line on an error that comes from a loaded module or what lies beside it: where, and what; undefined where it does not. */
export function blameOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const files = new Set([...loaded, ...[...formats.keys()].map(url => fileURLToPath(url))])
  const file = [...files].find(each => lineIn(each, error) !== undefined)
  return file === undefined ? undefined : `${file}: ${mistakeIn(file, error)}`
}
