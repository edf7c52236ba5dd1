/** Graphs that are drawn anew for every round: how they are distributed, and how fast they agree in the mean square. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { EVD, Matrix } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph } from '../../src/interfaces.ts'
import { range, sum } from '../support/numbers.ts'
import { built } from '../support/topologies.ts'

const oracles = z
  .object({
    onePeer: z.record(z.string(), z.object({ half: z.number(), factor1: z.number() })),
    matching: z.record(z.string(), z.number())
  })
  .parse(JSON.parse(readFileSync('test/fixtures/random-topologies.json', 'utf8')))

type Rows = number[][]

/** The weights that the graph prescribes, as rows. */
const prescribed = ({ neighbours, weights }: Graph): Rows =>
  neighbours.map((heard, i) => {
    const row = range(neighbours.length).map(() => 0)
    heard.forEach((j, n) => {
      row[j] = weights![i]![n]!
    })
    row[i] = 1 - sum(weights![i]!)
    return row
  })

const contraction = (name: string, peers: number, options: object = {}): number => {
  const { family, options: parsed } = built(name, peers, options)
  return family.meanSquareContraction!(peers, parsed)!
}

/** E‖Wx‖² / ‖x‖² of the worst x with mean 0, of equally likely W: the largest eigenvalue of E[WᵀW] beside 11ᵀ/N. */
function bruteForce(outcomes: Rows[]): number {
  const peers = outcomes[0]!.length
  const expected = Matrix.zeros(peers, peers)
  for (const outcome of outcomes) {
    const W = new Matrix(outcome)
    expected.add(W.transpose().mmul(W))
  }
  expected.mul(1 / outcomes.length)
  const centred = Matrix.eye(peers).sub(1 / peers)
  const values = new EVD(centred.mmul(expected).mmul(centred), { assumeSymmetric: true }).realEigenvalues
  return Math.max(...values)
}

/** All perfect matchings, and those that leave one out of an odd number: the first peer is alone or with each other one. */
function matchings(peers: readonly number[]): (readonly [number, number])[][] {
  const [first, ...others] = peers
  if (first === undefined) return [[]]
  const pairs = others.flatMap(partner =>
    matchings(others.filter(peer => peer !== partner)).map(rest => [[first, partner] as const, ...rest])
  )
  return peers.length % 2 === 0 ? pairs : [...pairs, ...matchings(others)]
}

/** W in which pairs give each other this weight. */
const paired = (peers: number, pairs: readonly (readonly [number, number])[], weight: number): Rows => {
  const W: Rows = range(peers).map(i => range(peers).map(j => Number(i === j)))
  for (const [i, j] of pairs) {
    W[i]![j] = W[j]![i] = weight
    W[i]![i] = W[j]![j] = 1 - weight
  }
  return W
}

/** How often each outcome comes about in so many rounds. */
function counted(name: string, peers: number, options: object, rounds: number): Map<string, number> {
  const { topology } = built(name, peers, options)
  const counts = new Map<string, number>()
  for (const round of range(rounds)) {
    const key = JSON.stringify(topology.graphAt(round).neighbours)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

const variants: readonly (readonly [string, object])[] = [
  ['random-matching', {}],
  ['equidyn', {}],
  ['equidyn', { directed: false }],
  ['epidemic', {}],
  ['epidemic', { oracle: true }]
]

describe.each(variants)('%s %o', (name, options) => {
  test('the same round has the same graph, in whatever order rounds are asked for', () => {
    const forwards = built(name, 12, options).topology
    const expected = range(20).map(round => forwards.graphAt(round))
    const anyOrder = fc.shuffledSubarray(range(20), { minLength: 1 })
    fc.assert(
      fc.property(anyOrder, order => {
        const again = built(name, 12, options).topology
        for (const round of order) expect(again.graphAt(round)).toEqual(expected[round])
      }),
      { seed: 7, numRuns: 20 }
    )
  })

  test('rounds and seeds differ', () => {
    const { topology } = built(name, 12, options, 'a')
    const other = built(name, 12, options, 'b').topology
    expect(topology.period).toBe(null)
    const graphs = range(10).map(round => JSON.stringify(topology.graphAt(round)))
    expect(new Set(graphs).size).toBeGreaterThan(5)
    expect(range(10).map(round => JSON.stringify(other.graphAt(round)))).not.toEqual(graphs)
  })

  test('has weights whose rows are 1, and columns, too, but where peers choose for themselves', () => {
    const byThemselves = name === 'epidemic' && !('oracle' in options)
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 20 }), fc.string(), fc.nat(), (peers, seed, round) => {
        const { topology } = built(name, peers, options, seed)
        const graph = topology.graphAt(round)
        const W = prescribed(graph)
        expect(Math.min(...W.flat())).toBeGreaterThanOrEqual(0)
        expect(graph.weights!.map(row => row.length)).toEqual(graph.neighbours.map(row => row.length))
        if (!topology.directed) expect(W).toEqual(range(peers).map(j => W.map(row => row[j]!)))
        if (byThemselves) return
        for (const j of range(peers)) expect(sum(W.map(row => row[j]!))).toBeCloseTo(1, 13)
      }),
      { seed: 8, numRuns: 60 }
    )
  })

  test.each([5, 8])('of %i peers contracts as fast as is said: measured over 4,000 rounds', peers => {
    const { topology } = built(name, peers, options)
    const rows = range(4000).map(round => prescribed(topology.graphAt(round)))
    const measured = bruteForce(rows)
    // The largest of N − 1 estimates is too large rather than too small, by about three standard errors of 0.01.
    expect(Math.abs(measured - contraction(name, peers, options))).toBeLessThan(0.03)
  })
})

