/** Puts a canvas of dots on an area. */
import { type Canvas, character } from '../drawing/canvas.ts'
import type { Style } from './styles.ts'
import type { Area } from './surface.ts'

/** Cells without dots stay as they are. `styles[ink]` is the style of an ink. */
export function paintCanvas(area: Area, canvas: Canvas, styles: readonly Style[]): void {
  for (let row = 0; row < canvas.rows; row++) {
    for (let column = 0; column < canvas.columns; column++) {
      const dots = canvas.dotsAt(column, row)
      if (dots === 0) continue
      area.text(column, row, character(dots, area.symbols), styles[canvas.inkAt(column, row)] ?? 'text')
    }
  }
}
