import { readFileSync } from 'node:fs'
import { EVD, Matrix, SVD } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import type { MixingMatrix, TopologyFamily } from '../../src/interfaces.ts'
import { denseMatrix, mixingMatrix, topologies, type Weights } from '../../topologies/index.ts'
import { extremeEigenvalues } from '../../topologies/mixing/lanczos.ts'
import {
  lanczosSpectrum,
  numericalSpectrum,
  type Spectrum,
  smallestEigenvalue
} from '../../topologies/mixing/spectrum.ts'
import { diameter, undirectedGraph } from '../../topologies/parts/graph.ts'
import { fixed } from '../../topologies/parts/topology.ts'
import { tailed } from '../support/graphs.ts'
import { compressed } from '../support/matrices.ts'
import { built, matrixOf, spectrumOfBuilt } from '../support/topologies.ts'

const neighbourCounts = z.object({ '0.9': z.number(), '0.99': z.number() })
const numbers = z.object({
  lambda2: z.number(),
  lambdaMin: z.number(),
  spectralGap: z.number(),
  effectiveNeighbours: neighbourCounts
})
const { families, directedExponential, graphs } = z
  .object({
    families: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          edges: z.int(),
          degree: z.tuple([z.int(), z.int()]),
          diameter: z.int(),
          metropolis: numbers,
          lazy: numbers
        })
      )
    ),
    directedExponential: z.record(z.string(), z.number()),
    graphs: z.record(
      z.string(),
      z.object({
        peers: z.int(),
        edges: z.array(z.tuple([z.int(), z.int()])),
        lambda2: z.number(),
        lambdaMin: z.number(),
        effectiveNeighbours: neighbourCounts,
        diameter: z.int()
      })
    )
  })
  .parse(JSON.parse(readFileSync('test/fixtures/topology-spectra.json', 'utf8')))

/** All numbers within 1e-9, those of effective neighbours relative to their size. */
function expectSpectrum(spectrum: Spectrum, expected: Omit<z.infer<typeof numbers>, 'spectralGap'>): void {
  expect(Math.abs(spectrum.lambda2! - expected.lambda2)).toBeLessThan(1e-9)
  expect(Math.abs(spectrum.lambdaMin! - expected.lambdaMin)).toBeLessThan(1e-9)
  const radius = Math.max(Math.abs(expected.lambda2), Math.abs(expected.lambdaMin))
  expect(Math.abs(spectrum.spectralRadius - radius)).toBeLessThan(1e-9)
  expect(spectrum.spectralGap).toBe(1 - spectrum.spectralRadius)
  for (const gamma of ['0.9', '0.99'] as const) {
    const count = expected.effectiveNeighbours[gamma]
    expect(Math.abs(spectrum.effectiveNeighbours![gamma] / count - 1)).toBeLessThan(1e-9)
  }
  expect(spectrum.converged).toBe(true)
}

const denseExtremes = (matrix: MixingMatrix): { lambda2: number; lambdaMin: number } => {
  const values = new EVD(new Matrix(denseMatrix(matrix)), { assumeSymmetric: true }).realEigenvalues
  values.sort((a, b) => b - a)
  return { lambda2: values[1]!, lambdaMin: values.at(-1)! }
}

