/**
 * Runs a swarm to its last round, to its target or until it is stopped. Between rounds commands, onlookers and checkpoints
 * have their turn; samples and what nobody planned go into the record.
 */

import { kindsOf } from '../../peers/environments/alike.ts'
import { present } from '../core/assert.ts'
import { endsOf } from '../core/links.ts'
import type { Experiment } from '../experiment/schema.ts'
import { meets, parseTarget } from '../experiment/target.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { RoundSample, SwarmErrors, SwarmState } from '../interfaces.ts'
import { type Collapse, CollapseWatch } from '../metrics/collapse.ts'
import type { RunRecord } from '../records/record.ts'
import { heldUpBy, type RunningSwarm, type Verdict } from '../running-swarm.ts'
import type { Setting } from '../setting.ts'
import { bestOf } from './best.ts'
import type { SessionHost } from './host.ts'
import { Onlooker } from './onlooker.ts'
import { Pace } from './pace.ts'
import type { Command, CurvePoint } from './protocol.ts'
import { progressOf } from './telling.ts'

/** Seconds between checkpoints, at least; and at most this share of the time goes into them. */
const CHECKPOINT_SECONDS = 2
const CHECKPOINT_SHARE = 0.05

/** What the swarm of a session is run with. */
export interface Advance {
  readonly swarm: RunningSwarm
  readonly setting: Pick<Setting, 'experiment' | 'fleet' | 'judge'>
  readonly host: SessionHost
  /** The errors measured before; those that are measured now are added. */
  readonly history: CurvePoint[]
  readonly record: RunRecord | undefined
  /** Somebody looks on. */
  readonly isWatched: boolean
}

/** What became of it. */
export interface Advanced {
  /** Undefined if no round was measured. */
  readonly last: RoundSample | undefined
  /** Whether the target was met. */
  readonly reached: boolean
  /** Tells what a peer knows, also when the swarm is closed. */
  readonly inspect: (peer: number) => Promise<void>
}

