/**
 * How messages spread where those that hear one for the first time pass it on (`network/simulated-mesh.ts` counts the same copies):
 * in waves. In the first every peer sends its own message to all with whom it is connected, in each of the next it passes on what the
 * wave before brought it, along the mesh and not to where it came from.
 */
import { reverseLinks } from '../core/links.ts'
import type { Links } from '../interfaces.ts'
import { meshOf } from '../network/mesh-graph.ts'

export interface Wave {
  /** Per link of the relays: how many messages go over it. */
  readonly copies: Uint32Array
  /** Per participant: 1 where the wave brings a message that it did not have. */
  readonly isNews: Uint8Array
}

/** The waves of one exchange in which everybody speaks. */
export function wavesOf(relays: Links): readonly Wave[] {
  const { participants, rowStart, senders } = relays
  const everybody = new Uint8Array(participants).fill(1)
  const mesh = meshOf(relays, { isConnected: everybody, isUp: everybody }).map(others => new Set(others))
  const reverse = reverseLinks(relays)
  /** Of link k, over which i hears j: whether i passes on to j. */
  const passesOn = new Uint8Array(senders.length)
  for (let i = 0; i < participants; i++)
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) passesOn[k] = mesh[i]!.has(senders[k]!) ? 1 : 0

  const waves: Wave[] = []
  const queue = new Int32Array(participants)
  const source = new Int32Array(participants)
  const depth = new Int32Array(participants)
  for (let author = 0; author < participants; author++) {
    depth.fill(-1)
    depth[author] = 0
    source[author] = -1
    queue[0] = author
    for (let at = 0, length = 1; at < length; at++) {
      const relay = queue[at]!
      const wave = depth[relay]!
      for (let k = rowStart[relay]!; k < rowStart[relay + 1]!; k++) {
        const to = senders[k]!
        if (to === source[relay] || (relay !== author && passesOn[k] === 0)) continue
        waves[wave] ??= { copies: new Uint32Array(senders.length), isNews: new Uint8Array(participants) }
        const { copies, isNews } = waves[wave]
        const link = reverse[k]!
        copies[link] = copies[link]! + 1
        if (depth[to] !== -1) continue
        depth[to] = wave + 1
        source[to] = relay
        queue[length++] = to
        isNews[to] = 1
      }
    }
  }
  return waves
}
