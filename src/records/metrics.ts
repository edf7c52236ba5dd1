/** `metrics.jsonl`: one line a measured round. */
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import { DROP_REASONS, METRICS, type SwarmErrors } from '../interfaces.ts'
import { cutLineLog } from './line-log.ts'
import { COUNTED, type MetricsLine, swarmErrors } from './sample-json.ts'

/** The swarm's errors after a measured round. */
export interface Measured {
  readonly round: number
  readonly errors: SwarmErrors
}

/**
 * Cuts off what was measured after `round`. Returns what the lines that remain say of the swarm. Throws an ExperimentError if
 * the file is damaged.
 */
export const cutMetrics = (path: string, round: number): Measured[] =>
  cutLineLog(path, (raw, place) => {
    const line = checkRound(raw, place)
    return line.round > round ? undefined : { round: line.round, errors: swarmErrors(line) }
  })

function checkRound(line: unknown, place: string): MetricsLine {
  if (typeof line !== 'object' || line === null || !('round' in line) || typeof line.round !== 'number') {
    throw damaged(place)
  }
  return line as MetricsLine
}

/** Null also where a record was made before there was such a metric. */
const error = z.number().nullable().default(null)
const count = z.int().min(0)
const errors = Object.fromEntries(METRICS.map(metric => [metric, error])) as Record<
  keyof SwarmErrors,
  typeof error
>

const headSchema = z.object({ round: count, ...errors })

const lineSchema = headSchema.extend({
  correctionSum: error,
  stopped: z.array(count),
  experience: z.object({ episodes: z.number(), steps: z.number() }).nullable().default(null),
  peers: z.array(z.object({ peer: count, environment: z.string(), ...errors })).optional(),
  messages: count,
  bytes: count,
  missing: count,
  refused: count,
  dropped: z.partialRecord(z.enum(DROP_REASONS), count),
  waitedFor: z.array(count),
  virtualMs: z.number(),
  perPeer: z
    .object(
      Object.fromEntries(COUNTED.map(name => [name, z.array(z.number())])) as Record<
        (typeof COUNTED)[number],
        z.ZodArray<z.ZodNumber>
      >
    )
    .optional(),
  seconds: z.number()
})

/** The field after the swarm's errors. */
const AFTER_ERRORS = ',"correctionSum":'
/** The errors end before. */
const HEAD_BYTES = 512

/** Round and errors of a line, without a look at its peers. Throws an ExperimentError at `place` if it is damaged. */
export function parseErrors(line: Buffer, place: string): Pick<MetricsLine, 'round'> & SwarmErrors {
  const head = line.toString('latin1', 0, HEAD_BYTES)
  return parse(headSchema, `${head.slice(0, Math.max(0, head.indexOf(AFTER_ERRORS)))}}`, place)
}

/** A line. Throws an ExperimentError at `place` if it is damaged. */
export const parseMetricsLine = (line: string, place: string): MetricsLine => parse(lineSchema, line, place)

function parse<S extends z.ZodType>(schema: S, text: string, place: string): z.output<S> {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw damaged(place)
  }
}

const damaged = (place: string): ExperimentError =>
  new ExperimentError(`${place}: is no measured round, the record is damaged`)
