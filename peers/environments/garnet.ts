/**
 * Garnets (Archibald, McKinnon, Thomas 1995): random finite MDPs in which each state and action leads to `branching`
 * random states. Peers differ after the SCAFFLSA paper (Mangold et al. 2024), in one of two ways:
 *
 * - perturbation: one support for all; peer c has P_c(s'|s,a) ∝ 1 + U[0, level] on it and mean rewards
 *   (1 − level) r(s, a) + U[0, level], which stay in [0, 1];
 * - opposite: peers of even and odd index have independent supports, and rewards +r and −r.
 */
import { z } from 'zod'
import { nextBelow, nextDouble, SWARM, stream } from '../../src/core/random.ts'
import type { EnvironmentFamily, Fleet } from '../../src/interfaces.ts'
import { featuresOf, featuresOption } from './features.ts'
import { discountOption, MAX_STATES, noiseOf, noiseOption, requireMemory, uniform } from './fleet-parts.ts'
import { policyOptions, withPolicy } from './policies.ts'

const options = z
  .strictObject({
    states: z.int().min(2).max(MAX_STATES).default(30),
    actions: z.int().min(1).max(1000).default(2),
    branching: z.int().min(1).max(MAX_STATES).default(2).describe('successors of each state and action'),
    features: featuresOption,
    discount: discountOption(0.9),
    noise: noiseOption('bernoulli'),
    heterogeneity: z.enum(['perturbation', 'opposite']).default('perturbation'),
    perturbation: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .describe('how far transitions and, unless opposite, rewards differ'),
    ...policyOptions
  })
  .refine(({ branching, states }) => branching <= states, {
    path: ['branching'],
    message: 'must be at most the number of states'
  })

type GarnetOptions = z.output<typeof options>

export const garnet: EnvironmentFamily<GarnetOptions, Fleet> = {
  description: 'Random finite MDPs that differ a little from peer to peer, or are of two opposite types.',
  picture: '○⇉○⇉○ random',
  options,
  build
}

function build(peers: number, settings: GarnetOptions, seed: string): Fleet {
  const { states, actions, branching, discount } = settings
  const pairs = states * actions
  const transitions = pairs * branching
  requireMemory('garnet', peers, transitions)
  const opposite = settings.heterogeneity === 'opposite'
  const level = settings.perturbation
  const supports = [support(settings, seed, 0)]
  if (opposite) supports.push(support(settings, seed, 1))
  const base = uniformDraws(pairs, seed, 'garnet/rewards')

  const types = new Int32Array(peers)
  const successors = new Uint16Array(peers * transitions)
  const probabilities = new Float64Array(peers * transitions)
  const rewards = new Float64Array(peers * pairs)
  for (let c = 0; c < peers; c++) {
    const type = c % supports.length
    types[c] = type
    successors.set(supports[type]!, c * transitions)
    const random = stream(seed, c, 'environment')
    for (let row = c * transitions; row < (c + 1) * transitions; row += branching) {
      let sum = 0
      for (let k = row; k < row + branching; k++) {
        const mass = 1 + level * nextDouble(random)
        probabilities[k] = mass
        sum += mass
      }
      for (let k = row; k < row + branching; k++) probabilities[k] = probabilities[k]! / sum
    }
    for (let k = 0; k < pairs; k++) {
      const mean = base[k]!
      if (opposite) rewards[c * pairs + k] = type === 0 ? mean : -mean
      else rewards[c * pairs + k] = (1 - level) * mean + level * nextDouble(random)
    }
  }
  const fleet = {
    kind: 'finite' as const,
    name: 'garnet',
    peers,
    states,
    actions,
    branching,
    discount,
    labels: Array.from({ length: peers }, (_, c) => `garnet-${c}`),
    types,
    successors,
    probabilities,
    rewards,
    noise: noiseOf(settings.noise),
    reset: uniform(states),
    evaluation: uniform(states),
    features: featuresOf(settings.features, states, 'garnet', seed)
  }
  return withPolicy(fleet, settings, seed)
}

/** For each state and action `branching` different states, ascending: a partial Fisher-Yates shuffle of all. */
function support({ states, actions, branching }: GarnetOptions, seed: string, type: number): Uint16Array {
  const random = stream(seed, SWARM, `garnet/support/${type}`)
  const order = Uint16Array.from({ length: states }, (_, s) => s)
  const chosen = new Uint16Array(states * actions * branching)
  for (let row = 0; row < chosen.length; row += branching) {
    for (let k = 0; k < branching; k++) {
      const j = k + nextBelow(random, states - k)
      const kept = order[k]!
      order[k] = order[j]!
      order[j] = kept
    }
    chosen.set(order.slice(0, branching).sort(), row)
  }
  return chosen
}

function uniformDraws(count: number, seed: string, purpose: string): Float64Array {
  const random = stream(seed, SWARM, purpose)
  return Float64Array.from({ length: count }, () => nextDouble(random))
}
