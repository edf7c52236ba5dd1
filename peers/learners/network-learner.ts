/** What learners with policy networks have in common: options, how they are judged, where they start. */
import { z } from 'zod'
import type { Fleet, LearnerSettings, RandomStream, ReadOut, SimulatedFleet } from '../../src/interfaces.ts'
import {
  momentsInRow,
  type Optimiser,
  type OptimiserOptions,
  optimiserOf,
  optimiserOptions
} from './optimiser.ts'
import {
  hiddenOption,
  learntBy,
  type NetworkOptions,
  type Networks,
  networksOf,
  policyReadOut,
  startNetworks
} from './policy-network.ts'
import { Rollout } from './rollout.ts'
import { Streams } from './streams.ts'

/** Options of every learner with a policy network, given what two of them are by default. */
export const networkLearnerOptions = (standard: { hidden: 'none' | number; valueStep: number }) => ({
  hidden: hiddenOption(standard.hidden),
  valueStep: z
    .number()
    .positive()
    .default(standard.valueStep)
    .describe('the step size of the critic, relative to that of the actor'),
  entropy: z.number().min(0).default(0).describe('β: what the entropy of the policy counts, per step'),
  normalise: z
    .boolean()
    .default(false)
    .describe('whether the advantages of a local step are given mean 0 and standard deviation 1'),
  horizon: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(100)
    .describe('steps after which episodes are truncated; of finite environments, others have their own'),
  ...optimiserOptions
})

export interface NetworkLearnerOptions extends NetworkOptions, OptimiserOptions {
  readonly valueStep: number
  readonly entropy: number
  readonly normalise: boolean
  readonly horizon: number
}

/** `refuses` of a family: hidden layers that begin at zero, which they never leave, and moments of an optimiser without any. */
export function refusesNetwork(
  { hidden, optimiser, shared }: Pick<NetworkOptions, 'hidden'> & OptimiserOptions,
  initial: string
): string | undefined {
  if (hidden !== 'none' && initial === 'zero')
    return `hidden=${hidden} learns nothing from parameters that are all zero; use initial random or common, or hidden=none`
  if (shared === 'all' && optimiser !== 'adam')
    return `shared=all averages the moments of adam, and ${optimiser} has none; use optimiser=adam, or shared=parameters`
  return undefined
}

/** `sharesState` of a family. */
export const sharesMoments = (options: OptimiserOptions): boolean => momentsInRow(options, 1) > 0

/** `readOut` of a family. */
export const readOutOf = (fleet: Fleet | SimulatedFleet, options: NetworkOptions): ReadOut =>
  policyReadOut(fleet, networksOf(fleet, options))

/** `startInto` of a family. */
export const startOf = (
  fleet: Fleet | SimulatedFleet,
  options: NetworkOptions,
  random: RandomStream,
  row: Float64Array
): void => startNetworks(networksOf(fleet, options), random, row)

/** Streams of all peers, and how many episodes and steps each has lived through. */
export class Lives {
  readonly words: Int32Array
  readonly episodes: Float64Array
  readonly steps: Float64Array
  readonly #streams: Streams

  constructor(peers: number, seed: string) {
    this.#streams = new Streams(peers, seed)
    this.words = this.#streams.words
    this.episodes = new Float64Array(peers)
    this.steps = new Float64Array(peers)
  }

  streamOf(i: number): RandomStream {
    return this.#streams.of(i)
  }

  /** Peer i begins anew, for the `incarnation`-th time. */
  restart(i: number, incarnation: number): void {
    this.#streams.restart(i, incarnation)
    this.episodes[i] = 0
    this.steps[i] = 0
  }

  /** Peer i has taken a step, and perhaps ended an episode with it. */
  count(i: number, isOver: boolean): void {
    this.steps[i] = this.steps[i]! + 1
    if (isOver) this.episodes[i] = this.episodes[i]! + 1
  }
}

/** The parts of a learner that takes local steps along the gradient of rollouts. */
export interface Climber {
  readonly rollout: Rollout
  readonly optimiser: Optimiser
  /** Doubles of θ. */
  readonly parameters: number
  /** A step of peer i along the gradient of its rollout. */
  climb(i: number, theta: Float64Array, row: number, correction: Float64Array | undefined): void
}

export function climberOf(
  fleet: SimulatedFleet,
  { stepSize }: LearnerSettings,
  options: NetworkLearnerOptions,
  lambda: number
): Climber {
  const networks: Networks = networksOf(fleet, options)
  const { peers, actions, discount } = fleet
  const { entropy, normalise, valueStep } = options
  const rollout = new Rollout(networks, { actions, discount, lambda, entropy, normalise })
  const learnt = learntBy(networks)
  const actor = networks.actor.parameters
  const optimiser = optimiserOf(options, { peers, stepSize, learnt, actor, valueStep })
  const gradient = new Float64Array(learnt)
  return {
    rollout,
    optimiser,
    parameters: learnt + momentsInRow(options, learnt),
    climb(i, theta, row, correction) {
      rollout.gradientInto(theta, row, gradient)
      optimiser.step(i, theta, row, gradient, correction)
    }
  }
}
