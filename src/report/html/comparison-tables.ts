/** The tables of a comparison: who is where, what it takes, and who carries it. */
import type { Comparison, ContestRun } from '../../compare/comparison.ts'
import { framingOf, measuredOf } from '../../compare/measured.ts'
import type { Standing, View } from '../../compare/standings.ts'
import type { Estimate } from '../../statistics/estimate.ts'
import {
  amount,
  bytes,
  count,
  durationInOneUnit,
  extent,
  figure,
  plain,
  signed,
  threeDigits,
  times
} from '../format.ts'
import { NAMES } from '../measures.ts'
import { ORDER, ranked, type Solved } from './contests.ts'
import { type Load, loadsOf } from './curves.ts'
import { type Content, html, type Markup } from './markup.ts'
import { table } from './page.ts'

/** Who is where, the best first; with the step size of each, where these were chosen. */
export function standingsTable(solved: Solved, hasSteps = false): Markup {
  const { metric } = solved.problem
  const rows = ranked(solved).map(({ label, standing, stepSize }, k) => {
    const { final, againstServer, rank, runs, diverged } = standing
    return [
      String(k + 1),
      rank === null ? figure(null) : count(rank),
      label,
      ...(hasSteps ? [plain(stepSize)] : []),
      diverged > 0 ? 'diverged' : figure(final?.value),
      intervalOf(final),
      figure(againstServer?.value),
      intervalOf(againstServer),
      diverged > 0 ? `${count(runs - diverged)} of ${count(runs)}` : count(runs),
      dominators(solved, standing)
    ]
  })
  const header = [
    '',
    'rank',
    'contender',
    ...(hasSteps ? ['step size'] : []),
    NAMES[metric],
    '95 % interval',
    metric === 'return' ? '− server' : '÷ server',
    '95 % interval',
    'runs',
    'dominated by'
  ]
  return html`<h3>Standing</h3>
${table(header, rows, `rrl${hasSteps ? 'r' : ''}rrrrrd`)}<p class="note">The ${NAMES[metric]} over the second half of the run. Rank: one more than there are contenders that are better seed by seed, the 95 % interval of the ${metric === 'return' ? 'differences' : 'ratios'} wholly on the better side; own intervals may overlap. Against the server seed by seed${metric === 'return' ? '' : ' (geometric means of ratios)'}, the corrected one if corrected. Dominated by one that is better for no more.</p>
`
}

/** As `bytes: complete, gossip and 2 more`; view by view. */
function dominators({ contests, isMeasured }: Solved, { dominatedBy, final }: Standing): string {
  if (final === null) return figure(null)
  const words: Readonly<Record<View, string>> = {
    rounds: 'rounds',
    busiestBytes: 'bytes',
    seconds: isMeasured ? 'measured seconds' : 'seconds'
  }
  const said = ORDER.flatMap(view => {
    const [first, ...more] = dominatedBy[view]
    if (first === undefined) return []
    const name = contests.find(({ standing }) => standing.contender === first)?.label ?? ''
    return [`${words[view]}: ${name}${more.length === 0 ? '' : ` and ${count(more.length)} more`}`]
  })
  return said.length === 0 ? 'none' : said.join('; ')
}

const intervalOf = (estimate: Estimate | null): string =>
  estimate === null || estimate.interval === null
    ? figure(null)
    : `${figure(estimate.interval.low)} … ${figure(estimate.interval.high)}`

