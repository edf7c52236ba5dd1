/**
 * What may be said of a comparison in plain words, with its numbers: a paragraph per problem. A winner is better than all others seed by
 * seed, and its interval over the seeds overlaps with nobody's: what it is better by is more than what seeds make of it.
 */
import { isCorrected, usesHub } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import type { Metric } from '../interfaces.ts'
import { bytes, capital, duration, figure, percentage, plain } from '../report/format.ts'
import { NAMES } from '../report/measures.ts'
import { ENOUGH, mostHeld } from '../statistics/bootstrap.ts'
import { type Estimate, overlap } from '../statistics/estimate.ts'
import { networkModelOf } from '../timing/network-models.ts'
import type { Comparison } from './comparison.ts'
import { isMeasured } from './measured.ts'
import { regimeInWords, regimeOf } from './regime.ts'
import { bestFirst, type Lead, type ProblemStandings, type Standing } from './standings.ts'

/** Of more that nobody can tell apart the best are named. */
const MOST_NAMED = 4
/** Ratios as near to 1 as this are told in percent. */
const NEAR = 0.3

/** A paragraph per problem. */
export const verdictOf = (comparison: Comparison, all: readonly ProblemStandings[]): string[] =>
  all.map(standings => paragraph(comparison, standings))

function paragraph(comparison: Comparison, { problem, standings, lead }: ProblemStandings): string {
  const { problems, contenders, price } = comparison
  const here = contenders.filter(each => each.problem === problem)
  const peers = here[0]?.experiment.peers ?? 0
  const isPredicted = !isMeasured({ contenders: here })
  const { label, metric } = present(problems[problem], `problem ${problem}`)
  const nameOf = (contender: number): string => contenders[contender]?.label ?? ''
  const aggregationOf = ({ contender }: Standing): string =>
    contenders[contender]?.experiment.aggregation ?? ''
  const ranked = standings.filter(({ final }) => final !== null).toSorted(bestFirst(metric === 'return'))
  const sentences: string[] = []

  const [best] = ranked
  if (best?.final === undefined || best.final === null) {
    return `${label === '' ? '' : `${capital(label)}: `}no run has ended yet.`
  }
  const seeds = Math.max(...standings.map(({ runs }) => runs))
  sentences.push(
    lead === null ? nobodyAhead(ranked, metric, nameOf) : ahead(ranked, lead, metric, seeds, nameOf)
  )

  const alone = standings.find(each => aggregationOf(each) === 'none')
  if (alone?.againstServer) sentences.push(`Alone: ${against(alone.againstServer, metric)}.`)

  const graphs = ranked.filter(each => {
    const aggregation = aggregationOf(each)
    return aggregation !== 'none' && !usesHub(aggregation)
  })
  for (const one of telling(graphs, each => isCorrected(aggregationOf(each)))) {
    const server = standings.find(({ contender }) => contender === one.server)
    sentences.push(
      `${nameOf(one.contender)}: ${[
        ...(one.againstServer === null ? [] : [against(one.againstServer, metric)]),
        ...prices(one, server, isPredicted)
      ].join('; ')}.`
    )
  }
  const kindOf = (each: Standing): Kind => {
    const aggregation = aggregationOf(each)
    return aggregation === 'none' ? 'alone' : usesHub(aggregation) ? 'server' : 'graph'
  }
  sentences.push(...firstThere(ranked, kindOf, nameOf, price))
  const withServer =
    standings.find(each => each.server === null && kindOf(each) === 'server') ??
    standings.find(each => kindOf(each) === 'server')
  const regime =
    isPredicted && withServer?.spent ? regimeOf(networkModelOf(price, 'price'), withServer.spent) : undefined
  if (regime !== undefined) sentences.push(...regimeInWords(regime, price, peers))
  else if (withServer !== undefined)
    sentences.push(`The hub does not learn: 2N = ${2 * peers} messages a round for ${peers} peers.`)

  const diverged = standings.filter(each => each.diverged > 0)
  if (diverged.length > 0)
    sentences.push(
      `Diverged: ${diverged.map(each => `${nameOf(each.contender)} with ${each.diverged} of ${each.runs} seeds`).join(', ')}.`
    )
  if (seeds > 1 && seeds < ENOUGH)
    sentences.push(
      `An interval of ${seeds} seeds holds in ${percentage(mostHeld(seeds))} of all cases at most: ${ENOUGH} are needed to name a winner.`
    )
  return `${label === '' ? '' : `${capital(label)}: `}${sentences.join(' ')}`
}

