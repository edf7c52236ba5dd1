/** Progress on stderr: one line that is rewritten on a terminal, a line every few seconds elsewhere. */

import type { Experiment } from '../experiment/schema.ts'
import type { RoundSample } from '../interfaces.ts'
import { count, duration, figure, named } from '../report/format.ts'

const PIPE_INTERVAL_MS = 2000
const RATE_WINDOW_MS = 1000

/** What it writes on: a terminal or not. */
type Screen = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & { write(text: string): unknown }

export interface Progress {
  opening(connected: number, connections: number): void
  update(round: number, sample: RoundSample | undefined): void
  /** The round is held up by these participants. */
  waiting(participants: readonly number[]): void
  /** A line that stays. */
  say(text: string): void
  end(): void
}

export function progressLine(
  { rounds, peers }: Pick<Experiment, 'rounds' | 'peers'>,
  stream: Screen
): Progress {
  let shown = ''
  let line = ''
  let lastMs = Number.NEGATIVE_INFINITY
  let previous: { round: number; ms: number } | undefined

  function clear(): void {
    if (shown !== '') stream.write('\r\x1b[2K')
    shown = ''
  }

  /** Shows `text` in place of what was shown; elsewhere than on a terminal only now and then, or if it is `urgent`. */
  function show(text: string, urgent: boolean): void {
    const now = performance.now()
    if (stream.isTTY) {
      shown = text.slice(0, (stream.columns ?? 80) - 1)
      stream.write(`\r\x1b[2K${shown}`)
    } else if (urgent || now - lastMs >= PIPE_INTERVAL_MS) {
      stream.write(`${text}\n`)
      lastMs = now
    }
  }

  return {
    opening: (connected, connections) => show(`connecting: ${connected} of ${connections} links`, false),
    update(round, sample) {
      const now = performance.now()
      const parts = [`round ${round}/${rounds}`]
      if (previous !== undefined && round > previous.round) {
        const rate = (1000 * (round - previous.round)) / (now - previous.ms)
        parts.push(`${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} rounds/s`)
        if (round < rounds) parts.push(`${duration((rounds - round) / rate)} to go`)
      }
      // The rate is of the last second or so: long enough to be steady, short enough to be true.
      if (previous === undefined || now - previous.ms > RATE_WINDOW_MS) previous = { round, ms: now }
      if (sample !== undefined) parts.push(...errorsOf(sample), ...troubleOf(sample, peers))
      line = parts.join(' · ')
      show(line, round === rounds)
    },
    waiting: participants =>
      show([`waiting for ${named(participants, peers)}`, line].filter(Boolean).join(' · '), false),
    say(text) {
      clear()
      stream.write(`${text}\n`)
    },
    end: clear
  }
}

function errorsOf({ swarm }: RoundSample): string[] {
  const { valueError, consensusError } = swarm
  const error = valueError === null ? `return ${figure(swarm.return)}` : `value error ${figure(valueError)}`
  return [error, `consensus ${figure(consensusError)}`]
}

function troubleOf({ stopped, traffic: { missing } }: RoundSample, peers: number): string[] {
  return [
    ...(stopped.length > 0 ? [`${named(stopped, peers)} stopped`] : []),
    ...(missing > 0 ? [`${count(missing)} messages missing`] : [])
  ]
}
