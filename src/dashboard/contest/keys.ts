/** Every key of a comparison's screen, and what it does to how one looks at it. */
import { type ContestScene, HORIZONTALS } from './scene.ts'
import { type ContestView, problemShown, selectedRow } from './view.ts'

/** What a key did. */
export interface ContestPressed {
  readonly view: ContestView
  /** The user leaves, and ends what is not done yet. */
  readonly leaves: boolean
}

interface Circumstances {
  readonly key: string
  readonly scene: ContestScene
  readonly view: ContestView
  /** Rows of the table that are seen at once. */
  readonly page: number
}

/** Keys that do the same. */
export interface ContestBinding {
  /** One of them is enough; names as in `pressed.ts`. */
  readonly keys: readonly string[]
  /** How they are shown in the last line, and what they do; those without are as one expects. */
  readonly shown?: readonly [keys: string, short: string]
  /** Whether it means something. */
  readonly isOf?: (scene: ContestScene) => boolean
  readonly press: (circumstances: Circumstances) => ContestPressed
}

const only = (view: ContestView): ContestPressed => ({ view, leaves: false })

function move({ scene, view }: Circumstances, by: number): ContestPressed {
  const { rows } = problemShown(scene, view)
  const at = Math.min(Math.max(selectedRow(rows, view) + by, 0), rows.length - 1)
  return only({ ...view, selected: rows[at]?.name ?? null })
}

function toProblem({ scene, view }: Circumstances, by: 1 | -1): ContestPressed {
  const { length } = scene.problems
  return only({ ...view, problem: length === 0 ? 0 : (view.problem + by + length) % length })
}

const hasSeveral = ({ problems }: ContestScene): boolean => problems.length > 1

/** In the order in which the last line shows them. */
export const CONTEST_BINDINGS: readonly ContestBinding[] = [
  { keys: ['k', '↑'], shown: ['↑↓', 'select'], press: each => move(each, -1) },
  { keys: ['j', '↓'], press: each => move(each, 1) },
  { keys: ['PgUp'], press: each => move(each, -each.page) },
  { keys: ['PgDn'], press: each => move(each, each.page) },
  // The one that leads, whoever that will be.
  { keys: ['g', 'Home'], press: ({ view }) => only({ ...view, selected: null }) },
  { keys: ['G', 'End'], press: each => move(each, Number.POSITIVE_INFINITY) },
  {
    keys: ['tab', '→'],
    shown: ['tab', 'next problem'],
    isOf: hasSeveral,
    press: each => toProblem(each, 1)
  },
  { keys: ['shift-tab', '←'], isOf: hasSeveral, press: each => toProblem(each, -1) },
  {
    keys: ['x'],
    shown: ['x', 'lower axis'],
    press: ({ view }) =>
      only({
        ...view,
        horizontal: HORIZONTALS[(HORIZONTALS.indexOf(view.horizontal) + 1) % HORIZONTALS.length] ?? 'rounds'
      })
  },
  {
    keys: ['l'],
    shown: ['l', 'log/linear'],
    press: ({ view }) => only({ ...view, scale: view.scale === 'log' ? 'linear' : 'log' })
  },
  {
    keys: ['q', 'ctrl-c'],
    shown: ['q', 'quit'],
    press: ({ key, scene, view }) =>
      scene.isOver || key === 'ctrl-c' ? { view, leaves: true } : only({ ...view, isAsked: true })
  }
]

const YES: readonly string[] = ['q', 'y', 'enter']

/** What becomes of a key; while it is asked whether to leave, each key but those that say so takes the question away. */
export function pressContest(circumstances: Circumstances): ContestPressed {
  const { key, view } = circumstances
  if (view.isAsked && key !== 'ctrl-c')
    return { view: { ...view, isAsked: false }, leaves: YES.includes(key) }
  const binding = CONTEST_BINDINGS.find(({ keys }) => keys.includes(key))
  return binding === undefined ? only(view) : binding.press(circumstances)
}
