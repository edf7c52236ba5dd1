/** Combining takes what arrived, with weights that both ends share, and makes nothing out of nothing. */
import { assert, present } from '../../src/core/assert.ts'
import { reverseLinks } from '../../src/core/links.ts'
import type { NeighbourState } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'
import { demand, eachLink, type Invariant, type Moment, near, scaleOf } from './moment.ts'
import type { Scenario } from './scenario.ts'

/** Exchanges of silence after which a neighbour is lost. */
const LOST_AFTER = 32

/** Per link whether its message was combined in the round. */
type Combined = readonly boolean[]

/** The invariants of gossip between peers, whatever else it does. */
export function gossipIsFair({ setting: { experiment } }: Scenario): Invariant {
  const silence: number[] = []
  const { peers, aggregation } = experiment
  return moment => {
    const { round, exchanges, expected, after, reports } = moment
    const { links, slots } = exchanges[0]!
    const combined: boolean[] = []
    const weights: number[] = []
    const degrees = range(peers).map(() => 0)
    eachLink(links, (i, j, k) => {
      const known = neighbour(reports[i]!.neighbours, j)
      const before = expected.begun.has(i) ? 0 : (silence[k] ?? 0)
      silence[k] = slots[k]! >= 0 ? 0 : Math.min(before + 1, LOST_AFTER)
      const shown = silence[k] === LOST_AFTER ? Number.POSITIVE_INFINITY : silence[k]
      demand(
        known.silence === shown,
        'silence is counted',
        () => `round ${round}, ${i} hears ${j}: ${known.silence}, not ${shown}`
      )
      weights[k] = known.weight
      if (shown !== Number.POSITIVE_INFINITY) degrees[i]!++
      combined[k] =
        aggregation === 'gossip-scafflsa'
          ? (present(after.aggregation.receipts, 'receipts')[k]! & 1) === 1
          : slots[k]! >= 0 && before < LOST_AFTER
    })
    for (const i of range(peers)) {
      demand(
        present(after.aggregation.degrees, 'degrees')[i] === degrees[i],
        'the degree is the number of neighbours that are not lost',
        () => `round ${round}, peer ${i}: ${after.aggregation.degrees?.[i]}, not ${degrees[i]}`
      )
    }
    checkWeights(moment, combined, weights)
    checkMixed(moment, combined, weights)
  }
}

/** Rows of the weights in use sum to less than 1, and both ends of an edge use the same. */
function checkWeights({ round, exchanges }: Moment, combined: Combined, weights: readonly number[]): void {
  const { links, slots } = exchanges[0]!
  const reverse = reverseLinks(links)
  const sums = range(links.participants).map(() => 0)
  eachLink(links, (i, j, k) => {
    if (!combined[k]) return
    demand(slots[k]! >= 0, 'what is combined has arrived', () => `round ${round}, ${j} → ${i}`)
    demand(weights[k]! > 0, 'a weight is positive', () => `round ${round}, ${j} → ${i}: ${weights[k]}`)
    sums[i]! += weights[k]!
    const back = reverse[k]!
    if (combined[back]) {
      demand(
        weights[k] === weights[back],
        'both ends of an edge use one weight',
        () => `round ${round}, ${i} and ${j}: ${weights[k]} and ${weights[back]}`
      )
    }
  })
  for (const [i, total] of sums.entries()) {
    demand(total < 1, 'a peer keeps some weight itself', () => `round ${round}, peer ${i}: ${total}`)
  }
}

/** θ_i is ψ_i + Σ_j W_ij (ψ_j − ψ_i), and where every edge is used at both ends or at none the mean stays. */
function checkMixed(
  { round, exchanges, after, expected }: Moment,
  combined: Combined,
  weights: readonly number[]
): void {
  const { links, payloads, stride } = exchanges[0]!
  const mixed = payloads.slice()
  eachLink(links, (i, j, k) => {
    if (!combined[k]) return
    for (let c = 0; c < stride; c++) {
      mixed[i * stride + c]! += weights[k]! * (payloads[j * stride + c]! - payloads[i * stride + c]!)
    }
  })
  const scale = scaleOf(payloads)
  for (const [at, x] of mixed.entries()) {
    const found = after.theta[at]!
    demand(
      near(found, x, scale),
      'θ is what the combined messages make of it',
      () => `round ${round}, peer ${Math.floor(at / stride)}: ${found}, not ${x}`
    )
  }
  if (reverseLinks(links).some((back, k) => combined[k] !== combined[back])) return
  for (let c = 0; c < stride; c++) {
    let [was, is] = [0, 0]
    for (const i of expected.up) {
      was += payloads[i * stride + c]!
      is += after.theta[i * stride + c]!
    }
    demand(
      near(is, was, scale * links.participants),
      'mixing keeps the mean',
      () => `round ${round}: ${is}, not ${was}`
    )
  }
}

/** The hub has the mean of what arrived, and who hears the hub has it too; others keep what they have. */
export function hubIsFair({ setting: { experiment } }: Scenario): Invariant {
  const { peers } = experiment
  return ({ round, exchanges, after }) => {
    const [up, down] = exchanges
    assert(up !== undefined && down !== undefined, 'a star has two hops')
    const { payloads, stride } = up
    const scale = scaleOf(payloads)
    const senders = range(peers).filter(k => up.slots[k]! >= 0)
    for (let c = 0; c < stride; c++) {
      const total = senders.reduce((sum, i) => sum + payloads[i * stride + c]!, 0)
      const mean = senders.length === 0 ? payloads[peers * stride + c]! : total / senders.length
      for (const i of range(peers + 1)) {
        const hears = i === peers || down.slots[i]! >= 0
        const expected = hears ? mean : payloads[i * stride + c]!
        const found = after.theta[i * stride + c]!
        demand(
          near(found, expected, scale),
          'who hears the hub has the mean of what the hub heard',
          () => `round ${round}, ${i}: ${found}, not ${expected}`
        )
      }
    }
  }
}

function neighbour(list: readonly NeighbourState[], j: number): NeighbourState {
  return present(
    list.find(each => each.neighbour === j),
    `neighbour ${j}`
  )
}
