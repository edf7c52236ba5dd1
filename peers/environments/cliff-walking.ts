/**
 * Cliff walking (Sutton and Barto 2018, example 6.6), as in Gymnasium: 4 × 12 cells, numbered row by row; actions 0 up,
 * 1 right, 2 down, 3 left. Every step pays −1. Start is the lower left corner, the goal, where episodes end, the lower right
 * one; a step into the cliff between them pays `fall` and leads back to the start. With probability `wind` a step goes down
 * whatever the action. Peer c has the wind wind + windSpread · U[0, 1] and pays 1 − rewardSpread · U[0, 1] times the price of
 * a fall.
 */
import { z } from 'zod'
import { nextDouble } from '../../src/core/random.ts'
import type { EnvironmentFamily, Fleet, RandomStream } from '../../src/interfaces.ts'
import { type Dynamics, ended, fleetOf, type Outcome } from './dynamics.ts'
import { featuresOf, featuresOption } from './features.ts'
import { discountOption, drawBetween, exceeds, noiseOption, shareOption } from './fleet-parts.ts'
import { gridOf, neighbourOf } from './grid.ts'
import { policyOptions } from './policies.ts'

const GRID = gridOf(['............', '............', '............', 'SCCCCCCCCCCG'])
const START = GRID.cells.indexOf('S')
const GOAL = GRID.cells.indexOf('G')
const DOWN = 2

const options = z
  .strictObject({
    wind: shareOption('how often a step goes down, towards the cliff, whatever the action'),
    windSpread: shareOption('up to so much more often does the wind blow a peer down'),
    fall: z.number().default(-100).describe('the reward of a fall'),
    rewardSpread: shareOption('up to this part less costs a fall to a peer'),
    features: featuresOption,
    discount: discountOption(0.99),
    noise: noiseOption('none'),
    ...policyOptions
  })
  .refine(({ wind, windSpread }) => wind + windSpread <= 1, exceeds('wind', 'windSpread'))

type CliffWalkingOptions = z.output<typeof options>

/** `cliff-walking`. */
export const cliffWalking: EnvironmentFamily<CliffWalkingOptions, Fleet> = {
  description: 'A walk along a cliff; peers differ in the wind and in what a fall costs.',
  picture: 'S▁▁▁▁▁▁▁▁▁▁G',
  options,
  build
}

function build(peers: number, settings: CliffWalkingOptions, seed: string): Fleet {
  const { wind, windSpread } = settings
  const states = GRID.cells.length

  function dynamicsOf(_peer: number, random: RandomStream): Dynamics {
    const ownWind = drawBetween(wind, windSpread, random)
    const fall = settings.fall * (1 - settings.rewardSpread * nextDouble(random))
    const towards = (s: number, direction: number, probability: number): Outcome => {
      const reached = neighbourOf(GRID, s, direction)
      return GRID.cells[reached] === 'C'
        ? { probability, next: START, reward: fall }
        : { probability, next: reached, reward: -1 }
    }
    return (s, a) => {
      if (s === GOAL) return ended(s)
      const steps = [towards(s, a, 1 - ownWind), towards(s, DOWN, ownWind)]
      return steps.filter(({ probability }) => probability > 0)
    }
  }
  return fleetOf(
    {
      name: 'cliff-walking',
      peers,
      states,
      actions: 4,
      branching: wind + windSpread === 0 || wind === 1 ? 1 : 2,
      starts: [START],
      features: featuresOf(settings.features, states, 'cliff-walking', seed, s => s === GOAL),
      dynamicsOf
    },
    settings,
    seed
  )
}
