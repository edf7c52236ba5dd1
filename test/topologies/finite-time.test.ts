import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import { linksOf } from '../../src/core/links.ts'
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import type { Graph, MixingMatrix, Topology } from '../../src/interfaces.ts'
import { assertConnected, denseMatrix, unionGraph } from '../../topologies/index.ts'
import {
  deviationAfterPeriod,
  effectiveNeighboursOfPeriod,
  type Period,
  periodProduct,
  periodResidual
} from '../../topologies/mixing/period.ts'
import { simpleBase } from '../../topologies/parts/simple-base.ts'
import { roundGraph } from '../../topologies/parts/weighted-round.ts'
import { compressed } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import { built, matrixOf, spectrumOfBuilt } from '../support/topologies.ts'

const counts = z.record(z.string(), z.array(z.int()))
const oracles = z
  .object({
    onePeerExponential: z.record(z.string(), z.object({ period: z.int(), residual: z.number() })),
    onePeerHypercube: z.record(z.string(), z.int()),
    hypercuboid: z.record(z.string(), z.object({ period: z.int(), maxDegree: z.int() })),
    base: z.object({
      length: counts,
      simpleLength: counts,
      rounds: z.array(
        z.object({
          peers: z.int(),
          k: z.int(),
          rounds: z.array(z.array(z.tuple([z.int(), z.int(), z.number()])))
        })
      )
    }),
    effectiveNeighbours: z.record(z.string(), z.record(z.string(), z.number()))
  })
  .parse(JSON.parse(readFileSync('test/fixtures/finite-time.json', 'utf8')))

const sequence = (name: string, peers: number, options: object = {}): Topology =>
  built(name, peers, options).topology

const graphsOf = ({ period, graphAt }: Topology): Graph[] => range(period!).map(graphAt)

const periodOf = (topology: Topology): MixingMatrix[] =>
  graphsOf(topology).map(graph => prescribed(graph, !topology.directed))

/** The matrix of the weights of a graph. */
function prescribed(graph: Graph, symmetric = true): MixingMatrix {
  const weights = graph.weights!
  return {
    links: linksOf(graph),
    weights: Float64Array.from(weights.flat()),
    selfWeights: Float64Array.from(weights, row => 1 - sum(row)),
    weightOf: undefined,
    symmetric,
    stochastic: 'doubly'
  }
}

const largestDegree = (graphs: readonly Graph[]): number =>
  graphs.reduce(
    (most, { neighbours }) => neighbours.reduce((of, heard) => Math.max(of, heard.length), most),
    0
  )

/** The largest deviation from the mean after a period that starts with x_i = i / N, and with two random x. */
function deviation(period: Period, peers: number): number {
  const random = stream('finite time', SWARM, 'x')
  const starts = [
    Float64Array.from({ length: peers }, (_, i) => i / peers),
    ...range(2).map(() => Float64Array.from({ length: peers }, () => nextDouble(random)))
  ]
  return Math.max(...starts.map(x => deviationAfterPeriod(period, x)))
}

const identity = (peers: number): number[][] =>
  range(peers).map(i => range(peers).map(j => (i === j ? 1 : 0)))

const times = (A: readonly number[][], B: readonly number[][]): number[][] =>
  A.map(row => B.map((_, j) => sum(row.map((a, l) => a * B[l]![j]!))))

/** Each edge as [i, j, weight], i < j. */
const weightedEdges = ({ neighbours, weights }: Graph): [number, number, number][] =>
  neighbours.flatMap((heard, i) =>
    heard.map((j, n): [number, number, number] => [i, j, weights![i]![n]!]).filter(([, j]) => i < j)
  )

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n))

