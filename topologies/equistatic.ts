/**
 * EquiStatic (Song, Li, Jin, Shi, Yan, Yin, Yuan, NeurIPS 2022): the mean of M basis graphs A⁽ᵃ⁾ = (N − 1)/N P_a + I/N, in
 * each of which every peer hears one other: i sends to i + a modulo N, the shifts a drawn with replacement from
 * 1, …, N − 1. Directed, D-EquiStatic, or undirected, U-EquiStatic, (W + Wᵀ)/2.
 *
 * Degree at most M, or 2M; equal shifts add up their weights. ‖W − 11ᵀ/N‖₂ < ε with probability 1 − q for
 * M = ⌈8 ln(2N/q) / (3 ε²)⌉, whatever N is but for its logarithm. Circulant, with the spectrum of `circulant.ts`.
 * Resampled until connected: until the greatest common divisor of N and the shifts is 1.
 */
import { z } from 'zod'
import { log } from '../src/core/elementary.ts'
import { ExperimentError } from '../src/core/errors.ts'
import { nextBelow } from '../src/core/random.ts'
import type { Graph, Topology, TopologyContext, TopologyFamily } from '../src/interfaces.ts'
import { commonDivisor, distancesOf, distancesSchema } from './parts/distances.ts'
import { circleLayout } from './parts/layouts.ts'
import { checkLinks } from './parts/most-links.ts'
import { resampled } from './parts/resample.ts'
import { fixed } from './parts/topology.ts'

export interface EquistaticOptions {
  readonly shifts: string
  readonly degree: number
  readonly accuracy: number
  readonly failure: number
  readonly directed: boolean
}

export const equistatic: TopologyFamily<EquistaticOptions> = {
  description:
    'to the peers at so many random distances on a circle; `accuracy` below 1 takes as many as ‖W − 11ᵀ/N‖ below it needs, ' +
    'but with probability `failure`; `shifts=3+5` gives the distances',
  picture: '+a +b +c drawn',
  options: z.strictObject({
    shifts: z
      .union([z.literal('drawn'), distancesSchema], 'must be "drawn" or distances, as 3+5')
      .default('drawn'),
    degree: z.int().min(1).max(100_000).default(4),
    accuracy: z.number().min(0.01).max(1).default(1),
    failure: z.number().positive().max(1).default(0.1),
    directed: z.boolean().default(true)
  }),
  prescribesWeights: () => true,
  build(peers, options, context) {
    if (peers === 1)
      return fixed('equistatic', { neighbours: [[]], weights: [[]] }, { directed: options.directed })
    return options.shifts === 'drawn' ? withDrawn(peers, options, context) : withGiven(peers, options)
  },
  layout: circleLayout
}

function withDrawn(
  peers: number,
  { degree, accuracy, failure, directed }: EquistaticOptions,
  context: TopologyContext
): Topology {
  const count =
    accuracy < 1 ? Math.ceil((8 * log((2 * peers) / failure)) / (3 * accuracy * accuracy)) : degree
  const place = `equistatic:${accuracy < 1 ? `accuracy=${accuracy}` : `degree=${degree}`}`
  checkLinks(place, peers, Math.min(peers - 1, directed ? count : 2 * count) * peers)
  const remedy = 'use a higher degree'
  return resampled(
    'equistatic',
    context,
    random => {
      const shifts = Array.from({ length: count }, () => 1 + nextBelow(random, peers - 1))
      return meanOfShifts(peers, shifts, directed)
    },
    { place, remedy, directed }
  )
}

function withGiven(peers: number, { shifts, directed }: EquistaticOptions): Topology {
  const place = `equistatic:shifts=${shifts}`
  const given = distancesOf(shifts)
  for (const shift of given) {
    if (shift >= peers) {
      throw new ExperimentError(
        `${place}: the distance ${shift} needs at least ${shift + 1} peers, not ${peers}`
      )
    }
  }
  const divisor = commonDivisor(peers, given)
  if (divisor > 1) {
    throw new ExperimentError(
      `${place}: ${divisor} divides these distances and ${peers} peers, which fall apart into ${divisor} graphs; ` +
        `add a distance that ${divisor} does not divide`
    )
  }
  checkLinks(place, peers, Math.min(peers - 1, directed ? given.length : 2 * given.length) * peers)
  return fixed('equistatic', meanOfShifts(peers, given, directed), { directed })
}

/** i hears i − a, with equal weights for all shifts a; undirected i + a, too. */
function meanOfShifts(peers: number, shifts: readonly number[], directed: boolean): Graph {
  const heard = directed ? shifts.map(a => peers - a) : shifts.flatMap(a => [peers - a, a])
  const counts = new Map<number, number>()
  for (const offset of heard) counts.set(offset, (counts.get(offset) ?? 0) + 1)
  const weight = (peers - 1) / peers / heard.length
  const rows = Array.from({ length: peers }, (_, i) =>
    [...counts]
      .map(([offset, count]) => ({ j: (i + offset) % peers, weight: count * weight }))
      .sort((a, b) => a.j - b.j)
  )
  return {
    neighbours: rows.map(row => row.map(({ j }) => j)),
    weights: rows.map(row => row.map(w => w.weight))
  }
}
