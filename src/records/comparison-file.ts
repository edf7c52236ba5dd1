/** A comparison as it is kept, in `comparison.json`: written, and read and checked. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BUDGETS, type ComparisonOutcome } from '../compare/comparison.ts'
import { ExperimentError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import { METRICS } from '../interfaces.ts'
import { STATISTICS } from '../statistics/estimate.ts'
import { reasonOf, replaceFile } from './files.ts'

const FILE = 'comparison.json'

/** In the folder of a comparison: all of it, with whatever else `outcome` has. Returns the path of the file. */
export function writeComparison(folder: string, outcome: ComparisonOutcome): string {
  const path = join(folder, FILE)
  replaceFile(path, JSON.stringify(outcome), false)
  return path
}

/** A comparison that was kept. */
export interface KeptComparison extends ComparisonOutcome {
  readonly path: string
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
  leftOut: z.array(z.object({ label: z.string(), reason: z.string() })).default([]),
  tuned: z.object(compared).nullable().default(null),
  modelled: z.object(compared).nullable().default(null)
})

/**
 * The comparison in the folder or file `path`, or in `runs/<path>` or `runs/comparisons/<path>`; undefined where there is none. Throws an
 * ExperimentError if it is damaged.
 */
export function readComparison(path: string): KeptComparison | undefined {
  const file = [path, join('runs', path), join('runs', 'comparisons', path)]
    .map(each => (each.endsWith('.json') ? each : join(each, FILE)))
    .find(each => existsSync(each) && statSync(each).isFile())
  if (file === undefined) return undefined
  try {
    return { path: file, ...fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) }
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? `${error.issues[0]?.path.join('.')} is missing or wrong` : reasonOf(error)
    throw new ExperimentError(`${file}: no comparison (${reason})`)
  }
}
