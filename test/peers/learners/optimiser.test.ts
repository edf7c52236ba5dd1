import { expect, test } from 'vitest'
import { momentsInRow, type OptimiserOptions, optimiserOf } from '../../../peers/learners/optimiser.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import { range } from '../../support/numbers.ts'

/** Two parameters of the actor and one of the critic. */
const what = { peers: 2, stepSize: 0.1, learnt: 3, actor: 2, valueStep: 0.5 }
const adam = (shared: 'parameters' | 'all'): OptimiserOptions => ({ optimiser: 'adam', shared })

const random = stream('1', 0, 'gradients')
const gradients = range(20).map(() => Float64Array.from({ length: 3 }, () => 2 * nextDouble(random) - 1))

/** Kingma and Ba's Algorithm 1 for one number, upwards. */
function published(steps: readonly number[], pace: number): number {
  let [theta, m, v] = [0, 0, 0]
  for (const [k, g] of steps.entries()) {
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    const [mHat, vHat] = [m / (1 - 0.9 ** (k + 1)), v / (1 - 0.999 ** (k + 1))]
    theta += (0.1 * pace * mHat) / (Math.sqrt(vHat) + 1e-8)
  }
  return theta
}

test('sgd goes along g + ξ, the critic along valueStep g + ξ', () => {
  const theta = Float64Array.of(9, 1, 2, 3, 9)
  const xi = Float64Array.of(9, 0.5, 0, -0.25, 9)
  const sgd = optimiserOf({ optimiser: 'sgd', shared: 'all' }, what)
  sgd.step(0, theta, 1, Float64Array.of(1, 2, 4), undefined)
  const plain = [...theta]
  sgd.step(0, theta, 1, Float64Array.of(0, 0, 0), xi)
  for (const [at, x] of [9, 1.1, 2.2, 3.2, 9].entries()) expect(plain[at]).toBeCloseTo(x, 14)
  for (const [at, x] of [9, 1.15, 2.2, 3.175, 9].entries()) expect(theta[at]).toBeCloseTo(x, 14)
})

test.each(['parameters', 'all'] as const)('adam is as published, with shared=%s', shared => {
  const theta = new Float64Array(12)
  const optimiser = optimiserOf(adam(shared), what)
  for (const gradient of gradients) optimiser.step(0, theta, 0, gradient, undefined)
  for (const j of range(3)) {
    const expected = published(
      gradients.map(gradient => gradient[j]!),
      j < 2 ? 1 : 0.5
    )
    expect(theta[j]).toBeCloseTo(expected, 12)
  }
  expect(momentsInRow(adam(shared), 3)).toBe(shared === 'all' ? 6 : 0)
  expect(theta.subarray(3, 9).every(x => x !== 0)).toBe(shared === 'all')
})

test('adam adds η ξ to its step, and no ξ to its moments', () => {
  const [one, other] = [new Float64Array(9), new Float64Array(9)]
  const xi = Float64Array.from(range(9), k => k + 1)
  optimiserOf(adam('all'), what).step(0, one, 0, Float64Array.of(1, 2, 3), xi)
  optimiserOf(adam('all'), what).step(0, other, 0, Float64Array.of(1, 2, 3), undefined)
  for (const j of range(9)) expect(one[j]).toBeCloseTo(other[j]! + (j < 3 ? what.stepSize * xi[j]! : 0), 14)
})

test('second moments that an aggregation has made negative count as none', () => {
  const [one, other] = [new Float64Array(9), new Float64Array(9)]
  one.fill(-1, 6)
  for (const theta of [one, other])
    optimiserOf(adam('all'), what).step(0, theta, 0, Float64Array.of(1, 2, 3), undefined)
  expect(one).toEqual(other)
})

test('a peer that begins anew has no moments, and no other peer with it', () => {
  const optimiser = optimiserOf(adam('parameters'), what)
  const theta = new Float64Array(6)
  for (const i of [0, 1]) optimiser.step(i, theta, 3 * i, gradients[0]!, undefined)
  const kept = structuredClone(optimiser.state)
  optimiser.restart(1)
  const { decays, moments } = optimiser.state
  expect([...decays!]).toEqual([0.9, 0.999, 1, 1])
  expect(moments!.subarray(0, 6)).toEqual(kept.moments!.subarray(0, 6))
  expect(moments!.subarray(6).every(x => x === 0)).toBe(true)
})
