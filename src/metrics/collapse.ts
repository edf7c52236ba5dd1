/**
 * Policies that leave nothing to chance any more though they should: their entropy has fallen below a thousandth of log A, the
 * most that A actions can have, while their return is below that of the best peer that is alike, or below what it was. They
 * hardly see other actions, and so hardly learn. It is said once in a run.
 */
import { log } from '../core/elementary.ts'
import type { RoundSample } from '../interfaces.ts'

const LEAST_SHARE = 1e-3
/** What is less than this share below another return is as good. */
const AS_GOOD = 0.05

/** A peer whose policy has collapsed, in the sample that showed it first. */
export interface Collapse {
  readonly peer: number
  readonly round: number
  readonly entropy: number
  readonly return: number
  /** What its return is less than. */
  readonly than: number
  readonly of: 'the best peer' | 'its own best'
}

export class CollapseWatch {
  readonly #least: number
  readonly #kindsOf: () => Int32Array
  #kinds: Int32Array | undefined
  /** Per peer: 1 if it was undecided at some time, and the greatest of its returns. */
  readonly #wasOpen: Uint8Array
  readonly #bests: Float64Array
  #isSaid = false

  /** `kindsOf`: per peer a number below `peers`, the same for those whose returns can be compared; asked once it is needed. */
  constructor(peers: number, actions: number, kindsOf: () => Int32Array) {
    this.#least = LEAST_SHARE * log(actions)
    this.#kindsOf = kindsOf
    this.#wasOpen = new Uint8Array(peers)
    this.#bests = new Float64Array(peers).fill(Number.NEGATIVE_INFINITY)
  }

  /** To be given every sample; returns the first collapse, once. */
  take({ round, peers }: RoundSample): Collapse | undefined {
    const { entropy, return: returns } = peers
    if (this.#isSaid || entropy === null || returns === null) return undefined
    for (const [i, value] of returns.entries()) {
      if (value > this.#bests[i]!) this.#bests[i] = value
      if (entropy[i]! >= this.#least) this.#wasOpen[i] = 1
    }
    let kindBests: Float64Array | undefined
    for (const [peer, value] of returns.entries()) {
      if (this.#wasOpen[peer] === 0 || !(entropy[peer]! < this.#least)) continue
      this.#kinds ??= this.#kindsOf()
      kindBests ??= bestsOf(this.#kinds, returns)
      const best = Math.max(value, kindBests[this.#kinds[peer]!]!)
      const own = this.#bests[peer]!
      const than = Math.max(best, own)
      if (!(than - value > AS_GOOD * Math.abs(than))) continue
      this.#isSaid = true
      const of = best >= own ? 'the best peer' : 'its own best'
      return { peer, round, entropy: entropy[peer]!, return: value, than, of }
    }
    return undefined
  }
}

/** Of each kind of peers the greatest of their returns. */
function bestsOf(kinds: Int32Array, returns: ArrayLike<number>): Float64Array {
  const bests = new Float64Array(kinds.length).fill(Number.NEGATIVE_INFINITY)
  kinds.forEach((kind, i) => {
    if (returns[i]! > bests[kind]!) bests[kind] = returns[i]!
  })
  return bests
}
