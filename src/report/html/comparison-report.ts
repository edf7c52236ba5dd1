/** A comparison as a page: for each problem what may be said, curves with their bands, who reached what for which price, and the graphs. */
import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import type { Comparison } from '../../compare/comparison.ts'
import { isMeasured } from '../../compare/measured.ts'
import { TARGET_SLACK } from '../../compare/standings.ts'
import { isAtTheEdge } from '../../compare/tune.ts'
import { productVersion } from '../../core/product.ts'
import { drawFigure } from '../../drawing/draw-figure.ts'
import type { Panel } from '../../drawing/panel.ts'
import { capital, count, figure, percentage } from '../format.ts'
import { budgetInWords, counted } from '../in-words.ts'
import { charts } from './charts.ts'
import { note, panelsOf, sketches, statisticInWords } from './comparison-charts.ts'
import { loadTable, measuredTable, priceTables, standingsTable } from './comparison-tables.ts'
import { type ReportedComparison, type Solved, solvedOf } from './contests.ts'
import { type Content, html, type Markup } from './markup.ts'
import { type Drawing, headlines, page, type Report, SHEET, section, table, warnings } from './page.ts'

/** What a comparison is called whose user gave it no name. */
const UNNAMED = /^[0-9a-f]{8}$/

/** Pages stay below it: what is given away first are curves of a second kind. */
const MOST_BYTES = 1_000_000

/** The page of a comparison. */
export function comparisonReport(compared: ReportedComparison): Report {
  const report = reportOf(compared, true)
  return compared.tuned !== null && Buffer.byteLength(report.html) >= MOST_BYTES
    ? reportOf(compared, false)
    : report
}

function reportOf(compared: ReportedComparison, hasTunedCurves: boolean): Report {
  const { comparison, runs, leftOut, graphs, tuned, modelled } = compared
  const { name, problems, contenders, seeds, price, target, budget, command, statistic } = comparison
  const heading = UNNAMED.test(name) ? 'Graphs and protocols beside star federation' : name
  const parts = tuned && hasTunedCurves ? 2 : 1
  const given = solvedOf(compared, parts)
  const solved = given.solved.map(each => ({ ...each, panels: panelsOf(each) }))
  const again = tuned ? solvedOf({ ...tuned, graphs }, parts) : undefined
  const best = again
    ? again.solved.map(each => ({
        ...each,
        panels: hasTunedCurves ? panelsOf(each) : []
      }))
    : []
  const inCommon = [...new Set([given.inCommon, again?.inCommon ?? ''])].filter(text => text !== '')
  const expected = contenders.length * seeds.length
  const times = isMeasured(comparison)
    ? 'seconds are measured, over libp2p on the machine at hand'
    : `seconds are predicted for ${price}`
  const content = html`<header>
<h1>${heading}</h1>
<p class="lead">${count(new Set(contenders.map(({ label }) => label)).size)} contenders${problems.length > 1 ? ` on ${count(problems.length)} problems` : ''}, ${counted(seeds.length, 'seed')} each; ${times}.</p>
</header>
${warnings([
  ...doneOf(runs.length, expected, ''),
  ...(tuned ? doneOf(tuned.runs.length, expected, ' with the best step sizes') : []),
  ...solved.flatMap(each => divergedIn(each, '')),
  ...best.flatMap(each => divergedIn(each, ' with its best step size'))
])}${headlines([
  { name: 'runs', value: count(runs.length) },
  { name: 'seeds', value: count(seeds.length), note: seedsInWords(seeds) },
  target === null
    ? {
        name: 'target',
        value: "the server's",
        note: `${percentage(TARGET_SLACK)} worse than what the better one ends with`
      }
    : { name: 'target', value: figure(target) },
  ...(budget === null ? [] : [{ name: 'budget', value: budgetInWords(budget) }]),
  isMeasured(comparison)
    ? { name: 'seconds', value: 'measured', note: 'over libp2p' }
    : { name: 'network model', value: price }
])}${solved.map(({ panels, ...each }) => {
  const { label } = each.problem
  const tunedHere = best.filter(({ problem }) => problem.label === label)
  const steps = tunedHere.length === 0 ? '' : 'with the step size that was given'
  return [
    section(
      titled(label, steps),
      html`<p class="verdict">${each.verdict}</p>\n`,
      curves(panels, note(statistic, each)),
      standingsTable(each),
      priceTables(each),
      loadTable(each, budget !== null),
      sketches(each)
    ),
    tunedHere.map(one =>
      section(
        titled(label, 'with the best step size of each'),
        html`<p class="verdict">${one.verdict}</p>\n`,
        curves(one.panels, note(statistic, one)),
        standingsTable(one, true),
        stepsNote(comparison, one),
        priceTables(one)
      )
    )
  ]
})}${
  inCommon.length === 0
    ? undefined
    : section(
        'What a round takes',
        inCommon.map(text => html`<p class="verdict">${text}</p>\n`)
      )
}${
  modelled
    ? section('Modelled and measured bytes', measuredTable(comparison, runs, modelled.runs))
    : undefined
}${
  leftOut.length === 0
    ? undefined
    : section(
        'Left out',
        table(
          ['contender', 'why'],
          leftOut.map(({ label, reason }) => [label, reason]),
          'lw'
        )
      )
}${section('Settings', settings(comparison))}${section(
  'Repeat it',
  html`<pre class="command">${command}</pre>
<p class="note">Page made by Murmuration ${productVersion()}, Node ${process.version}. The same seeds end with the same ${isMeasured(comparison) ? 'numbers, but for measured seconds' : 'numbers'}.</p>`
)}`
  const drawing = (kind: string, { problem, panels }: (typeof solved)[number], p: number): Drawing => ({
    name: problems.length === 1 ? kind : `${kind}-${p + 1}`,
    svg: drawFigure(
      problem.label === '' ? name : `${name}: ${problem.label}`,
      `${statisticInWords(statistic)}, 95 % intervals; ${times}`,
      panels,
      SHEET
    )
  })
  const drawings = (kind: string, all: typeof solved): Drawing[] =>
    all.flatMap((each, p) => (each.panels.length === 0 ? [] : [drawing(kind, each, p)]))
  const figures = [...drawings('comparison', solved), ...drawings('best-steps', best)]
  return { title: heading, html: page(heading, content), figures }
}

