/** Who can be heard by whom, where those who run pass messages on and cuts keep them from crossing edges. */
import { DisjointSets } from '../core/disjoint-sets.ts'
import type { Links } from '../interfaces.ts'

/**
 * Whether what a participant says reaches another over `relays`, from one running participant to the next and over no way that
 * is cut. Asks about every link once.
 */
export function reachOver(
  { participants, rowStart, senders }: Links,
  up: Uint8Array,
  isCut: (sender: number, receiver: number) => boolean
): (sender: number, receiver: number) => boolean {
  const parts = new DisjointSets(participants)
  const oneWay: [from: number, to: number][] = []
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = senders[k]!
      if (up[i] === 0 || up[j] === 0 || isCut(j, i)) continue
      if (isCut(i, j)) oneWay.push([j, i])
      else parts.unite(i, j)
    }
  }
  const ahead = new Map<number, number[]>()
  for (const [from, to] of oneWay) {
    const [a, b] = [parts.of(from), parts.of(to)]
    if (a !== b) ahead.set(a, [...(ahead.get(a) ?? []), b])
  }
  /** By part: the parts that it reaches one way. */
  const reached = new Map([...ahead.keys()].map(part => [part, partsAhead(part, ahead)]))
  return (sender, receiver) => {
    const [a, b] = [parts.of(sender), parts.of(receiver)]
    return a === b || reached.get(a)?.has(b) === true
  }
}

function partsAhead(part: number, ahead: ReadonlyMap<number, readonly number[]>): Set<number> {
  const reached = new Set([part])
  for (const one of reached) for (const next of ahead.get(one) ?? []) reached.add(next)
  return reached
}
