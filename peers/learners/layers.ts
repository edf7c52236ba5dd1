/**
 * Layers of neurons, y = W x + b, tanh between them and nothing after the last, and their gradient by going backwards. Parameters lie
 * in a row, layer after layer: W, a row per neuron, then b. The *tape* of one pass holds what is seen, what every layer said, and at
 * last the outputs, so that going backwards needs no second pass. Dot products have four accumulators over j ≡ 0 … 3 (mod 4).
 */
import { tanh } from '../../src/core/elementary.ts'
import { nextNormal } from '../../src/core/random.ts'
import type { RandomStream } from '../../src/interfaces.ts'

/** What the weights of the last layer start with, relative to others: what is said first hardly depends on what is seen. */
const LAST_LAYER = 0.01

export class Layers {
  /** Doubles of a row. */
  readonly parameters: number
  /** Doubles of a tape. */
  readonly width: number
  /** Where the outputs begin on a tape. */
  readonly outputs: number
  /** ∂/∂(what a neuron adds up) on a tape of its own; those of the outputs are written by who goes backwards. */
  readonly deltas: Float64Array
  readonly #sizes: Int32Array
  /** Where layer l begins in a row, and what it sees on a tape. */
  readonly #weightsAt: Int32Array
  readonly #inputsAt: Int32Array

  /** `sizes`: doubles of what is seen, neurons of each layer between, outputs. */
  constructor(sizes: readonly number[]) {
    this.#sizes = Int32Array.from(sizes)
    this.#weightsAt = new Int32Array(sizes.length)
    this.#inputsAt = new Int32Array(sizes.length)
    for (let l = 1; l < sizes.length; l++) {
      this.#weightsAt[l] = this.#weightsAt[l - 1]! + (sizes[l - 1]! + 1) * sizes[l]!
      this.#inputsAt[l] = this.#inputsAt[l - 1]! + sizes[l - 1]!
    }
    this.parameters = this.#weightsAt[sizes.length - 1]!
    this.outputs = this.#inputsAt[sizes.length - 1]!
    this.width = this.outputs + sizes[sizes.length - 1]!
    this.deltas = new Float64Array(this.width)
  }

  /** From what is seen, at `at` of the tape, to the outputs. */
  forward(theta: Float64Array, row: number, tape: Float64Array, at: number): void {
    const last = this.#sizes.length - 2
    for (let l = 0; l <= last; l++) {
      const inputs = this.#sizes[l]!
      const neurons = this.#sizes[l + 1]!
      const x = at + this.#inputsAt[l]!
      const y = x + inputs
      const whole = x + (inputs & ~3)
      let w = row + this.#weightsAt[l]!
      const b = w + inputs * neurons
      for (let o = 0; o < neurons; o++) {
        let s0 = 0
        let s1 = 0
        let s2 = 0
        let s3 = 0
        let k = x
        for (; k < whole; k += 4, w += 4) {
          s0 += theta[w]! * tape[k]!
          s1 += theta[w + 1]! * tape[k + 1]!
          s2 += theta[w + 2]! * tape[k + 2]!
          s3 += theta[w + 3]! * tape[k + 3]!
        }
        for (; k < y; k++, w++) s0 += theta[w]! * tape[k]!
        tape[y + o] = theta[b + o]! + (s0 + s2 + (s1 + s3))
      }
      if (l < last) for (let o = y; o < y + neurons; o++) tape[o] = tanh(tape[o]!)
    }
  }

  /** Adds to the gradient at `from` what follows from the deltas of the outputs. */
  backward(
    theta: Float64Array,
    row: number,
    tape: Float64Array,
    at: number,
    gradient: Float64Array,
    from: number
  ): void {
    const { deltas } = this
    for (let l = this.#sizes.length - 2; l >= 0; l--) {
      const inputs = this.#sizes[l]!
      const neurons = this.#sizes[l + 1]!
      const x = this.#inputsAt[l]!
      const y = x + inputs
      let w = this.#weightsAt[l]!
      const b = from + w + inputs * neurons
      if (l > 0) deltas.fill(0, x, y)
      for (let o = 0; o < neurons; o++, w += inputs) {
        const delta = deltas[y + o]!
        gradient[b + o] = gradient[b + o]! + delta
        addScaled(delta, tape, at + x, gradient, from + w, inputs)
        if (l > 0) addScaled(delta, theta, row + w, deltas, x, inputs)
      }
      if (l === 0) return
      for (let j = x; j < y; j++) {
        const said = tape[at + j]!
        deltas[j] = deltas[j]! * (1 - said * said)
      }
    }
  }

  /** Weights from N(0, 1 / inputs), those of the last layer times 0.01; biases 0. */
  startInto(random: RandomStream, out: Float64Array, from: number): void {
    const last = this.#sizes.length - 2
    for (let l = 0; l <= last; l++) {
      const inputs = this.#sizes[l]!
      const neurons = this.#sizes[l + 1]!
      const scale = (l === last ? LAST_LAYER : 1) / Math.sqrt(inputs)
      const at = from + this.#weightsAt[l]!
      for (let k = 0; k < inputs * neurons; k++) out[at + k] = scale * nextNormal(random)
      out.fill(0, at + inputs * neurons, at + (inputs + 1) * neurons)
    }
  }
}

function addScaled(
  factor: number,
  terms: Float64Array,
  at: number,
  out: Float64Array,
  outAt: number,
  count: number
): void {
  for (let j = 0; j < count; j++) out[outAt + j] = out[outAt + j]! + factor * terms[at + j]!
}
