/** Runs repetitions, several at a time where they are simulated: each is a session with threads of its own. */
import { availableParallelism } from 'node:os'
import { rivalsOf } from '../aggregation/names.ts'
import { DivergedError, ExperimentError, RunError } from '../core/errors.ts'
import { isComplete, type Repetitions } from '../report/repetitions.ts'
import type { Outcome, SessionNews } from '../session/protocol.ts'
import { type Session, startSession } from '../session/start.ts'
import { type RunRequest, sessionRequestOf } from './run-request.ts'

/** How far all of it is. */
export interface RepetitionProgress {
  readonly done: number
  readonly runs: number
  /** Of the rounds of all swarms, rivals and all. */
  readonly fraction: number
  readonly running: readonly string[]
}

export interface Listener {
  /** What a session has to say, once for all that say the same. */
  note(text: string): void
  progress(progress: RepetitionProgress): void
}

export interface Repeating {
  /** Rejects with the first ExperimentError if nothing came to its end before, and with bugs. */
  readonly outcomes: Promise<Pick<Repetitions, 'outcomes' | 'failed'>>
  /** Begins no other run, and ends those that go on after their round: they do not count. */
  stop(): void
}

/** `runs` have one experiment but for their seeds. */
export function repeat(runs: readonly RunRequest[], listener: Listener): Repeating {
  const outcomes: (Outcome | undefined)[] = runs.map(() => undefined)
  const reasons: (string | undefined)[] = runs.map(() => undefined)
  const fractions = runs.map(() => 0)
  const running = new Map<number, Session>()
  const said = new Set<string>()
  let next = 0
  let isStopping = false

  function tell(): void {
    listener.progress({
      done: fractions.filter(fraction => fraction === 1).length,
      runs: runs.length,
      fraction: fractions.reduce((sum, fraction) => sum + fraction, 0) / runs.length,
      running: [...running.keys()].map(k => runs[k]!.experiment.seed)
    })
  }

  function note(text: string): void {
    if (!said.has(text)) listener.note(text)
    said.add(text)
  }

  function follow(k: number, news: SessionNews): void {
    const { rounds, aggregation } = runs[k]!.experiment
    const rivals = rivalsOf(aggregation, false)
    const swarms = 1 + rivals.length
    if (news.kind === 'note') note(news.text)
    else if (news.kind === 'progress') {
      fractions[k] = news.round / rounds / swarms
      tell()
    } else if (news.kind === 'comparing') {
      const before = rivals.indexOf(news.aggregation)
      // A rival that joins because of faults is the last, and short.
      fractions[k] = (1 + (before < 0 ? rivals.length - 0.5 : before)) / swarms
      tell()
    }
  }

  async function runOne(k: number): Promise<void> {
    const request = runs[k]!
    const session = startSession(sessionRequestOf(request, false), news => follow(k, news))
    running.set(k, session)
    if (request.pace !== null) session.send({ kind: 'pace', roundsPerSecond: request.pace })
    tell()
    try {
      const outcome = await session.outcome
      if (isComplete(outcome)) outcomes[k] = outcome
    } catch (error) {
      if (!isOfThisSeed(error, outcomes)) {
        stop()
        throw error
      }
      reasons[k] = error instanceof Error ? error.message : String(error)
    } finally {
      running.delete(k)
      await session.terminate()
    }
    if (isStopping) return
    fractions[k] = 1
    tell()
  }

  async function work(): Promise<void> {
    while (!isStopping && next < runs.length) await runOne(next++)
  }

  function stop(): void {
    isStopping = true
    for (const session of running.values()) session.send({ kind: 'stop' })
  }

  async function all(): Promise<Pick<Repetitions, 'outcomes' | 'failed'>> {
    const ends = await Promise.allSettled(Array.from({ length: atOnce(runs) }, work))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return {
      outcomes: outcomes.filter(outcome => outcome !== undefined),
      failed: runs.flatMap(({ experiment: { seed } }, k) => {
        const reason = reasons[k]
        return reason === undefined ? [] : [{ seed, reason }]
      })
    }
  }

  return { outcomes: all(), stop }
}

/** Nodes of several swarms would slow each other and want the same ports. */
const atOnce = (runs: readonly RunRequest[]): number =>
  runs[0]?.experiment.transport === 'libp2p' ? 1 : Math.min(availableParallelism(), runs.length)

/** Whether it ended one run and says nothing of the others: not what nobody can run, and not a bug. */
const isOfThisSeed = (error: unknown, outcomes: readonly (Outcome | undefined)[]): boolean =>
  error instanceof DivergedError ||
  ((error instanceof ExperimentError || error instanceof RunError) &&
    outcomes.some(each => each !== undefined))
