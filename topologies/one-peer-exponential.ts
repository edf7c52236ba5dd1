/**
 * The one-peer exponential graph: in round r peer i sends to i + 2^{r mod T} modulo N only, T = ⌈log₂ N⌉, so it hears
 * i − 2^{r mod T}; W_r gives 1/2 to either.
 *
 * Degree 1. For N a power of two any T rounds in a row, in whatever order, average exactly: their product is
 * ∏_j (I + P^{2^j}) / 2 = 11ᵀ/N with the cyclic shift P (Ying et al., NeurIPS 2021). For other N they leave
 * ‖∏_j W_j − 11ᵀ/N‖₂ > 0, 0.25 for three peers.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { circulantGraph } from './parts/circulants.ts'
import { circleLayout } from './parts/layouts.ts'
import { periodic } from './parts/topology.ts'

export const onePeerExponential: TopologyFamily<object> = {
  description: 'forwards by 1, 2, 4, … in turn, one peer a round; averages exactly if N is a power of two',
  picture: '+1│+2│+4│… ↺',
  options: z.strictObject({}),
  prescribesWeights: () => true,
  build(peers) {
    const graphs = steps(peers).map(step => {
      const { neighbours } = circulantGraph(peers, [-step])
      return { neighbours, weights: neighbours.map(heard => heard.map(() => 1 / 2)) }
    })
    return periodic('one-peer-exponential', graphs, { directed: true })
  },
  layout: circleLayout
}

/** The powers of two below N; for one peer 1, which leads back to itself. */
function steps(peers: number): number[] {
  const powers = [1]
  for (let power = 2; power < peers; power *= 2) powers.push(power)
  return powers
}
