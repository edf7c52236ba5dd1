/**
 * Pure averaging: what an aggregation does over the simulated network, without learners and without faults. Peer i starts from x_i = i, so
 * nothing but the mixing decides how soon all have the mean.
 */
import { parameterMatrix } from './core/parameter-matrix.ts'
import { FaultSchedule } from './faults/schedule.ts'
import type { Aggregation, ParameterMatrix } from './interfaces.ts'
import { simulatedNetwork } from './network/simulated.ts'

/** After a round, in units of what the peers differed by at the start. */
export interface Averaged {
  /** ‖x − x̄‖ / ‖x(0) − x̄(0)‖ */
  readonly disagreement: number
  /** |x̄ − x̄(0)| in units of the root mean square of x_i(0) − x̄(0); 0 where the mean is kept. */
  readonly drift: number
  /** Of messages delivered so far. */
  readonly bytes: number
}

/** How `peers` peers stand after 0, 1, 2, … rounds of an aggregation that was built for one parameter. */
export async function* averaging(aggregation: Aggregation, peers: number): AsyncGenerator<Averaged, never> {
  const { plan } = aggregation
  const theta = parameterMatrix(plan.participants, 1)
  for (let i = 0; i < peers; i++) theta.values[i * theta.stride] = i
  theta.spare.set(theta.values)
  const network = simulatedNetwork(plan)
  const schedule = new FaultSchedule(calm(peers), plan)
  const start = standing(theta, peers)
  const scale = start.spread === 0 ? 1 : start.spread
  yield { disagreement: start.spread / scale, drift: 0, bytes: 0 }
  for (let round = 0; ; round++) {
    schedule.begin(round)
    aggregation.begin?.(round, theta)
    for (const hop of plan.hops.keys()) {
      const fates = schedule.fates(round, hop)
      const inbox = await network.exchange(round, hop, aggregation.compose(hop, theta), fates)
      aggregation.combine(hop, theta, inbox)
    }
    const { mean, spread } = standing(theta, peers)
    yield {
      disagreement: spread / scale,
      drift: Math.abs(mean - start.mean) / scale,
      bytes: network.traffic.bytesOut.reduce((sum, bytes) => sum + bytes, 0)
    }
  }
}

/** The mean of the peers, and their root mean square distance from it. */
function standing({ values, stride }: ParameterMatrix, peers: number): { mean: number; spread: number } {
  let sum = 0
  for (let i = 0; i < peers; i++) sum += values[i * stride]!
  const mean = sum / peers
  let square = 0
  for (let i = 0; i < peers; i++) {
    const difference = values[i * stride]! - mean
    square += difference * difference
  }
  return { mean, spread: Math.sqrt(square / peers) }
}

const calm = (peers: number) => ({
  loss: { name: 'one-way', probability: 0 } as const,
  delayMs: { name: 'constant', ms: 0 },
  faults: null,
  seed: 'calm',
  peers,
  deadlineMs: 1000
})
