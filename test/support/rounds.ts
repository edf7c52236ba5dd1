/** Rounds of one aggregation over the simulated network, with local steps that a test gives. */

import { FaultSchedule } from '../../src/faults/schedule.ts'
import type { Aggregation, Inbox, ParameterMatrix } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { range } from './numbers.ts'

/** Changes θ in place before messages are composed. */
export type LocalSteps = (theta: ParameterMatrix, correction: Float64Array | undefined) => void

/** Calm: nothing goes wrong but what the plan leaves unsent. */
const calm = (peers: number) => ({
  loss: { name: 'one-way', probability: 0 } as const,
  delayMs: { name: 'constant', ms: 0 },
  faults: null,
  seed: 'calm',
  peers,
  deadlineMs: 1000
})

/** Runs `rounds` rounds from round 0; `watch` sees θ after each, counted from 1. `lose` says which links bring nothing. */
export function runRounds(
  aggregation: Aggregation,
  theta: ParameterMatrix,
  rounds: number,
  {
    local = () => {},
    watch = () => {},
    lose = () => false,
    from = 0
  }: {
    readonly local?: LocalSteps
    readonly watch?: (round: number) => void
    readonly lose?: (round: number, hop: number, k: number) => boolean
    readonly from?: number
  } = {}
): void {
  const { plan } = aggregation
  const network = simulatedNetwork(plan)
  const schedule = new FaultSchedule(calm(theta.rows), plan)
  for (const round of range(from)) schedule.begin(round)
  for (let round = from; round < from + rounds; round++) {
    schedule.begin(round)
    aggregation.begin?.(round, theta)
    local(theta, aggregation.correction)
    for (const hop of plan.hops.keys()) {
      const fates = schedule.fates(round, hop)
      const inbox = network.exchange(round, hop, aggregation.compose(hop, theta), fates) as Inbox
      const slots = inbox.slots.map((slot, k) => (lose(round, hop, k) ? -1 : slot))
      aggregation.combine(hop, theta, { ...inbox, slots })
    }
    watch(round + 1)
  }
}
