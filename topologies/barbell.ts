/**
 * The barbell, or two cliques: peers 0, …, h − 1 all hear each other, so do h, …, N − 1 with h = N/2, and the only edge
 * between the halves is 0 – h.
 *
 * h(h − 1) + 1 edges, degree h − 1 and h at the bridge, diameter 3. What a clique says among its own dies out at once:
 * 2(h − 2) eigenvalues are 1/(h(h + 1)). The bridge decides: the others are 1, 1/(h + 1) and
 * (h ± √(h² + 4(h − 1))) / (2(h + 1)), so the gap is about 8/N² although most peers hear half of the swarm: the bottleneck
 * that the effective number of neighbours does not see (Vogels, Hendrikx, Jaggi, NeurIPS 2022).
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { checkLinks } from './parts/most-links.ts'
import { fixed } from './parts/topology.ts'

export const barbell: TopologyFamily<object> = {
  description: 'two halves, each complete, and a single edge between them',
  picture: '⊠─⊠',
  options: z.strictObject({}),
  build(peers) {
    if (peers % 2 === 1) {
      const nearest = peers === 1 ? 'nearest is 2' : `nearest are ${peers - 1} and ${peers + 1}`
      throw new ExperimentError(
        `barbell: an odd number of peers, ${peers}, has no two equal halves; the ${nearest}`
      )
    }
    const half = peers / 2
    checkLinks('barbell', peers, 2 * half * (half - 1) + 2)
    return fixed('barbell', { neighbours: Array.from({ length: peers }, (_, i) => heardBy(i, half)) })
  },
  metropolisEigenvalues(peers) {
    const half = peers / 2
    if (half === 1) return Float64Array.of(1, 0)
    const root = Math.sqrt(half * half + 4 * (half - 1))
    const values = new Float64Array(peers).fill(1 / (half * (half + 1)))
    values[0] = 1
    values[1] = (half + root) / (2 * (half + 1))
    values[2] = 1 / (half + 1)
    values[peers - 1] = (half - root) / (2 * (half + 1))
    return values
  },
  layout: twoCircles
}

function heardBy(i: number, half: number): number[] {
  const first = i < half ? 0 : half
  const clique = Array.from({ length: half }, (_, k) => first + k).filter(j => j !== i)
  if (i === 0) return [...clique, half]
  return i === half ? [0, ...clique] : clique
}

/** Each half on a circle, the ends of the bridge face each other. */
function twoCircles(peers: number): Float64Array {
  const half = peers / 2
  const places = new Float64Array(2 * peers)
  for (let i = 0; i < half; i++) {
    const angle = (2 * Math.PI * i) / half
    const x = 0.2 + 0.2 * Math.cos(angle)
    const y = 0.5 + 0.5 * Math.sin(angle)
    places.set([x, y], 2 * i)
    places.set([1 - x, y], 2 * (half + i))
  }
  return places
}
