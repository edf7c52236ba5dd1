/**
 * Whom every peer reckons with, from what it hears and from nothing else: no peer sees the graph of those that live.
 * Weights are those of the round.
 *
 * A neighbour that has been silent for 32 exchanges is lost; when it is heard again it is back. The degree of a peer is
 * the number of neighbours it reckons with. It goes along with every message, and the weight of an edge follows from the
 * degrees in the two messages that cross on it (Metropolis, lazy, …), so both ends use the same, where it follows from
 * degrees at all. What comes from a neighbour that was lost is not combined yet: the degree that crossed with it did not
 * count it.
 */
import {
  type Hosted,
  type Inbox,
  LINK,
  type Links,
  type Mixing,
  type MixingMatrix,
  type NeighbourState
} from '../interfaces.ts'

/** As many exchanges as a word of receipts tells of. */
export const LOST_AFTER = 32

/** The LINK that has been silent for so many exchanges. */
export const linkAfter = (silence: number): number =>
  silence === 0 ? LINK.carries : silence < LOST_AFTER ? LINK.silent : LINK.lost

/** What came of a link in an exchange. */
export const HEARD = {
  nothing: 0,
  /** A message that is combined. */
  message: 1,
  /** Nothing, for so long that the neighbour is now lost. */
  lost: 2,
  /** A message of a neighbour that was lost. */
  back: 3
} as const

export class Neighbourhood {
  /** All links that any round uses. */
  readonly links: Links
  readonly hosted: Hosted
  /** Per link: a HEARD of the last exchange. */
  readonly heard: Uint8Array
  /** Per link: how many exchanges its last message had been missed before. */
  readonly missed: Uint32Array
  /** Per link: the weight of its last message. */
  readonly weights: Float64Array
  readonly state: {
    /** Per peer: with how many neighbours it reckons. */
    readonly degrees: Uint32Array
    /** Per link: exchanges since its last message, 32 at most. */
    readonly silence: Uint32Array
    readonly weights: Float64Array
    /** Per link: the degrees that its weight follows from. */
    readonly ownDegrees: Uint32Array
    readonly otherDegrees: Uint32Array
  }
  readonly #mixing: Mixing
  /** W of the whole graph, in this round. */
  #matrix: MixingMatrix
  /** Per link: 1 where this round uses it; undefined if it uses all. */
  #uses: Uint8Array | undefined
  /** The degrees that went along with the messages of the last exchange. */
  readonly #sentDegrees: Uint32Array

  constructor(mixing: Mixing, hosted: Hosted = { first: 0, last: mixing.links.participants }) {
    const { participants, rowStart, senders } = mixing.links
    const links = senders.length
    const degreeOf = (i: number): number => rowStart[i + 1]! - rowStart[i]!
    this.links = mixing.links
    this.#mixing = mixing
    this.#matrix = mixing.at(0)
    this.#uses = mixing.uses(0)
    this.hosted = hosted
    this.heard = new Uint8Array(links)
    this.missed = new Uint32Array(links)
    this.weights = Float64Array.from(this.#matrix.weights)
    this.#sentDegrees = Uint32Array.from({ length: participants }, (_, i) => degreeOf(i))
    const ownDegrees = new Uint32Array(links)
    for (let i = 0; i < participants; i++) ownDegrees.fill(degreeOf(i), rowStart[i], rowStart[i + 1])
    this.state = {
      degrees: this.#sentDegrees.slice(),
      silence: new Uint32Array(links),
      weights: this.weights,
      ownDegrees,
      otherDegrees: Uint32Array.from(senders, degreeOf)
    }
  }

  /** A round begins: its links and weights count from now on. */
  begin(round: number): void {
    if (this.#mixing.period === 1) return
    this.#matrix = this.#mixing.at(round)
    this.#uses = this.#mixing.uses(round)
    this.weights.set(this.#matrix.weights)
  }

  /** The degrees to send, fixed until the next call. */
  degreesToSend(): Uint32Array {
    this.#sentDegrees.set(this.state.degrees)
    return this.#sentDegrees
  }

  /** Takes in who was heard. */
  listen({ slots, degrees }: Inbox): void {
    const { rowStart } = this.links
    const { silence, degrees: own } = this.state
    for (let i = this.hosted.first; i < this.hosted.last; i++) {
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        if (this.#uses?.[k] === 0) {
          this.heard[k] = HEARD.nothing
          continue
        }
        const silent = silence[k]!
        const slot = slots[k]!
        if (slot >= 0) {
          silence[k] = 0
          this.missed[k] = silent
          this.heard[k] = silent < LOST_AFTER ? HEARD.message : HEARD.back
          if (silent === LOST_AFTER) own[i] = own[i]! + 1
          else this.#weigh(k, this.#sentDegrees[i]!, degrees[slot]!)
          continue
        }
        this.heard[k] = HEARD.nothing
        if (silent === LOST_AFTER) continue
        silence[k] = silent + 1
        if (silent + 1 === LOST_AFTER) {
          this.heard[k] = HEARD.lost
          own[i] = own[i]! - 1
        }
      }
    }
  }

  /** Whether peer i has combined no message of the last exchange, as one that is stopped. */
  hearsNobody(i: number): boolean {
    const { rowStart } = this.links
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (this.heard[k] === HEARD.message) return false
    return true
  }

  /** Peer i begins anew, and reckons with all its neighbours. */
  restart(i: number): void {
    const { rowStart } = this.links
    this.state.silence.fill(0, rowStart[i], rowStart[i + 1])
    this.state.degrees[i] = rowStart[i + 1]! - rowStart[i]!
  }

  /** What peer i knows of its neighbours; `flowOf` tells of the flow of a link. */
  of(
    i: number,
    flowOf: (k: number) => Pick<NeighbourState, 'epoch' | 'flow'> = () => ({ epoch: null, flow: null })
  ): NeighbourState[] {
    const { rowStart, senders } = this.links
    const links = Array.from({ length: rowStart[i + 1]! - rowStart[i]! }, (_, n) => rowStart[i]! + n)
    return links.map(k => {
      const silent = this.state.silence[k]!
      return {
        neighbour: senders[k]!,
        weight: this.weights[k]!,
        silence: silent < LOST_AFTER ? silent : Number.POSITIVE_INFINITY,
        ...flowOf(k)
      }
    })
  }

  #weigh(k: number, own: number, other: number): void {
    const { ownDegrees, otherDegrees } = this.state
    const { weightOf } = this.#matrix
    if (weightOf === undefined) return
    if (own === ownDegrees[k] && other === otherDegrees[k]) return
    ownDegrees[k] = own
    otherDegrees[k] = other
    this.weights[k] = weightOf(own, other)
  }
}
