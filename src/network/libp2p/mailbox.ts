/**
 * What arrived for the receivers of this process, and what is still waited for. Nobody ends an exchange without those it
 * waits for, so a neighbour can be one exchange ahead but not two: there is room for two, one for even and one for odd
 * exchanges, and what belongs to neither of the open exchanges is dropped.
 *
 * What the fates of an exchange say is law: who is lost or late by them is not in the inbox and not waited for, wherever
 * its message is. A message that is early is kept, and meets its fate when its exchange begins.
 */
import { receiversOf } from '../../core/links.ts'
import {
  type DropReason,
  FATE,
  type Fates,
  type Hosted,
  type Inbox,
  type NetworkPlan,
  type Traffic
} from '../../interfaces.ts'
import { type Decoded, decodeMessage, expectedOf } from './codec.ts'
import { Neighbour } from './neighbour.ts'
import { type Kept, Outside } from './outside.ts'
import { Pending } from './pending.ts'
import { Planned } from './planned.ts'
import { Room } from './room.ts'

/** Of one who is ahead: this exchange and the next; more where it need not hear us to go on. */
const KEPT_IN_STEP = 2
const KEPT_OTHERWISE = 64

export class Mailbox {
  /** Per receiver: by sender. */
  readonly #neighbours: readonly ReadonlyMap<number, Neighbour>[]
  readonly #traffic: Traffic
  /** Per hop and link. */
  readonly #hops: readonly (readonly Neighbour[])[]
  /** Per hop: the links `first <= k < last` are those of the receivers that live here. */
  readonly #own: readonly Hosted[]
  readonly #hosted: Hosted
  readonly #outside: Outside
  /** Who hears somebody in a round is heard by it, so nobody who is not given up falls behind by more than an exchange. */
  readonly #isInStep: boolean
  readonly #rooms: readonly [Room, Room]
  /** Per participant: 0 where it neither speaks nor hears. */
  readonly #isUp: Uint8Array
  /** The exchange that runs, or ran last, and its hop. */
  #exchange = -1
  #hop = 0
  #isRunning = false
  readonly #planned = new Planned()
  readonly #pending: Pending
  /** What arrived and is to be taken after the rest. */
  #reordered: Kept[] = []

