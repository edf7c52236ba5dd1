/**
 * Policies of peers, to be played in the environments of any of them. Beside the peers' own there are the policy of the mean of
 * their parameters, and that of the mean of their logits:
 *
 *     mean     π of θ̄ = Σ_i θ_i / N,
 *     logits   π(a|s) ∝ exp(Σ_i log π_i(a|s) / N) = (Π_i π_i(a|s))^{1/N},
 *
 * which are one for linear softmax policies, and not for others. In logits no chance counts as less than the least normal double:
 * policies that leave nothing to chance vote.
 */
import { type Episode, EpisodeRunner } from '../../peers/environments/episodes.ts'
import { policyValue } from '../../peers/environments/exact.ts'
import { environments } from '../../peers/environments/index.ts'
import { asSimulated } from '../../peers/environments/simulated.ts'
import { buildFleet } from '../../peers/fleet.ts'
import { learners } from '../../peers/learners/index.ts'
import { greedyInto } from '../../peers/learners/q-learning.ts'
import { exp, log } from '../core/elementary.ts'
import { ExperimentError } from '../core/errors.ts'
import { stream } from '../core/random.ts'
import { parseNamed } from '../experiment/named.ts'
import type { Fleet, ReadOut, SimulatedFleet, Simulation } from '../interfaces.ts'
import type { SavedPolicies } from './saved.ts'

/** Whose policy: a peer's, or one of the two of all. */
export type Who = number | 'mean' | 'logits'

/** What remains of the return of a finite environment when an episode is cut off, relative to rewards that stay the same. */
const REMAINDER = 1e-3
const LONGEST = 100_000
const LEAST_CHANCE = 2.2250738585072014e-308

/** A step of an episode, in a finite environment. */
export interface Move {
  readonly state: number
  readonly action: number
  readonly reward: number
  readonly next: number
}

/** An episode that was played. */
export interface Played extends Episode {
  /** Σ γ^t r_t: what J is the mean of, in finite environments. */
  readonly discounted: number
}

export interface PlayOptions {
  /** Of the chances that are met, in each environment the same for all policies. */
  readonly seed: string
  /** Whether the action that is most probable is taken, of equals the first. */
  readonly isGreedy: boolean
}

/** What an episode looks like while it is played. */
export type OnStep = (simulation: Simulation, action: number | null) => void

/** Writes π(·|·) of where `simulation` is, which looks like `observation`. */
type Decide = (simulation: Simulation, observation: Float64Array, out: Float64Array) => void
type Read = Exclude<ReadOut, { readonly measures: 'value' }>

export class Repertoire {
  readonly fleet: Fleet | SimulatedFleet
  /** The same, to be lived through step by step. */
  readonly simulated: SimulatedFleet
  readonly #readOut: Read
  readonly #parameters: readonly Float64Array[]
  readonly #options: PlayOptions
  readonly #runner: EpisodeRunner
  readonly #policies = new Map<Who, Decide>()

  /** Throws an ExperimentError where there is no policy to play. */
  constructor(
    { experiment, parameters }: Pick<SavedPolicies, 'experiment' | 'parameters'>,
    options: PlayOptions
  ) {
    const learner = parseNamed(experiment.learner, learners, 'learner')
    if (learner.family.learns === 'values') {
      throw new ExperimentError(
        `play: ${learner.name} learns the values of a given policy, so there is no policy to play; softmax, reinforce and actor-critic learn one`
      )
    }
    const environment = parseNamed(experiment.environment, environments, 'environment')
    const { peers, placement, seed } = experiment
    this.fleet = buildFleet(environment.family, environment.options, peers, placement, seed)
    const { parameters: needed } = learner.family.build(this.fleet, experiment, learner.options)
    const [first] = parameters
    // Rows of a record are padded with up to three zeros.
    if (first === undefined || first.length < needed || first.length > needed + 3) {
      throw new ExperimentError(
        `play: there are ${first?.length ?? 0} parameters for each peer, and ${learner.name} has ${needed} in this environment`
      )
    }
    this.#readOut = learner.family.readOut(this.fleet, learner.options) as Read
    this.simulated =
      this.fleet.kind === 'simulated'
        ? this.fleet
        : // Where J is measured from.
          asSimulated({ ...this.fleet, reset: this.fleet.evaluation }, stepsOf(this.fleet.discount))
    this.#parameters = parameters
    this.#options = options
    this.#runner = new EpisodeRunner(this.simulated)
  }

