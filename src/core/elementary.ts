/**
 * exp and log of + − * / and floor alone, so that every runtime gives the same bits: ECMAScript leaves the last
 * bits of Math.exp to the implementation. Arguments are reduced by powers of two; what remains is a Taylor polynomial.
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
