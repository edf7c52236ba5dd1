/** A comparison as it is kept, in `comparison.json`: written, and read and checked. */
import { readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { BUDGETS, type ComparisonOutcome } from '../compare/comparison.ts'
import type { LeftOut } from '../compare/grid.ts'
import { ExperimentError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import { METRICS } from '../interfaces.ts'
import { STATISTICS } from '../statistics/estimate.ts'
import { makeFolders, reasonOf, replaceFile, writing } from './files.ts'

const FILE = 'comparison.json'

/** In the folder of a comparison, which is made: all of it, with whatever else `outcome` has. Returns the path of the file. */
export function writeComparison(folder: string, outcome: ComparisonOutcome): string {
  const path = join(folder, FILE)
  writing(path, () => makeFolders(folder))
  replaceFile(path, JSON.stringify(outcome), false)
  return path
}

/** A comparison that was kept. */
export interface KeptComparison extends ComparisonOutcome {
  readonly path: string
  readonly leftOut: readonly LeftOut[]
}

/** JSON has no NaN. */
const number = z
  .number()
  .nullable()
  .transform(value => value ?? Number.NaN)
const column = z.array(number)
const place = z.int().min(0)
/** Only looked at; whoever runs it reads it again. */
const experiment = z
  .looseObject({ peers: z.int(), seed: z.string() })
  .transform(given => given as unknown as Experiment)

const compared = {
  comparison: z.object({
    name: z.string(),
    problems: z.array(z.object({ label: z.string(), metric: z.enum(METRICS) })).min(1),
    contenders: z.array(z.object({ label: z.string(), problem: place, experiment })).min(1),
    seeds: z.array(z.string()),
    statistic: z.enum(STATISTICS),
    target: z.number().nullable(),
    budget: z.object({ of: z.enum(BUDGETS), amount: z.number() }).nullable(),
    price: z.string(),
    command: z.string()
  }),
  runs: z.array(
    z.object({
      contender: place,
      seed: z.string(),
      rounds: z.array(place),
      values: column,
      consensus: column,
      messages: column,
      bytes: column,
      busiestBytes: column,
      seconds: column,
      samples: column,
      peers: z.array(z.number().nullable()),
      bytesIn: column,
      bytesOut: column,
      socketBytes: z.number().nullable().default(null),
      divergedIn: z.number().nullable()
    })
  )
}

const fileSchema = z.object({
  ...compared,
  leftOut: z
    .array(z.object({ problem: place.default(0), label: z.string(), reason: z.string() }))
    .default([]),
  tuned: z.object(compared).nullable().default(null),
  modelled: z.object(compared).nullable().default(null)
})

/**
 * The comparison in the folder or file `path`, or in `runs/<path>` or `runs/comparisons/<path>`; undefined where there is none. Throws an
 * ExperimentError if it is damaged.
 */
export function readComparison(path: string): KeptComparison | undefined {
  const file = comparisonAt(path)
  return file === undefined ? undefined : { path: file, ...parsed(file, fileSchema) }
}

/** The folder of a comparison of this name: as it is called, but for blanks, which are a nuisance in a shell. */
export const folderName = (name: string): string => name.replaceAll(' ', '-')

/** The file of the comparison that `readComparison` would read; undefined where there is none. */
export const comparisonAt = (path: string): string | undefined =>
  [path, join('runs', path), join('runs', 'comparisons', folderName(path))]
    .map(each => (each.endsWith('.json') ? each : join(each, FILE)))
    .find(isFile)

export const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** What a list tells of a comparison. */
export interface ListedComparison {
  /** Its folder is called so. */
  readonly id: string
  /** What tells its problems from each other; one that is empty if there is but one. */
  readonly problems: readonly string[]
  /** Who takes part in any of them. */
  readonly contenders: readonly string[]
  readonly seeds: readonly string[]
  /** How many runs are there, and how many there will be. */
  readonly done: number
  readonly runs: number
  readonly price: string
  /** When it was written last. */
  readonly written: string
}

const listedSchema = z.object({
  comparison: z.object({
    problems: z.array(z.object({ label: z.string() })),
    contenders: z.array(z.object({ label: z.string() })),
    seeds: z.array(z.string()),
    price: z.string()
  }),
  runs: z.array(z.unknown())
})

/** Of the comparison in `folder`, whose runs are not looked at; undefined if there is none. Throws an ExperimentError if it is damaged. */
export function listComparison(folder: string): ListedComparison | undefined {
  const file = join(folder, FILE)
  if (!isFile(file)) return undefined
  const { comparison, runs } = parsed(file, listedSchema)
  const { problems, contenders, seeds, price } = comparison
  return {
    id: basename(dirname(file)),
    problems: problems.map(({ label }) => label),
    contenders: [...new Set(contenders.map(({ label }) => label))],
    seeds,
    done: runs.length,
    runs: contenders.length * seeds.length,
    price,
    written: statSync(file).mtime.toISOString()
  }
}

function parsed<T>(file: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? `${error.issues[0]?.path.join('.')} is missing or wrong` : reasonOf(error)
    throw new ExperimentError(`${file}: no comparison (${reason})`)
  }
}