describe('random-matching', () => {
  test.each(Object.entries(oracles.matching))(
    '%s peers contract by (N − 2) / (2 (N − 1))',
    (peers, expected) => {
      expect(contraction('random-matching', Number(peers))).toBeCloseTo(expected, 11)
    }
  )

  test.each([2, 3, 4, 5, 6, 7])('the contraction of %i peers is that of all matchings together', peers => {
    const outcomes = matchings(range(peers)).map(pairs => paired(peers, pairs, 1 / 2))
    expect(contraction('random-matching', peers)).toBeCloseTo(bruteForce(outcomes), 12)
  })

  test.each([
    [4, 3],
    [5, 15],
    [6, 15]
  ])('the matchings of %i peers, %i of them, come about equally often', (peers, outcomes) => {
    const rounds = 200 * outcomes
    const counts = counted('random-matching', peers, {}, rounds)
    expect(matchings(range(peers))).toHaveLength(outcomes)
    expect(counts.size).toBe(outcomes)
    // Each 200 times, standard deviation below 14.2.
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(60)
  })

  test('one peer is alone, two agree in every round', () => {
    expect(built('random-matching', 1).graph).toEqual({ neighbours: [[]], weights: [[]] })
    expect(built('random-matching', 2).graph).toEqual({ neighbours: [[1], [0]], weights: [[0.5], [0.5]] })
    expect([1, 2].map(peers => contraction('random-matching', peers))).toEqual([0, 0])
  })
})

describe('equidyn', () => {
  test.each(Object.entries(oracles.onePeer))('%s peers contract as closed forms say', (name, expected) => {
    const peers = Number(name)
    // With half of the weight to oneself, q = 1/2, it takes the factor N / (2 (N − 1)).
    const half = { factor: peers / (2 * (peers - 1)) }
    expect(contraction('equidyn', peers, half)).toBeCloseTo(expected.half, 11)
    expect(contraction('equidyn', peers, { factor: 1 })).toBeCloseTo(expected.factor1, 11)
  })

  const shifted = (peers: number, a: number, q: number): Rows =>
    range(peers).map(i => range(peers).map(j => (i === j ? 1 - q : (j + a) % peers === i ? q : 0)))

  test.each([
    [2, 0.5],
    [3, 1],
    [4, 0.3],
    [6, 0.5],
    [9, 0.8]
  ])('the contraction of %i peers and the factor %f is that of all shifts together', (peers, factor) => {
    const q = (factor * (peers - 1)) / peers
    const outcomes = range(peers - 1).map(k => shifted(peers, k + 1, q))
    expect(contraction('equidyn', peers, { factor })).toBeCloseTo(bruteForce(outcomes), 12)
  })

  test.each([
    [2, 0.5],
    [3, 1],
    [4, 0.3],
    [6, 0.5],
    [9, 0.8],
    [12, 0.5]
  ])(
    'in pairs, that of %i peers and the factor %f is that of all shifts and first peers',
    (peers, factor) => {
      const q = (factor * (peers - 1)) / peers
      const outcomes = range(peers - 1).flatMap(k =>
        range(peers).map(first => {
          const free = new Set(range(peers))
          const pairs: [number, number][] = []
          for (const step of range(peers)) {
            const i = (first + step) % peers
            const j = (i + k + 1) % peers
            if (!free.has(i) || !free.has(j)) continue
            free.delete(i)
            free.delete(j)
            pairs.push([i, j])
          }
          return paired(peers, pairs, q)
        })
      )
      expect(contraction('equidyn', peers, { factor, directed: false })).toBeCloseTo(bruteForce(outcomes), 12)
    }
  )

  test('every shift comes about equally often, and everybody sends forwards by it', () => {
    const counts = counted('equidyn', 6, {}, 1000)
    const expected = range(5).map(k => JSON.stringify(range(6).map(i => [(i + 5 - k) % 6])))
    expect([...counts.keys()].sort()).toEqual(expected.sort())
    // Each 200 times, standard deviation 12.6.
    for (const count of counts.values()) expect(Math.abs(count - 200)).toBeLessThan(55)
  })

  test('pairs leave nobody alone whose partner is free', () => {
    const { topology } = built('equidyn', 15, { directed: false })
    for (const round of range(50)) {
      const { neighbours } = topology.graphAt(round)
      const [i, j] = [
        neighbours.findIndex(heard => heard.length > 0),
        neighbours.find(heard => heard.length > 0)![0]!
      ]
      const apart = (j - i + 15) % 15
      for (const peer of range(15)) {
        const ahead = (peer + apart) % 15
        expect(neighbours[peer]!.length + neighbours[ahead]!.length).toBeGreaterThan(0)
        for (const partner of neighbours[peer]!) {
          expect([apart, 15 - apart]).toContain((partner - peer + 15) % 15)
        }
      }
    }
  })

  test('one peer is alone, and beyond 2,000 peers pairs are not counted', () => {
    for (const directed of [true, false]) {
      expect(built('equidyn', 1, { directed }).graph).toEqual({ neighbours: [[]], weights: [[]] })
      expect(contraction('equidyn', 1, { directed })).toBe(0)
    }
    expect(contraction('equidyn', 2001, { directed: false })).toBeUndefined()
    expect(contraction('equidyn', 2001)).toBeCloseTo(0.5, 2)
  })
})

