/** The best that a swarm of policies has been so far. */
import type { SwarmErrors } from '../interfaces.ts'
import type { Best, CurvePoint } from './protocol.ts'

/** The better of what was best before and what was measured now; undefined where values are learnt. */
export function better(before: Best | undefined, round: number, errors: SwarmErrors): Best | undefined {
  const value = errors.return
  return value !== null && value > (before?.return ?? Number.NEGATIVE_INFINITY)
    ? { round, return: value }
    : before
}

/** The best of all points. */
export const bestOf = (points: readonly CurvePoint[]): Best | undefined =>
  points.reduce<Best | undefined>((best, { round, errors }) => better(best, round, errors), undefined)
