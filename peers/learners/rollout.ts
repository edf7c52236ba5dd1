/**
 * What one peer went through in a local step, and the gradient that follows from it. With V of the critic (0 without one) and
 * δ_t = r_t + γ V(o_{t+1}) − V(o_t), where V is 0 after an episode that terminated,
 *
 *     A_t = δ_t + γλ A_{t+1},                                            (Schulman et al. 2016)
 *     g_actor  = (1/n) Σ_t (Â_t ∇ log π(a_t|o_t) + β ∇ H(π(·|o_t))),
 *     g_critic = (1/n) Σ_t A_t ∇V(o_t),
 *
 * over the n steps of the rollout. λ = 1 makes A_t the discounted rewards to go, less V(o_t). Â is A, or, normalised, A with mean 0
 * and standard deviation 1 over these steps.
 */
import { log } from '../../src/core/elementary.ts'
import type { RandomStream } from '../../src/interfaces.ts'
import { drawAction } from '../environments/episodes.ts'
import { type Networks, softmaxInPlace } from './policy-network.ts'

export interface RolloutSettings {
  readonly actions: number
  readonly discount: number
  readonly lambda: number
  /** β */
  readonly entropy: number
  readonly normalise: boolean
}

/** Keeps advantages that are all the same from being divided by 0. */
const LEAST_DEVIATION = 1e-8

export class Rollout {
  /** Steps since `begin`. */
  length = 0
  readonly #networks: Networks
  readonly #settings: RolloutSettings
  readonly #chances: Float64Array
  /** One pass of the critic each. */
  readonly #aside: Float64Array
  #capacity = 0
  /** A tape per step. */
  #acts = new Float64Array(0)
  #values = new Float64Array(0)
  #actions = new Int32Array(0)
  #rewards = new Float64Array(0)
  /** 1 where what follows is not the next step but worth `#after`. */
  #breaks = new Uint8Array(0)
  #after = new Float64Array(0)
  #advantages = new Float64Array(0)

  constructor(networks: Networks, settings: RolloutSettings) {
    this.#networks = networks
    this.#settings = settings
    this.#chances = new Float64Array(settings.actions)
    this.#aside = new Float64Array(networks.critic?.width ?? 0)
    this.#grow()
  }

  begin(): void {
    this.length = 0
  }

  /** What the peer does about an observation. */
  act(theta: Float64Array, row: number, observation: Float64Array, random: RandomStream): number {
    if (this.length === this.#capacity) this.#grow()
    const { actor, critic } = this.#networks
    const { actions } = this.#settings
    const at = this.length * actor.width
    const acts = this.#acts
    for (let j = 0; j < observation.length; j++) acts[at + j] = observation[j]!
    actor.forward(theta, row, acts, at)
    softmaxInPlace(acts, at + actor.outputs, actions)
    for (let a = 0; a < actions; a++) this.#chances[a] = acts[at + actor.outputs + a]!
    const action = drawAction(this.#chances, random)
    this.#actions[this.length] = action
    if (critic !== undefined) {
      const values = this.#values
      const from = this.length * critic.width
      for (let j = 0; j < observation.length; j++) values[from + j] = observation[j]!
      critic.forward(theta, row + actor.parameters, values, from)
    }
    return action
  }

  /** What that brought. */
  earn(reward: number): void {
    this.#rewards[this.length] = reward
    this.#breaks[this.length] = 0
    this.length++
  }

  /** The trajectory does not go on after the last step; from there on it is worth `value`. */
  breakOff(value: number): void {
    this.#breaks[this.length - 1] = 1
    this.#after[this.length - 1] = value
  }

  /** V(o); 0 without a critic. */
  valueOf(theta: Float64Array, row: number, observation: Float64Array): number {
    const { actor, critic } = this.#networks
    if (critic === undefined) return 0
    this.#aside.set(observation)
    critic.forward(theta, row + actor.parameters, this.#aside, 0)
    return this.#aside[critic.outputs]!
  }

  /** Writes g of actor and critic; the last step has broken off. */
  gradientInto(theta: Float64Array, row: number, out: Float64Array): void {
    const { actor, critic } = this.#networks
    const { actions, entropy, normalise } = this.#settings
    this.#estimate()
    const [mean, scale] = normalise ? this.#spread() : [0, 1]
    out.fill(0)
    for (let t = 0; t < this.length; t++) {
      const at = t * actor.width
      const chances = at + actor.outputs
      const advantage = (this.#advantages[t]! - mean) * scale
      const surprise = entropy === 0 ? 0 : this.#entropyAt(chances)
      for (let a = 0; a < actions; a++) {
        const chance = this.#acts[chances + a]!
        let delta = (a === this.#actions[t] ? 1 - chance : -chance) * advantage
        if (entropy !== 0 && chance > 0) delta -= entropy * chance * (log(chance) + surprise)
        actor.deltas[actor.outputs + a] = delta / this.length
      }
      actor.backward(theta, row, this.#acts, at, out, 0)
      if (critic === undefined) continue
      critic.deltas[critic.outputs] = this.#advantages[t]! / this.length
      critic.backward(theta, row + actor.parameters, this.#values, t * critic.width, out, actor.parameters)
    }
  }

  /** A_t, from the last step to the first. */
  #estimate(): void {
    const { critic } = this.#networks
    const { discount, lambda } = this.#settings
    let ahead = 0
    let next = 0
    for (let t = this.length - 1; t >= 0; t--) {
      if (this.#breaks[t] === 1) {
        ahead = 0
        next = this.#after[t]!
      }
      const value = critic === undefined ? 0 : this.#values[t * critic.width + critic.outputs]!
      ahead = this.#rewards[t]! + discount * next - value + discount * lambda * ahead
      this.#advantages[t] = ahead
      next = value
    }
  }

  /** The mean of the advantages, and 1 over their standard deviation. */
  #spread(): readonly [number, number] {
    const advantages = this.#advantages
    let sum = 0
    for (let t = 0; t < this.length; t++) sum += advantages[t]!
    const mean = sum / this.length
    let squares = 0
    for (let t = 0; t < this.length; t++) squares += (advantages[t]! - mean) * (advantages[t]! - mean)
    return [mean, 1 / (Math.sqrt(squares / this.length) + LEAST_DEVIATION)]
  }

  /** H of the probabilities at `at`. */
  #entropyAt(at: number): number {
    let sum = 0
    for (let a = 0; a < this.#settings.actions; a++) {
      const chance = this.#acts[at + a]!
      if (chance > 0) sum -= chance * log(chance)
    }
    return sum
  }

  #grow(): void {
    const capacity = Math.max(256, 2 * this.#capacity)
    const { actor, critic } = this.#networks
    this.#acts = grown(this.#acts, capacity * actor.width)
    this.#values = grown(this.#values, capacity * (critic?.width ?? 0))
    this.#rewards = grown(this.#rewards, capacity)
    this.#after = grown(this.#after, capacity)
    this.#advantages = grown(this.#advantages, capacity)
    const actions = new Int32Array(capacity)
    actions.set(this.#actions)
    this.#actions = actions
    const breaks = new Uint8Array(capacity)
    breaks.set(this.#breaks)
    this.#breaks = breaks
    this.#capacity = capacity
  }
}

function grown(array: Float64Array, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length)
  larger.set(array)
  return larger
}