  constructor(plan: NetworkPlan, swarm: Uint8Array, traffic: Traffic, hosted: Hosted) {
    const neighbours = Array.from({ length: plan.participants }, () => new Map<number, Neighbour>())
    this.#hops = plan.hops.map((links, hop) => {
      const receivers = receiversOf(links)
      return Array.from(links.senders, (sender, k) => {
        const heard = neighbours[receivers[k]!]!
        const neighbour =
          heard.get(sender) ?? new Neighbour(receivers[k]!, sender, expectedOf(plan, swarm, sender))
        heard.set(sender, neighbour)
        neighbour.links[hop] = k
        return neighbour
      })
    })
    this.#neighbours = neighbours
    this.#own = plan.hops.map(({ rowStart }) => ({
      first: rowStart[hosted.first]!,
      last: rowStart[hosted.last]!
    }))
    this.#hosted = hosted
    const own = neighbours.slice(hosted.first, hosted.last).flatMap(senders => [...senders.values()])
    this.#isInStep =
      plan.uses === undefined &&
      neighbours.every((senders, receiver) => [...senders.keys()].every(j => neighbours[j]!.has(receiver)))
    this.#outside = new Outside(
      own.filter(({ sender }) => !this.#livesHere(sender)),
      participant => this.takesPart(participant),
      this.#isInStep ? KEPT_IN_STEP : KEPT_OTHERWISE
    )
    this.#traffic = traffic
    this.#rooms = [new Room(plan), new Room(plan)]
    this.#isUp = new Uint8Array(plan.participants).fill(1)
    this.#pending = new Pending(this.#rooms[0].sizes.length)
  }

  /** Opens exchange round · hops + hop and the one after it. What was returned by the one before may now change. */
  begin(round: number, hop: number, fates: Fates | undefined): void {
    const exchange = round * this.#hops.length + hop
    if (exchange !== this.#exchange + 1) this.#jumpTo(exchange)
    this.#inboxOf(exchange + 1).slots.fill(-1)
    this.#exchange = exchange
    this.#hop = hop
    this.#isRunning = true
    this.#planned.begin(exchange, this.#effective(fates))
    const { slots } = this.#inboxOf(exchange)
    const heard = this.#hops[hop]!
    const { first, last } = this.#own[hop]!
    for (let k = first; k < last; k++) {
      if (slots[k]! >= 0) this.#meetFate(k)
      else if (this.#planned.outcome(k) === FATE.arrives && heard[k]!.isWaitedFor) this.#pending.add(k)
    }
    for (const sender of fates?.waitedFor ?? []) {
      if (this.#livesHere(sender)) this.#count(this.#traffic.waitedFor, sender)
    }
    for (const kept of this.#outside.release(exchange + 1)) this.#takeOrDrop(kept.neighbour, kept.data)
    this.#giveUpThoseAhead()
  }

  /** Resolves when everything that is waited for has arrived, or after the deadline. */
  arrivals(deadlineMs: number): Promise<void> {
    return this.#pending.none(deadlineMs)
  }

  /** Closes the exchange that runs: what comes for it from now on is too late. */
  end(): Inbox {
    this.#takeReordered()
    const inbox = this.#inboxOf(this.#exchange)
    const heard = this.#hops[this.#hop]!
    const late = new Set<number>()
    const { first, last } = this.#own[this.#hop]!
    for (let k = first; k < last; k++) {
      const neighbour = heard[k]!
      if (inbox.slots[k]! < 0 && this.#planned.outcome(k) !== FATE.unsent)
        this.#count(this.#traffic.missing, neighbour.receiver)
      if (!this.#pending.has(k)) continue
      neighbour.letsDeadlinePass()
      late.add(neighbour.sender)
    }
    for (const sender of late) this.#count(this.#traffic.waitedFor, sender)
    this.#pending.clear()
    this.#isRunning = false
    return inbox
  }

  /** The senders of what is waited for, ascending. */
  waitedFor(): number[] {
    const heard = this.#hops[this.#hop] ?? []
    const senders = new Set(heard.filter((_, k) => this.#pending.has(k)).map(({ sender }) => sender))
    return [...senders].sort((a, b) => a - b)
  }

  /** Takes or drops what `sender` sent to `receiver`. Never throws. */
  receive(receiver: number, sender: number, data: Uint8Array): void {
    const neighbour = this.#neighbours[receiver]!.get(sender)
    if (neighbour === undefined) this.drop('sender', sender)
    else this.#takeOrDrop(neighbour, data)
  }

  /** Counts a message that `sender` sent. */
  drop(reason: DropReason, sender: number): void {
    this.#count(this.#traffic.dropped[reason], sender)
  }

  /** Between exchanges: `participant` neither speaks nor hears. */
  stop(participant: number): void {
    this.#isUp[participant] = 0
  }

  /** Between exchanges: `participant` speaks and hears again. */
  start(participant: number): void {
    this.#isUp[participant] = 1
  }

  /** The exchange that begins next, if none is left out. */
  get next(): number {
    return this.#exchange + 1
  }

  takesPart(participant: number): boolean {
    return this.#isUp[participant] === 1
  }

  /** `receiver` waits no longer for `sender`, which is disconnected; what of it lies in the sockets is still taken. */
  lose(receiver: number, sender: number): void {
    const neighbour = this.#neighbours[receiver]!.get(sender)
    if (neighbour === undefined) return
    neighbour.lose()
    const k = neighbour.links[this.#hop]!
    if (k >= 0) this.#settle(k)
  }

  /** `sender` is connected again; it is waited for when it has spoken. */
  find(receiver: number, sender: number): void {
    this.#neighbours[receiver]!.get(sender)?.find()
  }

  /** `sender` is known to reach `receiver`: it is waited for from the next exchange on. */
  welcome(receiver: number, sender: number): void {
    this.#neighbours[receiver]!.get(sender)?.welcome()
  }

  /**
   * By how many rounds all outside senders that are connected are ahead of us, for good; 0 if any is not, or if they may be
   * ahead because they do not hear us.
   */
  aheadBy(): number {
    if (!this.#isInStep) return 0
    const open = this.#isRunning ? this.#exchange : this.#exchange + 1
    const { reached } = this.#outside
    const rounds = (exchange: number): number => Math.floor(exchange / this.#hops.length)
    return reached > open + 1 ? rounds(reached) - rounds(open) : 0
  }

  /** Waits for nobody any more. */
  close(): void {
    for (const heard of this.#neighbours) {
      for (const { receiver, sender } of heard.values()) this.lose(receiver, sender)
    }
  }

  /** Who has stopped drops nothing, for it hears nothing; but it may have started again when it is the turn of a message. */
  #takeOrDrop(neighbour: Neighbour, data: Uint8Array): void {
    const reason = this.#take(neighbour, data)
    const { receiver, sender } = neighbour
    if (reason !== undefined && this.takesPart(receiver)) this.drop(reason, sender)
  }

  #take(neighbour: Neighbour, data: Uint8Array): DropReason | undefined {
    const message = decodeMessage(data, neighbour.expected)
    if (typeof message === 'string') return message
    const { exchange, hop } = message
    const k = neighbour.links[hop]!
    if (k < 0) return 'round'
    neighbour.latest = Math.max(neighbour.latest, exchange)
    if (exchange > this.#exchange + 1) {
      this.#giveUpThoseAhead()
      return this.#outside.keep({ neighbour, exchange, data }) ? 'round' : undefined
    }
    if (exchange > this.#exchange) return this.#put(k, message, data.byteLength)
    if (exchange < this.#exchange || !this.#isRunning) return this.#takeLate(neighbour, exchange, k)
    const outcome = this.#planned.outcome(k)
    if (outcome === FATE.lost) return undefined
    if (outcome === FATE.late) return 'late'
    if (outcome === FATE.unsent) return 'round'
    if (this.#putsOff(k, { neighbour, exchange, data })) return undefined
    const reason = this.#put(k, message, data.byteLength)
    if (reason !== undefined) return reason
    this.#meetFate(k)
    this.#settle(k)
    return undefined
  }

  /** Those outside who are past this exchange have said for it what they will ever say. */
  #giveUpThoseAhead(): void {
    if (this.#pending.count === 0 || this.#outside.reached < this.#exchange) return
    const heard = this.#hops[this.#hop]!
    for (let k = 0; k < heard.length; k++) if (!this.#livesHere(heard[k]!.sender)) this.#settle(k)
  }

  #livesHere(participant: number): boolean {
    return participant >= this.#hosted.first && participant < this.#hosted.last
  }

  #put(k: number, message: Decoded, bytes: number): DropReason | undefined {
    const room = this.#rooms[message.exchange & 1]!
    if (room.inboxes[message.hop]!.slots[k]! >= 0) return 'duplicate'
    room.put(k, message, bytes)
    return undefined
  }

  /** What is late by its fate, was lost, or should not have been sent says nothing of its sender; the rest is a sign of life. */
  #takeLate(neighbour: Neighbour, exchange: number, k: number): DropReason | undefined {
    const outcome = this.#planned.outcome(k, exchange)
    if (outcome === FATE.lost) return undefined
    if (outcome === FATE.unsent) return 'round'
    if (outcome === FATE.arrives) neighbour.speaksLate(exchange)
    return 'late'
  }

  /** The message over link k is here, and its exchange runs. */
  #meetFate(k: number): void {
    const { receiver, sender } = this.#hops[this.#hop]![k]!
    const outcome = this.#planned.outcome(k)
    const room = this.#rooms[this.#exchange & 1]!
    if (outcome !== FATE.arrives) {
      room.inboxes[this.#hop]!.slots[k] = -1
      if (outcome === FATE.late) this.drop('late', sender)
      if (outcome === FATE.unsent && this.takesPart(receiver)) this.drop('round', sender)
      return
    }
    this.#hops[this.#hop]![k]!.speaksInTime()
    this.#count(this.#traffic.messagesIn, receiver)
    this.#count(this.#traffic.bytesIn, receiver, room.sizes[k]!)
    if (this.#planned.isDuplicated(k)) this.drop('duplicate', sender)
  }

  /** Whether the message over link k is to be taken after the others that are waited for. */
  #putsOff(k: number, kept: Kept): boolean {
    if (!this.#planned.putsOff(k) || !this.#pending.has(k)) return false
    this.#reordered.push(kept)
    this.#takeReorderedIfLast()
    return true
  }

  #takeReorderedIfLast(): void {
    if (this.#reordered.length >= this.#pending.count) this.#takeReordered()
  }

  #takeReordered(): void {
    const reordered = this.#reordered
    this.#reordered = []
    for (const { neighbour, data } of reordered) this.#takeOrDrop(neighbour, data)
  }

  #settle(k: number): void {
    if (this.#pending.settle(k)) this.#takeReorderedIfLast()
  }

  /** A copy, with nothing sent from and to those that do not take part. Undefined if everything arrives. */
  #effective(fates: Fates | undefined): Uint8Array | undefined {
    if (fates === undefined && !this.#isUp.includes(0)) return undefined
    const heard = this.#hops[this.#hop]!
    const effective = new Uint8Array(heard.length)
    for (let k = 0; k < heard.length; k++) {
      const { receiver, sender } = heard[k]!
      const bothTakePart = this.#isUp[sender] === 1 && this.#isUp[receiver] === 1
      effective[k] = bothTakePart ? (fates?.links[k] ?? FATE.arrives) : FATE.unsent
    }
    return effective
  }

  #jumpTo(exchange: number): void {
    this.#inboxOf(exchange).slots.fill(-1)
    if (exchange > this.#exchange) return
    for (const heard of this.#neighbours) for (const neighbour of heard.values()) neighbour.recount()
  }

  #inboxOf(exchange: number): Inbox {
    return this.#rooms[exchange & 1]!.inboxes[exchange % this.#hops.length]!
  }

  #count(counts: Float64Array, participant: number, by = 1): void {
    counts[participant] = counts[participant]! + by
  }
}
