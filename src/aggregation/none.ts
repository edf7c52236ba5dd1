/** No communication: every peer learns alone. What federation must beat. */
import type { Aggregation } from '../interfaces.ts'
import { sendParameters } from './send.ts'

export function none(peers: number, parameters: number): Aggregation {
  const degrees = new Uint32Array(peers)
  return {
    name: 'none',
    plan: { participants: peers, hops: [], length: parameters, flows: false },
    correction: undefined,
    state: {},
    compose: (_hop, theta) => sendParameters(theta, degrees),
    combine: () => {},
    restart: () => {},
    neighboursOf: () => []
  }
}
