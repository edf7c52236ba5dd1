/**
 * A swarm whose peers live in several processes. The coordinator starts them, tells them each other's addresses and
 * gathers what they measure; peers never need it. What concerns all of them, as a command or a checkpoint, is done when
 * all have completed the same number of rounds.
 *
 * A process that dies takes its peers with it, and no others: they are stopped, as by a fault. One that is frozen is not
 * waited for; when it wakes it finds itself behind, and catches up by sleeping through the rounds that it missed.
 */
import { RunError } from '../core/errors.ts'
import type { FaultAction, FaultEvent, Participant } from '../faults/schema.ts'
import {
  type Hosted,
  type Look,
  type NetworkPlan,
  type ParameterMatrix,
  type PeerReport,
  PRESENCE,
  type RoundSample,
  type SwarmState,
  type Traffic
} from '../interfaces.ts'
import { lookAt } from '../look.ts'
import type { RunningSwarm, RunPlan } from '../running-swarm.ts'
import type { Setting } from '../setting.ts'
import type { Swarm } from '../swarm.ts'
import { Events } from './events.ts'
import { Gathering } from './gathering.ts'
import { blocksOf, type Member, nameOfBlock } from './member.ts'
import type { Report } from './protocol.ts'
import { Team } from './team.ts'
import { shadowOf, WholeSwarm } from './whole-swarm.ts'

const LOOK_EVERY_MS = 100

export interface CoordinatorHost {
  note(text: string): void
  /** Connections made of those needed, in all processes. */
  opening(connected: number, connections: number): void
  /** Seconds that pass, from some origin. */
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

class Coordinator implements RunningSwarm {
  readonly asksEveryRound = false
  readonly #setting: Setting
  readonly #host: CoordinatorHost
  readonly #swarmKey: Uint8Array | undefined
  readonly #team: Team
  readonly #whole: WholeSwarm
  readonly #events: Events
  readonly #gathering = new Gathering()
  readonly #connections = new Map<Member, readonly [number, number]>()
  /** Who slept through rounds, and who died, and has not been looked after. */
  #slept: { readonly member: Member; readonly from: number; readonly to: number }[] = []
  #dead: Member[] = []
  #running: RunPlan | undefined
  /** All wait until they are told to go on. */
  #isHolding = false
  #isStopping = false
  #isClosing = false

  constructor(setting: Setting, shadow: Swarm, swarmKey: Uint8Array | undefined, host: CoordinatorHost) {
    const { experiment } = setting
    this.#setting = setting
    this.#swarmKey = swarmKey
    this.#host = host
    this.#team = new Team(experiment.rounds, experiment.until !== null, this.#patienceSeconds, {
      report: (member, report) => this.#hear(member, report),
      printed: (member, line) => host.note(`process ${member.pid} printed: ${line}`),
      ended: (member, how) => {
        if (this.#isClosing) return
        this.#dead.push(member)
        host.note(`process ${member.pid} of ${this.#nameOf(member.hosted)} ended (${how})`)
      }
    })
    this.#whole = new WholeSwarm(setting, shadow, this.#team)
    this.#events = new Events(setting, this.plan)
  }

  get round(): number {
    return this.#whole.round
  }

  get plan(): NetworkPlan {
    return this.#whole.plan
  }

  get theta(): ParameterMatrix {
    return this.#whole.theta
  }

  get traffic(): Traffic {
    return this.#whole.traffic
  }

  /** As far as the schedule of faults says; a copy. */
  get takesPart(): Uint8Array {
    return this.#events.up.slice(0, this.#setting.experiment.peers)
  }

  get commanded(): readonly FaultEvent[] {
    return this.#events.commanded
  }

