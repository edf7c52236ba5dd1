/** The one object that `murmur run --json` prints. */
import type { Metric } from '../interfaces.ts'
import { peerRows, swarmErrors } from '../records/sample-json.ts'
import type { Outcome, Result } from '../session/protocol.ts'
import { errorMetric, gainsOf } from './final-table.ts'

export function runJson(outcome: Outcome): object {
  const { experiment, status, result, rivals, divergedRivals, folder, labels, parameters } = outcome
  const alone = rivals.find(rival => rival.aggregation === 'none')
  const metric = result === undefined ? undefined : errorMetric(result)
  const gains = result && metric && alone && gainsOf(alone, result, metric)
  return {
    experiment,
    seed: experiment.seed,
    status,
    rounds: result?.round ?? 0,
    swarm:
      result === undefined
        ? null
        : { ...figures(result), gain: metric && alone ? ratio(alone, result, metric) : null },
    peers:
      result === undefined
        ? []
        : peerRows(result.peers, labels).map((row, i) => ({
            ...row,
            gain: gains?.[i] ?? null,
            messagesIn: result.perPeer.messagesIn[i],
            messagesOut: result.perPeer.messagesOut[i],
            bytesIn: result.perPeer.bytesIn[i],
            bytesOut: result.perPeer.bytesOut[i],
            ...(parameters[i] === undefined ? {} : { parameters: [...parameters[i]] })
          })),
    rivals: rivals.map(rival => ({
      aggregation: rival.aggregation,
      transport: 'simulated',
      ...figures(rival)
    })),
    divergedRivals,
    record: folder ?? null
  }
}

function figures({ swarm, tail, traffic, seconds }: Result) {
  const { messages, bytes, missing, dropped } = traffic
  return {
    ...swarmErrors(swarm),
    messages,
    bytes,
    missing,
    dropped,
    seconds,
    tail: tail && swarmErrors(tail)
  }
}

/** The swarm's gain from federation. */
function ratio(alone: Result, here: Result, metric: Metric): number {
  return (alone.swarm[metric] ?? Number.NaN) / (here.swarm[metric] ?? Number.NaN)
}
