/**
 * RiverSwim (Strehl and Littman 2008): a river of n states, its current to the left. Action 0 swims left, with the current:
 * one state, surely, and in state 0 it pays 5/10,000. Action 1 swims right: it advances with probability 0.3, is held with
 * 0.6 and drifts back with 0.1; in state 0 it advances with 0.3 or is held; in the last state it holds its place with 0.3,
 * which pays 1, or drifts back. Episodes start in state 1 or 2. Rewards are those of the paper divided by 10,000.
 *
 * A current κ takes the part κ of all chances to advance, or to hold the last place, and makes them chances to drift back (in
 * state 0, to be held). Peer c has κ + currentSpread · U[0, 1].
 */
import { z } from 'zod'
import type { EnvironmentFamily, Fleet, RandomStream } from '../../src/interfaces.ts'
import { type Dynamics, fleetOf } from './dynamics.ts'
import { featuresOf, featuresOption } from './features.ts'
import { discountOption, drawBetween, exceeds, MAX_STATES, noiseOption, shareOption } from './fleet-parts.ts'
import { policyOptions } from './policies.ts'

const ADVANCE = 0.3
const BACK = 0.1
const SMALL_REWARD = 5 / 10_000

const options = z
  .strictObject({
    states: z.int().min(3).max(MAX_STATES).default(6),
    current: shareOption('the part of all chances to advance that the current takes'),
    currentSpread: shareOption('up to so much stronger is the current of a peer'),
    features: featuresOption,
    discount: discountOption(0.95),
    noise: noiseOption('none'),
    ...policyOptions
  })
  .refine(({ current, currentSpread }) => current + currentSpread <= 1, exceeds('current', 'currentSpread'))

type RiverSwimOptions = z.output<typeof options>

/** `riverswim`. */
export const riverSwim: EnvironmentFamily<RiverSwimOptions, Fleet> = {
  description: 'A river to swim up, against a current whose strength differs from peer to peer.',
  picture: '¢ ≈≈≈≈≈≈ $',
  options,
  build
}

function build(peers: number, settings: RiverSwimOptions, seed: string): Fleet {
  const { states } = settings
  const last = states - 1

  function dynamicsOf(_peer: number, random: RandomStream): Dynamics {
    const advance = ADVANCE * (1 - drawBetween(settings.current, settings.currentSpread, random))
    const back = ADVANCE + BACK - advance
    return (s, a) => {
      if (a === 0) return [{ probability: 1, next: Math.max(s - 1, 0), reward: s === 0 ? SMALL_REWARD : 0 }]
      const held = { next: s, reward: 0 }
      if (s === 0)
        return [
          { ...held, probability: 1 - advance },
          { probability: advance, next: 1, reward: 0 }
        ]
      if (s === last)
        return [
          { probability: 1 - advance, next: s - 1, reward: 0 },
          { probability: advance, next: s, reward: 1 }
        ]
      return [
        { probability: back, next: s - 1, reward: 0 },
        { ...held, probability: 1 - advance - back },
        { probability: advance, next: s + 1, reward: 0 }
      ]
    }
  }
  return fleetOf(
    {
      name: 'riverswim',
      peers,
      states,
      actions: 2,
      branching: 3,
      starts: [1, 2],
      features: featuresOf(settings.features, states, 'riverswim', seed),
      dynamicsOf
    },
    settings,
    seed
  )
}
