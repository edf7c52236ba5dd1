/** Every rule of weights on many graphs, against numbers computed elsewhere. */
import { readFileSync } from 'node:fs'
import { EVD, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { MixingMatrix } from '../../src/interfaces.ts'
import { AGREED, disagreement, measuredRounds, worstRounds } from '../../topologies/mixing/agreement.ts'
import { neighboursOfAny, neighboursOfNormal } from '../../topologies/mixing/effective-neighbours.ts'
import { denseMatrix, mixingMatrix } from '../../topologies/mixing/mixing-matrix.ts'
import { multiply } from '../../topologies/mixing/operators.ts'
import { perronVector } from '../../topologies/mixing/perron.ts'
import { numericalSpectrum, type Spectrum } from '../../topologies/mixing/spectrum.ts'
import { undirectedGraph } from '../../topologies/parts/graph.ts'
import { built, spectrumOfBuilt } from '../support/topologies.ts'

const RULES = ['metropolis', 'local-degree', 'max-degree', 'lazy', 'best-constant'] as const
const EDGE = z.tuple([z.int(), z.int()])
const byPeers = <T extends z.ZodType>(row: T) => z.record(z.string(), z.record(z.string(), row))

const { families, graphs, optimal, pushSum, linkLoss } = z
  .object({
    families: byPeers(
      z.object({
        edges: z.int(),
        laplacian: z.tuple([z.number(), z.number()]),
        weights: z.record(
          z.enum(RULES),
          z.object({
            lambda2: z.number(),
            lambdaMin: z.number(),
            spectralRadius: z.number(),
            gap: z.number(),
            worstRounds: z.int().nullable(),
            effectiveNeighbours: z.record(z.enum(['0.0', '0.5', '0.9', '0.99']), z.number()),
            traceOfSquare: z.number()
          })
        ),
        fromIndex: z.object({
          start: z.number(),
          squares: z.record(z.string(), z.number()),
          rounds: z.int()
        }),
        uniform: z.object({
          secondModulus: z.number(),
          most: z.number(),
          least: z.number(),
          limit: z.number(),
          mean: z.number()
        })
      })
    ),
    graphs: z.record(
      z.string(),
      z.object({
        peers: z.int(),
        edges: z.array(EDGE),
        laplacian: z.tuple([z.number(), z.number()]),
        bestConstant: z.number()
      })
    ),
    optimal: byPeers(z.object({ nonnegative: z.number(), free: z.number() })),
    pushSum: z.object({
      edges: z.array(EDGE),
      values: z.array(z.number()),
      mean: z.number(),
      series: z.array(z.tuple([z.int(), z.array(z.number())])),
      secondModulus: z.number(),
      limitOfWeights: z.array(z.number()),
      uniform: z.array(z.number()),
      uniformLimit: z.number()
    }),
    linkLoss: z.record(z.string(), z.object({ lambda2: z.number(), meanSquare: z.number() }))
  })
  .parse(JSON.parse(readFileSync('test/fixtures/weights.json', 'utf8')))

type Edges = readonly (readonly [number, number])[]

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const clique = (first: number, size: number): Edges =>
  upTo(size).flatMap(i => upTo(i).map(j => [first + j, first + i] as const))

/** Edges of the table's families that are written out here. */
const EDGES: Readonly<Record<string, (peers: number) => Edges>> = {
  binary_tree: peers =>
    upTo(peers)
      .slice(1)
      .map(i => [(i - 1) >> 1, i]),
  two_cliques: peers => [...clique(0, peers / 2), ...clique(peers / 2, peers / 2), [0, peers / 2]],
  ring_lattice_k4: peers => upTo(peers).flatMap(i => [1, 2].map(s => [i, (i + s) % peers] as const)),
  wheel: peers =>
    upTo(peers - 1).flatMap(i => [[0, i + 1] as const, [i + 1, ((i + 1) % (peers - 1)) + 1] as const])
}
const NAMES: Readonly<Record<string, string>> = {
  grid2d: 'grid',
  torus2d: 'torus',
  sym_exponential: 'exponential'
}

const graphOf = (name: string, peers: number) =>
  EDGES[name] === undefined
    ? built(NAMES[name] ?? name, peers).graph
    : undirectedGraph(peers, EDGES[name](peers))
const matrixOf = (name: string, peers: number, rule: Parameters<typeof mixingMatrix>[2]): MixingMatrix =>
  mixingMatrix(graphOf(name, peers), false, rule)

/** By the product, and where the map has the family by what the product says of it. */
function spectraOf(name: string, peers: number, rule: (typeof RULES)[number]): Spectrum[] {
  const numerical = numericalSpectrum(matrixOf(name, peers, rule))
  return EDGES[name] === undefined
    ? [numerical, spectrumOfBuilt(built(NAMES[name] ?? name, peers), rule)]
    : [numerical]
}

const rows = Object.entries(families).flatMap(([name, sizes]) =>
  Object.entries(sizes).map(([peers, row]) => ({ name, peers: Number(peers), row }))
)

describe.each(rows)('$name($peers)', ({ name, peers, row }) => {
  test.each(RULES)('has with %s weights the spectrum of the table', rule => {
    const expected = row.weights[rule]!
    expect(graphOf(name, peers).neighbours.flat()).toHaveLength(2 * row.edges)
    for (const spectrum of spectraOf(name, peers, rule)) {
      expect(spectrum.lambda2).toBeCloseTo(expected.lambda2, 10)
      expect(spectrum.lambdaMin).toBeCloseTo(expected.lambdaMin, 10)
      expect(spectrum.spectralRadius).toBeCloseTo(expected.spectralRadius, 10)
      expect(spectrum.spectralGap).toBeCloseTo(expected.gap, 10)
      expect(spectrum.secondModulus).toBe(spectrum.spectralRadius)
      expect(spectrum.converged).toBe(true)
      expect(worstRounds(spectrum.spectralRadius)).toBe(expected.worstRounds)
      const values = spectrum.eigenvalues!
      expect(values).toHaveLength(peers)
      expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(expected.traceOfSquare, 9)
      const W = Float64Array.from(denseMatrix(matrixOf(name, peers, rule)).flat())
      for (const [gamma, count] of Object.entries(expected.effectiveNeighbours)) {
        expect(neighboursOfNormal(values, Number(gamma))).toBeCloseTo(count, 9)
        expect(neighboursOfAny(W, peers, Number(gamma))).toBeCloseTo(count, 9)
      }
    }
  })

  test('agrees as the table says from x_i = i with Metropolis weights', () => {
    const matrix = matrixOf(name, peers, 'metropolis')
    const { start, squares, rounds } = row.fromIndex
    const distances: number[] = []
    for (const distance of disagreement(() => matrix)) {
      distances.push(distance)
      if (distances.length > 100) break
    }
    expect(distances[0]! * distances[0]!).toBeCloseTo(start, 12)
    for (const [round, square] of Object.entries(squares)) {
      const expected = Math.sqrt(square)
      expect(Math.abs(distances[Number(round)]! - expected)).toBeLessThan(1e-10 * expected + 1e-13)
    }
    expect(measuredRounds(() => matrix)).toBe(rounds)
  })

  test('has with uniform weights the bias of the table', () => {
    const { secondModulus, most, least, limit, mean } = row.uniform
    const matrix = matrixOf(name, peers, 'uniform')
    const perron = perronVector(matrix)!
    expect(Math.max(...perron)).toBeCloseTo(most, 11)
    expect(Math.min(...perron)).toBeCloseTo(least, 11)
    expect(perron.reduce((sum, share, i) => sum + share * i, 0)).toBeCloseTo(limit, 10)
    expect((peers - 1) / 2).toBe(mean)
    expect(matrix.stochastic).toBe(most - least < 1e-9 ? 'doubly' : 'row')
    expect(numericalSpectrum(matrix).secondModulus).toBeCloseTo(secondModulus, 10)
    const pushed = matrixOf(name, peers, 'push')
    expect(numericalSpectrum(pushed).secondModulus).toBeCloseTo(secondModulus, 10)
    expect([...perronVector(pushed)!]).toEqual(Array.from(perron, share => expect.closeTo(share, 13)))
  })

  test('has the best constant of its extreme Laplacian eigenvalues, no better than the best of all weights', () => {
    const [least, most] = row.laplacian
    const { weights } = matrixOf(name, peers, 'best-constant')
    expect(weights.every(weight => Math.abs(weight - 2 / (least + most)) < 1e-11)).toBe(true)
    const best = optimal[name]?.[String(peers)]
    const { spectralRadius } = numericalSpectrum(matrixOf(name, peers, 'best-constant'))
    expect(spectralRadius).toBeCloseTo((most - least) / (most + least), 10)
    expect(spectralRadius).toBeGreaterThan((best?.free ?? 0) - 1e-8)
  })

  test('is mixed by no rule of non-negative weights faster than by the best of them', () => {
    const best = optimal[name]?.[String(peers)]?.nonnegative ?? 0
    for (const rule of ['metropolis', 'local-degree', 'max-degree', 'lazy'] as const) {
      const matrix = matrixOf(name, peers, rule)
      expect(Math.min(...matrix.weights, ...matrix.selfWeights)).toBeGreaterThanOrEqual(0)
      expect(numericalSpectrum(matrix).spectralRadius).toBeGreaterThan(best - 1e-8)
    }
  })
})

test.each(Object.entries(graphs))(
  'the %s graph has the best constant of the table',
  (_, { peers, edges, laplacian: [least, most], bestConstant }) => {
    const matrix = mixingMatrix(undirectedGraph(peers, edges), false, 'best-constant')
    expect(matrix.weights[0]).toBeCloseTo(2 / (least + most), 11)
    expect(numericalSpectrum(matrix).spectralRadius).toBeCloseTo(bestConstant, 10)
  }
)

describe('the directed graph of five peers', () => {
  const peers = pushSum.values.length
  const neighbours = upTo(peers).map(i =>
    pushSum.edges
      .filter(([, to]) => to === i)
      .map(([from]) => from)
      .sort((a, b) => a - b)
  )
  const push = mixingMatrix({ neighbours }, true, 'push')

  test('has with push weights the ratios of the table in every round', () => {
    let x: Float64Array = Float64Array.from(pushSum.values)
    let w: Float64Array = new Float64Array(peers).fill(1)
    const times = (vector: Float64Array): Float64Array => {
      const out = new Float64Array(peers)
      multiply(push, vector, out)
      return out
    }
    const last = Math.max(...pushSum.series.map(([round]) => round))
    for (let round = 1; round <= last; round++) {
      x = times(x)
      w = times(w)
      const expected = pushSum.series.find(([listed]) => listed === round)?.[1]
      if (expected === undefined) continue
      expect([...x].map((value, i) => value / w[i]!)).toEqual(expected.map(z => expect.closeTo(z, 10)))
    }
    expect(x[0]! / w[0]!).toBeCloseTo(pushSum.mean, 10)
  })

  test('has the rate |λ₂| of push-sum and its limit of weights', () => {
    expect(push).toMatchObject({ stochastic: 'column', symmetric: false, weightOf: undefined })
    const spectrum = numericalSpectrum(push)
    expect(spectrum).toMatchObject({ lambda2: null, eigenvalues: null, effectiveNeighbours: null })
    expect(spectrum.secondModulus).toBeCloseTo(pushSum.secondModulus, 10)
    const limit = [...perronVector(push)!].map(share => share * peers)
    expect(limit).toEqual(pushSum.limitOfWeights.map(weight => expect.closeTo(weight, 10)))
  })

  test('agrees with push-sum at about that rate, round by round', () => {
    const rounds = measuredRounds(() => push)!
    const predicted = Math.log(AGREED) / Math.log(pushSum.secondModulus)
    expect(Math.abs(rounds / predicted - 1)).toBeLessThan(0.15)
  })

  test('has with uniform weights a consensus that is not the mean', () => {
    const uniform = perronVector(mixingMatrix({ neighbours }, true, 'uniform'))!
    expect([...uniform]).toEqual(pushSum.uniform.map(share => expect.closeTo(share, 11)))
    const limit = uniform.reduce((sum, share, i) => sum + share * pushSum.values[i]!, 0)
    expect(limit).toBeCloseTo(pushSum.uniformLimit, 10)
  })
})

test.each(Object.entries(linkLoss))(
  'where an edge fails and its weight stays at both ends, %s contracts in mean square as the table says',
  (key, { lambda2, meanSquare }) => {
    const [, name, loss] = /^(\D[a-z]*(?:2d)?)16_p(.*)$/.exec(key)!
    const works = 1 - Number(loss)
    const W = denseMatrix(matrixOf(name!, 16, 'metropolis'))
    // E[W²] = (I − pS)² + 2p(1 − p) Σ_e w_e² b_e b_eᵀ, where S = I − W = Σ_e w_e b_e b_eᵀ.
    const mean = new Matrix(W.map((row, i) => row.map((w, j) => (i === j ? 1 - works : 0) + works * w)))
    const square = mean.mmul(mean)
    const scatter = 2 * works * (1 - works)
    for (const i of upTo(16)) {
      for (const j of upTo(16)) {
        if (i === j) continue
        const part = scatter * W[i]![j]! * W[i]![j]!
        square.set(i, j, square.get(i, j) - part)
        square.set(i, i, square.get(i, i) + part)
      }
    }
    const largest = (of: Matrix): number =>
      Math.max(...new EVD(of.sub(1 / 16), { assumeSymmetric: true }).realEigenvalues)
    expect(largest(mean.clone())).toBeCloseTo(lambda2, 10)
    expect(largest(square)).toBeCloseTo(meanSquare, 10)
  }
)
