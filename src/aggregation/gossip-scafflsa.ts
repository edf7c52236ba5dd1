/**
 * Corrected gossip: SCAFFLSA without a server. Peers keep one *flow* F_ij per edge, antisymmetric between its ends, and
 * the correction of peer i is what flowed in. When ψ_j arrives,
 *
 *     θ_i gains W_ij (ψ_j − ψ_i), and so does F_ij;   ξ_i = Σ_j F_ij / (η H), summed in ascending j.
 *
 * Without loss this is exact diffusion, ξ_i ← ξ_i + (Σ_j W_ij ψ_j − ψ_i)/(η H), whose only fixed point is θ* for every
 * peer, whatever H. Needs a symmetric W with λ_min > −1/3 (at −1/3 it is just stable); the lazy (I + W)/2 always is.
 *
 * It stays exact when messages are lost and peers come and go, because flows are kept antisymmetric edge by edge, to the
 * bit, by what the two ends tell each other:
 *
 * - *Receipts.* The last increment of a flow is *pending* until the next message from the other end says whether it has
 *   combined our message of that round, too. If not, the increment is taken back.
 * - *Epochs.* When a neighbour is lost its flow is dropped and a new epoch begins; the others go on to their own θ*. A peer
 *   that begins anew has no epoch, only its incarnation. Where the epochs of two ends differ, nothing is combined: the end
 *   with the higher offers its flow, the other takes over its negative, and both are of one epoch again. Two that have
 *   none begin one that neither has had.
 * - *Deaf neighbours.* Who has not combined our message, nor taken up our offer, for 32 of its own does not hear us. Its flow
 *   is dropped, too, and an offer stands until it does: an edge that carries messages one way carries no flow.
 */
import { z } from 'zod'
import { assert } from '../core/assert.ts'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily, EdgeNotes, Inbox, ParameterMatrix } from '../interfaces.ts'
import { HEARD, Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'
import { sendParameters } from './send.ts'

/** In place of an epoch, with the incarnation in the bits below: there is none. */
const NONE = 0x80000000
/** Epochs that two ends begin together are so far apart that losses in between do not reach the next. */
const EPOCHS_APART = 0x10000

/** Who sends so many messages that show no trace of ours does not hear us. */
const DEAF_AFTER = 32

/** Whether the two ends of an edge agree on its flow, and if so whether the pending increment counts. */
const AGREE = { not: 0, andKeep: 1, andTakeBack: 2 } as const

/** What a peer knows of its edges, per link; flows in rows of θ's stride. */
interface Edges extends EdgeNotes {
  /** The increment of the last message, not in `flows` yet; zero if it was not combined. */
  readonly pending: Float64Array
  /** How many messages in a row show that the other end has not heard us. */
  readonly unheard: Uint8Array
}

export const gossipScafflsa: AggregationFamily<object> = {
  description: 'gossip with control variates that last: every peer comes to θ*, whatever is lost on the way',
  options: z.strictObject({}),
  build({ mixing, parameters, stepSize, localSteps, hosted }) {
    assert(mixing.period === 1 && mixing.at(0).symmetric, 'edge flows need one symmetric matrix')
    const { links } = mixing
    const correctedBy = stepSize * localSteps
    const stride = strideOf(parameters)
    const count = links.senders.length
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const correction = new Float64Array(links.participants * stride)
    const edges: Edges = {
      receipts: new Uint32Array(count),
      epochs: new Uint32Array(count).fill(1),
      offers: new Uint8Array(count),
      flows: new Float64Array(count * stride),
      pending: new Float64Array(count * stride),
      unheard: new Uint8Array(count)
    }
    return {
      name: 'gossip-scafflsa',
      plan: planOver(mixing, parameters, { flows: true }),
      correction,
      state: { ...neighbourhood.state, ...edges, correction },
      compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend(), edges),
      combine(_hop, theta, inbox) {
        neighbourhood.listen(inbox)
        exchangeFlows(neighbourhood, edges, theta, inbox, correction, correctedBy)
        theta.swap()
      },
      restart(i, incarnation) {
        neighbourhood.restart(i)
        const [first, last] = [links.rowStart[i]!, links.rowStart[i + 1]!]
        edges.epochs.fill(NONE + incarnation, first, last)
        for (const column of [edges.receipts, edges.offers, edges.unheard]) column.fill(0, first, last)
        for (const rows of [edges.flows, edges.pending]) rows.fill(0, first * stride, last * stride)
        correction.fill(0, i * stride, (i + 1) * stride)
      },
      neighboursOf: i =>
        neighbourhood.of(i, k => ({
          epoch: edges.epochs[k]! < NONE ? edges.epochs[k]! : 0,
          flow: flowOf(edges, k * stride, parameters)
        }))
    }
  }
}

