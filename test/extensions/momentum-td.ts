/**
 * TD(0) with heavy-ball momentum: m ← βm + (1 − β) g for the gradient g of a sampled transition, and θ ← θ − η (m − ξ). With
 * `keep` β = 0 it is TD(0).
 */
import {
  addFeatures,
  Experience,
  type LearnerFamily,
  linearValues,
  requireFinite,
  valueAt,
  z
} from '@murmuration/swarm'

const momentumTd: LearnerFamily<{ readonly keep: number }> = {
  description: 'TD(0) whose steps keep a part of the direction of those before',
  options: z.strictObject({
    keep: z.number().min(0).lt(1).default(0.9).describe('β: this part of the direction is kept in every step')
  }),
  learns: 'values',
  standardStepSize: () => 0.1,
  readOut: () => linearValues,
  refuses: (_options, sampling) =>
    sampling === 'expected' ? 'momentum-td learns from samples; use sampling markov or iid' : undefined,
  build(environments, settings, { keep }) {
    const fleet = requireFinite(environments, 'momentum-td')
    const { features, discount, peers } = fleet
    const { sampling, localSteps, stepSize } = settings
    const experience = new Experience(fleet, settings)
    const d = features.count
    const directions = new Float64Array(peers * d)
    return {
      name: 'momentum-td',
      parameters: d,
      state: { words: experience.words, chain: experience.chain, directions },
      restart(i, incarnation) {
        experience.restart(i, incarnation)
        directions.fill(0, i * d, (i + 1) * d)
      },
      run(theta, stride, first, last, correction) {
        for (let i = first; i < last; i++) {
          const row = i * stride
          for (let h = 0; h < localSteps; h++) {
            if (sampling === 'iid') experience.startAnywhere(i)
            experience.step(i)
            const { state, next, reward } = experience
            const error =
              reward + discount * valueAt(features, theta, row, next) - valueAt(features, theta, row, state)
            for (let j = i * d; j < (i + 1) * d; j++) directions[j] = keep * directions[j]!
            addFeatures(features, state, -(1 - keep) * error, directions, i * d)
            for (let j = 0; j < d; j++) {
              const step = directions[i * d + j]! - (correction?.[row + j] ?? 0)
              theta[row + j] = theta[row + j]! - stepSize * step
            }
          }
        }
      }
    }
  }
}

export const learners = { 'momentum-td': momentumTd }