describe('the one-peer exponential sequence', () => {
  test('sends forwards by 1, 2 and 4 in turn: peer 0 of 8 hears 7, 6 and 4, and all with the weight 1/2', () => {
    const topology = sequence('one-peer-exponential', 8)
    expect(topology.directed).toBe(true)
    expect(range(4).map(round => topology.graphAt(round).neighbours[0])).toEqual([[7], [6], [4], [7]])
    expect(new Set(graphsOf(topology).flatMap(({ weights }) => weights!.flat()))).toEqual(new Set([1 / 2]))
  })

  test.each(Object.entries(oracles.onePeerExponential))(
    'of %s peers has the period and leaves the residual of the oracle: %o',
    (peers, { period, residual }) => {
      const topology = sequence('one-peer-exponential', Number(peers))
      expect(topology.period).toBe(period)
      expect(periodResidual(periodOf(topology))).toBeCloseTo(residual, 11)
    }
  )

  test('averages exactly if and only if N is a power of two', () => {
    for (let peers = 2; peers <= 64; peers++) {
      const residual = periodResidual(periodOf(sequence('one-peer-exponential', peers)))
      if (isPowerOfTwo(peers)) expect(residual).toBeLessThan(1e-15)
      else expect(residual).toBeGreaterThan(0.01)
    }
  })
})

test.each([
  ['one-peer-exponential', [1, 2, 4, 8, 16, 32, 64]],
  ['one-peer-hypercube', [1, 2, 4, 8, 16, 32, 64]],
  ['hypercuboid', [6, 12, 30, 36, 60, 72]]
])('%s averages %j peers exactly in any order of its rounds', (name, sizes) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...sizes).chain(peers => {
        const period = periodOf(sequence(name, peers))
        return fc.shuffledSubarray(period, { minLength: period.length })
      }),
      period => {
        expect(periodResidual(period)).toBeLessThan(1e-15)
      }
    ),
    { numRuns: 30 }
  )
})

test('base is exact only from the first round of a period on', () => {
  const [first, ...others] = periodOf(sequence('base', 7))
  expect(periodResidual([first!, ...others])).toBeLessThan(1e-15)
  expect(periodResidual([...others, first!])).toBeGreaterThan(0.1)
})

describe('the one-peer hypercube', () => {
  test.each(Object.entries(oracles.onePeerHypercube))(
    'of %s peers is exact after %i rounds',
    (peers, period) => {
      const topology = sequence('one-peer-hypercube', Number(peers))
      expect(topology.period).toBe(period)
      expect(periodResidual(periodOf(topology))).toBeLessThan(1e-15)
    }
  )

  test('pairs the peers that differ in bit 0, then in bit 1, and so on', () => {
    graphsOf(sequence('one-peer-hypercube', 32)).forEach(({ neighbours }, bit) => {
      expect(neighbours).toEqual(range(32).map(i => [i ^ (1 << bit)]))
    })
  })
})

describe('the hyper-cuboid', () => {
  test('has the published periods and degrees up to 63 peers', () => {
    const found = Object.keys(oracles.hypercuboid).map(peers => {
      const topology = sequence('hypercuboid', Number(peers))
      return [peers, { period: topology.period, maxDegree: largestDegree(graphsOf(topology)) }]
    })
    expect(Object.fromEntries(found)).toEqual(oracles.hypercuboid)
  })

  test('averages every number of peers exactly', () => {
    for (let peers = 1; peers <= 100; peers++) {
      const period = periodOf(sequence('hypercuboid', peers))
      expect(deviation(period, peers)).toBeLessThan(1e-14)
      if (peers <= 40) expect(periodResidual(period)).toBeLessThan(1e-15)
    }
  })

  test('of 2^D peers is the one-peer hypercube, of a prime number the complete graph', () => {
    expect(graphsOf(sequence('hypercuboid', 64))).toEqual(graphsOf(sequence('one-peer-hypercube', 64)))
    const { neighbours } = sequence('hypercuboid', 13).graphAt(0)
    expect(neighbours).toEqual(built('complete', 13).graph.neighbours)
  })

  test('of 12 peers averages pairs of neighbours, pairs two apart, and threes four apart', () => {
    const first = graphsOf(sequence('hypercuboid', 12)).map(({ neighbours }) => neighbours[0])
    expect(first).toEqual([[1], [2], [4, 8]])
  })
})

