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

/** Whom peers hear in one round. */
export interface Graph {
  /** `neighbours[i]`: whom peer i hears, ascending, without i. Symmetric unless the topology is directed. */
  readonly neighbours: readonly (readonly number[])[]
  /** `weights[i][n]`: W_ij of j = `neighbours[i][n]`, where the topology prescribes it; W_ii is the rest of the row. */
  readonly weights?: readonly (readonly number[])[]
  /** Where the peers are, if that decides whom they hear: x, y in [0, 1], interleaved. */
  readonly places?: Float64Array
}

/** Who talks to whom in every round. */
export interface Topology {
  readonly name: string
  readonly peers: number
  readonly directed: boolean
  /** After so many rounds the graphs repeat: 1 of a static topology; null where every round is drawn anew. */
  readonly period: number | null
  /** The graph of a round, counted from 0; always the same for the same round. */
  graphAt(round: number): Graph
  /** What is worth saying of how it came about, one line each. */
  readonly notes: readonly string[]
}

/** What a topology may depend on, besides the number of peers and its options. */
export interface TopologyContext {
  readonly seed: string
  /** Per peer the type of its environment. */
  readonly types: () => Int32Array
}

export interface TopologyFamily<O = unknown> extends Family<O> {
  /** A picture of one line, at most 16 characters wide. */
  readonly picture: string
  /** The topology of `peers` peers. Throws an ExperimentError for a number of peers that it cannot have. */
  build(peers: number, options: O, context: TopologyContext): Topology
  /** The number of peers that the options alone decide, as a file does. */
  peersOf?(options: O): number
  /** Whether its graphs come with weights of their own. */
  prescribesWeights?(options: O): boolean
  /** All eigenvalues of W with Metropolis weights, descending, where they have a closed form; of static topologies only. */
  metropolisEigenvalues?(peers: number, options: O): Float64Array | undefined
  /**
   * E‖(W_r − 11ᵀ/N) x‖² / ‖x‖² of the worst x with mean 0, where every round is drawn anew and this has a closed form.
   */
  meanSquareContraction?(peers: number, options: O): number | undefined
  /** Where to draw the peers: x, y in [0, 1], interleaved. If absent, as far apart as the graph has edges between them. */
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
  /**
   * The weight of an edge between peers of these degrees, which may shrink while the swarm runs; symmetric. Undefined where
   * weights do not follow from the degrees of the two ends.
   */
  readonly weightOf: ((degree: number, other: number) => number) | undefined
  /** W = Wᵀ, to the bit. */
  readonly symmetric: boolean
  /** Which sums are 1: those of rows and columns; of rows only, so that the mean is not kept; of columns only, for push-sum. */
  readonly stochastic: 'doubly' | 'row' | 'column'
}

/** W_r of every round r. */
export interface Mixing {
  /** All links that some round uses. */
  readonly links: Links
  /** As of the topology. */
  readonly period: number | null
  /** W_r on `links`; links that the round does not use have the weight 0. */
  at(round: number): MixingMatrix
  /** Per link: 1 where round r uses it; undefined where every round uses all. */
  uses(round: number): Uint8Array | undefined
}

// network -----------------------------------------------------------------------------------------------------

/** So many doubles of a payload, one after the other. */
export interface PayloadField {
  readonly count: number
  /** They are integers 0 ≤ x < `below`, and go to the wire in as few bits as hold them; as they are, in 64 bits, if absent. */
  readonly below?: number
}

/**
 * What the participants send in one exchange, in rows of `stride` doubles, of which as many are sent as the plan says: row p
 * is what participant p says to all who hear it, or, in plans `perLink`, row k what is said over link k.
 */
export interface Outbox {
  readonly payloads: Float64Array
  readonly stride: number
  /** Per participant: of how many neighbours it reckons with a message. From both ends' degrees follow the weights. */
  readonly degrees: Uint32Array
  /** Per link k (i hears j) what i tells j; sent with the payload in plans with flows. */
  readonly notes: EdgeNotes | undefined
}

