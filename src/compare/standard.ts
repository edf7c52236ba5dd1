/** What is compared where nothing, or not everything, is said. */
import type { KeyName } from '../experiment/keys.ts'
import { ours } from './given.ts'
import type { Keys } from './source.ts'

/** Graphs that go from few links to all. */
export const STANDARD_TOPOLOGIES = [
  'ring',
  'torus',
  'exponential',
  'one-peer-exponential',
  'complete',
  'star'
]

/** Plain, and corrected: the first of these that goes with the graph. */
export const PLAIN = 'gossip'
export const CORRECTED = ['gossip-scafflsa', 'gossip-tracking']

/** Relays need a graph of few links that is well connected. */
export const STANDARD_MESH = { topology: 'random-regular:degree=4', aggregation: 'mesh' }

export const STANDARD_SEEDS = 5

const allOurs = (keys: Readonly<Partial<Record<KeyName, unknown>>>): Keys =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, ours(key, value)]))

/** Of the problems when not a word is said. */
export const STANDARD_BASE = allOurs({ peers: 16, rounds: 3000, localSteps: 10, stepSize: 0.1 })

/** Peers that hardly differ, whose noise is what there is to average, and two kinds of peers, each on its side of the graph. */
export const STANDARD_PROBLEMS: readonly Keys[] = [
  allOurs({
    name: 'similar peers',
    environment: { name: 'garnet', features: 8, perturbation: 0.02 }
  }),
  allOurs({
    name: 'opposite peers, clustered',
    environment: { name: 'garnet', features: 8, heterogeneity: 'opposite' },
    placement: 'clustered'
  })
]
