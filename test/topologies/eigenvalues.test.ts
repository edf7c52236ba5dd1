import fc from 'fast-check'
import { EVD, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { linksOf } from '../../src/core/links.ts'
import type { Graph } from '../../src/interfaces.ts'
import { extremesOf, inverseExtremes, sparseExtremes } from '../../topologies/mixing/eigenvalues.ts'
import { eliminated, type Solve } from '../../topologies/mixing/elimination.ts'
import { denseMatrix, mixingMatrix } from '../../topologies/mixing/mixing-matrix.ts'
import { balance } from '../../topologies/mixing/perron.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { tridiagonalEigen } from '../../topologies/mixing/tridiagonal.ts'
import { undirectedGraph } from '../../topologies/parts/graph.ts'
import { tailed } from '../support/graphs.ts'
import { built, matrixOf } from '../support/topologies.ts'

describe('sparse elimination', () => {
  const systems = fc
    .record({
      peers: fc.integer({ min: 1, max: 15 }),
      pairs: fc.array(fc.tuple(fc.nat(14), fc.nat(14)), { maxLength: 40 }),
      excess: fc.double({ min: 0.01, max: 2, noNaN: true })
    })
    .map(({ peers, pairs, excess }) => {
      const path = Array.from({ length: peers - 1 }, (_, i): [number, number] => [i, i + 1])
      const more = pairs.map(([i, j]): [number, number] => [i % peers, j % peers])
      return { graph: undirectedGraph(peers, [...path, ...more]), excess }
    })

  /** L + excess I, with the weights of edges 1 + (i + j) mod 3. */
  function system(graph: Graph, excess: number) {
    const links = linksOf(graph)
    const weights = graph.neighbours.map((heard, i) => heard.map(j => 1 + ((i + j) % 3)))
    const diagonal = Float64Array.from(weights, row => row.reduce((sum, weight) => sum + weight, excess))
    const beside = Float64Array.from(weights.flat(), weight => -weight)
    const times = (x: Float64Array): number[] =>
      graph.neighbours.map((heard, i) =>
        heard.reduce((sum, j, n) => sum - weights[i]![n]! * x[j]!, diagonal[i]! * x[i]!)
      )
    return { links, diagonal, beside, times }
  }

  const solved = (solve: ReturnType<typeof eliminated>): Solve => {
    if (typeof solve === 'string') throw new Error(solve)
    return solve
  }

  test('solves positive definite systems', () => {
    fc.assert(
      fc.property(systems, ({ graph, excess }) => {
        const { links, diagonal, beside, times } = system(graph, excess)
        const b = Float64Array.from(graph.neighbours, (_, i) => Math.sin(i + 1))
        const x = new Float64Array(b.length)
        solved(eliminated(links, diagonal, beside))(b, x)
        expect(times(x)).toEqual(Array.from(b, value => expect.closeTo(value, 10)))
      }),
      { seed: 31, numRuns: 100 }
    )
  })

  test('solves Laplacian systems with one peer grounded', () => {
    fc.assert(
      fc.property(systems, fc.nat(14), ({ graph }, wish) => {
        const { links, diagonal, beside, times } = system(graph, 0)
        const peers = diagonal.length
        const ground = wish % peers
        const b = Float64Array.from({ length: peers }, (_, i) => Math.cos(i))
        b[0] = b[0]! - b.reduce((sum, value) => sum + value, 0)
        const x = new Float64Array(peers)
        solved(eliminated(links, diagonal, beside, ground))(b, x)
        expect(x[ground]).toBe(0)
        expect(times(x)).toEqual(Array.from(b, value => expect.closeTo(value, 10)))
      }),
      { seed: 32, numRuns: 100 }
    )
  })

  test('says what is not positive definite, and what fills up', () => {
    const { links, diagonal, beside } = system(built('ring', 9).graph, -0.1)
    expect(eliminated(links, diagonal, beside)).toBe('indefinite')
    const dense = system(tailed(10, 450), 1)
    expect(eliminated(dense.links, dense.diagonal, dense.beside)).toBe('full')
  })
})

describe('a tridiagonal matrix', () => {
  const values = fc.oneof(
    fc.constantFrom(0, 1, -1, 1e-9),
    fc.integer({ min: -2000, max: 2000 }).map(thousandths => thousandths / 1000)
  )
  const matrices = fc.array(fc.record({ diagonal: values, beside: values }), { minLength: 1, maxLength: 25 })

  test('has the eigenvalues of the dense decomposition, ascending', () => {
    fc.assert(
      fc.property(matrices, rows => {
        const { values } = decomposed(rows)
        const found = tridiagonalEigen(
          rows.map(row => row.diagonal),
          rows.map(row => row.beside).slice(0, -1)
        )
        expect([...found.values]).toEqual(values.map(value => expect.closeTo(value, 12)))
      }),
      { seed: 33, numRuns: 200 }
    )
  })

  test('of hardly anything has it as eigenvalues', () => {
    const tiny = Number.MIN_VALUE
    expect(tridiagonalEigen([0, 0], [tiny]).values).toEqual(new Float64Array(2))
    expect(tridiagonalEigen([tiny], []).values).toEqual(Float64Array.of(tiny))
  })

  test('has eigenvectors whose last components weigh a function of it: Σ s² f(λ) = f(T)_mm', () => {
    fc.assert(
      fc.property(matrices, rows => {
        const { T } = decomposed(rows)
        const m = rows.length
        const found = tridiagonalEigen(
          rows.map(row => row.diagonal),
          rows.map(row => row.beside).slice(0, -1)
        )
        let power = Matrix.eye(m)
        for (let exponent = 0; exponent < 6; exponent++) {
          const sum = found.values.reduce((total, value, k) => {
            let term = found.last[k]! * found.last[k]!
            for (let times = 0; times < exponent; times++) term *= value
            return total + term
          }, 0)
          expect(sum).toBeCloseTo(power.get(m - 1, m - 1), 9)
          power = power.mmul(T)
        }
      }),
      { seed: 34, numRuns: 100 }
    )
  })

  function decomposed(rows: readonly { diagonal: number; beside: number }[]) {
    const T = Matrix.zeros(rows.length, rows.length)
    rows.forEach(({ diagonal, beside }, k) => {
      T.set(k, k, diagonal)
      if (k + 1 === rows.length) return
      T.set(k, k + 1, beside)
      T.set(k + 1, k, beside)
    })
    const values = new EVD(T, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => a - b)
    return { T, values }
  }
})

describe('extreme eigenvalues by inverses', () => {
  test.each([
    ['ring', 48, 'metropolis'],
    ['ring', 48, 'local-degree'],
    ['path', 60, 'lazy'],
    ['grid', 90, 'best-constant'],
    ['star', 40, 'metropolis'],
    ['random-regular', 50, 'max-degree']
  ] as const)('are those of the decomposition, on %s(%i) with %s weights', (name, peers, rule) => {
    const matrix = matrixOf(built(name, peers), rule)
    const expected = extremesOf(matrix)
    const found = inverseExtremes(matrix, expected.smallest + 1e-7)!
    expect(found.largest).toBeCloseTo(expected.largest, 12)
    expect(found.smallest).toBeCloseTo(expected.smallest, 12)
  })

  test('are found of a long path, whose λ₂ is (1 + 2 cos π/N)/3, to eight digits of the gap', () => {
    const peers = 3000
    const { largest, smallest, converged } = sparseExtremes(matrixOf(built('path', peers)))
    expect(converged).toBe(true)
    // 1 − cos x = 2 sin²(x/2) loses no digits.
    const sine = Math.sin(Math.PI / (2 * peers))
    expect((1 - largest) / ((4 / 3) * sine * sine)).toBeCloseTo(1, 8)
    expect(smallest).toBeCloseTo((1 + 2 * Math.cos((Math.PI * (peers - 1)) / peers)) / 3, 12)
  })

  test('are found for the biased weights of a long path, whose 1-eigenvector is not constant', () => {
    const of = built('path', 200)
    const uniform = matrixOf(of, 'uniform')
    const exact = numericalSpectrum(uniform)
    const W = denseMatrix(uniform)
    const { links } = uniform
    const weights = Float64Array.from(links.senders, (j, k) => {
      const i = links.rowStart.findLastIndex(start => start <= k)
      return Math.sqrt(W[i]![j]! * W[j]![i]!)
    })
    const known = balance(uniform)!.map(share => Math.sqrt(share))
    const found = sparseExtremes({ ...uniform, weights, symmetric: true }, known)
    expect(found.largest).toBeCloseTo(exact.lambda2!, 12)
    expect(found.smallest).toBeCloseTo(exact.lambdaMin!, 12)
  })
})

describe('the best constant', () => {
  test('of a ring of 2,000 is found, 2 / (λ₂ + λ_max) with λ_k = 2 − 2 cos 2πk/N', () => {
    const { weights } = matrixOf(built('ring', 2000), 'best-constant')
    expect(weights[0]).toBeCloseTo(2 / (2 - 2 * Math.cos((2 * Math.PI) / 2000) + 4), 12)
  })

  test('of what is slow and dense is refused, and the spectrum of its other weights said not to be known', () => {
    const graph = tailed(700, 450)
    expect(numericalSpectrum(mixingMatrix(graph, false, 'metropolis')).converged).toBe(false)
    expect(() => mixingMatrix(graph, false, 'best-constant')).toThrow(
      'weights: best-constant needs the second smallest eigenvalue of the Laplacian of these 1150 peers, which cannot be ' +
        'found; use metropolis or max-degree'
    )
  })
})