describe('published spectra', () => {
  const cases = Object.entries(families).flatMap(([name, sizes]) =>
    Object.entries(sizes).map(([peers, expected]) => [name, Number(peers), expected] as const)
  )

  test.each(cases)(
    '%s(%i) has the λ₂, λ_min, gap and effective neighbours of the table',
    (name, peers, expected) => {
      const of = built(name, peers)
      for (const weights of ['metropolis', 'lazy'] as const) {
        expectSpectrum(spectrumOfBuilt(of, weights), expected[weights])
        expect(
          Math.abs(spectrumOfBuilt(of, weights).spectralGap - expected[weights].spectralGap)
        ).toBeLessThan(1e-9)
        expectSpectrum(numericalSpectrum(matrixOf(of, weights)), expected[weights])
      }
      expect(diameter(of.graph).value).toBe(expected.diameter)
      expect(of.graph.neighbours.flat()).toHaveLength(2 * expected.edges)
      const degrees = of.graph.neighbours.map(heard => heard.length)
      expect([Math.min(...degrees), Math.max(...degrees)]).toEqual(expected.degree)
    }
  )

  test.each(Object.entries(directedExponential))(
    'the directed exponential graph of %s peers has ‖W − 11ᵀ/N‖₂ = %d',
    (peers, radius) => {
      const of = built('exponential', Number(peers), { directed: true })
      const spectrum = spectrumOfBuilt(of)
      expect(Math.abs(spectrum.spectralRadius - radius)).toBeLessThan(1e-9)
      expect(spectrum).toMatchObject({
        lambda2: null,
        lambdaMin: null,
        method: 'closed form',
        converged: true
      })
    }
  )

  test.each(Object.entries(graphs))(
    'the %s graph has the spectrum of the table',
    (_, { peers, edges, ...expected }) => {
      const graph = undirectedGraph(peers, edges)
      const spectrum = numericalSpectrum(mixingMatrix(graph, false, 'metropolis'))
      expect(spectrum.method).toBe('dense')
      expectSpectrum(spectrum, expected)
      expect(diameter(graph)).toEqual({ value: expected.diameter, exact: true })
    }
  )

  test('the random 4-regular graph read from its edge list has it, too', () => {
    const expected = graphs['random 4-regular']!
    expectSpectrum(
      spectrumOfBuilt(built('file', 16, { path: 'test/fixtures/random-4-regular.txt' })),
      expected
    )
  })
})

describe('closed forms', () => {
  test('ring(8) mixes with the gap 2/3 (1 − cos 2π/8)', () => {
    expect(spectrumOfBuilt(built('ring', 8)).spectralGap).toBeCloseTo(
      (2 / 3) * (1 - Math.cos(Math.PI / 4)),
      14
    )
  })

  test('path(N) mixes as slowly as ring(2N)', () => {
    for (const peers of [3, 10, 1000]) {
      const { spectralRadius } = spectrumOfBuilt(built('path', peers))
      expect(spectralRadius).toBeCloseTo(spectrumOfBuilt(built('ring', 2 * peers)).spectralRadius, 14)
    }
  })

  test('the gap of a ring of 100,000 peers is 4π²/(3N²) to seven digits', () => {
    const { spectralGap, method } = spectrumOfBuilt(built('ring', 100_000))
    expect(method).toBe('closed form')
    expect(spectralGap / ((4 * Math.PI * Math.PI) / 3e10)).toBeCloseTo(1, 6)
  })

  test('the 4-cube and the 4 × 4 torus have one spectrum', () => {
    const torus = topologies.torus!.metropolisEigenvalues?.(16, {})
    const cube = topologies.hypercube!.metropolisEigenvalues?.(16, {})
    expect([...torus!]).toEqual(Array.from(cube!, value => expect.closeTo(value, 14)))
  })

  test('lazy eigenvalues are (1 + λ)/2, of a directed graph, too', () => {
    const of = built('exponential', 12, { directed: true })
    const W = new Matrix(denseMatrix(matrixOf(of, 'lazy'))).sub(1 / 12)
    expect(spectrumOfBuilt(of, 'lazy').spectralRadius).toBeCloseTo(new SVD(W).norm2, 12)
  })

  test('the effective neighbours of a directed graph are those of its discounted sum of powers', () => {
    const of = built('exponential', 11, { directed: true })
    const spectrum = spectrumOfBuilt(of)
    for (const gamma of ['0.9', '0.99'] as const) {
      expect(spectrum.effectiveNeighbours![gamma]).toBeCloseTo(
        discountedNeighbours(matrixOf(of), Number(gamma)),
        8
      )
    }
  })
})

