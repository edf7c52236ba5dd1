/** What may be said of a comparison in plain words, with its numbers: a paragraph per problem. Nobody wins whose interval overlaps. */
import { isCorrected, usesHub } from '../aggregation/names.ts'
import { present } from '../core/assert.ts'
import { bytes, duration, figure } from '../report/format.ts'
import { NAMES } from '../report/measures.ts'
import type { Estimate } from '../statistics/estimate.ts'
import type { Comparison } from './comparison.ts'
import { bestFirst, type ProblemStandings, type Standing } from './standings.ts'

/** Of fewer seeds the bootstrap's intervals are too narrow. */
const FEW_SEEDS = 10
/** Of more that nobody can tell apart the best are named. */
const MOST_NAMED = 4
/** Ratios as near to 1 as this are told in percent. */
const NEAR = 0.3

/** A paragraph per problem. */
export const verdictOf = (comparison: Comparison, all: readonly ProblemStandings[]): string[] =>
  all.map(standings => paragraph(comparison, standings))

function paragraph(comparison: Comparison, { problem, standings }: ProblemStandings): string {
  const { problems, contenders, price } = comparison
  const { label, metric } = present(problems[problem], `problem ${problem}`)
  const word = NAMES[metric]
  const nameOf = (contender: number): string => contenders[contender]?.label ?? ''
  const aggregationOf = ({ contender }: Standing): string =>
    contenders[contender]?.experiment.aggregation ?? ''
  const ranked = standings.filter(({ final }) => final !== null).toSorted(bestFirst(metric === 'return'))
  const sentences: string[] = []

  const [best] = ranked
  if (best?.final === undefined || best.final === null) {
    return `${label === '' ? '' : `${capital(label)}: `}no run has ended yet.`
  }
  const first = ranked.filter(({ rank }) => rank === 1)
  const names = first.slice(0, MOST_NAMED).map(({ contender }) => nameOf(contender))
  const more = first.length - names.length
  const quality = metric === 'return' ? 'highest' : 'lowest'
  sentences.push(
    best.final.interval === null
      ? `${nameOf(best.contender)} has the ${quality} ${word}, ${figure(best.final.value)}; one seed has no interval, so nobody is ranked.`
      : first.length === 1
        ? `${nameOf(best.contender)} has the ${quality} ${word}, ${withInterval(best.final)}, apart from all others.`
        : `No winner is named: the intervals of ${listed(names, more)} overlap, at a ${word} of ${withInterval(best.final)}.`
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
        ...prices(one, server, price)
      ].join('; ')}.`
    )
  }
  const fastest = quickest(ranked)
  if (fastest?.untilTarget)
    sentences.push(
      `First at the target in seconds at ${price}: ${nameOf(fastest.contender)}, ${duration(fastest.untilTarget.seconds)}.`
    )

  const diverged = standings.filter(each => each.diverged > 0)
  if (diverged.length > 0)
    sentences.push(
      `Diverged: ${diverged.map(each => `${nameOf(each.contender)} with ${each.diverged} of ${each.runs} seeds`).join(', ')}.`
    )
  const peers = contenders.find(each => each.problem === problem)?.experiment.peers ?? 0
  sentences.push(
    `The server is a participant of its own that does not learn: ${2 * peers} messages a round for ${peers} peers (2N); as one of them it would be ${2 * (peers - 1)}.`
  )
  const seeds = Math.max(...standings.map(({ runs }) => runs))
  if (seeds > 1 && seeds < FEW_SEEDS)
    sentences.push(`With ${seeds} seeds the intervals are somewhat too narrow.`)
  return `${label === '' ? '' : `${capital(label)}: `}${sentences.join(' ')}`
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

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

const quickest = (all: readonly Standing[]): Standing | undefined =>
  all
    .filter(({ untilTarget }) => untilTarget !== null)
    .toSorted((a, b) => (a.untilTarget?.seconds ?? 0) - (b.untilTarget?.seconds ?? 0))[0]

function against(found: Estimate, metric: string): string {
  const nothing = metric === 'return' ? 0 : 1
  const { interval } = found
  const isOpen = interval !== null && interval.low <= nothing && nothing <= interval.high
  return `${inWords(found, metric)}${isOpen ? ', so no difference is shown' : ''}`
}

function inWords({ value, interval }: Estimate, metric: string): string {
  if (metric === 'return') {
    const range = interval === null ? '' : ` (95 % ${figure(interval.low)} to ${figure(interval.high)})`
    return `a return ${figure(Math.abs(value))} ${value < 0 ? 'below' : 'above'} the server's${range}`
  }
  if (Math.abs(value - 1) > NEAR) {
    const range = interval === null ? '' : ` (95 % ${figure(interval.low)} to ${figure(interval.high)})`
    return `${figure(value)} times the server's error${range}`
  }
  const range = interval === null ? '' : ` (95 % ${percent(interval.low)} to ${percent(interval.high)})`
  const off = `${Number((100 * Math.abs(value - 1)).toPrecision(2))} %`
  return value < 1 ? `an error ${off} below the server's${range}` : `the server's error within ${off}${range}`
}

/** +1.6 % of what is 1.016 times as much. */
function percent(ratio: number): string {
  const share = Number((100 * (ratio - 1)).toPrecision(2))
  return `${share > 0 ? '+' : share < 0 ? '−' : ''}${Math.abs(share)} %`
}

function prices(one: Standing, server: Standing | undefined, price: string): string[] {
  const [here, there] = [one.untilTarget, server?.untilTarget]
  if (here === null) {
    const [spent, its] = [one.spent, server?.spent]
    if (spent === null || !its || !(its.busiestBytes > 0)) return ['the target is not reached']
    return [
      `the target is not reached, with ${fraction(spent.busiestBytes / its.busiestBytes)} the busiest participant's bytes`
    ]
  }
  if (!there) return [`the target after ${here.rounds} rounds and ${bytes(here.busiestBytes)} at the busiest`]
  const isFaster = here.seconds < there.seconds
  return [
    `the target after ${fraction(here.rounds / there.rounds)} the rounds and ${fraction(here.busiestBytes / there.busiestBytes)} the busiest participant's bytes`,
    `at ${price} ${duration(here.seconds)} against ${duration(there.seconds)}: ${
      here.seconds === there.seconds ? 'neither' : isFaster ? 'the graph' : 'the server'
    } is faster`
  ]
}

/** 3.1×, or 1/32 of. */
function fraction(ratio: number): string {
  if (!(ratio < 2 / 3)) return `${Number(ratio.toPrecision(2))}×`
  return ratio > 0 ? `1/${Number((1 / ratio).toPrecision(2))} of` : 'none of'
}

const withInterval = ({ value, interval }: Estimate): string =>
  interval === null
    ? figure(value)
    : `${figure(value)} (95 % ${figure(interval.low)} to ${figure(interval.high)})`

function listed(names: readonly string[], more: number): string {
  if (more > 0) return `${names.join('; ')} and ${more} more`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join('; ')} and ${names.at(-1)}`
}
