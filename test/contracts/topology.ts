/** What every topology promises. */
import fc from 'fast-check'
import { EVD, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { linksOf, reverseLinks } from '../../src/core/links.ts'
import { nextBelow, SWARM, shuffle, stream } from '../../src/core/random.ts'
import type { Graph, MixingMatrix, Topology, TopologyFamily } from '../../src/interfaces.ts'
import { GRAPH_FORMATS } from '../../topologies/formats/index.ts'
import { graphOf, listed } from '../../topologies/formats/listed-graph.ts'
import {
  assertConnected,
  denseMatrix,
  mixingMatrix,
  mixingOf,
  unionGraph,
  WEIGHTS,
  type Weights
} from '../../topologies/index.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { layoutOf } from '../../topologies/parts/stress-layout.ts'
import { contextOf } from '../support/topologies.ts'

const MOST_PEERS = 24

/** A topology, and the options that it was made of. */
interface Built {
  readonly topology: Topology
  readonly options: unknown
}

/**
 * The tests of one topology; `variants` are options, as a user writes them. Some four of 25 draws of 1 to 24 peers must be
 * numbers of peers that it can have.
 */
export function describeTopology(
  name: string,
  family: TopologyFamily,
  variants: readonly object[] = [{}]
): void {
  describe(name, () => suite(name, family, variants))
}

function suite(name: string, family: TopologyFamily, variants: readonly object[]): void {
  function built(peers: number, given: object, seed: string): Built {
    const options = family.options.parse(given)
    return { topology: family.build(peers, options, contextOf(peers, seed)), options }
  }

  /** Calls `check` with topologies of 1 to 24 peers, but for numbers of peers that are refused. */
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
            of = built(peers, options, seed)
          } catch (error) {
            expect(error).toBeInstanceOf(ExperimentError)
            return
          }
          accepted++
          check(of, () => built(peers, options, seed))
        }
      ),
      { seed: 5, numRuns: 25 }
    )
    expect(accepted).toBeGreaterThan(3)
  }

  /** The rounds that are looked at, and those over which graphs that change are connected together. */
  const looked = ({ topology: { period } }: Built): number => Math.min(period ?? 12, 12)
  const joined = ({ topology: { period, peers } }: Built): number => period ?? 20 + 4 * peers
  const rounds = (of: Built): Graph[] =>
    Array.from({ length: looked(of) }, (_, round) => of.topology.graphAt(round))
  /** Where nothing else is said: what the topology prescribes, or Metropolis. */
  const ruleOf = ({ options }: Built): Weights => (family.prescribesWeights?.(options) ? 'own' : 'metropolis')
  const matrices = (of: Built): MixingMatrix[] =>
    rounds(of).map(graph => mixingMatrix(graph, of.topology.directed, ruleOf(of)))

  test('has its name, a picture of one line, and in every round the peers that were asked for', () => {
    expect([...family.picture].length).toBeLessThanOrEqual(16)
    forTopologies(of => {
      const { name: its, peers, period } = of.topology
      expect(its).toBe(name)
      expect(period === null || period >= 1).toBe(true)
      for (const { neighbours } of rounds(of)) expect(neighbours).toHaveLength(peers)
    })
  })

  test('lists ascending neighbours without the peer itself, both ways unless directed', () => {
    forTopologies(of => {
      for (const { neighbours } of rounds(of)) {
        const peers = neighbours.map((_, i) => i)
        const expected = neighbours.map((heard, i) => peers.filter(j => j !== i && heard.includes(j)))
        expect(neighbours).toEqual(expected)
        if (of.topology.directed) continue
        expect(neighbours).toEqual(neighbours.map((_, i) => peers.filter(j => neighbours[j]!.includes(i))))
      }
    })
  })

  test('is connected, where it changes over its rounds together', () => {
    forTopologies(of => assertConnected(unionGraph(of.topology, joined(of))))
  })

  test('is the same for the same seed, in whatever order its rounds are asked for, and repeats after its period', () => {
    forTopologies((of, again) => {
      const backwards = again().topology
      const asked = Array.from({ length: looked(of) }, (_, k) => looked(of) - 1 - k)
      expect(asked.map(round => backwards.graphAt(round)).reverse()).toEqual(rounds(of))
      expect(backwards.notes).toEqual(of.topology.notes)
      const { period } = of.topology
      if (period !== null) expect(of.topology.graphAt(period)).toEqual(of.topology.graphAt(0))
    })
  })

  test('draws its peers within the unit square, no two at one place', () => {
    forTopologies(of => {
      const { topology, options } = of
      const places = layoutOf(family, topology.peers, options, unionGraph(topology, joined(of)))
      expect(places).toHaveLength(2 * topology.peers)
      expect(places.every(x => x >= -1e-12 && x <= 1 + 1e-12)).toBe(true)
      const distinct = new Set(
        Array.from({ length: topology.peers }, (_, i) => `${places[2 * i]} ${places[2 * i + 1]}`)
      )
      expect(distinct.size).toBe(topology.peers)
    })
  })

  test.each(WEIGHTS)('has a W with the sums that %s weights declare, or none, and says why', weights => {
    forTopologies(of => {
      for (const graph of rounds(of)) {
        const matrix = builtOrRefused(() => mixingMatrix(graph, of.topology.directed, weights))
        if (matrix === undefined) continue
        const W = denseMatrix(matrix)
        const ones = W.map(() => expect.closeTo(1, 12))
        const sumsOfRows = W.map(row => sum(row))
        const sumsOfColumns = W.map((_, i) => sum(W.map(row => row[i]!)))
        if (matrix.stochastic !== 'column') expect(sumsOfRows).toEqual(ones)
        if (matrix.stochastic !== 'row') expect(sumsOfColumns).toEqual(ones)
        // The fastest constant may be so large that a hub's own weight is negative.
        if (weights !== 'best-constant') expect(Math.min(...W.flat())).toBeGreaterThanOrEqual(0)
        for (const [i, row] of W.entries()) {
          row.forEach((w, j) => {
            if (i !== j && w !== 0) expect(graph.neighbours[i]).toContain(j)
          })
        }
        if (weights === 'metropolis' || weights === 'lazy')
          expect(matrix.symmetric).toBe(!of.topology.directed)
        if (matrix.symmetric) {
          const reverse = reverseLinks(matrix.links)
          expect(matrix.weights.every((weight, k) => weight === matrix.weights[reverse[k]!])).toBe(true)
        }
      }
    })
  })

  test('mixing keeps the mean, and shrinks the distance to it by the spectral radius at least', () => {
    forTopologies(of => {
      for (const matrix of matrices(of)) {
        if (matrix.stochastic !== 'doubly') continue
        const { spectralRadius, converged } = numericalSpectrum(matrix)
        expect(converged).toBe(true)
        const W = denseMatrix(matrix)
        const x = W.map((_, i) => ((i * 2654435761) % 4093) / 4093)
        const mixed = times(W, x)
        expect(mean(mixed)).toBeCloseTo(mean(x), 12)
        expect(spread(mixed)).toBeLessThanOrEqual(spectralRadius * spread(x) + 1e-12)
      }
    })
  })

  test('the slowest mode of a symmetric W shrinks by exactly the spectral radius', () => {
    forTopologies(of => {
      for (const matrix of matrices(of).slice(0, 3)) {
        const peers = matrix.links.participants
        if (!matrix.symmetric || peers === 1) continue
        const W = denseMatrix(matrix)
        const centred = W.map(row => row.map(w => w - 1 / peers))
        const { realEigenvalues, eigenvectorMatrix } = new EVD(new Matrix(centred), { assumeSymmetric: true })
        const slowest = realEigenvalues.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        const at = realEigenvalues.findIndex(value => Math.abs(value) === slowest)
        const mode = eigenvectorMatrix.getColumn(at)
        expect(Math.sqrt(sum(times(centred, mode).map(x => x * x)))).toBeCloseTo(slowest, 12)
        expect(numericalSpectrum(matrix).spectralRadius).toBeCloseTo(slowest, 11)
      }
    })
  })

  test('other names for the peers change nothing of the spectrum', () => {
    forTopologies(of => {
      if (of.topology.period !== 1 || of.topology.peers > 25) return
      const graph = of.topology.graphAt(0)
      const random = stream('names', nextBelow(stream('names', SWARM, name), 1000), String(of.topology.peers))
      const names = shuffle(
        random,
        graph.neighbours.map((_, i) => i)
      )
      const [matrix] = matrices(of)
      const other = mixingMatrix(renamed(graph, names), of.topology.directed, ruleOf(of))
      const [one, two] = [numericalSpectrum(matrix!), numericalSpectrum(other)]
      expect(two.spectralRadius).toBeCloseTo(one.spectralRadius, 9)
      expect(two.lambdaMin ?? 0).toBeCloseTo(one.lambdaMin ?? 0, 9)
      expect(two.effectiveNeighbours?.['0.9'] ?? 0).toBeCloseTo(one.effectiveNeighbours?.['0.9'] ?? 0, 7)
    })
  })

  test('has the eigenvalues that its closed form gives, in descending order', () => {
    forTopologies(of => {
      const closed = family.metropolisEigenvalues?.(of.topology.peers, of.options)
      if (closed === undefined) return
      const W = denseMatrix(mixingMatrix(of.topology.graphAt(0), of.topology.directed, 'metropolis'))
      const dense = new EVD(new Matrix(W), { assumeSymmetric: true }).realEigenvalues
      const descending = dense.sort((a, b) => b - a)
      expect([...closed]).toEqual(descending.map(value => expect.closeTo(value, 12)))
    })
  })

  test('the matrices of all rounds have common links, of which each round uses its own', () => {
    forTopologies(of => {
      const { topology } = of
      const mixing = mixingOf(topology, ruleOf(of), joined(of))
      expect(mixing.links).toEqual(linksOf(unionGraph(topology, joined(of))))
      for (const [round, matrix] of matrices(of).entries()) {
        expect(denseMatrix(mixing.at(round))).toEqual(denseMatrix(matrix))
        const uses = mixing.uses(round)
        expect(uses === undefined).toBe(topology.period === 1)
        if (uses === undefined) continue
        const used = new Set([...uses].flatMap((use, k) => (use === 1 ? [k] : [])))
        mixing.at(round).weights.forEach((weight, k) => {
          if (weight !== 0) expect(used).toContain(k)
        })
        expect(uses.reduce((total, use) => total + use, 0)).toBe(matrix.links.senders.length)
      }
    })
  })

  test.each(Object.entries(GRAPH_FORMATS))(
    'goes through a file and back, as %s',
    (format, { read, write }) => {
      forTopologies(of => {
        const { directed, peers } = of.topology
        const { neighbours, weights } = of.topology.graphAt(0)
        // An edge list knows no peer without an edge.
        if (
          format === 'edge-list' &&
          neighbours.some((heard, i) => heard.length === 0 && !isHeard(neighbours, i))
        )
          return
        const isWeighted = weights?.some(row => row.length > 0) === true
        const graph = isWeighted && weights !== undefined ? { neighbours, weights } : { neighbours }
        const file = listed(graph, directed)
        const back = read(write(file), 'graph', file.directed)
        expect(back.peers).toBe(peers)
        expect(graphOf(back, 'graph')).toEqual(graph)
      })
    }
  )
}

