/**
 * Accelerated gossip: `steps` exchanges a round, each of which looks back at the one before,
 *
 *     x_1 = W x_0,   x_{k+1} = x_{k−1} + ω_k (W x_k − x_{k−1}),
 *
 * from x_0 = ψ to the next θ = x_steps. With ρ = ‖W − 11ᵀ/N‖₂:
 *
 * - *Chebyshev*: ω_1 = 2/(2 − ρ²), ω_{k+1} = 4/(4 − ρ² ω_k). The worst mode shrinks by 1/cosh(steps · arcosh(1/ρ)); of all
 *   combinations of so many exchanges that suit every W with this ρ, none promises more (Golub, Varga 1961). For one
 *   whose negative eigenvalues are small there are faster ones.
 * - *Momentum*, a shift register: ω = 1 + β, β = ((1 − √(1 − ρ²))/ρ)², in the long run √β an exchange (Ghosh, Muthukrishnan,
 *   Schultz 1996; Liu, Anderson, Cao, Morse 2013).
 *
 * Both keep the mean as W does, and need one symmetric W that stays. A message that is missing counts as the receiver's own,
 * as in gossip; the rate is then no longer what ρ promises.
 */
import { z } from 'zod'
import { assert } from '../core/assert.ts'
import type { Aggregation, AggregationFamily, AggregationSettings } from '../interfaces.ts'
import { mix } from './mix.ts'
import { Neighbourhood } from './neighbourhood.ts'
import { planOver } from './plan.ts'
import { sendParameters } from './send.ts'

interface Steps {
  readonly steps: number
}

const options = z.strictObject({ steps: z.int().min(1).max(1000).default(4) })

export const chebyshev: AggregationFamily<Steps> = {
  description: 'several exchanges a round, accelerated as far as ρ alone allows (Chebyshev)',
  options,
  hops: (_peers, { steps }) => steps,
  build: (settings, { steps }) => accelerated('chebyshev', settings, steps)
}

export const momentum: AggregationFamily<Steps> = {
  description: 'several exchanges a round, each with a share of the one before it',
  options,
  hops: (_peers, { steps }) => steps,
  build: (settings, { steps }) => accelerated('momentum', settings, steps)
}

/** ω_1 … ω_{steps−1}, for this ρ, which is below 1. */
export function omegasOf(
  name: 'chebyshev' | 'momentum',
  spectralRadius: number,
  steps: number
): readonly number[] {
  assert(
    spectralRadius >= 0 && spectralRadius < 1,
    `acceleration of a matrix with the spectral radius ${spectralRadius}`
  )
  const square = spectralRadius * spectralRadius
  if (name === 'momentum') {
    const rate = 1 - Math.sqrt(1 - square)
    return new Array<number>(steps - 1).fill(square === 0 ? 1 : 1 + (rate * rate) / square)
  }
  const omegas: number[] = []
  for (let omega = 2 / (2 - square); omegas.length < steps - 1; omega = 4 / (4 - square * omega)) {
    omegas.push(omega)
  }
  return omegas
}

function accelerated(
  name: 'chebyshev' | 'momentum',
  { mixing, parameters, spectralRadius, hosted }: AggregationSettings,
  steps: number
): Aggregation {
  assert(mixing.period === 1 && mixing.at(0).symmetric, `${name} needs one symmetric matrix`)
  const omegas = omegasOf(name, spectralRadius(), steps)
  const neighbourhood = new Neighbourhood(mixing, hosted)
  const { first, last } = neighbourhood.hosted
  let before = new Float64Array()
  return {
    name,
    plan: planOver(mixing, parameters, { hops: steps }),
    correction: undefined,
    state: neighbourhood.state,
    compose: (_hop, theta) => sendParameters(theta, neighbourhood.degreesToSend()),
    combine(hop, theta, inbox) {
      const { values, spare, stride } = theta
      neighbourhood.listen(inbox)
      mix(neighbourhood, theta, inbox)
      if (before.length === 0) before = new Float64Array(values.length)
      if (hop > 0) {
        const omega = omegas[hop - 1]!
        for (let at = first * stride; at < last * stride; at++)
          spare[at] = before[at]! + omega * (spare[at]! - before[at]!)
      }
      before.set(values)
      theta.swap()
    },
    restart: i => neighbourhood.restart(i),
    neighboursOf: i => neighbourhood.of(i)
  }
}
