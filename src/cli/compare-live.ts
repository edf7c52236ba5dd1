/** A comparison while it runs: who is where by what is done, with the curve of the last run of each. */
import type { Comparison, ContestRun } from '../compare/comparison.ts'
import { bestFirst, standingsOf } from '../compare/standings.ts'
import { GLYPHS } from '../dashboard/glyphs.ts'
import { sparkline } from '../dashboard/sparkline.ts'
import { bytes, columns, duration, figure } from '../report/format.ts'
import { NAMES } from '../report/measures.ts'
import { labelOf } from './compare-text.ts'

const CURVE = 16
const LABEL = 32

/** At most `height` lines of at most `width` characters. */
export function liveLines(
  comparison: Comparison,
  runs: readonly ContestRun[],
  { width, height }: { readonly width: number; readonly height: number }
): string[] {
  const { problems, seeds, price } = comparison
  const newest = new Map(runs.map(run => [run.contender, run]))
  const each = Math.floor(height / Math.max(1, problems.length)) - 2
  const lines = standingsOf(comparison, runs).flatMap(found => {
    const { label, metric } = problems[found.problem] ?? { label: '', metric: 'return' as const }
    const rows = found.standings.toSorted(bestFirst(metric === 'return')).map(row => {
      const curve = newest.get(row.contender)?.values ?? []
      return [
        row.rank === null ? '–' : String(row.rank),
        labelOf(comparison, row.contender).slice(0, LABEL),
        figure(row.final?.value),
        sparkline(curve, CURVE, GLYPHS.braille),
        row.spent === null ? '–' : bytes(row.spent.busiestBytes),
        row.spent === null ? '–' : duration(row.spent.seconds),
        `${row.runs}/${seeds.length}`
      ]
    })
    const head = ['', label, NAMES[metric], 'last run', 'busiest', price, 'seeds']
    return [...columns([head, ...rows].slice(0, Math.max(2, each)), 'rlrlrrr'), '']
  })
  return lines.slice(0, Math.max(0, height)).map(line => line.slice(0, width))
}
