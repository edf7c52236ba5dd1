/**
 * Accelerated gossip: `steps` exchanges a round, each of which looks back at the one before,
 *
 *     x_1 = W x_0,   x_{k+1} = x_{k−1} + ω_k (W x_k − x_{k−1}),
 *
 * from x_0 = ψ to the next θ = x_steps. With ρ = ‖W − 11ᵀ/N‖₂:
 *
 * - *Chebyshev*: ω_1 = 2/(2 − ρ²), ω_{k+1} = 4/(4 − ρ² ω_k). No polynomial of W shrinks the worst mode more: by
 *   1/cosh(steps · arcosh(1/ρ)) (Golub, Varga 1961).
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
  description: 'several exchanges a round, accelerated as far as any combination of them can be (Chebyshev)',
  options,
  hops: (_peers, { steps }) => steps,
  build(settings, { steps }) {
    const square = squareOf(settings)
    const omegas: number[] = []
    for (let omega = 2 / (2 - square); omegas.length < steps; omega = 4 / (4 - square * omega)) {
      omegas.push(omega)
    }
    return accelerated('chebyshev', settings, steps, omegas)
  }
}

export const momentum: AggregationFamily<Steps> = {
  description: 'several exchanges a round, each with a share of the one before it',
  options,
  hops: (_peers, { steps }) => steps,
  build(settings, { steps }) {
    const square = squareOf(settings)
    const rate = 1 - Math.sqrt(1 - square)
    const omega = square === 0 ? 1 : 1 + (rate * rate) / square
    return accelerated('momentum', settings, steps, new Array<number>(steps).fill(omega))
  }
}

/** ρ², below 1. */
function squareOf({ spectralRadius }: AggregationSettings): number {
  const radius = spectralRadius()
  assert(radius >= 0 && radius < 1, `acceleration of a matrix with the spectral radius ${radius}`)
  return radius * radius
}

/** `omegas[k − 1]` is ω_k. */
function accelerated(
  name: string,
  { mixing, parameters, hosted }: AggregationSettings,
  steps: number,
  omegas: readonly number[]
): Aggregation {
  assert(mixing.period === 1 && mixing.at(0).symmetric, `${name} needs one symmetric matrix`)
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
