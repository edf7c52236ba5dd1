/** Pages about comparisons, of one made up here. */
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import type { ComparisonOutcome } from '../../src/compare/comparison.ts'
import { judged } from '../../src/compare/findings.ts'
import { standingsOf } from '../../src/compare/standings.ts'
import type { Series } from '../../src/drawing/panel.ts'
import { count, figure } from '../../src/report/format.ts'
import { frontOf, panelsOf } from '../../src/report/html/comparison-charts.ts'
import { comparisonReport } from '../../src/report/html/comparison-report.ts'
import { type ReportedComparison, solvedOf } from '../../src/report/html/contests.ts'
import { curveOf, loadsOf, peersOf } from '../../src/report/html/curves.ts'
import { estimate } from '../../src/statistics/estimate.ts'
import { circleLayout } from '../../topologies/parts/layouts.ts'
import { elementsOf } from '../reproduce/well-formed.ts'
import { madeComparison, tunedOf } from '../support/comparison.ts'
import { elementsIn, referencesIn, tableIn } from '../support/html.ts'

const made = madeComparison()
const { comparison, runs } = made
const ring = {
  places: circleLayout(16),
  edges: Array.from({ length: 16 }, (_, i) => [i, (i + 1) % 16] as const)
}
type Graphs = Pick<ReportedComparison, 'graphs'>
/** With what the runs come to. */
const reportOf = ({ graphs, ...outcome }: ComparisonOutcome & Graphs) =>
  comparisonReport({ ...judged(outcome), graphs })
const graphs = comparison.contenders.map(({ label }) => (label === 'alone' ? undefined : ring))
const page = reportOf({ ...made, graphs })

