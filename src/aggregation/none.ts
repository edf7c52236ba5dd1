/** No communication: every peer learns alone. What federation must beat. */
import { z } from 'zod'
import { doubles } from '../core/payload.ts'
import type { AggregationFamily } from '../interfaces.ts'
import { sendParameters } from './send.ts'

export const none: AggregationFamily<object> = {
  description: 'nobody talks: every peer learns alone',
  options: z.strictObject({}),
  hops: () => 0,
  build({ peers, parameters }) {
    const degrees = new Uint32Array(peers)
    return {
      name: 'none',
      plan: { participants: peers, hops: [], payload: doubles(parameters), perLink: false, flows: false },
      correction: undefined,
      state: {},
      compose: (_hop, theta) => sendParameters(theta, degrees),
      combine: () => {},
      restart: () => {},
      neighboursOf: () => []
    }
  }
}
