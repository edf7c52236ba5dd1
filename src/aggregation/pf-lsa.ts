/**
 * Personalised federated linear stochastic approximation (Labbi, Mangold, Moulines): every peer takes a share β of its own
 * step, and the rest of the mean of all. With θ_i before the local steps, ψ_i after them and Δ_i = θ_i − ψ_i,
 *
 *     θ_i ← θ_i − β Δ_i − (1 − β) mean_j Δ_j = ψ_i + (1 − β)(Δ_i − mean_j Δ_j).
 *
 * Where that rests, the mean of the Δ_j is 0, and with it every one of them: each peer is at its own solution θ_i*, whatever β
 * and H. What β decides is the noise, of which the mean takes N times less in variance than a single peer, and how fast peers
 * that differ come to where they differ.
 *
 * A message is Δ, to the hub and back. The hub takes the mean of what came; nothing at all counts as 0. A peer that does not hear the
 * hub keeps ψ_i, as one that learns alone. As every Δ is 0 at the end, neither that nor peers that stop or begin anew
 * move it: there is nothing to remember. Nor do peers that do not take part in every round, whom the hub leaves alone in the others.
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { averageInto, hubDegrees, hubPlan } from './star.ts'

export const pfLsa: AggregationFamily<{ readonly own: number }> = {
  description:
    'a server for peers that differ: a share `own` of the own step and the mean step for the rest; each comes to its own θ_i*',
  options: z.strictObject({ own: z.number().positive().max(1).default(0.1) }),
  hops: () => 2,
  build(settings, { own }) {
    const { peers, parameters, hosted = { first: 0, last: peers + 1 } } = settings
    const stride = strideOf(parameters)
    const learners = { first: hosted.first, last: Math.min(hosted.last, peers) }
    const before = new Float64Array(peers * stride)
    /** Δ of the peers, and their mean in the row of the hub. */
    const moves = new Float64Array((peers + 1) * stride)
    const degrees = hubDegrees(peers)
    return {
      name: 'pf-lsa',
      plan: hubPlan(settings, false),
      correction: undefined,
      state: {},
      begin(_round, { values }) {
        before.set(values.subarray(0, before.length))
      },
      compose(hop, { values }) {
        if (hop === 0) {
          moves.fill(0, peers * stride)
          for (let at = learners.first * stride; at < learners.last * stride; at++)
            moves[at] = before[at]! - values[at]!
        }
        return { payloads: moves, stride, degrees, notes: undefined }
      },
      combine(hop, { values }, inbox) {
        if (hop === 0) {
          if (hosted.last > peers) averageInto({ values: moves, stride, parameters }, peers, inbox)
          return
        }
        for (let i = learners.first; i < learners.last; i++) {
          if (inbox.slots[i]! < 0) continue
          const from = inbox.slots[i]! * inbox.stride
          for (let c = 0; c < parameters; c++) {
            const at = i * stride + c
            values[at] = values[at]! + (1 - own) * (moves[at]! - inbox.payloads[from + c]!)
          }
        }
      },
      restart() {},
      neighboursOf: () => []
    }
  }
}
