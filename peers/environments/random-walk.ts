/**
 * The random walk of Sutton and Barto (2018, example 6.2 and §12.1): n states in a row, an end on either side that pays and
 * ends the episode; episodes start in the middle. State 0 is the left end, 1 … n the row, n + 1 the right end; action 0 goes
 * left, action 1 right. With a drift d the step goes right with probability d whatever the action (left with −d if d < 0), so
 * that under the uniform policy P(right) = (1 + d) / 2. Peer c has
 *
 * - the drift d + driftSpread · U[−1, 1],
 * - ends that pay 1 − rewardSpread · U[0, 1] times what they pay, each with a draw of its own.
 */
import { z } from 'zod'
import { nextDouble } from '../../src/core/random.ts'
import type { EnvironmentFamily, Fleet, RandomStream } from '../../src/interfaces.ts'
import { type Dynamics, ended, fleetOf } from './dynamics.ts'
import { featuresOf, featuresOption, groupedFeatures } from './features.ts'
import { discountOption, MAX_STATES, noiseOption, shareOption } from './fleet-parts.ts'
import { policyOptions } from './policies.ts'

const options = z
  .strictObject({
    states: z
      .int()
      .min(1)
      .max(MAX_STATES - 2)
      .default(19)
      .describe('between the two ends'),
    left: z.number().default(-1).describe('what the left end pays'),
    right: z.number().default(1).describe('what the right end pays'),
    drift: z
      .number()
      .min(-1)
      .max(1)
      .default(0)
      .describe('how often a step goes right (if below 0, left) anyway'),
    driftSpread: shareOption('how far the drift differs from peer to peer, to either side'),
    rewardSpread: shareOption('up to this part less of its rewards gets a peer'),
    features: featuresOption,
    group: z
      .int()
      .min(1)
      .max(MAX_STATES)
      .default(1)
      .describe('so many neighbouring states share one feature'),
    discount: discountOption(0.99),
    noise: noiseOption('bernoulli'),
    ...policyOptions
  })
  .refine(({ drift, driftSpread }) => Math.abs(drift) + driftSpread <= 1, {
    path: ['driftSpread'],
    message: "must be at most 1 together with the size of 'drift'"
  })
  .refine(({ features, group }) => features === 'one-hot' || group === 1, {
    path: ['group'],
    message: 'must be 1 with random features'
  })

type RandomWalkOptions = z.output<typeof options>

/** `random-walk`. */
export const randomWalk: EnvironmentFamily<RandomWalkOptions, Fleet> = {
  description: 'A row of states between two ends that pay; peers differ in drift and in what the ends pay.',
  picture: '−1 ○─○─◉─○─○ +1',
  options,
  build
}

function build(peers: number, settings: RandomWalkOptions, seed: string): Fleet {
  const { states: inside, drift, driftSpread, group, features } = settings
  const states = inside + 2
  const isEnd = (s: number) => s === 0 || s === inside + 1
  const groups = Array.from({ length: states }, (_, s) => (isEnd(s) ? -1 : Math.floor((s - 1) / group)))

  function dynamicsOf(_peer: number, random: RandomStream): Dynamics {
    const ownDrift = drift + driftSpread * (2 * nextDouble(random) - 1)
    const left = settings.left * (1 - settings.rewardSpread * nextDouble(random))
    const right = settings.right * (1 - settings.rewardSpread * nextDouble(random))
    return (s, a) => {
      if (isEnd(s)) return ended(s)
      const rightwards = a === 1 ? 1 - Math.max(-ownDrift, 0) : Math.max(ownDrift, 0)
      return [
        { probability: 1 - rightwards, next: s - 1, reward: s === 1 ? left : 0 },
        { probability: rightwards, next: s + 1, reward: s === inside ? right : 0 }
      ].filter(({ probability }) => probability > 0)
    }
  }
  return fleetOf(
    {
      name: 'random-walk',
      peers,
      states,
      actions: 2,
      branching: driftSpread === 0 && (drift === 0 || Math.abs(drift) === 1) ? 1 : 2,
      starts: [Math.floor((inside + 1) / 2)],
      features:
        group > 1 ? groupedFeatures(groups) : featuresOf(features, states, 'random-walk', seed, isEnd),
      dynamicsOf
    },
    settings,
    seed
  )
}