describe('the page of a comparison', () => {
  test('is well-formed, needs nothing but itself, and is small', () => {
    const elements = elementsIn(page.html)
    expect(elements).not.toContain('script')
    expect(referencesIn(page.html)).toEqual([])
    expect(Buffer.byteLength(page.html)).toBeLessThan(1_000_000)
  })

  test('has the figures of the standings, the best first', () => {
    const [first] = standingsOf(comparison, runs)
    const rows = tableIn(page.html, '', 'rank', 'contender')
    expect(rows).toHaveLength(5)
    expect(rows[0]?.[2]).toBe('star-scafflsa')
    expect(rows.map(([number]) => number)).toEqual(['1', '2', '3', '4', '5'])
    for (const { contender, final, rank } of first?.standings ?? []) {
      const { label } = comparison.contenders[contender]!
      const row = rows.find(each => each[2] === label)
      expect(row?.slice(1, 5)).toEqual([
        String(rank),
        label,
        figure(final?.value),
        `${figure(final?.interval?.low)} … ${figure(final?.interval?.high)}`
      ])
    }
  })

  test('says who diverged, who was left out, and how to repeat it', () => {
    const { document } = parseHTML(page.html)
    expect(document.querySelector('.warning')?.textContent).toBe(
      'star-scafflsa (opposite <peers>) diverged with 1 of 5 seeds, the first in round 8.'
    )
    expect(tableIn(page.html, 'contender', 'why')).toEqual([['path, relay-sum', 'needs <a tree>']])
    expect(document.querySelector('pre.command')?.textContent).toBe(comparison.command)
    expect([...document.querySelectorAll('h2')].map(each => each.textContent)).toEqual([
      'similar',
      'opposite <peers>',
      'What a round takes',
      'Left out',
      'Settings',
      'Repeat it'
    ])
  })

  test('says of an unfinished comparison how much is there', () => {
    const part = reportOf({ ...made, runs: runs.slice(0, 7), graphs })
    expect(part.html).toContain('7 of 50 runs are done.')
    elementsIn(part.html)
    elementsIn(reportOf({ ...made, runs: [], graphs }).html)
  })

  test('of runs that all diverged has tables and words, but neither charts nor a legend', () => {
    const diverged = runs.map(run => ({ ...run, rounds: [], values: [], peers: [], divergedIn: 1 }))
    const report = reportOf({ ...made, runs: diverged, graphs })
    const { document } = parseHTML(report.html)
    elementsIn(report.html)
    expect(document.querySelectorAll('.panels, .legend, .panels + .note')).toHaveLength(0)
    expect(document.querySelector('.verdict')?.textContent).toContain('all runs diverged')
    expect(tableIn(report.html, '', 'rank', 'contender')[0]).toContain('diverged')
    expect(report.figures).toEqual([])
    expect([...document.querySelectorAll('.warning p')].map(each => each.textContent)).toEqual([
      'All runs diverged (similar).',
      'All runs diverged (opposite <peers>).'
    ])
    const none = reportOf({
      ...made,
      comparison: { ...comparison, target: null },
      runs: diverged,
      graphs
    })
    expect(none.html).not.toContain('until the target')
    expect(none.html).toContain('Price in all')
  })

  test('has the price until the target and in all in two tables, in which medians may be halves', () => {
    const until = tableIn(page.html, 'contender', 'seeds', 'rounds')
    const all = tableIn(page.html, 'contender', 'rounds', 'samples', 'messages')
    expect([until.length, all.length]).toEqual([5, 5])
    expect(all[0]).toEqual(['star-scafflsa', '60', '600', '1,920', '461 kB', '461 kB', '9.60 s'])
    const two = reportOf({ ...made, runs: runs.filter(({ seed }) => seed < '3'), graphs }).html
    const halves = tableIn(two, 'contender', 'seeds', 'rounds').map(row => row[2])
    expect(halves.some(rounds => rounds?.endsWith('.5'))).toBe(true)
  })

  test('tells whose target it is, and says once what a round takes', () => {
    const servers = reportOf({ ...made, comparison: { ...comparison, target: null }, graphs })
    const { document } = parseHTML(servers.html)
    const cards = [...document.querySelectorAll('.figures div')].map(each => each.textContent)
    expect(cards).toContain("targetthe server's10 % worse than what the better one ends with")
    expect(servers.html.match(/A round with the server takes/g)).toHaveLength(1)
  })

  test('names the marks at the end by their rows, and each in full', () => {
    const { document } = parseHTML(page.html)
    const rows = tableIn(page.html, '', 'rank', 'contender')
    const titles = [...document.querySelectorAll('.panels title')].map(each => each.textContent)
    for (const [number, , label, value] of rows) expect(titles).toContain(`${number} ${label}: ${value}`)
    const numbers = [...document.querySelectorAll('.panels [aria-label="numbers"] text')]
    expect(numbers.length).toBeGreaterThan(10)
  })

  test('has a figure for each problem that stands alone', () => {
    expect(page.figures.map(({ name }) => name)).toEqual(['comparison-1', 'comparison-2'])
    for (const { svg } of page.figures) {
      expect(elementsOf(svg.trim())[0]).toBe('svg')
      expect(svg).not.toContain('var(')
      expect(referencesIn(svg)).toEqual([])
    }
  })

  test('has a colour for each graph and a style for each of its protocols', () => {
    const entries = [...parseHTML(page.html).document.querySelectorAll('.legend li')].map(entry => {
      const line = entry.querySelector('line')
      return [entry.textContent, line?.getAttribute('stroke'), line?.getAttribute('stroke-dasharray')]
    })
    const [plain, corrected, torus] = ['ring, gossip', 'ring, gossip-scafflsa', 'torus, gossip'].map(name =>
      entries.find(([text]) => text === name)
    )
    expect(corrected?.[1]).toBe(plain?.[1])
    expect(corrected?.[2]).not.toBe(plain?.[2])
    expect(torus?.[1]).not.toBe(plain?.[1])
    expect(torus?.[2]).toBe(plain?.[2])
  })

  test('tells in its settings what each contender has of its own, and what all have', () => {
    const rows = tableIn(page.html, 'problem', 'contender')
    expect(rows[3]).toEqual(['similar', 'ring, gossip-scafflsa', 'ring', 'lazy', 'gossip-scafflsa'])
    const [similar, opposite, common] = [
      ...parseHTML(page.html).document.querySelectorAll('details pre')
    ].map(each => each.textContent ?? '')
    expect(similar).toContain('heterogeneity: perturbation')
    expect(opposite).toContain('heterogeneity: opposite')
    expect(common).toContain('peers: 16')
    expect(common).not.toContain('heterogeneity')
  })

  test('stays below a megabyte with 63 contenders of 64 peers that all talk', () => {
    const contenders = Array.from({ length: 63 }, (_, c) => ({
      ...comparison.contenders[c % 5]!,
      label: `contender ${c}`
    }))
    const [first] = runs
    const values = Array.from({ length: 64 }, (_, i) => i / 64)
    const many = contenders.flatMap((_, contender) =>
      ['1', '2'].map(seed => ({ ...first!, contender, seed, peers: values }))
    )
    const complete = Array.from({ length: 64 }, (_, i) =>
      Array.from({ length: i }, (_, j) => [j, i] as const)
    ).flat()
    const large = reportOf({
      comparison: { ...comparison, problems: [comparison.problems[0]!], contenders, seeds: ['1', '2'] },
      runs: many,
      leftOut: [],
      tuned: null,
      modelled: null,
      graphs: contenders.map(() => ({ places: circleLayout(64), edges: complete }))
    })
    expect(Buffer.byteLength(large.html)).toBeLessThan(1_000_000)
  })
})

