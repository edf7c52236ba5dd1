/** What edge flows promise, at every moment and to the bit. */
import { present } from '../../src/core/assert.ts'
import { reverseLinks } from '../../src/core/links.ts'
import { demand, eachLink, type Invariant } from './moment.ts'
import type { Scenario } from './scenario.ts'

/**
 * Where the two ends of an edge are of one epoch, their flows cancel to the bit, once each pending increment is added that
 * both ends made, and no other; and a correction is the sum of the flows.
 */
export function flowsCancel({ setting: { experiment } }: Scenario): Invariant {
  const correctedBy = experiment.stepSize * experiment.localSteps
  /** Per link and round: whether the message was combined. */
  const combined: boolean[][] = []
  /** Per link: the last round in which it was. */
  const last: number[] = []
  return ({ round, exchanges, after, reports }) => {
    const { links, stride } = exchanges[0]!
    const { receipts, epochs, flows, pending } = after.aggregation
    eachLink(links, (_i, _j, k) => {
      const isCombined = (present(receipts, 'receipts')[k]! & 1) === 1
      combined[k] = [...(combined[k] ?? []), isCombined]
      if (isCombined) last[k] = round
    })
    const reverse = reverseLinks(links)
    /** F of link k as it will be when its pending increment is settled. */
    const settled = (k: number, c: number): number => {
      const at = k * stride + c
      const isMutual = last[k] !== undefined && combined[reverse[k]!]![last[k]]
      return present(flows, 'flows')[at]! + (isMutual ? present(pending, 'pending')[at]! : 0)
    }
    eachLink(links, (i, j, k) => {
      const back = reverse[k]!
      const [own, other] = [present(epochs, 'epochs')[k]!, present(epochs, 'epochs')[back]!]
      if (own !== other) return
      for (let c = 0; c < stride; c++) {
        const [there, here] = [settled(k, c), settled(back, c)]
        demand(
          there === -here,
          'the flows of an edge cancel to the bit',
          () => `round ${round}, ${i} and ${j} in epoch ${own}, component ${c}: ${there} and ${here}`
        )
      }
    })
    for (const { peer, correction, neighbours } of reports) {
      for (const [c, found] of present(correction, 'correction').entries()) {
        const sum = neighbours.reduce((total, { flow }) => total + present(flow, 'flow')[c]!, 0)
        demand(
          found === sum / correctedBy,
          'a correction is the sum of the flows over ηH, to the bit',
          () => `round ${round}, peer ${peer}: ${found}, not ${sum / correctedBy}`
        )
      }
    }
  }
}
