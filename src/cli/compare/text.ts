/** A comparison in tables of at most 100 columns: who is where, and what it takes. */
import type { Comparison, ContestRun } from '../../compare/comparison.ts'
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
import { present } from '../../core/assert.ts'
import {
  bytes,
  columns,
  count,
  durationInOneUnit,
  extent,
  figure,
  plain,
  times
} from '../../report/format.ts'
import { counted } from '../../report/in-words.ts'
import { NAMES, STATISTIC_NAMES } from '../../report/measures.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { wrapped } from '../lines.ts'

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

  const stepOf = ({ contender }: Standing): string =>
    plain(comparison.contenders[contender]?.experiment.stepSize ?? Number.NaN)
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
  const figures = rows.map(row => [
    numbers.get(row.contender) ?? '',
    name(row),
    ...(hasSteps ? [stepOf(row)] : []),
    row.diverged > 0 ? 'diverged' : figure(row.final?.value),
    between(row.final),
    figure(row.againstServer?.value),
    between(row.againstServer),
    row.rank === null ? '–' : String(row.rank),
    row.diverged > 0 ? `${row.runs - row.diverged} of ${row.runs}` : String(row.runs)
  ])
  const hasSpeedUps = rows.some(({ speedUp }) => speedUp !== null)
  const costHead = [
    '',
    'contender',
    'seeds',
    'rounds',
    'samples',
    ...(hasSpeedUps ? ['speed-up'] : []),
    'bytes',
    'busiest',
    'time',
    'beaten by'
  ]
  const costs = rows.map(row => [
    numbers.get(row.contender) ?? '',
    name(row),
    String(row.reached),
    ...costCells(row, hasSpeedUps),
    beatenBy(row, numbers)
  ])
  return [
    ...said(
      `${label === '' ? '' : `${label}: `}${NAMES[metric]}, ${STATISTIC_NAMES[statistic]} of ${counted(seeds.length, 'seed')}, ` +
        `over the second half of ${budgetInWords(comparison)}`
    ),
    '',
    ...fitted([head, ...figures], hasSteps ? 'rlrrlrlrr' : 'rlrlrlrr'),
    '',
    ...said(`until the target, ${targetInWords(comparison, targets)}; medians, time at ${price}`),
    '',
    ...fitted([costHead, ...costs], hasSpeedUps ? 'rlrrrrrrrl' : 'rlrrrrrrl'),
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
    `÷ server: of errors, seed by seed, against the server with the same kind of correction, another server against the plain one, geometric ${statistic === 'iqm' ? 'interquartile ' : ''}means; − server: the difference of returns. rank: one more ` +
      `than there are contenders that are better seed by seed: the 95 % interval of the ratios of errors, or differences of returns, lies wholly on the better side, though own intervals may overlap. seeds: with how many the target was reached. ` +
      'samples: of a peer; speed-up: those of one that learns alone, in proportion. busiest: bytes in and out of the participant with most, be it a peer or the hub. ' +
      'beaten by: who is better, or as good, for no more bytes at the busiest in the whole run (b), rounds to the target (r), seconds of the whole run (s).'
  )
}

/** Whose best step size is the smallest or the largest that was tried. */
export const edgeLines = (labels: readonly string[]): string[] =>
  said(
    `A step size beyond those that were tried may be better still for ${labels.join('; ')}: repeat with another --step-size.`
  )

/** Bytes in the simulator, over libp2p and on its sockets, and how fast rounds went. */
export function measuredLines(
  comparison: Comparison,
  measured: readonly ContestRun[],
  modelled: readonly ContestRun[]
): string[] {
  const { problems, contenders } = comparison
  const problemOf = (contender: number): string => problems[contenders[contender]?.problem ?? 0]?.label ?? ''
  const rows = measuredOf(comparison, measured, modelled).map((each, k) => {
    const { bytes, modelledBytes, socketBytes, roundsPerSecond } = each
    return [
      problems.length > 1 ? `${labelOf(comparison, k)} (${problemOf(k)})` : labelOf(comparison, k),
      count(modelledBytes),
      bytes === modelledBytes ? 'the same' : count(bytes),
      socketBytes === null ? figure(null) : count(socketBytes),
      figure(framingOf(each)),
      figure(roundsPerSecond)
    ]
  })
  const head = ['', 'bytes, simulated', 'over libp2p', 'on the sockets', 'framing', 'rounds/s here']
  return [
    ...fitted([head, ...rows], 'lrrrrr', 0),
    '',
    ...said(
      'Bytes of all seeds, as encoded messages; on the sockets with what gossipsub, yamux and noise put around each, its framing.'
    )
  ]
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
const labelOf = ({ contenders }: Pick<Comparison, 'contenders'>, contender: number): string =>
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

/** With the names, the cells of column `names`, as long as the width allows. */
function fitted(rows: readonly (readonly string[])[], alignment: string, names = 1): string[] {
  for (let room = LONGEST_LABEL; ; room--) {
    const lines = columns(
      rows.map(row => row.map((cell, c) => (c === names ? shortened(cell, room) : cell))),
      alignment
    )
    if (room === SHORTEST_LABEL || lines.every(({ length }) => length <= TABLE_WIDTH)) return lines
  }
}

const shortened = (text: string, room: number): string =>
  text.length <= room ? text : `${text.slice(0, room - 1)}…`

/** More are told by three digits. */
const MOST_COUNTED = 1e6
const countedBriefly = (x: number): string => (x < MOST_COUNTED ? count(x) : figure(x))

function costCells({ untilTarget: cost, speedUp }: Standing, hasSpeedUps: boolean): string[] {
  const gain = hasSpeedUps ? [speedUp === null ? '–' : times(speedUp)] : []
  if (cost === null) return ['–', '–', ...gain, '–', '–', '–']
  return [
    countedBriefly(cost.rounds),
    countedBriefly(cost.samples),
    ...gain,
    bytes(cost.bytes),
    bytes(cost.busiestBytes),
    durationInOneUnit(cost.seconds)
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
