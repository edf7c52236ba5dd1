/**
 * The senders that live in other processes. Those of this process advance together, these at a pace of their own: while
 * we are held up they give us up and go on, and what they said meanwhile does not come again. That is known when all of
 * them speak of later exchanges, for each speaks of one exchange after the other; a single one may lie.
 */
import type { Neighbour } from './neighbour.ts'

export class Outside {
  readonly #neighbours: readonly Neighbour[]
  readonly #takesPart: (participant: number) => boolean

  /** `neighbours` are those of our receivers whose senders live elsewhere. */
  constructor(neighbours: readonly Neighbour[], takesPart: (participant: number) => boolean) {
    this.#neighbours = neighbours
    this.#takesPart = takesPart
  }

  /** The exchange of which all that are connected have spoken, or of a later one; −1 if there is none. */
  get reached(): number {
    let least = Number.POSITIVE_INFINITY
    for (const { isConnected, sender, latest } of this.#neighbours) {
      if (isConnected && this.#takesPart(sender)) least = Math.min(least, latest)
    }
    return Number.isFinite(least) ? least : -1
  }
}
