/**
 * The synthetic environments of federated policy gradient (Labbi, Mangold, Tiapkin, Moulines 2025): every state and action
 * leads to all states, with probabilities uniform on the simplex, in part common to all peers (`mixed-kernels.ts`), and
 * pays r(s, a) ~ U[0, 1], which all peers share. Episodes start anywhere.
 */
import { z } from 'zod'
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import type { EnvironmentFamily, Fleet, RandomStream } from '../../src/interfaces.ts'
import { type Dynamics, fleetOf } from './dynamics.ts'
import { featuresOf, featuresOption } from './features.ts'
import { discountOption, MAX_STATES, noiseOption, requireMemory } from './fleet-parts.ts'
import { drawDistribution, kernelOptions, kernelStream, kernelType } from './mixed-kernels.ts'
import { policyOptions } from './policies.ts'

const options = z.strictObject({
  states: z.int().min(2).max(MAX_STATES).default(5),
  actions: z.int().min(1).max(1000).default(4),
  ...kernelOptions,
  features: featuresOption,
  discount: discountOption(0.99),
  noise: noiseOption('none'),
  ...policyOptions
})

type SyntheticOptions = z.output<typeof options>

/** `synthetic`. */
export const synthetic: EnvironmentFamily<SyntheticOptions, Fleet> = {
  description: 'Random MDPs in which all leads to all; a part of the transitions differs from peer to peer.',
  picture: '(1−ε) P + ε P_c',
  options,
  build
}

function build(peers: number, settings: SyntheticOptions, seed: string): Fleet {
  const { states, actions, heterogeneity } = settings
  const pairs = states * actions
  requireMemory('synthetic', peers, pairs * states)
  const rowsFrom = (random: RandomStream) =>
    Array.from({ length: pairs }, () => drawDistribution(states, random))
  const common = rowsFrom(stream(seed, SWARM, 'synthetic/kernel'))
  const paying = stream(seed, SWARM, 'synthetic/rewards')
  const rewards = Float64Array.from({ length: pairs }, () => nextDouble(paying))

  function dynamicsOf(peer: number, random: RandomStream): Dynamics {
    const own = rowsFrom(kernelStream('synthetic', peer, settings, random, seed))
    return (s, a) => {
      const pair = s * actions + a
      return Array.from({ length: states }, (_, next) => ({
        next,
        probability: (1 - heterogeneity) * common[pair]![next]! + heterogeneity * own[pair]![next]!,
        reward: rewards[pair]!
      }))
    }
  }
  return fleetOf(
    {
      name: 'synthetic',
      peers,
      states,
      actions,
      branching: states,
      starts: Array.from({ length: states }, (_, s) => s),
      features: featuresOf(settings.features, states, 'synthetic', seed),
      typeOf: peer => kernelType(peer, settings),
      dynamicsOf
    },
    settings,
    seed
  )
}
