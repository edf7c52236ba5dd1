/**
 * Two environments whose best common policy is not deterministic (Labbi, Mangold, Tiapkin, Moulines 2025). From state 0 one
 * half of the actions leads to a state that pays for ever and the other half leads nowhere; which half is which depends on
 * the type. States 3 to 6, of which 6 leads to 0, are the same for both.
 *
 *     actions 0, 1:  type 0: 0 → 0,  type 1: 0 → 2          actions 2, 3:  type 0: 0 → 1,  type 1: 0 → 0
 *
 * Rewards `mdp` pay 1 in states 1 and 2 alike; with `gridworld` the two pay different things, and for different actions.
 * Policies are judged from all states alike, which is not how episodes start.
 */
import { z } from 'zod'
import type { EnvironmentFamily, Fleet } from '../../src/interfaces.ts'
import { type Dynamics, fleetOf } from './dynamics.ts'
import { featuresOf, featuresOption } from './features.ts'
import { discountOption, noiseOption, uniform } from './fleet-parts.ts'
import { policyOptions } from './policies.ts'

/** Pairs of a next state and its probability. */
type Row = readonly (readonly [next: number, probability: number])[]

const surely = (next: number): Row => [[next, 1]]
/** The same row for all four actions. */
const always = (row: Row): readonly Row[] => [row, row, row, row]

/** State 0, by type. */
const FORKS: readonly (readonly Row[])[] = [
  [surely(0), surely(0), surely(1), surely(1)],
  [surely(2), surely(2), surely(0), surely(0)]
]

/** To the states 3, 4, … with these probabilities. */
const among = (...masses: readonly number[]): Row =>
  masses.map((mass, k) => [3 + k, mass] as const).filter(([, mass]) => mass > 0)

/** All states but 0. */
const COMMON: readonly (readonly Row[])[] = [
  always(surely(1)),
  always(surely(2)),
  [among(0.8, 0.2), among(0.7, 0.2, 0.1), among(0.2, 0.8), among(0.9, 0.1)],
  [among(0.6, 0.2, 0.2), among(0.5, 0.2, 0.2, 0.1), among(0.6, 0.2, 0.1, 0.1), among(0.1, 0, 0.9)],
  [among(0.1, 0.4, 0.5), among(0, 0.5, 0.4, 0.1), among(0.4, 0, 0.3, 0.3), among(0, 0.1, 0.1, 0.8)],
  [
    among(0.5, 0.3, 0, 0.2),
    among(0, 0.1, 0.8, 0.1),
    among(0.2, 0.2, 0.2, 0.4),
    [
      [0, 0.9],
      [6, 0.1]
    ]
  ]
]

/** What states 1 and 2 pay. */
const PRIZES = {
  mdp: [
    [1, 1, 1, 1],
    [1, 1, 1, 1]
  ],
  gridworld: [
    [0, 0, 1, 0.5],
    [0, 0.5, 0, 0]
  ]
} as const

/** What states 3 to 6 pay. */
const REWARDS = [
  [0.1, 0.2, 0, 0],
  [0.05, 0.05, 0.1, 0],
  [0.1, 0.1, 0, 0],
  [0.1, 0.2, 0.05, 0]
] as const

const RESET = [0.05, 0.05, 0.05, 0.3, 0.3, 0.2, 0.05] as const
const STATES = RESET.length

const options = z.strictObject({
  rewards: z.enum(['mdp', 'gridworld']).default('mdp').describe('what states 1 and 2 pay: the same, or not'),
  features: featuresOption,
  discount: discountOption(0.99),
  noise: noiseOption('none'),
  ...policyOptions
})

type ChallengingOptions = z.output<typeof options>

/** `challenging-mdp`. */
export const challengingMdp: EnvironmentFamily<ChallengingOptions, Fleet> = {
  description: 'Two environments for which the best common policy must be stochastic, peers of both in turn.',
  picture: '1⇠0⇢2 ⇠ 3⇄4⇄5⇄6',
  options,
  build
}

function build(peers: number, settings: ChallengingOptions, seed: string): Fleet {
  const rewards = [[0, 0, 0, 0], ...PRIZES[settings.rewards], ...REWARDS]

  function dynamicsOf(peer: number): Dynamics {
    const kernel = [FORKS[peer % 2]!, ...COMMON]
    return (s, a) =>
      kernel[s]![a]!.map(([next, probability]) => ({ next, probability, reward: rewards[s]![a]! }))
  }
  const fleet = fleetOf(
    {
      name: 'challenging-mdp',
      peers,
      states: STATES,
      actions: 4,
      branching: 4,
      // The paper's weights, below.
      starts: [],
      features: featuresOf(settings.features, STATES, 'challenging-mdp', seed),
      typeOf: peer => peer % 2,
      dynamicsOf
    },
    settings,
    seed
  )
  return { ...fleet, reset: Float64Array.from(RESET), evaluation: uniform(STATES) }
}
