/**
 * Student's distribution with a whole number of degrees of freedom, and the tail of the normal one: the formulas 26.7.3, 26.7.4 and
 * 26.2.14 of Abramowitz and Stegun, "Handbook of mathematical functions" (1964).
 */
import { assert } from '../core/assert.ts'
import { exp } from '../core/elementary.ts'

/** Enough for 1e-12 from x = 1 on. */
const FRACTIONS = 400
/** Of an interval that begins with width 1 or more, and ends with neighbouring doubles. */
const BISECTIONS = 80

/** P(Z > x) of a standard normal Z, for x ≥ 1: φ(x) / (x + 1 / (x + 2 / (x + 3 / …))). */
export function normalTail(x: number): number {
  assert(x >= 1, `the normal tail beyond ${x}`)
  let below = x
  for (let k = FRACTIONS; k > 0; k--) below = x + k / below
  return exp(-0.5 * x * x) / (Math.sqrt(2 * Math.PI) * below)
}

/** The t with P(T ≤ t) = `probability`, which is at least a half. */
export function studentQuantile(probability: number, degrees: number): number {
  assert(
    probability >= 0.5 && probability < 1 && degrees >= 1 && Number.isInteger(degrees),
    `Student's quantile ${probability} of ${degrees}`
  )
  const inside = 2 * probability - 1
  let [low, high] = [0, 1]
  while (studentInside(high, degrees) < inside) high *= 2
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = (low + high) / 2
    if (studentInside(middle, degrees) < inside) low = middle
    else high = middle
  }
  return high
}

/**
 * P(|T| ≤ t). With θ = arctan(t / √ν) it is sin θ (1 + ½ cos² θ + ½ ¾ cos⁴ θ + … to cos^(ν − 2)) for even ν, and
 * 2/π (θ + sin θ (cos θ + ⅔ cos³ θ + … to cos^(ν − 2))) for odd ν.
 */
function studentInside(t: number, degrees: number): number {
  const hypotenuse = Math.sqrt(degrees + t * t)
  const sine = t / hypotenuse
  const cosine = Math.sqrt(degrees) / hypotenuse
  const isOdd = degrees % 2 === 1
  let term = isOdd ? cosine : 1
  let sum = 0
  for (let power = isOdd ? 1 : 0; power <= degrees - 2; power += 2) {
    sum += term
    term *= ((power + 1) / (power + 2)) * cosine * cosine
  }
  return isOdd ? (2 / Math.PI) * (Math.atan(t / Math.sqrt(degrees)) + sine * sum) : sine * sum
}
