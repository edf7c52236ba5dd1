/** A terminal that is too small is told so. */
import { wrapped } from './panels/block.ts'
import type { Area } from './surface.ts'

/** Below this there is no room for anything. */
const LEAST = { columns: 40, rows: 12 }

/** Whether it is; then the area says so, and nothing else is to be drawn there. */
export function toldTooSmall(area: Area): boolean {
  const { width, height } = area
  if (width >= LEAST.columns && height >= LEAST.rows) return false
  const text = `the screen needs ${LEAST.columns} × ${LEAST.rows} cells, here are ${width} × ${height}`
  for (const [row, line] of wrapped(text, width).entries()) area.text(0, row, line)
  return true
}
