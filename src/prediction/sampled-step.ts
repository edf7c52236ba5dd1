/**
 * One sampled local step of a peer, e ← e + ζ/H + η u, in the first two moments of y = (1, e, ζ). In the mean u = m y, and with
 * X = E yyᵀ
 *
 *     X ← B X Bᵀ + η² (Σ_s G_s ⟨Q_s, X⟩ − m X mᵀ),   B y = y + (0, ζ/H + η m y, 0),
 *
 * where `samples.ts` knows G_s and Q_s: the noise of TD is multiplicative, and its second moments are a linear map of X
 * (Mangold et al. 2024, appendix; Samsonov et al. 2024).
 */
import { congruenceInto } from './congruence.ts'
import type { ExpectedSteps } from './expected-steps.ts'
import type { StateSamples } from './samples.ts'
import { addInto, dot, type Sparse } from './transitions.ts'

/** A local step of one peer, in the mean and in what samples add. */
export class SampledStep {
  readonly work: number
  readonly #samples: readonly StateSamples[]
  readonly #steps: ExpectedSteps
  readonly #peer: number
  readonly #d: number
  readonly #size: number
  /** m in rows of `size`, d of them: places and values that are not 0. */
  readonly #means: readonly Sparse[]

  constructor(peer: number, steps: ExpectedSteps, samplesOf: (size: number) => readonly StateSamples[]) {
    this.#steps = steps
    this.#peer = peer
    this.#d = steps.systems.parameters
    this.#size = steps.reply === undefined ? 1 + this.#d : 1 + 2 * this.#d
    this.#samples = samplesOf(this.#size)
    this.#means = this.#meansOf()
    const d = this.#d
    const inMeans = this.#means.reduce((sum, { places }) => sum + places.length, 0)
    const inSamples = this.#samples.reduce(
      (sum, { spread, form }) => sum + spread.places.length + form.places.length,
      0
    )
    this.work = 2 * inMeans * this.#size + inMeans * d + inSamples + 3 * this.#size * d
  }

  #meansOf(): Sparse[] {
    const d = this.#d
    const { matrices, forces } = this.#steps.systems
    return Array.from({ length: d }, (_, j) => {
      const places: number[] = []
      const values: number[] = []
      const add = (place: number, value: number): void => {
        if (value === 0) return
        places.push(place)
        values.push(value)
      }
      add(0, forces[this.#peer * d + j]!)
      for (let k = 0; k < d; k++) add(1 + k, -matrices[(this.#peer * d + j) * d + k]!)
      return { places, values }
    })
  }

  get squaredStep(): number {
    return this.#steps.stepSize * this.#steps.stepSize
  }

  /** The covariance of one step from X, times η⁻²; `shift` = m X, d rows of `size`. */
  covarianceInto(x: Float64Array, shift: Float64Array, out: Float64Array): void {
    const d = this.#d
    const size = this.#size
    out.fill(0)
    for (const { spread, form } of this.#samples) addInto(spread, dot(form, x), out, 0)
    for (let k = 0; k < d; k++) {
      const { places, values } = this.#means[k]!
      for (let j = 0; j < d; j++) {
        let sum = 0
        for (let a = 0; a < places.length; a++) sum += values[a]! * shift[j * size + places[a]!]!
        out[j * d + k] = out[j * d + k]! - sum
      }
    }
  }

  /** m X, in d rows of `size`. */
  shiftInto(x: Float64Array, out: Float64Array): void {
    const size = this.#size
    out.fill(0)
    for (let j = 0; j < this.#d; j++) {
      const { places, values } = this.#means[j]!
      const row = j * size
      for (let a = 0; a < places.length; a++) {
        const factor = values[a]!
        const from = places[a]! * size
        for (let c = 0; c < size; c++) out[row + c] = out[row + c]! + factor * x[from + c]!
      }
    }
  }

  /** B, `size` × `size`, where the expected step is y ← B y. */
  meanStep(): Float64Array {
    const { stepSize, localSteps, reply } = this.#steps
    const size = this.#size
    const b = new Float64Array(size * size)
    for (let c = 0; c < size; c++) b[c * size + c] = 1
    for (let j = 0; j < this.#d; j++) {
      const { places, values } = this.#means[j]!
      const row = (1 + j) * size
      places.forEach((place, a) => {
        b[row + place] = b[row + place]! + stepSize * values[a]!
      })
      if (reply !== undefined) b[row + 1 + this.#d + j] = 1 / localSteps
    }
    return b
  }

  /** The covariance of H steps from X: their second moments, less those of the expected path. */
  walk(moments: Float64Array, out: Float64Array): void {
    const { stepSize, localSteps, reply } = this.#steps
    const d = this.#d
    const size = this.#size
    const x = moments.slice()
    const shift = new Float64Array(d * size)
    const added = new Float64Array(d * d)
    for (let h = 0; h < localSteps; h++) {
      this.shiftInto(x, shift)
      this.covarianceInto(x, shift, added)
      // Rows of e: X + η m X + ζ-rows/H, then the same for columns.
      for (let j = 0; j < d; j++) {
        const row = (1 + j) * size
        const flow = (1 + d + j) * size
        for (let c = 0; c < size; c++) {
          let value = x[row + c]! + stepSize * shift[j * size + c]!
          if (reply !== undefined) value += x[flow + c]! / localSteps
          x[row + c] = value
        }
      }
      for (let r = 0; r < size; r++) {
        const row = r * size
        for (let j = 0; j < d; j++) {
          const { places, values } = this.#means[j]!
          let sum = 0
          for (let a = 0; a < places.length; a++) sum += values[a]! * x[row + places[a]!]!
          shift[j] = stepSize * sum + (reply === undefined ? 0 : x[row + 1 + d + j]! / localSteps)
        }
        for (let j = 0; j < d; j++) x[row + 1 + j] = x[row + 1 + j]! + shift[j]!
      }
      for (let j = 0; j < d; j++) {
        for (let k = 0; k < d; k++) {
          const at = (1 + j) * size + 1 + k
          x[at] = x[at]! + this.squaredStep * added[j * d + k]!
        }
      }
    }
    this.#meanMomentsInto(moments, out)
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < d; k++) out[j * d + k] = x[(1 + j) * size + 1 + k]! - out[j * d + k]!
    }
  }

  /** What the expected path of H steps makes of X. */
  #meanMomentsInto(moments: Float64Array, out: Float64Array): void {
    const { kept, reply, gain } = this.#steps
    const d = this.#d
    const size = this.#size
    const map = new Float64Array(d * size)
    for (let j = 0; j < d; j++) {
      const row = (this.#peer * d + j) * d
      map[j * size] = gain[this.#peer * d + j]!
      map.set(kept.subarray(row, row + d), j * size + 1)
      if (reply !== undefined) map.set(reply.subarray(row, row + d), j * size + 1 + d)
    }
    congruenceInto(map, moments, d, size, out)
  }
}
