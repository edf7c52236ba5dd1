/** The runs of a comparison as a table: a row for each contender, seed and measured round. */
import type { Compared } from '../../compare/comparison.ts'
import { type ExportTable, finite, type Value } from './table.ts'

const COUNTED = ['messages', 'bytes', 'busiestBytes'] as const

/**
 * Counts are totals since round 0; `divergedIn` is the same in all rows of a run. `steps` tells runs with the step size that was given
 * from those with the best one of their contender, `tuned`, which come after them.
 */
export const comparisonTable = (given: Compared, tuned: Compared | null): ExportTable => ({
  columns: [
    { name: 'problem', kind: 'text' },
    { name: 'contender', kind: 'text' },
    { name: 'topology', kind: 'text' },
    { name: 'aggregation', kind: 'text' },
    { name: 'steps', kind: 'text' },
    { name: 'stepSize', kind: 'number' },
    { name: 'seed', kind: 'text' },
    { name: 'round', kind: 'integer' },
    { name: 'metric', kind: 'text' },
    { name: 'value', kind: 'number' },
    { name: 'consensusError', kind: 'number' },
    ...COUNTED.map(name => ({ name, kind: 'integer' as const })),
    { name: 'seconds', kind: 'number' },
    { name: 'samples', kind: 'number' },
    { name: 'divergedIn', kind: 'integer' }
  ],
  rows: allRows(given, tuned)
})

function* allRows(given: Compared, tuned: Compared | null): Generator<Value[]> {
  yield* rowsOf(given, 'given')
  if (tuned !== null) yield* rowsOf(tuned, 'best')
}

function* rowsOf({ comparison, runs }: Compared, steps: 'given' | 'best'): Generator<Value[]> {
  const { contenders, problems } = comparison
  for (const run of runs) {
    const contender = contenders[run.contender]
    const problem = problems[contender?.problem ?? 0]
    if (contender === undefined || problem === undefined) continue
    const { topology, aggregation, stepSize } = contender.experiment
    for (const [k, round] of run.rounds.entries()) {
      yield [
        problem.label,
        contender.label,
        topology.name,
        aggregation,
        steps,
        stepSize,
        run.seed,
        round,
        problem.metric,
        finite(run.values[k]),
        finite(run.consensus[k]),
        ...COUNTED.map(name => finite(run[name][k])),
        finite(run.seconds[k]),
        finite(run.samples[k]),
        run.divergedIn
      ]
    }
  }
}