/** Resolves when no round will follow. Throws what the swarm, the record or the host throws. */
export async function advance({
  swarm,
  setting,
  host,
  history,
  record,
  isWatched
}: Advance): Promise<Advanced> {
  const { rounds, measureEvery, until, aggregation } = setting.experiment
  const target = until === null ? undefined : parseTarget(until)
  const isThere = (errors: SwarmErrors | undefined): boolean =>
    target !== undefined && errors !== undefined && meets(target, errors)
  const pace = new Pace()
  const telling = isWatched ? new Onlooker(swarm, pace, host, bestOf(history)) : progressOf(swarm, host)
  const { fleet } = setting
  const collapses = new CollapseWatch(fleet.peers, fleet.actions, () => kindsOf(fleet))
  let last: RoundSample | undefined
  let reached = isThere(history.at(-1)?.errors)
  /** The last round in the record. */
  let appended = swarm.round
  let taken: SwarmState | undefined
  let isStopping = false
  let nextCheckpoint = host.clock() + CHECKPOINT_SECONDS
  /** Seconds in which the swarm was kept from going on. */
  let restedSeconds = 0

  function take(sample: RoundSample): void {
    last = sample
    history.push({ round: sample.round, errors: sample.swarm })
    reached = isThere(sample.swarm)
    record?.append(sample, swarm.traffic, reached || sample.round === rounds)
    appended = sample.round
    telling.take(sample)
    const collapse = collapses.take(sample)
    if (collapse !== undefined) note(collapseInWords(collapse, setting.experiment))
  }

  function note(text: string): void {
    host.post({ kind: 'note', text })
  }

  /** A command that was taken, or what happened of itself. */
  function happened(event: FaultEvent): void {
    record?.command(event)
    if (isWatched) host.post({ kind: 'happened', event })
  }

  /** Returns why not, if it cannot be. */
  async function pause(): Promise<string | undefined> {
    if (pace.isPaused) return undefined
    const samples = await swarm.hold()
    if (samples === undefined) return 'the run is about to end'
    for (const sample of samples) take(sample)
    pace.pause()
    return undefined
  }

  async function inspect(peer: number): Promise<void> {
    const report = await swarm.inspect(peer)
    const view = setting.judge.view(peer, report.parameters, swarm.takesPart)
    host.post({ kind: 'inspected', aggregation, report, view })
  }

  /** Returns whether what goes on has changed. */
  async function obey(command: Command): Promise<boolean> {
    switch (command.kind) {
      case 'stop':
        isStopping = true
        return false
      case 'inspect':
        await inspect(command.peer)
        return false
      case 'fault': {
        const refusal = await swarm.command(command.action)
        if (refusal === undefined) happened(present(swarm.commanded.at(-1), 'the command'))
        else note(`refused: ${refusal}`)
        return true
      }
      case 'pause':
      case 'step': {
        const refusal = await pause()
        if (refusal !== undefined) note(`refused: ${refusal}`)
        else if (command.kind === 'step') pace.step()
        return true
      }
      case 'resume':
        pace.resume()
        return true
      case 'pace':
        if (swarm.asksEveryRound) pace.limit(command.roundsPerSecond)
        else note('the pace of a swarm in several processes cannot be limited')
        return true
      case 'seek':
        return false
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
    // In a pause one is enough until something changes.
    nextCheckpoint = pace.isPaused
      ? Number.POSITIVE_INFINITY
      : now + Math.max(CHECKPOINT_SECONDS, (host.clock() - now) / CHECKPOINT_SHARE)
  }

  const verdict = (now: number): Verdict | undefined => (isStopping || reached ? 'stop' : pace.begin(now))

  /** What becomes of the next round; undefined if it is to wait. */
  function ask(): Verdict | undefined | Promise<Verdict | undefined> {
    const now = host.clock()
    telling.betweenRounds(now)
    keep()
    const isDue = record !== undefined && now >= nextCheckpoint && taken === undefined
    const commands = host.commands()
    return isDue || commands.length > 0 ? attend(commands, isDue, now) : verdict(now)
  }

  async function attend(
    commands: readonly Command[],
    isDue: boolean,
    now: number
  ): Promise<Verdict | undefined> {
    if (isDue) await checkpoint(now)
    let isChanged = false
    for (const command of commands) isChanged = (await obey(command)) || isChanged
    if (isChanged) {
      if (nextCheckpoint === Number.POSITIVE_INFINITY) nextCheckpoint = now + CHECKPOINT_SECONDS
      telling.obeyed()
    }
    return verdict(now)
  }

  function beforeRound(): Verdict | Promise<Verdict> {
    const answer = ask()
    return typeof answer === 'string' ? answer : untilAnswered(answer)
  }

  async function untilAnswered(answer: Promise<Verdict | undefined> | undefined): Promise<Verdict> {
    const first = await answer
    if (first !== undefined) return first
    const since = host.clock()
    for (;;) {
      await host.rest(pace.restSeconds(host.clock()))
      const next = await ask()
      if (next === undefined) continue
      restedSeconds += host.clock() - since
      return next
    }
  }

  const waitedFor = heldUpBy(swarm)
  const stopWatching = host.watch(() => {
    const senders = waitedFor()
    if (senders.length > 0) host.post({ kind: 'waiting', for: senders })
  })
  try {
    const samples = swarm.run({
      rounds,
      measureEvery,
      beforeRound,
      onMissing: (round, hop, links) => {
        const ofHop = present(swarm.plan.hops[hop], `hop ${hop}`)
        record?.missing(
          round,
          hop,
          links.map(k => endsOf(ofHop, k))
        )
      },
      onCommand: happened,
      clock: () => host.clock() - restedSeconds
    })
    for await (const sample of samples) {
      take(sample)
      if (reached) break
    }
  } finally {
    stopWatching()
  }
  telling.ended()
  return { last, reached, inspect }
}

function collapseInWords(
  { peer, round, entropy, of, than, ...found }: Collapse,
  { learner, stepSize }: Experiment
): string {
  const short = (x: number): number => Number(x.toPrecision(3))
  const { entropy: bonus } = learner
  const more = typeof bonus !== 'number' ? [] : [`--set learner.entropy=${bonus > 0 ? 10 * bonus : 0.01}`]
  return (
    `the policy of peer ${peer} has collapsed: entropy ${short(entropy)} in round ${round}, at a return of ` +
    `${short(found.return)} below ${short(than)} of ${of}; try ` +
    [...more, `--step-size ${short(stepSize / 2)}`].join(', or ')
  )
}
