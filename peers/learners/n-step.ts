/**
 * n-step TD with linear features (Sutton, Barto 2018, §7.1): θ ← θ + η ((G − V_θ(s)) φ(s) + ξ), where
 *
 *     G = r_0 + γ r_1 + … + γ^(n−1) r_(n−1) + γ^n V_θ(s_n)
 *
 * is taken over fewer steps where the episode ends before. A local step on a trajectory is one transition, which completes the
 * return of the state n − 1 steps back: none yet where an episode has just begun, and all that are open where it ends.
 * Independent draws take n transitions from a state s ~ μ_i per local step.
 */
import { z } from 'zod'
import type { Fleet, LearnerSettings } from '../../src/interfaces.ts'
import { Experience, skipOptions } from './experience.ts'
import { type Schedule, type SteppedLearner, scheduleOptions } from './step-sizes.ts'
import { valueLearner } from './value-learner.ts'
import { addFeatures, valueAt } from './values.ts'

interface NStepOptions extends Schedule {
  readonly steps: number
  readonly skip: number
}

export const nStep = valueLearner<NStepOptions>({
  name: 'n-step',
  description: 'n-step TD with linear features: estimates the value function of the given policy',
  options: z.strictObject({
    steps: z
      .int()
      .min(1)
      .max(1000)
      .default(4)
      .describe('n: so many rewards, then V of the state after; 1 is TD(0)'),
    ...scheduleOptions,
    ...skipOptions
  }),
  target: ({ steps }) => ({ kind: 'steps', steps }),
  sampled: sampledReturns
})

function sampledReturns(
  fleet: Fleet,
  settings: LearnerSettings,
  { steps, skip }: NStepOptions
): SteppedLearner {
  const { peers, features, discount } = fleet
  const d = features.count
  const isIid = settings.sampling === 'iid'
  const experience = new Experience(fleet, settings)
  // Per peer a ring of the transitions whose states wait for their returns: where the oldest is, and how many.
  const visited = new Int32Array(peers * steps)
  const paid = new Float64Array(peers * steps)
  const oldest = new Int32Array(peers)
  const open = new Int32Array(peers)
  const change = new Float64Array(d)
  const ringAt = (i: number, k: number): number => i * steps + ((oldest[i]! + k) % steps)

  /** The next transition of peer i. Returns how many returns it completes, of the oldest. */
  function moveOn(i: number): number {
    experience.step(i)
    const at = ringAt(i, open[i]!)
    visited[at] = experience.state
    paid[at] = experience.reward
    open[i] = open[i]! + 1
    if (experience.ends) return open[i]!
    return open[i] === steps ? 1 : 0
  }
  function close(i: number, completed: number): void {
    oldest[i] = (oldest[i]! + completed) % steps
    open[i] = open[i]! - completed
  }
  /** Σ η (G − V_θ(s)) φ(s) over the `completed` oldest into `change`; all returns end with the last transition. */
  function compare(i: number, completed: number, theta: Float64Array, row: number, stepSize: number): void {
    change.fill(0)
    if (completed === 0) return
    let gain = valueAt(features, theta, row, experience.next)
    for (let k = open[i]! - 1; k >= 0; k--) {
      const at = ringAt(i, k)
      gain = paid[at]! + discount * gain
      if (k >= completed) continue
      const error = gain - valueAt(features, theta, row, visited[at]!)
      addFeatures(features, visited[at]!, stepSize * error, change, 0)
    }
  }
  return {
    name: 'n-step',
    parameters: d,
    state: { words: experience.words, chain: experience.chain, visited, paid, oldest, open },
    restart(i, incarnation) {
      experience.restart(i, incarnation)
      visited.fill(0, i * steps, (i + 1) * steps)
      paid.fill(0, i * steps, (i + 1) * steps)
      oldest[i] = 0
      open[i] = 0
    },
    run(theta, stride, first, last, correction, stepSize) {
      for (let i = first; i < last; i++) {
        const row = i * stride
        for (let h = 0; h < settings.localSteps; h++) {
          if (isIid) {
            experience.startAnywhere(i)
            while (moveOn(i) === 0);
            compare(i, 1, theta, row, stepSize)
            close(i, open[i]!)
          } else {
            const completed = moveOn(i)
            compare(i, completed, theta, row, stepSize)
            close(i, completed)
            for (let k = 0; k < skip; k++) close(i, moveOn(i))
          }
          for (let j = 0; j < d; j++) {
            const shift = correction === undefined ? 0 : stepSize * correction[row + j]!
            theta[row + j] = theta[row + j]! + (change[j]! + shift)
          }
        }
      }
    }
  }
}