describe('epidemic', () => {
  /** Every way in which each peer can choose `fanout` others. */
  function choices(peers: number, fanout: number): number[][][] {
    const subsets = (from: readonly number[], size: number): number[][] =>
      size === 0
        ? [[]]
        : from.flatMap((first, k) => subsets(from.slice(k + 1), size - 1).map(rest => [first, ...rest]))
    return range(peers).reduce<number[][][]>(
      (all, sender) =>
        all.flatMap(before =>
          subsets(
            range(peers).filter(peer => peer !== sender),
            fanout
          ).map(to => [...before, to])
        ),
      [[]]
    )
  }

  const averaged = (sentTo: number[][]): Rows =>
    sentTo.map((_, i) => {
      const heard = sentTo.map((to, j) => i === j || to.includes(i))
      const count = heard.filter(Boolean).length
      return heard.map(hears => (hears ? 1 / count : 0))
    })

  test.each([
    [2, 1, 1],
    [3, 1, 8],
    [4, 1, 81],
    [4, 2, 81],
    [4, 3, 1],
    [5, 1, 1024],
    [5, 3, 1024]
  ])(
    'the contraction of %i peers that send to %i others is that of all %i choices',
    (peers, fanout, count) => {
      const outcomes = choices(peers, fanout).map(averaged)
      expect(outcomes).toHaveLength(count)
      expect(contraction('epidemic', peers, { fanout })).toBeCloseTo(bruteForce(outcomes), 12)
    }
  )

  test('all choices of four peers come about equally often', () => {
    const counts = counted('epidemic', 4, { fanout: 1 }, 8100)
    expect(counts.size).toBe(81)
    // Each 100 times, standard deviation 9.9.
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(45)
  })

  test('every peer is heard by as many as it sends to, and gives itself and each of them the same weight', () => {
    const { topology } = built('epidemic', 30, { fanout: 5 })
    for (const round of range(20)) {
      const graph = topology.graphAt(round)
      const listeners = range(30).map(j => graph.neighbours.filter(heard => heard.includes(j)).length)
      expect(listeners).toEqual(range(30).map(() => 5))
      for (const [i, heard] of graph.neighbours.entries()) {
        expect(graph.weights![i]).toEqual(heard.map(() => 1 / (1 + heard.length)))
      }
    }
  })

  test('with an oracle everybody hears as many as it sends to', () => {
    const { topology } = built('epidemic', 30, { fanout: 3, oracle: true })
    expect(topology.directed).toBe(false)
    for (const round of range(20)) {
      for (const heard of topology.graphAt(round).neighbours) expect(heard).toHaveLength(3)
    }
  })

  test('with an oracle and one message it is a random matching', () => {
    for (const peers of [2, 4, 16]) {
      expect(contraction('epidemic', peers, { fanout: 1, oracle: true })).toBeCloseTo(
        contraction('random-matching', peers),
        12
      )
    }
  })
})

describe('what a random topology cannot have is refused with the reason', () => {
  test.each([
    ['epidemic', 2, {}, 'epidemic:fanout=2 needs at least 3 peers, not 2'],
    [
      'epidemic',
      7,
      { fanout: 3, oracle: true },
      'epidemic:fanout=3,oracle=true: 7 peers have an odd number of ends'
    ],
    [
      'epidemic',
      10_000,
      { fanout: 5000 },
      'epidemic:fanout=5000: 10000 peers would have about 50,000,000 links'
    ]
  ])('%s of %i peers %o', (name, peers, options, message) => {
    expect(() => built(name, peers, options)).toThrow(ExperimentError)
    expect(() => built(name, peers, options)).toThrow(message)
  })

  test.each([
    ['random-matching', { degree: 2 }],
    ['equidyn', { factor: 0 }],
    ['equidyn', { factor: 1.1 }],
    ['epidemic', { fanout: 0 }]
  ])('%s with %o', (name, options) => {
    expect(() => built(name, 16, options)).toThrow()
  })
})