describe('the Base-(k+1) graph', () => {
  const ks = [1, 2, 3, 4]

  test.each(ks)('has for k = %i the published lengths up to 100 peers', k => {
    const lengths = range(100).map(n => sequence('base', n + 1, { k }).period)
    expect(lengths).toEqual(oracles.base.length[k])
  })

  test.each(ks)('has for k = %i the published lengths of the simple sequence up to 100 peers', k => {
    const lengths = range(100).map(n => simpleBase(range(n + 1), k).length)
    expect(lengths).toEqual(oracles.base.simpleLength[k])
  })

  test.each(oracles.base.rounds)('of $peers peers with k = $k has the published rounds', of => {
    const rounds = graphsOf(sequence('base', of.peers, { k: of.k })).map(weightedEdges)
    expect(rounds).toEqual(
      of.rounds.map(edges => edges.map(([i, j, weight]) => [i, j, expect.closeTo(weight, 11)]))
    )
  })

  test.each(ks)('averages with k = %i up to 150 peers exactly, nobody hears more than k at once', k => {
    for (let peers = 1; peers <= 150; peers++) {
      const topology = sequence('base', peers, { k })
      const period = periodOf(topology)
      expect(deviation(period, peers)).toBeLessThan(2e-15)
      expect(largestDegree(graphsOf(topology))).toBeLessThanOrEqual(k)
      if (peers <= 40) expect(periodResidual(period)).toBeLessThan(1e-15)
    }
  })

  test('with k = 2 is as exact from 243 = 3⁵ peers on, where rounded logarithms lose a digit', () => {
    for (let peers = 243; peers < 300; peers++) {
      const topology = sequence('base', peers, { k: 2 })
      expect(deviation(periodOf(topology), peers)).toBeLessThan(2e-15)
      expect(largestDegree(graphsOf(topology))).toBeLessThanOrEqual(2)
    }
  })

  test.each(ks)('has for k = %i the lengths that follow from the digits of N in base k + 1', k => {
    for (let peers = 100; peers <= 700; peers += 11) {
      expect(simpleBase(range(peers), k)).toHaveLength(simpleLength(peers, k))
      const smooth = largestSmoothDivisor(peers, k + 1)
      const grouped = simpleLength(peers / smooth, k) + simpleLength(smooth, k)
      const length = sequence('base', peers, { k }).period!
      expect(length).toBe(Math.min(simpleLength(peers, k), grouped))
      expect(length).toBeLessThanOrEqual((2 * Math.log(peers)) / Math.log(k + 1) + 2)
    }
  })

  test('is one round of everybody with everybody if k allows it', () => {
    const topology = sequence('base', 11, { k: 10 })
    expect(topology.period).toBe(1)
    expect(topology.graphAt(0).neighbours).toEqual(built('complete', 11).graph.neighbours)
    expect(sequence('base', 11, { k: 1000 }).graphAt(0)).toEqual(topology.graphAt(0))
  })

  test('averages a subset of the peers, whatever their numbers are', () => {
    const peers = [2, 3, 5, 7, 11]
    const period = simpleBase(peers, 1).map(round => prescribed(roundGraph(12, round)))
    const product = periodProduct(period)
    expect(peers.map(i => [...product[i]!])).toEqual(
      peers.map(() => range(12).map(j => expect.closeTo(peers.includes(j) ? 1 / 5 : 0, 15)))
    )
    expect([...product[4]!]).toEqual(identity(12)[4])
  })

  /** Rounds for `peers` with all prime factors at most k + 1, else from the first digit and the number of digits. */
  function simpleLength(peers: number, k: number): number {
    if (largestSmoothDivisor(peers, k + 1) === peers) return greedyFactors(peers, k + 1)
    const digits = peers.toString(k + 1)
    return 2 * (digits.length - 1) + (digits.startsWith('1') ? 1 : 2)
  }

  function largestSmoothDivisor(n: number, largest: number): number {
    return range(n + 1).findLast(divisor => {
      if (divisor === 0 || n % divisor !== 0) return false
      let rest = divisor
      for (let factor = 2; factor <= largest; factor++) while (rest % factor === 0) rest /= factor
      return rest === 1
    })!
  }

  function greedyFactors(n: number, largest: number): number {
    if (n === 1) return 1
    for (let factor = largest; factor >= 2; factor--) {
      if (n % factor === 0) return n === factor ? 1 : 1 + greedyFactors(n / factor, factor)
    }
    throw new Error(`${n} has a prime factor above ${largest}`)
  }
})

