/**
 * Dials the edges of the graph and waits until publishing is safe. An edge is dialled once, by its lower end, and a few
 * at a time: a handshake takes 30 ms of one core, and of thousands at once all would run out of time. To be connected
 * is not enough: gossipsub silently skips a subscriber whose stream is not open yet. So readiness is looked at.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { PeerId } from '@libp2p/interface'
import { RunError } from '../../core/errors.ts'
import type { SwarmNode } from './node.ts'

const DIALS_AT_ONCE = 16
const LOOK_EVERY_MS = 5
const READY_WITHIN_MS = 30_000
/** As libp2p's own redials: see node.ts. */
const DIAL_AGAIN_AFTER_MS = 500
const KEEP_ALIVE = 'keep-alive-edge'

/** Two participants, the lower first. */
export type Edge = readonly [number, number]

export type Addresses = ReturnType<SwarmNode['getMultiaddrs']>

/** Each pair once; `neighbours[p]` has those with whom p is connected. */
export function edgesOf(neighbours: readonly Iterable<number>[]): Edge[] {
  return neighbours.flatMap((others, p) => [...others].filter(q => p < q).map((q): Edge => [p, q]))
}

/** Connects the ends of every edge, a few at a time. Throws a RunError if one fails. */
export async function dialEdges(
  edges: readonly Edge[],
  dialEdge: (edge: Edge) => Promise<void>
): Promise<void> {
  const queue = edges.values()
  await Promise.all(
    Array.from({ length: DIALS_AT_ONCE }, async () => {
      for (const edge of queue) {
        await dialEdge(edge).catch((error: unknown) => {
          throw new RunError(`peer ${edge[0]} cannot connect to peer ${edge[1]} over libp2p: ${error}`)
        })
      }
    })
  )
}

/** Connects `from` with `to`, and again whenever the connection is lost, until `from` gives it up. */
export async function dial(from: SwarmNode, to: PeerId, addresses: Addresses): Promise<void> {
  await from.peerStore.patch(to, { multiaddrs: addresses, tags: { [KEEP_ALIVE]: { value: 100 } } })
  await from.dial(to)
}

/** The same, as often as it takes while `isWanted`. Never throws. */
export async function dialPatiently(
  from: SwarmNode,
  to: PeerId,
  addresses: Addresses,
  isWanted: () => boolean
): Promise<void> {
  while (isWanted() && from.getConnections(to).length === 0) {
    try {
      await dial(from, to, addresses)
    } catch {
      await pause(DIAL_AGAIN_AFTER_MS)
    }
  }
}

/** Leaves it to the other end to connect with `from` again. */
export async function giveUp(from: SwarmNode, to: PeerId): Promise<void> {
  await from.peerStore.merge(to, { tags: { [KEEP_ALIVE]: undefined } })
}

/** Resolves when all of them are ready, or after a while with those that are not. */
export async function untilReady<T>(
  all: readonly T[],
  isReady: (one: T) => boolean,
  withinMs = READY_WITHIN_MS
): Promise<T[]> {
  const giveUpAt = performance.now() + withinMs
  let waiting = [...all]
  for (;;) {
    waiting = waiting.filter(one => !isReady(one))
    if (waiting.length === 0 || performance.now() > giveUpAt) return waiting
    await pause(LOOK_EVERY_MS)
  }
}
