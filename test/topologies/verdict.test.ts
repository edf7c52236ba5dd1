import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Graph } from '../../src/interfaces.ts'
import { measuredRounds } from '../../topologies/mixing/agreement.ts'
import { mixingMatrix, WEIGHTS, type Weights } from '../../topologies/mixing/mixing-matrix.ts'
import { multiplyTransposed } from '../../topologies/mixing/operators.ts'
import { perronVector } from '../../topologies/mixing/perron.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { type Verdict, verdictOn } from '../../topologies/mixing/verdict.ts'
import { undirectedGraph } from '../../topologies/parts/graph.ts'
import { compressed } from '../support/matrices.ts'
import { built, matrixOf } from '../support/topologies.ts'

function verdict(graph: Graph, directed: boolean, rule: Weights, pushSum = false): Verdict {
  const matrix = mixingMatrix(graph, directed, rule)
  return verdictOn(matrix, numericalSpectrum(matrix), pushSum)
}

const cycle = (peers: number): Graph => ({
  neighbours: Array.from({ length: peers }, (_, i) => [(i + peers - 1) % peers])
})

describe('is refused', () => {
  test.each(['ring', 'torus', 'hypercube'])('local-degree on an even %s: its halves swap for ever', name => {
    const { refused } = verdict(built(name, 16).graph, false, 'local-degree')
    expect(refused).toBe(
      'the smallest eigenvalue of W is −1, so the two halves of this graph swap their values for ever; use metropolis or lazy weights'
    )
  })

  test('and from x_i = i the peers of an even ring never agree then', () => {
    expect(measuredRounds(() => matrixOf(built('ring', 16), 'local-degree'), 10_000)).toBe(null)
  })

  test('a graph in parts', () => {
    const parts = undirectedGraph(4, [
      [0, 1],
      [2, 3]
    ])
    expect(verdict(parts, false, 'metropolis').refused).toBe(
      'the graph has 2 components; peers 2, 3 are not connected to peer 0'
    )
  })

  test('a graph held together only by weights of 0', () => {
    const neighbours = [[1], [0, 2], [1]]
    expect(verdict({ neighbours, weights: [[0.5], [0.5, 0], [0]] }, false, 'own').refused).toContain(
      'peer 2 is not connected to peer 0'
    )
  })

  test('a directed graph with peers that nobody hears', () => {
    const { refused } = verdict({ neighbours: [[1], [0], [0]] }, true, 'uniform')
    expect(refused).toBe('the graph: nothing from peer 2 reaches peer 0')
  })

  test('a directed cycle whose peers keep nothing: values go round', () => {
    expect(verdict(cycle(3), true, 'local-degree').refused).toBe(
      'no peer keeps a share of its own and all walks back take a multiple of 3 rounds, so values go round for ever'
    )
  })

  test('column sums without push-sum, row sums with it', () => {
    const { graph } = built('star', 8)
    expect(verdict(graph, false, 'push').refused).toBe(
      'the columns of W sum to 1, its rows do not: without push-sum peer 0 would end at 2.91 times the mean; use push-sum, or uniform weights'
    )
    expect(verdict(graph, false, 'push', true)).toEqual({})
    expect(verdict(graph, false, 'uniform', true).refused).toBe(
      'push-sum needs columns that sum to 1, and those of W do not; use push weights'
    )
  })

  test('negative weights under which differences grow', () => {
    const { graph } = built('complete', 4)
    const weights = graph.neighbours.map(heard => heard.map(() => 0.6))
    expect(verdict({ ...graph, weights }, false, 'own').refused).toBe(
      'W has negative weights and the second largest |λ| 1.4, so differences do not shrink'
    )
  })
})

describe('is warned of', () => {
  test('a consensus in which a hub counts more than its share', () => {
    expect(verdict(built('star', 8).graph, false, 'uniform')).toEqual({
      warning: 'the consensus is biased: peer 0 counts 0.364 of it instead of 0.125'
    })
  })

  test('a round that need not bring differences down though many do', () => {
    const deBruijn = compressed([
      [0.5, 0, 0.5, 0],
      [0.5, 0, 0.5, 0],
      [0, 0.5, 0, 0.5],
      [0, 0.5, 0, 0.5]
    ])
    expect(verdictOn(deBruijn, numericalSpectrum(deBruijn))).toEqual({
      warning:
        '‖W − 11ᵀ/N‖₂ is 1: a single round need not bring differences down, though they shrink by |λ₂| = 0 in the long run'
    })
  })

  test('differences that shrink by less than doubles can tell', () => {
    const matrix = matrixOf(built('ring', 16), 'metropolis')
    const nearOne = 1 - 1e-11
    const spectrum = { ...numericalSpectrum(matrix), spectralRadius: nearOne, secondModulus: nearOne }
    expect(verdictOn(matrix, spectrum).warning).toBe('differences shrink by less than a part in 10⁹ a round')
  })
})

