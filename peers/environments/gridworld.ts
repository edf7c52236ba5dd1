/**
 * Gridworlds: the free cells of a map, numbered row by row, are the states; actions 0 up, 1 right, 2 down, 3 left; a step
 * into a wall or over the edge stays where it is. Every step pays `step`, and entering the goal or a pit, which end the
 * episode, pays `goal` or `pit` in addition. Peer c
 *
 * - slips with probability slip + slipSpread · U[0, 1], to either side alike,
 * - gets 1 − rewardSpread · U[0, 1] times `goal` and `pit`, each with a draw of its own,
 * - has, if it is of the second type, `extraWalls` more walls, all the same ones, around which every cell still has a way to
 *   the goal. They remain states that one can leave but never enter.
 */
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import type { EnvironmentFamily, Features, Fleet, RandomStream } from '../../src/interfaces.ts'
import { type Dynamics, ended, fleetOf } from './dynamics.ts'
import { featuresOf, featuresOption, groupedFeatures } from './features.ts'
import {
  discountOption,
  drawBetween,
  exceeds,
  fractionOption,
  isOfFraction,
  noiseOption,
  shareOption
} from './fleet-parts.ts'
import { cellsWith, chooseCells, type Grid, gridOf, leadingTo, stepBranching, stepOutcomes } from './grid.ts'
import { LAYOUTS, layoutOf } from './layouts.ts'
import { policyOptions } from './policies.ts'

/** The side of the open layout; at most 44, so that there are not more than 2,000 states. */
const SIZE = 5

const options = z
  .strictObject({
    layout: z.enum(LAYOUTS).default('open'),
    size: z.int().min(2).max(44).default(SIZE).describe('of the open layout: cells on each side'),
    slip: shareOption('how often a step goes to one side'),
    slipSpread: shareOption('up to so much more often slips a peer; unseen under the uniform policy'),
    extraWalls: z.int().min(0).default(0).describe('that some of the peers have'),
    fraction: fractionOption('extra walls'),
    step: z.number().default(0).describe('the reward of every step'),
    goal: z.number().default(1).describe('the reward of reaching the goal'),
    pit: z.number().default(-1).describe('the reward of falling into a pit'),
    rewardSpread: shareOption('up to this part less of goal and pit gets a peer'),
    features: featuresOption,
    group: z
      .int()
      .min(1)
      .max(44)
      .default(1)
      .describe('cells on each side of the squares that share one feature'),
    discount: discountOption(0.95),
    noise: noiseOption('none'),
    ...policyOptions
  })
  .refine(({ layout, size }) => layout === 'open' || size === SIZE, {
    path: ['size'],
    message: 'only the open layout can have another size'
  })
  .refine(({ slip, slipSpread }) => slip + slipSpread <= 1, exceeds('slip', 'slipSpread'))
  .refine(({ features, group }) => features === 'one-hot' || group === 1, {
    path: ['group'],
    message: 'must be 1 with random features'
  })

type GridworldOptions = z.output<typeof options>

/** `gridworld`. */
export const gridworld: EnvironmentFamily<GridworldOptions, Fleet> = {
  description:
    'A map with walls, pits and a goal; peers differ in how often they slip, in walls and in rewards.',
  picture: 'S··█·· ··G',
  options,
  build
}

function build(peers: number, settings: GridworldOptions, seed: string): Fleet {
  const { extraWalls, fraction, slip, slipSpread, rewardSpread } = settings
  const grid = gridOf(layoutOf(settings.layout, settings.size))
  const { cells } = grid
  const cellOf = Array.from(cells, (_, cell) => cell).filter(cell => cells[cell] !== '#')
  const stateOf = new Int32Array(cells.length).fill(-1)
  cellOf.forEach((cell, s) => {
    stateOf[cell] = s
  })
  const further = wallsIn(grid, settings, seed)
  const typeOf = (peer: number) => (extraWalls > 0 && isOfFraction(peer, fraction) ? 1 : 0)
  const isEnd = (s: number) => isEndCell(grid, cellOf[s]!)

  function dynamicsOf(peer: number, random: RandomStream): Dynamics {
    const ownSlip = drawBetween(slip, slipSpread, random)
    const goal = settings.goal * (1 - rewardSpread * nextDouble(random))
    const pit = settings.pit * (1 - rewardSpread * nextDouble(random))
    const walls = typeOf(peer) === 1 ? further : undefined
    const bonus = (cell: number) => (cells[cell] === 'G' ? goal : cells[cell] === 'P' ? pit : 0)
    return (s, a) => {
      if (isEnd(s)) return ended(s)
      const from = cellOf[s]!
      return stepOutcomes(grid, from, a, ownSlip, reached => {
        const cell = cells[reached] === '#' || walls?.has(reached) ? from : reached
        return { next: stateOf[cell]!, reward: settings.step + bonus(cell) }
      })
    }
  }
  return fleetOf(
    {
      name: 'gridworld',
      peers,
      states: cellOf.length,
      actions: 4,
      branching: stepBranching(slip, slipSpread),
      starts: [stateOf[cells.indexOf('S')]!],
      features:
        settings.group > 1
          ? squares(grid, cellOf, settings.group)
          : featuresOf(settings.features, cellOf.length, 'gridworld', seed, isEnd),
      typeOf,
      dynamicsOf
    },
    settings,
    seed
  )
}

const isEndCell = ({ cells }: Grid, cell: number): boolean => cells[cell] === 'G' || cells[cell] === 'P'

/** One feature for each square of `side` × `side` cells. */
function squares(grid: Grid, cellOf: readonly number[], side: number): Features {
  const perRow = Math.ceil(grid.columns / side)
  return groupedFeatures(
    cellOf.map(cell => {
      if (isEndCell(grid, cell)) return -1
      const row = Math.floor(cell / grid.columns)
      return Math.floor(row / side) * perRow + Math.floor((cell % grid.columns) / side)
    })
  )
}

/** The extra walls. Throws an ExperimentError if there is no room for so many. */
function wallsIn(grid: Grid, { layout, extraWalls }: GridworldOptions, seed: string): ReadonlySet<number> {
  const { cells } = grid
  const goal = cells.indexOf('G')
  const walls = chooseCells(
    cellsWith(grid, '.'),
    extraWalls,
    stream(seed, SWARM, 'gridworld/walls'),
    chosen => {
      const isClosed = (cell: number) => cells[cell] === '#' || cells[cell] === 'P' || chosen.has(cell)
      return leadingTo(grid, goal, isClosed).every((leads, cell) => leads === 1 || isClosed(cell))
    }
  )
  if (walls.size < extraWalls)
    throw new ExperimentError(
      `gridworld: the layout '${layout}' has room for ${walls.size} extra walls with this seed; extraWalls=${extraWalls} would cut cells off from the goal`
    )
  return walls
}
