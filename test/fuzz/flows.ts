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
    const column = (name: string) => present(after.aggregation[name], name)
    const receipts = column('receipts')
    const epochs = column('epochs')
    const flows = column('flows')
    const pending = column('pending')
    const reverse = reverseLinks(links)
    eachLink(links, (_i, _j, k) => {
      const isCombined = (receipts[k]! & 1) === 1
      const history = combined[k] ?? []
      history[round] = isCombined
      combined[k] = history
      if (isCombined) last[k] = round
    })
    /** F of link k as it will be when its pending increment is settled. */
    const settled = (k: number, c: number): number => {
      const at = k * stride + c
      const isMutual = last[k] !== undefined && combined[reverse[k]!]![last[k]]
      return flows[at]! + (isMutual ? pending[at]! : 0)
    }
    eachLink(links, (i, j, k) => {
      const back = reverse[k]!
      if (epochs[k] !== epochs[back]) return
      for (let c = 0; c < stride; c++) {
        const [there, here] = [settled(k, c), settled(back, c)]
        demand(
          there === -here,
          'the flows of an edge cancel to the bit',
          () => `round ${round}, ${i} and ${j} in epoch ${epochs[k]}, component ${c}: ${there} and ${here}`
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