describe('closed forms of other weights', () => {
  const rules: readonly Weights[] = ['local-degree', 'max-degree', 'best-constant', 'uniform', 'push']

  test.each([
    ['ring', 15],
    ['ring', 2],
    ['path', 14],
    ['star', 13],
    ['torus', 12],
    ['complete', 7],
    ['hypercube', 16],
    ['exponential', 11]
  ])('are those of the decomposition, on %s(%i)', (name, peers) => {
    const of = built(name, peers)
    for (const rule of rules) {
      const closed = spectrumOfBuilt(of, rule)
      const found = numericalSpectrum(matrixOf(of, rule))
      expect([...closed.eigenvalues!]).toEqual(
        Array.from(found.eigenvalues!, value => expect.closeTo(value, 12))
      )
      const regular = name !== 'path' && name !== 'star'
      const known = regular || (rule !== 'uniform' && rule !== 'push')
      expect(closed.method).toBe(known ? 'closed form' : 'dense')
    }
  })

  test('one peer agrees with itself under every rule', () => {
    for (const rule of rules) {
      expect(spectrumOfBuilt(built('ring', 1), rule)).toMatchObject({ lambda2: null, spectralRadius: 0 })
    }
  })

  test('the best constant of a ring is that of its extreme Laplacian eigenvalues, of a star (N − 1)/(N + 1)', () => {
    const least = 2 - 2 * Math.cos((2 * Math.PI) / 100)
    expect(spectrumOfBuilt(built('ring', 100), 'best-constant').spectralRadius).toBeCloseTo(
      (4 - least) / (4 + least),
      13
    )
    expect(spectrumOfBuilt(built('star', 50), 'best-constant').spectralRadius).toBeCloseTo(49 / 51, 13)
  })

  test('local-degree weights of a star have the gap 1/(N − 1), of two cliques Metropolis weights 8/N² nearly', () => {
    expect(spectrumOfBuilt(built('star', 50), 'local-degree').spectralGap).toBeCloseTo(1 / 49, 13)
    const half = 30
    const pairs: [number, number][] = [[0, half]]
    for (let i = 0; i < half; i++) for (let j = 0; j < i; j++) pairs.push([j, i], [half + j, half + i])
    const { lambda2 } = numericalSpectrum(mixingMatrix(undirectedGraph(2 * half, pairs), false, 'metropolis'))
    expect(lambda2).toBeCloseTo((half + Math.sqrt(half * half + 4 * (half - 1))) / (2 * (half + 1)), 12)
  })
})