const isHeard = (neighbours: Graph['neighbours'], i: number): boolean =>
  neighbours.some(heard => heard.includes(i))

/** What `build` returns; undefined if it refuses. */
function builtOrRefused<T>(build: () => T): T | undefined {
  try {
    return build()
  } catch (error) {
    expect(error).toBeInstanceOf(ExperimentError)
    return undefined
  }
}

/** The graph in which peer i is called `names[i]`. */
function renamed({ neighbours, weights }: Graph, names: readonly number[]): Graph {
  const heard: number[][] = neighbours.map(() => [])
  const given: number[][] = neighbours.map(() => [])
  neighbours.forEach((own, i) => {
    const order = own.map((_, n) => n).sort((a, b) => names[own[a]!]! - names[own[b]!]!)
    heard[names[i]!] = order.map(n => names[own[n]!]!)
    given[names[i]!] = order.map(n => weights?.[i]?.[n] ?? 0)
  })
  return weights === undefined ? { neighbours: heard } : { neighbours: heard, weights: given }
}

const sum = (x: readonly number[]): number => x.reduce((total, value) => total + value, 0)
const mean = (x: readonly number[]): number => sum(x) / x.length
const times = (W: readonly (readonly number[])[], x: readonly number[]): number[] =>
  W.map(row => sum(row.map((w, j) => w * x[j]!)))

function spread(x: readonly number[]): number {
  const middle = mean(x)
  return Math.sqrt(sum(x.map(value => (value - middle) * (value - middle))))
}
