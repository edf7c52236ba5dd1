/**
 * A swarm whose peers live in several processes. The coordinator starts them, tells them each other's addresses and
 * gathers what they measure; peers never need it. What concerns all of them, as a command or a checkpoint, is done when
 * all have completed the same number of rounds.
 *
 * A process that dies takes its peers with it, and no others: they are stopped, as by a fault. One that is frozen is not
 * waited for; when it wakes it finds itself behind, and catches up by sleeping through the rounds that it missed.
 */
import { present } from '../core/assert.ts'
import { RunError } from '../core/errors.ts'
import { FaultSchedule } from '../faults/schedule.ts'
import type { FaultAction, FaultEvent, Participant } from '../faults/schema.ts'
import {
  type Hosted,
  type Look,
  type NetworkPlan,
  type PeerReport,
  PRESENCE,
  type RoundSample,
  type SwarmState,
  type Traffic
} from '../interfaces.ts'
import { lookAt } from '../look.ts'
import { sampleOf } from '../metrics/sample.ts'
import { simulatedNetwork } from '../network/simulated.ts'
import { type Setting, swarmOf } from '../setting.ts'
import type { RunningSwarm, RunPlan, Swarm } from '../swarm.ts'
import { type Gathered, Gathering } from './gathering.ts'
import { blocksOf, type Member, nameOfBlock } from './member.ts'
import { mergedState, mergedTraffic } from './merge.ts'
import type { Report, Rows } from './protocol.ts'
import { Team } from './team.ts'

const LOOK_EVERY_MS = 100

export interface CoordinatorHost {
  note(text: string): void
  /** Connections made of those needed, in all processes. */
  opening(connected: number, connections: number): void
  /** Seconds that pass, from any origin. */
  clock(): number
}

/** The experiment of `setting` in as many processes as it says. */
export async function spreadSwarm(
  setting: Setting,
  swarmKey: Uint8Array | undefined,
  host: CoordinatorHost
): Promise<RunningSwarm> {
  return new Coordinator(setting, await shadowOf(setting), swarmKey, host)
}

/** The same swarm in this process alone, where it never runs. */
const shadowOf = (setting: Setting): Promise<Swarm> =>
  swarmOf(setting, setting.experiment.aggregation, simulatedNetwork)

class Coordinator implements RunningSwarm {
  readonly asksEveryRound = false
  readonly #setting: Setting
  /** Knows how everything begins, and holds the rows that were gathered. */
  readonly #shadow: Swarm
  readonly #host: CoordinatorHost
  readonly #swarmKey: Uint8Array | undefined
  readonly #faults: FaultSchedule
  readonly #team: Team
  readonly #gathering = new Gathering()
  readonly #connections = new Map<Member, readonly [number, number]>()
  /** What every process begins with. */
  #base: SwarmState
  /** What was commanded and what happened to processes, as events, in the order of the record. */
  #commanded: FaultEvent[] = []
  /** The commands that every process is told of, besides the base. */
  #taken: FaultEvent[] = []
  /** Rounds that the schedule of faults has begun. */
  #begun = 0
  #round = 0
  #seconds = 0
  #virtualMs = 0
  #reportedWaits: Float64Array = new Float64Array()
  #correction: Float64Array | undefined
  #experience: Rows['experience']
  #last: RoundSample | undefined
  /** Commands that were taken while all wait, to be told when they go on. */
  #untold: FaultEvent[] = []
  /** Who slept through rounds, and who died, and has not been looked after. */
  #slept: { readonly member: Member; readonly from: number; readonly to: number }[] = []
  #dead: Member[] = []
  #running: RunPlan | undefined
  /** All wait until they are told to go on. */
  #isHolding = false
  /** All that is known when the run has ended, and a swarm that knows it, as soon as somebody asks. */
  #end: SwarmState | undefined
  #ended: Promise<Swarm> | undefined
  #isStopping = false
  #isClosing = false