/** What arrived in one exchange. */
export interface Inbox {
  readonly payloads: Float64Array
  readonly stride: number
  /** Per link k: the row of `payloads` (and entry of `degrees`) that came over it, or −1 where nothing came in time. */
  readonly slots: Int32Array
  /** Per row of `payloads`: the sender's degree. */
  readonly degrees: Uint32Array
  /** Per link k (i hears j) what j tells i; meaningless where nothing came or j does not hear i. */
  readonly notes: EdgeNotes | undefined
}

/** What one end of an edge tells the other about its flow, per link. */
export interface EdgeNotes {
  /** Bit b is set if it has combined the other's message of b + 1 exchanges ago. */
  readonly receipts: Uint32Array
  /** Of its flow. Ends of different epochs disagree; the one with the lower takes over the other's flow. */
  readonly epochs: Uint32Array
  /** 1 where its flow goes along, to be taken over. */
  readonly offers: Uint8Array
  /** The flows that go along, in rows of `stride` doubles; other rows mean nothing. */
  readonly flows: Float64Array
}

/** What the schedule of faults makes of the message over a link. */
export const FATE = {
  arrives: 0,
  /** It is sent and never arrives; its receiver knows at once and does not wait. */
  lost: 1,
  /** It arrives when its receiver has closed the exchange. */
  late: 2,
  /** Its sender does not take part, its receiver is gone, or the round does not use the link: nothing is sent. */
  unsent: 3
} as const
/** Added to a fate: a second copy arrives. */
export const DUPLICATED = 4
/** Added to a fate: it arrives after the others that arrive. */
export const REORDERED = 8

/** What the schedule of faults makes of one exchange. Valid until the next. */
export interface Fates {
  /** Per link: a FATE (the two low bits), with DUPLICATED and REORDERED. */
  readonly links: Uint8Array
  /** How long the exchange takes by its delays: what the virtual clock advances, and libp2p takes at least. */
  readonly durationMs: number
  /** The senders for whom a receiver waits until its deadline, in vain; ascending. */
  readonly waitedFor: readonly number[]
}

/** How a participant stops: it says goodbye, or its connections break, or it stays connected and silent. */
export type Stop = 'closed' | 'killed' | 'frozen'

/** Why a message was dropped. */
export const DROP_REASONS = [
  'malformed',
  'version',
  'swarm',
  'sender',
  'late',
  'round',
  'size',
  'encoding',
  'non-finite',
  'duplicate',
  'flood'
] as const
export type DropReason = (typeof DROP_REASONS)[number]

/**
 * Counters since the network opened; one entry per participant. Only encoded messages count, once per delivery; where relays pass
 * them on, every copy (network/simulated-mesh.ts).
 */
export interface Traffic {
  readonly messagesOut: Float64Array
  readonly messagesIn: Float64Array
  readonly bytesOut: Float64Array
  readonly bytesIn: Float64Array
  /** Messages that a receiver did not have when the exchange ended, though both ends took part. */
  readonly missing: Float64Array
  /** Deadlines that a sender let pass while a receiver waited for it. */
  readonly waitedFor: Float64Array
  /** Connections that a participant refused: of strangers, and of swarms with another key. */
  readonly refused: Float64Array
  /** Messages dropped by their receivers, by reason and by sender: whom the connection proves. */
  readonly dropped: Readonly<Record<DropReason, Float64Array>>
}

/** The participants `first <= p < last`: those that live in this process. */
export interface Hosted {
  readonly first: number
  readonly last: number
}

/** What a network must know before it opens. */
export interface NetworkPlan {
  /** Learners first, then participants that only relay (the hub of a star). */
  readonly participants: number
  /** The exchanges of one round, in order: all links that any round uses. */
  readonly hops: readonly Links[]
  /** Per link: 1 where this round uses it; undefined where every round uses all. What is not used is `unsent`. */
  readonly uses?: (round: number, hop: number) => Uint8Array | undefined
  /** What a payload consists of, in this order. */
  readonly payload: readonly PayloadField[]
  /** Whether what is said differs from link to link. */
  readonly perLink: boolean
  /** Whether messages carry notes about flows. */
  readonly flows: boolean
  /**
   * Where everybody hears everybody, and those who hear a message pass it on: with whom each participant is connected.
   * Undefined where messages go no further than their receivers.
   */
  readonly relays?: Links
}

