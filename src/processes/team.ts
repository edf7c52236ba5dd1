/**
 * The processes of a swarm, and how to bring them to a common round: all are told to wait a little ahead of where they are,
 * and told again, further ahead, if somebody is past it.
 */
import { assert } from '../core/assert.ts'
import { errorFrom, RunError } from '../core/errors.ts'
import type { FaultEvent } from '../faults/schema.ts'
import { Member } from './member.ts'
import type { Order, PartRequest, Report } from './protocol.ts'

/** How many rounds ahead all are told to wait, at first. */
const HOLD_AHEAD = 20
/** Between two looks at whether anything has changed. */
const LOOK_EVERY_MS = 1000
/** A member that is so close to the first one again has caught up. */
const CAUGHT_UP_ROUNDS = 50

export interface TeamHost {
  /** Whatever a member tells that is not about waiting. */
  report(member: Member, report: Report): void
  /** A member has written a line on its output. */
  printed(member: Member, line: string): void
  /** A member has ended of itself. */
  ended(member: Member, how: string): void
}

export class Team {
  readonly #host: TeamHost
  readonly #rounds: number
  /** All wait after every measured round. */
  readonly #inStep: boolean
  readonly #patienceMs: number
  readonly #members: Member[] = []
  readonly #answers = new Map<Member, (report: Report) => void>()
  #failure: Error | undefined
  #wake: () => void = () => {}

  /** Who does not answer for more than `patienceSeconds` is frozen: all others wait meanwhile. */
  constructor(rounds: number, inStep: boolean, patienceSeconds: number, host: TeamHost) {
    this.#rounds = rounds
    this.#inStep = inStep
    this.#patienceMs = 1000 * patienceSeconds
    this.#host = host
  }

  /** Those that have begun, the dead included. */
  get members(): readonly Member[] {
    return this.#members
  }

  /** Those that are waited for: who answers, or whoever lives if nobody does. */
  get active(): readonly Member[] {
    const prompt = this.#members.filter(({ isActive }) => isActive)
    return prompt.length > 0 ? prompt : this.living
  }

  /** Rounds that all have completed. */
  get completed(): number {
    return Math.min(...this.active.map(({ completed }) => completed))
  }

  get living(): readonly Member[] {
    return this.#members.filter(({ isDead }) => !isDead)
  }

  /** Whether all have completed their last round. Throws a RunError if nobody is left. */
  get isDone(): boolean {
    const { active } = this
    if (active.length === 0) throw new RunError('all processes of the swarm have ended; the run stops here')
    return active.every(({ isDone }) => isDone)
  }

  /** Whether all wait. */
  get isHeld(): boolean {
    return this.active.length > 0 && this.active.every(({ heldAt }) => heldAt !== undefined)
  }

  start(request: PartRequest): Member {
    const member: Member = new Member(request, {
      report: report => this.#hear(member, report),
      printed: line => this.#host.printed(member, line),
      ended: how => {
        this.#answers.get(member)?.({ kind: 'passed', begun: 0 })
        this.#host.ended(member, how)
        this.#wake()
      }
    })
    this.#members.push(member)
    return member
  }

  /** Resolves when `isSo`. Throws what a member failed with. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await this.news(LOOK_EVERY_MS)
  }

  /** Resolves when somebody has told something, or after so many milliseconds. Throws what a member failed with. */
  async news(withinMs: number): Promise<void> {
    if (this.#failure === undefined) {
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, withinMs)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  /** Makes all wait, with as many rounds completed, which it returns; undefined if the run is about to end. */
  async hold(): Promise<number | undefined> {
    for (let ahead = HOLD_AHEAD; !this.isHeld || !this.#agree(); ahead *= 2) {
      if (this.active.length === 0 || this.active.some(({ isDone }) => isDone)) return undefined
      const at = Math.max(...this.active.map(({ completed }) => completed)) + ahead
      if (!this.#inStep) {
        if (at >= this.#rounds) return undefined
        this.release([])
        // Who is frozen may wake while the others wait.
        for (const member of this.living) member.send({ kind: 'hold', at })
      }
      await this.#settle()
    }
    return this.active[0]?.heldAt
  }

  /** All that wait go on. */
  release(events: readonly FaultEvent[]): void {
    this.#release({ kind: 'go', events, until: undefined, stop: false })
  }

  /** All that wait complete one more round, and wait again. */
  async step(events: readonly FaultEvent[]): Promise<void> {
    this.#release({ kind: 'go', events, until: this.completed + 1, stop: false })
    await this.#settle()
  }

  /** All that wait end. */
  stop(): void {
    this.#release({ kind: 'go', events: [], until: undefined, stop: true })
  }

  /** The answer of a member; undefined if it dies or is frozen. One question at a time. */
  async ask(member: Member, order: Order): Promise<Report | undefined> {
    assert(!this.#answers.has(member), `process ${member.pid} is asked twice at once`)
    let answer: Report | undefined
    this.#answers.set(member, report => {
      answer = report
    })
    member.send(order)
    const deadline = performance.now() + this.#patienceMs
    while (answer === undefined && !member.isDead && performance.now() < deadline)
      await this.news(LOOK_EVERY_MS)
    this.#answers.delete(member)
    if (answer === undefined) member.isLagging = true
    return answer
  }

  async end(): Promise<void> {
    await Promise.all(this.#members.map(member => member.end()))
  }

  #release(order: Order): void {
    for (const member of this.living) {
      member.heldAt = undefined
      member.passedAt = undefined
      member.send(order)
    }
  }

  #agree(): boolean {
    return new Set(this.active.map(({ heldAt }) => heldAt)).size === 1
  }

  /** Until all have said that they wait, or have passed, or are done; who says nothing is frozen. */
  async #settle(): Promise<void> {
    const hasSettled = ({ heldAt, passedAt, isDone }: Member): boolean =>
      heldAt !== undefined || passedAt !== undefined || isDone
    const progress = () => this.active.map(({ completed }) => completed).join()
    let before = progress()
    let deadline = performance.now() + this.#patienceMs
    while (!this.active.every(hasSettled)) {
      await this.news(LOOK_EVERY_MS)
      if (progress() !== before) {
        before = progress()
        deadline = performance.now() + this.#patienceMs
      } else if (performance.now() > deadline) {
        for (const member of this.active) if (!hasSettled(member)) member.isLagging = true
      }
    }
  }

  #hear(member: Member, report: Report): void {
    member.waitsFor = report.kind === 'waiting' ? report.for : []
    switch (report.kind) {
      case 'held':
        member.heldAt = report.round
        this.#reached(member, report.round)
        break
      case 'passed':
        member.passedAt = report.begun
        this.#reached(member, report.begun - 1)
        break
      case 'rows':
        this.#reached(member, report.rows.round)
        break
      case 'skipped':
        this.#reached(member, report.to)
        break
      case 'done':
        member.isDone = true
        member.state = report.state
        this.#reached(member, report.state.round)
        break
      case 'listening':
        member.addresses = report.addresses
        break
      case 'failed':
        this.#failure ??= errorFrom(report.error)
        break
      case 'state':
      case 'inspected':
        this.#answers.get(member)?.(report)
    }
    this.#host.report(member, report)
    this.#wake()
  }

  #reached(member: Member, completed: number): void {
    member.completed = Math.max(member.completed, completed)
    if (!member.isLagging) return
    const first = Math.max(0, ...this.active.map(each => each.completed))
    if (member.completed >= first - CAUGHT_UP_ROUNDS) member.isLagging = false
  }
}
