/** Peers with quadratics of their own: iterates and fixed points of what is built, against published ones. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { exactDiffusion } from '../../src/aggregation/exact-diffusion.ts'
import { gossip } from '../../src/aggregation/gossip.ts'
import { gossipScafflsa } from '../../src/aggregation/gossip-scafflsa.ts'
import { gossipTracking } from '../../src/aggregation/gossip-tracking.ts'
import { star } from '../../src/aggregation/star.ts'
import type { Aggregation, MixingMatrix } from '../../src/interfaces.ts'
import { mixingOf } from '../../topologies/mixing/mixing.ts'
import { always, compressed, filled, rowsOf, settingsOf } from '../support/matrices.ts'
import { range } from '../support/numbers.ts'
import { descent } from '../support/quadratics.ts'
import { runRounds } from '../support/rounds.ts'
import { built, matrixOf } from '../support/topologies.ts'

type Series = Readonly<Record<string, number[] | null>>
interface Oracles {
  readonly quadratics: {
    readonly a: number[]
    readonly b: number[]
    readonly alpha: number
    readonly fedavg_star_fixed_point_by_local_steps: Record<string, number>
    readonly by_graph: Record<string, Record<string, Series> & Record<`fixed_${string}`, number[]>>
  }
  readonly d2Divergence: { readonly D2_abs_at_400: number; readonly ED_err_at_4000: number }
}
const { quadratics, d2Divergence } = JSON.parse(
  readFileSync('test/fixtures/gossip-oracles.json', 'utf8')
) as Oracles
const { a, b, alpha } = quadratics
const PEERS = 8
const ETA = alpha

/** W of the static exponential graph as the numbers have it, where i hears i + 1, i + 2 and i + 4. */
const exponential = compressed(
  range(PEERS).map(i => range(PEERS).map(j => ([0, 1, 2, 4].includes((j - i + PEERS) % PEERS) ? 1 / 4 : 0)))
)

const lazy = (matrix: MixingMatrix): MixingMatrix => ({
  ...matrix,
  weights: matrix.weights.map(w => w / 2),
  selfWeights: matrix.selfWeights.map(w => (1 + w) / 2)
})

/** θ by round from 0, as far as the series goes; undefined once it is beyond all bounds. */
function path(
  aggregation: Aggregation,
  localSteps: number,
  rounds: number,
  participants = PEERS
): number[][] {
  const theta = filled(range(participants).map(() => [0]))
  const seen: number[][] = [rowsOf(theta, PEERS).flat()]
  runRounds(aggregation, theta, rounds, {
    local: descent({ a, b }, ETA, localSteps),
    watch: () => seen.push(rowsOf(theta, PEERS).flat())
  })
  return seen
}

/** Corrections as K-GT begins them: each peer's gradient at 0 less the mean of all. */
function beginAtMean(aggregation: Aggregation): Aggregation {
  const gradients = a.map((slope, i) => -slope * b[i]!)
  const mean = gradients.reduce((sum, g) => sum + g, 0) / PEERS
  gradients.forEach((g, i) => {
    aggregation.correction![i * 4] = g - mean
  })
  return aggregation
}

const SYMMETRIC = ['ring', 'star', 'complete', 'hypercube', 'path']

