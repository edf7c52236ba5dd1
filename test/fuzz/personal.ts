/** Those that let peers differ: what each makes of what it hears. */
import { aggregations } from '../../src/aggregation/index.ts'
import { assert, present } from '../../src/core/assert.ts'
import { parseNamed } from '../../src/experiment/named.ts'
import { range, sum } from '../support/numbers.ts'
import { demand, type Exchange, eachLink, type Invariant, near, scaleOf } from './moment.ts'
import type { Scenario } from './scenario.ts'

/** Who hears the hub goes θ_i − β Δ_i − (1 − β) mean_j Δ_j, the mean of what the hub has heard; others as they learnt. */
export function moversAreFair({ setting: { experiment } }: Scenario): Invariant {
  const { options } = parseNamed(experiment.aggregation, aggregations, 'aggregation')
  const { own } = options as { readonly own: number }
  const { peers } = experiment
  return ({ round, exchanges, after, reports }) => {
    const [up, down] = exchanges
    assert(up !== undefined && down !== undefined, 'a hub has two hops')
    const { payloads, stride, before: learnt } = up
    const senders = range(peers).filter(k => up.slots[k]! >= 0)
    const scale = Math.max(scaleOf(payloads), scaleOf(learnt.theta))
    for (const i of range(peers)) {
      for (const c of reports[i]!.parameters.keys()) {
        const psi = learnt.theta[i * stride + c]!
        const mean = sum(senders.map(j => payloads[j * stride + c]!)) / Math.max(1, senders.length)
        const step = down.slots[i]! < 0 ? 0 : (1 - own) * (payloads[i * stride + c]! - mean)
        const found = after.theta[i * stride + c]!
        demand(
          near(found, psi + step, scale),
          'who hears the hub takes its share of the mean step',
          () => `round ${round}, peer ${i}: ${found}, not ${psi + step}`
        )
      }
    }
  }
}

/** Σ_i y_i = Σ_i Δ_i while no message is missed and W keeps the mean. */
export function stepsAreTracked({ setting: { mixing } }: Scenario): Invariant {
  let isUnharmed = true
  return ({ round, exchanges, expected, sample, after }) => {
    const { participants } = exchanges[0]!.links
    const areAllThere = expected.up.size === participants && expected.begun.size === 0
    isUnharmed &&= areAllThere && sample.traffic.missing === 0 && mixing.at(round).stochastic === 'doubly'
    if (!isUnharmed) return
    const tracked = present(after.aggregation.tracked, 'tracked') as Float64Array
    const moves = present(after.aggregation.moves, 'moves') as Float64Array
    const stride = tracked.length / participants
    for (const c of range(stride)) {
      const total = (rows: Float64Array): number => sum(range(participants).map(i => rows[i * stride + c]!))
      const [is, right] = [total(tracked), total(moves)]
      demand(
        near(is, right, participants * Math.max(scaleOf(tracked), scaleOf(moves))),
        'tracked steps sum to the steps themselves',
        () => `round ${round}: ${is}, not ${right}`
      )
    }
  }
}

/** DTDT: Σ_i y_i = Σ_i g_i while no message is missed and W keeps the mean, so what is carried to the next round sums to 0. */
export function gradientsAreTracked({ setting: { mixing } }: Scenario): Invariant {
  let isUnharmed = true
  return ({ round, exchanges, expected, sample, after }) => {
    const { links, payloads } = exchanges[0]!
    const { participants } = links
    const areAllThere = expected.up.size === participants && expected.begun.size === 0
    isUnharmed &&= areAllThere && sample.traffic.missing === 0 && mixing.at(round).stochastic === 'doubly'
    if (!isUnharmed) return
    const carried = present(after.aggregation.carried, 'carried') as Float64Array
    const stride = carried.length / participants
    for (const c of range(stride)) {
      const total = sum(range(participants).map(i => carried[i * stride + c]!))
      demand(
        near(total, 0, participants * (round + 1) * scaleOf(payloads)),
        'what is tracked sums to the gradients',
        () => `round ${round}: ${total} more`
      )
    }
  }
}

/** Nobody comes to lie outside of what it had and heard. */
export const sharesAreFair: Invariant = ({ round, exchanges, after, reports }) => {
  const { links, payloads, stride, slots } = exchanges[0]! satisfies Exchange
  const scale = scaleOf(payloads)
  const had = range(links.participants).map(i => [i])
  eachLink(links, (i, j, k) => {
    if (slots[k]! >= 0) had[i]!.push(j)
  })
  for (const [i, known] of had.entries()) {
    for (const c of reports[i]!.parameters.keys()) {
      const seen = known.map(j => payloads[j * stride + c]!)
      const found = after.theta[i * stride + c]!
      demand(
        found >= Math.min(...seen) - 1e-11 * scale && found <= Math.max(...seen) + 1e-11 * scale,
        'a weighted mean lies between what it is taken of',
        () => `round ${round}, peer ${i}: ${found}`
      )
    }
  }
}
