import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Layers } from '../../../peers/learners/layers.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import { range, sum } from '../../support/numbers.ts'

const sizes = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }),
  fc.constant([4, 32, 2])
)
const OFFSET = 3

const numbers = (count: number, purpose: string): Float64Array => {
  const random = stream('layers', 0, purpose)
  return Float64Array.from({ length: count }, () => 2 * nextDouble(random) - 1)
}

/** W x + b and tanh, layer after layer, with lists. */
function said(sizes: readonly number[], theta: Float64Array, seen: readonly number[]): readonly number[] {
  let at = OFFSET
  let x = seen
  for (const [l, neurons] of sizes.slice(1).entries()) {
    const biases = at + x.length * neurons
    const sums = range(neurons).map(
      o => theta[biases + o]! + sum(x.map((value, j) => value * theta[at + o * x.length + j]!))
    )
    at = biases + neurons
    x = l < sizes.length - 2 ? sums.map(Math.tanh) : sums
  }
  return x
}

interface Trial {
  readonly sizes: readonly number[]
  readonly layers: Layers
  /** A row at OFFSET, a tape at OFFSET with what is seen. */
  readonly theta: Float64Array
  readonly tape: Float64Array
}

const forLayers = (check: (trial: Trial) => void): void =>
  fc.assert(
    fc.property(sizes, sizes => {
      const layers = new Layers(sizes)
      const theta = numbers(layers.parameters + OFFSET, 'theta')
      const tape = numbers(layers.width + OFFSET, 'tape')
      check({ sizes, layers, theta, tape })
    }),
    { seed: 1, numRuns: 40 }
  )

test('what they say is W x + b with tanh between, written out', () => {
  forLayers(({ sizes, layers, theta, tape }) => {
    const seen = [...tape.subarray(OFFSET, OFFSET + sizes[0]!)]
    layers.forward(theta, OFFSET, tape, OFFSET)
    const outputs = tape.subarray(OFFSET + layers.outputs)
    const expected = said(sizes, theta, seen)
    expect(outputs.length).toBe(expected.length)
    expect(Math.max(...expected.map((y, o) => Math.abs(y - outputs[o]!)))).toBeLessThan(1e-13)
  })
})

test('their gradient is that of finite differences, and is added', () => {
  forLayers(({ sizes, layers, theta, tape }) => {
    const seen = [...tape.subarray(OFFSET, OFFSET + sizes[0]!)]
    const outputs = sizes.at(-1)!
    const pulls = numbers(outputs, 'pulls')
    const pulled = (): number => sum(said(sizes, theta, seen).map((y, o) => y * pulls[o]!))
    layers.forward(theta, OFFSET, tape, OFFSET)
    layers.deltas.set(pulls, layers.outputs)
    const before = numbers(layers.parameters + 1, 'before')
    const gradient = before.slice()
    layers.backward(theta, OFFSET, tape, OFFSET, gradient, 1)
    expect(gradient[0]).toBe(before[0])
    let worst = 0
    for (let j = 0; j < layers.parameters; j++) {
      const kept = theta[OFFSET + j]!
      theta[OFFSET + j] = kept + 1e-5
      const above = pulled()
      theta[OFFSET + j] = kept - 1e-5
      const below = pulled()
      theta[OFFSET + j] = kept
      worst = Math.max(worst, Math.abs((above - below) / 2e-5 - (gradient[1 + j]! - before[1 + j]!)))
    }
    expect(worst).toBeLessThan(1e-8)
  })
})

test('they start with weights of variance 1 / inputs, a hundredth of that size in the last layer, and biases 0', () => {
  const layers = new Layers([50, 40, 30])
  const row = new Float64Array(layers.parameters + 1).fill(7)
  layers.startInto(stream('1', 0, 'initial'), row, 1)
  const deviation = (from: number, count: number): number =>
    Math.sqrt(sum(row.subarray(from, from + count).map(x => x * x)) / count)
  expect(row[0]).toBe(7)
  expect(deviation(1, 2000) * Math.sqrt(50)).toBeCloseTo(1, 1)
  expect(row.subarray(2001, 2041).every(x => x === 0)).toBe(true)
  expect(deviation(2041, 1200) * Math.sqrt(40)).toBeCloseTo(0.01, 3)
  expect(row.subarray(3241).every(x => x === 0)).toBe(true)
  expect(row.length).toBe(3271)
})
