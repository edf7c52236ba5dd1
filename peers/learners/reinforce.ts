/**
 * REINFORCE (Williams 1992) with a learned baseline, on whole episodes: a local step plays `batch` of them and climbs
 *
 *     (1/n) Σ_t ∇ log π(a_t|o_t) (G_t − V(o_t)),   G_t = r_t + γ r_{t+1} + …,
 *
 * over their n steps. An episode that terminates is worth nothing afterwards; one that is truncated is worth V of what is seen
 * last. Without a baseline V is 0, there as elsewhere. Iid and markov sampling are the same: episodes.
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

interface ReinforceOptions extends NetworkLearnerOptions {
  readonly batch: number
}

/** `reinforce`. */
export const reinforce: LearnerFamily<ReinforceOptions> = {
  description:
    'REINFORCE with a learned baseline: policy gradient of a linear or neural policy, from whole episodes',
  options: z.strictObject({
    ...networkLearnerOptions({ hidden: 'none', valueStep: 0.1 }),
    batch: z.int().min(1).max(10_000).default(4).describe('episodes per local step'),
    baseline: z.enum(['value', 'none']).default('value').describe('what returns are compared with')
  }),
  learns: 'policies',
  sharesState: sharesMoments,
  standardStepSize: ({ hidden }) => (hidden === 'none' ? 0.5 : 0.1),
  readOut: readOutOf,
  startInto: startOf,
  refuses: (options, sampling, initial) =>
    sampling === 'expected'
      ? 'reinforce learns from episodes: nothing is listed that an expectation could be taken of; use sampling markov'
      : refusesNetwork(options, initial),
  build(environments, settings, options) {
    const fleet = asSimulated(environments, options.horizon)
    const { rollout, optimiser, parameters, climb } = climberOf(fleet, settings, options, 1)
    const lives = new Lives(fleet.peers, settings.seed)
    const simulationOf = simulationsOf(fleet)
    const observation = new Float64Array(fleet.observations)

    function play(i: number, theta: Float64Array, row: number): void {
      const simulation = simulationOf(i)
      const random = lives.streamOf(i)
      simulation.reset(random, observation)
      for (let step = 1; ; step++) {
        const action = rollout.act(theta, row, observation, random)
        simulation.step(action, random, observation)
        rollout.earn(simulation.reward)
        const isOver = simulation.terminated || step === fleet.episodeSteps
        lives.count(i, isOver)
        if (!isOver) continue
        rollout.breakOff(simulation.terminated ? 0 : rollout.valueOf(theta, row, observation))
        return
      }
    }
    const { words, episodes, steps } = lives
    return {
      name: 'reinforce',
      parameters,
      experience: { episodes, steps },
      state: { words, episodes, steps, ...optimiser.state },
      restart(i, incarnation) {
        lives.restart(i, incarnation)
        optimiser.restart(i)
      },
      run(theta, stride, first, last, correction) {
        for (let i = first; i < last; i++) {
          const row = i * stride
          for (let h = 0; h < settings.localSteps; h++) {
            rollout.begin()
            for (let episode = 0; episode < options.batch; episode++) play(i, theta, row)
            climb(i, theta, row, correction)
          }
        }
      }
    }
  }
}
