/**
 * The complete graph: every peer hears every other one.
 *
 * Degree N − 1, diameter 1, W = 11ᵀ/N: eigenvalues 1 and 0 (N − 1 times), so one round agrees exactly, as a server
 * would, with N(N − 1) messages instead of 2N.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { circleLayout } from './parts/layouts.ts'
import { fixed } from './parts/topology.ts'

/** 20 million links: beyond this they do not fit. */
const MOST_PEERS = 4500

export const complete: TopologyFamily<object> = {
  description: 'every peer hears every other one: one round averages exactly',
  picture: '● all pairs',
  options: z.strictObject({}),
  build(peers) {
    if (peers > MOST_PEERS) {
      const links = (peers * (peers - 1)).toLocaleString('en-US')
      throw new ExperimentError(
        `complete: ${peers} peers would have ${links} links; at most ${MOST_PEERS} peers ` +
          '(star federation averages exactly, too)'
      )
    }
    const everyone = Array.from({ length: peers }, (_, i) => i)
    const neighbours = everyone.map(i => everyone.filter(j => j !== i))
    return fixed('complete', { neighbours })
  },
  metropolisEigenvalues(peers) {
    const values = new Float64Array(peers)
    values[0] = 1
    return values
  },
  layout: circleLayout
}