describe.each(['one-peer-exponential', 'one-peer-hypercube', 'hypercuboid', 'base'])('%s', name => {
  const options = name === 'base' ? fc.integer({ min: 1, max: 7 }).map(k => ({ k })) : fc.constant({})
  const wished =
    name === 'one-peer-hypercube' ? fc.constantFrom(1, 2, 4, 8, 16, 32, 64) : fc.integer({ min: 1, max: 70 })

  test('prescribes in every round weights of a doubly stochastic W, symmetric unless directed', () => {
    fc.assert(
      fc.property(wished, options, (peers, given) => {
        const topology = sequence(name, peers, given)
        for (const matrix of periodOf(topology)) {
          const W = denseMatrix(matrix)
          const ones = range(peers).map(() => expect.closeTo(1, 14))
          expect(W.map(sum)).toEqual(ones)
          expect(range(peers).map(j => sum(W.map(row => row[j]!)))).toEqual(ones)
          expect(W.flat().every(weight => weight >= 0)).toBe(true)
          expect(matrix.selfWeights.every(weight => weight > 0)).toBe(true)
          if (!topology.directed) expect(W).toEqual(range(peers).map(i => W.map(row => row[i]!)))
        }
      }),
      { numRuns: 40 }
    )
  })

  test('lists ascending neighbours, and connects all peers within a period', () => {
    fc.assert(
      fc.property(wished, options, (peers, given) => {
        const topology = sequence(name, peers, given)
        for (const { neighbours } of graphsOf(topology)) {
          neighbours.forEach((heard, i) => {
            expect(heard).toEqual([...new Set(heard)].filter(j => j !== i).sort((a, b) => a - b))
          })
        }
        assertConnected(unionGraph(topology, topology.period!))
      }),
      { numRuns: 40 }
    )
  })

  test('has of one peer a round without edges, of two peers a round that averages', () => {
    expect(graphsOf(sequence(name, 1))).toEqual([{ neighbours: [[]], weights: [[]] }])
    expect(graphsOf(sequence(name, 2))).toEqual([{ neighbours: [[1], [0]], weights: [[1 / 2], [1 / 2]] }])
  })

  test('is built for more than eight thousand peers, each round with few edges', () => {
    const peers = name === 'one-peer-hypercube' ? 8192 : 10_000
    const topology = sequence(name, peers)
    expect(largestDegree(graphsOf(topology))).toBe(name === 'hypercuboid' ? 4 : 1)
    const left = deviation(periodOf(topology), peers)
    if (name === 'one-peer-exponential') expect(left).toBeGreaterThan(1e-3)
    else expect(left).toBeLessThan(1e-14)
  })
})

describe('what a sequence cannot have is refused with the reason', () => {
  test.each([
    ['one-peer-hypercube', 12, {}, '12 peers is not a power of two; the nearest are 8 and 16'],
    ['hypercuboid', 10_007, {}, '10007 peers would have 100,130,042 links in a period, at most 20,000,000'],
    ['hypercuboid', 10_007, {}, 'try 10005 peers'],
    [
      'base',
      10_000,
      { k: 2000 },
      'base:k=2000: 10000 peers may have 80,000,000 links in a period, at most 20,000,000'
    ]
  ])('%s of %i peers %o: %s', (name, peers, options, message) => {
    expect(() => sequence(name, peers, options)).toThrow(ExperimentError)
    expect(() => sequence(name, peers, options)).toThrow(message)
  })

  test.each([{ k: 0 }, { k: 1.5 }, { n: 1 }])('base with %o', options => {
    expect(() => sequence('base', 16, options)).toThrow()
  })
})

