/** What a simulated environment draws, on a canvas: lines in a box that is 2 wide and 1 high, y upwards. */
import { Canvas } from './canvas.ts'

/** `segments`: x0, y0, x1, y1 each. As large as columns × rows cells allow, in their middle; dots are as wide as high. */
export function drawSegments(segments: readonly number[], columns: number, rows: number): Canvas {
  const canvas = new Canvas(columns, rows)
  const [lastX, lastY] = [2 * columns - 1, 4 * rows - 1]
  const unit = Math.min(lastX / 2, lastY)
  const x = (at: number): number => lastX / 2 + (segments[at]! - 1) * unit
  const y = (at: number): number => lastY / 2 - (segments[at]! - 0.5) * unit
  for (let at = 0; at + 3 < segments.length; at += 4) canvas.line(x(at), y(at + 1), x(at + 2), y(at + 3))
  return canvas
}
