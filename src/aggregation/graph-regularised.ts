/**
 * Models of their own that neighbours pull together (Vanhaesebrouck, Bellet, Tommasi 2017). With θ_i before the local steps, ψ_i
 * after them, and neighbours j,
 *
 *     θ_i ← ψ_i − ηHλ Σ_j (θ_i − θ_j).
 *
 * For H = 1 that is a gradient step on Σ_i f_i(θ_i) + (λ/2) Σ_{i~j} ‖θ_i − θ_j‖², whatever η: with f_i(θ) = ½ a_i (θ − b_i)² it rests
 * at θ = (A + λL)⁻¹ A b, L the Laplacian of the graph. λ = 0 is to learn alone; the larger λ, the nearer all are to the
 * common minimum. For more local steps η times the gradient becomes the mean of the local steps.
 *
 * Stable where the eigenvalues of local steps and pull together allow, surely not from ηHλ · λ_max(L) = 2 on (`src/fits.ts`).
 *
 * A neighbour that is not heard does not pull: where a share p of the messages is lost, λ is (1 − p) λ in effect, and a message
 * lost in one direction alone lets only the other end be pulled. Nothing is remembered, so all is as before in the next round;
 * a peer that stops or begins anew leaves no trace.
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { Hearing } from './hearing.ts'
import { planOver } from './plan.ts'

export const graphRegularised: AggregationFamily<{ readonly pull: number }> = {
  description:
    'every peer keeps a model of its own, and neighbours pull each other by `pull` times their difference',
  options: z.strictObject({ pull: z.number().min(0).default(0.01) }),
  build({ peers, mixing, parameters, stepSize, localSteps, hosted }, { pull }) {
    const { links } = mixing
    const step = stepSize * localSteps * pull
    const stride = strideOf(parameters)
    const hearing = new Hearing(links, hosted)
    const { first, last } = hearing.hosted
    const before = new Float64Array(peers * stride)
    return {
      name: 'graph-regularised',
      plan: planOver(mixing, parameters),
      correction: undefined,
      state: { silence: hearing.silence },
      begin: (_round, { values }) => before.set(values),
      compose: () => ({ payloads: before, stride, degrees: hearing.degrees, notes: undefined }),
      combine(_hop, { values }, { payloads, slots, stride: messageStride }) {
        for (let i = first; i < last; i++) {
          for (let k = links.rowStart[i]!; k < links.rowStart[i + 1]!; k++) {
            const slot = slots[k]!
            hearing.hear(k, slot)
            if (slot < 0) continue
            for (let c = 0; c < parameters; c++) {
              const at = i * stride + c
              values[at] = values[at]! - step * (before[at]! - payloads[slot * messageStride + c]!)
            }
          }
        }
      },
      restart: i => hearing.restart(i),
      neighboursOf: i => hearing.of(i, () => step)
    }
  }
}
