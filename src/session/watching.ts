/**
 * A record as a session: played as if it went on now, or followed while it goes on. What is told is decided here; the
 * thread around it has the clock, and calls.
 */
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import type { Past } from '../faults/schedule.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { NetworkPlan, RoundSample, Traffic } from '../interfaces.ts'
import { simulatedNetwork } from '../network/simulated.ts'
import { EventHistory } from '../records/event-history.ts'
import type { MissingLine } from '../records/events.ts'
import { History } from '../records/history.ts'
import { type Manifest, readManifest } from '../records/manifest.ts'
import { byExchange } from '../records/replay.ts'
import { trafficOf } from '../records/sample-json.ts'
import { readWatched, type WatchedRecord } from '../records/watched.ts'
import { type Setting, settingOf, swarmOf } from '../setting.ts'
import { worstOf } from './onlooker.ts'
import { Playback } from './playback.ts'
import type { Command, CurvePoint } from './protocol.ts'
import { RecordedFaults } from './recorded-faults.ts'
import { type Edges, edgesOf, stageOf } from './stage.ts'
import type { WatchEvent } from './watch-protocol.ts'

export interface WatchHost {
  post(event: WatchEvent): void
  /** Seconds that pass, from some origin. */
  clock(): number
}

/** Of a curve that is told at once. */
const MOST_POINTS = 2000

const ENDS: Readonly<Record<Manifest['status'], string>> = {
  running: 'goes on',
  finished: 'is finished',
  interrupted: 'was interrupted',
  'target-missed': 'ended without meeting its target',
  diverged: 'diverged',
  failed: 'failed'
}

/**
 * Begins to show the record in the folder `run`, or in `runs/<run>`. Throws an ExperimentError if there is none that can be
 * shown.
 */
export async function openWatching(run: string, host: WatchHost): Promise<Watching> {
  const record = readWatched(run)
  const { folder, experiment, manifest } = record
  const setting = settingOf(experiment)
  const { plan } = await swarmOf(setting, experiment.aggregation, simulatedNetwork)
  const history = new History(join(folder, 'metrics.jsonl'), experiment.peers, plan.participants)
  history.refresh()
  if (history.length === 0 && manifest.status !== 'running') {
    throw new ExperimentError(
      `watch ${run}: the run ${ENDS[manifest.status]} before its first measured round`
    )
  }
  return new Watching(record, setting, plan, history, host)
}

export class Watching {
  readonly #record: WatchedRecord
  readonly #eventsPath: string
  readonly #history: History
  #events: EventHistory
  readonly #faults: RecordedFaults
  readonly #participants: number
  readonly #edges: Edges
  readonly #playback: Playback
  readonly #host: WatchHost
  #status: Manifest['status']
  #playedAtSeconds: number
  /** What was told last. */
  #line = -1
  #round = 0
  #isPaused = false

