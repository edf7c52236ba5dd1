/**
 * exp, log, tanh, sin and cos of + − * / and floor alone, so that every runtime gives the same bits: ECMAScript leaves the
 * last bits of Math.exp to the implementation. Arguments are reduced by powers of two or quarter turns; what remains is a
 * Taylor polynomial, or for tanh a quotient of two short ones.
 */

/** `POWERS[k + BIAS]` = 2ᵏ for −1075 ≤ k ≤ 1023, by doubling and halving. */
const BIAS = 1075
const POWERS = new Float64Array(BIAS + 1024)
POWERS[BIAS] = 1
for (let k = BIAS + 1; k < POWERS.length; k++) POWERS[k] = POWERS[k - 1]! * 2
for (let k = BIAS - 1; k >= 0; k--) POWERS[k] = POWERS[k + 1]! / 2

/** ln 2 in two parts; the first has 21 trailing zero bits, so that its products with exponents are exact. */
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** (eʳ − 1) / r for |r| ≤ ln 2 / 2, to degree 12: the next term is below 1e-17. */
function expansion(r: number): number {
  let sum = 1 / 6227020800
  sum = sum * r + 1 / 479001600
  sum = sum * r + 1 / 39916800
  sum = sum * r + 1 / 3628800
  sum = sum * r + 1 / 362880
  sum = sum * r + 1 / 40320
  sum = sum * r + 1 / 5040
  sum = sum * r + 1 / 720
  sum = sum * r + 1 / 120
  sum = sum * r + 1 / 24
  sum = sum * r + 1 / 6
  sum = sum * r + 1 / 2
  return sum * r + 1
}

/** eˣ. Infinity from 709 on (the largest double is e^709.78), 0 below −745. */
export function exp(x: number): number {
  if (!(x < 709)) return Number.isNaN(x) ? x : Number.POSITIVE_INFINITY
  if (x < -745) return 0
  const k = Math.floor(x * Math.LOG2E + 0.5)
  const r = x - k * LN2_HIGH - k * LN2_LOW
  return (1 + r * expansion(r)) * POWERS[k + BIAS]!
}

/** Exponents by which `log` brings its argument into [1, 2); 512 twice, for the subnormals. */
const EXPONENTS = [512, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1] as const

/**
 * Natural logarithm: with x = 2ᵏ (1 + f), √½ < 1 + f ≤ √2 and s = f / (2 + f), ln(1 + f) = 2 artanh(s)
 * = f − s (f − 2s²/3 − 2s⁴/5 − …).
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let mantissa = x
  let k = 0
  for (const exponent of EXPONENTS) {
    const power = POWERS[exponent + BIAS]!
    if (mantissa >= power) {
      mantissa /= power
      k += exponent
    } else if (mantissa * power < 2) {
      mantissa *= power
      k -= exponent
    }
  }
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    k++
  }
  const f = mantissa - 1
  const s = f / (2 + f)
  const square = s * s
  let sum = 0
  for (let odd = 21; odd >= 3; odd -= 2) sum = (sum + 2 / odd) * square
  return k * LN2_HIGH + (f - s * (f - sum) + k * LN2_LOW)
}

/**
 * tanh, to 2e-16 of its value or a few times that. With 2|x| = k ln 2 + r it is (2ᵏ eʳ − 1) / (2ᵏ eʳ + 1), and eʳ is taken as Padé's
 * (q + p) / (q − p) of degree 6, p odd and q even in r, which is right to 2e-19 for |r| ≤ ln 2 / 2. Sorted by p and q nothing
 * cancels near 0, and there is one division.
 */
export function tanh(x: number): number {
  const size = Math.abs(x)
  // 1 − tanh(20) is below half a unit in the last place of 1.
  if (!(size < 20)) return Number.isNaN(x) ? x : Math.sign(x)
  const k = Math.floor(2 * size * Math.LOG2E + 0.5)
  const r = 2 * size - k * LN2_HIGH - k * LN2_LOW
  const square = r * r
  const p = r * ((42 * square + 10080) * square + 332640)
  const q = ((square + 840) * square + 75600) * square + 665280
  const power = POWERS[k + BIAS]!
  const tangent = ((power - 1) * q + (power + 1) * p) / ((power + 1) * q + (power - 1) * p)
  return x < 0 ? -tangent : tangent
}

/** π/2 in three parts; the first two have 33 bits, so that their products with numbers of up to 20 bits are exact. */
const QUARTER_HIGH = 1.5707963267341256
const QUARTER_MIDDLE = 6.077100506303966e-11
const QUARTER_LOW = 2.0222662487959506e-21

/** Angles beyond this lose too much of themselves to their reduction: a million quarter turns, less than 2²⁰. */
const LARGEST_ANGLE = 1570796

/** sin r for |r| ≤ π/4, to r¹⁷: the next term is below 1e-19. */
function sineOf(r: number): number {
  const square = r * r
  let sum = 1 / 355687428096000
  sum = sum * square - 1 / 1307674368000
  sum = sum * square + 1 / 6227020800
  sum = sum * square - 1 / 39916800
  sum = sum * square + 1 / 362880
  sum = sum * square - 1 / 5040
  sum = sum * square + 1 / 120
  sum = sum * square - 1 / 6
  return r + r * square * sum
}

/** cos r for |r| ≤ π/4, to r¹⁶. */
function cosineOf(r: number): number {
  const square = r * r
  let sum = 1 / 20922789888000
  sum = sum * square - 1 / 87178291200
  sum = sum * square + 1 / 479001600
  sum = sum * square - 1 / 3628800
  sum = sum * square + 1 / 40320
  sum = sum * square - 1 / 720
  sum = sum * square + 1 / 24
  return 1 + square * (sum * square - 0.5)
}

/** sin(x + quarters π/2). */
function turned(x: number, quarters: number): number {
  if (!(Math.abs(x) <= LARGEST_ANGLE)) return Number.NaN
  const k = Math.floor(x / (Math.PI / 2) + 0.5)
  const r = x - k * QUARTER_HIGH - k * QUARTER_MIDDLE - k * QUARTER_LOW
  const quadrant = (k + quarters) & 3
  const size = (quadrant & 1) === 0 ? sineOf(r) : cosineOf(r)
  return quadrant < 2 ? size : -size
}

/** sin, to a few units in the last place; NaN for |x| beyond 1,570,796. */
export function sin(x: number): number {
  return Math.abs(x) <= Math.PI / 4 ? sineOf(x) : turned(x, 0)
}

/** cos, to a few units in the last place; NaN for |x| beyond 1,570,796. */
export function cos(x: number): number {
  return Math.abs(x) <= Math.PI / 4 ? cosineOf(x) : turned(x, 1)
}
