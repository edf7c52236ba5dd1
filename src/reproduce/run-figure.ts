/** Computes the cells of a figure, those that are not kept from before, and judges them together. */
import { computeCells, type Helpers } from '../cells/compute.ts'
import type { Done, Figure, Findings } from './figure.ts'

export interface Reproduction extends Findings {
  /** How many cells were kept from before. */
  readonly reused: number
}

/** Undefined if it was interrupted. */
export async function runFigure(
  figure: Figure,
  quick: boolean,
  helpers: Helpers
): Promise<Reproduction | undefined> {
  const cells = figure.cells(quick)
  const { results, reused, isInterrupted } = await computeCells(cells, helpers)
  if (isInterrupted) return undefined
  const all = cells.map(({ settings }, k): Done<unknown, unknown> => ({ settings, result: results[k] }))
  return { ...figure.judge(all, quick), reused }
}