  /** Peers 0 … peers − 1, then the two of all. */
  get everybody(): readonly Who[] {
    return [...this.#parameters.keys(), 'mean', 'logits']
  }

  /** So many episodes in the environment of a peer, one after the other. */
  play(who: Who, environment: number, episodes: number, onStep?: OnStep): Played[] {
    const decide = this.#policyOf(who)
    const simulation = this.simulated.simulationOf(environment)
    const random = stream(this.#options.seed, environment, 'play')
    return Array.from({ length: episodes }, () => {
      let discounted = 0
      let factor = 1
      const episode = this.#runner.run(
        simulation,
        (observation, out) => decide(simulation, observation, out),
        random,
        (_, action) => {
          if (action !== null) {
            discounted += factor * simulation.reward
            factor *= this.simulated.discount
          }
          onStep?.(simulation, action)
        }
      )
      return { ...episode, discounted }
    })
  }

  /** J of a policy in the environment of a peer; undefined where nothing is listed that it could be computed from. */
  exactReturn(who: Who, environment: number): number | undefined {
    const { fleet } = this
    if (fleet.kind === 'simulated') return undefined
    const table = this.#tableOf(fleet, who)
    return policyValue(fleet, environment, table, new Float64Array(fleet.states))
  }

  /** J where it is exact, else the mean score of so many episodes. */
  returnIn(who: Who, environment: number, episodes: number): number {
    const exact = this.exactReturn(who, environment)
    if (exact !== undefined) return exact
    const played = this.play(who, environment, episodes)
    return played.reduce((sum, { score }) => sum + score, 0) / episodes
  }

  #policyOf(who: Who): Decide {
    const known = this.#policies.get(who)
    if (known !== undefined) return known
    const { fleet } = this
    const decide = fleet.kind === 'finite' ? this.#listed(fleet, who) : this.#decided(who)
    this.#policies.set(who, decide)
    return decide
  }

  #listed(fleet: Fleet, who: Who): Decide {
    const table = this.#tableOf(fleet, who)
    const { actions } = fleet
    return ({ state }, _, out) => {
      for (let a = 0; a < actions; a++) out[a] = table[state[0]! * actions + a]!
    }
  }

  /** π(a|s) at `s * actions + a`. */
  #tableOf({ states, actions }: Fleet, who: Who): Float64Array {
    const tableOf = (theta: Float64Array): Float64Array => {
      const out = new Float64Array(states * actions)
      if (this.#readOut.measures === 'policy') this.#readOut.policyInto(actions, theta, 0, out)
      return out
    }
    const table =
      who === 'logits'
        ? geometricMean(actions, this.#parameters.map(tableOf))
        : tableOf(this.#parametersOf(who))
    return this.#options.isGreedy ? greedy(actions, table) : table
  }

  #decided(who: Who): Decide {
    const { actions } = this.fleet
    const readOut = this.#readOut
    const members = who === 'logits' ? this.#parameters : [this.#parametersOf(who)]
    const tables = members.map(() => new Float64Array(actions))
    return (_, observation, out) => {
      members.forEach((theta, k) => {
        if (readOut.measures === 'score') readOut.policyAt(theta, 0, observation, tables[k]!)
      })
      const chances = members.length === 1 ? tables[0]! : geometricMean(actions, tables)
      out.set(this.#options.isGreedy ? greedy(actions, chances) : chances)
    }
  }

  #parametersOf(who: number | 'mean'): Float64Array {
    if (who !== 'mean') return this.#parameters[who]!
    const mean = new Float64Array(this.#parameters[0]!.length)
    for (const theta of this.#parameters) for (let j = 0; j < mean.length; j++) mean[j] = mean[j]! + theta[j]!
    return mean.map(sum => sum / this.#parameters.length)
  }
}

/** Steps after which what follows counts as little as REMAINDER. */
function stepsOf(discount: number): number {
  let steps = 0
  for (let left = 1; left > REMAINDER && steps < LONGEST; left *= discount) steps++
  return steps
}

/** Per state, in rows of `actions`, (Π_i π_i(a))^{1/N} over their sum. */
function geometricMean(actions: number, policies: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(policies[0]!.length)
  for (const policy of policies)
    for (let at = 0; at < out.length; at++) out[at] = out[at]! + log(Math.max(policy[at]!, LEAST_CHANCE))
  for (let at = 0; at < out.length; at += actions) {
    const row = out.subarray(at, at + actions)
    const most = row.reduce((a, b) => Math.max(a, b))
    let sum = 0
    for (let a = 0; a < actions; a++) {
      row[a] = exp((row[a]! - most) / policies.length)
      sum += row[a]!
    }
    for (let a = 0; a < actions; a++) row[a] = row[a]! / sum
  }
  return out
}

/** For sure what is most probable, of equals the first. */
function greedy(actions: number, policy: Float64Array): Float64Array {
  const out = new Float64Array(policy.length)
  greedyInto(actions, policy, 0, out)
  return out
}
