/** How a comparison is looked at. */
import type { Scale } from '../axis.ts'
import type { ContestProblem, ContestRow, ContestScene, Horizontal } from './scene.ts'

/** Which problem, who is selected, and the axes. */
export interface ContestView {
  /** Index of the problem that is shown. */
  readonly problem: number
  /** The name of the selected contender, which may be there in other problems, too; null for the one that leads. */
  readonly selected: string | null
  readonly horizontal: Horizontal
  readonly scale: Scale
  /** Whether it is asked if what is not done yet shall be left. */
  readonly isAsked: boolean
}

/** Before a key is pressed. */
export const FIRST_CONTEST_VIEW: ContestView = {
  problem: 0,
  selected: null,
  horizontal: 'rounds',
  scale: 'log',
  isAsked: false
}

const NO_PROBLEM: ContestProblem = { label: '', metric: 'return', done: 0, cells: 0, rows: [] }

/** What is shown. */
export const problemShown = ({ problems }: ContestScene, { problem }: ContestView): ContestProblem =>
  problems[problem] ?? NO_PROBLEM

/** The row that is selected; the first if none is, or the one that was is not there. */
export const selectedRow = (rows: readonly ContestRow[], { selected }: ContestView): number =>
  Math.max(
    0,
    rows.findIndex(({ name }) => name === selected)
  )
