/**
 * What a peer hears, for aggregations whose weights do not follow from degrees: since when each link has been silent.
 */
import type { Hosted, Links, NeighbourState } from '../interfaces.ts'
import { LOST_AFTER } from './neighbourhood.ts'

/** No number that peers sum is larger unless somebody sends nonsense; so many of them can be added without overflow. */
export const LARGEST = 1e100

export class Hearing {
  readonly links: Links
  readonly hosted: Hosted
  /** Per link: exchanges since its last message, 32 at most. */
  readonly silence: Uint32Array
  /** Per participant: how many it may hear. */
  readonly degrees: Uint32Array

  constructor(links: Links, hosted: Hosted = { first: 0, last: links.participants }) {
    const { participants, rowStart, senders } = links
    this.links = links
    this.hosted = hosted
    this.silence = new Uint32Array(senders.length)
    this.degrees = Uint32Array.from({ length: participants }, (_, i) => rowStart[i + 1]! - rowStart[i]!)
  }

  isHosted(i: number): boolean {
    return i >= this.hosted.first && i < this.hosted.last
  }

  /** Link k was used, and its message came in row `slot`, or did not: −1. */
  hear(k: number, slot: number): void {
    this.silence[k] = slot >= 0 ? 0 : Math.min(this.silence[k]! + 1, LOST_AFTER)
  }

  /** Nothing came over link k for so long that its sender is lost. */
  isLost(k: number): boolean {
    return this.silence[k] === LOST_AFTER
  }

  /** Peer i begins anew, and reckons with all its neighbours. */
  restart(i: number): void {
    const { rowStart } = this.links
    this.silence.fill(0, rowStart[i], rowStart[i + 1])
  }

  /** What peer i knows of its neighbours; `weightOf` tells the weight of what comes over a link. */
  of(i: number, weightOf: (k: number) => number): NeighbourState[] {
    const { rowStart, senders } = this.links
    return Array.from({ length: this.degrees[i]! }, (_, n) => {
      const k = rowStart[i]! + n
      return {
        neighbour: senders[k]!,
        weight: weightOf(k),
        silence: this.isLost(k) ? Number.POSITIVE_INFINITY : this.silence[k]!,
        epoch: null,
        flow: null
      }
    })
  }
}
