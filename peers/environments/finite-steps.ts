/**
 * Simulations whose numbers are watched: an observation or a reward that is not finite ends the run where it comes up, by whose
 * environment it is. In θ it would look like a step size that is too large.
 */
import { RunError } from '../../src/core/errors.ts'
import type { RandomStream, SimulatedFleet, Simulation } from '../../src/interfaces.ts'

/** The simulations of a fleet; each throws a RunError at its first number that is not finite. */
export const watchedSimulations =
  (fleet: SimulatedFleet): ((peer: number) => Simulation) =>
  peer =>
    new Watched(fleet.simulationOf(peer), `peer ${peer}'s environment (${fleet.labels[peer]})`)

class Watched implements Simulation {
  readonly draw?: () => readonly number[]
  readonly #watched: Simulation
  readonly #whose: string

  constructor(watched: Simulation, whose: string) {
    this.#watched = watched
    this.#whose = whose
    if (watched.draw !== undefined) this.draw = () => watched.draw?.() ?? []
  }

  get state(): Float64Array {
    return this.#watched.state
  }

  get reward(): number {
    return this.#watched.reward
  }

  get terminated(): boolean {
    return this.#watched.terminated
  }

  reset(random: RandomStream, observation: Float64Array): void {
    this.#watched.reset(random, observation)
    this.#watch(0, observation)
  }

  step(action: number, random: RandomStream, observation: Float64Array): void {
    this.#watched.step(action, random, observation)
    this.#watch(this.#watched.reward, observation)
  }

  /** x − x is 0 of a finite x, and NaN of any other. */
  #watch(reward: number, observation: Float64Array): void {
    let sum = reward - reward
    for (let j = 0; j < observation.length; j++) sum += observation[j]! - observation[j]!
    if (sum === 0) return
    const isPaid = Number.isFinite(reward)
    const value = isPaid ? observation.find(x => !Number.isFinite(x)) : reward
    throw new RunError(`${this.#whose} gave a non-finite ${isPaid ? 'observation' : 'reward'}, ${value}`)
  }
}
