/**
 * Star federation: a hub that is no learner averages exactly, in two hops. Every peer sends ψ_i to the hub, the hub
 * sends mean_j ψ_j to every peer (FedAvg; FedTD and FedLSA for TD). With control variates it is SCAFFLSA (Mangold et
 * al. 2024, Algorithm 2):
 *
 *     θ_i ← ψ̄ = mean_j ψ_j,   ξ_i ← ξ_i + (ψ̄ − ψ_i)/(η H),   local steps θ ← θ − η (g − ξ_i).
 *
 * The hub is participant N and keeps the mean in row N of θ. It averages what arrived; a peer that does not hear from
 * the hub keeps its own ψ_i.
 */
import { strideOf } from '../core/parameter-matrix.ts'
import type { Aggregation, Inbox, Links, ParameterMatrix } from '../interfaces.ts'
import { sendParameters } from './send.ts'

/** Who hears whom: the hub all peers, then all peers the hub. */
function hopsOf(peers: number): readonly [Links, Links] {
  const up = new Int32Array(peers + 2)
  up[peers + 1] = peers
  const down = Int32Array.from({ length: peers + 2 }, (_, i) => Math.min(i, peers))
  return [
    { participants: peers + 1, rowStart: up, senders: Int32Array.from({ length: peers }, (_, j) => j) },
    { participants: peers + 1, rowStart: down, senders: new Int32Array(peers).fill(peers) }
  ]
}

/** `correctedBy` is η H, or undefined for plain averaging. */
export function star(peers: number, parameters: number, correctedBy?: number): Aggregation {
  const correction = correctedBy === undefined ? undefined : new Float64Array(peers * strideOf(parameters))
  return {
    name: correctedBy === undefined ? 'star' : 'star-scafflsa',
    plan: { participants: peers + 1, hops: hopsOf(peers), length: parameters, receipts: false },
    correction,
    state: correction === undefined ? {} : { correction },
    compose: (_hop, theta) => sendParameters(theta),
    combine(hop, theta, inbox) {
      if (hop === 0) averageInto(theta, peers, inbox)
      else adopt(theta, peers, inbox, correction, correctedBy ?? 1)
    }
  }
}

/** The hub's row becomes the mean of what arrived, added in ascending order of the sender; unchanged if nothing did. */
function averageInto({ values, stride, parameters }: ParameterMatrix, peers: number, inbox: Inbox): void {
  const hub = peers * stride
  let arrived = 0
  for (let k = 0; k < peers; k++) if (inbox.slots[k]! >= 0) arrived++
  if (arrived === 0) return
  for (let c = 0; c < parameters; c++) values[hub + c] = 0
  for (let k = 0; k < peers; k++) {
    if (inbox.slots[k]! < 0) continue
    const from = inbox.slots[k]! * inbox.stride
    for (let c = 0; c < parameters; c++) values[hub + c] = values[hub + c]! + inbox.payloads[from + c]!
  }
  for (let c = 0; c < parameters; c++) values[hub + c] = values[hub + c]! / arrived
}

/** θ_i ← ψ̄ for every peer that heard it, and ξ_i with it. */
function adopt(
  { values, stride, parameters }: ParameterMatrix,
  peers: number,
  inbox: Inbox,
  correction: Float64Array | undefined,
  correctedBy: number
): void {
  for (let i = 0; i < peers; i++) {
    if (inbox.slots[i]! < 0) continue
    const from = inbox.slots[i]! * inbox.stride
    for (let c = 0; c < parameters; c++) {
      const mean = inbox.payloads[from + c]!
      const at = i * stride + c
      if (correction !== undefined) correction[at] = correction[at]! + (mean - values[at]!) / correctedBy
      values[at] = mean
    }
  }
}