/** Charts with their note, where there is anything to draw. */
const curves = (panels: readonly Panel[], below: Markup): Content =>
  panels.length === 0 ? undefined : [charts(panels), below]

/** As `Similar peers: with …`; a problem that is alone has no name. */
function titled(label: string, steps: string): string {
  if (label !== '') return steps === '' ? label : `${label}: ${steps}`
  return steps === '' ? 'Results' : capital(steps)
}

/** Where the step sizes come from, and whose may not be the best. */
function stepsNote({ contenders }: Comparison, { contests }: Solved): Markup {
  const atTheEdge = contests
    .filter(({ standing, stepSize }) =>
      isAtTheEdge(stepSize, contenders[standing.contender]?.experiment.stepSize ?? Number.NaN)
    )
    .map(({ label }) => label)
  const edge =
    atTheEdge.length === 0
      ? ''
      : ` At the edge of what was tried, so that one beyond may be better still: ${atTheEdge.join('; ')}.`
  return html`<p class="note">Step sizes: the best of those tried around the given one, found on seeds of their own.${edge}</p>
`
}

/** How much of it is there, if that is not all. */
const doneOf = (done: number, expected: number, how: string): string[] =>
  done < expected ? [`${count(done)} of ${count(expected)} runs${how} are done.`] : []

function divergedIn({ problem, contests }: Solved, how: string): string[] {
  const where = problem.label === '' ? '' : ` (${problem.label})`
  const isAll = contests.every(({ standing: { runs, diverged } }) => runs > 0 && diverged === runs)
  if (isAll) return [`All runs diverged${how}${where}.`]
  return contests
    .filter(({ standing }) => standing.diverged > 0)
    .map(({ label, standing, runs }) => {
      const first = Math.min(...runs.map(run => run.divergedIn ?? Number.POSITIVE_INFINITY))
      return `${label}${where} diverged${how} with ${count(standing.diverged)} of ${count(standing.runs)} seeds, the first in round ${count(first)}.`
    })
}

const seedsInWords = (seeds: readonly string[]): string =>
  seeds.length <= 8 ? seeds.join(', ') : `${seeds[0]} … ${seeds.at(-1)}`

/** What all runs have in common, and what each contender has of its own. */
function settings({ contenders, problems }: Comparison): Markup {
  const experiments = contenders.map(({ experiment }) => ({ ...experiment }) as Record<string, unknown>)
  const keys = [...new Set(experiments.flatMap(each => Object.keys(each)))]
  const differs = (key: string, all: readonly Record<string, unknown>[]): boolean =>
    all.some(each => !isDeepStrictEqual(each[key], all[0]?.[key]))
  const of = (problem: number) => experiments.filter((_, c) => contenders[c]?.problem === problem)
  // What only tells problems apart is said once for each of them.
  const own = keys.filter(key => problems.some((_, p) => differs(key, of(p))))
  const ofProblem = keys.filter(key => !own.includes(key) && differs(key, experiments))
  const common = Object.fromEntries(
    keys.filter(key => !differs(key, experiments)).map(key => [key, experiments[0]?.[key]])
  )
  const labelled = problems.length > 1
  const rows = contenders.map(({ label, problem }, c) => [
    ...(labelled ? [problems[problem]?.label ?? ''] : []),
    label,
    ...own.map(key => shortOf(experiments[c]?.[key]))
  ])
  const parts = problems.map((problem, p) => {
    const [first] = of(p)
    const its = Object.fromEntries(ofProblem.map(key => [key, first?.[key]]))
    return html`<details open=""><summary>${problem.label}</summary><pre>${stringify(its)}</pre></details>\n`
  })
  return html`${table([...(labelled ? ['problem'] : []), 'contender', ...own], rows, 'l'.repeat(own.length + 2))}${
    ofProblem.length > 0 ? parts : undefined
  }<details open=""><summary>In common</summary><pre>${stringify(common)}</pre></details>`
}

/** As `ring`, or `torus rows=4`. */
function shortOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? figure(null))
  const { name, ...rest } = value as Record<string, unknown>
  if (typeof name !== 'string') return JSON.stringify(value)
  return [name, ...Object.entries(rest).map(([key, each]) => `${key}=${shortOf(each)}`)].join(' ')
}
