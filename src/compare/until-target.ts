/** What may be said of the way to the target: who is there first, and what it took in proportion to the server. */
import { amount, bytes, durationInOneUnit, plain } from '../report/format.ts'
import type { Estimate, Statistic } from '../statistics/estimate.ts'
import { Pairs } from '../statistics/paired.ts'
import type { Standing } from './standings.ts'
import { inOneLine, inProportion, isAboutOne, isEven, listed, MOST_NAMED, rangeOf } from './words.ts'

/** How a contender learns together with others. */
export type Kind = 'alone' | 'server' | 'graph'

type Timed = 'rounds' | 'busiestBytes' | 'seconds'

/** What one took until the target, seed by seed, in proportion to another; never is infinitely long. */
const inTurn = (one: Standing, other: Standing, of: Timed, statistic: Statistic): Pairs => {
  const [xs, ys] = [one, other].map(({ untilTargets }) =>
    untilTargets.map(cost => (cost === undefined ? null : (cost?.[of] ?? Number.POSITIVE_INFINITY)))
  ) as [(number | null)[], (number | null)[]]
  return new Pairs(xs, ys, 'ratio', statistic)
}

/** Who is at the target first, whatever it is, and then the first of those that it is to be measured by. */
export function firstThere(
  ranked: readonly Standing[],
  kindOf: (each: Standing) => Kind,
  nameOf: (contender: number) => string,
  price: string,
  statistic: Statistic
): string[] {
  const there = ranked
    .flatMap(each =>
      each.untilTarget === null ? [] : [{ each, kind: kindOf(each), seconds: each.untilTarget.seconds }]
    )
    .toSorted((a, b) => a.seconds - b.seconds)
  const [first] = there
  if (first === undefined) return []
  const told = ({ each, seconds }: typeof first): string =>
    `${nameOf(each.contender)}, ${durationInOneUnit(seconds)}`
  /** The others that are not later with enough certainty; a single seed has none. */
  const notApart = (one: typeof first): string => {
    const near = there.filter(
      other =>
        one.each.runs > 1 &&
        other !== one &&
        other !== first &&
        inTurn(other.each, one.each, 'seconds', statistic).side <= 0
    )
    const names = near.slice(0, MOST_NAMED).map(({ each }) => nameOf(each.contender))
    return near.length === 0
      ? ''
      : `, from which seed by seed ${listed(names, near.length - names.length)} ${near.length === 1 ? 'is' : 'are'} not apart`
  }
  const exchanging = there.find(({ kind }) => kind !== 'alone')
  const silent = first.kind === 'alone' ? ', which exchanges nothing' : ''
  if (exchanging === undefined) return [`First at the target at ${price}: ${told(first)}${silent}.`]
  const shared = notApart(exchanging)
  const opening =
    first === exchanging
      ? `${shared === '' ? 'First' : 'Among the first'} at the target at ${price}: ${told(first)}${shared}`
      : `First at the target at ${price}: ${told(first)}${silent}; of the others ${shared === '' ? '' : 'by the median '}${told(exchanging)}${shared}`
  const rival = exchanging.kind === 'graph' ? 'server' : 'graph'
  if (!ranked.some(each => kindOf(each) === rival)) return [`${opening}.`]
  const other = there.find(({ kind }) => kind === rival)
  if (other === undefined) return [`${opening}; no ${rival} gets there.`]
  const ratio = finite(inTurn(other.each, exchanging.each, 'seconds', statistic).estimate)
  const factor = ratio?.value ?? other.seconds / exchanging.seconds
  const longer =
    exchanging.seconds > 0
      ? `, ${isAboutOne(factor) ? 'about' : `${plain(factor, 2)} times`} as long${ratio === null || isAboutOne(factor) ? '' : rangeOf(ratio, false)}`
      : ''
  return [`${opening}; of the ${rival}s the first is ${told(other)}${longer}.`]
}

/** Null where some seed never got there. */
const finite = (ratio: Estimate | null): Estimate | null =>
  ratio !== null && Number.isFinite(ratio.value) && ratio.value > 0 ? ratio : null

const BUSIEST = 'bytes at the busiest'

/** What it took, seed by seed, in proportion to the server with which it is compared. */
export function prices(
  one: Standing,
  server: Standing | undefined,
  isPredicted: boolean,
  statistic: Statistic
): string[] {
  const [here, there] = [one.untilTarget, server?.untilTarget]
  if (here === null) {
    const [spent, its] = [one.spent, server?.spent]
    if (spent === null || !its || !(its.busiestBytes > 0)) return ['the target is not reached']
    return [
      `the target is not reached, with ${inProportion(spent.busiestBytes, its.busiestBytes, BUSIEST)} in all`
    ]
  }
  if (!there || server === undefined)
    return [`the target after ${amount(here.rounds)} rounds and ${bytes(here.busiestBytes)} at the busiest`]
  const columns: readonly (readonly [Timed, string])[] = [
    ['rounds', 'rounds'],
    ['busiestBytes', BUSIEST],
    ...(there.seconds > 0 ? ([['seconds', isPredicted ? 'predicted seconds' : 'seconds']] as const) : [])
  ]
  // Seed by seed where all get there, else by the medians.
  const parts = columns.map(([of, what]) => {
    const ratio = finite(inTurn(one, server, of, statistic).estimate)
    return { what, ratio, value: ratio?.value ?? here[of] / there[of] }
  })
  const found = parts.every(({ value }) => isEven(value))
    ? `as many ${inOneLine(parts.map(({ what }) => what))}`
    : inOneLine(
        parts.map(({ what, ratio, value }, k) => {
          const certainty =
            ratio === null
              ? ` by the medians, with ${one.reached} of ${one.runs} seeds`
              : rangeOf(ratio, true)
          // What the others cost goes with the rounds.
          return `${inProportion(value, 1, what)}${k === 0 ? certainty : ''}`
        })
      )
  const speedUp =
    one.speedUp === null || isAboutOne(one.speedUp)
      ? []
      : [`a speed-up of ${plain(one.speedUp, 2)} over learning alone, in samples of a peer`]
  return [`the target after ${found}`, ...speedUp]
}
