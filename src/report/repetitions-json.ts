/** The one object that `murmur run --seeds … --json` prints. */
import type { Estimate, Statistic } from '../statistics/estimate.ts'
import { NAMES } from './measures.ts'
import { type Repetitions, summaryOf } from './repetitions.ts'
import { runJson } from './run-json.ts'

export function repetitionsJson(repetitions: Repetitions): object {
  const { experiment, statistic, asked, outcomes, failed } = repetitions
  const summary = summaryOf(repetitions)
  const estimated = (each: Estimate | null) => each && estimateJson(each, statistic)
  return {
    experiment,
    seeds: outcomes.map(each => each.experiment.seed),
    asked,
    failed,
    statistic,
    measure: summary?.yardstick.metric ?? null,
    aggregations: (summary?.aggregations ?? []).map(({ aggregation, metrics, gain, difference }) => ({
      aggregation,
      metrics: Object.fromEntries(
        Object.keys(NAMES).map(name => {
          const sampled = [...metrics].find(([metric]) => metric === name)?.[1]
          return [
            name,
            sampled === undefined ? null : { ...estimated(sampled.estimate), values: sampled.values }
          ]
        })
      ),
      gain: estimated(gain),
      difference: estimated(difference)
    })),
    peers: (summary?.peers ?? []).map(({ gain, ...peer }) => ({ ...peer, gain: estimated(gain) })),
    runs: outcomes.map(runJson)
  }
}

/** Under the name of the statistic: a mean is `mean`, an interquartile mean `iqm`. */
const estimateJson = ({ value, interval }: Estimate, statistic: Statistic) => ({
  [statistic]: value,
  low: interval?.low ?? null,
  high: interval?.high ?? null
})
