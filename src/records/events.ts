/**
 * `events.jsonl`: what happened that the experiment does not say, one line each, in order: commands that were obeyed, and
 * messages that no planned fault took and that did not come all the same. With the experiment it decides the run.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import { placeWithin } from '../experiment/problem.ts'
import { type FaultEvent, parseEvent } from '../faults/schema.ts'
import type { SwarmState } from '../interfaces.ts'
import { cutLineLog, readLineLog } from './line-log.ts'

/** A receiver and the sender that it did not hear; participants. */
export type MissingPair = readonly [receiver: number, sender: number]

/** `round`: rounds completed before. */
export interface MissingLine {
  readonly round: number
  readonly hop: number
  readonly missing: readonly MissingPair[]
}
/** The event has the `after` of when it took effect. */
export interface CommandLine {
  readonly command: FaultEvent
}
export type EventLine = MissingLine | CommandLine

const count = z.int().min(0)
const lineSchema = z.union([
  z.strictObject({ round: count, hop: count, missing: z.array(z.tuple([count, count])).min(1) }),
  z.strictObject({ command: z.looseObject({}) })
])

/** What happened until `checkpoint` was made. Throws an ExperimentError if the file at `path` is damaged. */
export const readEvents = (path: string, checkpoint: SwarmState): EventLine[] =>
  complete(path, checkpoint, readLineLog(path, until(checkpoint)))

/** The same, and cuts off what happened later. */
export const cutEvents = (path: string, checkpoint: SwarmState): EventLine[] =>
  complete(path, checkpoint, cutLineLog(path, until(checkpoint)))

/** Which commands came before the checkpoint it knows itself: those given before one round may be on either side of it. */
function until({ round, faults }: SwarmState): (raw: unknown, place: string) => EventLine | undefined {
  let commands = 0
  return (raw, place) => {
    const line = parseEventLine(raw, place)
    if ('missing' in line) return line.round < round ? line : undefined
    const known = faults.commanded[commands++]
    if (known === undefined) return undefined
    if (!isDeepStrictEqual(line.command, known)) {
      throw new ExperimentError(`${place}: is not the command that was obeyed, the record is damaged`)
    }
    return line
  }
}

/** A line, read at `place`. Throws an ExperimentError if it is damaged. */
export function parseEventLine(raw: unknown, place: string): EventLine {
  const { success, data: line } = lineSchema.safeParse(raw)
  if (!success) throw new ExperimentError(`${place}: is no event of a run, the record is damaged`)
  return 'command' in line ? { command: parseEvent(line.command, placeWithin(`${place} command`)) } : line
}

function complete(path: string, { faults }: SwarmState, lines: EventLine[]): EventLine[] {
  const commands = lines.filter(line => 'command' in line).length
  if (commands < faults.commanded.length) {
    throw new ExperimentError(
      `${path}: holds ${commands} of the ${faults.commanded.length} commands obeyed up to the checkpoint, the record is damaged`
    )
  }
  return lines
}
