/** REINFORCE (Williams 1992): the gradient of the truncated, regularised return as a mean over sampled trajectories. */
import type { Fleet } from '../../src/interfaces.ts'
import type { GradientEstimate, PolicyGradientOptions, TabularPolicy } from './policy-gradient.ts'
import { SampledModel } from './sampled-model.ts'

export function sampledGradient(
  fleet: Fleet,
  seed: string,
  { horizon, batch, entropy }: PolicyGradientOptions,
  policy: TabularPolicy
): GradientEstimate {
  const { actions, discount } = fleet
  const { chances, regulariser } = policy
  const model = new SampledModel(fleet, seed)
  const visited = new Int32Array(horizon)
  const taken = new Int32Array(horizon)
  const gains = new Float64Array(horizon)

  /** One trajectory of peer i: states, actions and γ^t (r_t − λ b). */
  function rollOut(i: number): void {
    let s = model.start(i)
    let weight = 1
    for (let t = 0; t < horizon; t++) {
      const a = model.act(i, s, chances)
      const pair = s * actions + a
      const next = model.step(i, pair)
      visited[t] = s
      taken[t] = a
      gains[t] = weight * (entropy === 0 ? model.reward : model.reward - entropy * regulariser[pair]!)
      weight *= discount
      s = next
    }
  }

  /** Adds Σ_l ∇ log π(a_l|s_l) G_l / B. */
  function accumulate(gradient: Float64Array): void {
    let toGo = 0
    for (let t = horizon - 1; t >= 0; t--) {
      toGo += gains[t]!
      policy.addScore(visited[t]!, taken[t]!, toGo / batch, gradient)
    }
  }

  return {
    state: { words: model.words },
    restart: (i, incarnation) => model.restart(i, incarnation),
    into(i, gradient) {
      gradient.fill(0)
      for (let trajectory = 0; trajectory < batch; trajectory++) {
        rollOut(i)
        accumulate(gradient)
      }
    }
  }
}
