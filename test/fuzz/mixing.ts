/** Combining takes what arrived, with weights that both ends share, and makes nothing out of nothing. */
import { traitsOf } from '../../src/aggregation/names.ts'
import { assert, present } from '../../src/core/assert.ts'
import { reverseLinks } from '../../src/core/links.ts'
import type { MixingMatrix } from '../../src/interfaces.ts'
import { range } from '../support/numbers.ts'
import { type Heard, listener, neighbour } from './hearing.ts'
import {
  demand,
  type Exchange,
  eachLink,
  type Invariant,
  type Moment,
  near,
  scaleOf,
  stateAfter
} from './moment.ts'
import type { Scenario } from './scenario.ts'

/** Sums of weights are 1 to this. */
const ROUNDING = 1e-12

/** One hop: what was combined, and how. */
interface Hop extends Exchange {
  /** Per link whether its message was combined, ... */
  readonly combined: readonly boolean[]
  /** ... and with which weight it is, or would be. */
  readonly weights: readonly number[]
  /** Rows of all participants, as they are after it. */
  readonly theta: Float64Array
}

/**
 * What hops with such weights make of θ: the mixed messages; the same, where one speaks and the mean may move; something else
 * that keeps the mean; or this while no message is missed.
 */
export type Mixes = 'messages' | 'words' | 'mean' | 'mean unless harmed'

/** The invariants of those that weigh what their neighbours say. */
export function mixingIsFair({ setting }: Scenario, mixes: Mixes): Invariant {
  const listen = listener()
  const { experiment, mixing } = setting
  const isWeighted = traitsOf(experiment.aggregation).weights !== null
  let isUnharmed = true
  return moment => {
    const { round, expected, sample } = moment
    const hops = hopsOf(moment, listen(moment))
    const matrix = mixing.at(round)
    if (isWeighted) for (const hop of hops) checkWeights(round, hop, matrix)
    const areAllThere = expected.up.size === hops[0]!.links.participants && expected.begun.size === 0
    isUnharmed &&= areAllThere && sample.traffic.missing === 0
    const isBalanced = hops.every(keepsMean)
    if (isUnharmed && mixes !== 'words' && !(isWeighted && matrix.stochastic !== 'doubly')) {
      demand(isBalanced, 'what one gives another gets, while nothing goes wrong', () => `round ${round}`)
    }
    if (mixes === 'messages' || mixes === 'words') for (const hop of hops) checkMixed(moment, hop)
    else if (isBalanced && (mixes === 'mean' || isUnharmed)) {
      checkMean(round, hops[0]!, hops[0]!.before.theta, hops.at(-1)!.theta)
    }
  }
}

function hopsOf(moment: Moment, heard: Heard): readonly Hop[] {
  return moment.exchanges.map((exchange, h) => {
    const { theta, aggregation } = stateAfter(moment, h)
    const combined: boolean[] = []
    const weights: number[] = []
    eachLink(exchange.links, (i, j, k) => {
      weights[k] = aggregation.weights?.[k] ?? neighbour(moment.reports[i]!.neighbours, j).weight
      // Without degrees nobody waits for those who are back to count on it.
      combined[k] =
        aggregation.receipts !== undefined
          ? (aggregation.receipts[k]! & 1) === 1
          : aggregation.degrees !== undefined
            ? heard[h]![k]!
            : exchange.slots[k]! >= 0
    })
    return { ...exchange, combined, weights, theta }
  })
}

/** Rows of the weights in use sum to less than 1 where those of W do, and both ends of an edge use the same if W has it so. */
function checkWeights(round: number, { links, slots, combined, weights }: Hop, matrix: MixingMatrix): void {
  const reverse = reverseLinks(links)
  const sums = range(links.participants).map(() => 0)
  const isPositive =
    matrix.weights.every(weight => weight >= 0) && matrix.selfWeights.every(self => self >= 0)
  const keepsSome = matrix.selfWeights.every(self => self > ROUNDING)
  eachLink(links, (i, j, k) => {
    if (!combined[k]) return
    demand(slots[k]! >= 0, 'what is combined has arrived', () => `round ${round}, ${j} → ${i}`)
    const weight = weights[k]!
    if (isPositive) demand(weight > 0, 'a weight is positive', () => `round ${round}, ${j} → ${i}: ${weight}`)
    if (matrix.weightOf === undefined) {
      demand(
        weight === matrix.weights[k],
        'a weight that does not follow from degrees stays',
        () => `round ${round}, ${j} → ${i}: ${weight}, not ${matrix.weights[k]}`
      )
    }
    sums[i]! += weight
    const back = reverse[k]!
    if (matrix.symmetric && combined[back]) {
      demand(
        weight === weights[back],
        'both ends of an edge use one weight',
        () => `round ${round}, ${i} and ${j}: ${weight} and ${weights[back]}`
      )
    }
  })
  if (!isPositive) return
  for (const [i, total] of sums.entries()) {
    demand(
      keepsSome ? total < 1 : total <= 1 + ROUNDING,
      'a peer gives away no more than it has',
      () => `round ${round}, peer ${i}: ${total}`
    )
  }
}

