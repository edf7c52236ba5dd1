/** A comparison as a page: for each problem what may be said, curves with their bands, who reached what for which price, and the graphs. */
import { isDeepStrictEqual } from 'node:util'
import { stringify } from 'yaml'
import type { Comparison, Problem } from '../../compare/comparison.ts'
import { TARGET_SLACK } from '../../compare/standings.ts'
import { productVersion } from '../../core/product.ts'
import { drawFigure } from '../../drawing/draw-figure.ts'
import { bytes, count, duration, figure } from '../format.ts'
import { charts } from './charts.ts'
import { note, panelsOf, sketches, statisticInWords } from './comparison-charts.ts'
import { loadTable, priceTable, standingsTable } from './comparison-tables.ts'
import { type Compared, type Contest, solvedOf } from './contests.ts'
import { html, type Markup } from './markup.ts'
import { type Drawing, headlines, page, type Report, SHEET, section, table, warnings } from './page.ts'

/** What a comparison is called whose user gave it no name. */
const UNNAMED = /^[0-9a-f]{8}$/

/** The page of a comparison. */
export function comparisonReport(compared: Compared): Report {
  const { comparison, runs, leftOut } = compared
  const { name, problems, contenders, seeds, price, target, budget, command, statistic } = comparison
  const heading = UNNAMED.test(name) ? 'Graphs and protocols beside star federation' : name
  const solved = solvedOf(compared).map(each => ({ ...each, panels: panelsOf(each) }))
  const expected = contenders.length * seeds.length
  const content = html`<header>
<h1>${heading}</h1>
<p class="lead">${count(contenders.length)} contenders, ${count(seeds.length)} seeds each${problems.length > 1 ? `, ${count(problems.length)} problems` : ''}; seconds are predicted for ${price}.</p>
</header>
${warnings([
  ...(runs.length < expected ? [`${count(runs.length)} of ${count(expected)} runs are done.`] : []),
  ...solved.flatMap(({ problem, contests }) => divergedIn(problem, contests))
])}${headlines([
  { name: 'runs', value: count(runs.length) },
  { name: 'seeds', value: count(seeds.length), note: seedsInWords(seeds) },
  target === null
    ? {
        name: 'target',
        value: "the server's",
        note: `its figure and ${Math.round(100 * TARGET_SLACK)} % more`
      }
    : { name: 'target', value: figure(target) },
  ...(budget === null ? [] : [{ name: 'budget', value: budgetInWords(budget) }]),
  { name: 'network model', value: price }
])}${solved.map(({ panels, ...each }) =>
  section(
    each.problem.label === '' ? 'Results' : each.problem.label,
    html`<p class="verdict">${each.verdict}</p>\n`,
    charts(panels),
    note(statistic, each.contests),
    standingsTable(each),
    priceTable(each),
    loadTable(each),
    sketches(each)
  )
)}${
  leftOut.length === 0
    ? undefined
    : section(
        'Left out',
        table(
          ['contender', 'why'],
          leftOut.map(({ label, reason }) => [label, reason]),
          'll'
        )
      )
}${section('Settings', settings(comparison))}${section(
  'Repeat it',
  html`<pre class="command">${command}</pre>
<p class="note">Page made by Murmuration ${productVersion()}, Node ${process.version}. The same seeds end with the same numbers.</p>`
)}`
  const figures = solved.map(
    ({ problem, panels }, p): Drawing => ({
      name: problems.length === 1 ? 'comparison' : `comparison-${p + 1}`,
      svg: drawFigure(
        problem.label === '' ? name : `${name}: ${problem.label}`,
        `${statisticInWords(statistic)}, 95 % intervals; seconds for ${price}`,
        panels,
        SHEET
      )
    })
  )
  return { title: heading, html: page(heading, content), figures }
}

const divergedIn = ({ label: problem }: Problem, contests: readonly Contest[]): string[] =>
  contests
    .filter(({ standing }) => standing.diverged > 0)
    .map(({ label, standing, runs }) => {
      const first = Math.min(...runs.map(run => run.divergedIn ?? Number.POSITIVE_INFINITY))
      const where = problem === '' ? '' : ` (${problem})`
      return `${label}${where} diverged with ${count(standing.diverged)} of ${count(standing.runs)} seeds, the first in round ${count(first)}.`
    })

const seedsInWords = (seeds: readonly string[]): string =>
  seeds.length <= 8 ? seeds.join(', ') : `${seeds[0]} … ${seeds.at(-1)}`

const budgetInWords = ({ of, amount }: NonNullable<Comparison['budget']>): string =>
  of === 'bytes' ? bytes(amount) : of === 'seconds' ? duration(amount) : `${count(amount)} ${of}`

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
