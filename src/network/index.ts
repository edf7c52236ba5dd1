/** From an experiment to its network. libp2p is loaded only by those who use it. `onProgress` is told while it opens. */
import type { Experiment } from '../experiment/schema.ts'
import type { Network, NetworkPlan } from '../interfaces.ts'
import { simulatedNetwork } from './simulated.ts'

export async function networkOf(
  experiment: Experiment,
  plan: NetworkPlan,
  onProgress: (connected: number, connections: number) => void = () => {}
): Promise<Network> {
  if (experiment.transport === 'simulated') return simulatedNetwork(plan)
  const { libp2pNetwork } = await import('./libp2p/network.ts')
  const { seed, deadlineMs, port } = experiment
  return libp2pNetwork(plan, {
    swarm: JSON.stringify(experiment),
    seed,
    deadlineMs,
    port: port ?? 0,
    onProgress
  })
}
