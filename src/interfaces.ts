/**
 * The whole vocabulary: read this first.
 *
 * A *peer* is an environment, a learner and parameters θ. In a *round* every peer takes H *local steps*, sends one
 * message per *hop* of its *aggregation*, and combines what it received. A network is a plug: it turns an `Outbox`
 * into an `Inbox`, and what does not arrive is absent, not an error.
 */
import type { z } from 'zod'

/** Four words of xoshiro128** at `words[at]`; see `core/random.ts`. */
export interface RandomStream {
  readonly words: Int32Array
  readonly at: number
}

/**
 * One entry of a map of names (topologies, environments, learners). Its options are written as `name:key=value` or
 * `{ name, key: value }`; `O` is what they are once defaults are filled in.
 */
export interface Family<O> {
  /** One sentence. */
  readonly description: string
  /** A strict object without `name`, every option with a default unless it must be given. */
  readonly options: z.ZodType<O>
  /** The option that text after the colon stands for where it is not `key=value`, as the path in `file:graph.txt`. */
  readonly positional?: string
}

// topologies --------------------------------------------------------------------------------------------------

/** `neighbours[i]`: whom peer i hears, ascending, without i. Symmetric unless the topology is directed. */
export interface Graph {
  readonly neighbours: readonly (readonly number[])[]
}

/** Round r uses `graphs[r % graphs.length]`; a static topology has one graph. */
export interface Topology {
  readonly name: string
  readonly peers: number
  readonly directed: boolean
  readonly graphs: readonly Graph[]
}

export interface TopologyFamily<O = unknown> extends Family<O> {
  /** The graph of `peers` peers. Throws an ExperimentError for a number of peers that it cannot have. */
  build(peers: number, options: O, random: RandomStream): Topology
  /** The number of peers that the options alone decide, as a file does. */
  peersOf?(options: O): number
  /** All eigenvalues of W with Metropolis weights, descending, where they have a closed form. */
  metropolisEigenvalues?(peers: number, options: O): Float64Array | undefined
  /** Where to draw the peers: x, y in [0, 1], interleaved. A circle if absent. */
  layout?(peers: number, options: O): Float64Array
}

/**
 * Who hears whom in one exchange, in compressed rows: receiver i hears `senders[k]` for
 * `rowStart[i] <= k < rowStart[i + 1]`, ascending, never itself. The index k names a *link*, here and in every array
 * "per link".
 */
export interface Links {
  /** Participants: rows of `rowStart`, less one. */
  readonly participants: number
  readonly rowStart: Int32Array
  readonly senders: Int32Array
}

/** W: `weights[k]` is what the receiver of link k gives to its sender, `selfWeights[i]` what peer i gives to itself. */
export interface MixingMatrix {
  readonly links: Links
  readonly weights: Float64Array
  readonly selfWeights: Float64Array
  /** W = Wᵀ, to the bit. */
  readonly symmetric: boolean
}

// network -----------------------------------------------------------------------------------------------------

/** What the participants send in one exchange: `length` doubles from row p of `payloads` for participant p. */
export interface Outbox {
  readonly payloads: Float64Array
  readonly stride: number
  readonly length: number
  /** Per link k: bit b is set if the message of b + 1 exchanges ago came in time over link k. Sent with the payload. */
  readonly receipts: Uint32Array | undefined
}

/** What arrived in one exchange. */
export interface Inbox {
  readonly payloads: Float64Array
  readonly stride: number
  /** Per link k: the row of `payloads` that came over it, or −1 where nothing came in time. */
  readonly slots: Int32Array
  /** Per link k: what the sender's receipts say of our own messages to it; meaningless where nothing came. */
  readonly receipts: Uint32Array | undefined
}

/** Why a message was dropped. */
export type DropReason =
  | 'malformed'
  | 'version'
  | 'swarm'
  | 'sender'
  | 'late'
  | 'round'
  | 'size'
  | 'encoding'
  | 'non-finite'
  | 'duplicate'

