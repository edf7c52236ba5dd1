/** Which environment sits at which place of the graph: who is whose neighbour decides how hard it is to agree. */
import { SWARM, shuffle, stream } from '../src/core/random.ts'

export const PLACEMENTS = ['given', 'alternating', 'clustered', 'bit-reversed', 'shuffled'] as const
export type Placement = (typeof PLACEMENTS)[number]

/**
 * `order[i]`: the environment of graph position i. `given` keeps the environments' own order, `clustered` sorts them by
 * type, `alternating` takes one of each type in turn, `bit-reversed` puts what is sorted by type to the places 0, 8, 4,
 * 12, 2, … (of 16), so that types that are close lie far apart, `shuffled` is random from `seed`.
 */
export function placementOrder(placement: Placement, types: Int32Array, seed: string): Int32Array {
  const order = Array.from(types.keys())
  if (placement === 'shuffled') shuffle(stream(seed, SWARM, 'placement'), order)
  if (placement === 'clustered') order.sort((i, j) => types[i]! - types[j]!)
  if (placement === 'bit-reversed') {
    const sorted = order.toSorted((i, j) => types[i]! - types[j]!)
    placesBitReversed(types.length).forEach((place, k) => {
      order[place] = sorted[k]!
    })
  }
  if (placement === 'alternating') {
    const turns = turnsOf(types)
    order.sort((i, j) => turns[i]! - turns[j]! || types[i]! - types[j]!)
  }
  return Int32Array.from(order)
}

/** For each environment, how many of its type come before it. */
function turnsOf(types: Int32Array): Int32Array {
  const counts = new Map<number, number>()
  return types.map(type => {
    const turn = counts.get(type) ?? 0
    counts.set(type, turn + 1)
    return turn
  })
}

/** The places 0, …, count − 1, ascending by their numbers read backwards, in as many bits as the last of them has. */
function placesBitReversed(count: number): number[] {
  const backwards = Uint32Array.from({ length: count }, (_, place) => {
    let reversed = 0
    for (let bit = 1; bit < count; bit *= 2) reversed = 2 * reversed + ((place & bit) === 0 ? 0 : 1)
    return reversed
  })
  return Array.from(backwards.keys()).sort((a, b) => backwards[a]! - backwards[b]!)
}
