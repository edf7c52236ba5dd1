/**
 * Randomised pairwise gossip (Boyd, Ghosh, Prabhakar, Shah 2006): in every slot a peer i, drawn uniformly, wakes up and
 * exchanges parameters with a neighbour j, drawn uniformly among its own, and both take the mean:
 *
 *     θ_i, θ_j ← (θ_i + θ_j)/2.
 *
 * Every slot is a projection, so E‖θ − θ̄‖² shrinks per slot by what W̄ = I − (1/2N) Σ_i Σ_j P_ij (e_i − e_j)(e_i − e_j)ᵀ
 * says, by λ₂(W̄) in the long run; P_ij is 1 over the degree of i.
 *
 * The draws depend on seed, round and slot alone, so everybody knows who meets. The mean of all θ is kept to rounding. A peer
 * that does not get its partner's message keeps θ: where only one of the two messages is lost, the mean moves by half of
 * the pair's difference over N, to either side alike. With one that has stopped nothing happens; that slot is wasted. A peer
 * that begins anew has nothing to remember.
 */
import { z } from 'zod'
import { assert } from '../core/assert.ts'
import { hashedUniform, hashKey } from '../core/hash.ts'
import { reverseLinks } from '../core/links.ts'
import type { AggregationFamily, Inbox, ParameterMatrix } from '../interfaces.ts'
import { Hearing } from './hearing.ts'
import { sendParameters } from './send.ts'
import { below, planInSlots, SLOTS, type Slots, slotsOf } from './slots.ts'

export const pairwise: AggregationFamily<{ readonly slots: Slots }> = {
  description: 'two neighbours at a time take their mean: randomised gossip, one random pair per slot',
  options: z.strictObject({ slots: SLOTS }),
  hops: slotsOf,
  build({ mixing, parameters, seed, hosted }, options) {
    assert(mixing.period === 1, 'pairwise gossip needs a graph that does not change')
    const { links } = mixing
    const { participants, rowStart, senders } = links
    const hearing = new Hearing(links, hosted)
    const back = reverseLinks(links)
    assert(!back.includes(-1), 'pairwise gossip needs an undirected graph')
    const key = hashKey(seed, 'pairwise')
    let round = 0

    /** The links of the two who meet: the one that wakes first. None if it has no neighbours. */
    const meeting = (r: number, slot: number): readonly number[] => {
      const i = below(participants, hashedUniform(key, r, slot, 0, 0))
      const degree = hearing.degrees[i]!
      if (degree === 0) return []
      const k = rowStart[i]! + below(degree, hashedUniform(key, r, slot, 1, 0))
      return [k, back[k]!]
    }

    return {
      name: 'pairwise',
      plan: planInSlots('pairwise', mixing, parameters, slotsOf(participants, options), meeting),
      correction: undefined,
      state: { silence: hearing.silence },
      begin(r) {
        round = r
      },
      compose: (_slot, theta) => sendParameters(theta, hearing.degrees),
      combine(slot, theta, inbox) {
        const { values, spare, stride } = theta
        const met = meeting(round, slot).filter(k => hearing.isHosted(senders[back[k]!]!))
        // Both means first: in the simulator a message is the row of θ itself.
        for (const k of met) {
          hearing.hear(k, inbox.slots[k]!)
          meanInto(spare, theta, senders[back[k]!]!, inbox, inbox.slots[k]!)
        }
        for (const k of met) {
          const row = senders[back[k]!]! * stride
          values.set(spare.subarray(row, row + stride), row)
        }
      },
      restart: i => hearing.restart(i),
      neighboursOf: i => hearing.of(i, () => 1 / 2)
    }
  }
}

/** Row i of `out` becomes the mean of that of θ and the message, in halves so that it cannot overflow; that of θ if none came. */
function meanInto(
  out: Float64Array,
  { values, stride, parameters }: ParameterMatrix,
  i: number,
  inbox: Inbox,
  slot: number
): void {
  const own = i * stride
  const from = slot * inbox.stride
  for (let c = 0; c < parameters; c++) {
    out[own + c] = slot < 0 ? values[own + c]! : values[own + c]! / 2 + inbox.payloads[from + c]! / 2
  }
}
