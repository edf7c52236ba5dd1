/**
 * Push-sum (Kempe, Dobra, Gehrke 2003); with local steps it is stochastic gradient push (Assran, Loizou, Ballas, Rabbat
 * 2019). Peers need only know who hears them: W has columns that sum to 1, so peer j splits what it has. That is a sum s_j
 * and a weight w_j, at first θ_j and 1, and θ is their quotient:
 *
 *     s_j ← s_j + ψ_j − θ_j,   (s, w)_i ← Σ_j W_ij (s, w)_j,   θ_i ← s_i / w_i.
 *
 * Σ s and Σ w never change but by local steps, so on every strongly connected graph all θ_i approach Σ s / Σ w, at the rate
 * |λ₂(W)|, though W alone would give some peers more weight than others. On a doubly stochastic W it is gossip, to rounding.
 *
 * **Lost messages lose nothing** (running totals; Hadjicostis, Vaidya, Domínguez-García 2016). A message carries all that its
 * sender has ever given over that link, the receiver takes what this has grown by since the last that came. What leaves the
 * sender is what its total grew by as rounded, so totals may grow as they like: rounding changes how something is split
 * (after 10⁶ rounds by 10⁻¹⁰ of it), not how much there is.
 *
 * **Peers that stop.** Nobody gives to a neighbour whose own last message did not come, nor, where neighbours do not answer,
 * after an exchange in which it heard nobody though it should have; then θ_i = ψ_i, too. What somebody has when it stops is out of the sum
 * until it returns; if it returns with its memory, all is there again. If it begins anew it brings its θ with the weight 1,
 * under a new *incarnation*, of which neighbours count the totals from zero. What it had, and what was given to it and not
 * taken, is gone, so that Σ w stays near N but the mean is no longer that of all that ever was; local steps pull it back.
 *
 * One limit remains. Who speaks one way to somebody that has stopped or is cut off cannot know, and goes on giving: w
 * shrinks, and local steps, which are divided by it, grow until the other is back or the run diverges. Where links go both
 * ways a neighbour that stops takes one share along and no more; only where many stop and everybody may meet everybody, as on
 * graphs that are drawn anew, does that come to much. A peer that is always later than the deadline is as one cut off: it
 * gives, and is given nothing.
 */
import { z } from 'zod'
import { reverseLinks } from '../core/links.ts'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily, Inbox, ParameterMatrix } from '../interfaces.ts'
import { Hearing, LARGEST } from './hearing.ts'
import { outgoingOf } from './outgoing.ts'
import { planOver } from './plan.ts'

/** Incarnations are told apart modulo this. */
const INCARNATIONS = 65_536
/** With less weight than this, 2⁻⁴⁰, a peer has given all away but rounding. */
const NO_WEIGHT = 1 / 1_099_511_627_776

