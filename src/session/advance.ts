/**
 * Runs a swarm to its last round, to its target or until it is stopped. Between rounds commands, progress and checkpoints
 * have their turn; samples and what nobody planned go into the record.
 */
import { present } from '../core/assert.ts'
import type { Experiment } from '../experiment/schema.ts'
import { parseTarget } from '../experiment/target.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { RoundSample, SwarmErrors, SwarmState } from '../interfaces.ts'
import type { RunRecord } from '../records/record.ts'
import { heldUpBy, type RunningSwarm, type Verdict } from '../swarm.ts'
import type { SessionHost } from './host.ts'
import type { Command } from './protocol.ts'

/** Seconds between progress events. */
const PROGRESS_SECONDS = 0.1
/** Seconds between checkpoints, at least; and at most this share of the time goes into them. */
const CHECKPOINT_SECONDS = 2
const CHECKPOINT_SHARE = 0.05

/**
 * Returns the last sample, undefined if no round was measured, and whether the target was met. `history` has the errors
 * measured before, and gets those that are measured now.
 */
export async function advance(
  swarm: RunningSwarm,
  { rounds, measureEvery, until }: Experiment,
  host: SessionHost,
  history: SwarmErrors[],
  record: RunRecord | undefined
): Promise<{ last: RoundSample | undefined; reached: boolean }> {
  const target = until === null ? undefined : parseTarget(until)
  const meets = (errors: SwarmErrors | undefined): boolean =>
    target !== undefined && (errors?.[target.metric] ?? Number.POSITIVE_INFINITY) < target.below
  let last: RoundSample | undefined
  /** The last round in the record. */
  let appended = swarm.round
  let taken: SwarmState | undefined
  let isStopping = false
  let nextProgress = host.clock()
  let nextCheckpoint = host.clock() + CHECKPOINT_SECONDS

  async function obey(command: Command): Promise<void> {
    switch (command.kind) {
      case 'stop':
        isStopping = true
        return
      case 'inspect':
        host.post({ kind: 'inspected', report: await swarm.inspect(command.peer) })
        return
      case 'fault': {
        const refusal = await swarm.command(command.action)
        if (refusal === undefined) record?.command(present(swarm.commanded.at(-1), 'the command'))
        else host.post({ kind: 'note', text: `refused: ${refusal}` })
      }
    }
  }

  /** Writes the state that was taken last, when the rounds measured up to it are in the record. */
  function keep(): void {
    if (taken === undefined || appended < taken.round - (taken.round % measureEvery)) return
    record?.checkpoint(taken)
    taken = undefined
  }

  async function checkpoint(now: number): Promise<void> {
    const state = swarm.state()
    taken = state instanceof Promise ? await state : state
    keep()
    nextCheckpoint = now + Math.max(CHECKPOINT_SECONDS, (host.clock() - now) / CHECKPOINT_SHARE)
  }

  function beforeRound(): Verdict | Promise<Verdict> {
    const now = host.clock()
    if (now >= nextProgress) {
      host.post({ kind: 'progress', round: swarm.round, sample: last })
      nextProgress = now + PROGRESS_SECONDS
    }
    keep()
    const isDue = record !== undefined && now >= nextCheckpoint && taken === undefined
    const commands = host.commands()
    return isDue || commands.length > 0 ? attend(commands, isDue, now) : verdict()
  }

  const verdict = (): Verdict => (isStopping ? 'stop' : 'go')

  async function attend(commands: readonly Command[], isDue: boolean, now: number): Promise<Verdict> {
    if (isDue) await checkpoint(now)
    for (const command of commands) await obey(command)
    return verdict()
  }

  let reached = meets(history.at(-1))
  if (reached) return { last, reached }
  const waitedFor = heldUpBy(swarm)
  const stopWatching = host.watch(() => {
    const senders = waitedFor()
    if (senders.length > 0) host.post({ kind: 'waiting', for: senders })
  })
  try {
    const onMissing = (round: number, hop: number, links: readonly number[]) =>
      record?.missing(
        round,
        hop,
        links.map(k => swarm.endsOf(hop, k))
      )
    const onCommand = (event: FaultEvent) => record?.command(event)
    const plan = { rounds, measureEvery, beforeRound, onMissing, onCommand, clock: host.clock }
    for await (const sample of swarm.run(plan)) {
      last = sample
      history.push(sample.swarm)
      reached = meets(sample.swarm)
      record?.append(sample, reached || sample.round === rounds)
      appended = sample.round
      if (reached) break
    }
  } finally {
    stopWatching()
  }
  host.post({ kind: 'progress', round: swarm.round, sample: last })
  return { last, reached }
}
