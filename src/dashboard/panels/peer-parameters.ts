/** Where θ of a peer is: how far from the federation's point, how far from its own, and component by component. */

import type { PeerReport, PeerView } from '../../interfaces.ts'
import { figure } from '../../report/format.ts'
import type { Inspected } from '../scene.ts'
import type { Style } from '../styles.ts'
import { type Block, blockOf, type Column, type Line, section, table } from './block.ts'
import { norm } from './norm.ts'
import { notationOf } from './notation.ts'

/**
 * Distances of θ. Where θ is the table of values itself, components of states that the peer never visits do not count: its
 * system is solved by every value of them.
 */
export function distancesBlock({ report, view }: Inspected): Block {
  const { parameters, correction } = report
  const { solution, ownSolution, weights } = view
  const counts = isTable(report, view) ? weights.map(mu => (mu > 0 ? 1 : 0)) : undefined
  const between = (a: Float64Array, b: Float64Array): number => norm(a, b, counts)
  const known: [name: string, value: number | null, style: Style, meaning: string][] = [
    ['‖θ − θ*‖', solution && between(parameters, solution), 'fixedPoint', "to the federation's point"],
    ['‖θ − θ_i*‖', ownSolution && between(parameters, ownSolution), 'here', 'to its own point'],
    ['‖θ* − θ_i*‖', solution && ownSolution && between(solution, ownSolution), 'text', 'between the two'],
    ['‖θ‖', solution === null ? norm(parameters) : null, 'here', 'of its parameters'],
    ['‖ξ‖', correction && norm(correction), 'consensus', 'its correction']
  ]
  const lines = known
    .filter(([, value]) => value !== null)
    .map(
      ([name, value, style, meaning]): Line => [
        [name.padEnd(11), 'text'],
        [figure(value).padStart(10), style],
        [`  ${meaning}`, 'dim']
      ]
    )
  const { length } = parameters
  const visited = counts?.reduce((sum, one) => sum + one, 0) ?? length
  const count = visited === length ? `${length} numbers` : `${visited} of ${length} numbers: states it visits`
  return section(
    [
      ['parameters θ', 'title'],
      [`  ${count}`, 'dim']
    ],
    blockOf(lines)
  )
}

/** Nothing where θ is the table of values itself, and nothing of a policy learner. */
export function componentsBlock({ report, view }: Inspected): Block {
  const { parameters, correction } = report
  const { solution, ownSolution } = view
  if (solution === null || ownSolution === null || isTable(report, view)) return blockOf([])
  const notation = notationOf([...parameters, ...solution, ...ownSolution])
  const corrections = notationOf(correction ?? [], 3)
  const width = Math.max(5, notation.width)
  const columns: Column[] = [
    { title: 'j', style: 'dim', width: Math.max(2, String(parameters.length).length), align: 'right' },
    { title: 'θ', style: 'here', width, align: 'right' },
    { title: 'θ*', style: 'fixedPoint', width, align: 'right' },
    { title: 'θ_i*', style: 'strong', width, align: 'right' },
    ...(correction === null
      ? []
      : [{ title: 'ξ', style: 'consensus', width: Math.max(5, corrections.width), align: 'right' } as const])
  ]
  const rows = table(columns, parameters.length, j => [
    [String(j), 'text'],
    [notation.write(parameters[j]!), 'here'],
    [notation.write(solution[j] ?? Number.NaN), 'fixedPoint'],
    [notation.write(ownSolution[j] ?? Number.NaN), 'strong'],
    [corrections.write(correction?.[j] ?? Number.NaN), 'consensus']
  ])
  return section([['components', 'title']], rows)
}

/** Whether θ is V, state by state, as with one-hot features. */
const isTable = ({ parameters }: PeerReport, { values }: PeerView): boolean =>
  values.length === parameters.length && parameters.every((x, j) => Object.is(x, values[j]))
