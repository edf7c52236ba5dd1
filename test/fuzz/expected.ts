/**
 * What faults should have made of a swarm: who takes part and which messages can arrive, kept in a few sets. Written
 * apart from the product, to be compared with it.
 */
import type { Experiment } from '../../src/experiment/schema.ts'
import type { FaultAction, Loss, Pair, Participant } from '../../src/faults/schema.ts'
import type { Links } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'

/** What an experiment says of faults. */
type Beginning = Pick<Experiment, 'peers' | 'loss' | 'delayMs' | 'faults'>

export class Expected {
  readonly up = new Set<number>()
  readonly frozen = new Set<number>()
  /** Peers that began anew, or for the first time, since this was last emptied. */
  readonly begun = new Set<number>()
  readonly #peers: number
  readonly #participants: number
  readonly #absent = new Set<number>()
  readonly #cuts = new Set<string>()
  readonly #slow = new Set<number>()
  #groupOf = new Map<number, number>()
  #loss: Loss
  #delayed: boolean
  readonly #linksLose: boolean
  readonly #linksDelay: boolean
  readonly #relays: Links | undefined
  /** By sender: whom it reaches over relays, as far as asked since the last action. */
  readonly #reached = new Map<number, ReadonlySet<number>>()

  /**
   * `participants` are the peers and, with a star, the hub after them. Over `relays`, if there are any, messages are passed on.
   */
  constructor({ peers, loss, delayMs, faults }: Beginning, participants: number, relays?: Links) {
    this.#relays = relays
    this.#peers = peers
    this.#participants = participants
    this.#loss = loss
    this.#delayed = delayMs.ms !== 0
    this.#linksLose = faults?.links.some(link => link.loss !== null) ?? false
    this.#linksDelay = faults?.links.some(link => link.delayMs !== null) ?? false
    for (const event of faults?.events ?? []) {
      if ('join' in event) for (const p of this.#those(event.join)) this.#absent.add(p)
    }
    for (const p of range(participants)) if (!this.#absent.has(p)) this.up.add(p)
  }

  /** Whether messages may be lost by chance. */
  get losing(): boolean {
    return this.#loss.probability > 0 || this.#linksLose
  }

  /** Whether the two messages of an edge are lost together. */
  get losingTogether(): boolean {
    return this.#loss.name === 'both' && !this.#linksLose
  }

  /** Whether messages may take time. */
  get slow(): boolean {
    return this.#delayed || this.#linksDelay || this.#slow.size > 0
  }

  /** Whether somebody is cut off from another that it hears. */
  get hasOneWayCuts(): boolean {
    return [...this.#cuts].some(cut => !this.#cuts.has(cut.split(' ').reverse().join(' ')))
  }

  /** Whether those who hear a message pass it on. */
  get passesOn(): boolean {
    return this.#relays !== undefined
  }

  /** Whether nothing that is sent now can arrive. */
  apart(sender: number, receiver: number): boolean {
    if (this.#relays === undefined) return this.#isCut(sender, receiver)
    const reached = this.#reached.get(sender) ?? this.#reachedFrom(sender, this.#relays)
    this.#reached.set(sender, reached)
    return !reached.has(receiver)
  }

  #isCut(sender: number, receiver: number): boolean {
    return (
      this.#groupOf.get(sender) !== this.#groupOf.get(receiver) || this.#cuts.has(`${sender} ${receiver}`)
    )
  }

  /** From one that takes part to the next, over what is not cut. */
  #reachedFrom(sender: number, { rowStart, senders }: Links): Set<number> {
    const reached = new Set([sender])
    for (const from of reached) {
      for (const to of this.up) {
        const hears = senders.subarray(rowStart[to], rowStart[to + 1]).includes(from)
        if (hears && !this.#isCut(from, to)) reached.add(to)
      }
    }
    return reached
  }

  /** Whether messages can get from `sender` to `receiver` at all. */
  hears(receiver: number, sender: number): boolean {
    return this.up.has(receiver) && this.up.has(sender) && !this.apart(sender, receiver)
  }

  /** Whether all of it is possible now. */
  can(action: FaultAction): boolean {
    if ('stop' in action) {
      const those = this.#those(action.stop)
      const remain = range(this.#peers).filter(p => this.up.has(p) && !those.includes(p))
      return those.every(p => this.up.has(p)) && remain.length > 0
    }
    if ('return' in action) {
      return this.#those(action.return).every(p => !this.up.has(p) && !this.#absent.has(p))
    }
    return !('join' in action) || this.#those(action.join).every(p => this.#absent.has(p))
  }

  /** Obeys, each participant as far as it is possible. */
  obey(action: FaultAction): void {
    this.#reached.clear()
    if ('stop' in action) {
      for (const who of action.stop) {
        if (!this.can({ ...action, stop: [who] })) continue
        const p = this.#index(who)
        this.up.delete(p)
        if (action.how === 'frozen') this.frozen.add(p)
      }
    } else if ('return' in action) {
      for (const who of action.return) {
        if (this.can({ ...action, return: [who] })) this.#comes(this.#index(who), action.state === 'lost')
      }
    } else if ('join' in action) {
      for (const who of action.join) {
        if (this.can({ join: [who] })) this.#comes(this.#index(who), true)
      }
    } else if ('cut' in action) {
      for (const pair of action.cut) {
        const [i, j] = this.#ends(pair)
        this.#cuts.add(`${i} ${j}`)
        if (action.direction === 'both') this.#cuts.add(`${j} ${i}`)
      }
    } else if ('heal' in action) {
      if (action.heal === 'all') {
        this.#cuts.clear()
        this.#groupOf.clear()
      } else {
        for (const pair of action.heal) {
          const [i, j] = this.#ends(pair)
          this.#cuts.delete(`${i} ${j}`)
          this.#cuts.delete(`${j} ${i}`)
        }
      }
    } else if ('partition' in action) this.#divide(action.partition)
    else if ('slow' in action) {
      for (const who of action.slow) {
        const p = this.#index(who)
        if (action.byMs > 0) this.#slow.add(p)
        else this.#slow.delete(p)
      }
    } else if ('loss' in action) this.#loss = action.loss
    else if ('delayMs' in action) this.#delayed = action.delayMs.ms !== 0
  }

  /** Who is listed nowhere is in the last group; a hub in the first. */
  #divide(groups: readonly (readonly Participant[])[]): void {
    this.#groupOf = new Map(range(this.#peers).map(p => [p, groups.length]))
    this.#groupOf.set(this.#peers, 0)
    for (const [g, members] of groups.entries()) {
      for (const who of members) this.#groupOf.set(this.#index(who), g)
    }
  }

  #comes(p: number, anew: boolean): void {
    this.up.add(p)
    this.frozen.delete(p)
    this.#absent.delete(p)
    if (anew) this.begun.add(p)
  }

  /** Without a hub nothing that is said of it concerns anybody. */
  #those(list: readonly Participant[]): number[] {
    return list.map(who => this.#index(who)).filter(p => p < this.#participants)
  }

  #ends([from, to]: Pair): [number, number] {
    return [this.#index(from), this.#index(to)]
  }

  #index(who: Participant): number {
    return who === 'hub' ? this.#peers : who
  }
}
