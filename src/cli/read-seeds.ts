/** The flags by which `murmur run` is repeated with other seeds. */
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { STATISTICS, type Statistic } from '../statistics/estimate.ts'
import { commandLineOf, type Flags, type RunOptions, runRequest } from './read-request.ts'
import type { RunRequest } from './run-request.ts'

/** As commander gives them. */
export interface SeedsOptions {
  readonly seeds?: string
  readonly statistic?: string
}

/** What the command line asks of `runSeedsCommand`, plain data. */
export interface SeedsRequest {
  /** One run for each seed, as `murmur run --seed` has it. */
  readonly runs: readonly RunRequest[]
  readonly statistic: Statistic
  readonly json: boolean
}

const MOST_SEEDS = 10_000

/** Throws an ExperimentError for what cannot be. */
export function seedsRequest(
  experiment: string | undefined,
  { seeds: word, statistic, ...options }: SeedsOptions & Flags & RunOptions
): SeedsRequest {
  if (word === undefined)
    throw new ExperimentError('--statistic: is of several runs; add --seeds, as --seeds 10')
  for (const flag of ['resume', 'replay'] as const) {
    if (options[flag] !== undefined)
      throw new ExperimentError(`--seeds: repeats an experiment; --${flag} goes on from one run`)
  }
  if (options.savePolicy !== undefined)
    throw new ExperimentError('--seeds: is of several runs, and --save-policy writes the policies of one')
  const base = runRequest(experiment, options)
  if (word.includes(',') && options.seed !== undefined)
    throw new ExperimentError(`--seeds: is a list, so --seed ${options.seed} has no meaning`)
  const { set: sets = [], ...flags } = options
  const others = sets.filter(set => !set.startsWith('seed='))
  const runs = seedsOf(word, base.experiment.seed).map(seed => ({
    ...base,
    ui: false,
    experiment: { ...base.experiment, seed },
    commandLine: commandLineOf(experiment, { ...flags, seed }, others)
  }))
  return { runs, statistic: statisticOf(statistic), json: base.json }
}

/** A number of seeds beginning with `first`, or a list of them. */
export function seedsOf(word: string, first: string): readonly string[] {
  if (!word.includes(',')) {
    const count = Number(word)
    if (!/^\d+$/.test(word) || count < 1 || count > MOST_SEEDS) {
      throw new ExperimentError(
        `--seeds: is "${word}", must be a number of seeds, 1 to ${MOST_SEEDS}, or a list of them, as 1,5,9`
      )
    }
    const follow = /^(0|-?[1-9]\d*)$/.test(first)
      ? (k: number) => String(BigInt(first) + BigInt(k))
      : (k: number) => `${first}/${k + 1}`
    return Array.from({ length: count }, (_, k) => follow(k))
  }
  const seeds = word.split(',').map(seed => seed.trim())
  if (seeds.includes('')) throw new ExperimentError(`--seeds: is "${word}", has an empty seed`)
  const twice = seeds.find((seed, k) => seeds.indexOf(seed) < k)
  if (twice !== undefined) throw new ExperimentError(`--seeds: is "${word}", has ${twice} twice`)
  if (seeds.length > MOST_SEEDS)
    throw new ExperimentError(`--seeds: has ${seeds.length} seeds, at most ${MOST_SEEDS} are allowed`)
  return seeds
}

function statisticOf(word = 'mean'): Statistic {
  const known = STATISTICS.find(name => name === word)
  if (known === undefined)
    throw new ExperimentError(`--statistic: unknown "${word}"${allowed(word, STATISTICS)}`)
  return known
}
