import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { receiversOf } from '../../src/core/links.ts'
import type { Graph } from '../../src/interfaces.ts'
import { denseMatrix, mixingMatrix, WEIGHTS, type Weights } from '../../topologies/index.ts'
import { undirectedGraph } from '../../topologies/parts/graph.ts'
import { built, matrixOf } from '../support/topologies.ts'

test('Metropolis weights are 1 / (1 + the larger degree), the rest stays with the peer', () => {
  const graph = undirectedGraph(4, [
    [0, 1],
    [1, 2],
    [1, 3]
  ])
  expect(denseMatrix(mixingMatrix(graph, false, 'metropolis'))).toEqual([
    [0.75, 0.25, 0, 0],
    [0.25, 0.25, 0.25, 0.25],
    [0, 0.25, 0.75, 0],
    [0, 0.25, 0, 0.75]
  ])
})

test('lazy weights are the mean of these and the identity', () => {
  const of = built('grid', 12)
  const metropolis = denseMatrix(matrixOf(of))
  const halves = metropolis.map((row, i) => row.map((w, j) => (w + (i === j ? 1 : 0)) / 2))
  expect(denseMatrix(matrixOf(of, 'lazy'))).toEqual(halves)
})

test('a peer without neighbours keeps its parameters', () => {
  expect(denseMatrix(mixingMatrix({ neighbours: [[]] }, false, 'metropolis'))).toEqual([[1]])
})

test('a directed regular graph has the weights 1 / (1 + degree), the row of a peer naming whom it hears', () => {
  expect(denseMatrix(mixingMatrix({ neighbours: [[2], [0], [1]] }, true, 'metropolis'))).toEqual([
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
    [0, 0.5, 0.5]
  ])
})

describe('a directed graph with different degrees', () => {
  const hub = { neighbours: [[1, 2], [0], [0]] }

  test.each(['metropolis', 'lazy', 'local-degree', 'max-degree'] as const)(
    'is refused %s weights, which would not keep the mean',
    rule => {
      expect(() => mixingMatrix(hub, true, rule)).toThrow(ExperimentError)
      expect(() => mixingMatrix({ neighbours: [[1], [0], [1]] }, true, rule)).toThrow(
        `weights: ${rule} needs equal degrees in a directed graph: peer 1 hears 1 peers and is heard by 2, peer 0 hears 1; ` +
          'use uniform weights, or push weights with push-sum'
      )
    }
  )

  test('may have uniform weights, whose rows sum to 1, and push weights, whose columns do', () => {
    const neighbours = [[1, 2], [2], [0]]
    const uniform = mixingMatrix({ neighbours }, true, 'uniform')
    expect(denseMatrix(uniform)).toEqual([
      [expect.closeTo(1 / 3, 15), 1 / 3, 1 / 3],
      [0, 1 / 2, 1 / 2],
      [1 / 2, 0, 1 / 2]
    ])
    expect(uniform).toMatchObject({ stochastic: 'row', symmetric: false, weightOf: undefined })
    const push = mixingMatrix({ neighbours }, true, 'push')
    expect(denseMatrix(push)).toEqual([
      [1 / 2, 1 / 2, 1 / 3],
      [0, 1 / 2, 1 / 3],
      [1 / 2, 0, 1 / 3]
    ])
    expect(push).toMatchObject({ stochastic: 'column', symmetric: false, weightOf: undefined })
  })
})

test('no directed graph has a best constant', () => {
  expect(() => mixingMatrix({ neighbours: [[2], [0], [1]] }, true, 'best-constant')).toThrow(
    'weights: best-constant needs an undirected graph; use uniform weights, or push weights with push-sum'
  )
})

describe('on a path of four peers', () => {
  const { graph } = built('path', 4)
  const rows = (rule: Weights): number[][] => denseMatrix(mixingMatrix(graph, false, rule))

  test('local-degree weights are 1 / the larger degree', () => {
    expect(rows('local-degree')).toEqual([
      [1 / 2, 1 / 2, 0, 0],
      [1 / 2, 0, 1 / 2, 0],
      [0, 1 / 2, 0, 1 / 2],
      [0, 0, 1 / 2, 1 / 2]
    ])
  })

  test('max-degree weights are 1 / (1 + the largest degree of all)', () => {
    expect(mixingMatrix(graph, false, 'max-degree').weights).toEqual(new Float64Array(6).fill(1 / 3))
  })

  test('the best constant is 2 / (λ₂ + λ_max) = 2 / ((2 − √2) + (2 + √2))', () => {
    for (const weight of mixingMatrix(graph, false, 'best-constant').weights)
      expect(weight).toBeCloseTo(1 / 2, 14)
  })

  test('uniform weights are the plain mean of what a peer hears and has', () => {
    const third = expect.closeTo(1 / 3, 15)
    expect(rows('uniform')).toEqual([
      [1 / 2, 1 / 2, 0, 0],
      [third, third, third, 0],
      [0, third, third, third],
      [0, 0, 1 / 2, 1 / 2]
    ])
  })

  test('push weights are uniform weights transposed', () => {
    const uniform = rows('uniform')
    expect(rows('push')).toEqual(uniform.map((_, i) => uniform.map(row => expect.closeTo(row[i]!, 15))))
  })
})

test('the hub of a star has a negative weight for itself under the best constant 2/(N + 1)', () => {
  const { weights, selfWeights } = matrixOf(built('star', 8), 'best-constant')
  for (const weight of weights) expect(weight).toBeCloseTo(2 / 9, 14)
  expect(selfWeights[0]).toBeCloseTo(1 - 14 / 9, 14)
})

