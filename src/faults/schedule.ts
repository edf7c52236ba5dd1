/**
 * Which faults happen in a run: decided by its seed and its events alone, so both networks obey the same. Chance is by
 * counter (`core/hash.ts`): what becomes of a message depends on its sender, receiver, round and hop, on nothing that
 * was drawn before.
 */
import { assert, present } from '../core/assert.ts'
import { exchangeOf } from '../core/exchange.ts'
import { type HashKey, hashedUniform, hashKey } from '../core/hash.ts'
import { receiversOf } from '../core/links.ts'
import { placeWithin } from '../experiment/problem.ts'
import {
  DUPLICATED,
  FATE,
  type Fates,
  type FaultState,
  type Links,
  type NetworkPlan,
  REORDERED
} from '../interfaces.ts'
import { Attendance, type Change, type Stopped } from './attendance.ts'
import { Clock } from './clock.ts'
import { Conditions, type LinkTerms } from './conditions.ts'
import { linkOf } from './link-of.ts'
import { joinersOf, missingEdge, unknownParticipant } from './rules.ts'
import type { Scenario } from './scenario.ts'
import { type FaultAction, type FaultEvent, type Faults, parseEvent } from './schema.ts'

export type { Change, Stopped } from './attendance.ts'

/** Per exchange (`exchangeOf`): receiver and sender of messages that did not come though no fault was planned. */
export type Missing = ReadonlyMap<number, readonly (readonly [receiver: number, sender: number])[]>

/** What an earlier run went through that its experiment does not say, to go through it again. */
export interface Past {
  /** Commands that were taken, as events. */
  readonly commanded?: readonly FaultEvent[]
  /** It may grow by exchanges to come. */
  readonly missing?: Missing
}

/** Who takes part, and which links can carry messages. */
export interface Outlook {
  /** Per participant: a PRESENCE. */
  readonly presence: Uint8Array
  /** Whether a cut or a partition keeps from `receiver` what `sender` says. */
  readonly isCut: (sender: number, receiver: number) => boolean
  /** The probability that a message is lost, on links of which nothing else is said. */
  readonly loss: number
}

/** What a schedule must know of a plan. */
type ScheduledPlan = Pick<NetworkPlan, 'participants' | 'hops' | 'uses' | 'relays'>

/** One hop, as the events so far have made it. */
interface Hop {
  readonly links: Links
  readonly receivers: Int32Array
  /** Per link: its FATE but for chance and time. */
  readonly certain: Uint8Array
  readonly terms: readonly LinkTerms[]
  /** Per link: what becomes of its message in the exchange. */
  readonly fates: Uint8Array
  /** Per link, since the exchange began. */
  readonly arrivesMs: Float64Array
}

/** Those of each participant in their order, and stops before returns of others: who returns need not wait for who goes. */
function inTurns(changes: readonly Change[]): Change[] {
  const turns = new Map<number, number>()
  return changes
    .map(change => {
      const { participant, kind } = change
      const turn = (turns.get(participant) ?? (kind === 'stop' ? -1 : 0)) + 1
      turns.set(participant, turn)
      return { change, turn }
    })
    .sort((a, b) => a.turn - b.turn || a.change.participant - b.change.participant)
    .map(({ change }) => change)
}

const NO_FAULTS: Faults = { duplicates: 0, reordering: 0, links: [], events: [] }
const NOBODY: readonly number[] = []
const NO_CHANGES: readonly Change[] = []

export class FaultSchedule {
  readonly #peers: number
  readonly #deadlineMs: number
  readonly #plan: ScheduledPlan
  readonly #attendance: Attendance
  readonly #conditions: Conditions
  readonly #keys: Readonly<Record<'alone' | 'together' | 'delay' | 'duplicate' | 'reorder', HashKey>>
  /** By the round before which they are obeyed. */
  readonly #events = new Map<number, FaultEvent[]>()
  readonly #commanded: FaultEvent[] = []
  /** Rounds begun. */
  #rounds = 0
  /** Nothing can go wrong. */
  #quiet = false
  /** Made anew when an event is obeyed. */
  #hops: (Hop | undefined)[] = []
  /** Runs from the first event on that lets something take time. */
  #clock: Clock | undefined
  readonly #atOnce: Float64Array
  readonly #missing: Missing

