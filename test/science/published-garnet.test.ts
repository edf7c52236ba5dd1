/**
 * Federated TD on the Garnets of Mangold et al. (SCAFFLSA, NeurIPS 2024), N = 10: the mean path against exact linear
 * algebra, and the stationary error of sampled runs.
 */

import { inverse, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { exactValues, linearSystem } from '../../peers/environments/exact.ts'
import { requireFinite } from '../../peers/finite.ts'
import type { Setting } from '../../src/setting.ts'
import { denseMatrix } from '../../topologies/mixing/mixing-matrix.ts'
import { run } from '../support/run.ts'

const het = { environment: 'file:test/fixtures/garnet_het_N10.json', stepSize: 0.1, sampling: 'expected' }
const hom = { environment: 'file:test/fixtures/garnet_hom_N10.json', stepSize: 0.1, sampling: 'iid' }

const square = (x: number | null): number => (x ?? Number.NaN) ** 2

/** Θ = W (G Θ + (I − G) Θ_loc), G_i = (I − η A_i)^H: where plain gossip ends, one row per peer. */
function gossipFixedPoint({ mixing, experiment, ...setting }: Setting): number[][] {
  const fleet = requireFinite(setting.fleet, 'a test')
  const { peers, features, states } = fleet
  const d = features.count
  const { stationary, solutions } = exactValues(fleet)
  const w = denseMatrix(mixing.at(0))
  const system = Matrix.identity(peers * d)
  const right = Matrix.zeros(peers * d, 1)
  for (let j = 0; j < peers; j++) {
    const a = new Float64Array(d * d)
    linearSystem(fleet, j, stationary.subarray(j * states, (j + 1) * states), a, new Float64Array(d))
    const one = Matrix.identity(d).sub(Matrix.from1DArray(d, d, a).mul(experiment.stepSize))
    let g = Matrix.identity(d)
    for (let h = 0; h < experiment.localSteps; h++) g = g.mmul(one)
    const local = Matrix.columnVector(solutions.subarray(j * features.stride, j * features.stride + d))
    const pulled = Matrix.identity(d).sub(g).mmul(local)
    for (let i = 0; i < peers; i++) {
      for (let r = 0; r < d; r++) {
        right.set(i * d + r, 0, right.get(i * d + r, 0) + w[i]![j]! * pulled.get(r, 0))
        for (let c = 0; c < d; c++) {
          system.set(i * d + r, j * d + c, system.get(i * d + r, j * d + c) - w[i]![j]! * g.get(r, c))
        }
      }
    }
  }
  const solution = inverse(system).mmul(right)
  return Array.from({ length: peers }, (_, i) =>
    Array.from({ length: d }, (_, r) => solution.get(i * d + r, 0))
  )
}

describe('the mean path on het_N10', () => {
  test.each([
    [10, 5.759e-5, 30_000],
    [100, 6.608e-3, 3000],
    [1000, 0.37894, 400]
  ])('star federation with H = %i ends at bias² %f', async (localSteps, biasSquared, rounds) => {
    const { last } = await run({ ...het, aggregation: 'star', localSteps, rounds, initial: 'solution' })
    expect(Math.abs(square(last.swarm.fixedPointError) / biasSquared - 1)).toBeLessThan(1e-3)
  })

  test.each([
    ['star-scafflsa', 'star'],
    ['gossip-scafflsa', 'ring'],
    ['gossip-scafflsa', 'torus'],
    ['gossip-scafflsa', 'exponential']
  ])('%s on the %s reaches θ* with H = 100 within 4,000 rounds', async (aggregation, topology) => {
    const { last } = await run({
      ...het,
      aggregation,
      topology,
      localSteps: 100,
      rounds: 4000,
      initial: 'offset:1'
    })
    expect(square(last.swarm.fixedPointError)).toBeLessThan(1e-18)
  })

  // mean_i ‖θ_i − θ*‖², exact, H = 100
  test.each([
    ['ring', 'alternating', 0.13073],
    ['ring', 'clustered', 38.362],
    ['torus', 'alternating', 0.22517],
    ['torus', 'clustered', 1.808],
    ['exponential', 'alternating', 1.0555],
    ['exponential', 'clustered', 0.2023],
    ['star', 'alternating', 58.54],
    ['path', 'clustered', 176.64],
    ['complete', 'clustered', 6.6079e-3]
  ])(
    'gossip on the %s, %s, ends at its own fixed point, %f off θ*',
    async (topology, placement, published) => {
      const { last, parameters, setting } = await run({
        ...het,
        aggregation: 'gossip',
        topology,
        placement,
        localSteps: 100,
        rounds: 4000,
        initial: 'solution'
      })
      const fixed = gossipFixedPoint(setting)
      const off = parameters.flatMap((row, i) => row.map((x, j) => Math.abs(x - fixed[i]![j]!)))
      expect(Math.max(...off)).toBeLessThan(1e-6)
      expect(Math.abs(square(last.swarm.fixedPointError) / published - 1)).toBeLessThan(1e-3)
    }
  )
})

describe('sampled runs on hom_N10, H = 10', () => {
  const tail = async (aggregation: string, topology?: string): Promise<number> => {
    const { samples } = await run({
      ...hom,
      aggregation,
      ...(topology === undefined ? {} : { topology }),
      localSteps: 10,
      rounds: 12_000,
      initial: 'solution',
      measureEvery: 10
    })
    const second = samples.slice(samples.length / 2)
    return second.reduce((sum, { swarm }) => sum + square(swarm.fixedPointError), 0) / second.length
  }

  test('the star is within 20 % of 8.16e-3, the ring below 1.3 times the star, alone above 8 times', async () => {
    const star = await tail('star')
    expect(Math.abs(star / 8.16e-3 - 1)).toBeLessThan(0.2)
    expect(await tail('gossip', 'ring')).toBeLessThan(1.3 * star)
    expect(await tail('none')).toBeGreaterThan(8 * star)
  })
})
