/**
 * The senders that live in other processes. Those of this process advance together with us, these at a pace of their own,
 * and can be more than one exchange ahead: where nobody who hears us takes part; before our first exchange; and while we
 * are held up, so that they give us up and go on. What each of them said last is kept until it is its turn.
 */
import type { Neighbour } from './neighbour.ts'

/** A message that is not taken yet. */
export interface Kept {
  readonly neighbour: Neighbour
  readonly exchange: number
  readonly data: Uint8Array
}

export class Outside {
  readonly #neighbours: readonly Neighbour[]
  readonly #takesPart: (participant: number) => boolean
  readonly #keptAtMost: number
  #kept: Kept[] = []

  /** `neighbours` are those of our receivers whose senders live elsewhere; of each so many messages are kept. */
  constructor(
    neighbours: readonly Neighbour[],
    takesPart: (participant: number) => boolean,
    keptAtMost: number
  ) {
    this.#neighbours = neighbours
    this.#takesPart = takesPart
    this.#keptAtMost = keptAtMost
  }

  /**
   * The exchange of which all that are connected have spoken, or of a later one; −1 if there is none. What they have not
   * said by then will not come, for each speaks of one exchange after the other. A single one may lie.
   */
  get reached(): number {
    let least = Number.POSITIVE_INFINITY
    for (const { isConnected, sender, latest } of this.#neighbours) {
      if (isConnected && this.#takesPart(sender)) least = Math.min(least, latest)
    }
    return Number.isFinite(least) ? least : -1
  }

  /** Keeps a message that is ahead. Returns whether it, or an older one in its place, is dropped. */
  keep({ neighbour, exchange, data }: Kept): boolean {
    if (!this.#neighbours.includes(neighbour)) return true
    const older = this.#kept.filter(kept => kept.neighbour === neighbour)
    const isFull = older.length >= this.#keptAtMost
    if (isFull) this.#kept.splice(this.#kept.indexOf(older[0]!), 1)
    // The bytes belong to a socket.
    this.#kept.push({ neighbour, exchange, data: Uint8Array.from(data) })
    return isFull
  }

  /** Hands over what was kept for exchanges up to this. */
  release(exchange: number): Kept[] {
    const released = this.#kept.filter(kept => kept.exchange <= exchange)
    if (released.length > 0) this.#kept = this.#kept.filter(kept => kept.exchange > exchange)
    return released
  }
}
