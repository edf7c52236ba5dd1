/** A comparison in tables of at most 100 columns: who is where, and what it takes. */
import type { Comparison, ContestRun } from '../compare/comparison.ts'
import type { LeftOut } from '../compare/grid.ts'
import {
  bestFirst,
  type Cost,
  limitedBy,
  type ProblemStandings,
  type Standing,
  TARGET_SLACK,
  VIEWS
} from '../compare/standings.ts'
import { present } from '../core/assert.ts'
import { bytes, columns, count, extent, figure, signed } from '../report/format.ts'
import { NAMES, STATISTIC_NAMES } from '../report/measures.ts'
import type { Estimate } from '../statistics/estimate.ts'
import { wrapped } from './lines.ts'

/** No line is longer. */
const TABLE_WIDTH = 100
const LONGEST_LABEL = 60
const SHORTEST_LABEL = 12

/** Both tables of a problem, and its verdict; with the step size of each, where these were chosen. */
export function problemLines(
  comparison: Comparison,
  found: ProblemStandings,
  verdict: string,
  hasSteps: boolean
): string[] {
  const { problem, targets } = found
  const { label, metric } = present(comparison.problems[problem], `problem ${problem}`)
  const { statistic, price, seeds } = comparison
  const isReturn = metric === 'return'
  const rows = found.standings.toSorted(bestFirst(isReturn))
  const numbers = new Map(rows.map(({ contender }, k) => [contender, String(k + 1)]))
  const name = ({ contender }: Standing) => labelOf(comparison, contender)

  const steps = rows.map(({ contender }) => comparison.contenders[contender]?.experiment.stepSize)
  const server = isReturn ? '− server' : '÷ server'
  const head = [
    '',
    'contender',
    ...(hasSteps ? ['step'] : []),
    NAMES[metric],
    '95 %',
    server,
    '95 %',
    'rank',
    'runs'
  ]
  const figures = rows.map((row, k) => [
    numbers.get(row.contender) ?? '',
    name(row),
    ...(hasSteps ? [String(Number(steps[k]?.toPrecision(3)))] : []),
    row.diverged > 0 ? 'diverged' : figure(row.final?.value),
    between(row.final),
    figure(row.againstServer?.value),
    between(row.againstServer),
    row.rank === null ? '–' : String(row.rank),
    row.diverged > 0 ? `${row.runs - row.diverged} of ${row.runs}` : String(row.runs)
  ])
  const costHead = ['', 'contender', 'seeds', 'rounds', 'samples', 'bytes', 'busiest', 'time', 'beaten by']
  const costs = rows.map(row => [
    numbers.get(row.contender) ?? '',
    name(row),
    String(row.reached),
    ...costCells(row.untilTarget),
    beatenBy(row, numbers)
  ])
  return [
    ...said(
      `${label === '' ? '' : `${label}: `}${NAMES[metric]}, ${STATISTIC_NAMES[statistic]} of ${count(seeds.length)} ${seeds.length === 1 ? 'seed' : 'seeds'}, ` +
        `over the second half of ${budgetInWords(comparison)}`
    ),
    '',
    ...fitted([head, ...figures], hasSteps ? 'rlrrlrlrr' : 'rlrlrlrr'),
    '',
    ...said(`until the target, ${targetInWords(comparison, targets)}; medians, time at ${price}`),
    '',
    ...fitted([costHead, ...costs], 'rlrrrrrrl'),
    '',
    ...said(verdict),
    ...unspentLines(comparison, found)
  ]
}

/** What is less of the budget is not worth saying. */
const SPENT = 0.95

/** Whose rounds were over before the budget was. */
function unspentLines({ budget, contenders }: Comparison, { standings }: ProblemStandings): string[] {
  if (budget === null) return []
  const column = limitedBy(budget)
  const early = standings.filter(
    ({ spent }) => spent !== null && spent[column] > 0 && spent[column] < SPENT * budget.amount
  )
  if (early.length === 0) return []
  const names = early.map(({ contender }) => labelOf({ contenders }, contender)).join('; ')
  return ['', ...said(`Their rounds end before the budget does, so more --rounds may do more for: ${names}.`)]
}

/** What the columns mean; once below all tables. */
export function legendLines({ statistic }: Comparison): string[] {
  return said(
    `÷ server: of errors, seed by seed, against the server with the same kind of correction, another server against the plain one; − server: the difference of returns. rank: one more than there are contenders whose ` +
      `interval lies wholly on the better side${statistic === 'iqm' ? ', of interquartile means' : ''}. seeds: with how many the target was reached. ` +
      'samples: of a peer. busiest: bytes in and out of the participant with most, be it a peer or the hub. ' +
      'beaten by: who is better, or as good, for no more bytes at the busiest in the whole run (b), rounds to the target (r), seconds of the whole run (s).'
  )
}

