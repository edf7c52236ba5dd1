/** How those outside learn between rounds how far a run is. */
import type { RoundSample } from '../interfaces.ts'
import type { RunningSwarm } from '../running-swarm.ts'
import type { SessionHost } from './host.ts'

/** Seconds between two things told, at least. */
export const TELL_SECONDS = 0.1

export interface Telling {
  /** A round was measured. */
  take(sample: RoundSample): void
  /** Nothing goes on; tells if it is time to. */
  betweenRounds(now: number): void
  /** Commands were obeyed that change what goes on. */
  obeyed(): void
  ended(): void
}

/** Rounds and samples, for a line of progress. */
export function progressOf(swarm: Pick<RunningSwarm, 'round'>, host: SessionHost): Telling {
  let last: RoundSample | undefined
  let nextAt = host.clock()
  const tell = (): void => host.post({ kind: 'progress', round: swarm.round, sample: last })
  return {
    take(sample) {
      last = sample
    },
    betweenRounds(now) {
      if (now < nextAt) return
      tell()
      nextAt = now + TELL_SECONDS
    },
    obeyed() {},
    ended: tell
  }
}
