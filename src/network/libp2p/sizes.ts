/** How long messages may be, and what follows from that. */
import { ExperimentError } from '../../core/errors.ts'
import { bytesOfPayload } from '../../core/payload.ts'
import type { NetworkPlan } from '../../interfaces.ts'
import { messageBytes } from '../message-bytes.ts'

/** gossipsub sends nothing that exceeds 4 MiB, and does not say so. */
const MAX_BYTES = 4_000_000

/** Throws an ExperimentError if a message of this plan may be too long to be sent. */
export function checkSize(plan: NetworkPlan): void {
  const bytes = bytesOfPayload(plan.payload) * (1 + (plan.flows ? mostHeard(plan) : 0))
  if (bytes <= MAX_BYTES) return
  throw new ExperimentError(
    `a message of ${bytes} bytes is too long for libp2p, which takes up to ${MAX_BYTES}; use the simulated network`
  )
}

/** A bound for the bytes of a message in its RPC, and for the list of the topics that a node hears. */
export function longestRpc(plan: NetworkPlan): number {
  const heard = plan.flows ? mostHeard(plan) : undefined
  return messageBytes(plan.payload, heard, heard) + 128 * plan.participants + 1024
}

/** How many participants somebody hears at most at one hop. */
function mostHeard({ hops }: NetworkPlan): number {
  let most = 0
  for (const { participants, rowStart } of hops) {
    for (let p = 0; p < participants; p++) most = Math.max(most, rowStart[p + 1]! - rowStart[p]!)
  }
  return most
}
