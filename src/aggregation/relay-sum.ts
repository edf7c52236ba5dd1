/**
 * RelaySum on a tree (Vogels et al. 2021); with local steps it is RelaySGD. Over every edge go the sum of all parameters on
 * the sender's side of it, as far as news has come, and how many they are:
 *
 *     m_ij = ψ_i + Σ_{k≠j} m_ki,   c_ij = 1 + Σ_{k≠j} c_ki,   θ_i ← ψ_i + Σ_k (m_ki − c_ki ψ_i)/N.
 *
 * The m_ki on the right of m_ij are those of the round before. What has not come yet is taken to be ψ_i. From then on, which
 * is after as many rounds as the tree's diameter, everybody has the mean of all ψ_j, each as old as j is far: parameters
 * that stand still are averaged exactly, and with local steps the only fixed point is that of a server: θ* for H = 1,
 * however the peers differ, and the bias of FedAvg for more.
 *
 * In place of a message that does not come the last one stands. So every peer goes on to count once, only later, and
 * the fixed point stays whatever share of messages is lost; to count nothing instead would give those in the middle
 * of the tree more weight than its ends. A peer that hears nobody in a round takes back its local steps, which
 * nobody's sum balances. A neighbour that has been silent for 32 rounds is lost: it and all behind it no longer count, nor do
 * they with the others as soon as word has come. A peer that stops thus cuts the tree, and each part goes on to
 * average alone, the others' share being each peer's own. A peer that begins anew has heard nobody, and within the
 * diameter everybody counts fully again.
 */
import { z } from 'zod'
import { assert } from '../core/assert.ts'
import { reverseLinks } from '../core/links.ts'
import { strideOf } from '../core/parameter-matrix.ts'
import type { AggregationFamily, Inbox, ParameterMatrix } from '../interfaces.ts'
import { Hearing, LARGEST } from './hearing.ts'
import { planOver } from './plan.ts'

export const relaySum: AggregationFamily<object> = {
  description:
    'sums relayed along a tree: the exact mean of what is as old as peers are far apart (RelaySGD)',
  options: z.strictObject({}),
  build({ peers, mixing, parameters, hosted }) {
    const { links } = mixing
    const { rowStart, senders } = links
    assert(
      mixing.period === 1 && senders.length === 2 * (peers - 1),
      `relayed sums need a tree, not ${senders.length} links between ${peers} peers`
    )
    const back = reverseLinks(links)
    const hearing = new Hearing(links, hosted)
    const { first, last } = hearing.hosted
    // The count is the last number of a message, summed like the others.
    const width = parameters + 1
    const heard = new Float64Array(senders.length * width)
    const said = new Float64Array(senders.length * width)
    const start = new Float64Array(peers * strideOf(parameters))
    const own = new Float64Array(width).fill(1)
    const sums = new Float64Array(width)

    const takeOwn = ({ values, stride }: ParameterMatrix, i: number): void => {
      for (let c = 0; c < parameters; c++) own[c] = values[i * stride + c]!
    }

    /** What each neighbour is told: peer i itself and all the others, those before it and then those behind it. */
    const tell = (i: number): void => {
      sums.set(own)
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        said.set(sums, back[k]! * width)
        for (let c = 0; c < width; c++) sums[c] = sums[c]! + heard[k * width + c]!
      }
      sums.fill(0)
      for (let k = rowStart[i + 1]! - 1; k >= rowStart[i]!; k--) {
        const row = back[k]! * width
        for (let c = 0; c < width; c++) {
          said[row + c] = said[row + c]! + sums[c]!
          sums[c] = sums[c]! + heard[k * width + c]!
        }
        // Counts of honest peers never get there.
        said[row + parameters] = Math.min(said[row + parameters]!, peers)
      }
    }

    /** Takes in what came to peer i; whether anything did, or all its neighbours are lost. */
    const listen = (i: number, { slots, payloads, stride }: Inbox): boolean => {
      let goesOn = true
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) goesOn &&= hearing.isLost(k)
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        const from = slots[k]! * stride
        const message = payloads.subarray(Math.max(from, 0), Math.max(from, 0) + width)
        const came = slots[k]! >= 0 && message.every(x => Math.abs(x) <= LARGEST)
        hearing.hear(k, came ? slots[k]! : -1)
        if (came) heard.set(message, k * width)
        else if (hearing.isLost(k)) heard.fill(0, k * width, (k + 1) * width)
        goesOn ||= came
      }
      return goesOn
    }

    return {
      name: 'relay-sum',
      plan: planOver(mixing, parameters, {
        payload: [{ count: parameters }, { count: 1, below: peers + 1 }],
        perLink: true
      }),
      correction: undefined,
      state: { heard, silence: hearing.silence },
      begin: (_round, { values }) => start.set(values),
      compose(_hop, theta) {
        for (let i = first; i < last; i++) {
          takeOwn(theta, i)
          tell(i)
        }
        return { payloads: said, stride: width, degrees: hearing.degrees, notes: undefined }
      },
      combine(_hop, theta, inbox) {
        const { values, stride } = theta
        for (let i = first; i < last; i++) {
          const row = i * stride
          if (!listen(i, inbox)) {
            values.set(start.subarray(row, row + parameters), row)
            continue
          }
          sums.fill(0)
          for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++)
            for (let c = 0; c < width; c++) sums[c] = sums[c]! + heard[k * width + c]!
          const count = sums[parameters]!
          for (let c = 0; c < parameters; c++) {
            const psi = values[row + c]!
            values[row + c] = psi + (sums[c]! - count * psi) / peers
          }
        }
      },
      restart(i) {
        hearing.restart(i)
        heard.fill(0, rowStart[i]! * width, rowStart[i + 1]! * width)
      },
      neighboursOf: i => hearing.of(i, k => heard[k * width + parameters]! / peers)
    }
  }
}
