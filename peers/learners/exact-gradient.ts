/**
 * The gradient of the truncated, regularised return itself: Q with h steps to go by a pass backward, the states' occupancies
 * d_t by one forward, and from both the weights of the scores, Σ_t γ^t d_t(s) π(a|s) (Q_t − V_t)(s, a).
 */
import type { Fleet } from '../../src/interfaces.ts'
import type { GradientEstimate, PolicyGradientOptions, TabularPolicy } from './policy-gradient.ts'

export function exactGradient(
  { states, actions, branching, discount, successors, probabilities, rewards, reset }: Fleet,
  { horizon, entropy }: Pick<PolicyGradientOptions, 'horizon' | 'entropy'>,
  policy: TabularPolicy
): GradientEstimate {
  const size = states * actions
  const { chances, regulariser } = policy
  const weights = new Float64Array(size)
  const advantages = new Float64Array(horizon * size)
  let values = new Float64Array(states)
  let nextValues = new Float64Array(states)
  let occupancy = new Float64Array(states)
  let nextOccupancy = new Float64Array(states)

  /** `advantages[t * size + s A + a]` = Q − V with horizon − t steps to go. */
  function backward(peer: number): void {
    nextValues.fill(0)
    for (let t = horizon - 1; t >= 0; t--) {
      for (let s = 0; s < states; s++) {
        let v = 0
        for (let a = 0; a < actions; a++) {
          const pair = s * actions + a
          const at = peer * size + pair
          let q = 0
          for (let k = at * branching; k < (at + 1) * branching; k++)
            q += probabilities[k]! * nextValues[successors[k]!]!
          const reward = entropy === 0 ? rewards[at]! : rewards[at]! - entropy * regulariser[pair]!
          q = reward + discount * q
          advantages[t * size + pair] = q
          v += chances[pair]! * q
        }
        values[s] = v
        for (let a = 0; a < actions; a++) {
          const at = t * size + s * actions + a
          advantages[at] = advantages[at]! - v
        }
      }
      ;[values, nextValues] = [nextValues, values]
    }
  }

  /** Σ_t γ^t d_t(s) π(a|s) (Q − V) into `weights`. */
  function forward(peer: number): void {
    weights.fill(0)
    occupancy.set(reset)
    for (let t = 0; t < horizon; t++) {
      nextOccupancy.fill(0)
      for (let s = 0; s < states; s++) {
        const mass = occupancy[s]!
        if (mass === 0) continue
        for (let a = 0; a < actions; a++) {
          const pair = s * actions + a
          const at = peer * size + pair
          const weight = mass * chances[pair]!
          weights[pair] = weights[pair]! + weight * advantages[t * size + pair]!
          for (let k = at * branching; k < (at + 1) * branching; k++) {
            const s2 = successors[k]!
            nextOccupancy[s2] = nextOccupancy[s2]! + discount * weight * probabilities[k]!
          }
        }
      }
      ;[occupancy, nextOccupancy] = [nextOccupancy, occupancy]
    }
  }

  return {
    state: {},
    restart: () => {},
    into(i, gradient) {
      backward(i)
      forward(i)
      policy.scoresInto(weights, gradient)
    }
  }
}
