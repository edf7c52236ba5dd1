/**
 * Frozen lake, as in Gymnasium: cells are numbered row by row; actions 0 left, 1 down, 2 right, 3 up. On slippery ice a step
 * goes in the intended direction or one of the two perpendicular to it, with probability 1/3 each: it slips with 2/3. Holes
 * and the goal end the episode; entering the goal pays 1. Peer c slips with probability 2/3 (0 if not slippery) +
 * slipSpread · U[0, 1]. Peers of the second type have `extraHoles` more holes, all the same ones, that leave a way from the
 * start to the goal.
 */
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import { SWARM, stream } from '../../src/core/random.ts'
import type { EnvironmentFamily, Fleet, RandomStream } from '../../src/interfaces.ts'
import { type Dynamics, ended, fleetOf } from './dynamics.ts'
import { featuresOf, featuresOption } from './features.ts'
import {
  discountOption,
  drawBetween,
  fractionOption,
  isOfFraction,
  noiseOption,
  shareOption
} from './fleet-parts.ts'
import { cellsWith, chooseCells, type Grid, gridOf, leadingTo, stepBranching, stepOutcomes } from './grid.ts'
import { policyOptions } from './policies.ts'

const SLIPPERY = 2 / 3

const MAPS = {
  '4x4': gridOf(['SFFF', 'FHFH', 'FFFH', 'HFFG']),
  '8x8': gridOf([
    'SFFFFFFF',
    'FFFFFFFF',
    'FFFHFFFF',
    'FFFFFHFF',
    'FFFHFFFF',
    'FHHFFFHF',
    'FHFFHFHF',
    'FFFHFFFG'
  ])
}

const options = z
  .strictObject({
    map: z.enum(['4x4', '8x8']).default('4x4'),
    slippery: z.boolean().default(true),
    slipSpread: shareOption('up to so much more often slips a peer; unseen under the uniform policy'),
    extraHoles: z.int().min(0).default(0).describe('that some of the peers have'),
    fraction: fractionOption('extra holes'),
    features: featuresOption,
    discount: discountOption(0.99),
    noise: noiseOption('bernoulli'),
    ...policyOptions
  })
  .refine(({ slippery, slipSpread }) => !slippery || slipSpread <= 1 - SLIPPERY, {
    path: ['slipSpread'],
    message: 'must be at most 1/3 on slippery ice, which makes steps slip with probability 2/3 already'
  })

type FrozenLakeOptions = z.output<typeof options>

/** `frozen-lake`. */
export const frozenLake: EnvironmentFamily<FrozenLakeOptions, Fleet> = {
  description: 'A way over slippery ice with holes; peers differ in how often they slip and in holes.',
  picture: 'S·○·· ·○·○G',
  options,
  build
}

function build(peers: number, settings: FrozenLakeOptions, seed: string): Fleet {
  const { extraHoles, fraction } = settings
  const grid = MAPS[settings.map]
  const states = grid.cells.length
  const slips = settings.slippery ? SLIPPERY : 0
  const further = holesIn(grid, settings, seed)
  const typeOf = (peer: number) => (extraHoles > 0 && isOfFraction(peer, fraction) ? 1 : 0)
  const isGoal = (cell: number) => grid.cells[cell] === 'G'
  const isEnd = (cell: number) => isGoal(cell) || grid.cells[cell] === 'H'

  function dynamicsOf(peer: number, random: RandomStream): Dynamics {
    const slip = drawBetween(slips, settings.slipSpread, random)
    const holes = typeOf(peer) === 1 ? further : undefined
    const arrive = (reached: number) => ({ next: reached, reward: isGoal(reached) ? 1 : 0 })
    // Gymnasium numbers the directions of this map counterclockwise from the left.
    return (s, a) => (isEnd(s) || holes?.has(s) ? ended(s) : stepOutcomes(grid, s, 3 - a, slip, arrive))
  }
  return fleetOf(
    {
      name: 'frozen-lake',
      peers,
      states,
      actions: 4,
      branching: stepBranching(slips, settings.slipSpread),
      starts: [grid.cells.indexOf('S')],
      features: featuresOf(settings.features, states, 'frozen-lake', seed, isEnd),
      typeOf,
      dynamicsOf
    },
    settings,
    seed
  )
}

/** The extra holes. Throws an ExperimentError if there is no room for so many. */
function holesIn(grid: Grid, { map, extraHoles }: FrozenLakeOptions, seed: string): ReadonlySet<number> {
  const holes = chooseCells(
    cellsWith(grid, 'F'),
    extraHoles,
    stream(seed, SWARM, 'frozen-lake/holes'),
    chosen =>
      leadingTo(grid, grid.cells.indexOf('G'), cell => grid.cells[cell] === 'H' || chosen.has(cell))[
        grid.cells.indexOf('S')
      ] === 1
  )
  if (holes.size < extraHoles)
    throw new ExperimentError(
      `frozen-lake: the map ${map} has room for ${holes.size} extra holes with this seed; extraHoles=${extraHoles} leave no way to the goal`
    )
  return holes
}
