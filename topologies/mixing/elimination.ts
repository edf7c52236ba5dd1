/**
 * Solves A x = b for sparse symmetric positive definite A: Cholesky factors L D Lᵀ, eliminating next whoever has the fewest
 * neighbours left (minimum degree: Tinney, Walker 1967). Lines, grids and trees stay sparse; expanders do not, and are given
 * up.
 */
import type { Links } from '../../src/interfaces.ts'

/** Entries that an elimination may change: a second or two. */
const MOST_CHANGES = 2e7

/** Writes x with A x = b to `out`. */
export type Solve = (b: Float64Array, out: Float64Array) => void

/**
 * A has `diagonal` and, at link k of symmetric links, `beside[k]`. With `ground` the row and column of that peer are left out,
 * and its x is 0. Otherwise says that A is not positive definite, or that it fills up.
 */
export function eliminated(
  links: Links,
  diagonal: Float64Array,
  beside: Float64Array,
  ground?: number
): Solve | 'indefinite' | 'full' {
  const rows = rowsOf(links, beside)
  const pivots = diagonal.slice()
  const queue = new DegreeQueue(rows.map(row => row.size))
  if (ground !== undefined) {
    for (const j of rows[ground]!.keys()) {
      rows[j]!.delete(ground)
      queue.put(j, rows[j]!.size)
    }
    queue.remove(ground)
  }
  const columns: Column[] = []
  let changes = 0
  for (let v = queue.take(); v !== undefined; v = queue.take()) {
    const pivot = pivots[v]!
    if (!(pivot > 0)) return 'indefinite'
    const peers = Int32Array.from(rows[v]!.keys())
    const entries = Float64Array.from(rows[v]!.values())
    const front = peers.length
    changes += front * front
    // Now they all are neighbours of each other, and eliminating them changes front³/3 entries.
    if (changes + (front * front * front) / 3 > MOST_CHANGES) return 'full'
    for (let a = 0; a < front; a++) {
      const row = rows[peers[a]!]!
      row.delete(v)
      const factor = entries[a]! / pivot
      for (let b = 0; b < front; b++) {
        const j = peers[b]!
        if (a === b) pivots[j] = pivots[j]! - factor * entries[b]!
        else row.set(j, (row.get(j) ?? 0) - factor * entries[b]!)
      }
    }
    for (const j of peers) queue.put(j, rows[j]!.size)
    columns.push({ peer: v, pivot, peers, factors: entries.map(entry => entry / pivot) })
    rows[v]!.clear()
  }
  return (b, out) => {
    out.set(b)
    if (ground !== undefined) out[ground] = 0
    for (const { peer, peers, factors } of columns) {
      const value = out[peer]!
      for (let k = 0; k < peers.length; k++) out[peers[k]!] = out[peers[k]!]! - factors[k]! * value
    }
    for (let c = columns.length - 1; c >= 0; c--) {
      const { peer, pivot, peers, factors } = columns[c]!
      let value = out[peer]! / pivot
      for (let k = 0; k < peers.length; k++) value -= factors[k]! * out[peers[k]!]!
      out[peer] = value
    }
  }
}

/** L below the pivot of `peer`. */
interface Column {
  readonly peer: number
  readonly pivot: number
  readonly peers: Int32Array
  readonly factors: Float64Array
}

function rowsOf({ participants, rowStart, senders }: Links, beside: Float64Array): Map<number, number>[] {
  return Array.from({ length: participants }, (_, i) => {
    const row = new Map<number, number>()
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++)
      if (beside[k] !== 0) row.set(senders[k]!, beside[k]!)
    return row
  })
}

/** Peers by degree, the smallest first. Entries that are out of date are passed over. */
class DegreeQueue {
  readonly #degrees: number[]
  readonly #buckets: number[][] = []
  #lowest = 0

  constructor(degrees: number[]) {
    this.#degrees = degrees.map(() => -1)
    degrees.forEach((degree, peer) => {
      this.put(peer, degree)
    })
  }

  put(peer: number, degree: number): void {
    if (this.#degrees[peer] === degree) return
    this.#degrees[peer] = degree
    while (this.#buckets.length <= degree) this.#buckets.push([])
    this.#buckets[degree]!.push(peer)
    this.#lowest = Math.min(this.#lowest, degree)
  }

  remove(peer: number): void {
    this.#degrees[peer] = -1
  }

  take(): number | undefined {
    for (; this.#lowest < this.#buckets.length; this.#lowest++) {
      const bucket = this.#buckets[this.#lowest]!
      for (let peer = bucket.pop(); peer !== undefined; peer = bucket.pop()) {
        if (this.#degrees[peer] !== this.#lowest) continue
        this.remove(peer)
        return peer
      }
    }
    return undefined
  }
}