describe('without a closed form', () => {
  test('a directed graph that is no circulant gets the 2-norm of W − 11ᵀ/N by singular values, or by Lanczos', () => {
    // Three permutations of 9 peers, averaged with the identity: doubly stochastic, and not normal.
    const steps = [
      [1, 2, 3, 4, 5, 6, 7, 8, 0],
      [3, 0, 4, 1, 7, 2, 8, 5, 6],
      [6, 7, 8, 0, 2, 1, 4, 3, 5]
    ]
    const rows = steps[0]!.map((_, i) => {
      const row = new Array<number>(9).fill(0)
      for (const j of [i, ...steps.map(step => step[i]!)]) row[j] = row[j]! + 1 / 4
      return row
    })
    const matrix = compressed(rows)
    expect(matrix.symmetric).toBe(false)
    const spectrum = numericalSpectrum(matrix)
    expect(spectrum).toMatchObject({ method: 'dense', lambda2: null, eigenvalues: null })
    expect(spectrum.secondModulus).toBeCloseTo(rateByPowers(rows), 3)
    expect(spectrum.secondModulus).toBeLessThan(spectrum.spectralRadius)
    for (const gamma of ['0.9', '0.99'] as const) {
      expect(spectrum.effectiveNeighbours![gamma]).toBeCloseTo(discountedNeighbours(matrix, Number(gamma)), 8)
    }
    expect(spectrum.spectralRadius).toBeCloseTo(normByPowers(rows), 10)
    expect(lanczosSpectrum(matrix).spectralRadius).toBeCloseTo(spectrum.spectralRadius, 10)
  })

  test.each([
    ['random-regular', 300, { degree: 3 }],
    ['random-regular', 120, { degree: 20 }],
    ['grid', 300, {}],
    ['grid', 2, {}],
    ['star', 200, {}],
    ['complete', 50, {}],
    ['hypercube', 256, {}]
  ])('Lanczos finds what the dense decomposition finds on %s(%i)', (name, peers, options) => {
    const matrix = matrixOf(built(name, peers, options))
    const expected = denseExtremes(matrix)
    const { lambda2, lambdaMin, converged } = lanczosSpectrum(matrix)
    expect(converged).toBe(true)
    expect(lambda2).toBeCloseTo(expected.lambda2, 11)
    expect(lambdaMin).toBeCloseTo(expected.lambdaMin, 11)
  })

  test('the gap of a complete bipartite graph is that of its most negative eigenvalue, −(n − 1)/(n + 1)', () => {
    const pairs = Array.from({ length: 25 }, (_, k): [number, number] => [Math.floor(k / 5), 5 + (k % 5)])
    const matrix = mixingMatrix(undirectedGraph(10, pairs), false, 'metropolis')
    for (const spectrum of [numericalSpectrum(matrix), lanczosSpectrum(matrix)]) {
      expect(spectrum.lambda2).toBeCloseTo(1 / 6, 13)
      expect(spectrum.lambdaMin).toBeCloseTo(-4 / 6, 13)
      expect(spectrum.spectralGap).toBeCloseTo(2 / 6, 13)
    }
  })

  test('Lanczos is not led astray by an invariant subspace: star(1000) has two eigenvalues besides 1', () => {
    const { lambda2, lambdaMin, converged } = lanczosSpectrum(matrixOf(built('star', 1000)))
    expect(converged).toBe(true)
    expect(lambda2).toBeCloseTo(0.999, 12)
    expect(lambdaMin).toBeCloseTo(0, 12)
  })

  test('Lanczos agrees with the closed form on exponential(2000), both kinds', () => {
    for (const options of [{ directed: false }, { directed: true }]) {
      const of = built('exponential', 2000, options)
      const { spectralRadius, converged } = lanczosSpectrum(matrixOf(of))
      expect(converged).toBe(true)
      expect(spectralRadius).toBeCloseTo(spectrumOfBuilt(of).spectralRadius, 11)
    }
  })

  test('a long ring defeats Lanczos on W, which says so, and the values are bounds', () => {
    const of = built('ring', 1200)
    const exact = spectrumOfBuilt(of)
    const found = lanczosSpectrum(matrixOf(of))
    expect(found.converged).toBe(false)
    expect(found.lambda2!).toBeLessThan(exact.lambda2!)
    expect(found.lambdaMin!).toBeGreaterThan(exact.lambdaMin!)
    expect(found.spectralGap).toBeGreaterThan(1.05 * exact.spectralGap)
  })

  test('and Lanczos on its inverse finds them', () => {
    const of = built('ring', 800)
    const exact = spectrumOfBuilt(of)
    const found = numericalSpectrum(matrixOf(of))
    expect(found).toMatchObject({ method: 'lanczos', converged: true })
    expect(found.spectralGap / exact.spectralGap).toBeCloseTo(1, 8)
    expect(found.lambdaMin).toBeCloseTo(exact.lambdaMin!, 12)
  })

  test.each([
    [2, 2],
    [2, 3],
    [2, 4],
    [3, 2],
    [3, 3]
  ])('the de Bruijn graph of %i^%i peers is nilpotent, |λ₂| = 0, though ‖W − 11ᵀ/N‖₂ = 1', (base, digits) => {
    let peers = 1
    for (let k = 0; k < digits; k++) peers *= base
    const rows = Array.from({ length: peers }, () => new Array<number>(peers).fill(0))
    rows.forEach((_, from) => {
      for (let digit = 0; digit < base; digit++) rows[(base * from + digit) % peers]![from]! = 1 / base
    })
    const spectrum = numericalSpectrum(compressed(rows))
    expect(spectrum.spectralRadius).toBeCloseTo(1, 12)
    expect(spectrum.secondModulus).toBe(0)
  })

  test('biased weights of an undirected graph have real eigenvalues, by Lanczos, too', () => {
    for (const weights of ['uniform', 'push'] as const) {
      const matrix = matrixOf(built('grid', 60), weights)
      const dense = numericalSpectrum(matrix)
      const W = new Matrix(denseMatrix(matrix))
      const values = Float64Array.from(new EVD(W, { assumeSymmetric: false }).realEigenvalues)
      expect([...dense.eigenvalues!]).toEqual(
        Array.from(values.sort().reverse(), value => expect.closeTo(value, 9))
      )
      const lanczos = lanczosSpectrum(matrix)
      expect(lanczos).toMatchObject({ method: 'lanczos', converged: true, eigenvalues: null })
      for (const key of ['lambda2', 'lambdaMin', 'secondModulus', 'spectralRadius'] as const) {
        expect(lanczos[key]).toBeCloseTo(dense[key]!, 10)
      }
    }
  })

  test('effective neighbours of uniform weights are those of the discounted sum of powers, of push weights unknown', () => {
    const of = built('star', 9)
    const found = spectrumOfBuilt(of, 'uniform').effectiveNeighbours!
    for (const gamma of ['0.9', '0.99'] as const) {
      expect(found[gamma]).toBeCloseTo(discountedNeighbours(matrixOf(of, 'uniform'), Number(gamma)), 8)
    }
    expect(spectrumOfBuilt(of, 'push').effectiveNeighbours).toBe(null)
  })

  test('the ρ of push weights is that of uniform weights, W transposed', () => {
    const of = built('star', 500)
    const uniform = spectrumOfBuilt(of, 'uniform')
    const push = spectrumOfBuilt(of, 'push')
    expect(uniform.converged && push.converged).toBe(true)
    expect(push.spectralRadius).toBeCloseTo(uniform.spectralRadius, 9)
    expect(push.secondModulus).toBeCloseTo(0.5, 12)
  })

  test('10,000 peers of random degree 4 have a gap that is known, near 1 − (1 + 2√3)/5', () => {
    const spectrum = spectrumOfBuilt(built('random-regular', 10_000))
    expect(spectrum).toMatchObject({ method: 'lanczos', converged: true })
    expect(Math.abs(spectrum.spectralRadius - (1 + 2 * Math.sqrt(3)) / 5)).toBeLessThan(0.002)
  })

  test('more peers than 400 are left to Lanczos, and effective neighbours are not known then', () => {
    const spectrum = spectrumOfBuilt(built('random-regular', 402))
    expect(spectrum).toMatchObject({ method: 'lanczos', converged: true, effectiveNeighbours: null })
    expect(spectrum.spectralRadius).toBeLessThan((1 + 2 * Math.sqrt(3)) / 5 + 0.01)
  })

  test('Lanczos of a diagonal operator finds its ends, one at a time as well', () => {
    // Acts on differences from the mean: eigenvectors e_i − e_j of a multiple of the centring projection.
    const halve = (x: Float64Array, out: Float64Array): void => {
      for (let k = 0; k < x.length; k++) out[k] = x[k]! / 2
    }
    expect(extremeEigenvalues(halve, 6, ['smallest'])).toMatchObject({ converged: true })
    expect(extremeEigenvalues(halve, 6, ['largest']).largest).toBeCloseTo(0.5, 14)
  })
})

