/** Numbers that were computed elsewhere for published environments. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  exactValues,
  heterogeneity,
  linearSystem,
  optimalValues,
  policyValue
} from '../../../peers/environments/exact.ts'
import { file } from '../../../peers/environments/file.ts'
import { solveInPlace } from '../../../src/core/linear.ts'
import type { Fleet } from '../../../src/interfaces.ts'
import { distance, range, rowOf, sum } from '../../support/numbers.ts'

const load = (name: string): Fleet => file.build(10, { path: `test/fixtures/${name}.json` }, '1')

describe.each(['hom', 'het'])('the published Garnets, %s', kind => {
  const fleet = load(`garnet_${kind}_N10`)
  const exact = exactValues(fleet)

  test('have the published μ, θ_i* and θ*, to 1e-12', () => {
    const { expected } = published(kind)
    expect(distance(rowOf(exact.stationary, 0, 30), expected.stat_dist_agent0)).toBeLessThan(1e-14)
    expect(distance(exact.solution, expected.theta_star)).toBeLessThan(1e-12)
    expect(distance(exact.solutions, expected.theta_local.flat())).toBeLessThan(1e-12)
  })

  test('give the published bias of FedLSA', () => {
    const entries = Object.entries(published(kind).expected.fedlsa_bias_sq)
    for (const [key, squared] of entries.filter(([, squared]) => squared > 1e-13)) {
      const [stepSize, localSteps] = key.split('/').map(Number)
      expect(Math.abs(biasSquared(stepSize!, localSteps!) / squared - 1)).toBeLessThan(1e-6)
    }
  })

  /** ‖(mean_c (I − G_c))⁻¹ mean_c (I − G_c)(θ_c* − θ*)‖², G_c = (I − η A_c)^H. */
  function biasSquared(stepSize: number, localSteps: number): number {
    const d = 8
    const left = new Float64Array(d * d)
    const right = new Float64Array(d)
    for (const c of range(10)) {
      const [a, b] = [new Float64Array(d * d), new Float64Array(d)]
      linearSystem(fleet, c, rowOf(exact.stationary, c, 30), a, b)
      let power = identity(d)
      const step = identity(d).map((x, k) => x - stepSize * a[k]!)
      for (let h = 0; h < localSteps; h++) power = product(power, step, d)
      const own = rowOf(exact.solutions, c, exact.stride)
      for (const i of range(d)) {
        for (const j of range(d)) {
          const entry = Number(i === j) - power[i * d + j]!
          left[i * d + j]! += entry / 10
          right[i]! += (entry * (own[j]! - exact.solution[j]!)) / 10
        }
      }
    }
    solveInPlace(left, right, d)
    return sum(right.map(x => x * x))
  }
})

interface Published {
  readonly expected: {
    readonly theta_star: number[]
    readonly theta_local: number[][]
    readonly stat_dist_agent0: number[]
    readonly fedlsa_bias_sq: Record<string, number>
  }
}

const published = (kind: string): Published =>
  JSON.parse(readFileSync(`test/fixtures/garnet_${kind}_N10.json`, 'utf8'))

const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0))

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * b[k * n + j]!
  return out
}

test('the published Garnets have ε_P = 0.0087 and 1, ε_r = 0.0193 and 1.96', () => {
  const [similar, opposite] = [heterogeneity(load('garnet_hom_N10')), heterogeneity(load('garnet_het_N10'))]
  expect(similar.transitions).toBeCloseTo(0.0087, 4)
  expect(similar.rewards).toBeCloseTo(0.0193, 4)
  expect(opposite.transitions).toBe(1)
  expect(opposite.rewards).toBeCloseTo(1.96, 2)
})

describe('ChallengingMDP', () => {
  const fleet = load('challenging-mdp')
  const values = new Float64Array(7)
  const uniform = new Float64Array(28).fill(0.25)

  test('the uniform policy has the return 82.0761 in both types', () => {
    expect(policyValue(fleet, 0, uniform, values)).toBeCloseTo(82.0761, 4)
    expect(policyValue(fleet, 9, uniform, values)).toBeCloseTo(82.0761, 4)
  })

  test('each type alone could have 97.558', () => {
    const optimal = optimalValues(fleet)
    for (const i of [0, 9]) expect(sum(rowOf(optimal, i, 7)) / 7).toBeCloseTo(97.558, 3)
  })

  test('no deterministic policy that both types share has more than 63.065', () => {
    const best = range(4 ** 7).map(code => {
      const policy = new Float64Array(28)
      for (const s of range(7)) policy[s * 4 + (Math.floor(code / 4 ** s) % 4)] = 1
      return (policyValue(fleet, 0, policy, values) + policyValue(fleet, 9, policy, values)) / 2
    })
    expect(best.reduce((most, value) => Math.max(most, value))).toBeCloseTo(63.065, 3)
  })
})
