/**
 * A model between one's own and a common one (Mansour et al. 2020; Deng, Kamani, Mahdavi 2020). Every peer keeps two: l_i
 * learns alone, c_i by gossip, and what it acts and is judged by is
 *
 *     θ_i = c_i + α (l_i − c_i).
 *
 * Local steps are for one model at a time, so the two take turns. In rounds 0, 2, 4, … peers take their local steps from c_i and
 * gossip what comes of it, c_i ← Σ_j W_ij ψ_j; in rounds 1, 3, 5, … they take them from l_i, l_i ← ψ_i, and nobody
 * talks. So c is to the bit what gossip has after half as many rounds, and l what peers alone have. A graph that changes
 * takes its next form in every other round, when there is talk.
 *
 * Lost messages do to c what they do to gossip, and nothing to l. A peer that begins anew starts both at once.
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { mixRows } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'
import { sendParameters } from './send.ts'

export const interpolation: AggregationFamily<{ readonly own: number }> = {
  description:
    'a share `own` of a model that learns alone, the rest of one that is gossiped; they learn in turns',
  options: z.strictObject({ own: z.number().min(0).max(1).default(0.5) }),
  build({ mixing, parameters, hosted }, { own: share }) {
    const { participants, senders } = mixing.links
    const stride = strideOf(parameters)
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const { first, last } = neighbourhood.hosted
    const common = new Float64Array(participants * stride)
    const own = new Float64Array(participants * stride)
    /** Per peer: 1 if both its models are what θ starts from. */
    const isNew = new Uint8Array(participants).fill(1)
    const all = new Uint8Array(senders.length).fill(1)
    const none = new Uint8Array(senders.length)
    const isForCommon = (round: number): boolean => round % 2 === 0
    let learning = common

    return {
      name: 'interpolation',
      plan: planOver(mixing, parameters, {
        uses: round => (isForCommon(round) ? (mixing.uses(round / 2) ?? all) : none)
      }),
      correction: undefined,
      state: { ...neighbourhood.state, common, own, isNew },
      begin(round, { values }) {
        learning = isForCommon(round) ? common : own
        if (learning === common) neighbourhood.begin(round / 2)
        for (let i = first; i < last; i++) {
          const [start, end] = [i * stride, (i + 1) * stride]
          if (isNew[i] === 1) {
            for (const model of [common, own]) model.set(values.subarray(start, end), start)
            isNew[i] = 0
          }
          values.set(learning.subarray(start, end), start)
        }
      },
      compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend()),
      combine(_hop, { values }, inbox) {
        if (learning === common) {
          neighbourhood.listen(inbox)
          mixRows(neighbourhood, values, inbox, parameters, stride, common)
        } else own.set(values.subarray(first * stride, last * stride), first * stride)
        for (let at = first * stride; at < last * stride; at++)
          values[at] = common[at]! + share * (own[at]! - common[at]!)
      },
      restart(i) {
        neighbourhood.restart(i)
        isNew[i] = 1
      },
      neighboursOf: i => neighbourhood.of(i)
    }
  }
}