test('the best constant of a graph in two parts is refused', () => {
  const parts = undirectedGraph(4, [
    [0, 1],
    [2, 3]
  ])
  expect(() => mixingMatrix(parts, false, 'best-constant')).toThrow(
    'weights: best-constant needs a connected graph; use metropolis or max-degree'
  )
})

describe('own weights', () => {
  const neighbours = [[1], [0, 2], [1]]

  test('are what the topology prescribes, the rest of the row staying with the peer', () => {
    const matrix = mixingMatrix({ neighbours, weights: [[0.5], [0.5, 0.25], [0.25]] }, false, 'own')
    expect(denseMatrix(matrix)).toEqual([
      [0.5, 0.5, 0],
      [0.5, 0.25, 0.25],
      [0, 0.25, 0.75]
    ])
    expect(matrix).toMatchObject({ stochastic: 'doubly', symmetric: true, weightOf: undefined })
  })

  test('that differ between the ends of an edge are row-stochastic', () => {
    const matrix = mixingMatrix({ neighbours, weights: [[0.5], [0.25, 0.25], [0.25]] }, false, 'own')
    expect(matrix).toMatchObject({ stochastic: 'row', symmetric: false })
  })

  test('of a directed cycle are doubly stochastic though not symmetric', () => {
    const matrix = mixingMatrix({ neighbours: [[2], [0], [1]], weights: [[0.4], [0.4], [0.4]] }, true, 'own')
    expect(matrix).toMatchObject({ stochastic: 'doubly', symmetric: false })
  })

  test('that sum to 1 but for rounding leave nothing to the peer', () => {
    const tenths = Array.from({ length: 11 }, () => new Array<number>(10).fill(0.1))
    const { graph } = built('complete', 11)
    const matrix = mixingMatrix({ ...graph, weights: tenths }, false, 'own')
    expect([...matrix.selfWeights]).toEqual(new Array(11).fill(0))
  })

  test('are refused where the topology prescribes none', () => {
    expect(() => mixingMatrix({ neighbours }, false, 'own')).toThrow(
      new ExperimentError(
        'weights: own is for topologies that prescribe weights, this one does not; use metropolis, lazy, local-degree, ' +
          'max-degree, best-constant, uniform or push'
      )
    )
  })
})

describe('on any graph', () => {
  const graphs = fc
    .record({
      peers: fc.integer({ min: 1, max: 12 }),
      pairs: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 30 })
    })
    .map(({ peers, pairs }) => {
      const path = Array.from({ length: peers - 1 }, (_, i): [number, number] => [i, i + 1])
      return undirectedGraph(peers, [
        ...path,
        ...pairs.map(([i, j]): [number, number] => [i % peers, j % peers])
      ])
    })
  const rules = WEIGHTS.filter(rule => rule !== 'own')

  test.each(rules)('%s weights are as they are said to be: sums, symmetry, support', rule => {
    fc.assert(
      fc.property(graphs, graph => {
        const matrix = mixingMatrix(graph, false, rule)
        const W = denseMatrix(matrix)
        const sums = W.map(row => sum(row))
        const columns = W.map((_, i) => sum(W.map(row => row[i]!)))
        const isOne = (value: number): boolean => Math.abs(value - 1) < 1e-12
        expect(matrix.stochastic).toBe(
          sums.every(isOne) ? (columns.every(isOne) ? 'doubly' : 'row') : 'column'
        )
        if (matrix.stochastic === 'column') expect(columns.every(isOne)).toBe(true)
        expect(matrix.symmetric).toBe(W.every((row, i) => row.every((w, j) => w === W[j]![i])))
        W.forEach((row, i) => {
          row.forEach((w, j) => {
            expect(w !== 0 && i !== j).toBe(graph.neighbours[i]!.includes(j))
          })
        })
        if (rule !== 'best-constant') expect(Math.min(...W.flat())).toBeGreaterThanOrEqual(0)
      }),
      { seed: 11, numRuns: 60 }
    )
  })

  test('where weights follow from both degrees, they say how', () => {
    const degreeOf = (of: Graph, i: number): number => of.neighbours[i]!.length
    fc.assert(
      fc.property(graphs, fc.constantFrom(...rules), (graph, rule) => {
        const { links, weights, weightOf } = mixingMatrix(graph, false, rule)
        expect(weightOf !== undefined).toBe(['metropolis', 'lazy', 'local-degree'].includes(rule))
        const receivers = receiversOf(links)
        weights.forEach((weight, k) => {
          const ends = [degreeOf(graph, receivers[k]!), degreeOf(graph, links.senders[k]!)] as const
          if (weightOf !== undefined) expect(weight).toBe(weightOf(...ends))
        })
      }),
      { seed: 12, numRuns: 100 }
    )
  })

  test.each(rules)('%s weights do not depend on the names of the peers', rule => {
    fc.assert(
      fc.property(graphs, graph => {
        const last = graph.neighbours.length - 1
        const reversed = {
          neighbours: graph.neighbours.map(heard => heard.map(j => last - j).reverse()).reverse()
        }
        const W = denseMatrix(mixingMatrix(graph, false, rule))
        const turned = W.map(row => row.map(w => expect.closeTo(w, 12)).reverse()).reverse()
        expect(denseMatrix(mixingMatrix(reversed, false, rule))).toEqual(turned)
      }),
      { seed: 13, numRuns: 40 }
    )
  })
})

test('100,000 peers get their weights', () => {
  const { weights, selfWeights } = matrixOf(built('torus', 100_000))
  expect(weights).toHaveLength(400_000)
  expect(selfWeights.every(weight => Math.abs(weight - 0.2) < 1e-15)).toBe(true)
})

const sum = (x: readonly number[]): number => x.reduce((total, value) => total + value, 0)
