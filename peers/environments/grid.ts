/**
 * Steps on a rectangular map, of which each character is a cell. Directions are numbered clockwise: 0 up, 1 right, 2 down,
 * 3 left. A step that slips goes to one of the two directions perpendicular to the intended one, each as likely.
 */
import { shuffle } from '../../src/core/random.ts'
import type { RandomStream } from '../../src/interfaces.ts'
import type { Outcome } from './dynamics.ts'

/** Cells are numbered row by row: `cells[row * columns + column]`. */
export interface Grid {
  readonly rows: number
  readonly columns: number
  readonly cells: string
}

/** A map of lines of equal length. */
export const gridOf = (lines: readonly string[]): Grid => ({
  rows: lines.length,
  columns: lines[0]?.length ?? 0,
  cells: lines.join('')
})

/** The cells that hold `character`. */
export function cellsWith({ cells }: Grid, character: string): number[] {
  return Array.from(cells, (held, cell) => (held === character ? cell : -1)).filter(cell => cell >= 0)
}

/** The next cell in a direction; the cell itself at the edge of the map. */
export function neighbourOf({ rows, columns }: Grid, cell: number, direction: number): number {
  const row = Math.floor(cell / columns)
  const column = cell % columns
  switch (direction) {
    case 0:
      return row > 0 ? cell - columns : cell
    case 1:
      return column < columns - 1 ? cell + 1 : cell
    case 2:
      return row < rows - 1 ? cell + columns : cell
    default:
      return column > 0 ? cell - 1 : cell
  }
}

/** What a step may come to if it slips with probability `slip`; `arrive` says what becomes of one that reaches a cell. */
export function stepOutcomes(
  grid: Grid,
  cell: number,
  direction: number,
  slip: number,
  arrive: (reached: number) => Omit<Outcome, 'probability'>
): Outcome[] {
  const towards = (turn: number) => arrive(neighbourOf(grid, cell, (direction + turn) % 4))
  const outcomes = slip < 1 ? [{ ...towards(0), probability: 1 - slip }] : []
  if (slip === 0) return outcomes
  for (const turn of [1, 3]) outcomes.push({ ...towards(turn), probability: slip / 2 })
  return outcomes
}

/** The most cells that one step may lead to, for peers that slip with `slip` to `slip + spread`. */
export function stepBranching(slip: number, spread: number): number {
  if (slip === 1) return 2
  return slip + spread === 0 ? 1 : 3
}

/** 1 for the cells from which `goal` can be reached through cells that are not closed, goal included. */
export function leadingTo(grid: Grid, goal: number, isClosed: (cell: number) => boolean): Uint8Array {
  const seen = new Uint8Array(grid.cells.length)
  const open = [goal]
  seen[goal] = 1
  for (let cell = open.pop(); cell !== undefined; cell = open.pop()) {
    for (let direction = 0; direction < 4; direction++) {
      const next = neighbourOf(grid, cell, direction)
      if (seen[next] || isClosed(next)) continue
      seen[next] = 1
      open.push(next)
    }
  }
  return seen
}

/** Up to `count` random cells of `candidates`, one after the other, as long as `isFine` accepts all that are chosen. */
export function chooseCells(
  candidates: readonly number[],
  count: number,
  random: RandomStream,
  isFine: (chosen: ReadonlySet<number>) => boolean
): ReadonlySet<number> {
  const chosen = new Set<number>()
  for (const cell of shuffle(random, [...candidates])) {
    if (chosen.size === count) break
    chosen.add(cell)
    if (!isFine(chosen)) chosen.delete(cell)
  }
  return chosen
}
