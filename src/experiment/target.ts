/** The target of a run, `metric<number`: reached when the swarm's metric is below the number. */
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { UNSIGNED_NUMBER } from '../core/number.ts'
import { METRICS, type Metric } from '../interfaces.ts'

export interface Target {
  readonly metric: Metric
  readonly below: number
}

export const TARGET_PATTERN = `^\\s*(${METRICS.join('|')})\\s*<\\s*[-+]?${UNSIGNED_NUMBER}\\s*$`

/** Takes `metric<number` apart. Throws an ExperimentError at `place` for anything else. */
export function parseTarget(text: string, place = 'until'): Target {
  const word = text.slice(0, text.search(/<|$/)).trim()
  const metric = METRICS.find(name => name === word)
  if (metric === undefined) {
    throw new ExperimentError(
      `${place}: must be metric<number, as consensusError<1e-3; "${word}" is unknown${allowed(word, METRICS)}`
    )
  }
  if (!new RegExp(TARGET_PATTERN).test(text)) {
    throw new ExperimentError(
      `${place}: must be metric<number, as ${metric}<1e-3, not ${JSON.stringify(text)}`
    )
  }
  return { metric, below: Number(text.slice(text.indexOf('<') + 1)) }
}
