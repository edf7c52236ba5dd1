/** Which environment sits at which place of the graph: who is whose neighbour decides how hard it is to agree. */
import { SWARM, shuffle, stream } from '../src/core/random.ts'

export const PLACEMENTS = ['given', 'alternating', 'clustered', 'shuffled'] as const
export type Placement = (typeof PLACEMENTS)[number]

/**
 * `order[i]`: the environment of graph position i. `given` keeps the environments' own order, `clustered` sorts them by
 * type, `alternating` takes one of each type in turn, `shuffled` is random from `seed`.
 */
export function placementOrder(placement: Placement, types: Int32Array, seed: string): Int32Array {
  const order = Array.from(types.keys())
  if (placement === 'shuffled') shuffle(stream(seed, SWARM, 'placement'), order)
  if (placement === 'clustered') order.sort((i, j) => types[i]! - types[j]!)
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