/** Of the plain and of the corrected each the one that spares the busiest most on its way to the target, or is best if none gets there. */
function telling(graphs: readonly Standing[], corrected: (each: Standing) => boolean): Standing[] {
  return [false, true].flatMap(kind => {
    const candidates = graphs.filter(each => corrected(each) === kind)
    const there = candidates
      .filter(({ untilTarget }) => untilTarget !== null)
      .toSorted((a, b) => (a.untilTarget?.busiestBytes ?? 0) - (b.untilTarget?.busiestBytes ?? 0))
    return there[0] ?? candidates[0] ?? []
  })
}

/** Someone is better than all others; whether that makes a winner. */
function ahead(
  ranked: readonly Standing[],
  { contender, next, apart }: Lead,
  metric: Metric,
  seeds: number,
  nameOf: (contender: number) => string
): string {
  const best = ranked.find(each => each.contender === contender)?.final ?? null
  // Of returns how much lower the next one is.
  const [value, low, high] =
    metric === 'return'
      ? [-apart.value, -(apart.interval?.high ?? Number.NaN), -(apart.interval?.low ?? Number.NaN)]
      : [apart.value, apart.interval?.low, apart.interval?.high]
  const size = metric === 'return' ? `a return ${figure(value)} lower` : `${figure(value)} times its error`
  const gap = `the next, ${nameOf(next)}, has ${size}, 95 % ${figure(low)} to ${figure(high)}`
  const near = ranked.filter(
    ({ contender: other, final }) =>
      other !== contender && best?.interval && final?.interval && overlap(best.interval, final.interval)
  )
  const [nearest] = near
  const lowest = `the ${superlative(metric)}, ${withInterval(best)}`
  if (nearest === undefined && seeds >= ENOUGH)
    return `${nameOf(contender)} has ${lowest}, apart from all others; ${gap}.`
  const but =
    nearest === undefined
      ? `${seeds} seeds are too few to name a winner.`
      : `Over the seeds its interval overlaps with that of ${listed([nameOf(nearest.contender)], near.length - 1)}, so no winner is named.`
  return `${nameOf(contender)} is ahead of all others seed by seed, with ${lowest}; ${gap}. ${but}`
}

function nobodyAhead(
  ranked: readonly Standing[],
  metric: Metric,
  nameOf: (contender: number) => string
): string {
  const [best] = ranked
  if (best === undefined) return ''
  const lowest = `${nameOf(best.contender)} has the ${superlative(metric)}, ${withInterval(best.final)}`
  if (ranked.length === 1) return `${lowest}.`
  if (best.final?.interval === null) return `${lowest}; one seed has no interval, so nobody is ranked.`
  const first = ranked.filter(({ rank }) => rank === best.rank)
  if (first.length === 1) return `No winner is named: ${lowest}, but is not ahead of all others seed by seed.`
  const names = first.slice(0, MOST_NAMED).map(({ contender }) => nameOf(contender))
  return `No winner is named: seed by seed ${listed(names, first.length - names.length)} are not apart, at a ${NAMES[metric]} of ${withInterval(best.final)}.`
}

const superlative = (metric: Metric): string =>
  `${metric === 'return' ? 'highest' : 'lowest'} ${NAMES[metric]}`

type Kind = 'alone' | 'server' | 'graph'

