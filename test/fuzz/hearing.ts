/** Whom every peer reckons with follows from what it has heard. */

import { present } from '../../src/core/assert.ts'
import type { NeighbourState } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'
import { demand, eachLink, type Invariant, type Moment } from './moment.ts'

/** Exchanges of silence after which a neighbour is lost. */
export const LOST_AFTER = 32

/** Per hop and link: whether its message came from a neighbour that was not lost. */
export type Heard = readonly (readonly boolean[])[]

/** Counts the silence of every link, demands that peers count it likewise, and tells what they have heard in each round. */
export function listener(): (moment: Moment) => Heard {
  const silence: number[] = []
  return ({ round, exchanges, expected, after, reports }) => {
    const { links } = present(exchanges[0], 'a hop')
    eachLink(links, (i, _j, k) => {
      if (silence[k] === undefined || expected.begun.has(i)) silence[k] = 0
    })
    const heard = exchanges.map(({ slots, used }) =>
      Array.from(slots, (slot, k) => {
        if (used?.[k] === 0) return false
        const before = silence[k]!
        silence[k] = slot >= 0 ? 0 : Math.min(before + 1, LOST_AFTER)
        return slot >= 0 && before < LOST_AFTER
      })
    )
    const degrees = range(links.participants).map(() => 0)
    eachLink(links, (i, j, k) => {
      const isLost = silence[k] === LOST_AFTER
      if (!isLost) degrees[i]!++
      const shown = isLost ? Number.POSITIVE_INFINITY : silence[k]
      const known = neighbour(reports[i]!.neighbours, j).silence
      demand(
        known === shown,
        'silence is counted',
        () => `round ${round}, ${i} hears ${j}: ${known}, not ${shown}`
      )
    })
    for (const [i, degree] of after.aggregation.degrees?.entries() ?? []) {
      demand(
        degree === degrees[i],
        'the degree is the number of neighbours that are not lost',
        () => `round ${round}, peer ${i}: ${degree}, not ${degrees[i]}`
      )
    }
    return heard
  }
}

/** For those that weigh what they hear by other rules than neighbours that are back. */
export function silenceIsCounted(): Invariant {
  const listen = listener()
  return moment => {
    listen(moment)
  }
}

export function neighbour(list: readonly NeighbourState[], j: number): NeighbourState {
  return present(
    list.find(each => each.neighbour === j),
    `neighbour ${j}`
  )
}
