/** Which peers the table lists, and in which order. */
import { measureOf, type PeerState, statesOf } from './reading.ts'
import type { Scene } from './scene.ts'
import { gainsIn } from './standing.ts'
import type { Style } from './styles.ts'
import type { View } from './view.ts'

/** How much a state wants to be looked at; those that are not listed here, least. */
const CONCERN: Partial<Record<Style, number>> = { bad: 4, warning: 3, dim: 2, good: 1 }

/**
 * Numbers of the peers whose number, environment or state contains the filter, whatever the case, sorted as the view asks. NaN
 * is last either way, equals are in the order of their numbers. Returns count as errors do: what is descending has the worst
 * first. States ascend from those that learn to those that are lost.
 */
export function listedPeers(scene: Scene, view: View): number[] {
  const states = view.filter === '' && view.sort !== 'state' ? [] : statesOf(scene)
  const peers = passing(scene, view.filter, states)
  if (view.sort === 'state') return byState(peers, states, view.isDescending)
  const keys = keysOf(scene, view.sort)
  if (keys === undefined) return view.isDescending ? peers.reverse() : peers
  const sign = view.isDescending ? -1 : 1
  return peers.sort((i, j) => {
    const [a, b] = [keys(i), keys(j)]
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j
    return (a === b ? 0 : a < b ? -sign : sign) || i - j
  })
}

/** Whether the column of this measure shows what it is sorted by the other way round, as more return is less error. */
export const isReversed = (scene: Scene): boolean => measureOf(scene) === 'return'

function passing({ experiment, stage }: Scene, filter: string, states: readonly PeerState[]): number[] {
  const everyone = Array.from({ length: experiment.peers }, (_, i) => i)
  if (filter === '') return everyone
  const wanted = filter.toLowerCase()
  return everyone.filter(i =>
    [String(i), stage?.labels[i], states[i]?.text].some(text => text?.toLowerCase().includes(wanted))
  )
}

function byState(peers: number[], states: readonly PeerState[], isDescending: boolean): number[] {
  const concern = (i: number): number => CONCERN[states[i]?.style ?? 'text'] ?? 0
  const text = (i: number): string => states[i]?.text ?? ''
  const sign = isDescending ? -1 : 1
  return peers.sort(
    (i, j) =>
      sign * (concern(i) - concern(j)) || (text(i) === text(j) ? 0 : text(i) < text(j) ? -1 : 1) || i - j
  )
}

/** What peers are sorted by; undefined for their numbers. */
function keysOf(scene: Scene, sort: Exclude<View['sort'], 'state'>): ((peer: number) => number) | undefined {
  const { now } = scene
  const of = (column: ArrayLike<number> | null | undefined) => (peer: number) => column?.[peer] ?? Number.NaN
  switch (sort) {
    case 'peer':
      return undefined
    case 'error': {
      const shown = of(now?.sample?.peers[measureOf(scene)])
      return isReversed(scene) ? peer => -shown(peer) : shown
    }
    case 'gain':
      return of(gainsIn(scene))
    case 'consensus':
      return of(now?.sample?.peers.consensusError)
    case 'bytes': {
      const [bytesIn, bytesOut] = [of(now?.traffic.bytesIn), of(now?.traffic.bytesOut)]
      return peer => bytesIn(peer) + bytesOut(peer)
    }
    case 'lost':
      return of(now?.traffic.missing)
  }
}
