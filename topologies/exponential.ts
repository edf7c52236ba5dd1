/**
 * The static exponential graph: peers at distance 2^j, j = 0, …, ⌈log₂ N⌉ − 1, modulo N.
 *
 * Symmetric (default): i and i ± 2^j hear each other; degree at most 2⌈log₂ N⌉, less where offsets coincide, as
 * +N/2 and −N/2 do; diameter ⌈t/2⌉ of 2^t peers.
 * Directed: i sends to i + 2^j, so it hears i − 2^j; degree t = ⌈log₂ N⌉, diameter t of 2^t peers, weights 1/(1 + t)
 * without regard to the other end, and ‖W − 11ᵀ/N‖₂ = 1 − 2/(1 + t) for even N, less for odd N (Ying et al., NeurIPS
 * 2021). Both are circulant, with the spectrum of `circulant.ts`; the gap shrinks as 1/log N only.
 */
import { z } from 'zod'
import type { TopologyFamily } from '../src/interfaces.ts'
import { circulantEigenvalues, circulantGraph } from './parts/circulants.ts'
import { circleLayout } from './parts/layouts.ts'
import { fixed } from './parts/topology.ts'

export const exponential: TopologyFamily<{ readonly directed: boolean }> = {
  description: 'peers at the distances 1, 2, 4, 8, … on a circle; directed=true sends forwards only',
  picture: '±1 ±2 ±4 ±8',
  options: z.strictObject({ directed: z.boolean().default(false) }),
  build: (peers, { directed }) =>
    fixed('exponential', circulantGraph(peers, offsets(peers, directed)), { directed }),
  metropolisEigenvalues: (peers, { directed }) =>
    directed ? undefined : circulantEigenvalues(peers, offsets(peers, false)),
  layout: circleLayout
}

function offsets(peers: number, directed: boolean): number[] {
  const powers: number[] = []
  for (let power = 1; power < peers; power *= 2) powers.push(power)
  const heard = powers.map(power => -power)
  return directed ? heard : [...heard, ...powers]
}