describe('nothing is said', () => {
  test.each(['ring', 'path', 'star', 'complete', 'grid', 'torus', 'hypercube', 'exponential'])(
    'of %s with weights that lead to the mean',
    name => {
      for (const rule of ['metropolis', 'lazy', 'max-degree', 'best-constant'] as const) {
        expect(verdict(built(name, 16).graph, false, rule)).toEqual({})
      }
    }
  )

  test('of local-degree weights on an odd ring, on a path and on a directed graph of coprime cycles', () => {
    expect(verdict(built('ring', 15).graph, false, 'local-degree')).toEqual({})
    expect(verdict(built('path', 6).graph, false, 'local-degree')).toEqual({})
    const both = { neighbours: [[2, 3], [0], [1], [2]] }
    expect(verdict({ ...both, weights: [[0.5, 0.5], [1], [1], [1]] }, true, 'own').refused).toBe(undefined)
  })

  test('of one peer, and of uniform weights where all degrees are equal', () => {
    for (const rule of WEIGHTS.filter(name => name !== 'own')) {
      expect(verdict({ neighbours: [[]] }, false, rule)).toEqual({})
    }
    expect(verdict(built('torus', 12).graph, false, 'uniform')).toEqual({})
    expect(verdict(cycle(5), true, 'uniform')).toEqual({})
  })
})

/** Directed graphs, strongly connected by a cycle. */
const directedGraphs = fc
  .record({
    peers: fc.integer({ min: 2, max: 9 }),
    pairs: fc.array(fc.tuple(fc.nat(8), fc.nat(8)), { maxLength: 20 })
  })
  .map(({ peers, pairs }): Graph => {
    const heard = cycle(peers).neighbours.map(list => new Set(list))
    for (const [i, j] of pairs) if (i % peers !== j % peers) heard[i % peers]!.add(j % peers)
    return { neighbours: heard.map(set => [...set].sort((a, b) => a - b)) }
  })

test('the peers of any strongly connected graph agree if and only if W is not refused', () => {
  fc.assert(
    fc.property(directedGraphs, fc.boolean(), (graph, lazily) => {
      const weights = graph.neighbours.map(heard => heard.map(() => (lazily ? 0.9 : 1) / heard.length))
      const matrix = mixingMatrix({ ...graph, weights }, true, 'own')
      const { refused } = verdictOn(matrix, numericalSpectrum(matrix))
      expect(measuredRounds(() => matrix, 20_000) === null).toBe(refused !== undefined)
    }),
    { seed: 21, numRuns: 80 }
  )
})

describe('what peers count', () => {
  test('is π with πW = π, whatever the graph', () => {
    fc.assert(
      fc.property(directedGraphs, graph => {
        const matrix = mixingMatrix(graph, true, 'uniform')
        const shares = perronVector(matrix)!
        const image = new Float64Array(shares.length)
        multiplyTransposed(matrix, shares, image)
        expect([...image]).toEqual(Array.from(shares, share => expect.closeTo(share, 13)))
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 13)
        expect(Math.min(...shares)).toBeGreaterThan(0)
      }),
      { seed: 22, numRuns: 60 }
    )
  })

  test('is (1 + d_i) / Σ_j (1 + d_j) with uniform weights on an undirected graph, of 10,000 peers as well', () => {
    const { graph } = built('star', 10_000)
    const shares = perronVector(mixingMatrix(graph, false, 'uniform'))!
    const all = 10_000 + 2 * 9999
    expect(shares[0]).toBeCloseTo(10_000 / all, 13)
    expect(shares[1]! * all).toBeCloseTo(2, 9)
  })

  test('is found by iteration on a large directed graph, and unknown where that would take too long', () => {
    const chord = (peers: number): Graph => ({
      neighbours: cycle(peers).neighbours.map((heard, i) => (i === 5 ? [2, ...heard] : [...heard]))
    })
    expect(perronVector(mixingMatrix(chord(20_000), true, 'uniform'))).toBe(null)
    const random = built('exponential', 1000, { directed: true }).graph.neighbours.map((heard, i) =>
      i % 3 === 0 ? heard.slice(0, 4) : heard
    )
    const matrix = mixingMatrix({ neighbours: random }, true, 'uniform')
    const shares = perronVector(matrix)!
    const image = new Float64Array(1000)
    multiplyTransposed(matrix, shares, image)
    expect(Math.max(...image.map((value, i) => Math.abs(value - shares[i]!)))).toBeLessThan(1e-12)
  })
})
