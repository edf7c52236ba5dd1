/**
 * What may be said of a comparison in plain words, with its numbers: a paragraph per problem, and what holds for all of them. A winner
 * is better than all others seed by seed, and its interval over the seeds overlaps with nobody's: what it is better by is more than what
 * seeds make of it.
 */
import { isCorrected, usesHub } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import type { Metric } from '../interfaces.ts'
import { figure, percentage, plain } from '../report/format.ts'
import { budgetInWords } from '../report/in-words.ts'
import { NAMES } from '../report/measures.ts'
import { ENOUGH, mostHeld } from '../statistics/bootstrap.ts'
import { type Estimate, overlap } from '../statistics/estimate.ts'
import { networkModelOf } from '../timing/network-models.ts'
import type { Comparison } from './comparison.ts'
import { isMeasured } from './measured.ts'
import { regimeInWords, regimeOf } from './regime.ts'
import { bestFirst, type Lead, type ProblemStandings, type Standing } from './standings.ts'
import { firstThere, type Kind, prices } from './until-target.ts'
import {
  isEven,
  isNear,
  LEAST_PERCENT,
  listed,
  MOST_NAMED,
  percent,
  percentOff,
  rangeOf,
  withInterval
} from './words.ts'

/** Of more seeds the first are named. */
const MOST_SEEDS = 8
/** What may be said of a comparison. */
export interface Verdict {
  /** One per problem. */
  readonly paragraphs: readonly string[]
  /** What a round takes, where that is the same in all problems; empty where there is nothing to say. */
  readonly inCommon: string
}

/** By what is known of each problem. */
export function verdictOf(comparison: Comparison, all: readonly ProblemStandings[]): Verdict {
  const found = all.map(standings => verdictIn(comparison, standings))
  const rounds = found.flatMap(({ ofRounds }) => (ofRounds === '' ? [] : [ofRounds]))
  const isSame = new Set(rounds).size === 1
  return {
    paragraphs: found.map(({ label, sentences, ofRounds }) => {
      const text = (isSame || ofRounds === '' ? sentences : [...sentences, ofRounds]).join(' ')
      return label === '' ? text : `${label}: ${text}`
    }),
    inCommon: isSame ? present(rounds[0], 'a round') : ''
  }
}

/** Of one problem, and what its rounds take. */
interface Found {
  readonly label: string
  readonly sentences: readonly string[]
  readonly ofRounds: string
}

