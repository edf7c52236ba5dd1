/** The flags of `murmur compare`. */
import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { resolve as absolute, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { CELLS_FOLDER } from '../../cells/kept.ts'
import type { Comparison } from '../../compare/comparison.ts'
import { expand, type LeftOut } from '../../compare/grid.ts'
import { isMeasured } from '../../compare/measured.ts'
import { givenByFlag, readSource } from '../../compare/source.ts'
import { ExperimentError } from '../../core/errors.ts'
import { allowed } from '../../core/nearest.ts'
import type { Symbols } from '../../dashboard/glyphs.ts'
import { loadExtensions } from '../../experiment/extensions.ts'
import { flagOf, KEY_NAMES, KEYS, type KeyName } from '../../experiment/keys.ts'
import { fromWord } from '../../experiment/named.ts'
import { folderName, readComparison } from '../../records/comparison-file.ts'
import { quoted, symbolsOf } from '../read-request.ts'
import { seedsOf } from '../read-seeds.ts'

/** As commander gives them. */
export interface CompareOptions
  extends Readonly<Partial<Record<Exclude<KeyName, 'use' | 'name'>, readonly string[]>>> {
  readonly use?: readonly string[]
  readonly name?: string
  readonly seeds?: string
  readonly metric?: string
  readonly target?: string
  readonly budget?: string
  readonly price?: string
  readonly statistic?: string
  readonly jobs?: string
  readonly folder?: string
  readonly fresh?: true
  readonly json?: true
  readonly tune?: string
  readonly ui?: boolean
  readonly symbols?: string
}

/** What the command line asks of `compareCommand`. */
export interface CompareRequest {
  readonly comparison: Comparison
  readonly leftOut: readonly LeftOut[]
  readonly warnings: readonly string[]
  /** Whether the best step size of each is found, too. */
  readonly tune: boolean
  /** Its own, where what it found is written. */
  readonly folder: string
  /** Where runs are kept, those of other comparisons, too. */
  readonly cells: string
  readonly fresh: boolean
  readonly jobs: number
  readonly json: boolean
  /** Whether the screen of the terminal is wanted, if there is one, and what it is drawn with. */
  readonly ui: boolean
  readonly symbols: Symbols | undefined
}

const MOST_JOBS = 256

/** Throws an ExperimentError for what cannot be. */
export function compareRequest(file: string | undefined, options: CompareOptions): CompareRequest {
  const {
    use = [],
    tune,
    jobs,
    folder,
    fresh,
    json,
    ui = true,
    symbols: symbolsWord,
    name,
    seeds,
    metric,
    target,
    budget,
    price,
    statistic
  } = options
  const symbols = symbolsOf(symbolsWord)
  const modules = use.map(module => absolute(module))
  loadExtensions(modules, () => flagOf('use'))
  const values = Object.fromEntries(
    KEY_NAMES.filter(key => key !== 'use' && key !== 'name').flatMap(key => {
      const words = options[key]
      const flag = flagOf(key)
      return words === undefined
        ? []
        : [[key, words.map(word => givenByFlag(key, valueFrom(key, word), flag))]]
    })
  )
  const flags = { name, metric, target, budget, price, statistic }
  const source = readSource(file, values, { ...flags, seeds: seedsGiven(seeds) }, modules)
  const { comparison, leftOut, warnings } = expand(source, (count, first) => seedsOf(String(count), first))
  const parent = folderGiven(folder)
  const isNamed = comparison.name !== ''
  const named = { ...comparison, name: isNamed ? comparison.name : digestOf(comparison) }
  const own = join(parent, folderName(named.name))
  if (isNamed && fresh !== true) refuseAnother(own, comparison)
  return {
    comparison: { ...named, command: commandOf(file, options) },
    leftOut,
    warnings,
    tune: tuneOf(tune),
    folder: own,
    cells: join(parent, CELLS_FOLDER),
    fresh: fresh === true,
    jobs: jobsOf(jobs, isMeasured(comparison)),
    json: json === true,
    ui,
    symbols
  }
}

function valueFrom(key: KeyName, word: string): unknown {
  if (word.startsWith('--')) throw new ExperimentError(`${flagOf(key)}: needs a value before ${word}`)
  return key === 'seed' ? word : fromWord(word)
}

/** A number of seeds begins with the seed of the experiment, which is known later. */
function seedsGiven(word: string | undefined): number | readonly string[] | undefined {
  if (word === undefined) return undefined
  const checked = seedsOf(word, '1')
  return word.includes(',') ? checked : checked.length
}

function tuneOf(word: string | undefined): boolean {
  if (word !== undefined && word !== 'step-size')
    throw new ExperimentError(`--tune: unknown "${word}"${allowed(word, ['step-size'])}`)
  return word !== undefined
}

/** What is measured is measured one by one. */
function jobsOf(word: string | undefined, measured: boolean): number {
  const jobs = word === undefined ? (measured ? 1 : availableParallelism()) : Number(word)
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > MOST_JOBS)
    throw new ExperimentError(`--jobs: is "${word}", must be a number of threads, 1 to ${MOST_JOBS}`)
  return jobs
}

function folderGiven(word = join('runs', 'comparisons')): string {
  if (word.trim() === '') throw new ExperimentError(`--folder: is "${word}", must be a folder`)
  return word
}

type Compared = Pick<Comparison, 'problems' | 'contenders'>

/** What makes it this comparison. With other seeds, another price or target it is the same one, in whatever order contenders come. */
const identityOf = ({ problems, contenders }: Compared) => ({
  problems,
  contenders: contenders
    .map(({ experiment: { seed: _, ...experiment }, ...contender }) => ({ ...contender, experiment }))
    .toSorted((a, b) => a.problem - b.problem || (a.label < b.label ? -1 : 1))
})

const digestOf = (comparison: Compared): string =>
  createHash('sha256')
    .update(JSON.stringify(identityOf(comparison)))
    .digest('hex')
    .slice(0, 8)

/** Throws an ExperimentError if what is in `folder` is another comparison, which would be lost. */
function refuseAnother(folder: string, comparison: Compared): void {
  const kept = keptComparison(folder)
  if (kept === undefined || isDeepStrictEqual(identityOf(kept), identityOf(comparison))) return
  throw new ExperimentError(
    `${folder}: is another comparison; give this one another --name (runs that both have are not run again), or --fresh`
  )
}

/** What cannot be read is none. */
function keptComparison(folder: string): Compared | undefined {
  try {
    return readComparison(absolute(folder))?.comparison
  } catch (error) {
    if (error instanceof ExperimentError) return undefined
    throw error
  }
}

/** What to type for the same comparison, from the same folder. */
function commandOf(
  file: string | undefined,
  { jobs: _, fresh: __, json: ___, ui: ____, symbols: _____, ...options }: CompareOptions
): string {
  const words = file === undefined ? [] : [file]
  for (const [key, value] of Object.entries(options)) {
    const flag = key in KEYS ? flagOf(key as KeyName) : `--${key}`
    for (const word of [value ?? []].flat()) words.push(flag, String(word))
  }
  return ['murmur', 'compare', ...words.map(quoted)].join(' ')
}