export const pushSum: AggregationFamily<object> = {
  description: 'peers split sums and weights among those who hear them: the exact mean on directed graphs',
  options: z.strictObject({}),
  build({ mixing, parameters, hosted }) {
    const { links } = mixing
    const { participants, rowStart, senders } = links
    const back = reverseLinks(links)
    const outgoing = outgoingOf(links)
    const hearing = new Hearing(links, hosted)
    const { first, last } = hearing.hosted
    /** Of a peer's sum, followed by its weight. */
    const width = parameters + 1
    /** Of totals, followed by the incarnation of the sender. */
    const rowWidth = width + 1
    const state = {
      /** Per peer: s and w. */
      mass: new Float64Array(participants * width),
      /** Per peer: whether it has mass yet. */
      hasBegun: new Uint8Array(participants),
      /** Per peer: whether it heard somebody when it last should have. */
      hears: new Uint8Array(participants).fill(1),
      /** Per link: the totals of its sender, ... */
      given: new Float64Array(senders.length * rowWidth),
      /** ... those that its receiver has taken, ... */
      taken: new Float64Array(senders.length * rowWidth),
      /** ... and whether it knows what it has taken. */
      remembers: new Uint8Array(senders.length).fill(1),
      silence: hearing.silence
    }
    const { mass, hasBegun, hears, given, taken, remembers } = state
    const start = new Float64Array(participants * strideOf(parameters))
    const whole = new Float64Array(width)
    let round = 0

    /** Peer j parts with `share` of what it has: with what the total of link k grows by, to the bit. */
    const give = (j: number, k: number, share: number): void => {
      for (let c = 0; c < width; c++) {
        const total = given[k * rowWidth + c]!
        const grown = total + share * whole[c]!
        given[k * rowWidth + c] = grown
        mass[j * width + c] = mass[j * width + c]! - (grown - total)
      }
    }

    /** Peer i takes what the totals of link k have grown by. Refuses, and says so, what no peer that counts right can send. */
    const take = (i: number, k: number, payloads: Float64Array, from: number): boolean => {
      const seen = k * rowWidth
      const isSame = taken[seen + width] === payloads[from + width]
      const growth = (c: number): number => payloads[from + c]! - (isSame ? taken[seen + c]! : 0)
      if (remembers[k] === 1) {
        for (let c = 0; c < width; c++) if (Math.abs(growth(c)) > LARGEST) return false
        for (let c = 0; c < width; c++) mass[i * width + c] = mass[i * width + c]! + growth(c)
      }
      remembers[k] = 1
      for (let c = 0; c < rowWidth; c++) taken[seen + c] = payloads[from + c]!
      return true
    }

    /** Takes in what came to peer i; whether it has to reckon θ_i anew: for what it heard, or learnt where it was to hear nobody. */
    const listen = (i: number, { slots, payloads, stride }: Inbox, hasLearnt: boolean): boolean => {
      const uses = mixing.uses(round)
      let due = 0
      let came = 0
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        if (uses?.[k] === 0) continue
        due++
        const isTaken = slots[k]! >= 0 && take(i, k, payloads, slots[k]! * stride)
        hearing.hear(k, isTaken ? slots[k]! : -1)
        if (isTaken) came++
      }
      if (due > 0) hears[i] = came > 0 ? 1 : 0
      return came > 0 || (due === 0 && hasLearnt)
    }

    const learntSince = (i: number, { values, stride }: ParameterMatrix): boolean => {
      for (let at = i * stride; at < i * stride + parameters; at++) if (values[at] !== start[at]) return true
      return false
    }

    const begin = (i: number, { values, stride }: ParameterMatrix): void => {
      for (let c = 0; c < parameters; c++) mass[i * width + c] = values[i * stride + c]!
      mass[i * width + parameters] = 1
      hasBegun[i] = 1
    }

    return {
      name: 'push-sum',
      plan: planOver(mixing, parameters, {
        payload: [{ count: width }, { count: 1, below: INCARNATIONS }],
        perLink: true
      }),
      correction: undefined,
      state,
      begin(r, theta) {
        round = r
        start.set(theta.values)
        for (let i = first; i < last; i++) if (hasBegun[i] === 0) begin(i, theta)
      },
      compose(_hop, { values, stride }) {
        const { weights } = mixing.at(round)
        for (let j = first; j < last; j++) {
          for (let c = 0; c < parameters; c++) {
            const at = j * stride + c
            mass[j * width + c] = mass[j * width + c]! + (values[at]! - start[at]!)
          }
          whole.set(mass.subarray(j * width, (j + 1) * width))
          for (let n = outgoing.start[j]!; n < outgoing.start[j + 1]!; n++) {
            const k = outgoing.links[n]!
            const reverse = back[k]!
            const isHeard = reverse < 0 ? hears[j] === 1 : hearing.silence[reverse] === 0
            if (isHeard) give(j, k, weights[k]!)
          }
        }
        return { payloads: given, stride: rowWidth, degrees: hearing.degrees, notes: undefined }
      },
      combine(_hop, theta, inbox) {
        const { values, stride } = theta
        for (let i = first; i < last; i++) {
          const weight = listen(i, inbox, learntSince(i, theta)) ? mass[i * width + parameters]! : 0
          if (weight < NO_WEIGHT) continue
          for (let c = 0; c < parameters; c++) values[i * stride + c] = mass[i * width + c]! / weight
        }
      },
      restart(i, incarnation) {
        hearing.restart(i)
        hasBegun[i] = 0
        hears[i] = 1
        remembers.fill(0, rowStart[i], rowStart[i + 1])
        for (let n = outgoing.start[i]!; n < outgoing.start[i + 1]!; n++) {
          const row = outgoing.links[n]! * rowWidth
          given.fill(0, row, row + width)
          given[row + width] = incarnation % INCARNATIONS
        }
      },
      neighboursOf(i) {
        const { weights } = mixing.at(round)
        return hearing.of(i, k => weights[k]!)
      }
    }
  }
}