describe('the page of a comparison with the best step sizes', () => {
  const tuned = tunedOf(made)
  const report = reportOf({ ...made, graphs, tuned })
  const headings = [...parseHTML(report.html).document.querySelectorAll('h2')].map(each => each.textContent)

  test('has both for each problem, one below the other', () => {
    expect(headings.slice(0, 4)).toEqual([
      'similar: with the step size that was given',
      'similar: with the best step size of each',
      'opposite <peers>: with the step size that was given',
      'opposite <peers>: with the best step size of each'
    ])
    expect(report.figures.map(({ name }) => name)).toEqual([
      'comparison-1',
      'comparison-2',
      'best-steps-1',
      'best-steps-2'
    ])
    elementsIn(report.html)
  })

  test('has the step size of each in its table, and the figures of the tuned runs', () => {
    const [first] = standingsOf(tuned.comparison, tuned.runs)
    const rows = tableIn(report.html, '', 'rank', 'contender', 'step size')
    expect(rows).toHaveLength(5)
    for (const { contender, final } of first?.standings ?? []) {
      const { label, experiment } = tuned.comparison.contenders[contender]!
      const row = rows.find(each => each[2] === label)
      expect(row?.slice(3, 5)).toEqual([String(experiment.stepSize), figure(final?.value)])
    }
  })

  test('says whose best step is at the edge of what was tried', () => {
    const notes = [...parseHTML(report.html).document.querySelectorAll('.note')].map(each => each.textContent)
    const said = notes.filter(note => note?.startsWith('Step sizes:'))
    expect(said).toHaveLength(2)
    expect(said[0]).toMatch(/better still: alone; torus, gossip\.$/)
    expect(said[1]).toMatch(/on seeds of their own\.$/)
  })

  test('says how many of its runs are there', () => {
    const part = { ...tuned, runs: tuned.runs.slice(0, 12) }
    expect(reportOf({ ...made, graphs, tuned: part }).html).toContain(
      '12 of 50 runs with the best step sizes are done.'
    )
    expect(report.html).not.toContain('are done')
  })

  test('gives away the second curves before it comes to a megabyte', () => {
    const contenders = Array.from({ length: 63 }, (_, c) => ({
      ...comparison.contenders[c % 5]!,
      label: `contender ${c}`
    }))
    const many = contenders.flatMap((_, contender) =>
      ['1', '2'].map((seed, s) => ({ ...runs[s]!, contender, seed }))
    )
    const all = { ...comparison, problems: [comparison.problems[0]!], contenders, seeds: ['1', '2'] }
    const complete = Array.from({ length: 64 }, (_, i) =>
      Array.from({ length: i }, (_, j) => [j, i] as const)
    ).flat()
    const large = reportOf({
      comparison: all,
      runs: many,
      leftOut: [],
      graphs: contenders.map(() => ({ places: circleLayout(64), edges: complete })),
      tuned: { comparison: all, runs: many },
      modelled: null
    })
    expect(Buffer.byteLength(large.html)).toBeLessThan(1_000_000)
    expect(tableIn(large.html, '', 'rank', 'contender', 'step size')).toHaveLength(63)
  })
})

describe('the page of a comparison over libp2p', () => {
  const over = (transport: 'libp2p' | 'simulated') => ({
    ...comparison,
    contenders: comparison.contenders.map(each => ({
      ...each,
      experiment: { ...each.experiment, transport }
    }))
  })
  const FRAMING = 104
  const more = runs.map(run => {
    if (run.contender !== 1) return { ...run, socketBytes: run.contender === 0 ? 0 : null }
    const bytes = run.bytes.map(x => 1.25 * x)
    return { ...run, bytes, socketBytes: bytes.at(-1)! + FRAMING * run.messages.at(-1)! }
  })
  const measured = reportOf({
    ...made,
    comparison: { ...over('libp2p'), price: 'libp2p (measured)' },
    runs: more,
    graphs,
    // The last seed is not done yet.
    modelled: { comparison: over('simulated'), runs: runs.filter(({ seed }) => seed !== '5') }
  }).html

  test('has measured and modelled bytes side by side, of the runs that are there of both', () => {
    const rows = tableIn(measured, 'problem', 'contender', 'bytes in the simulator')
    expect(rows).toHaveLength(10)
    expect(rows[0]).toEqual(['similar', 'alone', '0', '0', 'none', '0', '–', '100'])
    const four = 4 * 60 * 7680
    const messages = 4 * runs.find(run => run.contender === 1)!.messages.at(-1)!
    expect(rows[1]).toEqual([
      'similar',
      'ring, gossip',
      count(four),
      count(1.25 * four),
      '+25.00 %',
      count(1.25 * four + FRAMING * messages),
      `${FRAMING} B`,
      '11.1'
    ])
  })

  test('calls no second predicted that was measured', () => {
    expect(page.html).toContain('predicted seconds')
    expect(measured).toContain('By measured seconds')
    expect(measured).toContain('numbers, but for measured seconds')
    expect(measured).not.toContain('predicted')
    expect(page.html).not.toContain('Modelled and measured')
  })
})

