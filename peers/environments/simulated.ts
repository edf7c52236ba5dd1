/**
 * A finite MDP as a simulation, for learners that see observations only: that of state s is φ(s), its unit vector where features are
 * one-hot. An episode ends for good in a state that every action leads back to for nothing; where it is cut off is for the
 * learner to say. A step draws the successor, and then the reward where it scatters.
 */
import type { Fleet, RandomStream, SimulatedFleet, Simulation } from '../../src/interfaces.ts'
import { drawFrom, scattered } from './draws.ts'

/** The fleet as it is if it is simulated; else as a simulation whose episodes are truncated after `episodeSteps`. */
export function asSimulated(fleet: Fleet | SimulatedFleet, episodeSteps: number): SimulatedFleet {
  if (fleet.kind === 'simulated') return fleet
  const { name, peers, actions, discount, labels, types, features } = fleet
  return {
    kind: 'simulated',
    name,
    peers,
    actions,
    discount,
    labels,
    types,
    observations: features.count,
    episodeSteps,
    stepMs: 100,
    properties: {},
    simulationOf: i => new ListedSimulation(fleet, i)
  }
}

/** Writes φ(s). */
export function featuresInto({ features }: Fleet, s: number, out: Float64Array): void {
  const { kind, count, table, stride } = features
  if (kind === 'one-hot') {
    out.fill(0, 0, count)
    out[s] = 1
  } else for (let j = 0; j < count; j++) out[j] = table[s * stride + j]!
}

class ListedSimulation implements Simulation {
  /** The number of the state. */
  readonly state = new Float64Array(1)
  reward = 0
  terminated = false
  readonly #fleet: Fleet
  readonly #peer: number
  /** 1 for each state that ends an episode. */
  readonly #ends: Uint8Array

  constructor(fleet: Fleet, peer: number) {
    this.#fleet = fleet
    this.#peer = peer
    this.#ends = Uint8Array.from({ length: fleet.states }, (_, s) => (endsEpisode(fleet, peer, s) ? 1 : 0))
  }

  reset(random: RandomStream, observation: Float64Array): void {
    const { reset, states } = this.#fleet
    this.state[0] = drawFrom(reset, 0, states, random)
    this.reward = 0
    this.terminated = false
    featuresInto(this.#fleet, this.state[0]!, observation)
  }

  step(action: number, random: RandomStream, observation: Float64Array): void {
    const { states, actions, branching, successors, probabilities, rewards } = this.#fleet
    const pair = (this.#peer * states + this.state[0]!) * actions + action
    const next = successors[pair * branching + drawFrom(probabilities, pair * branching, branching, random)]!
    this.state[0] = next
    this.reward = scattered(this.#fleet, rewards[pair]!, random)
    this.terminated = this.#ends[next] === 1
    featuresInto(this.#fleet, next, observation)
  }
}

function endsEpisode(fleet: Fleet, peer: number, s: number): boolean {
  const { states, actions, branching, successors, probabilities, rewards } = fleet
  for (let a = 0; a < actions; a++) {
    const pair = (peer * states + s) * actions + a
    if (rewards[pair] !== 0) return false
    for (let k = pair * branching; k < (pair + 1) * branching; k++)
      if (probabilities[k]! > 0 && successors[k] !== s) return false
  }
  return true
}
