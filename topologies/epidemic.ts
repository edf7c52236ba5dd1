/**
 * Epidemic learning (de Vos, Farhadkhani, Guerraoui, Kermarrec, Pires, Sharma, NeurIPS 2023).
 *
 * EL-Local (default): every round each peer sends to s others, drawn by itself, and takes the mean of its own θ and all
 * that it got. Directed; the in-degree d is binomial, and W row-stochastic with the weights 1/(1 + d): a round keeps the
 * mean of all peers in expectation only. EL-Oracle (`oracle=true`): every round a new random s-regular graph, doubly
 * stochastic.
 *
 * The mean-square contraction: to a peer with d messages these are any d of the others, so it is
 * E[(1 − d/(N − 1)) / (1 + d)]. With E[1/(1 + d)] = (1 − (1 − p)ᴺ) / (N p), p = s/(N − 1), EL-Local has
 * ((1 − (1 − p)ᴺ)/p − 1) / (N − 1), and EL-Oracle (1 − p) / (1 + s).
 */
import { z } from 'zod'
import { exp, log } from '../src/core/elementary.ts'
import { ExperimentError } from '../src/core/errors.ts'
import { nextBelow } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { circleLayout } from './parts/layouts.ts'
import { checkLinks } from './parts/most-links.ts'
import { drawn } from './parts/topology.ts'
import { checkDegree, regularGraph } from './random-regular.ts'

export const epidemic: TopologyFamily<{ readonly fanout: number; readonly oracle: boolean }> = {
  description:
    'every round each peer sends to `fanout` random others; oracle=true: on a new random regular graph',
  picture: '○⇉○○ drawn',
  options: z.strictObject({ fanout: z.int().min(1).default(2), oracle: z.boolean().default(false) }),
  prescribesWeights: () => true,
  build(peers, { fanout, oracle }, context) {
    const place = `epidemic:fanout=${fanout}`
    if (oracle) checkDegree(`${place},oracle=true`, peers, fanout)
    if (fanout >= peers) {
      throw new ExperimentError(`${place} needs at least ${fanout + 1} peers, not ${peers}`)
    }
    checkLinks(place, peers, fanout * peers)
    const draw = (random: RandomStream): Graph =>
      averaging(oracle ? regularGraph(peers, fanout, random).neighbours : whatArrives(peers, fanout, random))
    return drawn('epidemic', peers, context, draw, { directed: !oracle })
  },
  meanSquareContraction(peers, { fanout, oracle }) {
    const p = fanout / (peers - 1)
    return oracle ? (1 - p) / (1 + fanout) : ((1 - exp(peers * log(1 - p))) / p - 1) / (peers - 1)
  },
  layout: circleLayout
}

/** Equal weights for itself and all whom it hears. */
const averaging = (neighbours: readonly (readonly number[])[]): Graph => ({
  neighbours,
  weights: neighbours.map(heard => heard.map(() => 1 / (1 + heard.length)))
})

/** Per peer whom it hears, when each sends to `fanout` others. */
function whatArrives(peers: number, fanout: number, random: RandomStream): number[][] {
  const neighbours: number[][] = Array.from({ length: peers }, () => [])
  for (let sender = 0; sender < peers; sender++) {
    for (const other of subset(peers - 1, fanout, random)) {
      neighbours[other < sender ? other : other + 1]!.push(sender)
    }
  }
  return neighbours
}

/** A uniform subset of 0, …, `of` − 1 of this size (Floyd 1987: each step adds a new one, the last if it hits an old one). */
function subset(of: number, size: number, random: RandomStream): Set<number> {
  const chosen = new Set<number>()
  for (let last = of - size; last < of; last++) {
    const next = nextBelow(random, last + 1)
    chosen.add(chosen.has(next) ? last : next)
  }
  return chosen
}
