/** What every topology of the map promises. A new one needs a line in `given` only if it has options to vary. */

import fc from 'fast-check'
import { EVD, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { reverseLinks } from '../../src/core/links.ts'
import { assertConnected, denseMatrix, topologies, WEIGHTS } from '../../topologies/index.ts'
import { layoutOf } from '../../topologies/stress-layout.ts'
import { type Built, built, matrixOf, spectrumOfBuilt } from '../support/topologies.ts'

const given: Readonly<Record<string, readonly object[]>> = {
  exponential: [{}, { directed: true }],
  'random-regular': [2, 3, 4, 9].map(degree => ({ degree })),
  file: [{ path: 'test/fixtures/random-4-regular.txt' }]
}

const MOST_PEERS = 40

describe.each(Object.entries(topologies))('%s', (name, family) => {
  const variants = given[name] ?? [{}]

  /** Calls `check` with topologies of 1 to 40 peers, but for numbers of peers that are refused. */
  function forTopologies(check: (of: Built, again: () => Built) => void): void {
    let accepted = 0
    fc.assert(
      fc.property(
        fc.constantFrom(...variants),
        fc.integer({ min: 1, max: MOST_PEERS }),
        fc.string(),
        (options, wished, seed) => {
          const peers = family.peersOf?.(family.options.parse(options)) ?? wished
          let of: Built
          try {
            of = built(name, peers, options, seed)
          } catch (error) {
            expect(error).toBeInstanceOf(ExperimentError)
            return
          }
          accepted++
          check(of, () => built(name, peers, options, seed))
        }
      ),
      { seed: 5, numRuns: 150 }
    )
    expect(accepted).toBeGreaterThan(10)
  }

  test('has its name, the peers that were asked for, and one graph', () => {
    forTopologies(({ topology, graph }) => {
      expect(topology.name).toBe(name)
      expect(topology.graphs).toHaveLength(1)
      expect(graph.neighbours).toHaveLength(topology.peers)
    })
  })

  test('lists ascending neighbours without the peer itself, both ways unless directed', () => {
    forTopologies(({ topology, graph: { neighbours } }) => {
      const peers = neighbours.map((_, i) => i)
      const expected = neighbours.map((heard, i) => peers.filter(j => j !== i && heard.includes(j)))
      expect(neighbours).toEqual(expected)
      if (topology.directed) return
      expect(neighbours).toEqual(neighbours.map((_, i) => peers.filter(j => neighbours[j]!.includes(i))))
    })
  })

  test('is connected', () => {
    forTopologies(({ graph }) => assertConnected(graph))
  })

  test('is the same for the same seed', () => {
    forTopologies(({ topology }, again) => expect(again().topology).toEqual(topology))
  })

  test('draws its peers within the unit square, no two at one place', () => {
    forTopologies(({ topology, options, graph }) => {
      const places = layoutOf(family, topology.peers, options, graph)
      expect(places).toHaveLength(2 * topology.peers)
      expect(places.every(x => x >= -1e-12 && x <= 1 + 1e-12)).toBe(true)
      const distinct = new Set(
        Array.from({ length: topology.peers }, (_, i) => `${places[2 * i]} ${places[2 * i + 1]}`)
      )
      expect(distinct.size).toBe(topology.peers)
    })
  })

  test.each(WEIGHTS)(
    'has a doubly stochastic W with %s weights, none negative, symmetric to the bit unless directed',
    weights => {
      forTopologies(of => {
        const matrix = matrixOf(of, weights)
        const W = denseMatrix(matrix)
        const ones = W.map(() => expect.closeTo(1, 13))
        expect(W.map(row => sum(row))).toEqual(ones)
        expect(W.map((_, i) => sum(W.map(row => row[i]!)))).toEqual(ones)
        expect(Math.min(...W.flat())).toBeGreaterThanOrEqual(0)
        expect(Math.min(...W.map((row, i) => row[i]!))).toBeGreaterThan(0)
        expect(matrix.symmetric).toBe(!of.topology.directed)
        if (matrix.symmetric) {
          const reverse = reverseLinks(matrix.links)
          expect(matrix.weights.every((weight, k) => weight === matrix.weights[reverse[k]!])).toBe(true)
        }
      })
    }
  )

  test('mixing keeps the mean and shrinks the distance to it by the spectral radius at least', () => {
    forTopologies(of => {
      const { spectralRadius, converged } = spectrumOfBuilt(of)
      expect(converged).toBe(true)
      const W = denseMatrix(matrixOf(of))
      const x = W.map((_, i) => ((i * 2654435761) % 4093) / 4093)
      const mixed = W.map(row => sum(row.map((w, j) => w * x[j]!)))
      expect(mean(mixed)).toBeCloseTo(mean(x), 13)
      expect(spread(mixed)).toBeLessThanOrEqual(spectralRadius * spread(x) + 1e-12)
    })
  })

  test('has the eigenvalues that its closed form gives, in descending order', () => {
    forTopologies(of => {
      const closed = family.metropolisEigenvalues?.(of.topology.peers, of.options)
      if (closed === undefined) return
      const dense = new EVD(new Matrix(denseMatrix(matrixOf(of))), { assumeSymmetric: true }).realEigenvalues
      const descending = dense.sort((a, b) => b - a)
      expect([...closed]).toEqual(descending.map(value => expect.closeTo(value, 12)))
    })
  })
})

const sum = (x: readonly number[]): number => x.reduce((total, value) => total + value, 0)
const mean = (x: readonly number[]): number => sum(x) / x.length

function spread(x: readonly number[]): number {
  const middle = mean(x)
  return Math.sqrt(sum(x.map(value => (value - middle) * (value - middle))))
}
