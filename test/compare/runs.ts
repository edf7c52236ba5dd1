/** Comparisons and runs that are made up, so that what follows from them can be reckoned by hand. */
import type { Comparison, ContestRun } from '../../src/compare/comparison.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Metric } from '../../src/interfaces.ts'

/** One problem; contenders by label and aggregation. */
export function comparisonOf(
  aggregations: Readonly<Record<string, string>>,
  more: Partial<Comparison> & { readonly metric?: Metric } = {}
): Comparison {
  const { metric = 'fixedPointError', ...rest } = more
  return {
    name: 'made-up',
    problems: [{ label: '', metric }],
    contenders: Object.entries(aggregations).map(([label, aggregation]) => ({
      label,
      problem: 0,
      experiment: resolve({ peers: 4, rounds: 4, aggregation, transport: 'simulated' }).experiment
    })),
    seeds: ['1', '2'],
    statistic: 'mean',
    target: null,
    budget: null,
    price: 'lan',
    command: 'murmur compare',
    ...rest
  }
}

/** A run of as many rounds as there are values; what a round costs is the same in all. */
export function runOf(
  contender: number,
  seed: string,
  values: readonly number[],
  {
    busiestBytes = 10,
    seconds = 1,
    divergedIn = null
  }: { readonly busiestBytes?: number; readonly seconds?: number; readonly divergedIn?: number | null } = {}
): ContestRun {
  const rounds = values.map((_, k) => k + 1)
  const each = (x: number) => rounds.map(round => round * x)
  return {
    contender,
    seed,
    rounds,
    values,
    consensus: values.map(() => 0),
    messages: each(2),
    bytes: each(3 * busiestBytes),
    busiestBytes: each(busiestBytes),
    seconds: each(seconds),
    samples: each(5),
    peers: [],
    bytesIn: [],
    bytesOut: [],
    socketBytes: null,
    divergedIn
  }
}
