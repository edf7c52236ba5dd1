import type { CurvePoint } from './protocol.ts'

/** Every so many points, the last among them: no more than `most`. */
export function thinned(points: readonly CurvePoint[], most: number): readonly CurvePoint[] {
  const every = Math.ceil(points.length / most)
  return points.filter((_, k) => (points.length - 1 - k) % every === 0)
}
