/** Where the peers of a map stand in cells, with their numbers or without. */
import type { Scene } from '../scene.ts'

export interface Place {
  readonly participant: number
  /** Its number, or nothing where numbers would touch; `hub`. */
  readonly name: string
  /** Where the name begins; its sign is the cell behind it. */
  readonly column: number
  readonly row: number
}

/** Columns per row, from round (a cell is twice as high as wide, and numbers are wide) to all there are. */
const STRETCHES = [3.5, Number.POSITIVE_INFINITY]
/** More columns than any terminal has. */
const STRIDE = 100_000

/** Names the cell in sets of cells. */
export const cellAt = (column: number, row: number): number => row * STRIDE + column

/** The cells of name and sign, and `free` more. */
export const cellsOf = ({ column, row, name }: Place, free = 0): number[] =>
  Array.from({ length: name.length + 1 + free }, (_, k) => cellAt(column + k, row))

/**
 * The places in at most width × rows cells, and the columns that are used: with numbers if they do not touch, as round
 * as they allow; else without. Undefined where peers would hide each other.
 */
export function placesOf(
  scene: Scene,
  width: number,
  rows: number
): { columns: number; places: Place[] } | undefined {
  for (const isNumbered of [true, false]) {
    for (const stretch of STRETCHES) {
      const columns = Math.min(width, Math.round(stretch * rows))
      const places = placed(scene, isNumbered, (width - columns) >> 1, columns, rows)
      if (areApart(places, isNumbered ? 1 : 0)) return { columns, places }
      if (columns === width) break
    }
  }
  return
}

function placed(
  { experiment: { peers }, stage }: Scene,
  isNumbered: boolean,
  left: number,
  columns: number,
  rows: number
): Place[] {
  const { participants = 0, layout = [] } = stage ?? {}
  const names = Array.from({ length: participants }, (_, i) =>
    i >= peers ? 'hub' : isNumbered ? `${i}` : ''
  )
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0)
  const room = Math.max(0, columns - longest - (isNumbered ? 2 : 1))
  return names.map((name, participant) => ({
    participant,
    name,
    column: left + Math.round(within(layout[2 * participant]) * room) + ((longest - name.length) >> 1),
    row: Math.round(within(layout[2 * participant + 1]) * (rows - 1))
  }))
}

/** Into [0, 1]; the middle of what is no number. */
const within = (share = 0.5): number => (Number.isNaN(share) ? 0.5 : Math.min(1, Math.max(0, share)))

/** No cell belongs to two of them, each with so many free cells behind it. */
function areApart(places: readonly Place[], free: number): boolean {
  const cells = places.flatMap(place => cellsOf(place, free))
  return new Set(cells).size === cells.length
}
