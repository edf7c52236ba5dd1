/** What a screen reader is given of a comparison: how far it is, who leads in each problem, who is selected, and what can be pressed. */
import { count, duration, figure } from '../../report/format.ts'
import { NAMES } from '../../report/measures.ts'
import { contestFooter } from './footer.ts'
import { phaseForms } from './header.ts'
import type { ContestProblem, ContestRow, ContestScene } from './scene.ts'
import { type ContestView, problemShown, selectedRow } from './view.ts'

const FOOTER_WIDTH = 160

/** One line for each of them. */
export function spokenContest(scene: ContestScene, view: ContestView): string {
  const problem = problemShown(scene, view)
  const selected = problem.rows[selectedRow(problem.rows, view)]
  return [
    farIn(scene),
    ...scene.problems.map(leadersIn),
    ...(selected === undefined ? [] : [`Selected is ${fullyOf(selected, problem, scene)}.`]),
    contestFooter(scene, view, FOOTER_WIDTH)
      .map(([text]) => text)
      .join('')
  ].join('\n')
}

function farIn(scene: ContestScene): string {
  const { name, isOver, done, cells, passedSeconds, secondsToGo } = scene
  const [phase = ''] = phaseForms(scene)
  const toGo = isOver || secondsToGo === undefined ? '' : `, about ${duration(secondsToGo)} to go`
  return (
    `Comparison ${name}, ${phase}: ${isOver ? 'finished, ' : ''}${count(done)} of ${count(cells)} runs are done, ` +
    `${duration(passedSeconds)} passed${toGo}.`
  )
}

/** Nobody leads alone who is not better by more than the seeds scatter. */
function leadersIn({ label, metric, rows }: ContestProblem): string {
  const where = label === '' ? '' : `${label}: `
  const first = rows.filter(({ rank }) => rank === 1)
  const [best] = first
  if (best === undefined) return `${where}no contender has a figure yet.`
  const found = `${NAMES[metric]} ${figure(best.final?.value)}`
  if (first.length === 1) return `${where}${best.name} leads with ${found}.`
  return `${where}${count(first.length)} contenders share the first rank, among them ${best.name} with ${found}.`
}

function fullyOf(row: ContestRow, { metric }: ContestProblem, { seeds }: ContestScene): string {
  const { name, rank, final, diverged, done } = row
  const interval = final?.interval
  return [
    `${name}: ${rank === null ? 'no rank' : `rank ${rank}`}`,
    diverged > 0
      ? `diverged with ${count(diverged)} of ${count(done)}`
      : `${NAMES[metric]} ${figure(final?.value)}${interval ? `, between ${figure(interval.low)} and ${figure(interval.high)}` : ''}`,
    `${count(done)} of ${count(seeds)} seeds`
  ].join(', ')
}