  constructor(setting: Setting, shadow: Swarm, swarmKey: Uint8Array | undefined, host: CoordinatorHost) {
    const { experiment } = setting
    this.#setting = setting
    this.#shadow = shadow
    this.#swarmKey = swarmKey
    this.#host = host
    this.#faults = new FaultSchedule(experiment, this.plan)
    this.#team = new Team(experiment.rounds, experiment.until !== null, this.#patienceSeconds, {
      report: (member, report) => this.#hear(member, report),
      printed: (member, line) => host.note(`process ${member.pid} printed: ${line}`),
      ended: (member, how) => {
        if (this.#isClosing) return
        this.#dead.push(member)
        host.note(`process ${member.pid} of ${this.#nameOf(member.hosted)} ended (${how})`)
      }
    })
    this.#base = shadow.state()
    this.#standAt(this.#base)
  }

  get round(): number {
    return this.#round
  }

  get plan(): NetworkPlan {
    return this.#shadow.plan
  }

  get theta() {
    return this.#shadow.theta
  }

  get traffic(): Traffic {
    const counted = this.#team.members.flatMap(({ traffic }) => (traffic === undefined ? [] : [traffic]))
    return mergedTraffic(this.#base.traffic, counted)
  }

  /** As far as the schedule of faults says; a copy. */
  get takesPart(): Uint8Array {
    return this.#faults.up.slice(0, this.#setting.experiment.peers)
  }

  get commanded(): readonly FaultEvent[] {
    return this.#commanded
  }

  /** Longer than anybody waits for a neighbour: who tells nothing for so long is frozen. */
  get #patienceSeconds(): number {
    return this.#setting.experiment.deadlineMs / 1000 + 1
  }

  restore(state: SwarmState): void {
    this.#shadow.restore(state)
    this.#faults.restore(state.faults)
    this.#base = this.#shadow.state()
    this.#standAt(this.#base)
  }

  async open(): Promise<void> {
    const members = blocksOf(this.plan.participants, this.#setting.experiment.processes).map(hosted =>
      this.#start(hosted, this.#base.round, new Map())
    )
    for (const { hosted, pid } of members) this.#host.note(`process ${pid}: ${this.#nameOf(hosted)}`)
    await this.#meet(members, members)
  }

  async close(): Promise<void> {
    this.#isClosing = true
    await this.#team.end()
  }

  async *run(plan: RunPlan): AsyncGenerator<RoundSample> {
    this.#running = plan
    const { clock } = plan
    const started = clock() - this.#seconds
    for (;;) {
      await this.#bury()
      const verdict = this.#team.isDone ? 'go' : await plan.beforeRound()
      if (verdict === 'stop') await this.#stop()
      if (verdict === 'step') await this.#step()
      this.#tell()
      this.#seconds = clock() - started
      const sample = this.#gathered()
      if (sample !== undefined) {
        yield sample
        continue
      }
      if (this.#team.isDone) break
      if (verdict === 'step') continue
      // Nothing is left to gather: whoever waits may go on.
      if (this.#team.isHeld || this.#isHolding) this.#goOn()
      await this.#team.news(LOOK_EVERY_MS)
    }
    this.#end = this.#merged()
    const { round, theta, aggregation, average, faults } = this.#end
    this.#arrivedAt(round)
    this.theta.values.set(theta)
    if (average !== undefined) this.#shadow.shown.values.set(average.means)
    if (aggregation.correction !== undefined) this.#correction?.set(aggregation.correction)
    this.#virtualMs = faults.virtualMs
  }

  /** The last measured round; if there is none, the last round. */
  measure(): RoundSample {
    return this.#last ?? this.#sampled(this.#round, this.takesPart)
  }

  async state(): Promise<SwarmState | undefined> {
    if (this.#team.members.length === 0) return this.#base
    if (this.#team.isDone) return this.#merged()
    if ((await this.#team.hold()) === undefined) return undefined
    this.#tell()
    for (const member of this.#team.members.filter(({ isDead }) => !isDead)) {
      const report = member.isActive ? await this.#team.ask(member, { kind: 'state' }) : undefined
      // Of one that is frozen there is no state that goes with the others'.
      if (report?.kind !== 'state') return undefined
      member.state = report.state
    }
    return this.#merged()
  }

  async command(action: FaultAction): Promise<string | undefined> {
    const round = await this.#team.hold()
    if (round === undefined) return 'the run is about to end'
    const refusal = this.#take(action, round)
    if (refusal === undefined && 'return' in action) await this.#revive(action.return, round)
    return refusal
  }

  async inspect(peer: number): Promise<PeerReport> {
    if (this.#end !== undefined) {
      this.#ended ??= restored(this.#setting, this.#end)
      return (await this.#ended).inspect(peer)
    }
    const member = this.#hostOf(peer)
    const report = member?.isActive ? await this.#team.ask(member, { kind: 'inspect', peer }) : undefined
    return report?.kind === 'inspected'
      ? report.report
      : { ...this.#shadow.inspect(peer), round: this.#round, takesPart: false }
  }

  waitedFor(): readonly number[] {
    const senders = this.#team.active.flatMap(({ waitsFor }) => waitsFor)
    return [...new Set(senders)].sort((a, b) => a - b)
  }

  look(): Look {
    const outlook = this.#faults.outlook()
    for (const { isLagging, hosted } of this.#team.living) {
      for (let p = hosted.first; isLagging && p < hosted.last; p++)
        if (outlook.presence[p] === PRESENCE.here) outlook.presence[p] = PRESENCE.frozen
    }
    return lookAt(this.plan, outlook, undefined)
  }

  async hold(): Promise<readonly RoundSample[] | undefined> {
    const round = await this.#team.hold()
    if (round === undefined) return undefined
    this.#isHolding = true
    this.#tell()
    const samples: RoundSample[] = []
    for (let next = this.#gathered(); next !== undefined; next = this.#gathered()) samples.push(next)
    this.#arrivedAt(round)
    return samples
  }

  /** Before anything is gathered. */
  #standAt({ round, seconds, reportedWaits, faults }: SwarmState): void {
    this.#commanded = [...this.#faults.commanded]
    this.#begun = round
    this.#round = round
    this.#seconds = seconds
    this.#reportedWaits = reportedWaits
    this.#virtualMs = faults.virtualMs
    const { correction, experience } = this.#shadow.rowsOf({ first: 0, last: this.plan.participants })
    this.#correction = correction
    this.#experience = experience
  }

  #start(hosted: Hosted, round: number, ports: ReadonlyMap<number, number>): Member {
    const { experiment } = this.#setting
    return this.#team.start({
      experiment,
      hosted,
      base: this.#base,
      commanded: this.#taken,
      round,
      inStep: experiment.until !== null,
      ports,
      swarmKey: this.#swarmKey
    })
  }

  /** Tells `newcomers` everybody's addresses as soon as their nodes listen; resolves when they wait for their first round. */
  async #meet(newcomers: readonly Member[], everybody: readonly Member[]): Promise<void> {
    await this.#team.until(() =>
      newcomers.every(({ addresses, isDead }) => addresses !== undefined || isDead)
    )
    const addresses = new Map(everybody.flatMap(member => [...(member.addresses ?? [])]))
    for (const member of newcomers) member.send({ kind: 'addresses', addresses })
    await this.#team.until(() => newcomers.every(({ heldAt, isDead }) => heldAt !== undefined || isDead))
  }

  #hear(member: Member, report: Report): void {
    member.heardAtSeconds = this.#host.clock()
    if (report.kind === 'rows') {
      member.traffic = report.rows.traffic
      this.#gathering.add(member, report.rows, this.#host.clock())
    } else if (report.kind === 'done') member.traffic = report.state.traffic
    else if (report.kind === 'missing') this.#gathering.missing(report.round, report.hop, report.links)
    else if (report.kind === 'skipped') this.#slept.push({ member, ...report })
    else if (report.kind === 'opening') {
      this.#connections.set(member, [report.connected, report.connections])
      const counts = [...this.#connections.values()]
      const sum = (k: 0 | 1) => counts.reduce((total, count) => total + count[k], 0)
      this.#host.opening(sum(0), sum(1))
    }
  }

  /** All processes end where they are. */
  async #stop(): Promise<void> {
    if (this.#isStopping) return
    this.#isStopping = true
    if ((await this.#team.hold()) !== undefined) this.#team.stop()
    await this.#team.until(() => this.#team.isDone)
  }

  #goOn(): void {
    this.#team.release(this.#untold)
    this.#untold = []
    this.#isHolding = false
  }

  async #step(): Promise<void> {
    const told = this.#untold
    this.#untold = []
    await this.#team.step(told)
    this.#arrivedAt(this.#team.completed)
  }

  /** All wait with so many rounds completed, and what was measured of them is gathered. */
  #arrivedAt(round: number): void {
    this.#beginUpTo(round)
    this.#round = round
  }

  /** Takes a command, for those who wait with `round` rounds completed. Returns why not, if it cannot be. */
  #take(action: FaultAction, round: number): string | undefined {
    this.#beginUpTo(round)
    const refusal = this.#faults.add(action, round)
    if (refusal !== undefined) return refusal
    const event = { after: round, ...action }
    this.#untold.push(event)
    this.#taken.push(event)
    this.#commanded.push(event)
    return undefined
  }

  #beginUpTo(round: number): void {
    while (this.#begun < round) this.#faults.begin(this.#begun++)
  }

  /** The peers of processes that died are stopped, where they were not already. */
  async #bury(): Promise<void> {
    const dead = this.#dead
    if (dead.length === 0) return
    const round = await this.#team.hold()
    if (round === undefined) return
    this.#beginUpTo(round)
    this.#dead = this.#dead.filter(member => !dead.includes(member))
    const stop = dead.flatMap(({ hosted }) => this.#present(hosted))
    if (stop.length === 0) return
    const action: FaultAction = { stop, how: 'killed' }
    const refusal = this.#take(action, round)
    if (refusal !== undefined) throw new RunError(`${refusal}; the run stops here`)
    this.#running?.onCommand?.({ after: round, ...action })
  }

  /** New processes for peers that return and whose processes died. */
  async #revive(returned: readonly Participant[], round: number): Promise<void> {
    const blocks = new Set(
      returned.flatMap(who => {
        const member = this.#hostOf(who === 'hub' ? this.#setting.experiment.peers : who)
        return member?.isDead ? [member] : []
      })
    )
    const newcomers = [...blocks].map(({ hosted, ports }) => {
      const member = this.#start(hosted, round, ports)
      this.#host.note(`process ${member.pid}: ${this.#nameOf(hosted)} again`)
      return member
    })
    await this.#meet(newcomers, this.#team.members)
  }

  /** Tells the record what nobody planned. */
  #tell(): void {
    const { onMissing, onCommand } = this.#running ?? {}
    const known = this.#team.completed
    for (const { round, hop, links } of this.#gathering.takeMissing(known)) onMissing?.(round, hop, links)
    for (const { member, from, to } of this.#slept) {
      const peers = this.#present(member.hosted)
      if (peers.length === 0) continue
      this.#host.note(`${this.#nameOf(member.hosted)} slept through rounds ${from + 1} to ${to}`)
      const events: FaultEvent[] = [
        { after: from, stop: peers, how: 'frozen' },
        { after: to, return: peers, state: 'kept' }
      ]
      for (const event of events) {
        this.#commanded.push(event)
        onCommand?.(event)
      }
    }
    this.#slept = []
  }

  /** Of those hosted, who takes part. */
  #present({ first, last }: Hosted): Participant[] {
    const { peers } = this.#setting.experiment
    const participants: Participant[] = []
    for (let p = first; p < last; p++)
      if (this.#faults.up[p] === 1) participants.push(p === peers ? 'hub' : p)
    return participants
  }

  /** The last process that hosts a participant, dead or alive. */
  #hostOf(participant: number): Member | undefined {
    return this.#team.members.findLast(
      ({ hosted: { first, last } }) => participant >= first && participant < last
    )
  }

  /** The next measured round, if all have told of it. */
  #gathered(): RoundSample | undefined {
    const gathered = this.#gathering.take(this.#team.members, this.#host.clock(), this.#patienceSeconds)
    return gathered && this.#measured(gathered)
  }

  #measured({ round, rows }: Gathered): RoundSample {
    const { values, stride } = this.#shadow.shown
    this.#beginUpTo(round)
    const { takesPart } = this
    for (const { hosted } of this.#team.members) takesPart.fill(0, hosted.first, hosted.last)
    for (const [{ hosted }, told] of rows) {
      const { first, last } = hosted
      values.set(told.theta, first * stride)
      if (told.correction !== undefined) this.#correction?.set(told.correction, first * stride)
      if (told.experience !== undefined) {
        this.#experience?.episodes.set(told.experience.episodes, first)
        this.#experience?.steps.set(told.experience.steps, first)
      }
      takesPart.set(this.#faults.up.subarray(first, Math.min(last, takesPart.length)), first)
      this.#virtualMs = Math.max(this.#virtualMs, told.virtualMs)
    }
    return this.#sampled(round, takesPart)
  }

  #sampled(round: number, takesPart: Uint8Array): RoundSample {
    const { traffic } = this
    const sample = sampleOf(this.#setting.judge, {
      round,
      theta: this.#shadow.shown,
      correction: this.#correction,
      takesPart,
      experience: this.#experience,
      traffic,
      reportedWaits: this.#reportedWaits,
      virtualMs: this.#virtualMs,
      seconds: this.#seconds
    })
    this.#round = round
    this.#reportedWaits = traffic.waitedFor
    this.#last = sample
    return sample
  }

  #merged(): SwarmState {
    const states = this.#team.members.flatMap(({ state }) => (state === undefined ? [] : [state]))
    const newest = this.#team.active.flatMap(({ state }) => (state === undefined ? [] : [state]))
    const { round, faults } = present(newest[0], 'the state of a process')
    return {
      ...mergedState(this.#base, states),
      round,
      faults: { ...faults, commanded: this.#commanded },
      seconds: this.#seconds,
      traffic: this.traffic,
      reportedWaits: this.#reportedWaits
    }
  }

  #nameOf(hosted: Hosted): string {
    return nameOfBlock(hosted, this.#setting.experiment.peers)
  }
}

/** A swarm in this process that is where `state` is. */
async function restored(setting: Setting, state: SwarmState): Promise<Swarm> {
  const swarm = await shadowOf(setting)
  swarm.restore(state)
  return swarm
}