/** Who is at the target first, whatever it is, and then the first of those that it is to be measured by. */
function firstThere(
  ranked: readonly Standing[],
  kindOf: (each: Standing) => Kind,
  nameOf: (contender: number) => string,
  price: string
): string[] {
  const there = ranked
    .flatMap(each =>
      each.untilTarget === null ? [] : [{ each, kind: kindOf(each), seconds: each.untilTarget.seconds }]
    )
    .toSorted((a, b) => a.seconds - b.seconds)
  const [first] = there
  if (first === undefined) return []
  const told = ({ each, seconds }: typeof first): string => `${nameOf(each.contender)}, ${duration(seconds)}`
  const sentence = `First at the target at ${price}: ${told(first)}`
  const exchanging = there.find(({ kind }) => kind !== 'alone')
  const silent = first.kind === 'alone' ? ', which exchanges nothing' : ''
  if (exchanging === undefined) return [`${sentence}${silent}.`]
  const between = silent === '' ? '' : `${silent}; of the others ${told(exchanging)}`
  const rival = exchanging.kind === 'graph' ? 'server' : 'graph'
  if (!ranked.some(each => kindOf(each) === rival)) return [`${sentence}${between}.`]
  const other = there.find(({ kind }) => kind === rival)
  if (other === undefined) return [`${sentence}${between}; no ${rival} gets there.`]
  const factor = plain(other.seconds / exchanging.seconds, 2)
  const longer = exchanging.seconds > 0 ? `, ${factor === '1' ? 'about' : `${factor} times`} as long` : ''
  return [`${sentence}${between}; of the ${rival}s the first is ${told(other)}${longer}.`]
}

function against(found: Estimate, metric: Metric): string {
  const nothing = metric === 'return' ? 0 : 1
  const { interval } = found
  const isOpen = interval !== null && interval.low <= nothing && nothing <= interval.high
  return `${inWords(found, metric)}${isOpen ? ', so no difference is shown' : ''}`
}

function inWords(found: Estimate, metric: Metric): string {
  const { value } = found
  const range = rangeOf(found, metric)
  if (metric === 'return')
    return `a return ${figure(Math.abs(value))} ${value < 0 ? 'below' : 'above'} the server's${range}`
  if (!(Math.abs(value - 1) <= NEAR)) return `${figure(value)} times the server's error${range}`
  const off = percentage(Math.abs(value - 1), 2)
  return value < 1 ? `an error ${off} below the server's${range}` : `the server's error within ${off}${range}`
}

/** As ` (95 % 1.02 to 1.09)`; in percent where the value is told so. */
function rangeOf({ value, interval }: Estimate, metric: Metric): string {
  if (interval === null) return ''
  const write = metric !== 'return' && Math.abs(value - 1) <= NEAR ? percent : figure
  return ` (95 % ${write(interval.low)} to ${write(interval.high)})`
}

/** +1.6 % of what is 1.016 times as much. */
function percent(ratio: number): string {
  const sign = ratio > 1 ? '+' : ratio < 1 ? '−' : ''
  return `${sign}${percentage(Math.abs(ratio - 1), 2)}`
}

function prices(one: Standing, server: Standing | undefined, isPredicted: boolean): string[] {
  const [here, there] = [one.untilTarget, server?.untilTarget]
  if (here === null) {
    const [spent, its] = [one.spent, server?.spent]
    if (spent === null || !its || !(its.busiestBytes > 0)) return ['the target is not reached']
    return [
      `the target is not reached, with ${fraction(spent.busiestBytes / its.busiestBytes)} the busiest participant's bytes`
    ]
  }
  if (!there) return [`the target after ${here.rounds} rounds and ${bytes(here.busiestBytes)} at the busiest`]
  const time =
    there.seconds > 0
      ? ` and ${fraction(here.seconds / there.seconds)} the ${isPredicted ? 'predicted ' : ''}seconds`
      : ''
  const speedUp =
    one.speedUp === null
      ? []
      : [`a speed-up of ${plain(one.speedUp, 2)} over learning alone, in samples of a peer`]
  return [
    `the target after ${fraction(here.rounds / there.rounds)} the rounds, ${fraction(here.busiestBytes / there.busiestBytes)} the busiest participant's bytes${time}`,
    ...speedUp
  ]
}

/** 3.1×, or 1/32 of. */
function fraction(ratio: number): string {
  if (!(ratio < 2 / 3)) return `${plain(ratio, 2)}×`
  return ratio > 0 ? `1/${plain(1 / ratio, 2)} of` : 'none of'
}

const withInterval = (found: Estimate | null): string =>
  found?.interval
    ? `${figure(found.value)} (95 % ${figure(found.interval.low)} to ${figure(found.interval.high)})`
    : figure(found?.value)

function listed(names: readonly string[], more: number): string {
  if (more > 0) return `${names.join('; ')} and ${more} more`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join('; ')} and ${names.at(-1)}`
}
