/** Computes the runs of a comparison, those that are not kept from before. */
import { type Cell, computeCells, type Helpers } from '../cells/compute.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { Comparison, ContestRun } from './comparison.ts'
import type { ContestSettings, Learned } from './contest.ts'

/** Of one thread: a local step of a peer, and what a peer and a round take besides. */
const STEP_SECONDS = 1e-7
const PEER_SECONDS = 1e-6
/** To set up and to measure. */
const MEASURED_PEER_SECONDS = 2e-6
const RUN_SECONDS = 0.02

/** A run that is to be computed, and whose it is. */
export interface ContestCell extends Cell<ContestSettings> {
  readonly contender: number
  readonly seed: string
}

/** One for every contender and seed, seed by seed. What was learned is kept whatever the price: only seconds follow from that. */
export const contestCells = ({ contenders, seeds, problems, price }: Comparison): ContestCell[] =>
  seeds.flatMap(seed =>
    contenders.map(({ experiment: first, problem }, contender) => {
      const experiment = { ...first, name: null, seed }
      const { peers, rounds, localSteps, measureEvery } = experiment
      const metric = problems[problem]?.metric ?? 'fixedPointError'
      const settings = { experiment, metric, price }
      return {
        contender,
        seed,
        settings,
        key: { experiment, metric },
        files: filesOf(experiment),
        rest: kept => {
          const learned = kept as Learned
          if (learned.price === price) return undefined
          return { settings: { ...settings, learned }, seconds: RUN_SECONDS + peers * rounds * PEER_SECONDS }
        },
        seconds:
          RUN_SECONDS +
          peers * rounds * (localSteps * STEP_SECONDS + PEER_SECONDS + MEASURED_PEER_SECONDS / measureEvery)
      }
    })
  )

/** Modules of the user, and what environments and graphs are read from. */
const filesOf = ({ use, environment, topology }: Experiment): string[] => [
  ...use,
  ...[environment.path, topology.path].filter(path => typeof path === 'string')
]

/** What was kept as JSON has null for it. */
const orNaN = (value: number | null): number => value ?? Number.NaN

interface ComputedRuns {
  /** Those that are done. */
  readonly runs: readonly ContestRun[]
  readonly reused: number
  readonly isInterrupted: boolean
}

/** `onRun` is told of each run as soon as it is there, those that were kept first. */
export async function compare(
  cells: readonly ContestCell[],
  helpers: Omit<Helpers, 'onResult'>,
  onRun: (run: ContestRun) => void = () => {}
): Promise<ComputedRuns> {
  const runOf = (k: number, result: unknown): ContestRun => {
    const { contender, seed } = cells[k]!
    const { price: _, livesEpisodes: __, ...run } = result as Learned
    const { values, consensus, samples } = run
    const numbers = {
      values: values.map(orNaN),
      consensus: consensus.map(orNaN),
      samples: samples.map(orNaN)
    }
    return { contender, seed, ...run, ...numbers }
  }
  const { results, reused, isInterrupted } = await computeCells(cells, {
    ...helpers,
    onResult: (k, result) => onRun(runOf(k, result))
  })
  const runs = results.flatMap((result, k) => (result === undefined ? [] : [runOf(k, result)]))
  return { runs, reused, isInterrupted }
}
