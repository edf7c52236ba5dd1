/** The solution of the averaged Bellman equation, V̄ = r̄ + γ P̄ V̄ with the mean rewards and kernels of all agents. */
import { emptyChain, policyChainInto } from '../../peers/environments/policy-chain.ts'
import { solveInPlace } from '../core/linear.ts'
import type { Fleet } from '../interfaces.ts'

/** V̄ for each state, of the policies that the peers have. */
export function averagedBellman(fleet: Fleet): Float64Array {
  const { peers, states, discount } = fleet
  const chain = emptyChain(states)
  const system = new Float64Array(states * states)
  const values = new Float64Array(states)
  for (let s = 0; s < states; s++) system[s * states + s] = 1
  for (let c = 0; c < peers; c++) {
    policyChainInto(fleet, c, fleet.policy, chain)
    for (let k = 0; k < system.length; k++) system[k] = system[k]! - (discount * chain.kernel[k]!) / peers
    for (let s = 0; s < states; s++) values[s] = values[s]! + chain.rewards[s]! / peers
  }
  solveInPlace(system, values, states)
  return values
}
