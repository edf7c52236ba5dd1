/**
 * The 3 × 3 gridworld of federated policy gradient (Labbi, Mangold, Tiapkin, Moulines 2025), a way round a wall: 8 cells,
 * numbered row by row, and the actions 0 left, 1 right, 2 down, 3 up.
 *
 *     0 1 2
 *     3 █ 4
 *     5 6 7
 *
 * A step succeeds with probability 0.8 (against a wall or the edge: stays) and else leads to one of the other neighbouring
 * cells, each as likely. Every action in cell 7 pays 1; nothing ends. Episodes start in cell 0, policies are judged from
 * all cells alike. Of this kernel peers have the part 1 − ε_p, and for the rest a random distribution over the
 * neighbouring cells (`mixed-kernels.ts`).
 */
import { z } from 'zod'
import type { EnvironmentFamily, Fleet, RandomStream } from '../../src/interfaces.ts'
import { type Dynamics, fleetOf } from './dynamics.ts'
import { featuresOf, featuresOption } from './features.ts'
import { discountOption, noiseOption, uniform } from './fleet-parts.ts'
import { gridOf, neighbourOf } from './grid.ts'
import { drawDistribution, kernelOptions, kernelStream, kernelType } from './mixed-kernels.ts'
import { policyOptions } from './policies.ts'

const SUCCESS = 0.8

/** Directions of `grid.ts`, action by action. */
const DIRECTIONS = [3, 1, 2, 0] as const

const GRID = gridOf(['S..', '.#.', '..G'])
const CELLS = Array.from(GRID.cells, (_, cell) => cell).filter(cell => GRID.cells[cell] !== '#')
const STATES = CELLS.length

const options = z.strictObject({
  ...kernelOptions,
  features: featuresOption,
  discount: discountOption(0.99),
  noise: noiseOption('none'),
  ...policyOptions
})

type CourtyardOptions = z.output<typeof options>

/** `courtyard`. */
export const courtyard: EnvironmentFamily<CourtyardOptions, Fleet> = {
  description: 'A way round a wall to a cell that pays; a part of the transitions differs from peer to peer.',
  picture: 'S·· ·█· ··$',
  options,
  build
}

function build(peers: number, settings: CourtyardOptions, seed: string): Fleet {
  const { heterogeneity } = settings

  function dynamicsOf(peer: number, random: RandomStream): Dynamics {
    const source = kernelStream('courtyard', peer, settings, random, seed)
    const own = CELLS.map((_, s) => DIRECTIONS.map(() => drawDistribution(neighboursOf(s).length, source)))
    return (s, a) => {
      const reward = s === STATES - 1 ? 1 : 0
      const shared = stepFrom(s, a).map(([next, mass]) => [next, (1 - heterogeneity) * mass] as const)
      const rest = neighboursOf(s).map((next, k) => [next, heterogeneity * own[s]![a]![k]!] as const)
      return [...shared, ...rest]
        .filter(([, probability]) => probability > 0)
        .map(([next, probability]) => ({ next, probability, reward }))
    }
  }
  const fleet = fleetOf(
    {
      name: 'courtyard',
      peers,
      states: STATES,
      actions: DIRECTIONS.length,
      // A step that fails in the common kernel stays; the local ones only lead to the two neighbours.
      branching: heterogeneity < 1 ? 3 : 2,
      starts: [0],
      features: featuresOf(settings.features, STATES, 'courtyard', seed),
      typeOf: peer => kernelType(peer, settings),
      dynamicsOf
    },
    settings,
    seed
  )
  return { ...fleet, evaluation: uniform(STATES) }
}

/** Where a step in one direction leads: into the next cell, or nowhere. */
function reached(s: number, direction: number): number {
  const next = CELLS.indexOf(neighbourOf(GRID, CELLS[s]!, direction))
  return next < 0 ? s : next
}

/** The states beside s, ascending. */
const neighboursOf = (s: number): readonly number[] =>
  DIRECTIONS.map(direction => reached(s, direction))
    .filter(next => next !== s)
    .sort((a, b) => a - b)

/** The common kernel: next states with their probabilities. */
function stepFrom(s: number, a: number): readonly (readonly [number, number])[] {
  const intended = reached(s, DIRECTIONS[a]!)
  const others = neighboursOf(s).filter(next => next !== intended)
  return [[intended, SUCCESS], ...others.map(next => [next, (1 - SUCCESS) / others.length] as const)]
}
