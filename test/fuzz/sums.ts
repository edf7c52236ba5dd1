/** What is passed on in sums is neither lost nor counted twice. */
import { present } from '../../src/core/assert.ts'
import type { Links, SwarmState } from '../../src/interfaces.ts'
import { range, sum } from '../support/numbers.ts'
import { LOST_AFTER } from './hearing.ts'
import { demand, eachLink, type Invariant, near, scaleOf } from './moment.ts'
import type { Scenario } from './scenario.ts'

/** With rounding, a peer may have so much less than nothing. */
const NOTHING = 1e-9

/** Nothing of the sums and weights is lost while nobody forgets what it has or took: what peers have, and what is on its way. */
export const massIsKept =
  ({ setting: { mixing } }: Scenario): Invariant =>
  ({ round, exchanges, expected, before, after, reports }) => {
    const { links, before: sent } = exchanges[0]!
    const width = reports[0]!.parameters.length + 1
    const stride = before.theta.length / links.participants
    const weights = range(links.participants).map(i => after.aggregation.mass![i * width + width - 1]!)
    // With a negative share of its own a peer gives more than it has.
    const isPositive = mixing.at(round).selfWeights.every(self => self >= 0)
    const poor = isPositive ? weights.findIndex(weight => weight < -NOTHING) : -1
    demand(poor < 0, 'nobody gives more than it has', () => `round ${round}, peer ${poor}: ${weights[poor]}`)
    const { mass, given } = sent.aggregation
    for (const i of expected.begun) {
      let weight = mass![i * width + width - 1]!
      eachLink(links, (_to, from, k) => {
        if (from === i) weight += given![k * (width + 1) + width - 1]!
      })
      demand(
        near(weight, 1, 1),
        'who begins anew has the weight 1 to share',
        () => `round ${round}, peer ${i}: ${weight}`
      )
    }
    const { remembers, hasBegun } = before.aggregation
    if (expected.begun.size > 0 || remembers!.includes(0) || hasBegun!.includes(0)) return
    const scale = scaleOf(present(after.aggregation.given, 'given') as Float64Array) * links.senders.length
    for (let c = 0; c < width; c++) {
      const learnt =
        c === width - 1
          ? 0
          : sum(
              range(links.participants).map(i => sent.theta[i * stride + c]! - before.theta[i * stride + c]!)
            )
      const [was, is] = [massOf(before, links, width, c), massOf(after, links, width, c)]
      demand(
        near(is, was + learnt, scale),
        'what peers have and what is on its way is kept',
        () => `round ${round}, component ${c}: ${is}, not ${was + learnt}`
      )
    }
  }

/** What these, or all, have of component c, and what is given and not taken on the way between those that hear each other. */
export function massOf(
  { aggregation: { mass, given, taken } }: SwarmState,
  links: Links,
  width: number,
  c: number,
  those: readonly number[] = range(links.participants),
  isHeard: (receiver: number, sender: number) => boolean = () => true
): number {
  let total = sum(those.map(i => mass![i * width + c]!))
  eachLink(links, (i, j, k) => {
    if (!those.includes(i) || !isHeard(i, j)) return
    const row = k * (width + 1)
    const isSame = given![row + width] === taken![row + width]
    total += given![row + c]! - (isSame ? taken![row + c]! : 0)
  })
  return total
}

/**
 * θ_i is ψ_i + Σ_k (m_k − c_k ψ_i)/N with what was last heard; who hears nobody takes its steps back. No count is more than
 * there are peers behind an edge.
 */
export const relayedSumsAreFair: Invariant = ({ round, expected, exchanges, before, after, reports }) => {
  const { links, slots, before: sent } = exchanges[0]!
  const peers = links.participants
  const width = reports[0]!.parameters.length + 1
  const stride = before.theta.length / peers
  const heard = present(after.aggregation.heard, 'heard')
  const behind = peersBehind(links)
  const scale = Math.max(scaleOf(sent.theta), scaleOf(heard as Float64Array))
  for (const i of range(peers)) {
    const own = range(links.rowStart[i + 1]! - links.rowStart[i]!).map(n => links.rowStart[i]! + n)
    const counts = own.map(k => heard[k * width + width - 1]!)
    for (const [n, k] of own.entries()) {
      demand(
        counts[n]! >= 0 && counts[n]! <= behind[k]!,
        'nobody is counted twice',
        () => `round ${round}, ${links.senders[k]} → ${i}: ${counts[n]} of ${behind[k]}`
      )
    }
    const isDeaf = own.every(k => slots[k]! < 0) && own.some(k => sent.aggregation.silence![k]! < LOST_AFTER)
    if (isDeaf && expected.begun.has(i)) continue
    for (let c = 0; c < width - 1; c++) {
      const psi = sent.theta[i * stride + c]!
      const mixed = own.reduce((x, k, n) => x + (heard[k * width + c]! - counts[n]! * psi) / peers, psi)
      const right = isDeaf ? before.theta[i * stride + c]! : mixed
      const found = after.theta[i * stride + c]!
      demand(
        near(found, right, scale),
        'θ is what the relayed sums make of it',
        () => `round ${round}, peer ${i}: ${found}, not ${right}`
      )
    }
  }
}

/** Per link of a tree: how many peers are on its sender's side. */
function peersBehind(links: Links): readonly number[] {
  const { rowStart, senders } = links
  const count = (sender: number, receiver: number): number =>
    1 +
    sum(
      [...senders.subarray(rowStart[sender], rowStart[sender + 1])].map(j =>
        j === receiver ? 0 : count(j, sender)
      )
    )
  const counts: number[] = []
  eachLink(links, (i, j, k) => {
    counts[k] = count(j, i)
  })
  return counts
}
