/** Gathers what a session tells into a scene. It keeps a bounded amount, however long the run is. */
import { stripVTControlCharacters } from 'node:util'
import { type AggregationSpec, usesHub } from '../aggregation/names.ts'
import type { Experiment } from '../experiment/schema.ts'
import type { FaultEvent } from '../faults/schema.ts'
import { DROP_REASONS, PRESENCE, type RoundSample, type SwarmErrors } from '../interfaces.ts'
import { withoutCopies } from '../report/copies.ts'
import { faultInWords } from '../report/fault-in-words.ts'
import { named } from '../report/format.ts'
import { gainsOf, yardstickOf } from '../report/measures.ts'
import type { CurvePoint, Observation, SessionNews, Stage } from '../session/protocol.ts'
import type { Comparison, Inspected, LogEntry, RivalScene, Scene, SceneStatus } from './scene.ts'

const MOST_POINTS = 2048
const MOST_TRAIL = 64
const MOST_LOG = 500
/** Samples of the run that rivals may still be compared with. */
const MOST_SAMPLES = 64
const RATE_SECONDS = 2
/** Who came back is shown as back for so long. */
const BACK_SECONDS = 5
const BACK_ROUNDS = 32

/** A list that halves its density when it is full, and so covers a run of any length evenly; the last entry is always there. */
class Thinned<T extends { readonly round: number }> {
  readonly #most: number
  #entries: T[] = []
  #every = 1

  constructor(most: number) {
    this.#most = most
  }

  get entries(): readonly T[] {
    return this.#entries
  }

  add(entry: T): void {
    const [before, last] = [this.#entries.at(-2), this.#entries.at(-1)]
    const isSpare = last !== undefined && this.#slot(last) === this.#slot(entry)
    if (last !== undefined && (last.round === entry.round || (isSpare && before !== undefined))) {
      this.#entries[this.#entries.length - 1] = entry
    } else this.#entries.push(entry)
    while (this.#entries.length > this.#most) this.#halve()
  }

  clear(): void {
    this.#entries = []
    this.#every = 1
  }

  #halve(): void {
    this.#every *= 2
    const last = this.#entries.length - 1
    let taken = Number.NaN
    this.#entries = this.#entries.filter((entry, k) => {
      const slot = this.#slot(entry)
      const isNew = slot !== taken
      taken = slot
      return isNew || k === last
    })
  }

  #slot({ round }: T): number {
    return Math.floor(round / this.#every)
  }
}

interface Rival {
  readonly points: Thinned<CurvePoint>
  divergedIn: number | null
  sample: RoundSample | undefined
}

export class Watcher {
  readonly #experiment: Experiment
  readonly #isRecord: boolean
  #status: SceneStatus = 'opening'
  #opening: Scene['opening']
  #stage: Stage | undefined
  #now: Observation | undefined
  readonly #points = new Thinned<CurvePoint>(MOST_POINTS)
  readonly #trail = new Thinned<{ readonly round: number; readonly values: Float64Array }>(MOST_TRAIL)
  readonly #rivals = new Map<AggregationSpec, Rival>()
  /** Of the run, by round. */
  readonly #samples = new Map<number, RoundSample>()
  /** The round that rivals are on their way to: the newest one when they had nothing to do. */
  #awaited: number | undefined
  #longRun: SwarmErrors | undefined
  #comparison: Comparison | undefined
  #waitingFor: readonly number[] = []
  /** Per peer: the round in which it came back, and when. */
  readonly #backs = new Map<number, { readonly round: number; readonly seconds: number }>()
  /** Commands, as events. */
  #happened: readonly FaultEvent[] = []
  /** Per participant: the round in which it went. */
  readonly #aways = new Map<number, number>()
  #elapsedSeconds = Number.NaN
  /** When the swarm was seen last. */
  #seenAtSeconds = Number.NaN
  #log: LogEntry[] = []
  readonly #dropped = new Set<string>()
  #here: Inspected | undefined
  #alone: Inspected | undefined
  /** What was seen in the last seconds. */
  #marks: { readonly seconds: number; readonly round: number; readonly bytes: number }[] = []

  constructor(experiment: Experiment, isRecord: boolean) {
    this.#experiment = experiment
    this.#isRecord = isRecord
  }

