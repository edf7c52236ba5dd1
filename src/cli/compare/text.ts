/** A comparison in tables and words: who is where, what it takes, and what may be said of it. */
import type { Comparison } from '../../compare/comparison.ts'
import type { Findings, JudgedOutcome } from '../../compare/findings.ts'
import type { LeftOut } from '../../compare/grid.ts'
import { framingOf, measuredOf } from '../../compare/measured.ts'
import {
  bestFirst,
  type ProblemStandings,
  type Standing,
  TARGET_SLACK,
  VIEWS
} from '../../compare/standings.ts'
import { limitedBy } from '../../compare/trial.ts'
import { isAtTheEdge } from '../../compare/tune.ts'
import { present } from '../../core/assert.ts'
import {
  amount,
  bytes,
  count,
  durationInOneUnit,
  extent,
  figure,
  percentage,
  plain,
  range,
  threeDigits,
  times
} from '../../report/format.ts'
import { budgetInWords, counted } from '../../report/in-words.ts'
import { NAMES, STATISTIC_NAMES } from '../../report/measures.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { wrapped } from '../lines.ts'
import { type Column, type FittedTable, fittedTable } from './fitted-table.ts'

/** Which columns the tables so far have, and which had no room. */
interface Columns {
  readonly shown: Set<string>
  readonly hidden: Set<string>
}

/** All of it in lines of at most `width`. */
export function outcomeLines(found: JudgedOutcome, width: number): string[] {
  const { tuned, modelled } = found
  const seen: Columns = { shown: new Set(), hidden: new Set() }
  const lines = [
    ...findingLines(found, false, width, seen),
    ...(modelled === null ? [] : [...measuredLines(found, modelled, width, seen), '']),
    ...(tuned === null
      ? []
      : [
          'With the step size that is best for each:',
          '',
          ...findingLines(tuned, true, width, seen),
          ...edgeLines(found, tuned, width)
        ]),
    ...legendLines(found.comparison, seen, width)
  ]
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines
}

/** Problem by problem, and what holds in all of them. */
const findingLines = (found: Findings, hasSteps: boolean, width: number, seen: Columns): string[] => [
  ...found.standings.flatMap((each, k) => [
    ...problemLines(found.comparison, each, found.verdict[k] ?? '', hasSteps, width, seen),
    ''
  ]),
  ...(found.inCommon === '' ? [] : [...wrapped(found.inCommon, width), ''])
]

/** Both tables of a problem, and its verdict; with the step size of each, where these were chosen. */
function problemLines(
  comparison: Comparison,
  found: ProblemStandings,
  verdict: string,
  hasSteps: boolean,
  width: number,
  seen: Columns
): string[] {
  const { problem } = found
  const { label, metric } = present(comparison.problems[problem], `problem ${problem}`)
  const { statistic, price, seeds } = comparison
  const rows = found.standings.toSorted(bestFirst(metric === 'return'))
  const said = (text: string): string[] => wrapped(text, width)
  const standing = fittedTable(standingColumns(comparison, rows, hasSteps, metric), width)
  const hasTarget = found.targets.some(target => target !== null)
  const costs = hasTarget ? fittedTable(costColumns(comparison, rows), width) : undefined
  for (const { shown, hidden } of [standing, costs ?? []].flat()) note(seen, shown, hidden)
  return [
    ...said(
      `${label === '' ? '' : `${label}: `}${NAMES[metric]}, ${STATISTIC_NAMES[statistic]} of ${counted(seeds.length, 'seed')}, ` +
        `over the second half of ${lengthInWords(comparison)}`
    ),
    '',
    ...standing.lines,
    ...rankLines(standing, rows).flatMap(said),
    '',
    ...(costs === undefined
      ? said(whyNoTarget(comparison, found))
      : [
          ...said(`until the target, ${targetInWords(comparison, found)}; medians, time at ${price}`),
          '',
          ...costs.lines
        ]),
    '',
    ...said(verdict),
    ...unspentLines(comparison, found).flatMap(said)
  ]
}

