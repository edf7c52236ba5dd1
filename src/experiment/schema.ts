/** The form of an experiment: as it is written, a zod schema, and as it is run, plain data with everything decided. */
import { z } from 'zod'
import { PLACEMENTS, type Placement } from '../../peers/placement.ts'
import { WEIGHTS, type Weights } from '../../topologies/mixing/mixing-matrix.ts'
import type { AggregationSpec } from '../aggregation/names.ts'
import { type Faults, type Loss, numberOrNamed } from '../faults/schema.ts'
import type { Network, Sampling } from '../interfaces.ts'
import { NAMED_KEYS } from './families.ts'
import { INITIAL_PATTERN } from './initial.ts'
import { KEYS } from './keys.ts'
import type { Named } from './named.ts'
import { TARGET_PATTERN } from './target.ts'

export const SAMPLINGS = ['expected', 'iid', 'markov'] as const satisfies readonly Sampling[]
/** What is measured: θ, or its mean over all rounds, or over the second half of them. */
export const AVERAGINGS = ['none', 'polyak', 'tail'] as const
export const TRANSPORTS = ['simulated', 'libp2p'] as const satisfies readonly Network['name'][]

/** An experiment with every default filled in and every rule checked; the same after a round trip through JSON. */
export interface Experiment {
  readonly name: string | null
  /** Absolute paths of modules that add families, see `extensions.ts`. */
  readonly use: readonly string[]
  readonly peers: number
  readonly topology: Named
  readonly weights: Weights
  readonly environment: Named
  readonly placement: Placement
  readonly learner: Named
  readonly aggregation: AggregationSpec
  readonly localSteps: number
  /** Of a peer in a round, its probability. */
  readonly participation: number
  readonly rounds: number
  readonly stepSize: number
  readonly sampling: Sampling
  readonly averaging: (typeof AVERAGINGS)[number]
  /** `parseInitial` takes it apart. */
  readonly initial: string
  readonly seed: string
  readonly transport: Network['name']
  readonly loss: Loss
  readonly delayMs: Named
  readonly faults: Faults | null
  readonly deadlineMs: number
  readonly port: number | null
  /** Of the operating system, among which the peers are spread. */
  readonly processes: number
  readonly measureEvery: number
  /** `parseTarget` takes it apart. */
  readonly until: string | null
}

const count = z.int().min(1)
/** Where neither the user nor a file of environments or edges decides. */
export const DEFAULT_PEERS = 16
/** More do not fit the memory of one process. */
export const MOST_PEERS = 1_000_000
const MOST_PROCESSES = 256
/** What a timer can hold: 24 days. */
const MOST_TIMER_MS = 2_147_483_647
const path = z.string().min(1)
const named = z.union(
  [z.string(), z.looseObject({ name: z.string() })],
  'must be a name or { name: …, option: value }'
)

/** An experiment as it is written. What is left out and has no default here depends on the rest: see `resolve`. */
export const experimentSchema = z.strictObject({
  name: z.string().min(1).nullable().default(null).describe(KEYS.name.description),
  use: z
    .union([path, z.array(path)], 'must be the path of a file, or a list of them')
    .transform(files => [files].flat())
    .default([])
    .describe(KEYS.use.description),
  peers: count.max(MOST_PEERS).optional().describe(KEYS.peers.description),
  topology: named.optional().describe(KEYS.topology.description),
  weights: z.enum(WEIGHTS).optional().describe(KEYS.weights.description),
  environment: named.default(NAMED_KEYS.environment.standard).describe(KEYS.environment.description),
  placement: z.enum(PLACEMENTS).default('given').describe(KEYS.placement.description),
  learner: named.optional().describe(KEYS.learner.description),
  aggregation: named.default(NAMED_KEYS.aggregation.standard).describe(KEYS.aggregation.description),
  localSteps: count.default(10).describe(KEYS.localSteps.description),
  participation: z.number().positive().max(1).default(1).describe(KEYS.participation.description),
  rounds: count.default(400).describe(KEYS.rounds.description),
  stepSize: z.number().positive().optional().describe(KEYS.stepSize.description),
  sampling: z.enum(SAMPLINGS).default('markov').describe(KEYS.sampling.description),
  averaging: z.enum(AVERAGINGS).default('none').describe(KEYS.averaging.description),
  initial: z.string().meta({ pattern: INITIAL_PATTERN }).default('random').describe(KEYS.initial.description),
  seed: z
    .union([z.string(), z.number()], 'must be text')
    .transform(String)
    .default('1')
    .describe(KEYS.seed.description),
  transport: z.enum(TRANSPORTS).optional().describe(KEYS.transport.description),
  loss: numberOrNamed.optional().describe(KEYS.loss.description),
  delayMs: numberOrNamed.optional().describe(KEYS.delayMs.description),
  faults: z
    .union([z.string(), z.looseObject({})], 'must be a map of keys and values, or the path of a file of them')
    .nullable()
    .default(null)
    .describe(KEYS.faults.description),
  deadlineMs: count.max(MOST_TIMER_MS).default(10_000).describe(KEYS.deadlineMs.description),
  port: count.max(65_535).nullable().default(null).describe(KEYS.port.description),
  processes: count.max(MOST_PROCESSES).default(1).describe(KEYS.processes.description),
  measureEvery: count.default(1).describe(KEYS.measureEvery.description),
  until: z
    .string()
    .meta({ pattern: TARGET_PATTERN })
    .nullable()
    .default(null)
    .describe(KEYS.until.description)
})