describe('the smallest eigenvalue', () => {
  const smallest = (
    name: string,
    peers: number,
    weights: 'metropolis' | 'lazy',
    options: object = {}
  ): number => {
    const of = built(name, peers, options)
    return smallestEigenvalue(of.family, peers, of.options, weights, matrixOf(of, weights))
  }

  test('of an even ring with Metropolis weights is −1/3, at the bound of the corrected gossip', () => {
    expect(smallest('ring', 16, 'metropolis')).toBeCloseTo(-1 / 3, 14)
    expect(smallest('ring', 100_000, 'metropolis')).toBeCloseTo(-1 / 3, 14)
  })

  test('of a grid is found by the dense decomposition and by Lanczos', () => {
    expect(smallest('grid', 16, 'metropolis')).toBeCloseTo(families.grid!['16']!.metropolis.lambdaMin, 10)
    const found = smallest('grid', 420, 'metropolis')
    expect(found).toBeCloseTo(denseExtremes(matrixOf(built('grid', 420))).lambdaMin, 10)
  })

  test('of lazy weights is not negative, for large graphs bounded without a search', () => {
    expect(smallest('grid', 16, 'lazy')).toBeCloseTo(families.grid!['16']!.lazy.lambdaMin, 10)
    const bound = smallest('random-regular', 10_000, 'lazy')
    expect(bound).toBeCloseTo(0.2, 14)
  })

  test('that cannot be found is an error that names the remedy', () => {
    const graph = tailed(900, 450)
    const unknown: TopologyFamily = {
      description: '',
      picture: '',
      options: z.unknown(),
      build: () => fixed('', graph)
    }
    const matrix = mixingMatrix(graph, false, 'metropolis')
    const find = (): number => smallestEigenvalue(unknown, 1350, {}, 'metropolis', matrix)
    expect(find).toThrow(
      new ExperimentError(
        'weights: the smallest eigenvalue of the metropolis matrix of these 1350 peers cannot be found; use lazy weights'
      )
    )
  })
})

