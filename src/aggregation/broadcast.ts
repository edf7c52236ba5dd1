/**
 * Broadcast gossip (Aysal, Yildiz, Sarwate, Scaglione 2009): in every slot a peer i, drawn uniformly, wakes up and tells its
 * parameters to all who hear it; each of them moves towards i:
 *
 *     θ_j ← g θ_j + (1 − g) θ_i.
 *
 * One message reaches a whole neighbourhood and nobody answers, so it needs no symmetric links. The price: a slot pulls the
 * mean of all θ towards i, and only its expectation is kept, where everybody is heard by as many as it hears. All agree in
 * the end, but on a value that scatters about the mean; the more so the more hear each other.
 *
 * The draws depend on seed, round and slot alone. A lost message leaves its receiver as it was. When a peer that has stopped
 * is to wake up nothing happens. A peer that begins anew has nothing to remember, and its θ counts again from its next slot.
 */
import { z } from 'zod'
import { hashedUniform, hashKey } from '../core/hash.ts'
import { receiversOf } from '../core/links.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { Hearing } from './hearing.ts'
import { outgoingOf } from './outgoing.ts'
import { sendParameters } from './send.ts'
import { below, planInSlots, SLOTS, type Slots, slotsOf } from './slots.ts'

export const broadcast: AggregationFamily<{ readonly keep: number; readonly slots: Slots }> = {
  description:
    'one peer at a time speaks and all who hear it move towards it; agrees near the mean, not on it',
  options: z.strictObject({ keep: z.number().min(0).lt(1).default(0.5), slots: SLOTS }),
  hops: slotsOf,
  build({ mixing, parameters, seed, hosted }, options) {
    const { keep } = options
    const { links } = mixing
    const hearing = new Hearing(links, hosted)
    const receivers = receiversOf(links)
    const outgoing = outgoingOf(links)
    const key = hashKey(seed, 'broadcast')
    let round = 0

    /** The links over which the peer that wakes is heard. */
    const heardOver = (r: number, slot: number): Int32Array => {
      const i = below(links.participants, hashedUniform(key, r, slot, 0, 0))
      const over = outgoing.links.subarray(outgoing.start[i], outgoing.start[i + 1])
      const used = mixing.uses(r)
      return used === undefined ? over : over.filter(k => used[k] === 1)
    }

    return {
      name: 'broadcast',
      plan: planInSlots('broadcast', mixing, parameters, slotsOf(links.participants, options), heardOver),
      correction: undefined,
      state: { silence: hearing.silence },
      begin(r) {
        round = r
      },
      compose: (_slot, theta) => sendParameters(theta, hearing.degrees),
      combine(slot, { values, stride, parameters: count }, inbox) {
        for (const k of heardOver(round, slot)) {
          const j = receivers[k]!
          if (!hearing.isHosted(j)) continue
          const row = inbox.slots[k]!
          hearing.hear(k, row)
          if (row < 0) continue
          const from = row * inbox.stride
          for (let c = 0; c < count; c++) {
            const at = j * stride + c
            values[at] = keep * values[at]! + (1 - keep) * inbox.payloads[from + c]!
          }
        }
      },
      restart: i => hearing.restart(i),
      neighboursOf: i => hearing.of(i, () => 1 - keep)
    }
  }
}