function note(seen: Columns, shown: readonly string[], hidden: readonly string[]): void {
  for (const each of shown) seen.shown.add(each)
  for (const each of hidden) seen.hidden.add(each)
}

/** The number of each row, by which it is named elsewhere, and its contender. */
const nameColumns = (comparison: Comparison, rows: readonly Standing[]): Column[] => [
  { head: '', side: 'right', cells: rows.map((_, k) => String(k + 1)) },
  {
    head: 'contender',
    side: 'left',
    isNames: true,
    cells: rows.map(({ contender }) => labelOf(comparison, contender))
  }
]

function standingColumns(
  comparison: Comparison,
  rows: readonly Standing[],
  hasSteps: boolean,
  metric: keyof typeof NAMES
): Column[] {
  const stepOf = ({ contender }: Standing): string =>
    plain(comparison.contenders[contender]?.experiment.stepSize ?? Number.NaN)
  const name = NAMES[metric]
  const server = metric === 'return' ? '− server' : '÷ server'
  const steps: Column = { head: 'step', side: 'right', worth: 8, cells: rows.map(stepOf) }
  const against: Column[] = [
    { head: server, side: 'right', worth: 6, cells: rows.map(row => figure(row.againstServer?.value)) },
    {
      head: '95 %',
      title: `95 % of ${server}`,
      side: 'left',
      worth: 2,
      cells: rows.map(row => between(row.againstServer))
    }
  ]
  return [
    ...nameColumns(comparison, rows),
    ...(hasSteps ? [steps] : []),
    {
      head: name,
      side: 'right',
      cells: rows.map(row => (row.diverged > 0 ? 'diverged' : figure(row.final?.value)))
    },
    {
      head: '95 %',
      title: `95 % of the ${name}`,
      side: 'left',
      worth: 3,
      cells: rows.map(row => between(row.final))
    },
    ...(rows.some(row => row.againstServer !== null) ? against : []),
    {
      head: 'rank',
      side: 'right',
      worth: 7,
      cells: rows.map(({ rank }) => (rank === null ? '–' : String(rank)))
    },
    {
      head: 'runs',
      side: 'right',
      worth: 4,
      cells: rows.map(({ runs, diverged }) => (diverged > 0 ? `${runs - diverged} of ${runs}` : String(runs)))
    }
  ]
}

/** Why ranks are not 1, 2, 3 and so on, where they are not. */
function rankLines({ shown }: FittedTable, rows: readonly Standing[]): string[] {
  const ranks = rows.flatMap(({ rank }) => rank ?? [])
  if (!shown.includes('rank') || ranks.every((rank, k) => rank === k + 1)) return []
  return rows.every(({ runs }) => runs < 2)
    ? ['rank: one seed ranks nobody.']
    : ['rank: 1 + how many are better seed by seed, with 95 % confidence; those not apart may share one.']
}

function costColumns(comparison: Comparison, rows: readonly Standing[]): Column[] {
  const numbers = new Map(rows.map(({ contender }, k) => [contender, k + 1]))
  const until = (write: (cost: NonNullable<Standing['untilTarget']>) => string): string[] =>
    rows.map(({ untilTarget }) => (untilTarget === null ? '–' : write(untilTarget)))
  const speedUps: Column = {
    head: 'speed-up',
    side: 'right',
    worth: 3,
    cells: rows.map(({ speedUp }) => (speedUp === null ? '–' : times(speedUp)))
  }
  return [
    ...nameColumns(comparison, rows),
    { head: 'seeds', side: 'right', worth: 6, cells: rows.map(({ reached }) => String(reached)) },
    { head: 'rounds', side: 'right', worth: 9, cells: until(({ rounds }) => briefly(rounds)) },
    { head: 'samples', side: 'right', worth: 2, cells: until(({ samples }) => briefly(samples)) },
    ...(rows.some(({ speedUp }) => speedUp !== null) ? [speedUps] : []),
    { head: 'bytes', side: 'right', worth: 1, cells: until(cost => bytes(cost.bytes)) },
    { head: 'busiest', side: 'right', worth: 8, cells: until(cost => bytes(cost.busiestBytes)) },
    { head: 'time', side: 'right', worth: 7, cells: until(({ seconds }) => durationInOneUnit(seconds)) },
    { head: 'beaten by', side: 'left', worth: 4, cells: rows.map(row => beatenBy(row, numbers)) }
  ]
}

