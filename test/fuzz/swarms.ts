/** Swarms of a scenario, in the simulator. */
import type { Past } from '../../src/faults/schedule.ts'
import type { Network, NetworkPlan, PeerReport, RoundSample, SwarmState } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { swarmOf } from '../../src/setting.ts'
import type { Swarm } from '../../src/swarm.ts'
import { range } from '../support/numbers.ts'
import type { Scenario } from './scenario.ts'

/** Calm rounds that are watched: enough to give up who is gone, and to agree with who is back. */
const WATCHED_CALM = 40

/** What there is to see between two rounds. */
export interface Seen {
  readonly sample: RoundSample
  readonly state: SwarmState
  readonly reports: readonly PeerReport[]
}

/** A swarm at its beginning, on what `around` makes of the network. */
export async function swarmIn(
  { setting }: Scenario,
  past: Past = {},
  around: (network: Network, plan: NetworkPlan) => Network = network => network
): Promise<Swarm> {
  const networkOf = (plan: NetworkPlan) => around(simulatedNetwork(plan), plan)
  const swarm = await swarmOf(setting, setting.experiment.aggregation, networkOf, { past })
  await swarm.open()
  return swarm
}

/** Another swarm, that goes on from `state`. */
export async function swarmFrom({ setting }: Scenario, state: SwarmState): Promise<Swarm> {
  const swarm = await swarmOf(setting, setting.experiment.aggregation, simulatedNetwork)
  swarm.restore(structuredClone(state))
  await swarm.open()
  return swarm
}

/** Runs to the end of what is watched. */
export function watchedRounds(swarm: Swarm, { calmAt }: Scenario): AsyncGenerator<RoundSample> {
  return runTo(swarm, calmAt + WATCHED_CALM, 1)
}

export function runTo(swarm: Swarm, rounds: number, measureEvery: number): AsyncGenerator<RoundSample> {
  return swarm.run({ rounds, measureEvery, beforeRound: () => 'go', clock: () => 0 })
}

export function look(swarm: Swarm, sample: RoundSample): Seen {
  return { sample, state: swarm.state(), reports: range(swarm.takesPart.length).map(i => swarm.inspect(i)) }
}
