/** The target of a run, `metric<number` or `metric>number`: reached when the swarm's metric is below the number, or above it. */
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { UNSIGNED_NUMBER } from '../core/number.ts'
import { METRICS, type Metric, type SwarmErrors } from '../interfaces.ts'

export interface Target {
  readonly metric: Metric
  readonly side: 'below' | 'above'
  readonly bound: number
}

export const TARGET_PATTERN = `^\\s*(${METRICS.join('|')})\\s*[<>]\\s*[-+]?${UNSIGNED_NUMBER}\\s*$`

/** Takes `metric<number` apart. Throws an ExperimentError at `place` for anything else. */
export function parseTarget(text: string, place = 'until'): Target {
  const sign = text.search(/[<>]|$/)
  const word = text.slice(0, sign).trim()
  const metric = METRICS.find(name => name === word)
  if (metric === undefined) {
    throw new ExperimentError(
      `${place}: must be metric<number, as consensusError<1e-3, or metric>number; "${word}" is unknown${allowed(word, METRICS)}`
    )
  }
  if (!new RegExp(TARGET_PATTERN).test(text)) {
    throw new ExperimentError(
      `${place}: must be metric<number, as ${metric}<1e-3, or metric>number, not ${JSON.stringify(text)}`
    )
  }
  return { metric, side: text[sign] === '<' ? 'below' : 'above', bound: Number(text.slice(sign + 1)) }
}

/** Whether these errors are where they should be; what was not measured is not. */
export function meets({ metric, side, bound }: Target, errors: SwarmErrors): boolean {
  const value = errors[metric]
  return value !== null && (side === 'below' ? value < bound : value > bound)
}