/** ‖W − 11ᵀ/N‖₂ by power iteration on (W − J)ᵀ(W − J). */
function normByPowers(rows: readonly (readonly number[])[]): number {
  const n = rows.length
  let x = rows.map((_, i) => Math.sin(i + 1))
  let size = 0
  for (let k = 0; k < 5000; k++) {
    const y = rows.map(row => row.reduce((sum, w, j) => sum + (w - 1 / n) * x[j]!, 0))
    const back = rows.map((_, j) => rows.reduce((sum, row, i) => sum + (row[j]! - 1 / n) * y[i]!, 0))
    size = Math.sqrt(back.reduce((sum, value) => sum + value * value, 0))
    x = back.map(value => value / size)
  }
  return Math.sqrt(size)
}

/** The factor per round of the last 2,000 of 4,000 rounds. */
function rateByPowers(rows: readonly (readonly number[])[]): number {
  const n = rows.length
  let x = rows.map((_, i) => Math.sin(i + 1))
  let logarithm = 0
  const rounds = 4000
  for (let k = 0; k < rounds; k++) {
    const mean = x.reduce((sum, value) => sum + value, 0) / n
    x = rows.map(row => row.reduce((sum, w, j) => sum + w * (x[j]! - mean), 0))
    const size = Math.hypot(...x)
    x = x.map(value => value / size)
    if (k >= rounds / 2) logarithm += Math.log(size)
  }
  return Math.exp(logarithm / (rounds / 2))
}

/** (1/(1−γ)) / ((1/N) tr Σ_t γ^t W^{t+1} (W^{t+1})ᵀ), summed until the rest is below rounding. */
function discountedNeighbours(matrix: MixingMatrix, gamma: number): number {
  const W = new Matrix(denseMatrix(matrix))
  let power = W.clone()
  let sum = 0
  let factor = 1
  while (factor > 1e-14) {
    sum += factor * power.norm('frobenius') * power.norm('frobenius')
    power = power.mmul(W)
    factor *= gamma
  }
  return matrix.links.participants / (1 - gamma) / sum
}
