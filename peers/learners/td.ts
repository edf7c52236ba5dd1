/**
 * TD(0) with linear features (Sutton 1988); one-hot features make it tabular. Local steps θ ← θ − η (g − ξ) with
 * g = A(Z)θ − b(Z) for a sampled transition Z, or its expectation g = A_i θ − b_i.
 */
import { z } from 'zod'
import type { Fleet, LearnerSettings } from '../../src/interfaces.ts'
import { Experience, skipOptions } from './experience.ts'
import { type Schedule, type SteppedLearner, scheduleOptions } from './step-sizes.ts'
import { type KernelData, kernelFor } from './td-kernel.ts'
import { valueLearner } from './value-learner.ts'

interface TdOptions extends Schedule {
  readonly skip: number
}

export const td = valueLearner<TdOptions>({
  name: 'td',
  description: 'TD(0) with linear features: estimates the value function of the given policy',
  options: z.strictObject({ ...scheduleOptions, ...skipOptions }),
  sampled: sampledTd
})

function sampledTd(fleet: Fleet, settings: LearnerSettings, { skip }: TdOptions): SteppedLearner {
  const { states, features, noise, discount } = fleet
  const { sampling, localSteps, stepSize } = settings
  const experience = new Experience(fleet, settings)
  const { outcomes, starts, reset, absorbing, words, chain } = experience

  const kernel = (corrected: boolean) =>
    kernelFor({
      features: features.kind,
      stride: features.stride,
      sampling: sampling === 'iid' ? 'iid' : 'markov',
      noise: noise.kind,
      restarts: absorbing.includes(1),
      skips: skip > 0,
      corrected
    })
  const data: KernelData = {
    states,
    bits: outcomes.alias.bits,
    thresholds: outcomes.alias.thresholds,
    aliases: outcomes.alias.aliases,
    next: outcomes.next,
    rewards: outcomes.rewards,
    halfWidth: noise.kind === 'uniform' ? noise.halfWidth : 0,
    features: features.table,
    startBits: starts.bits,
    startThresholds: starts.thresholds,
    startAliases: starts.aliases,
    resetBits: reset.bits,
    resetThresholds: reset.thresholds,
    resetAliases: reset.aliases,
    absorbing,
    words,
    chain,
    skip,
    stepSize,
    discount
  }
  const plain = kernel(false)
  const corrected = kernel(true)
  return {
    name: 'td',
    parameters: features.count,
    state: { words, chain },
    restart: (i, incarnation) => experience.restart(i, incarnation),
    run(theta, _stride, first, last, correction, stepSize) {
      data.stepSize = stepSize
      ;(correction === undefined ? plain : corrected)(data, theta, correction, first, last, localSteps)
    }
  }
}
