/** A recorded run, to be gone through again in the simulator: what the experiment does not say comes from `events.jsonl`. */
import { join } from 'node:path'
import { hopsOf } from '../aggregation/index.ts'
import { usesHub } from '../aggregation/names.ts'
import { ExperimentError } from '../core/errors.ts'
import { exchangeOf } from '../core/exchange.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { FaultEvent } from '../faults/schema.ts'
import { type MissingLine, type MissingPair, readEvents } from './events.ts'
import { readRecord } from './read.ts'

export interface Replay {
  readonly folder: string
  /** As it was run, but simulated, and as far as the record goes. */
  readonly experiment: Experiment
  /** The commands that were obeyed, in order; each has the `after` of when it took effect. */
  readonly commanded: readonly FaultEvent[]
  /** The messages that no planned fault took and that did not come, by exchange (`exchangeOf`). */
  readonly missing: ReadonlyMap<number, readonly MissingPair[]>
  /** How far the record goes: rounds completed at its last checkpoint. */
  readonly rounds: number
  /** θ then, rows as in `ParameterMatrix`. */
  readonly theta: Float64Array
}

/**
 * What is needed to replay the run in the folder `run`, or in `runs/<run>`, up to its last checkpoint. Throws an
 * ExperimentError if it is running or has no completed round, if its record is damaged or was changed, or if another
 * version of the product began it.
 */
export function readReplay(run: string): Replay {
  const { folder, experiment, checkpoint } = readRecord(run, '--replay')
  const { round, theta } = checkpoint
  if (round === 0) throw new ExperimentError(`--replay ${run}: ended before its first checkpoint of a round`)
  const path = join(folder, 'events.jsonl')
  const events = readEvents(path, checkpoint)
  return {
    folder,
    experiment: { ...experiment, rounds: round, until: null, transport: 'simulated', port: null },
    commanded: events.flatMap(line => ('command' in line ? [line.command] : [])),
    missing: byExchange(
      path,
      events.filter(line => 'missing' in line),
      experiment
    ),
    rounds: round,
    theta
  }
}

/**
 * Who did not hear whom, by exchange (`exchangeOf`). Throws an ExperimentError for what cannot be, naming
 * `path`, the file of the lines.
 */
export function byExchange(
  path: string,
  lines: readonly MissingLine[],
  { peers, aggregation }: Experiment
): Map<number, readonly MissingPair[]> {
  const participants = usesHub(aggregation) ? peers + 1 : peers
  const hops = hopsOf(aggregation, peers)
  const pairsAt = new Map<number, readonly MissingPair[]>()
  for (const { round, hop, missing } of lines) {
    const isPossible = hop < hops && missing.flat().every(participant => participant < participants)
    if (!isPossible) {
      throw new ExperimentError(
        `${path}: hop ${hop} after ${round} rounds cannot be as it is told, the record is damaged`
      )
    }
    const exchange = exchangeOf(round, hop)
    // What another process had missed may be told later.
    pairsAt.set(exchange, [...(pairsAt.get(exchange) ?? []), ...missing])
  }
  return pairsAt
}