describe.each(Object.entries(quadratics.by_graph))('on %s', (graph, oracle) => {
  const matrix = graph === 'static_exp' ? exponential : matrixOf(built(graph, PEERS))
  const settings = (of: MixingMatrix, localSteps: number) => ({ ...settingsOf(of, 1, ETA), localSteps })

  const methods: readonly (readonly [string, number, () => Aggregation])[] = [
    ['ATC', 1, () => gossip.build(settings(matrix, 1), { steps: 1 })],
    ['local5', 5, () => gossip.build(settings(matrix, 5), { steps: 1 })],
    ['KGT5_es0.5', 5, () => beginAtMean(gossipTracking.build(settings(matrix, 5), { outerStep: 0.5 }))],
    ...(SYMMETRIC.includes(graph)
      ? ([
          ['ExactDiffusion', 1, () => exactDiffusion.build(settings(lazy(matrix), 1), {})],
          ['LED5', 5, () => exactDiffusion.build(settings(lazy(matrix), 5), {})],
          ['D2', 1, () => exactDiffusion.build(settings(matrix, 1), {})]
        ] as const)
      : [])
  ]

  test.each(methods)('%s goes the published way', (key, localSteps, build) => {
    const series = oracle[key]!
    const rounds = [1, 2, 5, 10, 50, 200].filter(round => series[round] !== null)
    const seen = path(build(), localSteps, Math.max(0, ...rounds))
    for (const round of rounds) {
      const expected = series[round]!
      const scale = Math.max(1, ...expected.map(Math.abs))
      if (scale > 100) {
        // It diverges from what rounding has left, so only how far is the same.
        expect(Math.log10(Math.max(...seen[round]!.map(Math.abs)) / scale)).toBeCloseTo(0, -1)
        continue
      }
      expect(seen[round]!.map(x => x / scale)).toEqual(expected.map(x => expect.closeTo(x / scale, 9)))
    }
    expect(rounds.length).toBeGreaterThan(2)
  })

  test.each([
    [1, 'fixed_ATC_formula'],
    [5, 'fixed_local5_formula'],
    [20, 'fixed_local20_formula']
  ] as const)('gossip of %i local steps ends where the linear system says', (localSteps, key) => {
    const end = path(gossip.build(settings(matrix, localSteps), { steps: 1 }), localSteps, 1500).at(-1)!
    expect(end).toEqual(oracle[key]!.map(x => expect.closeTo(x, 8)))
  })

  test('corrected gossip ends at the common minimum, 4.2, whatever the number of local steps', () => {
    const corrected = SYMMETRIC.includes(graph)
      ? [
          exactDiffusion.build(settings(lazy(matrix), 5), {}),
          gossipScafflsa.build(settings(lazy(matrix), 5), {})
        ]
      : []
    const tracking = gossipTracking.build(settings(matrix, 5), { outerStep: 0.5 })
    for (const aggregation of [...corrected, tracking]) {
      const end = path(aggregation, 5, 6000).at(-1)!
      for (const x of end) expect(x).toBeCloseTo(4.2, 9)
    }
  })
})

test.each(Object.entries(quadratics.fedavg_star_fixed_point_by_local_steps))(
  'the server with %s local steps ends where it is published to',
  (word, expected) => {
    const localSteps = Number(word)
    const settings = { ...settingsOf(matrixOf(built('ring', PEERS)), 1, ETA), localSteps }
    const end = path(star.build(settings, {}), localSteps, 300, PEERS + 1).at(-1)!
    for (const x of end) expect(x).toBeCloseTo(expected, 9)
  }
)

test('exact diffusion with λ_min = −0.4 is thrown off, its lazy form is not', () => {
  // Circulant: 0.3 for itself, 0.35 for each neighbour.
  const dense = range(8).map(i =>
    range(8).map(j => (i === j ? 0.3 : (i + 1) % 8 === j || (j + 1) % 8 === i ? 0.35 : 0))
  )
  const settings = (matrix: MixingMatrix) => ({ ...settingsOf(matrix, 1, ETA), mixing: always(matrix) })
  const thrown = path(exactDiffusion.build(settings(compressed(dense)), {}), 1, 400).at(-1)!
  expect(Math.max(...thrown.map(Math.abs)) / d2Divergence.D2_abs_at_400).toBeCloseTo(1, 6)
  const calm = path(exactDiffusion.build(settings(lazy(compressed(dense))), {}), 1, 4000).at(-1)!
  expect(Math.max(...calm.map(x => Math.abs(x - 4.2)))).toBeLessThan(1e-12)
})

test('a W that changes every round leads tracked gossip to the common minimum', () => {
  const topology = built('random-matching', PEERS).topology
  const settings = {
    ...settingsOf(matrixOf(built('ring', PEERS)), 1, 0.02),
    mixing: mixingOf(topology, 'own', 3000)
  }
  const theta = filled(range(PEERS).map(() => [0]))
  runRounds(gossipTracking.build(settings, { outerStep: 1 }), theta, 3000, {
    local: descent({ a, b }, 0.02, 1)
  })
  for (const [x] of rowsOf(theta, PEERS)) expect(x).toBeCloseTo(4.2, 6)
})
