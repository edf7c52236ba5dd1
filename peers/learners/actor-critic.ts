/**
 * Advantage actor–critic (A2C, Mnih et al. 2016) with generalised advantages: a local step takes `steps` transitions of a
 * trajectory that goes on from round to round, and climbs (1/n) Σ_t ∇ log π(a_t|o_t) Â_t. Where the segment ends or an episode is
 * truncated, what follows is worth V of what is seen then; after an episode that terminates, nothing.
 *
 * A row of θ holds the actor, then the critic, then the moments of the optimiser if they are shared.
 */
import { z } from 'zod'
import type { LearnerFamily } from '../../src/interfaces.ts'
import { simulationsOf } from '../environments/episodes.ts'
import { asSimulated } from '../environments/simulated.ts'
import {
  climberOf,
  Lives,
  type NetworkLearnerOptions,
  networkLearnerOptions,
  readOutOf,
  refusesNetwork,
  sharesMoments,
  startOf
} from './network-learner.ts'

interface ActorCriticOptions extends Omit<NetworkLearnerOptions, 'baseline'> {
  readonly steps: number
  readonly lambda: number
}

const withCritic = <O extends object>(options: O) => ({ ...options, baseline: 'value' as const })

/** Of a peer whose next step begins an episode. */
const BETWEEN = -1

/** `actor-critic`. */
export const actorCritic: LearnerFamily<ActorCriticOptions> = {
  description: 'advantage actor–critic with a linear or neural policy, from parts of a trajectory',
  options: z.strictObject({
    ...networkLearnerOptions({ hidden: 32, valueStep: 0.3 }),
    steps: z.int().min(1).max(1_000_000).default(32).describe('transitions per local step'),
    lambda: z.number().min(0).max(1).default(0.95).describe('λ of the generalised advantages')
  }),
  learns: 'policies',
  sharesState: sharesMoments,
  standardStepSize: ({ hidden }) => (hidden === 'none' ? 0.3 : 0.1),
  readOut: (fleet, options) => readOutOf(fleet, withCritic(options)),
  startInto: (fleet, options, random, row) => startOf(fleet, withCritic(options), random, row),
  refuses: (options, sampling, initial) =>
    sampling === 'markov'
      ? refusesNetwork(options, initial)
      : `actor-critic learns along a trajectory, and ${sampling} sampling has none; use sampling markov`,
  build(environments, settings, options) {
    const fleet = asSimulated(environments, options.horizon)
    const { peers, observations, episodeSteps } = fleet
    const { rollout, optimiser, parameters, climb } = climberOf(
      fleet,
      settings,
      withCritic(options),
      options.lambda
    )
    const lives = new Lives(peers, settings.seed)
    const simulationOf = simulationsOf(fleet)
    /** Doubles of a simulation's state. */
    const size = simulationOf(0).state.length
    const environment = new Float64Array(peers * size)
    const seen = new Float64Array(peers * observations)
    /** Steps of the episode so far, or BETWEEN. */
    const position = new Int32Array(peers).fill(BETWEEN)
    const observation = new Float64Array(observations)

    /** The next part of the trajectory of peer i. */
    function live(i: number, theta: Float64Array, row: number): void {
      const simulation = simulationOf(i)
      const random = lives.streamOf(i)
      simulation.state.set(environment.subarray(i * size, (i + 1) * size))
      observation.set(seen.subarray(i * observations, (i + 1) * observations))
      let step = position[i]!
      for (let t = 1; t <= options.steps; t++) {
        if (step === BETWEEN) {
          simulation.reset(random, observation)
          step = 0
        }
        const action = rollout.act(theta, row, observation, random)
        simulation.step(action, random, observation)
        rollout.earn(simulation.reward)
        step++
        const isOver = simulation.terminated || step === episodeSteps
        lives.count(i, isOver)
        if (isOver) step = BETWEEN
        if (isOver || t === options.steps)
          rollout.breakOff(simulation.terminated ? 0 : rollout.valueOf(theta, row, observation))
      }
      environment.set(simulation.state, i * size)
      seen.set(observation, i * observations)
      position[i] = step
    }
    const { words, episodes, steps } = lives
    return {
      name: 'actor-critic',
      parameters,
      experience: { episodes, steps },
      state: { words, episodes, steps, environment, seen, position, ...optimiser.state },
      restart(i, incarnation) {
        lives.restart(i, incarnation)
        optimiser.restart(i)
        environment.fill(0, i * size, (i + 1) * size)
        seen.fill(0, i * observations, (i + 1) * observations)
        position[i] = BETWEEN
      },
      run(theta, stride, first, last, correction) {
        for (let i = first; i < last; i++) {
          const row = i * stride
          for (let h = 0; h < settings.localSteps; h++) {
            rollout.begin()
            live(i, theta, row)
            climb(i, theta, row, correction)
          }
        }
      }
    }
  }
}
