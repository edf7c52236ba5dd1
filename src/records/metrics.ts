/** `metrics.jsonl`: one line a measured round. */
import { ExperimentError } from '../core/errors.ts'
import type { SwarmErrors } from '../interfaces.ts'
import { cutLineLog } from './line-log.ts'
import { type MetricsLine, swarmErrors } from './sample-json.ts'

/**
 * Cuts off what was measured after `round`. Returns what the swarm's errors were in the lines that remain. Throws an
 * ExperimentError if the file is damaged.
 */
export const cutMetrics = (path: string, round: number): SwarmErrors[] =>
  cutLineLog(path, (raw, place) => {
    const line = parse(raw, place)
    return line.round > round ? undefined : swarmErrors(line)
  })

function parse(line: unknown, place: string): MetricsLine {
  if (typeof line !== 'object' || line === null || !('round' in line) || typeof line.round !== 'number') {
    throw new ExperimentError(`${place}: is no measured round, the record is damaged`)
  }
  return line as MetricsLine
}
