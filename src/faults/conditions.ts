/** What messages go through, as the events so far have made it: cuts, groups, slowness, loss, delay, copies. */

import { type Named, parseNamed } from '../experiment/named.ts'
import { placeWithin } from '../experiment/problem.ts'

import { FATE, type Links } from '../interfaces.ts'
import { type Attendance, indexOf } from './attendance.ts'
import { delays } from './families.ts'
import { linkOf } from './link-of.ts'
import { reachOver } from './reach.ts'
import type { Direction, FaultAction, Faults, LinkFault, Loss, Pair, Participant } from './schema.ts'

/** What the messages over a link go through. */
export interface LinkTerms {
  readonly lossProbability: number
  /** Both messages of an edge are lost together. */
  readonly lostTogether: boolean
  /** The delay that a fraction u of all messages does not exceed. */
  delayMs(u: number): number
}

export class Conditions {
  duplicates: number
  reordering: number
  /** Per participant: by how much it sends later. */
  readonly slowMs: Float64Array
  readonly #peers: number
  readonly #participants: number
  readonly #links: readonly LinkFault[]
  readonly #cuts = new Set<number>()
  #groups: Int32Array | undefined
  #loss: Loss
  #delay: Named

  constructor(participants: number, peers: number, loss: Loss, delay: Named, faults: Faults) {
    this.#participants = participants
    this.#peers = peers
    this.#loss = loss
    this.#delay = delay
    this.#links = faults.links
    this.duplicates = faults.duplicates
    this.reordering = faults.reordering
    this.slowMs = new Float64Array(participants)
  }

  clone(): Conditions {
    const { duplicates, reordering } = this
    const faults = { duplicates, reordering, links: this.#links, events: [] }
    const copy = new Conditions(this.#participants, this.#peers, this.#loss, this.#delay, faults)
    for (const cut of this.#cuts) copy.#cuts.add(cut)
    copy.#groups = this.#groups
    copy.slowMs.set(this.slowMs)
    return copy
  }

  /** The probability that a message is lost, on links of which nothing else is said. */
  get loss(): number {
    return this.#loss.probability
  }

  /** Whether every message between participants arrives, once and in order. */
  get lossless(): boolean {
    return (
      this.#loss.probability === 0 &&
      this.#links.every(({ loss }) => loss === null || loss.probability === 0) &&
      this.#cuts.size === 0 &&
      this.#groups === undefined &&
      this.duplicates === 0 &&
      this.reordering === 0
    )
  }

  /** Whether every message arrives as soon as the round begins. */
  get timeless(): boolean {
    return (
      takesNoTime(this.#delay) &&
      this.#links.every(({ delayMs }) => delayMs === null || takesNoTime(delayMs)) &&
      this.slowMs.every(slow => slow === 0)
    )
  }

  /** Obeys an action that concerns messages, and lets others be. */
  obey(action: FaultAction): void {
    if ('cut' in action) {
      for (const [i, j] of this.#directed(action.cut, action.direction)) this.#cuts.add(this.#cutOf(i, j))
    } else if ('heal' in action) {
      if (action.heal === 'all') {
        this.#cuts.clear()
        this.#groups = undefined
      } else {
        for (const [i, j] of this.#directed(action.heal, 'both')) this.#cuts.delete(this.#cutOf(i, j))
      }
    } else if ('partition' in action) this.#groups = this.#groupsOf(action.partition)
    else if ('slow' in action) {
      for (const who of action.slow) this.slowMs[indexOf(who, this.#peers)] = action.byMs
    } else if ('loss' in action) this.#loss = action.loss
    else if ('delayMs' in action) this.#delay = action.delayMs
    else if ('duplicates' in action) this.duplicates = action.duplicates
    else if ('reordering' in action) this.reordering = action.reordering
  }

  /**
   * Per link: the FATE of its messages, leaving chance and time out. Where those who hear a message pass it on over `relays`, cuts
   * and partitions keep it from crossing edges, and it is lost where it comes to the receiver on no way.
   */
  fates({ rowStart, senders }: Links, attendance: Attendance, relays?: Links): Uint8Array {
    const fates = new Uint8Array(senders.length)
    const { up } = attendance
    const isCut = (sender: number, receiver: number): boolean => this.isCut(sender, receiver)
    const reaches = relays === undefined ? undefined : reachOver(relays, up, isCut)
    for (let i = 0; i < this.#participants; i++) {
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        const j = senders[k]!
        if (up[j] === 0 || (up[i] === 0 && !attendance.frozen(i))) fates[k] = FATE.unsent
        else if (up[i] === 0 || !(reaches?.(j, i) ?? !isCut(j, i))) fates[k] = FATE.lost
      }
    }
    return fates
  }

  /** Per link: what its messages go through. */
  terms(links: Links): readonly LinkTerms[] {
    const terms = new Array<LinkTerms>(links.senders.length).fill(termsOf(this.#loss, this.#delay))
    for (const { from, to, direction, loss, delayMs } of this.#links) {
      const special = termsOf(loss ?? this.#loss, delayMs ?? this.#delay)
      for (const [i, j] of this.#directed([[from, to]], direction)) {
        const k = linkOf(links, i, j)
        if (k >= 0) terms[k] = special
      }
    }
    return terms
  }

  /** Whether a cut or a partition keeps from `receiver` what `sender` says. */
  isCut(sender: number, receiver: number): boolean {
    if (this.#groups !== undefined && this.#groups[sender] !== this.#groups[receiver]) return true
    return this.#cuts.has(this.#cutOf(sender, receiver))
  }

  #cutOf(sender: number, receiver: number): number {
    return sender * (this.#peers + 1) + receiver
  }

  /** Sender and receiver of each way of each pair. */
  #directed(pairs: readonly Pair[], direction: Direction): readonly (readonly [number, number])[] {
    return pairs.flatMap(([from, to]): [number, number][] => {
      const i = indexOf(from, this.#peers)
      const j = indexOf(to, this.#peers)
      return direction === 'both'
        ? [
            [i, j],
            [j, i]
          ]
        : [[i, j]]
    })
  }

  /** Per participant: its group. A hub that is listed nowhere is in the first. */
  #groupsOf(groups: readonly (readonly Participant[])[]): Int32Array {
    const groupOf = new Int32Array(this.#participants).fill(groups.length, 0, this.#peers)
    for (const [group, members] of groups.entries()) {
      for (const who of members) groupOf[indexOf(who, this.#peers)] = group
    }
    return groupOf
  }
}

const quantileOf = (delay: Named): ((u: number) => number) => {
  const { family, options } = parseNamed(delay, delays, placeWithin('delayMs'))
  return u => family.quantileMs(options, u)
}

/** Whether every message arrives at once. */
export const takesNoTime = (delay: Named): boolean => quantileOf(delay)(0.5) === 0

const termsOf = ({ name, probability }: Loss, delay: Named): LinkTerms => ({
  lossProbability: probability,
  lostTogether: name === 'both',
  delayMs: quantileOf(delay)
})
