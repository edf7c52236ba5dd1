/** A random stream for each peer, which is where it was when a run is resumed. */
import { anew, seedInto } from '../../src/core/random.ts'
import type { RandomStream } from '../../src/interfaces.ts'

export class Streams {
  /** Four words of xoshiro128** per peer. */
  readonly words: Int32Array
  readonly #seed: string
  readonly #streams: readonly RandomStream[]

  constructor(peers: number, seed: string) {
    const words = new Int32Array(4 * peers)
    this.words = words
    this.#seed = seed
    this.#streams = Array.from({ length: peers }, (_, i) => ({ words, at: 4 * i }))
    for (let i = 0; i < peers; i++) this.restart(i, 0)
  }

  /** That of peer i. */
  of(i: number): RandomStream {
    return this.#streams[i]!
  }

  /** Peer i begins anew, for the `incarnation`-th time. */
  restart(i: number, incarnation: number): void {
    seedInto(this.#seed, i, anew('learner', incarnation), this.words, 4 * i)
  }
}