/** What is less of the budget is not worth saying. */
const SPENT = 0.95

/** Whose rounds were over before the budget was. */
function unspentLines({ budget, contenders }: Comparison, { standings }: ProblemStandings): string[] {
  if (budget === null) return []
  const column = limitedBy(budget)
  const early = standings.filter(
    ({ contender, spent }) =>
      spent !== null &&
      spent.rounds === contenders[contender]?.experiment.rounds &&
      spent[column] > 0 &&
      spent[column] < SPENT * budget.amount
  )
  if (early.length === 0) return []
  const names = early.map(({ contender }) => labelOf({ contenders }, contender)).join('; ')
  return ['', `Their rounds end before the budget does, so more --rounds may do more for: ${names}.`]
}

/** What the columns mean that the tables have, and which they have no room for; once below all tables. */
function legendLines({ statistic }: Comparison, { shown, hidden }: Columns, width: number): string[] {
  const server = 'the server with the same kind of correction, another server against the plain one'
  const meanings: readonly (readonly [head: string, meaning: string])[] = [
    [
      '÷ server',
      `of errors, seed by seed, against ${server}, geometric ${statistic === 'iqm' ? 'interquartile ' : ''}means`
    ],
    ['− server', `the difference of returns, seed by seed, against ${server}`],
    ['seeds', 'with how many the target was reached'],
    ['samples', 'of a peer'],
    ['speed-up', 'samples of a peer that learns alone, in proportion'],
    ['busiest', 'bytes in and out of the participant with most, be it a peer or the hub'],
    [
      'beaten by',
      'who is better, or as good, for no more bytes at the busiest in the whole run (b), rounds to the target (r), seconds of the whole run (s)'
    ],
    ['framing', 'bytes that gossipsub, yamux and noise put around a message']
  ]
  const told = meanings.flatMap(([head, meaning]) => (shown.has(head) ? [`${head}: ${meaning}.`] : []))
  const narrow = [...hidden]
  return [
    ...(told.length === 0 ? [] : wrapped(told.join(' '), width)),
    ...(narrow.length === 0
      ? []
      : wrapped(`No room for ${narrow.join(', ')}: a wider terminal has them, and a pipe.`, width))
  ]
}

/** Whose best step size is the smallest or the largest that was tried. */
function edgeLines(given: Findings, tuned: Findings, width: number): string[] {
  const { problems, contenders } = given.comparison
  const labels = contenders.flatMap(({ label, problem, experiment }, k) => {
    const where = problems[problem]?.label ?? ''
    const best = tuned.comparison.contenders[k]?.experiment.stepSize ?? Number.NaN
    return isAtTheEdge(best, experiment.stepSize) ? [where === '' ? label : `${label} (${where})`] : []
  })
  if (labels.length === 0) return []
  const text = `A step size beyond those that were tried may be better still for ${labels.join('; ')}: repeat with another --step-size.`
  return [...wrapped(text, width), '']
}