describe('the curve of a contender', () => {
  const its = runs.filter(run => run.contender === 1)

  test('has the statistic of its seeds round by round, and what these cost on average', () => {
    const curve = curveOf(its, comparison, 1000)
    expect(curve).toHaveLength(60)
    const sixth = its.map(run => run.values[5]!)
    expect(curve[5]).toEqual({
      value: estimate(sixth, 'mean'),
      rounds: 6,
      busiestBytes: 6 * 960,
      seconds: expect.closeTo(6 * 0.09, 12)
    })
  })

  test('ends where the budget does, and leaves out what diverged', () => {
    expect(curveOf(its, { statistic: 'mean', budget: { of: 'rounds', amount: 20 } }, 1000)).toHaveLength(20)
    const others = runs.filter(run => run.contender === 9)
    const sound = others.filter(run => run.divergedIn === null)
    expect(sound).toHaveLength(4)
    expect(curveOf(others, comparison, 1000)).toEqual(curveOf(sound, comparison, 1000))
    expect(curveOf([], comparison, 10)).toEqual([])
  })
})

test('what peers had at the end is the mean over the seeds, without those that never took part', () => {
  const [first, second] = runs
  const peers = [
    [1, null, null],
    [3, 5, null]
  ]
  const two = [first!, second!].map((run, k) => ({ ...run, peers: peers[k]! }))
  expect(peersOf(two)).toEqual([2, 5, null])
})

const loaded = (bytesIn: readonly number[], bytesOut: readonly number[]) => ({
  ...runs[0]!,
  peers: [1, 1],
  bytesIn,
  bytesOut
})

test('loads tell peers from a hub, which comes after them', () => {
  expect(loadsOf([loaded([10, 30, 100], [20, 40, 200])])).toEqual({
    mean: { in: 20, out: 30 },
    most: { in: 30, out: 40 },
    hub: { in: 100, out: 200 }
  })
  expect(loadsOf([loaded([10, 30], [20, 40])])?.hub).toBeUndefined()
  expect(loadsOf([])).toBeUndefined()
})

test('the busiest peer is the busiest of each run, and of these the median', () => {
  // Every peer is the busiest once, so that the mean of none over the seeds is as large.
  const three = [loaded([50, 10], [50, 10]), loaded([10, 60], [10, 60]), loaded([70, 10], [50, 10])]
  expect(loadsOf(three)?.most).toEqual({ in: 60, out: 60 })
  expect(loadsOf(three.slice(0, 2))?.most).toEqual({ in: 55, out: 55 })
})

describe('the front of the means', () => {
  const at = (x: number, value: number) => ({ x, final: { value } })

  test('has those of which no other is as good for no more, and never turns back', () => {
    const placed = [at(3, 2), at(1, 5), at(2, 2.5), at(2, 2.1), at(4, 2), at(5, 1), at(6, 1.5)]
    expect(frontOf(placed, false)).toEqual([
      [1, 5],
      [2, 2.1],
      [3, 2],
      [5, 1]
    ])
  })

  test('of returns goes up', () => {
    expect(frontOf([at(1, -5), at(2, -7), at(3, -2)], true)).toEqual([
      [1, -5],
      [3, -2]
    ])
  })

  test('is drawn in steps of one direction each', () => {
    for (const problem of solvedOf({ ...judged(made), graphs }).solved)
      for (const { series } of panelsOf(problem).slice(-3)) {
        const [{ points }] = series as [Series]
        for (const [k, [x, y]] of points.slice(1).entries()) {
          const [x0, y0] = points[k]!
          expect([x0 === x || y0 === y, x >= x0, y <= y0]).toEqual([true, true, true])
        }
      }
  })
})
