/** From an experiment to its network. libp2p is loaded only by those who use it. */
import type { Experiment } from '../experiment/schema.ts'
import type { Network, NetworkPlan } from '../interfaces.ts'
import type { Libp2pOptions } from './libp2p/network.ts'
import { simulatedNetwork } from './simulated.ts'

/** What a libp2p network may be told besides the experiment. */
export type NetworkOptions = Pick<Libp2pOptions, 'onProgress' | 'hosted' | 'meet' | 'ports' | 'swarmKey'>

export async function networkOf(
  experiment: Experiment,
  plan: NetworkPlan,
  options: NetworkOptions = {}
): Promise<Network> {
  if (experiment.transport === 'simulated') return simulatedNetwork(plan)
  const { seed, deadlineMs, port } = experiment
  const settings = { ...options, swarm: JSON.stringify(experiment), seed, deadlineMs, port: port ?? 0 }
  const { relays } = plan
  if (relays !== undefined) {
    const { meshNetwork } = await import('./libp2p/mesh-network.ts')
    return meshNetwork({ ...plan, relays }, settings)
  }
  const { libp2pNetwork } = await import('./libp2p/network.ts')
  return libp2pNetwork(plan, settings)
}
