/** The figures of one swarm, as the outcome of a session has them. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { RoundSample } from '../interfaces.ts'
import { tailOf } from '../metrics/judge.ts'
import type { RunningSwarm } from '../running-swarm.ts'
import { bestOf } from './best.ts'
import type { CurvePoint, Result } from './protocol.ts'

/** `sample` is its last one, `history` has all measured rounds. */
export function resultOf(
  aggregation: AggregationSpec,
  swarm: Pick<RunningSwarm, 'traffic'>,
  { swarm: errors, ...sample }: RoundSample,
  history: readonly CurvePoint[]
): Result {
  const perPeer = structuredClone(swarm.traffic)
  const tail = tailOf(history.map(point => point.errors))
  return { aggregation, ...sample, swarm: errors, tail, best: bestOf(history) ?? null, perPeer }
}
