/**
 * How fast peers go on that wait for each other. In t_i(k + 1) = max(t_i(k) + c_i, max_j t_j(k) + w_ji) all t_i grow in the long run
 * by the same per round, wherever they start, if news from everybody comes to everybody: by the largest mean of the w
 * along a cycle (Baccelli et al., "Synchronization and Linearity", 1992), where c_i is a cycle of one.
 */
import type { Links } from '../interfaces.ts'
import { latencySeconds, type NetworkModel } from './network-models.ts'
import { Lines, type MessageBytes } from './transfers.ts'

export interface Overlay {
  readonly links: Links
  /** Per link: from when its sender begins a round until its receiver may begin the next for all it hears from it. */
  readonly delaySeconds: Float64Array
  /** Per participant: from when it begins a round until it may begin the next for itself. */
  readonly ownSeconds: Float64Array
}

/** Of peers that learn from so many samples a round and then send one message over each link; without stragglers and losses. */
export function overlayOf(links: Links, bytes: MessageBytes, model: NetworkModel, samples: number): Overlay {
  const compute = (samples * model.stepMs) / 1000
  return {
    links,
    delaySeconds: new Lines(links, bytes, model).whole.seconds.map(
      seconds => compute + latencySeconds(model) + seconds
    ),
    ownSeconds: new Float64Array(links.participants).fill(compute)
  }
}

/**
 * The seconds of a round in the long run. With F_k(i) the longest walk of k links that ends at i, it is
 * max_i min_k (F_N(i) − F_k(i)) / (N − k) over k < N (Karp, "A characterization of the minimum cycle mean in a digraph", 1978).
 * Where not everybody hears from everybody, that of the slowest.
 */
export function cycleSeconds({ links, delaySeconds, ownSeconds }: Overlay): number {
  const { participants, rowStart, senders } = links
  const walks = [new Float64Array(participants)]
  for (let k = 1; k <= participants; k++) {
    const before = walks[k - 1]!
    const longest = before.map((seconds, i) => seconds + ownSeconds[i]!)
    for (let i = 0; i < participants; i++)
      for (let link = rowStart[i]!; link < rowStart[i + 1]!; link++)
        longest[i] = Math.max(longest[i]!, before[senders[link]!]! + delaySeconds[link]!)
    walks.push(longest)
  }
  let largest = 0
  for (let i = 0; i < participants; i++) {
    let least = Number.POSITIVE_INFINITY
    for (let k = 0; k < participants; k++)
      least = Math.min(least, (walks[participants]![i]! - walks[k]![i]!) / (participants - k))
    largest = Math.max(largest, least)
  }
  return largest
}