  /** Longer than anybody waits for a neighbour: who tells nothing for so long is frozen. */
  get #patienceSeconds(): number {
    return this.#setting.experiment.deadlineMs / 1000 + 1
  }

  restore(state: SwarmState): void {
    this.#whole.restore(state)
    this.#events.restore(state)
  }

  async open(): Promise<void> {
    const members = blocksOf(this.plan.participants, this.#setting.experiment.processes).map(hosted =>
      this.#start(hosted, this.#whole.base.round, new Map())
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
    const started = clock() - this.#whole.seconds
    for (;;) {
      await this.#bury()
      const verdict = this.#team.isDone ? 'go' : await plan.beforeRound()
      if (verdict === 'stop') await this.#stop()
      if (verdict === 'step') await this.#step()
      this.#tell()
      this.#whole.seconds = clock() - started
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
    const end = this.#whole.state(this.commanded)
    this.#events.beginUpTo(end.round)
    this.#whole.endIn(end)
  }

  measure(): RoundSample {
    return this.#whole.lastSample(this.takesPart)
  }

  async state(): Promise<SwarmState | undefined> {
    if (this.#team.members.length === 0) return this.#whole.base
    if (this.#team.isDone) return this.#whole.state(this.commanded)
    if ((await this.#team.hold()) === undefined) return undefined
    this.#tell()
    for (const member of this.#team.members.filter(({ isDead }) => !isDead)) {
      const report = member.isActive ? await this.#team.ask(member, { kind: 'state' }) : undefined
      // Of one that is frozen there is no state that goes with the others'.
      if (report?.kind !== 'state') return undefined
      member.state = report.state
    }
    return this.#whole.state(this.commanded)
  }

  async command(action: FaultAction): Promise<string | undefined> {
    const round = await this.#team.hold()
    if (round === undefined) return 'the run is about to end'
    const refusal = this.#events.take(action, round)
    if (refusal === undefined && 'return' in action) await this.#revive(action.return, round)
    return refusal
  }

  async inspect(peer: number): Promise<PeerReport> {
    const member = this.#whole.hasEnded ? undefined : this.#hostOf(peer)
    const report = member?.isActive ? await this.#team.ask(member, { kind: 'inspect', peer }) : undefined
    return report?.kind === 'inspected' ? report.report : this.#whole.inspect(peer)
  }

  waitedFor(): readonly number[] {
    const senders = this.#team.active.flatMap(({ waitsFor }) => waitsFor)
    return [...new Set(senders)].sort((a, b) => a - b)
  }

  look(): Look {
    const outlook = this.#events.outlook()
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

  #start(hosted: Hosted, round: number, ports: ReadonlyMap<number, number>): Member {
    const { experiment } = this.#setting
    return this.#team.start({
      experiment,
      hosted,
      base: this.#whole.base,
      commanded: this.#events.taken,
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
    this.#team.release(this.#events.takeUntold())
    this.#isHolding = false
  }

  async #step(): Promise<void> {
    await this.#team.step(this.#events.takeUntold())
    this.#arrivedAt(this.#team.completed)
  }

  /** All wait with so many rounds completed, and what was measured of them is gathered. */
  #arrivedAt(round: number): void {
    this.#events.beginUpTo(round)
    this.#whole.round = round
  }

  /** The peers of processes that died are stopped, where they were not already. */
  async #bury(): Promise<void> {
    const dead = this.#dead
    if (dead.length === 0) return
    const round = await this.#team.hold()
    if (round === undefined) return
    this.#events.beginUpTo(round)
    this.#dead = this.#dead.filter(member => !dead.includes(member))
    const stop = dead.flatMap(({ hosted }) => this.#events.present(hosted))
    if (stop.length === 0) return
    const action: FaultAction = { stop, how: 'killed' }
    const refusal = this.#events.take(action, round)
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
      const peers = this.#events.present(member.hosted)
      if (peers.length === 0) continue
      this.#host.note(`${this.#nameOf(member.hosted)} slept through rounds ${from + 1} to ${to}`)
      const events: FaultEvent[] = [
        { after: from, stop: peers, how: 'frozen' },
        { after: to, return: peers, state: 'kept' }
      ]
      for (const event of events) {
        this.#events.add(event)
        onCommand?.(event)
      }
    }
    this.#slept = []
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
    if (gathered === undefined) return undefined
    this.#events.beginUpTo(gathered.round)
    return this.#whole.measured(gathered, this.#events.up)
  }

  #nameOf(hosted: Hosted): string {
    return nameOfBlock(hosted, this.#setting.experiment.peers)
  }
}