/** θ_i is p_i + Σ_j W_ij (p_j − p_i), where messages begin with p, and the mean stays where columns sum to 1. */
function checkMixed({ round, reports }: Moment, hop: Hop): void {
  const { links, payloads, stride, combined, weights, theta } = hop
  const width = reports[0]!.parameters.length
  const rowWidth = theta.length / links.participants
  const own = new Float64Array(theta.length)
  for (let i = 0; i < links.participants; i++)
    own.set(payloads.subarray(i * stride, i * stride + width), i * rowWidth)
  const mixed = own.slice()
  eachLink(links, (i, j, k) => {
    if (!combined[k]) return
    for (let c = 0; c < width; c++) {
      const [here, there] = [i * rowWidth + c, j * rowWidth + c]
      mixed[here]! += weights[k]! * (own[there]! - own[here]!)
    }
  })
  const scale = scaleOf(payloads)
  for (const [at, x] of mixed.entries()) {
    const found = theta[at]!
    demand(
      near(found, x, scale),
      'θ is what the combined messages make of it',
      () => `round ${round}, peer ${Math.floor(at / rowWidth)}: ${found}, not ${x}`
    )
  }
  if (keepsMean(hop)) checkMean(round, hop, own, theta)
}

/** Whether all that is given away is taken: columns sum to 1, those of who keeps the rest of its row included. */
function keepsMean({ links, combined, weights }: Hop): boolean {
  const sums = range(links.participants).map(() => 1)
  eachLink(links, (i, j, k) => {
    if (!combined[k]) return
    sums[i]! -= weights[k]!
    sums[j]! += weights[k]!
  })
  return sums.every(sum => Math.abs(sum - 1) <= ROUNDING)
}

function checkMean(round: number, { links }: Hop, before: Float64Array, after: Float64Array): void {
  const width = before.length / links.participants
  const scale = scaleOf(before) * links.participants
  for (let c = 0; c < width; c++) {
    let [was, is] = [0, 0]
    for (const i of range(links.participants)) {
      was += before[i * width + c]!
      is += after[i * width + c]!
    }
    demand(near(is, was, scale), 'mixing keeps the mean', () => `round ${round}: ${is}, not ${was}`)
  }
}

/** Estimates of a peer are the same everywhere as long as no message is missed. */
export function estimatesAgree(): Invariant {
  let isUnharmed = true
  return ({ round, exchanges, expected, sample, after }) => {
    const { links } = exchanges[0]!
    const areAllThere = expected.up.size === links.participants && expected.begun.size === 0
    isUnharmed &&= areAllThere && sample.traffic.missing === 0
    if (!isUnharmed) return
    const own = present(after.aggregation.own, 'own')
    const others = present(after.aggregation.others, 'others')
    const width = own.length / links.participants
    eachLink(links, (i, j, k) => {
      for (let c = 0; c < width; c++) {
        const [there, here] = [own[j * width + c]!, others[k * width + c]!]
        demand(
          there === here,
          'all have the same estimate of a peer',
          () => `round ${round}, ${j} at ${i}, component ${c}: ${here}, not ${there}`
        )
      }
    })
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

/** Everybody has the mean of its own and of all that arrived; two that have the same messages, to the bit. */
export const meshIsFair: Invariant = ({ round, exchanges, after }) => {
  const { links, payloads, stride, slots } = exchanges[0]!
  const scale = scaleOf(payloads)
  const had = range(links.participants).map(i => [i])
  eachLink(links, (i, j, k) => {
    if (slots[k]! >= 0) had[i]!.push(j)
  })
  const first = new Map<string, number>()
  for (const [i, authors] of had.entries()) {
    const like = authors.toSorted((a, b) => a - b).join()
    const other = first.get(like) ?? i
    first.set(like, other)
    for (let c = 0; c < stride; c++) {
      const mean = authors.reduce((sum, j) => sum + payloads[j * stride + c]!, 0) / authors.length
      const found = after.theta[i * stride + c]!
      demand(
        near(found, mean, scale) && found === after.theta[other * stride + c],
        'everybody has the mean of what it has heard',
        () => `round ${round}, peer ${i}: ${found}, not ${mean}`
      )
    }
  }
}