/** Problem by problem the bytes in the simulator, over libp2p and on its sockets, and how fast rounds went. */
function measuredLines(
  { comparison, runs }: Findings,
  modelled: Findings,
  width: number,
  seen: Columns
): string[] {
  const { problems, contenders } = comparison
  const all = measuredOf(comparison, runs, modelled.runs)
  const tables = problems.flatMap(({ label }, problem) => {
    const rows = all.flatMap((each, k) => (contenders[k]?.problem === problem ? [{ each, k }] : []))
    const column = (head: string, worth: number, write: (each: (typeof all)[number]) => string): Column => ({
      head,
      worth,
      side: 'right',
      cells: rows.map(({ each }) => write(each))
    })
    const { lines, shown, hidden } = fittedTable(
      [
        { head: '', side: 'left', isNames: true, cells: rows.map(({ k }) => labelOf(comparison, k)) },
        column('bytes, simulated', 4, ({ modelledBytes }) => count(modelledBytes)),
        column('over libp2p', 5, each =>
          each.bytes === each.modelledBytes ? 'the same' : count(each.bytes)
        ),
        column('on the sockets', 3, ({ socketBytes }) =>
          socketBytes === null ? figure(null) : count(socketBytes)
        ),
        column('framing', 2, each => perMessage(framingOf(each))),
        column('rounds/s here', 1, ({ roundsPerSecond }) => threeDigits(roundsPerSecond))
      ],
      width
    )
    note(seen, shown, hidden)
    return [...(label === '' ? [] : [...wrapped(`bytes of ${label}:`, width), '']), ...lines, '']
  })
  return [
    ...tables,
    ...wrapped('Bytes of all seeds, as encoded messages; on the sockets with their framing.', width)
  ]
}

const perMessage = (framing: number): string =>
  Number.isNaN(framing) ? figure(framing) : `${threeDigits(framing)} B/message`

/** Who cannot take part, and why; one line or more each. */
export function leftOutLines({ problems }: Comparison, leftOut: readonly LeftOut[], width: number): string[] {
  const seen = new Set<string>()
  return leftOut.flatMap(({ problem, label, reason }) => {
    const where = problems[problem]?.label ?? ''
    const text = `left out: ${label}: ${reason}`
    if (seen.has(text)) return []
    seen.add(text)
    const all =
      leftOut.filter(each => each.label === label && each.reason === reason).length === problems.length
    return wrapped(all || where === '' ? text : `${text} (${where})`, width)
  })
}

/** What a contender is called. */
const labelOf = ({ contenders }: Pick<Comparison, 'contenders'>, contender: number): string =>
  contenders[contender]?.label ?? ''

const between = (found: Estimate | null): string =>
  found?.interval ? range(found.interval.low, found.interval.high) : '–'

/** The best who beats it, view by view. */
function beatenBy({ dominatedBy }: Standing, numbers: ReadonlyMap<number, number>): string {
  const found = VIEWS.flatMap(view => {
    const others = dominatedBy[view].map(other => numbers.get(other) ?? Number.NaN)
    return others.length === 0 ? [] : [`${view.charAt(0)}${Math.min(...others)}`]
  })
  return found.length === 0 ? '–' : found.join(' ')
}

/** More are told by three digits. */
const MOST_COUNTED = 1e6
const briefly = (x: number): string => (x < MOST_COUNTED ? amount(x) : figure(x))

/** How long the runs are of which the second half counts. */
function lengthInWords({ budget, contenders }: Comparison): string {
  if (budget !== null) return `what a budget of ${budgetInWords(budget)} pays for`
  const rounds = [...new Set(contenders.map(({ experiment }) => experiment.rounds))]
  return rounds.length === 1 ? counted(rounds[0] ?? 0, 'round') : 'the rounds'
}

/** Which it is. */
const targetInWords = ({ target }: Comparison, { targets }: ProblemStandings): string =>
  target !== null
    ? figure(target)
    : `${percentage(TARGET_SLACK)} worse than what the better server ends with (${extent(targets.filter(each => each !== null))})`

/** Why there is none. */
function whyNoTarget({ contenders }: Comparison, { standings }: ProblemStandings): string {
  const servers = standings.filter(({ contender }) => {
    const aggregation = contenders[contender]?.experiment.aggregation
    return aggregation === 'star' || aggregation === 'star-scafflsa'
  })
  if (servers.length === 0) return 'no target: without a server nobody sets one, but --target does'
  return servers.every(({ runs }) => runs === 0)
    ? 'no target: no server has set one yet'
    : 'no target: no server has got there'
}
