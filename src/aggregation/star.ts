/**
 * Star federation: a hub that is no learner averages exactly, in two hops. Every peer sends ψ_i to the hub, the hub
 * sends mean_j ψ_j to every peer (FedAvg; FedTD and FedLSA for TD). With control variates it is SCAFFLSA (Mangold et
 * al. 2024, Algorithm 2):
 *
 *     θ_i ← ψ̄ = mean_j ψ_j,   ξ_i ← ξ_i + (ψ̄ − ψ_i)/(η H),   local steps θ ← θ − η (g − ξ_i).
 *
 * The hub is participant N and keeps the mean in row N of θ. It averages what arrived; a peer that does not hear from
 * the hub keeps its own ψ_i and ξ_i. (Then Σ_i ξ_i is no longer 0: the textbook has no cure for lost messages.)
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import { doubles } from '../core/payload.ts'
import type {
  Aggregation,
  AggregationFamily,
  AggregationSettings,
  Hosted,
  Inbox,
  Links,
  ParameterMatrix
} from '../interfaces.ts'
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

export const star: AggregationFamily<object> = {
  description: 'a server takes the exact mean of all peers (FedAvg): the hub replaces the graph',
  options: z.strictObject({}),
  hops: () => 2,
  build: settings => averagingOver('star', settings, undefined)
}

export const starScafflsa: AggregationFamily<object> = {
  description: 'the server with control variates: SCAFFLSA, which comes to θ* whatever H is',
  options: z.strictObject({}),
  hops: () => 2,
  build: settings => averagingOver('star-scafflsa', settings, settings.stepSize * settings.localSteps)
}

/** `correctedBy` is η H, or undefined for plain averaging. */
function averagingOver(
  name: string,
  { peers, parameters, hosted = { first: 0, last: peers + 1 } }: AggregationSettings,
  correctedBy: number | undefined
): Aggregation {
  const { first, last } = hosted
  const stride = strideOf(parameters)
  const correction = correctedBy === undefined ? undefined : new Float64Array(peers * stride)
  const degrees = new Uint32Array(peers + 1).fill(1)
  degrees[peers] = peers
  return {
    name,
    plan: {
      participants: peers + 1,
      hops: hopsOf(peers),
      payload: doubles(parameters),
      perLink: false,
      flows: false
    },
    correction,
    state: correction === undefined ? {} : { correction },
    compose: (_hop, theta) => sendParameters(theta, degrees),
    combine(hop, theta, inbox) {
      if (hop === 1) adopt(theta, { first, last: Math.min(last, peers) }, inbox, correction, correctedBy ?? 1)
      else if (last > peers) averageInto(theta, peers, inbox)
    },
    restart: i => correction?.fill(0, i * stride, (i + 1) * stride),
    neighboursOf: () => []
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
  { first, last }: Hosted,
  inbox: Inbox,
  correction: Float64Array | undefined,
  correctedBy: number
): void {
  for (let i = first; i < last; i++) {
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
