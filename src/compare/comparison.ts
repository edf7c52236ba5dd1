/**
 * A comparison: contenders that solve the same problems with the same seeds, and what each run of them found. Everything here is plain
 * data: it is computed run by run, kept, summed up, drawn and exported.
 */
import type { Experiment } from '../experiment/schema.ts'
import type { Metric } from '../interfaces.ts'
import type { Statistic } from '../statistics/estimate.ts'

/** What all contenders of a problem have in common, and what is compared. */
export interface Problem {
  /** What tells it from other problems of the comparison; empty if there is but one. */
  readonly label: string
  /** What is compared: smaller is better, but for `return`. */
  readonly metric: Metric
}

/** One way to solve a problem: a graph with a protocol, or none. */
export interface Contender {
  /** As `ring, gossip`; unique within its problem. */
  readonly label: string
  /** Index in `problems`. */
  readonly problem: number
  /** As it is run with the first seed. */
  readonly experiment: Experiment
}

/** What a contest can be limited to. */
export const BUDGETS = ['rounds', 'bytes', 'seconds', 'samples'] as const

/** How much of it there is, besides its rounds: bytes are those of the busiest participant, in and out, samples those of a peer. */
export interface Budget {
  readonly of: (typeof BUDGETS)[number]
  readonly amount: number
}

/** What is compared, and by what. */
export interface Comparison {
  readonly name: string
  readonly problems: readonly Problem[]
  readonly contenders: readonly Contender[]
  readonly seeds: readonly string[]
  readonly statistic: Statistic
  /** The metric's value that must be reached; per problem that of the server at its end, with some slack, where it is null. */
  readonly target: number | null
  readonly budget: Budget | null
  /** The network model in which seconds are predicted, as text: `wan:latencyMs=80`. */
  readonly price: string
  /** The command that repeats it. */
  readonly command: string
}

/** One run of a contender: columns with an entry per measured round, from round 1 to the last. */
export interface ContestRun {
  readonly contender: number
  readonly seed: string
  readonly rounds: readonly number[]
  /** The swarm's metric. */
  readonly values: readonly number[]
  readonly consensus: readonly number[]
  /** Totals since round 0: messages, bytes, and bytes in and out of the participant with most. */
  readonly messages: readonly number[]
  readonly bytes: readonly number[]
  readonly busiestBytes: readonly number[]
  /** Predicted by the network model. */
  readonly seconds: readonly number[]
  /** Local samples of a peer, on average. */
  readonly samples: readonly number[]
  /** Per peer at the end: the metric; NaN as null. */
  readonly peers: readonly (number | null)[]
  /** Per participant at the end, the hub after the peers: bytes in and out. */
  readonly bytesIn: readonly number[]
  readonly bytesOut: readonly number[]
  /** All that sockets carried while the rounds ran, over libp2p: messages and what they are wrapped in; null in the simulator. */
  readonly socketBytes: number | null
  /** The round in which it diverged; null if it did not. */
  readonly divergedIn: number | null
}

/** A comparison, and those of its runs that are there. */
export interface Compared {
  readonly comparison: Comparison
  readonly runs: readonly ContestRun[]
}

/** All that came out of a comparison. */
export interface ComparisonOutcome extends Compared {
  /** Who could not take part, and why. */
  readonly leftOut: readonly { readonly label: string; readonly reason: string }[]
  /** The same with the best step size of each; null where it was not asked for. */
  readonly tuned: Compared | null
  /** The same in the simulator, of what was run over libp2p; null otherwise. */
  readonly modelled: Compared | null
}