  /** Takes in what was told at `seconds`, from some origin. */
  hear(news: SessionNews, seconds: number): void {
    switch (news.kind) {
      case 'note':
        this.#say('note', news.text)
        return
      case 'opening':
        this.#opening = news
        return
      case 'begins':
        this.#stage = news.stage
        return
      case 'observed':
        if (news.isAnew) this.#forget()
        for (const point of news.curve) this.#points.add(point)
        this.#observe(news.observation, seconds)
        return
      case 'happened':
        this.#happened = [...this.#happened, news.event].slice(-MOST_LOG)
        this.#say('fault', faultInWords(news.event), news.event.after)
        return
      case 'waiting':
        if (news.for.join() !== this.#waitingFor.join())
          this.#say('trouble', `waiting for ${named(news.for, this.#experiment.peers)}`)
        this.#waitingFor = news.for
        return
      case 'inspected': {
        const { aggregation, report, view } = news
        if (aggregation === this.#experiment.aggregation) this.#here = { report, view }
        else if (aggregation === 'none') this.#alone = { report, view }
        return
      }
      case 'rivals':
        for (const { aggregation, divergedIn, sample, curve } of news.rivals) {
          const rival = this.#rivals.get(aggregation) ?? {
            points: new Thinned<CurvePoint>(MOST_POINTS),
            divergedIn,
            sample
          }
          // A rival that begins anew tells all of its curve again.
          const known = rival.points.entries.at(-1)?.round ?? 0
          if (known > news.round || (curve[0]?.round ?? Number.POSITIVE_INFINITY) <= known)
            rival.points.clear()
          for (const point of curve) rival.points.add(point)
          this.#rivals.set(aggregation, Object.assign(rival, { divergedIn, sample }))
        }
        this.#compare(news.round)
        this.#awaited = [...this.#samples.keys()].findLast(round => round !== news.round)
        return
      case 'foretold':
        this.#longRun = news.longRun
        return
      case 'comparing':
        this.#status = 'comparing'
        this.#waitingFor = []
        return
      case 'progress':
    }
  }

  /** The session is over. */
  end(status: 'finished' | 'interrupted' | 'target-missed'): void {
    this.#status = status
    this.#waitingFor = []
  }

  /** A line for the log that no session told. */
  note(text: string): void {
    this.#say('note', text)
  }

  /** What is known now; `seconds` as in `hear`. */
  scene(seconds: number): Scene {
    const now = this.#now
    const [rate, bytes] = this.#rates(seconds)
    return {
      experiment: this.#experiment,
      status: this.#status,
      isRecord: this.#isRecord,
      opening: this.#status === 'opening' ? this.#opening : undefined,
      stage: this.#stage,
      now,
      roundsPerSecond: rate,
      bytesPerSecond: bytes,
      curve: this.#points.entries.slice(),
      rivals: [...this.#rivals].map(
        ([aggregation, { points, divergedIn, sample }]): RivalScene => ({
          aggregation,
          divergedIn,
          sample,
          curve: points.entries.slice()
        })
      ),
      longRun: this.#longRun,
      comparison: this.#comparison,
      trails: this.#trails(),
      waitingFor: this.#waitingFor,
      elapsedSeconds: this.#isRecord ? (now?.sample?.seconds ?? Number.NaN) : this.#elapsedAt(seconds),
      awaySince: new Map(this.#aways),
      backSince: this.#backSince(seconds),
      log: this.#log,
      opened: { here: this.#here, alone: this.#alone }
    }
  }

  #observe(observation: Observation, seconds: number): void {
    const before = this.#now
    const { round, sample, presence, isPaused } = observation
    this.#now = observation
    if (this.#status === 'opening' || this.#status === 'running' || this.#status === 'paused')
      this.#status = isPaused ? 'paused' : 'running'
    if (round !== before?.round) this.#waitingFor = []
    this.#pass(before, sample, seconds)
    for (const [i, now] of presence.entries()) {
      if (now !== PRESENCE.here) {
        this.#backs.delete(i)
        if (before?.presence[i] === PRESENCE.here) this.#aways.set(i, this.#wentAfter(i, round))
        continue
      }
      this.#aways.delete(i)
      if (before !== undefined && before.presence[i] !== PRESENCE.here) this.#backs.set(i, { round, seconds })
    }
    for (const event of this.#experiment.faults?.events ?? []) {
      if (event.after < round && event.after >= (before?.round ?? round))
        this.#say('fault', faultInWords(event), event.after)
    }
    if (sample === undefined) return
    this.#sayDrops(sample)
    const values = sample.peers.valueError ?? sample.peers.return
    if (values !== null) this.#trail.add({ round: sample.round, values })
    this.#samples.set(sample.round, sample)
    this.#awaited ??= sample.round
    for (const old of this.#samples.keys()) {
      if (this.#samples.size <= MOST_SAMPLES) break
      if (old !== this.#awaited) this.#samples.delete(old)
    }
    this.#marks.push({ seconds, round, bytes: sample.traffic.bytes })
    while (this.#marks.length > 2 && seconds - (this.#marks[1]?.seconds ?? 0) > RATE_SECONDS)
      this.#marks.shift()
  }

  /** After which round a participant went that is missed in `round`; that round if nothing was told of it. */
  #wentAfter(participant: number, round: number): number {
    const { peers, faults } = this.#experiment
    const told = [...(faults?.events ?? []), ...this.#happened].filter(
      event =>
        'stop' in event &&
        event.after <= round &&
        event.stop.some(who => (who === 'hub' ? peers : who) === participant)
    )
    return told.length === 0 ? round : Math.max(...told.map(({ after }) => after))
  }

  /** Time passes for a swarm that is not paused; what is heard late has taken as long as it says. */
  #pass(before: Observation | undefined, sample: RoundSample | undefined, seconds: number): void {
    if (Number.isNaN(this.#elapsedSeconds)) this.#elapsedSeconds = sample?.seconds ?? Number.NaN
    else if (before !== undefined && !before.isPaused) this.#elapsedSeconds += seconds - this.#seenAtSeconds
    this.#elapsedSeconds = Math.max(this.#elapsedSeconds, sample?.seconds ?? 0)
    this.#seenAtSeconds = seconds
  }

  #elapsedAt(seconds: number): number {
    return this.#elapsedSeconds + (this.#status === 'running' ? seconds - this.#seenAtSeconds : 0)
  }

  #sayDrops({ traffic }: RoundSample): void {
    const dropped = withoutCopies(this.#experiment.aggregation, traffic.dropped)
    for (const reason of DROP_REASONS) {
      if ((dropped[reason] ?? 0) === 0 || this.#dropped.has(reason)) continue
      this.#dropped.add(reason)
      this.#say('trouble', `messages are dropped as ${reason}`)
    }
  }

  /** The run with its rivals after `round`, if it was seen there. */
  #compare(round: number): void {
    const sample = this.#samples.get(round)
    if (sample === undefined) return
    for (const old of this.#samples.keys()) if (old < round) this.#samples.delete(old)
    const rivalAt = (isMeant: (name: AggregationSpec) => boolean): RoundSample | undefined => {
      const found = [...this.#rivals].find(([name]) => isMeant(name))?.[1].sample
      return found?.round === round ? found : undefined
    }
    const alone = rivalAt(name => name === 'none')
    this.#comparison = {
      round,
      sample,
      alone,
      server: rivalAt(usesHub),
      gains:
        alone === undefined
          ? new Float64Array(this.#experiment.peers).fill(Number.NaN)
          : gainsOf(alone, sample, yardstickOf(sample.swarm))
    }
  }

  /** What was gathered is of another time. */
  #forget(): void {
    this.#points.clear()
    this.#trail.clear()
    this.#samples.clear()
    this.#awaited = undefined
    this.#comparison = undefined
    this.#backs.clear()
    this.#aways.clear()
    this.#marks = []
    this.#now = undefined
    this.#here = undefined
    this.#alone = undefined
  }

  #rates(seconds: number): [number, number] {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)]
    if (
      first === undefined ||
      last === undefined ||
      last.seconds <= first.seconds ||
      this.#status !== 'running'
    )
      return [Number.NaN, Number.NaN]
    // A swarm that stands still becomes slower with every second.
    const passed = Math.max(last.seconds, seconds - 0.5) - first.seconds
    return [(last.round - first.round) / passed, (last.bytes - first.bytes) / passed]
  }

  #trails(): number[][] {
    const columns = this.#trail.entries
    return Array.from({ length: this.#experiment.peers }, (_, i) =>
      columns.map(({ values }) => values[i] ?? Number.NaN)
    )
  }

  #backSince(seconds: number): Map<number, number> {
    const round = this.#now?.round ?? 0
    const lately = [...this.#backs].filter(
      ([, back]) => seconds - back.seconds < BACK_SECONDS || round - back.round < BACK_ROUNDS
    )
    return new Map(lately.map(([peer, back]) => [peer, back.round]))
  }

  #say(kind: LogEntry['kind'], text: string, round = this.#now?.round ?? 0): void {
    this.#log = [...this.#log, { round, kind, text: stripVTControlCharacters(text) }].slice(-MOST_LOG)
  }
}