/** F_ij of the link in this row, its pending increment included. */
const flowOf = ({ flows, pending }: Edges, row: number, parameters: number): Float64Array =>
  flows.slice(row, row + parameters).map((confirmed, c) => confirmed + pending[row + c]!)

function exchangeFlows(
  neighbourhood: Neighbourhood,
  edges: Edges,
  theta: ParameterMatrix,
  inbox: Inbox,
  correction: Float64Array,
  correctedBy: number
): void {
  const { rowStart } = neighbourhood.links
  const { heard, missed, weights } = neighbourhood
  const { flows, pending, receipts } = edges
  const { values, spare, stride, parameters } = theta
  for (let i = neighbourhood.hosted.first; i < neighbourhood.hosted.last; i++) {
    const own = i * stride
    for (let c = own; c < own + parameters; c++) {
      spare[c] = values[c]!
      correction[c] = 0
    }
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const row = k * stride
      const agreement =
        heard[k] === HEARD.message ? settle(edges, k, stride, inbox.notes, missed[k]!) : AGREE.not
      if (agreement !== AGREE.not) {
        const from = inbox.slots[k]! * inbox.stride
        const w = weights[k]!
        const kept = agreement === AGREE.andKeep ? 1 : 0
        for (let c = 0; c < parameters; c++) {
          const flow = flows[row + c]! + kept * pending[row + c]!
          const gain = w * (inbox.payloads[from + c]! - values[own + c]!)
          spare[own + c] = spare[own + c]! + gain
          flows[row + c] = flow
          pending[row + c] = gain
          correction[own + c] = correction[own + c]! + (flow + gain)
        }
      } else {
        if (heard[k] === HEARD.lost) drop(edges, k, stride)
        for (let c = 0; c < parameters; c++)
          correction[own + c] = correction[own + c]! + (flows[row + c]! + pending[row + c]!)
      }
      receipts[k] = (receipts[k]! << 1) | (agreement === AGREE.not ? 0 : 1)
    }
    for (let c = own; c < own + parameters; c++) correction[c] = correction[c]! / correctedBy
  }
}

/**
 * Brings the flow of link k into line with what the other end tells, after `missed` exchanges without a message. Returns
 * whether the ends agree, so that its message may be combined, and what becomes of the pending increment.
 */
function settle(
  edges: Edges,
  k: number,
  stride: number,
  notes: EdgeNotes | undefined,
  missed: number
): number {
  assert(notes !== undefined, 'messages about flows carry notes')
  const { receipts, epochs, offers, flows, pending, unheard } = edges
  const row = k * stride
  const ours = epochs[k]!
  const theirs = notes.epochs[k]!
  if (ours < NONE && (theirs >= NONE || theirs < ours)) {
    // The other end has forgotten its flow, and takes over ours as it is.
    keepPending(flows, pending, row, stride)
    countUnheard(edges, k, stride)
    offers[k] = 1
    receipts[k] = 0
    return AGREE.not
  }
  if (offers[k] === 1) unheard[k] = 0
  offers[k] = 0
  if (ours >= NONE || theirs > ours) {
    // Without an offer it has dropped its flow and not heard of us since.
    const isOffered = notes.offers[k] === 1
    for (let c = row; c < row + stride; c++) flows[c] = isOffered ? -notes.flows[c]! : 0
    pending.fill(0, row, row + stride)
    if (theirs >= NONE) epochs[k] = (Math.max(ours, theirs) - NONE + 1) * EPOCHS_APART
    else if (isOffered) epochs[k] = theirs
    receipts[k] = 0
    return AGREE.not
  }
  if ((notes.receipts[k]! >>> missed) & 1) {
    unheard[k] = 0
    return AGREE.andKeep
  }
  if (!countUnheard(edges, k, stride)) return AGREE.andTakeBack
  pending.fill(0, row, row + stride)
  return AGREE.not
}

/** Another message shows that the other end of link k has not heard us. Returns whether it is deaf, as of now. */
function countUnheard(edges: Edges, k: number, stride: number): boolean {
  const { unheard } = edges
  unheard[k] = Math.min(unheard[k]! + 1, DEAF_AFTER + 1)
  if (unheard[k] === DEAF_AFTER) drop(edges, k, stride)
  return unheard[k]! >= DEAF_AFTER
}

function keepPending(flows: Float64Array, pending: Float64Array, row: number, stride: number): void {
  for (let c = row; c < row + stride; c++) {
    flows[c] = flows[c]! + pending[c]!
    pending[c] = 0
  }
}

/** The other end of link k is lost: what flowed to it no longer counts. */
function drop({ receipts, epochs, offers, flows, pending }: Edges, k: number, stride: number): void {
  const row = k * stride
  flows.fill(0, row, row + stride)
  pending.fill(0, row, row + stride)
  if (epochs[k]! < NONE) epochs[k] = epochs[k]! + 1
  offers[k] = 0
  receipts[k] = 0
}
