/** What `murmur topology` is asked for, and the topology that it is about. */

import { topologies, type Weights } from '../../topologies/index.ts'
import { type Subject, standardWeights } from '../../topologies/mixing/study.ts'
import { aggregations } from '../aggregation/index.ts'
import { traitsOf } from '../aggregation/names.ts'
import { ExperimentError } from '../core/errors.ts'
import { doubles } from '../core/payload.ts'
import { parseNamed } from '../experiment/named.ts'
import { DEFAULT_PEERS } from '../experiment/schema.ts'
import type { Topology, TopologyFamily } from '../interfaces.ts'
import { messageBytes } from '../network/message-bytes.ts'
import { count } from '../report/format.ts'

export interface TopologyCommandOptions {
  readonly peers?: number | undefined
  /** What the topology prescribes, or Metropolis weights, if left out. */
  readonly weights?: Weights | undefined
  readonly json?: boolean
  /** With all of W. */
  readonly matrix?: boolean
  readonly seed?: string | undefined
  /** Rounds of pure averaging. */
  readonly simulate?: number | undefined
  /** What averages; gossip if left out. */
  readonly aggregation?: string | undefined
  /** A file to write the graph to. */
  readonly export?: string | undefined
}

/** Rounds of a simulation if none are given, and the most. */
export const DEFAULT_ROUNDS = 100
export const MOST_ROUNDS = 100_000

/** θ of the default experiment, in doubles. */
export const PARAMETERS = 30
/** Of a message with these. */
export const MESSAGE_BYTES = messageBytes(doubles(PARAMETERS), undefined)

export const DEFAULT_SEED = '1'

/** The topology `name` (`ring`, `random-regular:degree=3`) with so many peers. */
export function subjectOf(
  name: string,
  { peers: given, weights, seed = DEFAULT_SEED, aggregation }: TopologyCommandOptions
): Subject {
  const { family, options } = parseNamed(name, topologies, 'topology')
  const peers = given ?? family.peersOf?.(options) ?? DEFAULT_PEERS
  const topology = built(family, options, peers, seed)
  return { family, options, topology, weights: weights ?? suitedWeights(topology, aggregation) }
}

/** What suits the aggregation, or where any weights do, the topology. */
function suitedWeights(topology: Topology, aggregation: string | undefined): Weights {
  if (aggregation === undefined) return standardWeights(topology)
  const { name } = parseNamed(aggregation, aggregations, '--aggregation')
  const { weights } = traitsOf(name)
  return weights === null || weights === 'metropolis' ? standardWeights(topology) : weights
}

/** All environments are of one type, as those of the default experiment are. */
export function built<O>(family: TopologyFamily<O>, options: O, peers: number, seed: string): Topology {
  return family.build(peers, options, { seed, types: () => new Int32Array(peers) })
}

/** What has no meaning beside the rest is an error. */
export function checkOptions(name: string | undefined, options: TopologyCommandOptions): void {
  const given = (['matrix', 'simulate', 'export'] as const).find(key => Boolean(options[key]))
  if (name === undefined && given !== undefined) {
    throw new ExperimentError(`--${given}: needs the name of a topology, as murmur topology ring --${given}`)
  }
  if (options.aggregation !== undefined && options.simulate === undefined) {
    throw new ExperimentError(
      '--aggregation: needs --simulate, as murmur topology ring --simulate --aggregation chebyshev'
    )
  }
}

export const peerCount = (peers: number): string => `${count(peers)} peer${peers === 1 ? '' : 's'}`
