/**
 * Who passes messages on to whom, where everybody hears everybody: gossipsub's mesh, as a subgraph of the connections. A router
 * that has many neighbours does not pass everything on to all of them; it grafts about D = 6, and with no more than
 * D_hi = 12 it keeps them all. Routers graft at random, which on a fixed graph can leave parts that no message
 * leaves (two cliques and a bridge); so who grafts whom is drawn here, the same in every run, and what the draw leaves
 * apart is joined.
 */

import { DisjointSets } from '../core/disjoint-sets.ts'
import { hashedUniform, hashKey } from '../core/hash.ts'
import type { Links } from '../interfaces.ts'

/** Whoever has more neighbours passes on to some of them only. */
const KEPT_AT_MOST = 12
/** Of these it grafts so many, and about as many graft it: D = 6. */
const GRAFTED = 3

const KEY = hashKey('gossipsub', 'mesh')

/** Who takes part: `isConnected` who has connections at all, `isUp` who of them speaks and passes on. */
export interface Presence {
  readonly isConnected: Uint8Array
  readonly isUp: Uint8Array
}

/** Per participant to whom it passes on, ascending. Those that speak are as connected as they are along `relays`. */
export function meshOf(relays: Links, { isConnected, isUp }: Presence): number[][] {
  const { participants } = relays
  const neighbours = Array.from({ length: participants }, (_, i) =>
    isConnected[i] === 1 ? neighboursOf(relays, i).filter(j => isConnected[j] === 1) : []
  )
  const isDense = neighbours.map(others => others.length > KEPT_AT_MOST)
  const mesh = neighbours.map(() => new Set<number>())
  const parts = new DisjointSets(participants)
  const add = (i: number, j: number): void => {
    mesh[i]!.add(j)
    mesh[j]!.add(i)
    if (isUp[i] === 1 && isUp[j] === 1) parts.unite(i, j)
  }
  for (const [i, others] of neighbours.entries()) {
    for (const j of others) if (!isDense[i] || !isDense[j]) add(i, j)
    if (!isDense[i] || isUp[i] === 0) continue
    const candidates = others.filter(j => isDense[j] && isUp[j] === 1)
    for (const j of drawn(i, candidates)) add(i, j)
  }
  for (const [i, others] of neighbours.entries()) {
    for (const j of others) if (isUp[i] === 1 && isUp[j] === 1 && parts.of(i) !== parts.of(j)) add(i, j)
  }
  return mesh.map(others => [...others].sort((a, b) => a - b))
}

/** With whom participant i is connected when all run. */
export const neighboursOf = ({ rowStart, senders }: Links, i: number): number[] => [
  ...senders.subarray(rowStart[i], rowStart[i + 1])
]

/** Some of the candidates. */
function drawn(i: number, candidates: readonly number[]): number[] {
  const rankOf = (j: number): number => hashedUniform(KEY, i, j, 0, 0)
  return candidates.toSorted((a, b) => rankOf(a) - rankOf(b) || a - b).slice(0, GRAFTED)
}
