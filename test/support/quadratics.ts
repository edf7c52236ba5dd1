/** Peers with one number each, which minimise f_i(x) = a_i (x − b_i)²/2 together: gradient steps without noise. */
import type { LocalSteps } from './rounds.ts'

export interface Quadratics {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** `steps` times x_i ← x_i − η (a_i (x_i − b_i) − ξ_i). */
export function descent({ a, b }: Quadratics, stepSize: number, steps: number): LocalSteps {
  return ({ values, stride }, correction) => {
    a.forEach((slope, i) => {
      for (let h = 0; h < steps; h++) {
        const x = values[i * stride]!
        values[i * stride] = x - stepSize * (slope * (x - b[i]!) - (correction?.[i * stride] ?? 0))
      }
    })
  }
}
