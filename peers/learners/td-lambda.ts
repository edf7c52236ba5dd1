/**
 * TD(λ) with accumulating traces (Sutton 1988) and linear features. A transition of the trajectory takes
 *
 *     z ← γλ z + φ(s),   θ ← θ + η (δ z + ξ),   δ = r + γ V_θ(s') − V_θ(s);
 *
 * traces go on from round to round and are 0 where an episode begins. Independent draws know no past: there a local step
 * starts from s ~ μ_i, goes on after each transition with probability γλ, and adds η φ(s) Σ_k δ_k, which has the same mean
 * in the stationary chain.
 */
import { z } from 'zod'
import type { Fleet, LearnerSettings } from '../../src/interfaces.ts'
import { Experience, skipOptions } from './experience.ts'
import { type Schedule, type SteppedLearner, scheduleOptions } from './step-sizes.ts'
import { valueLearner } from './value-learner.ts'
import { addFeatures, valueAt } from './values.ts'

interface TdLambdaOptions extends Schedule {
  readonly lambda: number
  readonly skip: number
}

export const tdLambda = valueLearner<TdLambdaOptions>({
  name: 'td-lambda',
  description:
    'TD(λ) with accumulating traces and linear features: estimates the value function of the given policy',
  options: z.strictObject({
    lambda: z.number().min(0).max(1).default(0.9).describe('λ: 0 is TD(0), 1 looks ahead as far as γ does'),
    ...scheduleOptions,
    ...skipOptions
  }),
  target: ({ lambda }) => ({ kind: 'lambda', lambda }),
  sampled: (fleet, settings, options) =>
    settings.sampling === 'iid'
      ? fromAnywhere(fleet, settings, options)
      : alongTrajectories(fleet, settings, options)
})

function alongTrajectories(
  fleet: Fleet,
  settings: LearnerSettings,
  { lambda, skip }: TdLambdaOptions
): SteppedLearner {
  const { peers, features, discount } = fleet
  const d = features.count
  const decay = discount * lambda
  const experience = new Experience(fleet, settings)
  const traces = new Float64Array(peers * d)

  /** The next transition of peer i, and its trace. */
  function moveOn(i: number): void {
    experience.step(i)
    const at = i * d
    for (let j = at; j < at + d; j++) traces[j] = decay * traces[j]!
    addFeatures(features, experience.state, 1, traces, at)
  }
  function forgetIfEnded(i: number): void {
    if (experience.ends) traces.fill(0, i * d, (i + 1) * d)
  }
  return {
    name: 'td-lambda',
    parameters: d,
    state: { words: experience.words, chain: experience.chain, traces },
    restart(i, incarnation) {
      experience.restart(i, incarnation)
      traces.fill(0, i * d, (i + 1) * d)
    },
    run(theta, stride, first, last, correction, stepSize) {
      for (let i = first; i < last; i++) {
        const row = i * stride
        for (let h = 0; h < settings.localSteps; h++) {
          moveOn(i)
          const { state, next, reward } = experience
          const v = valueAt(features, theta, row, state)
          const w = valueAt(features, theta, row, next)
          const gain = stepSize * (reward + discount * w - v)
          for (let j = 0; j < d; j++) {
            const shift = correction === undefined ? 0 : stepSize * correction[row + j]!
            theta[row + j] = theta[row + j]! + (gain * traces[i * d + j]! + shift)
          }
          forgetIfEnded(i)
          for (let k = 0; k < skip; k++) {
            moveOn(i)
            forgetIfEnded(i)
          }
        }
      }
    }
  }
}

function fromAnywhere(fleet: Fleet, settings: LearnerSettings, { lambda }: TdLambdaOptions): SteppedLearner {
  const { features, discount } = fleet
  const d = features.count
  const goesOn = Math.trunc(discount * lambda * 4294967296)
  const experience = new Experience(fleet, settings)
  const change = new Float64Array(d)
  return {
    name: 'td-lambda',
    parameters: d,
    state: { words: experience.words, chain: experience.chain },
    restart: (i, incarnation) => experience.restart(i, incarnation),
    run(theta, stride, first, last, correction, stepSize) {
      for (let i = first; i < last; i++) {
        const row = i * stride
        for (let h = 0; h < settings.localSteps; h++) {
          experience.startAnywhere(i)
          const start = experience.chain[i]!
          let errors = 0
          do {
            experience.step(i)
            const v = valueAt(features, theta, row, experience.state)
            const w = valueAt(features, theta, row, experience.next)
            errors += experience.reward + discount * w - v
          } while (!experience.ends && experience.isLucky(i, goesOn))
          change.fill(0)
          addFeatures(features, start, stepSize * errors, change, 0)
          for (let j = 0; j < d; j++) {
            const shift = correction === undefined ? 0 : stepSize * correction[row + j]!
            theta[row + j] = theta[row + j]! + (change[j]! + shift)
          }
        }
      }
    }
  }
}