/** Counters since the network opened; one entry per participant. Only encoded messages count, once per delivery. */
export interface Traffic {
  readonly messagesOut: Float64Array
  readonly messagesIn: Float64Array
  readonly bytesOut: Float64Array
  readonly bytesIn: Float64Array
  /** Messages that a receiver expected and did not have when the exchange ended. */
  readonly missing: Float64Array
  /** Messages dropped by the receivers, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>
}

/** What a network must know before it opens. */
export interface NetworkPlan {
  /** Learners first, then participants that only relay (the hub of a star). */
  readonly participants: number
  /** The exchanges of one round, in order. */
  readonly hops: readonly Links[]
  /** Doubles per payload. */
  readonly length: number
  readonly receipts: boolean
}

/** Carries messages. Never calls into a peer: what arrives waits until `exchange` returns it. */
export interface Network {
  readonly name: 'simulated' | 'libp2p'
  readonly traffic: Traffic
  /** Resolves when every message of the first exchange is sure to find its way. */
  open(): Promise<void>
  /**
   * Sends what the senders of hop `hop` have to say and returns what their receivers got. The inbox is valid until
   * the next exchange; the outbox must not change before this returns.
   */
  exchange(round: number, hop: number, outbox: Outbox): Inbox | Promise<Inbox>
  /** May be called twice. */
  close(): Promise<void>
}

// peers -------------------------------------------------------------------------------------------------------

/** How experience is drawn: its expectation (noise-free), independent draws, or one trajectory. */
export type Sampling = 'expected' | 'iid' | 'markov'

/** How a sampled reward scatters about its mean r: not at all; sign(r) with probability |r|, else 0; r ± U(halfWidth). */
export type RewardNoise =
  | { readonly kind: 'none' }
  | { readonly kind: 'bernoulli' }
  | { readonly kind: 'uniform'; readonly halfWidth: number }

/**
 * N finite MDPs that share states, actions, discount, features and the evaluated policy, and differ in transitions
 * and rewards. Flat arrays, peer-major, so that 100,000 of them fit.
 */
export interface Fleet {
  readonly name: string
  readonly peers: number
  readonly states: number
  readonly actions: number
  /** Successors listed per state and action; unused ones have probability 0. */
  readonly branching: number
  readonly discount: number
  /** `labels[i]`: what peer i's environment is called. */
  readonly labels: readonly string[]
  /** `types[i]`: peer i's kind of environment; peers of one type are similar. */
  readonly types: Int32Array
  /** Successor states at `((i * states + s) * actions + a) * branching + k`. */
  readonly successors: Uint16Array
  /** Their probabilities, same index; each state and action sums to 1. */
  readonly probabilities: Float64Array
  /** Mean rewards at `(i * states + s) * actions + a`. */
  readonly rewards: Float64Array
  readonly noise: RewardNoise
  /** Where episodes start: `states` probabilities. */
  readonly reset: Float64Array
  /** ρ of the return J = Σ ρ(s) V(s) and of the value gap: `states` probabilities. */
  readonly evaluation: Float64Array
  /** The policy that TD evaluates: `policy[s * actions + a]`. */
  readonly policy: Float64Array
  readonly features: Features
}

export interface EnvironmentFamily<O = unknown> extends Family<O> {
  /** The most peers that there are environments for, where the options decide it, as a file does. */
  mostPeers?(options: O): number
  /** Environments 0 … peers − 1 in their own order, from `seed` alone. */
  build(peers: number, options: O, seed: string): Fleet
}

/** φ(s) of linear TD. One-hot features have `count` = states and no table. */
export interface Features {
  readonly kind: 'one-hot' | 'table'
  /** d */
  readonly count: number
  /** Rows of `stride` doubles, φ(s) padded with zeros to a multiple of 4; empty for one-hot. */
  readonly table: Float64Array
  readonly stride: number
}

/** Local learning: turns experience of peer i into a change of row i of θ. */
export interface Learner {
  readonly name: string
  /** Doubles of θ. */
  readonly parameters: number
  /**
   * H local steps of the peers `first <= i < last`, in place on rows of `stride` doubles:
   * θ ← θ − η (g − ξ) per step. `correction` holds ξ in rows of the same stride, or is undefined for ξ = 0.
   */
  run(
    theta: Float64Array,
    stride: number,
    first: number,
    last: number,
    correction: Float64Array | undefined
  ): void
  /** Everything that the next step depends on besides θ: random streams, chain states. Live views, for checkpoints. */
  readonly state: Readonly<Record<string, Int32Array | Float64Array>>
}

/** What every learner is told. */
export interface LearnerSettings {
  readonly seed: string
  readonly sampling: Sampling
  readonly localSteps: number
  readonly stepSize: number
}

/** What θ says, read from the row of θ at `row`: the values of a given policy, or a policy. */
export type ReadOut =
  /** V_θ(s) for every state. */
  | {
      readonly measures: 'value'
      valuesInto(features: Features, theta: Float64Array, row: number, out: Float64Array): void
    }
  /** π_θ(a|s) at `s * actions + a`. */
  | {
      readonly measures: 'policy'
      policyInto(actions: number, theta: Float64Array, row: number, out: Float64Array): void
    }

export interface LearnerFamily<O = unknown> extends Family<O> {
  /** How its parameters are judged. */
  readonly readOut: ReadOut
  build(fleet: Fleet, settings: LearnerSettings, options: O): Learner
}

// aggregation -------------------------------------------------------------------------------------------------

/** How what was received is combined. Arithmetic only: it neither waits nor counts. */
export interface Aggregation {
  readonly name: string
  /** Participants, hops and payload of one round. No hops: nobody talks. */
  readonly plan: NetworkPlan
  /** ξ in rows of θ's stride, or undefined where there is none. */
  readonly correction: Float64Array | undefined
  /** What is sent at `hop`; called when the local steps (or the previous hop) are done. */
  compose(hop: number, theta: ParameterMatrix): Outbox
  /** Takes in what arrived at `hop`. */
  combine(hop: number, theta: ParameterMatrix, inbox: Inbox): void
  /** Everything that later rounds depend on besides θ. Live views, for checkpoints. */
  readonly state: Readonly<Record<string, Int32Array | Uint32Array | Float64Array>>
}

/**
 * θ of all participants hosted here, row-major: row i starts at `i * stride`; `stride` is `parameters` rounded up to a
 * multiple of 4, padded with zeros. Double-buffered: mixing reads `values`, writes `spare`, then swaps them.
 */
export interface ParameterMatrix {
  readonly rows: number
  readonly parameters: number
  readonly stride: number
  readonly values: Float64Array
  readonly spare: Float64Array
  swap(): void
}

// metrics -----------------------------------------------------------------------------------------------------

/** What is measured of each peer and of the swarm. What has no meaning for environment or learner is null. */
export const METRICS = [
  'consensusError',
  'valueError',
  'excessValueError',
  'fixedPointError',
  'return',
  'valueGap'
] as const
export type Metric = (typeof METRICS)[number]

export type SwarmErrors = Readonly<Record<Metric, number | null>>
/** One column per metric, one entry per peer. */
export type PeerErrors = Readonly<Record<Metric, Float64Array | null>>

/** One measured round, plain data. */
export interface RoundSample {
  /** Rounds completed. */
  readonly round: number
  readonly swarm: SwarmErrors
  readonly peers: PeerErrors
  readonly traffic: RoundTraffic
  /** Since the first round began, in all sessions of the run. */
  readonly seconds: number
}

/** Totals since round 0. */
export interface RoundTraffic {
  /** Deliveries. */
  readonly messages: number
  readonly bytes: number
  readonly missing: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
}

// checkpoints -------------------------------------------------------------------------------------------------

/** Plain data on which all that a swarm will do depends, between two rounds. */
export interface SwarmState {
  /** Rounds completed. */
  readonly round: number
  readonly seconds: number
  readonly theta: Float64Array
  readonly learner: Learner['state']
  readonly aggregation: Aggregation['state']
  readonly traffic: Traffic
}
