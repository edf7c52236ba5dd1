/** How far a run is, in one line. */

import type { Experiment } from '../experiment/schema.ts'
import type { RoundSample } from '../interfaces.ts'
import { count, duration, figure, named } from '../report/format.ts'
import { type Screen, statusLine } from './status-line.ts'

const RATE_WINDOW_MS = 1000

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
  const status = statusLine(stream)
  let line = ''
  let previous: { round: number; ms: number } | undefined

  return {
    opening: (connected, connections) => status.show(`connecting: ${connected} of ${connections} links`),
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
      status.show(line, round === rounds)
    },
    waiting: participants =>
      status.show([`waiting for ${named(participants, peers)}`, line].filter(Boolean).join(' · ')),
    say: text => status.say(text),
    end: () => status.end()
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