/** What it takes until the target, and in all: two tables, so that both fit. */
export function priceTables(solved: Solved): Markup {
  const all = ranked(solved)
  const word = solved.isMeasured ? 'measured time' : 'time'
  const until = all.map(({ label, standing: { reached, untilTarget, speedUp } }) => [
    label,
    count(reached),
    known(untilTarget?.rounds, amount),
    known(untilTarget?.samples, amount),
    known(speedUp ?? undefined, times),
    known(untilTarget?.bytes, wholeBytes),
    known(untilTarget?.busiestBytes, wholeBytes),
    known(untilTarget?.seconds, durationInOneUnit)
  ])
  const whole = all.map(({ label, standing: { spent } }) => [
    label,
    known(spent?.rounds, amount),
    known(spent?.samples, amount),
    known(spent?.messages, amount),
    known(spent?.bytes, wholeBytes),
    known(spent?.busiestBytes, wholeBytes),
    known(spent?.seconds, durationInOneUnit)
  ])
  const hasTarget = solved.standings.targets.some(target => target !== null)
  return html`${hasTarget ? untilTable(until, word, solved) : undefined}<h3>Price in all</h3>
${table(['contender', 'rounds', 'samples', 'messages', 'bytes', 'busiest', word], whole, 'l')}<p class="note">Of the whole run; medians over the seeds.</p>
`
}

const untilTable = (
  rows: readonly (readonly string[])[],
  word: string,
  solved: Solved
): Markup => html`<h3>Price until the target</h3>
${table(['contender', 'seeds', 'rounds', 'samples', 'speed-up', 'bytes', 'busiest', word], rows, 'l')}<p class="note">With how many seeds the target is reached, and what it takes: ${targetInWords(solved)}. Medians over the seeds; samples are those of a peer, and the speed-up is how many times as many it needs alone. Busiest: bytes in and out of the participant with most, be it a peer or the hub.</p>
`

const known = (value: number | undefined, write: (x: number) => string): string =>
  value === undefined ? figure(null) : write(value)

const wholeBytes = (x: number): string => bytes(Math.round(x))

const targetInWords = ({ standings: { targets } }: Solved): string =>
  extent(targets.filter(target => target !== null))

const perMessage = (framing: number): string =>
  Number.isNaN(framing) ? figure(framing) : `${threeDigits(framing)} B`

/** Bytes as they were counted over libp2p beside those of the same runs in the simulator, and how fast rounds went. */
export function measuredTable(
  comparison: Comparison,
  measured: readonly ContestRun[],
  modelled: readonly ContestRun[]
): Markup {
  const { contenders, problems } = comparison
  const several = problems.length > 1
  const rows = measuredOf(comparison, measured, modelled).map((each, k) => {
    const { label = '', problem = 0 } = contenders[k] ?? {}
    const { bytes, modelledBytes, socketBytes, roundsPerSecond } = each
    return [
      ...(several ? [problems[problem]?.label ?? ''] : []),
      label,
      count(modelledBytes),
      count(bytes),
      bytes === modelledBytes ? 'none' : `${signed(100 * (bytes / modelledBytes - 1))} %`,
      socketBytes === null ? figure(null) : count(socketBytes),
      perMessage(framingOf(each)),
      threeDigits(roundsPerSecond)
    ]
  })
  const header = [
    ...(several ? ['problem'] : []),
    'contender',
    'bytes in the simulator',
    'over libp2p',
    'difference',
    'on the sockets',
    'framing a message',
    'rounds/s here'
  ]
  return html`${table(header, rows, several ? 'll' : 'l')}<p class="note">Bytes of all runs together. In the simulator and over libp2p they are encoded messages, once per delivery. On the sockets: all that was written while the rounds ran, with what gossipsub, yamux and noise put around messages, and the frames by which yamux grants room again; framing: what that is for each delivery. Rounds a second were measured on the machine at hand.</p>
`
}

/** Whose bytes they are. */
export function loadTable(solved: Solved, hasBudget: boolean): Content {
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
  if (rows.length === 0) return undefined
  return html`<h3>Who carries it</h3>
${table(header, rows, 'l')}<p class="note">Bytes of the whole run${hasBudget ? ', beyond the budget, too' : ''}: of the mean peer, of the busiest peer of each run, and of the hub, each the median over the seeds. A hub is a participant of its own and does not learn.</p>
`
}