  constructor(
    { loss, delayMs, faults, seed, peers, deadlineMs }: Scenario,
    plan: ScheduledPlan,
    { commanded = [], missing = new Map() }: Past = {}
  ) {
    const { participants } = plan
    this.#peers = peers
    this.#deadlineMs = deadlineMs
    this.#plan = plan
    const given = faults ?? NO_FAULTS
    this.#attendance = new Attendance(participants, peers, joinersOf(given))
    this.#conditions = new Conditions(participants, peers, loss, delayMs, given)
    this.#atOnce = new Float64Array(participants)
    this.#keys = {
      alone: hashKey(seed, 'faults/loss/one-way'),
      together: hashKey(seed, 'faults/loss/both'),
      delay: hashKey(seed, 'faults/delay'),
      duplicate: hashKey(seed, 'faults/duplicates'),
      reorder: hashKey(seed, 'faults/reordering')
    }
    this.#missing = missing
    for (const event of given.events) this.#enter(event)
    for (const event of commanded) this.#enterCommand(event)
  }

  /** Per participant: 1 if it takes part. */
  get up(): Uint8Array {
    return this.#attendance.up
  }

  /** Per participant: how often it has begun anew. */
  get incarnations(): Uint32Array {
    return this.#attendance.incarnations
  }

  /**
   * Obeys the events that take effect when `round` rounds are completed. To be called before every round, in order.
   * Returns who stops, and after them who returns, ascending by participant; at round 0 those who will join later stop.
   */
  begin(round: number): readonly Change[] {
    assert(round === this.#rounds, `round ${round} begins after ${this.#rounds} rounds`)
    this.#rounds++
    const events = this.#events.get(round)
    if (events === undefined && round > 0) return NO_CHANGES
    const changes: Change[] = round === 0 ? [...this.#attendance.stops()] : []
    for (const event of events ?? []) {
      changes.push(...this.#attendance.obey(event).changes)
      this.#conditions.obey(event)
    }
    this.#renew()
    return inTurns(changes)
  }

  /**
   * A command: the next `begin`, of `round`, obeys it after the events of the experiment. One that is impossible then
   * is not taken; the reason is returned, one line.
   */
  add(action: FaultAction, round: number): string | undefined {
    assert(round === this.#rounds, `a command for round ${round} after ${this.#rounds} rounds`)
    const hub = this.#plan.participants > this.#peers
    const problem =
      unknownParticipant(action, { peers: this.#peers, hub }) ?? missingEdge(action, this.#plan, this.#peers)
    if (problem !== undefined) return problem
    const attendance = this.#attendance.clone()
    for (const event of this.#events.get(round) ?? []) attendance.obey(event)
    const [refused] = attendance.obey(action).refused
    if (refused !== undefined) return refused
    this.#enterCommand({ after: round, ...action })
    return undefined
  }

  /** A command that was taken elsewhere, by a schedule of the same run. */
  learn(event: FaultEvent): void {
    assert(event.after >= this.#rounds, `a command after ${event.after} of ${this.#rounds} rounds`)
    this.#enterCommand(event)
  }

  /** What the virtual clock shows. */
  get virtualMs(): number {
    return this.#clock?.nowMs ?? 0
  }

  /** The commands that were taken, as events. */
  get commanded(): readonly FaultEvent[] {
    return this.#commanded
  }

  /** As the next round will find it: commands that wait for it count already. */
  outlook(): Outlook {
    let attendance = this.#attendance
    let conditions = this.#conditions
    if (this.#commanded.some(({ after }) => after === this.#rounds)) {
      attendance = attendance.clone()
      conditions = conditions.clone()
      for (const event of present(this.#events.get(this.#rounds), 'a command')) {
        attendance.obey(event)
        conditions.obey(event)
      }
    }
    return {
      presence: attendance.presence(),
      isCut: (sender, receiver) => conditions.isCut(sender, receiver),
      loss: conditions.loss
    }
  }

  /**
   * What becomes of the messages of one exchange; undefined where all are sent and nothing can go wrong. Once per exchange, in order,
   * after `begin` of its round. Valid until the next.
   */
  fates(round: number, hop: number): Fates | undefined {
    const missing = this.#missing.get(exchangeOf(round, hop))
    const uses = this.#plan.uses?.(round, hop)
    if (this.#quiet && missing === undefined && uses === undefined) return undefined
    const made = this.#hop(hop)
    this.#lose(made, uses, round, hop)
    const { durationMs, waitedFor } = this.#pass(made, round, hop)
    this.#copy(made, round, hop, this.#conditions.duplicates, this.#keys.duplicate, DUPLICATED)
    this.#copy(made, round, hop, this.#conditions.reordering, this.#keys.reorder, REORDERED)
    for (const [receiver, sender] of missing ?? []) {
      const k = linkOf(made.links, sender, receiver)
      assert(k >= 0, `peer ${receiver} missed a message of ${sender}, whom it does not hear`)
      made.fates[k] = FATE.lost
    }
    return { links: made.fates, durationMs, waitedFor }
  }

  /** Everything that later rounds depend on besides the experiment; a copy. */
  state(): FaultState {
    const patience = this.#clock?.patience ?? []
    return structuredClone({
      rounds: this.#rounds,
      commanded: this.#commanded,
      virtualMs: this.virtualMs,
      strikes: patience.map(({ strikes }) => strikes),
      owed: patience.map(({ owed }) => owed),
      speaksAt: patience.map(({ speaksAt }) => speaksAt)
    })
  }

  /**
   * Continues from `state`; only before the first round. Returns the stops that are in force, for a network in which
   * everybody takes part.
   */
  restore({ rounds, commanded, virtualMs, strikes, owed, speaksAt }: FaultState): readonly Stopped[] {
    assert(this.#rounds === 0, `restored after ${this.#rounds} rounds`)
    for (const [k, raw] of commanded.entries()) {
      this.#enterCommand(parseEvent(raw, placeWithin(`command ${k}`)))
    }
    for (let round = 0; round < rounds; round++) this.begin(round)
    if (this.#clock !== undefined) {
      this.#clock.nowMs = virtualMs
      for (const [hop, patience] of this.#clock.patience.entries()) {
        patience.strikes.set(present(strikes[hop], 'strikes'))
        patience.owed.set(present(owed[hop], 'late messages owed'))
        patience.speaksAt.set(present(speaksAt[hop], 'late messages under way'))
      }
    }
    return rounds > 0 ? this.#attendance.stops() : []
  }

  #enterCommand(event: FaultEvent): void {
    this.#enter(event)
    this.#commanded.push(event)
  }

  #enter(event: FaultEvent): void {
    const events = this.#events.get(event.after)
    if (events === undefined) this.#events.set(event.after, [event])
    else events.push(event)
  }

  /** After events: what follows from them. */
  #renew(): void {
    const { lossless, timeless } = this.#conditions
    if (!timeless) this.#clock ??= new Clock(this.#plan.hops, this.#deadlineMs)
    this.#quiet = lossless && this.#clock === undefined && !this.up.includes(0)
    this.#hops = []
  }

  #hop(hop: number): Hop {
    const kept = this.#hops[hop]
    if (kept !== undefined) return kept
    const links = present(this.#plan.hops[hop], `hop ${hop}`)
    const made = {
      links,
      receivers: receiversOf(links),
      certain: this.#conditions.fates(links, this.#attendance, this.#plan.relays),
      terms: this.#conditions.terms(links),
      fates: new Uint8Array(links.senders.length),
      arrivesMs: new Float64Array(links.senders.length)
    }
    this.#hops[hop] = made
    return made
  }

  /** Writes the fates but for time and copies. */
  #lose(
    { links: { senders }, receivers, certain, terms, fates }: Hop,
    uses: Uint8Array | undefined,
    round: number,
    hop: number
  ): void {
    const { alone, together } = this.#keys
    for (let k = 0; k < fates.length; k++) {
      const fate = uses?.[k] === 0 ? FATE.unsent : certain[k]!
      const { lossProbability, lostTogether } = terms[k]!
      fates[k] = fate
      if (lossProbability === 0 || fate !== FATE.arrives) continue
      const i = receivers[k]!
      const j = senders[k]!
      const u = lostTogether
        ? hashedUniform(together, Math.min(i, j), Math.max(i, j), round, 0)
        : hashedUniform(alone, j, i, round, hop)
      if (u < lossProbability) fates[k] = FATE.lost
    }
  }

  /** Lets the clock pass, where something takes time. */
  #pass(made: Hop, round: number, hop: number): { durationMs: number; waitedFor: readonly number[] } {
    if (this.#clock === undefined) return { durationMs: 0, waitedFor: NOBODY }
    const { links, receivers, terms, fates, arrivesMs } = made
    const readyMs = hop === 0 ? this.#conditions.slowMs : this.#atOnce
    for (let k = 0; k < fates.length; k++) {
      if (fates[k] !== FATE.arrives) continue
      const j = links.senders[k]!
      const u = hashedUniform(this.#keys.delay, j, receivers[k]!, round, hop)
      arrivesMs[k] = readyMs[j]! + terms[k]!.delayMs(u)
    }
    return this.#clock.pass(hop, fates, arrivesMs, readyMs, this.up)
  }

  /** Adds `mark` to messages that arrive, with this probability. */
  #copy(
    { links: { senders }, receivers, fates }: Hop,
    round: number,
    hop: number,
    probability: number,
    key: HashKey,
    mark: number
  ): void {
    if (probability === 0) return
    for (let k = 0; k < fates.length; k++) {
      if ((fates[k]! & 3) !== FATE.arrives) continue
      if (hashedUniform(key, senders[k]!, receivers[k]!, round, hop) < probability)
        fates[k] = fates[k]! + mark
    }
  }
}
