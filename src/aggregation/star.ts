/**
 * Star federation: a hub that is no learner averages exactly, in two hops. Every peer sends ψ_i to the hub, the hub
 * sends mean_j ψ_j to every peer (FedAvg; FedTD and FedLSA for TD). With control variates it is SCAFFLSA (Mangold et
 * al. 2024, Algorithm 2):
 *
 *     θ_i ← ψ̄ = mean_j ψ_j,   ξ_i ← ξ_i + (ψ̄ − ψ_i)/(η H),   local steps θ ← θ − η (g − ξ_i).
 *
 * The hub is participant N and keeps the mean in row N of θ. It averages what arrived; a peer that does not hear from
 * the hub keeps its own ψ_i and ξ_i. (Then Σ_i ξ_i is no longer 0: the textbook has no cure for lost messages.)
 *
 * Where only some peers take part in a round, the hub averages those, and their ξ_i alone change, so that Σ_i ξ_i stays 0. The mean
 * goes to them and to those of the next round, who start from it; others keep the θ_i that they have.
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
  NetworkPlan,
  ParameterMatrix
} from '../interfaces.ts'
import { sendParameters } from './send.ts'

/** Who hears whom: the hub all peers, then all peers the hub. */
export function hopsOf(peers: number): readonly [Links, Links] {
  const up = new Int32Array(peers + 2)
  up[peers + 1] = peers
  const down = Int32Array.from({ length: peers + 2 }, (_, i) => Math.min(i, peers))
  return [
    { participants: peers + 1, rowStart: up, senders: Int32Array.from({ length: peers }, (_, j) => j) },
    { participants: peers + 1, rowStart: down, senders: new Int32Array(peers).fill(peers) }
  ]
}

/** The plan of two hops to a hub and back; `answersNext`: whether those who take part in the next round start from its mean. */
export function hubPlan(
  { peers, parameters, takesPart }: Pick<AggregationSettings, 'peers' | 'parameters' | 'takesPart'>,
  answersNext: boolean
): NetworkPlan {
  return {
    participants: peers + 1,
    hops: hopsOf(peers),
    payload: doubles(parameters),
    perLink: false,
    flows: false,
    ...usesOf(takesPart, answersNext)
  }
}

/** Per participant how many it hears: peers the hub alone, the hub all of them. */
export function hubDegrees(peers: number): Uint32Array {
  const degrees = new Uint32Array(peers + 1).fill(1)
  degrees[peers] = peers
  return degrees
}

/** Who speaks to the hub, those that take part, and whom it answers: them, and where they are to start from its mean those of the next round. */
function usesOf(
  takesPart: AggregationSettings['takesPart'],
  answersNext: boolean
): Pick<NetworkPlan, 'uses'> {
  if (takesPart === undefined) return {}
  return {
    uses(round, hop) {
      const now = takesPart(round)
      if (hop === 0 || !answersNext) return now
      const next = takesPart(round + 1)
      return now.map((isNow, i) => isNow | next[i]!)
    }
  }
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
  settings: AggregationSettings,
  correctedBy: number | undefined
): Aggregation {
  const { peers, parameters, hosted = { first: 0, last: peers + 1 }, takesPart } = settings
  const { first, last } = hosted
  const stride = strideOf(parameters)
  const correction = correctedBy === undefined ? undefined : new Float64Array(peers * stride)
  const degrees = hubDegrees(peers)
  /** Per peer: 1 if it takes part in this round. */
  let part: Uint8Array | undefined
  return {
    name,
    plan: hubPlan(settings, true),
    correction,
    state: correction === undefined ? {} : { correction },
    begin(round) {
      part = takesPart?.(round)
    },
    compose: (_hop, theta) => sendParameters(theta, degrees),
    combine(hop, theta, inbox) {
      const learners = { first, last: Math.min(last, peers) }
      if (hop === 1) adopt(theta, learners, part, inbox, correction, correctedBy ?? 1)
      else if (last > peers) averageInto(theta, peers, inbox)
    },
    restart: i => correction?.fill(0, i * stride, (i + 1) * stride),
    neighboursOf: () => []
  }
}

/** Row `peers`, the hub's, becomes the mean of what arrived, added in ascending order of the sender; unchanged if nothing did. */
export function averageInto(
  { values, stride, parameters }: Pick<ParameterMatrix, 'values' | 'stride' | 'parameters'>,
  peers: number,
  inbox: Inbox
): void {
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

/** θ_i ← ψ̄ for every peer that heard it, and ξ_i with it, if it took part. */
function adopt(
  { values, stride, parameters }: ParameterMatrix,
  { first, last }: Hosted,
  part: Uint8Array | undefined,
  inbox: Inbox,
  correction: Float64Array | undefined,
  correctedBy: number
): void {
  for (let i = first; i < last; i++) {
    if (inbox.slots[i]! < 0) continue
    const from = inbox.slots[i]! * inbox.stride
    const isCorrected = correction !== undefined && part?.[i] !== 0
    for (let c = 0; c < parameters; c++) {
      const mean = inbox.payloads[from + c]!
      const at = i * stride + c
      if (isCorrected) correction[at] = correction[at]! + (mean - values[at]!) / correctedBy
      values[at] = mean
    }
  }
}
