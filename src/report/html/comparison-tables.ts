/** The tables of a comparison: who is where, what it takes, and who carries it. */
import type { Standing, View } from '../../compare/standings.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import { bytes, count, duration, extent, figure } from '../format.ts'
import { NAMES } from '../measures.ts'
import { ORDER, ranked, type Solved } from './contests.ts'
import { type Load, loadsOf } from './curves.ts'
import { html, type Markup } from './markup.ts'
import { table } from './page.ts'

/** Who is where, the best first. */
export function standingsTable(solved: Solved): Markup {
  const { metric } = solved.problem
  const rows = ranked(solved).map(({ label, standing }) => {
    const { final, againstServer, rank, runs, diverged } = standing
    return [
      rank === null ? figure(null) : count(rank),
      label,
      diverged > 0 ? 'diverged' : figure(final?.value),
      intervalOf(final),
      figure(againstServer?.value),
      intervalOf(againstServer),
      diverged > 0 ? `${count(runs - diverged)} of ${count(runs)}` : count(runs),
      dominators(solved, standing)
    ]
  })
  const header = [
    'rank',
    'contender',
    NAMES[metric],
    '95 % interval',
    metric === 'return' ? '− server' : '÷ server',
    '95 % interval',
    'runs',
    'dominated by'
  ]
  return html`<h3>Standing</h3>
${table(header, rows, 'rlrrrrrw')}<p class="note">The ${NAMES[metric]} over the second half of the run. Rank: one more than there are contenders whose interval lies wholly on the better side. Against the server seed by seed, the corrected one if corrected. Dominated by one that is better for no more.</p>
`
}

const WORDS: Readonly<Record<View, string>> = { rounds: 'rounds', busiestBytes: 'bytes', seconds: 'seconds' }

/** As `bytes: complete, gossip and 2 more`; view by view. */
function dominators({ contests }: Solved, { dominatedBy, final }: Standing): string {
  if (final === null) return figure(null)
  const said = ORDER.flatMap(view => {
    const [first, ...more] = dominatedBy[view]
    if (first === undefined) return []
    const name = contests.find(({ standing }) => standing.contender === first)?.label ?? ''
    return [`${WORDS[view]}: ${name}${more.length === 0 ? '' : ` and ${count(more.length)} more`}`]
  })
  return said.length === 0 ? 'none' : said.join('; ')
}

const intervalOf = (estimate: Estimate | null): string =>
  estimate === null || estimate.interval === null
    ? figure(null)
    : `${figure(estimate.interval.low)} … ${figure(estimate.interval.high)}`

/** What it takes until the target, and in all. */
export function priceTable(solved: Solved): Markup {
  const rows = ranked(solved).map(({ label, standing: { reached, untilTarget, spent } }) => [
    label,
    count(reached),
    amount(untilTarget?.rounds, count),
    amount(untilTarget?.samples, count),
    amount(untilTarget?.busiestBytes, wholeBytes),
    amount(untilTarget?.seconds, seconds),
    amount(spent?.rounds, count),
    amount(spent?.messages, count),
    amount(spent?.bytes, wholeBytes),
    amount(spent?.busiestBytes, wholeBytes),
    amount(spent?.seconds, seconds)
  ])
  const header = [
    'contender',
    'seeds',
    'to target: rounds',
    'samples',
    'busiest',
    'seconds',
    'in all: rounds',
    'messages',
    'bytes',
    'busiest',
    'seconds'
  ]
  return html`<h3>Price</h3>
${table(header, rows, 'l')}<p class="note">With how many seeds the target is reached, and what it takes: ${targetInWords(solved)}; then the whole run. Medians over the seeds; samples are those of a peer. Busiest: bytes in and out of the participant with most, be it a peer or the hub.</p>
`
}

const amount = (value: number | undefined, write: (x: number) => string): string =>
  value === undefined ? figure(null) : write(value)

const seconds = (x: number): string => (x < 1 ? `${figure(x)} s` : duration(x))

const wholeBytes = (x: number): string => bytes(Math.round(x))

function targetInWords({ standings: { targets } }: Solved): string {
  const known = targets.filter(target => target !== null)
  return known.length === 0 ? 'of which there is none' : extent(known)
}

/** Whose bytes they are. */
export function loadTable(solved: Solved): Markup {
  const cells = (load: Load | undefined): string[] =>
    load === undefined
      ? [figure(null), figure(null), figure(null)]
      : [wholeBytes(load.in), wholeBytes(load.out), wholeBytes(load.in + load.out)]
  const rows = ranked(solved).flatMap(({ label, runs }) => {
    const loads = loadsOf(runs.filter(run => run.divergedIn === null))
    return loads === undefined
      ? []
      : [[label, ...cells(loads.mean), ...cells(loads.most), ...cells(loads.hub)]]
  })
  const header = [
    'contender',
    'mean peer: in',
    'out',
    'sum',
    'busiest peer: in',
    'out',
    'sum',
    'hub: in',
    'out',
    'sum'
  ]
  return html`<h3>Who carries it</h3>
${table(header, rows, 'l')}<p class="note">Bytes of the whole run, on average over the seeds. A hub is a participant of its own and does not learn.</p>
`
}
