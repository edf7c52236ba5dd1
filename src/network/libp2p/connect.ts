/**
 * Dials the edges of the graph and waits until publishing is safe. An edge is dialled once, by its lower end, and a few
 * at a time: a handshake takes 30 ms of one core, and of thousands at once all would run out of time. To be connected
 * is not enough: gossipsub silently skips a subscriber whose stream is not open yet. So readiness is looked at.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { RunError } from '../../core/errors.ts'
import type { SwarmNode } from './node.ts'

const DIALS_AT_ONCE = 16
const LOOK_EVERY_MS = 5
const READY_WITHIN_MS = 30_000

/** Two participants, the lower first. */
export type Edge = readonly [number, number]

/** Each pair once, whoever hears whom. */
export function edgesOf(pairs: readonly { readonly receiver: number; readonly sender: number }[]): Edge[] {
  const edges = new Map<string, Edge>()
  for (const { receiver, sender } of pairs) {
    const edge: Edge = receiver < sender ? [receiver, sender] : [sender, receiver]
    edges.set(edge.join(), edge)
  }
  return [...edges.values()]
}

/** Connects the ends of every edge, and again whenever the connection is lost. Throws a RunError if one fails at first. */
export async function dialEdges(
  nodes: readonly SwarmNode[],
  edges: readonly Edge[],
  onConnected: () => void
): Promise<void> {
  const queue = edges.values()
  await Promise.all(
    Array.from({ length: DIALS_AT_ONCE }, async () => {
      for (const [lower, higher] of queue) {
        await dial(nodes[lower]!, nodes[higher]!).catch((error: unknown) => {
          throw new RunError(`peer ${lower} cannot connect to peer ${higher} over libp2p: ${error}`)
        })
        onConnected()
      }
    })
  )
}

async function dial(from: SwarmNode, to: SwarmNode): Promise<void> {
  await from.peerStore.merge(to.peerId, {
    multiaddrs: to.getMultiaddrs(),
    tags: { 'keep-alive-edge': { value: 100 } }
  })
  await from.dial(to.peerId)
}

/** Resolves when all participants are ready; a RunError names those who are not after half a minute. */
export async function untilReady(
  participants: number,
  isReady: (participant: number) => boolean
): Promise<void> {
  const giveUpAt = performance.now() + READY_WITHIN_MS
  let waiting = Array.from({ length: participants }, (_, participant) => participant)
  for (;;) {
    waiting = waiting.filter(participant => !isReady(participant))
    if (waiting.length === 0) return
    if (performance.now() > giveUpAt) {
      throw new RunError(
        `peers ${waiting.join(', ')} are connected over libp2p, but their neighbours do not subscribe`
      )
    }
    await pause(LOOK_EVERY_MS)
  }
}
