/**
 * Gossipsub as it is meant: one topic, to which everybody subscribes. Every peer publishes ψ_i, whoever hears a message for the first
 * time passes it on along the graph, and every peer takes the mean of all that came in time, its own included:
 *
 *     θ_i ← (1/|A_i|) Σ_{j ∈ A_i} ψ_j,   A_i ∋ i: whose messages peer i has.
 *
 * (Vyzovitis et al. 2020, "GossipSub: attack-resilient message propagation"; as a server's mean without a server, FedAvg.) Sums
 * go in ascending order of the peer, and are divided as the hub of a star divides: where nothing is lost the bits are those of
 * `star`, whatever the graph.
 *
 * Nothing but θ outlives a round. A message that is lost or late is left out of the mean of who misses it, so peers then differ, and the
 * mean of all is not kept. Who stops is left out by all; who returns is one with the others after a round. Where those
 * that run do not connect two peers any more, each side takes its own mean.
 */
import { z } from 'zod'
import { completeLinks } from '../core/complete-links.ts'
import { ExperimentError } from '../core/errors.ts'
import { doubles } from '../core/payload.ts'
import type { AggregationFamily, Inbox, ParameterMatrix } from '../interfaces.ts'
import { sendParameters } from './send.ts'

/** Everybody hears everybody: more links do not fit. */
const MOST_PEERS = 2000

export const mesh: AggregationFamily<object> = {
  description: 'gossipsub as it is meant: messages flood the graph, every peer takes the exact mean of all',
  options: z.strictObject({}),
  build({ peers, parameters, mixing, hosted = { first: 0, last: peers } }) {
    if (peers > MOST_PEERS) {
      throw new ExperimentError(
        `aggregation: mesh lets everybody hear everybody, which is possible for up to ${MOST_PEERS} peers, not ${peers}; ` +
          'gossip goes over the edges alone'
      )
    }
    const degrees = new Uint32Array(peers).fill(peers - 1)
    return {
      name: 'mesh',
      plan: {
        participants: peers,
        hops: [completeLinks(peers)],
        payload: doubles(parameters),
        perLink: false,
        flows: false,
        relays: mixing.links
      },
      correction: undefined,
      state: {},
      compose: (_hop, theta) => sendParameters(theta, degrees),
      combine(_hop, theta, inbox) {
        for (let i = hosted.first; i < hosted.last; i++) averageInto(theta, i, peers, inbox)
        theta.swap()
      },
      restart: () => {},
      neighboursOf: () => []
    }
  }
}

/** Row i of `theta.spare` becomes the mean of its row in `theta.values` and of what peer i has heard. */
function averageInto(
  { values, spare, stride, parameters }: ParameterMatrix,
  i: number,
  peers: number,
  { payloads, slots, stride: rowLength }: Inbox
): void {
  const row = i * stride
  let count = 1
  spare.fill(0, row, row + parameters)
  for (let j = 0, k = i * (peers - 1); j < peers; j++) {
    if (j === i) {
      addTo(spare, row, values, row, parameters)
      continue
    }
    const slot = slots[k++]!
    if (slot < 0) continue
    addTo(spare, row, payloads, slot * rowLength, parameters)
    count++
  }
  for (let c = row; c < row + parameters; c++) spare[c] = spare[c]! / count
}

function addTo(sum: Float64Array, at: number, x: Float64Array, from: number, length: number): void {
  for (let c = 0; c < length; c++) sum[at + c] = sum[at + c]! + x[from + c]!
}
