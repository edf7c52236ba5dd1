/** Episodes of a simulated environment, under a policy that is given as probabilities of actions. */
import type { RandomStream, SimulatedFleet, Simulation } from '../../src/interfaces.ts'
import { drawFrom } from './draws.ts'

/** Writes π(·|o). */
export type PolicyAt = (observation: Float64Array, out: Float64Array) => void

/** An episode that is over. */
export interface Episode {
  /** The sum of its rewards. */
  readonly score: number
  readonly steps: number
  readonly terminated: boolean
}

/** The environment of each peer, made when it is first asked for. */
export function simulationsOf(fleet: SimulatedFleet): (peer: number) => Simulation {
  const made: (Simulation | undefined)[] = new Array(fleet.peers)
  return peer => {
    const simulation = made[peer] ?? fleet.simulationOf(peer)
    made[peer] = simulation
    return simulation
  }
}

/** Room for episodes in environments of one fleet, used again and again. */
export class EpisodeRunner {
  readonly #episodeSteps: number
  readonly #observation: Float64Array
  readonly #chances: Float64Array

  constructor({ observations, actions, episodeSteps }: SimulatedFleet) {
    this.#episodeSteps = episodeSteps
    this.#observation = new Float64Array(observations)
    this.#chances = new Float64Array(actions)
  }

  /** One episode; `onStep` is called after the reset, and after every step with what was done. */
  run(
    simulation: Simulation,
    policy: PolicyAt,
    random: RandomStream,
    onStep?: (observation: Float64Array, action: number | null) => void
  ): Episode {
    const observation = this.#observation
    simulation.reset(random, observation)
    onStep?.(observation, null)
    let score = 0
    let steps = 0
    while (steps < this.#episodeSteps) {
      policy(observation, this.#chances)
      const action = drawAction(this.#chances, random)
      simulation.step(action, random, observation)
      score += simulation.reward
      steps++
      onStep?.(observation, action)
      if (simulation.terminated) return { score, steps, terminated: true }
    }
    return { score, steps, terminated: false }
  }
}

/** An action by one draw; rounding goes to the last that is possible. */
export const drawAction = (chances: Float64Array, random: RandomStream): number =>
  drawFrom(chances, 0, chances.length, random)