function verdictIn(comparison: Comparison, { problem, targets, standings, lead }: ProblemStandings): Found {
  const { problems, contenders, price, budget, statistic } = comparison
  const here = contenders.filter(each => each.problem === problem)
  const peers = here[0]?.experiment.peers ?? 0
  const isPredicted = !isMeasured({ contenders: here })
  const { label, metric } = present(problems[problem], `problem ${problem}`)
  const nameOf = (contender: number): string => contenders[contender]?.label ?? ''
  const aggregationOf = ({ contender }: Standing): string =>
    contenders[contender]?.experiment.aggregation ?? ''
  const ranked = standings.filter(({ final }) => final !== null).toSorted(bestFirst(metric === 'return'))
  const sentences: string[] = []
  const diverged = divergedInWords(standings, nameOf)

  const [best] = ranked
  if (best?.final === undefined || best.final === null) {
    if (standings.every(({ runs }) => runs === 0))
      return { label, sentences: ['no run has ended yet.'], ofRounds: '' }
    const isAll = standings.every(({ runs, diverged }) => diverged === runs)
    const which = [...new Set(standings.flatMap(({ divergedWith }) => divergedWith))]
    const why = isAll
      ? [`all runs diverged, those of every contender, with ${seedsInWords(which)}.`]
      : ['no contender has a figure.', ...shortInWords(standings, budget, nameOf), ...diverged]
    return { label, sentences: diverged.length > 0 ? [...why, advice(here)] : why, ofRounds: '' }
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
  const hasTarget = targets.some(target => target !== null)
  for (const one of telling(graphs, each => isCorrected(aggregationOf(each)))) {
    const server = standings.find(({ contender }) => contender === one.server)
    if (one.againstServer === null && !hasTarget) continue
    sentences.push(
      `${nameOf(one.contender)}: ${[
        ...(one.againstServer === null ? [] : [against(one.againstServer, metric)]),
        ...(hasTarget ? prices(one, server, isPredicted, statistic) : [])
      ].join('; ')}.`
    )
  }
  const kindOf = (each: Standing): Kind => {
    const aggregation = aggregationOf(each)
    return aggregation === 'none' ? 'alone' : usesHub(aggregation) ? 'server' : 'graph'
  }
  sentences.push(
    ...firstThere(ranked, kindOf, nameOf, price, statistic),
    ...shortInWords(standings, budget, nameOf),
    ...diverged
  )
  if (seeds > 1 && seeds < ENOUGH)
    sentences.push(
      `An interval of ${seeds} seeds holds in ${percentage(mostHeld(seeds))} of all cases at most: ${ENOUGH} are needed to name a winner.`
    )
  const withServer =
    standings.find(each => each.server === null && kindOf(each) === 'server') ??
    standings.find(each => kindOf(each) === 'server')
  const regime =
    isPredicted && withServer?.spent
      ? regimeOf(networkModelOf(price, 'price'), withServer.spent, peers)
      : undefined
  const ofRounds =
    regime !== undefined
      ? regimeInWords(regime, price, peers).join(' ')
      : withServer !== undefined
        ? `The hub does not learn: 2N = ${2 * peers} messages a round for ${peers} peers.`
        : ''
  return { label, sentences, ofRounds }
}

/** Who diverged, and with which seeds. */
function divergedInWords(
  standings: readonly Standing[],
  nameOf: (contender: number) => string
): readonly string[] {
  const told = standings.flatMap(({ contender, diverged, divergedWith, runs }) => {
    if (diverged === 0) return []
    if (diverged === runs)
      return [`${nameOf(contender)} with ${runs === 1 ? 'its seed' : `all ${runs} seeds`}`]
    const which = `${diverged === 1 ? 'seed' : 'seeds'} ${listed(divergedWith, 0, ', ')}`
    return [`${nameOf(contender)} with ${diverged} of ${runs} (${which})`]
  })
  return told.length === 0 ? [] : [`Diverged: ${told.join('; ')}.`]
}

/** Who is left without a figure by the budget. */
function shortInWords(
  standings: readonly Standing[],
  budget: Comparison['budget'],
  nameOf: (contender: number) => string
): readonly string[] {
  const short = standings.filter(
    ({ final, runs, diverged }) => final === null && runs > diverged && diverged === 0
  )
  if (budget === null || short.length === 0) return []
  const names = short.slice(0, MOST_NAMED).map(({ contender }) => nameOf(contender))
  return [`No measured round within ${budgetInWords(budget)}: ${listed(names, short.length - names.length)}.`]
}

const seedsInWords = (seeds: readonly string[]): string =>
  seeds.length === 1
    ? `seed ${seeds[0]}`
    : `seeds ${listed(seeds.slice(0, MOST_SEEDS), Math.max(0, seeds.length - MOST_SEEDS), ', ')}`

/** What to try where nothing else is known. */
function advice(contenders: Comparison['contenders']): string {
  const least = Math.min(...contenders.map(({ experiment }) => experiment.stepSize))
  const steps = Math.max(...contenders.map(({ experiment }) => experiment.localSteps))
  return `Try a smaller --step-size than ${plain(least)}${steps > 1 ? ', or fewer --local-steps' : ''}.`
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
  const gap =
    metric !== 'return' && isNear(value)
      ? `the next, ${nameOf(next)}, has ${100 * (value - 1) < LEAST_PERCENT ? `less than ${LEAST_PERCENT} %` : percentOff(value)} more, 95 % ${percent(low ?? Number.NaN)} to ${percent(high ?? Number.NaN)}`
      : `the next, ${nameOf(next)}, has ${metric === 'return' ? `a return ${figure(value)} lower` : `${figure(value)} times its error`}, 95 % ${figure(low)} to ${figure(high)}`
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

function against(found: Estimate, metric: Metric): string {
  const nothing = metric === 'return' ? 0 : 1
  const { value, interval } = found
  const ends = interval === null ? [value] : [value, interval.low, interval.high]
  if (metric === 'return' ? ends.every(end => end === 0) : ends.every(isEven))
    return "as good as the server's"
  const isOpen = interval !== null && interval.low <= nothing && nothing <= interval.high
  return `${inWords(found, metric)}${isOpen ? ', so no difference is shown' : ''}`
}

function inWords(found: Estimate, metric: Metric): string {
  const { value } = found
  const range = rangeOf(found, metric !== 'return')
  if (metric === 'return')
    return `a return ${figure(Math.abs(value))} ${value < 0 ? 'below' : 'above'} the server's${range}`
  if (!isNear(value)) return `${figure(value)} times the server's error${range}`
  const off = percentOff(value)
  return value < 1 ? `an error ${off} below the server's${range}` : `the server's error within ${off}${range}`
}
