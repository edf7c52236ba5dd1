/**
 * Many local steps written out: y ← B y in the mean, and a covariance whose entries are linear forms of X = E yyᵀ. Squared as often as
 * H asks for.
 */
import { product, transposed } from '../core/linear.ts'
import { congruenceInto } from './congruence.ts'
import { repeated } from './repeated.ts'
import type { SampledStep } from './sampled-step.ts'

/** So many steps, written out: y ← B y in the mean, and a covariance whose entries are linear forms of X. */
export interface Forms {
  /** `size` × `size` */
  readonly mean: Float64Array
  /** Rows of the pairs j ≤ k of components of e, columns of the pairs of components of y. */
  readonly noise: Float64Array
}

export function powerForms(step: SampledStep, d: number, size: number, localSteps: number): Forms {
  const one: Forms = { mean: step.meanStep(), noise: oneStepForms(step, d, size) }
  return repeated(one, localSteps, (first, second) => inTurn(first, second, d, size))
}

function oneStepForms(step: SampledStep, d: number, size: number): Float64Array {
  const columns = pairsOf(size)
  const rows = pairsOf(d)
  const forms = new Float64Array(rows.length * columns.length)
  const unit = new Float64Array(size * size)
  const shift = new Float64Array(d * size)
  const added = new Float64Array(d * d)
  columns.forEach(([a, b], column) => {
    unit[a * size + b] = 1
    unit[b * size + a] = 1
    step.shiftInto(unit, shift)
    step.covarianceInto(unit, shift, added)
    rows.forEach(([j, k], row) => {
      forms[row * columns.length + column] = step.squaredStep * added[j * d + k]!
    })
    unit[a * size + b] = 0
    unit[b * size + a] = 0
  })
  return forms
}

/**
 * `first`, then `second`: the covariance that the first leaves behind is carried on by the second, whose samples multiply it, too;
 * and the second adds that of its own, from where the expected path of the first leads.
 */
function inTurn(first: Forms, second: Forms, d: number, size: number): Forms {
  const rows = pairsOf(d)
  const columns = pairsOf(size)
  const count = columns.length
  const carried = new Float64Array(rows.length * rows.length)
  rows.forEach(([j, k], row) => {
    const at = (from: number, to: number): number => second.mean[(1 + from) * size + 1 + to]!
    rows.forEach(([a, b], column) => {
      const through = a === b ? at(j, a) * at(k, a) : at(j, a) * at(k, b) + at(j, b) * at(k, a)
      const sampled = second.noise[row * count + packedIndex(1 + a, 1 + b, size)]!
      carried[row * rows.length + column] = through + sampled
    })
  })
  const noise = product(carried, first.noise, rows.length)
  const form = new Float64Array(size * size)
  const image = new Float64Array(size * size)
  const back = transposed(first.mean, size)
  for (let row = 0; row < rows.length; row++) {
    columns.forEach(([a, b], column) => {
      const value = second.noise[row * count + column]! / (a === b ? 1 : 2)
      form[a * size + b] = value
      form[b * size + a] = value
    })
    congruenceInto(back, form, size, size, image)
    columns.forEach(([a, b], column) => {
      const at = row * count + column
      noise[at] = noise[at]! + (a === b ? 1 : 2) * image[a * size + b]!
    })
  }
  return { mean: product(second.mean, first.mean, size), noise }
}

/** The covariance that `forms` make of X. */
export function applyForms(
  forms: Float64Array,
  x: Float64Array,
  size: number,
  d: number,
  out: Float64Array
): void {
  let at = 0
  for (let j = 0; j < d; j++) {
    for (let k = j; k < d; k++) {
      let sum = 0
      for (let a = 0; a < size; a++) for (let b = a; b < size; b++) sum += forms[at++]! * x[a * size + b]!
      out[j * d + k] = sum
      out[k * d + j] = sum
    }
  }
}

/** (0, 0), (0, 1), …, (n − 1, n − 1), the first no larger than the second. */
const pairsOf = (n: number): (readonly [number, number])[] =>
  Array.from({ length: n }, (_, a) => Array.from({ length: n - a }, (_, b) => [a, a + b] as const)).flat()

/** Where a pair a ≤ b of n is among them. */
const packedIndex = (a: number, b: number, n: number): number => (a * (2 * n - a + 1)) / 2 + b - a
