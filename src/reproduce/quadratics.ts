/**
 * The simplest peers that there are, for which all is known: f_i(x) = (x − b_i)²/2 and gradients with noise of variance 1. In the
 * product they are environments of one state that is worth the reward it gives, learnt by TD: x ← x − η (x − b_i − noise). The mean of
 * all b_i is 0, and so is θ*. Where gossip ends with them, and how widely it scatters there, follows exactly from W, η and b.
 */
import { present } from '../core/assert.ts'
import { stationaryErrors } from '../prediction/forecast.ts'
import { isUnknown } from '../prediction/subject.ts'
import { mean } from '../statistics/mean.ts'
import { type FiniteSetting, settingFor, shippedProblem, squaredError, walk } from './simulate.ts'

/** All b_i = 0, for up to 64 peers; b_i = 4 (i − 7.5) / 16 of 16 peers; or −1 and 1 of 16 peers of two types. */
type Wishes = 'equal' | 'different' | 'opposite'

/** The environments of such peers. */
export const quadratics = (wishes: Wishes): string => shippedProblem(`quadratics_${wishes}`)

/** How the peers of a figure come to agree. */
export interface Contender {
  readonly name: string
  readonly aggregation: 'star' | 'gossip' | 'gossip-scafflsa' | 'none'
  readonly topology: string
}

const gossipOn = (topology: string, name = topology): Contender => ({
  name,
  aggregation: 'gossip',
  topology
})

/** A server, ten graphs, and nobody who talks. */
export const CONTENDERS: readonly Contender[] = [
  { name: 'server', aggregation: 'star', topology: 'star' },
  gossipOn('one-peer-exponential'),
  gossipOn('exponential:directed=true', 'exponential, directed'),
  gossipOn('hypercube'),
  gossipOn('torus'),
  gossipOn('ring-lattice:neighbours=4', 'ring-lattice'),
  gossipOn('barbell', 'two cliques'),
  gossipOn('ring'),
  gossipOn('binary-tree'),
  gossipOn('path'),
  gossipOn('star', 'star graph'),
  { name: 'alone', aggregation: 'none', topology: 'ring' }
]

/** The graphs among them. */
export const GRAPHS = CONTENDERS.filter(({ aggregation }) => aggregation === 'gossip')

/** Gossip with control variates, which wants λ_min(W) > −1/3: lazy weights. */
export const correctedOn = (topology: string): Contender => ({
  name: `${topology}, corrected`,
  aggregation: 'gossip-scafflsa',
  topology
})

/** What decides a long run. */
export interface LongRunSettings {
  readonly contender: Contender
  readonly wishes: Wishes
  readonly placement: 'given' | 'clustered' | 'alternating' | 'bit-reversed' | 'shuffled'
  readonly stepSize: number
  readonly peers: number
  /** Simulated rounds; 0 where the prediction is enough. */
  readonly rounds: number
  readonly seed: string
}

/** In the long run, in the mean over the peers. */
export interface LongRun {
  /** E (x_i − θ*)², exact: the squared bias and the variance. */
  readonly square: number
  /** The part of it that is there without noise. */
  readonly bias: number
  /** The same of the simulated swarm, over its rounds but for the first eighth; null if there are none. */
  readonly simulated: number | null
}

/** The swarm that these settings make. */
export function quadraticSetting(settings: LongRunSettings): FiniteSetting {
  const { contender, wishes, placement, stepSize, peers, rounds, seed } = settings
  return settingFor({
    environment: quadratics(wishes),
    peers,
    placement,
    topology: contender.topology,
    aggregation: contender.aggregation,
    ...(contender.aggregation === 'gossip-scafflsa' ? { weights: 'lazy' } : {}),
    localSteps: 1,
    stepSize,
    // Of a graph that changes all links are to be known.
    rounds: Math.max(16, rounds),
    // Ends of periods: those of the graphs that change are of four rounds.
    measureEvery: stepSize < 0.1 ? 20 : 4,
    sampling: 'iid',
    initial: 'solution',
    seed
  })
}

/** E (x_i − θ*)² in the long run, in the mean over the peers, as `murmur predict` says it: with noise, or without. */
export function predictedError(setting: FiniteSetting, sampling: 'iid' | 'expected'): number {
  const found = stationaryErrors({ ...setting, experiment: { ...setting.experiment, sampling } })
  const error = isUnknown(found) ? Number.NaN : present(found.swarm.fixedPointError, 'the error from θ*')
  return error * error
}

/** The same of the simulated swarm, over its rounds but for the first eighth. */
export async function simulatedError(setting: FiniteSetting): Promise<number> {
  const squares: number[] = []
  await walk(setting, {
    onSample(sample) {
      if (8 * sample.round > setting.experiment.rounds) squares.push(squaredError(sample))
    }
  })
  return mean(squares)
}

/** All that is known of these settings. */
export async function longRun(settings: LongRunSettings): Promise<LongRun> {
  const setting = quadraticSetting(settings)
  return {
    square: predictedError(setting, 'iid'),
    bias: predictedError(setting, 'expected'),
    simulated: settings.rounds > 0 ? await simulatedError(setting) : null
  }
}