/** Carries messages. Never calls into a peer: what arrives waits until `exchange` returns it. */
export interface Network {
  readonly name: 'simulated' | 'libp2p'
  readonly traffic: Traffic
  /** Resolves when every message of the first exchange is sure to find its way. */
  open(): Promise<void>
  /**
   * Sends what the senders of hop `hop` have to say and returns what their receivers got, as `fates` allow. The inbox
   * is valid until the next exchange; the outbox must not change before this returns.
   */
  exchange(round: number, hop: number, outbox: Outbox, fates?: Fates): Inbox | Promise<Inbox>
  /** Between exchanges: a participant stops to take part, ... */
  stop(participant: number, how: Stop): Promise<void>
  /**
   * ... and takes part again, from `round` on; without it, from the one after the last. Resolves when its links carry
   * messages, or when it is known that they will not soon.
   */
  start(participant: number, round?: number): Promise<void>
  /** The senders that are waited for at this moment, ascending. */
  waitedFor(): readonly number[]
  /** By how many rounds everybody who is heard from elsewhere is ahead; 0 where somebody is not, or nobody is elsewhere. */
  aheadBy(): number
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

/** What N environments have, whatever they are. Actions are 0 … actions − 1. */
export interface Environments {
  readonly name: string
  readonly peers: number
  readonly actions: number
  readonly discount: number
  /** `labels[i]`: what peer i's environment is called. */
  readonly labels: readonly string[]
  /** `types[i]`: peer i's kind of environment; peers of one type are similar. */
  readonly types: Int32Array
}

/**
 * N finite MDPs that share states, actions, discount, features and the evaluated policy, and differ in transitions
 * and rewards. Flat arrays, peer-major, so that 100,000 of them fit.
 */
export interface Fleet extends Environments {
  readonly kind: 'finite'
  readonly states: number
  /** Successors listed per state and action; unused ones have probability 0. */
  readonly branching: number
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

/**
 * N environments that are lived through step by step, and of which nothing is listed: what a learner sees of a state is an
 * observation, a few doubles.
 */
export interface SimulatedFleet extends Environments {
  readonly kind: 'simulated'
  /** Doubles of an observation. */
  readonly observations: number
  /** After so many steps an episode is truncated. */
  readonly episodeSteps: number
  /** What a step takes in its own time, where it is to be watched. */
  readonly stepMs: number
  /** By what peers differ: a column per property, one entry per peer. */
  readonly properties: Readonly<Record<string, Float64Array>>
  /** A new one of peer i's environment. */
  simulationOf(peer: number): Simulation
}

/**
 * One environment, with the meaning that Gymnasium gives to reset and step. Allocates nothing per step. Time limits are those of
 * its fleet: whoever runs it truncates.
 */
export interface Simulation {
  /** All that the next step depends on besides the action and the stream: a live view, for checkpoints. */
  readonly state: Float64Array
  /** Of the last step. */
  readonly reward: number
  /** Whether the last step ended the episode for good: nothing is to be had after it. */
  readonly terminated: boolean
  /** Begins an episode and writes what is seen first. */
  reset(random: RandomStream, observation: Float64Array): void
  /** One step, and what is seen after it. Not after a step that terminated. */
  step(action: number, random: RandomStream, observation: Float64Array): void
  /** What there is to see, as lines: x0, y0, x1, y1 each, within [0, 2] × [0, 1], y upwards. */
  draw?(): readonly number[]
}

/** `F`: what kind of environments, where only one kind is asked for. */
export interface EnvironmentFamily<O = unknown, F = Fleet | SimulatedFleet> extends Family<O> {
  /** A picture of one line, at most 24 characters wide. */
  readonly picture: string
  /** The learner where the user names none; td if absent. */
  readonly standardLearner?: string
  /** Whether an observation or reward that is not finite ends the run where it comes up, as it does in all that users add. */
  readonly watched?: boolean
  /** The most peers that there are environments for, where the options decide it, as a file does. */
  mostPeers?(options: O): number
  /** Environments 0 … peers − 1 in their own order, from `seed` alone. */
  build(peers: number, options: O, seed: string): F
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
  /**
   * Peer i begins anew, for the `incarnation`-th time: fresh streams, and a fresh start in its environment. Incarnation 0
   * is how every peer begins.
   */
  restart(peer: number, incarnation: number): void
  /** Where it lives through episodes: per peer how many are over, and how many steps it took in all. Part of `state`. */
  readonly experience?: { readonly episodes: Float64Array; readonly steps: Float64Array }
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
  | PolicyReadOut
  | ScoreReadOut

/** A policy of finite environments, whose return is exact: π_θ(a|s) at `s * actions + a`. */
export interface PolicyReadOut {
  readonly measures: 'policy'
  /** Doubles of a row that the policy is read from, the first ones; all if absent. How far peers are apart is measured of these. */
  readonly width?: number
  policyInto(actions: number, theta: Float64Array, row: number, out: Float64Array): void
}

/** A policy of simulated environments, whose return is that of episodes: π_θ(a|o) at `a`. */
export interface ScoreReadOut {
  readonly measures: 'score'
  /** As above. */
  readonly width?: number
  policyAt(theta: Float64Array, row: number, observation: Float64Array, out: Float64Array): void
}

/** What V_θ is moved towards: the return of so many steps and then V_θ, or the mean of these with weights (1 − λ) λ^(n − 1). */
export type ValueTarget =
  | { readonly kind: 'steps'; readonly steps: number }
  | { readonly kind: 'lambda'; readonly lambda: number }

export interface LearnerFamily<O = unknown> extends Family<O> {
  readonly learns: 'values' | 'policies'
  /** η where the user names none; 0.5 if absent. */
  standardStepSize?(options: O): number
  /** How its parameters are judged. Throws an ExperimentError where it cannot learn in such environments. */
  readOut(fleet: Fleet | SimulatedFleet, options: O): ReadOut
  /** Writes a random row of θ to start from; independent standard normals if absent. */
  startInto?(fleet: Fleet | SimulatedFleet, options: O, random: RandomStream, row: Float64Array): void
  /** What a learner of values moves towards; one step if absent. */
  target?(options: O): ValueTarget
  /** Whether its rows hold what is averaged though no step corrects it, as the moments of an optimiser. */
  sharesState?(options: O): boolean
  /** Whether its step size changes from round to round. */
  variesStepSize?(options: O): boolean
  /** Why these options cannot go with this kind of experience, if they cannot. */
  refuses?(options: O, sampling: Sampling, initial: string): string | undefined
  build(fleet: Fleet | SimulatedFleet, settings: LearnerSettings, options: O): Learner
}

// aggregation -------------------------------------------------------------------------------------------------

/** How what was received is combined. Arithmetic only: it neither waits nor counts. */
export interface Aggregation {
  readonly name: string
  /** Participants, hops and payload of one round. No hops: nobody talks. */
  readonly plan: NetworkPlan
  /** ξ in rows of θ's stride, or undefined where there is none. */
  readonly correction: Float64Array | undefined
  /** A round begins: θ is what the local steps start from. Absent where neither matters. */
  begin?(round: number, theta: ParameterMatrix): void
  /** What is sent at `hop`; called when the local steps (or the previous hop) are done. */
  compose(hop: number, theta: ParameterMatrix): Outbox
  /** Takes in what arrived at `hop`. */
  combine(hop: number, theta: ParameterMatrix, inbox: Inbox): void
  /** A participant begins anew, for the `incarnation`-th time: it has forgotten everything but θ. */
  restart(participant: number, incarnation: number): void
  /** What a peer knows of its neighbours, ascending. */
  neighboursOf(peer: number): readonly NeighbourState[]
  /** Everything that later rounds depend on besides θ. Live views, for checkpoints. */
  readonly state: Readonly<Record<string, Uint8Array | Int32Array | Uint32Array | Float64Array>>
}

/** What an aggregation is built from. */
export interface AggregationSettings {
  readonly peers: number
  /** Doubles of θ. */
  readonly parameters: number
  /** W of the topology; a star's hub and `none` do without. */
  readonly mixing: Mixing
  /** ‖W − 11ᵀ/N‖₂ of a W that stays. Throws an ExperimentError if it cannot be found. */
  readonly spectralRadius: () => number
  readonly localSteps: number
  readonly stepSize: number
  readonly seed: string
  /** Whose arithmetic is done here; all participants if left out. */
  readonly hosted?: Hosted | undefined
  /** Per peer: 1 where it takes part in a round; undefined where all always do. `mixing` knows already. */
  readonly takesPart?: ((round: number) => Uint8Array) | undefined
}

/** What an aggregation asks of the rest of an experiment. */
export interface AggregationTraits {
  /** What messages go over: nothing, the edges of the graph, all of them as far as relays take them, or a hub instead of it. */
  readonly over: 'nothing' | 'graph' | 'mesh' | 'hub'
  /** Which graphs will do: all, those that stay and have edges both ways, or of these the trees. */
  readonly graph: 'any' | 'undirected' | 'tree'
  /** The rule of W that suits it; null where it uses no W. */
  readonly weights: 'metropolis' | 'lazy' | 'push' | null
  /** Which sums of W must be 1: those of rows at least, of both, or of columns at least; or W must be symmetric. */
  readonly matrix: 'row' | 'doubly' | 'column' | 'symmetric'
  /** Local steps are corrected by control variates, which must sum to zero over the peers. */
  readonly isCorrected: boolean
  /** Peers disagree for ever if a message is lost or a peer begins anew. */
  readonly needsEveryMessage?: boolean
  /** Peers are meant to end at different θ, each at one for itself. */
  readonly isPersonal?: boolean
}

export interface AggregationFamily<O = unknown> extends Family<O> {
  /** Of one that is added to ours (`aggregation/names.ts` has those); those of gossip where nothing else is said. */
  readonly traits?: Partial<AggregationTraits>
  /** Exchanges of a round, where it is not one. */
  hops?(peers: number, options: O): number
  build(settings: AggregationSettings, options: O): Aggregation
}

/** What a peer knows of a neighbour: plain data. */
export interface NeighbourState {
  /** Participant. */
  readonly neighbour: number
  /** What its last message was weighted with. */
  readonly weight: number
  /** Exchanges since its last message; Infinity if it is lost. */
  readonly silence: number
  /** Of the flow on the edge (0: it has none yet), and the flow itself, `parameters` doubles; null where there are no flows. */
  readonly epoch: number | null
  readonly flow: Float64Array | null
}

/** All that a peer knows between two rounds: plain data. */
export interface PeerReport {
  readonly peer: number
  /** Rounds completed. */
  readonly round: number
  readonly takesPart: boolean
  /** θ_i; where iterates are averaged, their mean. */
  readonly parameters: Float64Array
  /** ξ_i, or null where there is none. */
  readonly correction: Float64Array | null
  readonly neighbours: readonly NeighbourState[]
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
  'valueGap',
  'policyDistance',
  'entropy'
] as const
export type Metric = (typeof METRICS)[number]

export type SwarmErrors = Readonly<Record<Metric, number | null>>
/** One column per metric, one entry per peer; NaN for a peer that does not take part. */
export type PeerErrors = Readonly<Record<Metric, Float64Array | null>>

/** One measured round, plain data. */
export interface RoundSample {
  /** Rounds completed. */
  readonly round: number
  readonly swarm: SwarmErrors
  readonly peers: PeerErrors
  /** ‖Σ_i ξ_i‖ over the peers that take part: what corrections must conserve is 0. Null where there are none. */
  readonly correctionSum: number | null
  /** The peers that do not take part, ascending. Errors and θ* are those of the others. */
  readonly stopped: readonly number[]
  /** What the peers that take part have lived through, on average; null where there are no episodes. */
  readonly experience: { readonly episodes: number; readonly steps: number } | null
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
  /** Connections. */
  readonly refused: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** The senders for whom a deadline passed since the sample before, ascending. */
  readonly waitedFor: readonly number[]
  /** What the delays of the schedule add up to. */
  readonly virtualMs: number
}

// what an onlooker sees ---------------------------------------------------------------------------------------

/** Whether a participant takes part, and if not, how it went; `absent`: it has not joined yet. */
export const PRESENCE = { here: 0, closed: 1, killed: 2, frozen: 3, absent: 4 } as const

/** The state of a link or an edge, from good to bad; that of an edge is the worse of its links'. */
export const LINK = {
  /** Its last message arrived. */
  carries: 0,
  /** Its last message did not, though it may. */
  silent: 1,
  /** It has been silent for so long that the receiver reckons no more with the sender. */
  lost: 2,
  /** It is cut, or a partition runs through it. */
  cut: 3,
  /** One of its ends does not take part. */
  idle: 4
} as const

/** What one look at a swarm shows, besides what is measured: plain data. */
export interface Look {
  /** Per participant: a PRESENCE. */
  readonly presence: Uint8Array
  /** Per hop and link, or per link of the relays: a LINK. */
  readonly links: readonly Uint8Array[]
  /** The probability that a message is lost, on links of which nothing else is said. */
  readonly loss: number
}

/** What a peer believes beside what is true in its own environment; state by state, plain data. */
export interface PeerView {
  /** V_θ_i of a value learner; V_i^{π_θ}, exact, of a policy learner. */
  readonly values: Float64Array
  /** V_i^π of the evaluated policy, exact; V_i* of a policy learner. */
  readonly exactValues: Float64Array
  /** V_θ*: what the federation's point says; null of a policy learner. */
  readonly federatedValues: Float64Array | null
  /** μ_i, how often states are visited; ρ of a policy learner. */
  readonly weights: Float64Array
  /** π_θ_i(a|s) at `s * actions + a`; null of a value learner. */
  readonly policy: Float64Array | null
  /** θ* of those that take part, and θ_i*; null of a policy learner. */
  readonly solution: Float64Array | null
  readonly ownSolution: Float64Array | null
  /** How its policy fares, where environments are simulated; the others of this are empty or null there. */
  readonly episode?: WatchedEpisode
}

/** One episode to look at. */
export interface WatchedEpisode {
  readonly score: number
  readonly steps: number
  readonly terminated: boolean
  /** What there is to see before the first step and after each, as `Simulation.draw` says. */
  readonly frames: readonly (readonly number[])[]
  readonly stepMs: number
}

/** What theory says of the mean path, on which samples are replaced by their expectation. */
export interface Prediction {
  /** Where the mean path ends: root mean square over the peers of ‖θ_i − θ*‖, and of ‖θ_i − θ̄‖. */
  readonly fixedPointError: number
  readonly consensusError: number
  /** By what the distance to that end shrinks per round, in the long run: the spectral radius of a round. */
  readonly contraction: number
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
  /** Where iterates are averaged: the means, in rows as θ, and over how many rounds they go. */
  readonly average?: { readonly means: Float64Array; readonly counts: Int32Array } | undefined
  readonly faults: FaultState
  readonly traffic: Traffic
  /** Per participant: `traffic.waitedFor` at the last sample. */
  readonly reportedWaits: Float64Array
}

/** What the schedule of faults depends on, besides the experiment; see `src/faults`. */
export interface FaultState {
  /** Rounds begun: events `after` fewer have taken effect. */
  readonly rounds: number
  /** Events that came by command, in order; each has the `after` of when it took effect, or will. */
  readonly commanded: readonly object[]
  readonly virtualMs: number
  /** Per hop and link: how often in a row it let a deadline pass, ... */
  readonly strikes: readonly Uint8Array[]
  /** ... how many late messages it takes until it is waited for again, ... */
  readonly owed: readonly Uint32Array[]
  /** ... and when, on the virtual clock, the next of them arrives. All three are empty while nothing takes time. */
  readonly speaksAt: readonly Float64Array[]
}
