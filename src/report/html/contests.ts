/** What a page tells of each contender of a comparison: its standing, its curve, and the look that it has in all figures. */
import { traitsOf } from '../../aggregation/names.ts'
import type { ContestRun, Problem } from '../../compare/comparison.ts'
import type { Findings, JudgedOutcome } from '../../compare/findings.ts'
import { isMeasured } from '../../compare/measured.ts'
import { bestFirst, type ProblemStandings, type Standing, type View } from '../../compare/standings.ts'
import type { Series } from '../../drawing/panel.ts'
import type { Experiment } from '../../experiment/schema.ts'
import { type CurvePoint, curveOf } from './curves.ts'
import type { Placed } from './graph.ts'
import { SHEET } from './page.ts'

/** What came out of a comparison, and its graphs: plain data. */
export interface ReportedComparison extends JudgedOutcome {
  /** Per contender where to draw its graph; undefined where it is not to be drawn. */
  readonly graphs: readonly (Placed | undefined)[]
}

/** Points of all curves together: what keeps the page small. */
const POINTS = 9000
const MOST_POINTS = 160
const LEAST_POINTS = 12

const COLOURS = SHEET.series.length
const LOOKS = [
  { style: 'line', mark: 'dot' },
  { style: 'dashed', mark: 'ring' },
  { style: 'dotted', mark: 'cross' }
] as const

/** Grey: of what belongs to no contender. */
export const NOBODY = 8

/** One problem with all that is known of it. */
export interface Solved {
  readonly problem: Problem
  readonly standings: ProblemStandings
  readonly verdict: string
  readonly contests: readonly Contest[]
  /** Whether seconds are measured, and not predicted. */
  readonly isMeasured: boolean
}

type Look = Required<Pick<Series, 'colour' | 'style' | 'mark'>>

/** A contender of the problem. */
export interface Contest {
  readonly label: string
  readonly look: Look
  readonly standing: Standing
  readonly runs: readonly ContestRun[]
  readonly curve: readonly CurvePoint[]
  readonly stepSize: number
  readonly graph: Placed | undefined
}

/** Planes of figures and tables, in the order of a page. */
export const ORDER: readonly View[] = ['rounds', 'busiestBytes', 'seconds']

/** Problem by problem, and what holds in all of them; `parts` share the points of a page. */
export function solvedOf(
  {
    comparison,
    runs,
    standings: all,
    verdict: verdicts,
    inCommon,
    graphs
  }: Findings & Pick<ReportedComparison, 'graphs'>,
  parts = 1
): { readonly solved: Solved[]; readonly inCommon: string } {
  const { problems, contenders } = comparison
  const hasMeasured = isMeasured(comparison)
  const points = Math.max(
    LEAST_POINTS,
    Math.min(MOST_POINTS, Math.floor(POINTS / (3 * parts * Math.max(1, contenders.length))))
  )
  const solved = all.flatMap((standings, k): Solved[] => {
    const problem = problems[standings.problem]
    if (problem === undefined) return []
    const looks = looksOf(
      standings.standings.flatMap(({ contender }) => contenders[contender]?.experiment ?? [])
    )
    const contests = standings.standings.map((standing, number): Contest => {
      const its = runs.filter(run => run.contender === standing.contender)
      return {
        label: contenders[standing.contender]?.label ?? '',
        look: looks[number] ?? { colour: NOBODY, ...LOOKS[0] },
        standing,
        runs: its,
        curve: curveOf(its, comparison, points),
        stepSize: contenders[standing.contender]?.experiment.stepSize ?? Number.NaN,
        graph: graphs[standing.contender]
      }
    })
    return [{ problem, standings, verdict: verdicts[k] ?? '', contests, isMeasured: hasMeasured }]
  })
  return { solved, inCommon }
}

/**
 * Where that tells all apart a colour is a graph and a style one of its protocols; otherwise colours are taken in turn.
 */
function looksOf(experiments: readonly Experiment[]): Look[] {
  const graphs = experiments.map(({ aggregation, topology }) => {
    const { over } = traitsOf(aggregation)
    return over === 'graph' ? JSON.stringify(topology) : over
  })
  const distinct = [...new Set(graphs)]
  const within = graphs.map((graph, k) => graphs.slice(0, k).filter(other => other === graph).length)
  const isEnough = distinct.length <= COLOURS && Math.max(...within) < LOOKS.length
  return graphs.map((graph, k) => {
    const look = isEnough ? within[k] : Math.floor(k / COLOURS)
    return {
      colour: isEnough ? distinct.indexOf(graph) : k % COLOURS,
      ...LOOKS[Math.min(LOOKS.length - 1, look ?? 0)]!
    }
  })
}

/** The best first, those without a figure last. */
export function ranked({ contests, problem }: Pick<Solved, 'contests' | 'problem'>): Contest[] {
  const order = bestFirst(problem.metric === 'return')
  return contests.toSorted((a, b) => order(a.standing, b.standing))
}

/** Per contender its number in the tables. */
export const rowsOf = (solved: Pick<Solved, 'contests' | 'problem'>): ReadonlyMap<number, number> =>
  new Map(ranked(solved).map(({ standing }, k) => [standing.contender, k + 1]))