/** Whose best step size is the smallest or the largest that was tried. */
export const edgeLines = (labels: readonly string[]): string[] =>
  said(
    `A step size beyond those that were tried may be better still for ${labels.join('; ')}: repeat with another --step-size.`
  )

/** Bytes as they were counted over libp2p beside those of the same runs in the simulator, and how fast rounds went. */
export function measuredLines(
  comparison: Comparison,
  measured: readonly ContestRun[],
  modelled: readonly ContestRun[]
): string[] {
  const sum = (
    runs: readonly ContestRun[],
    column: 'rounds' | 'bytes' | 'seconds',
    contender: number
  ): number =>
    runs.reduce((total, run) => total + (run.contender === contender ? (run[column].at(-1) ?? 0) : 0), 0)
  const rows = [...comparison.contenders.keys()].map(k => {
    const [bytesMeasured, bytesModelled] = [sum(measured, 'bytes', k), sum(modelled, 'bytes', k)]
    const share = bytesMeasured / bytesModelled - 1
    return [
      labelOf(comparison, k),
      count(bytesMeasured),
      count(bytesModelled),
      bytesMeasured === bytesModelled ? 'the same' : `${signed(100 * share)} %`,
      figure(sum(measured, 'rounds', k) / sum(measured, 'seconds', k))
    ]
  })
  const head = ['', 'bytes over libp2p', 'in the simulator', '', 'rounds/s here']
  return columns([head, ...rows], 'lrrlr')
}

/** Who cannot take part, and why; one line or more each. */
export function leftOutLines({ problems }: Comparison, leftOut: readonly LeftOut[]): string[] {
  const seen = new Set<string>()
  return leftOut.flatMap(({ problem, label, reason }) => {
    const where = problems[problem]?.label ?? ''
    const text = `left out: ${label}: ${reason}`
    if (seen.has(text)) return []
    seen.add(text)
    const all =
      leftOut.filter(each => each.label === label && each.reason === reason).length === problems.length
    return said(all || where === '' ? text : `${text} (${where})`)
  })
}

/** What a contender is called. */
export const labelOf = ({ contenders }: Pick<Comparison, 'contenders'>, contender: number): string =>
  contenders[contender]?.label ?? ''

const said = (text: string): string[] => wrapped(text, TABLE_WIDTH)

const between = (found: Estimate | null): string =>
  found?.interval ? `${figure(found.interval.low)}–${figure(found.interval.high)}` : '–'

/** The best who beats it, view by view. */
function beatenBy({ dominatedBy }: Standing, numbers: ReadonlyMap<number, string>): string {
  const found = VIEWS.flatMap(view => {
    const others = dominatedBy[view].map(other => Number(numbers.get(other)))
    return others.length === 0 ? [] : [`${view.charAt(0)}${Math.min(...others)}`]
  })
  return found.length === 0 ? '–' : found.join(' ')
}

/** With the names, the second cells of all rows, as long as the width allows. */
function fitted(rows: readonly (readonly string[])[], alignment: string): string[] {
  for (let room = LONGEST_LABEL; ; room--) {
    const lines = columns(
      rows.map(row => row.map((cell, c) => (c === 1 ? shortened(cell, room) : cell))),
      alignment
    )
    if (room === SHORTEST_LABEL || lines.every(({ length }) => length <= TABLE_WIDTH)) return lines
  }
}

const shortened = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, room - 1)}…`

const MINUTE = 60
const HOUR = 60 * MINUTE

/** 0.331 s, 98.2 s, 14.4 min, 3.21 h. */
function briefly(seconds: number): string {
  const [unit, word] = seconds < 2 * MINUTE ? [1, 's'] : seconds < 2 * HOUR ? [MINUTE, 'min'] : [HOUR, 'h']
  return `${Number((seconds / Number(unit)).toPrecision(3))} ${word}`
}

/** More are told by three digits. */
const MOST_COUNTED = 1e6
const counted = (x: number): string => (x < MOST_COUNTED ? count(x) : figure(x))

function costCells(cost: Cost | null): string[] {
  if (cost === null) return ['–', '–', '–', '–', '–']
  return [
    counted(cost.rounds),
    counted(cost.samples),
    bytes(cost.bytes),
    bytes(cost.busiestBytes),
    briefly(cost.seconds)
  ]
}

function budgetInWords({ budget, contenders, problems }: Comparison): string {
  if (budget !== null)
    return `what ${budget.amount} ${budget.of === 'bytes' ? 'bytes of the busiest' : budget.of} pay for`
  const rounds = [...new Set(contenders.map(({ experiment }) => experiment.rounds))]
  return rounds.length === 1 || problems.length === 0 ? `${count(rounds[0] ?? 0)} rounds` : 'the rounds'
}

function targetInWords({ target }: Comparison, targets: readonly (number | null)[]): string {
  if (target !== null) return figure(target)
  const known = targets.filter(each => each !== null)
  if (known.length === 0) return 'which no server has set yet'
  return `what the better server ends with and ${100 * TARGET_SLACK} % more (${extent(known)})`
}