  /** Tells what there is to see: a finished run at its first measured round, a running one at its last. */
  constructor(record: WatchedRecord, setting: Setting, plan: NetworkPlan, history: History, host: WatchHost) {
    const { folder, experiment, manifest, doubts } = record
    this.#record = record
    this.#eventsPath = join(folder, 'events.jsonl')
    this.#history = history
    this.#events = new EventHistory(this.#eventsPath)
    this.#events.refresh()
    this.#faults = new RecordedFaults(experiment, plan)
    this.#faults.learn(this.#events.commanded)
    this.#participants = plan.participants
    this.#edges = edgesOf(plan)
    this.#playback = new Playback(history, manifest.status === 'running')
    this.#host = host
    this.#status = manifest.status
    host.post({
      kind: 'begins',
      stage: stageOf(setting, { plan, round: 0, commanded: this.#events.commanded })
    })
    for (const text of doubts) host.post({ kind: 'note', text })
    if (manifest.status !== 'finished') this.#noteStatus(manifest)
    this.#compare()
    this.#tell(true)
    this.#playedAtSeconds = host.clock()
  }

  obey(command: Command): void {
    const { line } = this.#playback
    switch (command.kind) {
      case 'fault':
        this.#note('nothing can be changed in a record')
        return
      // For others.
      case 'inspect':
      case 'stop':
        return
      case 'pause':
        this.#playback.pause()
        break
      case 'resume':
        this.#playback.resume()
        break
      case 'step':
        this.#playback.step()
        break
      case 'pace':
        this.#playback.limit(command.roundsPerSecond)
        break
      case 'seek':
        this.#playback.seek(command.round)
    }
    this.#tell(command.kind === 'seek' ? this.#playback.line !== line : this.#playback.line < line)
  }

  /** To be called some times a second: plays what is due. */
  play(): void {
    const now = this.#host.clock()
    this.#playback.pass(now - this.#playedAtSeconds)
    this.#playedAtSeconds = now
    this.#tellIfMoved()
  }

  /** To be called now and then: takes in what was added to the record. Throws an ExperimentError if it is damaged or gone. */
  follow(): void {
    // Before its lines, so that the last of them is there when it says that the run has ended.
    const manifest = readManifest(this.#record.folder)
    const isRunning = manifest.status === 'running'
    const before = { commanded: this.#events.commanded.length, missing: this.#events.missing.length }
    const lines = this.#history.refresh()
    // Other events may look alike.
    if (lines === 'others') this.#events = new EventHistory(this.#eventsPath)
    const events = this.#events.refresh()
    if (manifest.status !== this.#status) this.#noteStatus(manifest)
    this.#status = manifest.status
    if (lines === 'others' || events === 'others') {
      this.#faults.learn(this.#events.commanded)
      this.#playback.replaced(isRunning)
      this.#compare()
      this.#tell(true)
      return
    }
    const added = this.#events.commanded.slice(before.commanded)
    if (added.length > 0) this.#faults.learn(this.#events.commanded)
    if (events === 'more') {
      const past = this.#past(added, this.#events.missing.slice(before.missing))
      this.#host.post({ kind: 'learned', past })
    }
    this.#playback.grown(isRunning)
    // What processes tell late took effect before the round that is shown.
    const late = added.filter(({ after }) => after < this.#round)
    for (const event of late) this.#host.post({ kind: 'happened', event })
    if (late.length > 0) this.#tell(false)
    else this.#tellIfMoved()
  }

  #tellIfMoved(): void {
    const { line, isPaused } = this.#playback
    if (line !== this.#line || isPaused !== this.#isPaused) this.#tell(false)
  }

  /** What is shown, and unless it is shown anew what happened on the way there. */
  #tell(isAnew: boolean): void {
    const { line, isPaused, roundsPerSecond } = this.#playback
    const { sample, traffic } = this.#measured(line)
    const round = sample?.round ?? 0
    if (!isAnew) this.#tellEvents(this.#round, round)
    const { presence, links, loss } = this.#faults.after(round, sample?.stopped ?? [])
    this.#host.post({
      kind: 'observed',
      observation: {
        round,
        sample,
        traffic,
        presence,
        links: worstOf(links, this.#edges),
        loss,
        isPaused,
        roundsPerSecond,
        best: this.#history.bestUpTo(line)
      },
      curve: this.#curve(isAnew ? 0 : this.#line + 1, line),
      isAnew
    })
    this.#line = line
    this.#round = round
    this.#isPaused = isPaused
  }

  #measured(line: number): { readonly sample: RoundSample | undefined; readonly traffic: Traffic } {
    return line < 0
      ? { sample: undefined, traffic: trafficOf(undefined, this.#participants) }
      : this.#history.read(line)
  }

  /** What happened in the rounds `from < round <= to`. */
  #tellEvents(from: number, to: number): void {
    for (const event of this.#events.commanded) {
      if (event.after >= from && event.after < to) this.#host.post({ kind: 'happened', event })
    }
    const missing = this.#events.missingWithin(from, to)
    if (missing === 0) return
    const when = to === from + 1 ? `round ${to}` : `rounds ${from + 1} to ${to}`
    const what = missing === 1 ? 'message was' : 'messages were'
    this.#note(`${when}: ${missing} ${what} missing that no planned fault took`)
  }

  /** The errors in the lines `from <= k <= to`, evenly thinned, the last among them. */
  #curve(from: number, to: number): CurvePoint[] {
    const every = Math.ceil((to - from + 1) / MOST_POINTS)
    const points: CurvePoint[] = []
    for (let k = to; k >= from; k -= every) {
      points.push({ round: this.#history.roundOf(k), errors: this.#history.errorsOf(k) })
    }
    return points.reverse()
  }

  /** Lets the rivals begin, or begin anew. */
  #compare(): void {
    const { experiment } = this.#record
    const { commanded, missing } = this.#events
    this.#host.post({ kind: 'compare', request: { experiment, past: this.#past(commanded, missing) } })
  }

  #past(commanded: readonly FaultEvent[], missing: readonly MissingLine[]): Past {
    return { commanded, missing: byExchange(this.#eventsPath, missing, this.#record.experiment) }
  }

  #noteStatus({ status, reason, rounds }: Manifest): void {
    const measured = this.#history.length === 0 ? 0 : this.#history.roundOf(this.#history.length - 1)
    this.#note(
      `the run ${ENDS[status]} after ${measured} of ${rounds} rounds${reason === null ? '' : `: ${reason}`}`
    )
  }

  #note(text: string): void {
    this.#host.post({ kind: 'note', text })
  }
}