describe('a period', () => {
  test('has the product of its matrices, the first round on the right', () => {
    const first = [
      [0.5, 0.5, 0],
      [0.25, 0.75, 0],
      [0, 0.125, 0.875]
    ]
    const second = [
      [1, 0, 0],
      [0, 0.5, 0.5],
      [0.75, 0, 0.25]
    ]
    const product = periodProduct([compressed(first), compressed(second)]).map(row => [...row])
    expect(product).toEqual(times(second, first))
    expect(product).not.toEqual(times(first, second))
  })

  test('leaves of x at most the residual of it, and of the worst x no less than its largest entry says', () => {
    const period = periodOf(sequence('one-peer-exponential', 12))
    const residual = periodResidual(period)
    const product = periodProduct(period)
    for (const j of range(12)) {
      const unit = Float64Array.from(range(12), i => (i === j ? 1 : 0))
      const largest = Math.max(...product.map(row => Math.abs(row[j]! - 1 / 12)))
      expect(deviationAfterPeriod(period, unit)).toBeCloseTo(largest, 15)
      expect(largest).toBeLessThanOrEqual(residual)
    }
  })

  test('that is one static W leaves its spectral radius', () => {
    for (const name of ['ring', 'star', 'exponential']) {
      const of = built(name, 16)
      expect(periodResidual([matrixOf(of)])).toBeCloseTo(spectrumOfBuilt(of).spectralRadius, 13)
    }
  })
})

describe('the effective number of neighbours of a period', () => {
  test.each(Object.entries(oracles.effectiveNeighbours))(
    'is that of the oracle for %s peers of the one-peer exponential sequence: %o',
    (peers, expected) => {
      const period = periodOf(sequence('one-peer-exponential', Number(peers)))
      for (const [gamma, neighbours] of Object.entries(expected)) {
        expect(effectiveNeighboursOfPeriod(period, Number(gamma)) / neighbours).toBeCloseTo(1, 11)
      }
    }
  )

  test('is for a static W the number that follows from its eigenvalues', () => {
    for (const name of ['ring', 'star', 'torus']) {
      const of = built(name, 16)
      const { effectiveNeighbours } = spectrumOfBuilt(of)
      for (const gamma of ['0.9', '0.99'] as const) {
        const neighbours = effectiveNeighboursOfPeriod([matrixOf(of)], Number(gamma))
        expect(neighbours / effectiveNeighbours![gamma]).toBeCloseTo(1, 10)
      }
    }
  })

  test('is 1 where nobody speaks and N where everybody hears everybody', () => {
    expect(effectiveNeighboursOfPeriod([compressed(identity(6))], 0.9)).toBeCloseTo(1, 10)
    expect(effectiveNeighboursOfPeriod([matrixOf(built('complete', 6))], 0.9)).toBeCloseTo(6, 10)
  })

  test.each([0, 0.5, 0.9])(
    'is at γ = %f the mean over the rounds with which a sum of products begins',
    gamma => {
      for (const [name, peers] of [
        ['base', 7],
        ['hypercuboid', 12],
        ['one-peer-exponential', 6]
      ] as const) {
        const period = periodOf(sequence(name, peers))
        const dense = period.map(denseMatrix)
        let total = 0
        for (const start of range(dense.length)) {
          let product = identity(peers)
          let discount = 1
          for (let t = 0; t < 400; t++) {
            product = times(dense[(start + t) % dense.length]!, product)
            total += discount * sum(product.flat().map(value => value * value))
            discount *= gamma
          }
        }
        const expected = peers / (1 - gamma) / (total / dense.length)
        expect(effectiveNeighboursOfPeriod(period, gamma)).toBeCloseTo(expected, 10)
      }
    }
  )

  test('does not depend on the round with which the period begins', () => {
    const [first, ...others] = periodOf(sequence('base', 7))
    const turned = effectiveNeighboursOfPeriod([...others, first!], 0.9)
    expect(turned).toBeCloseTo(effectiveNeighboursOfPeriod([first!, ...others], 0.9), 11)
  })
})
