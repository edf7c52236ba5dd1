/**
 * Gossip with compressed messages: CHOCO (Koloskova, Stich, Jaggi 2019). Everybody who hears peer j, and j itself, keeps the
 * same estimate x̂_j of it; a message says of ψ_j − x̂_j only what the compressor Q lets through,
 *
 *     x̂_j ← x̂_j + Q(ψ_j − x̂_j),   θ_i ← ψ_i + γ (Σ_j W_ij x̂_j − x̂_i).
 *
 * What Q leaves out stays in the difference and is said later, so the peers agree exactly however coarse Q is, if γ is
 * small enough: theory wants γ of the order of ω times the square of the gap, practice between ω/2 and 1. With Q = identity
 * messages are ψ itself, and γ = 1 gives plain gossip to the bit. Estimates cost memory for one θ per link.
 *
 * Needs every message: an estimate that missed one is wrong for ever, and so is that of a peer that began anew.
 */
import { z } from 'zod'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { COMPRESSORS, type CompressorOptions, compressorOf, messageLength } from './compressors.ts'
import { mixInto } from './mix.ts'
import { HEARD, Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'

interface ChocoOptions extends Omit<CompressorOptions, 'kept'> {
  /** The share of the entries that top-k and random-k keep. */
  readonly share: number
  /** γ; `auto` is 0.8 ω, and 0.2 for sign. */
  readonly step: number | 'auto'
}

export const choco: AggregationFamily<ChocoOptions> = {
  description: 'gossip with compressed messages: top-k, random-k, sign or qsgd (CHOCO)',
  options: z.strictObject({
    compressor: z.enum(COMPRESSORS).default('top-k'),
    share: z.number().positive().max(1).default(0.1),
    levels: z.int().min(1).max(65_535).default(16),
    step: z.union([z.number().positive().max(1), z.literal('auto')]).default('auto')
  }),
  build({ mixing, parameters, seed, hosted }, { compressor, share, levels, step }) {
    const { rowStart, senders, participants } = mixing.links
    const stride = strideOf(parameters)
    const kept = Math.max(1, Math.round(share * parameters))
    const q = compressorOf({ compressor, kept, levels }, parameters, seed)
    const gamma = step === 'auto' ? standardStep(compressor, q.quality) : step
    const isWhole = compressor === 'identity'
    const neighbourhood = new Neighbourhood(mixing, hosted)
    const { first, last } = neighbourhood.hosted
    const messageStride = strideOf(messageLength(q))
    const messages = new Float64Array(participants * messageStride)
    /** x̂_i of the peers themselves, and per link that of its sender. */
    const own = new Float64Array(participants * stride)
    const others = new Float64Array(senders.length * stride)
    const linkRows = Int32Array.from(senders, (_, k) => k)
    const difference = new Float64Array(parameters)
    let now = 0

    function takeIn(
      payloads: Float64Array,
      at: number,
      sender: number,
      out: Float64Array,
      row: number
    ): void {
      if (isWhole) out.fill(0, row, row + parameters)
      q.add(payloads, at, sender, now, out, row)
    }

    return {
      name: 'choco',
      plan: planOver(mixing, parameters, { payload: q.payload }),
      correction: undefined,
      state: { ...neighbourhood.state, own, others },
      begin(round) {
        now = round
        neighbourhood.begin(round)
      },
      compose(_hop, theta) {
        for (let i = first; i < last; i++) {
          const row = i * stride
          for (let c = 0; c < parameters; c++)
            difference[c] = isWhole ? theta.values[row + c]! : theta.values[row + c]! - own[row + c]!
          q.compress(difference, messages, i * messageStride, i, now)
        }
        const degrees = neighbourhood.degreesToSend()
        return { payloads: messages, stride: messageStride, degrees, notes: undefined }
      },
      combine(_hop, theta, inbox) {
        neighbourhood.listen(inbox)
        for (let i = first; i < last; i++) {
          takeIn(messages, i * messageStride, i, own, i * stride)
          for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
            if (neighbourhood.heard[k] !== HEARD.message) continue
            takeIn(inbox.payloads, inbox.slots[k]! * inbox.stride, senders[k]!, others, k * stride)
          }
        }
        const { values, spare } = theta
        mixInto(
          neighbourhood,
          { values: own, stride, from: 0 },
          { values: others, stride, from: 0 },
          linkRows,
          parameters,
          { values: spare, stride, from: 0 }
        )
        for (let i = first; i < last; i++) {
          const isAlone = neighbourhood.hearsNobody(i)
          for (let at = i * stride; at < i * stride + parameters; at++)
            spare[at] = isAlone ? values[at]! : values[at]! - gamma * own[at]! + gamma * spare[at]!
        }
        theta.swap()
      },
      restart(i) {
        neighbourhood.restart(i)
        own.fill(0, i * stride, (i + 1) * stride)
        others.fill(0, rowStart[i]! * stride, rowStart[i + 1]! * stride)
      },
      neighboursOf: i => neighbourhood.of(i)
    }
  }
}

/** The γ that is used where none is given. */
const standardStep = (compressor: CompressorOptions['compressor'], quality: number): number =>
  compressor === 'identity' ? 1 : compressor === 'sign' ? 0.2 : 0.8 * quality
