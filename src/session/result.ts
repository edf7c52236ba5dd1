/** The figures of one swarm, as the outcome of a session has them. */
import type { AggregationSpec } from '../aggregation/names.ts'
import type { RoundSample, SwarmErrors } from '../interfaces.ts'
import { tailOf } from '../metrics/judge.ts'
import type { RunningSwarm } from '../swarm.ts'
import type { Result } from './protocol.ts'

/** `sample` is its last one, `history` has its errors in all measured rounds. */
export function resultOf(
  aggregation: AggregationSpec,
  swarm: Pick<RunningSwarm, 'traffic'>,
  { swarm: errors, ...sample }: RoundSample,
  history: readonly SwarmErrors[]
): Result {
  const perPeer = structuredClone(swarm.traffic)
  return { aggregation, ...sample, swarm: errors, tail: tailOf(history), perPeer }
}
