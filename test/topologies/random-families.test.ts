/** Random graphs that are drawn once: what is counted exactly, how they are distributed, and the spectra of given ones. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { EVD, Matrix, SVD } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph } from '../../src/interfaces.ts'
import { mixingMatrix } from '../../topologies/mixing/mixing-matrix.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { degrees, diameter, edgeList, undirectedGraph } from '../../topologies/parts/graph.ts'
import { resampled } from '../../topologies/parts/resample.ts'
import { layoutOf } from '../../topologies/parts/stress-layout.ts'
import { range, sum } from '../support/numbers.ts'
import { built, contextOf, matrixOf } from '../support/topologies.ts'

const oracles = z
  .object({
    graphs: z.record(
      z.string(),
      z.object({
        peers: z.int(),
        edges: z.array(z.tuple([z.int(), z.int()])),
        laplacian: z.tuple([z.number(), z.number()]),
        lambda2: z.number(),
        lambdaMin: z.number(),
        bestConstant: z.number(),
        effectiveNeighbours: z.object({ '0.9': z.number(), '0.99': z.number() }),
        diameter: z.int()
      })
    ),
    randomRegular: z.record(z.string(), z.object({ mean: z.number(), deviation: z.number() })),
    equistatic: z.record(
      z.string(),
      z.object({ shifts: z.array(z.int()), directed: z.number(), undirected: z.number() })
    )
  })
  .parse(JSON.parse(readFileSync('test/fixtures/random-topologies.json', 'utf8')))

const edges = (name: string, peers: number, options: object = {}, seed = '1'): [number, number][] =>
  edgeList(built(name, peers, options, seed).graph, false)

/** The weights that the graph prescribes, as rows. */
const prescribed = ({ neighbours, weights }: Graph): number[][] =>
  neighbours.map((heard, i) => {
    const row = range(neighbours.length).map(() => 0)
    heard.forEach((j, n) => {
      row[j] = weights![i]![n]!
    })
    row[i] = 1 - sum(weights![i]!)
    return row
  })

/** ‖W − 11ᵀ/N‖₂ */
const radius = (W: number[][]): number => new SVD(new Matrix(W).sub(1 / W.length)).norm2

const mean = (values: readonly number[]): number => sum(values) / values.length

describe('spectra of given graphs', () => {
  test.each(Object.entries(oracles.graphs))('%s', (_, expected) => {
    const graph = undirectedGraph(expected.peers, expected.edges)
    const { lambda2, lambdaMin, effectiveNeighbours } = numericalSpectrum(
      mixingMatrix(graph, false, 'metropolis')
    )
    expect(edgeList(graph, false)).toHaveLength(expected.edges.length)
    expect(diameter(graph)).toEqual({ value: expected.diameter, exact: true })
    expect(lambda2).toBeCloseTo(expected.lambda2, 10)
    expect(lambdaMin).toBeCloseTo(expected.lambdaMin, 10)
    for (const gamma of ['0.9', '0.99'] as const) {
      expect(effectiveNeighbours![gamma]).toBeCloseTo(expected.effectiveNeighbours[gamma], 8)
    }
  })

  test.each(Object.entries(oracles.graphs))(
    '%s: the extreme Laplacian eigenvalues, and the best constant weight that follows from them',
    (_, expected) => {
      const { neighbours } = undirectedGraph(expected.peers, expected.edges)
      const laplacian = neighbours.map((heard, i) =>
        range(expected.peers).map(j => (i === j ? heard.length : heard.includes(j) ? -1 : 0))
      )
      const values = new EVD(new Matrix(laplacian), { assumeSymmetric: true }).realEigenvalues
      const [, least, ...others] = values.sort((a, b) => a - b)
      const most = others.at(-1)!
      expect(least).toBeCloseTo(expected.laplacian[0], 9)
      expect(most).toBeCloseTo(expected.laplacian[1], 9)
      expect((most - least!) / (most + least!)).toBeCloseTo(expected.bestConstant, 9)
    }
  )
})

describe('resampling', () => {
  test('says how often a graph was drawn', () => {
    const notes = range(40).flatMap(
      k => built('erdos-renyi', 16, { probability: 0.2 }, `${k}`).topology.notes
    )
    const again = notes.filter(note => /^drawn \d+ times until connected$/.test(note))
    expect(again.length).toBeGreaterThan(5)
    expect(notes.filter(note => note === 'connected as first drawn')).toHaveLength(40 - again.length)
  })

  test('of two peers joined with probability 1/2 takes a geometric number of draws', () => {
    const counts = range(2000).map(k => {
      const { notes } = built('erdos-renyi', 2, { probability: 0.5 }, `${k}`).topology
      return Number(/drawn (\d+) times/.exec(notes[0]!)?.[1] ?? 1)
    })
    // The mean is 2, the standard error √(2 / 2000) = 0.032.
    expect(Math.abs(mean(counts) - 2)).toBeLessThan(0.13)
    // Half of them at once: standard error 22.
    expect(Math.abs(counts.filter(count => count === 1).length - 1000)).toBeLessThan(90)
  })

  test.each([
    [
      'erdos-renyi',
      60,
      { probability: 0.01 },
      'erdos-renyi:probability=0.01: none of 1000 draws of 60 peers was connected; it takes a probability above ln N / N = 0.068'
    ],
    [
      'random-geometric',
      60,
      { radius: 0.05 },
      'random-geometric:radius=0.05: none of 1000 draws of 60 peers was connected; it takes a radius above √(ln N / (π N)) = 0.15'
    ]
  ])('gives %s of %i peers %o up, and says what to do', (name, peers, options, message) => {
    expect(() => built(name, peers, options)).toThrow(ExperimentError)
    expect(() => built(name, peers, options)).toThrow(message)
  })

  test('stops sooner where graphs are large', () => {
    const everyone = range(2000)
    const halves = everyone.map(i => everyone.filter(j => j !== i && i < 1000 === j < 1000))
    const draw = (): Graph => ({ neighbours: halves })
    // 2,000 peers and 1,998,000 links each time, at most 20,000,000 in all.
    expect(() =>
      resampled('halves', contextOf(2000), draw, { place: 'halves', remedy: 'join them' })
    ).toThrow('halves: none of 11 draws of 2000 peers was connected; join them')
  })
})

describe('erdos-renyi', () => {
  test('each of the 26 × 25 / 2 pairs is an edge about as often as the probability says', () => {
    const counts = range(26 * 26).map(() => 0)
    const draws = 300
    for (const k of range(draws)) {
      for (const [i, j] of edges('erdos-renyi', 26, { probability: 0.4 }, `${k}`)) {
        counts[26 * i + j] = counts[26 * i + j]! + 1
      }
    }
    const deviation = Math.sqrt(draws * 0.4 * 0.6)
    const scores = range(26).flatMap(j => range(j).map(i => (counts[26 * i + j]! - draws * 0.4) / deviation))
    expect(scores).toHaveLength(325)
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(4.5)
    // χ² of 325 has the standard deviation √650 = 25.5.
    expect(Math.abs(sum(scores.map(score => score * score)) - 325)).toBeLessThan(110)
  })

  test('probability 1 is the complete graph, whatever the seed', () => {
    for (const peers of [1, 2, 3, 9]) {
      expect(built('erdos-renyi', peers, { probability: 1 }).graph).toEqual(built('complete', peers).graph)
    }
  })

  test('10,000 peers have about p N (N − 1) / 2 edges', () => {
    // 50,000 expected, standard deviation 223.
    const count = edges('erdos-renyi', 10_000, { probability: 1 / 1000 }).length
    expect(Math.abs(count - 49_995)).toBeLessThan(1000)
  })
})

describe('watts-strogatz', () => {
  test('has N k / 2 edges exactly, however much is rewired', () => {
    const anything = fc.record({
      peers: fc.integer({ min: 1, max: 60 }),
      half: fc.integer({ min: 1, max: 6 }),
      rewiring: fc.double({ min: 0, max: 1, noNaN: true }),
      seed: fc.string()
    })
    fc.assert(
      fc.property(anything, ({ peers, half, rewiring, seed }) => {
        fc.pre(2 * half < peers && half > 1)
        expect(edges('watts-strogatz', peers, { neighbours: 2 * half, rewiring }, seed)).toHaveLength(
          peers * half
        )
      }),
      { seed: 3, numRuns: 150 }
    )
  })

  test.each([
    [16, 4],
    [9, 2],
    [7, 6]
  ])('without rewiring %i peers with %i neighbours are a ring lattice', (peers, neighbours) => {
    const lattice = range(peers).flatMap(i =>
      range(neighbours / 2).map((s): [number, number] => [i, (i + s + 1) % peers])
    )
    expect(built('watts-strogatz', peers, { neighbours, rewiring: 0 }).graph).toEqual(
      undirectedGraph(peers, lattice)
    )
  })

  test('about so many edges of the lattice are left as are not rewired', () => {
    // Of 4,000 edges 2,800 stay, and 1,200 go to one of 1,999 peers, few of them in the lattice: standard deviation 29.
    const stays = edges('watts-strogatz', 2000).filter(([i, j]) => Math.min(j - i, 2000 + i - j) <= 2)
    expect(Math.abs(stays.length - 2801)).toBeLessThan(120)
  })

  test('every peer keeps one end of k / 2 edges, so that its degree is at least that', () => {
    expect(
      degrees(built('watts-strogatz', 500, { neighbours: 6, rewiring: 1 }).graph).min
    ).toBeGreaterThanOrEqual(3)
  })
})

describe('barabasi-albert', () => {
  test('has m (N − m) edges exactly', () => {
    const anything = fc.record({
      peers: fc.integer({ min: 2, max: 60 }),
      attached: fc.integer({ min: 1, max: 8 }),
      seed: fc.string()
    })
    fc.assert(
      fc.property(anything, ({ peers, attached, seed }) => {
        fc.pre(attached < peers)
        expect(edges('barabasi-albert', peers, { attached }, seed)).toHaveLength(
          attached * (peers - attached)
        )
      }),
      { seed: 4, numRuns: 150 }
    )
  })

  test('begins with a star', () => {
    for (const attached of [1, 2, 5]) {
      expect(built('barabasi-albert', attached + 1, { attached }).graph).toEqual(
        built('star', attached + 1).graph
      )
    }
  })

  test('a peer is attached to others in proportion to their degrees', () => {
    // Peers 0, 1 and 2 are a path, of whose four ends of edges two are in its middle. Standard deviation 22.
    const hubs = range(2000).filter(k =>
      built('barabasi-albert', 4, { attached: 1 }, `${k}`).graph.neighbours.some(heard => heard.length === 3)
    )
    expect(Math.abs(hubs.length - 1000)).toBeLessThan(90)
  })

  test('a few of 10,000 peers are hubs, most have hardly more than m neighbours', () => {
    const lengths = built('barabasi-albert', 10_000).graph.neighbours.map(heard => heard.length)
    // More than d: m (m + 1) / ((d + 1) (d + 2)) of them, for m = 2 one half more than 2, 1/22 more than 10.
    expect(lengths.filter(length => length === 2).length / 10_000).toBeCloseTo(0.5, 1)
    expect(lengths.filter(length => length > 10).length / 10_000).toBeCloseTo(1 / 22, 2)
    expect(Math.max(...lengths)).toBeGreaterThan(100)
  })
})

describe('random-geometric', () => {
  test('peers hear exactly those within the radius of the places where they are drawn', () => {
    const anything = fc.record({
      peers: fc.integer({ min: 1, max: 60 }),
      radius: fc.double({ min: 0.35, max: 1.5, noNaN: true }),
      seed: fc.string()
    })
    fc.assert(
      fc.property(anything, ({ peers, radius: within, seed }) => {
        const { family, options, graph } = built('random-geometric', peers, { radius: within }, seed)
        const places = layoutOf(family, peers, options, graph)
        const expected = range(peers).map(i =>
          range(peers).filter(j => {
            const apart = Math.hypot(places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!)
            return i !== j && apart <= within
          })
        )
        expect(graph.neighbours).toEqual(expected)
      }),
      { seed: 5, numRuns: 100 }
    )
  })

  test('many peers and a small radius, in as many cells as there are peers, too', () => {
    const { graph } = built('random-geometric', 1500, { radius: 0.07 })
    const places = graph.places!
    const pairs = range(1500).flatMap(i =>
      range(i).filter(j => {
        const x = places[2 * i]! - places[2 * j]!
        const y = places[2 * i + 1]! - places[2 * j + 1]!
        return x * x + y * y <= 0.07 * 0.07
      })
    )
    expect(edgeList(graph, false)).toHaveLength(pairs.length)
  })

  test('places are uniform in the unit square', () => {
    const { places } = built('random-geometric', 2000, { radius: 0.2 }).graph
    const quarters = range(4).map(q =>
      range(2000).filter(i => 2 * Number(places![2 * i]! > 0.5) + Number(places![2 * i + 1]! > 0.5) === q)
    )
    // 500 in each quarter, standard deviation 19.
    for (const quarter of quarters) expect(Math.abs(quarter.length - 500)).toBeLessThan(80)
  })
})

describe('random-regular', () => {
  test.each(Object.entries(oracles.randomRegular))(
    'of 16 peers of degree %s: the mean norm of W − 11ᵀ/N is that of other draws, within four standard errors',
    (degree, { mean: expected, deviation }) => {
      const draws = 200
      const radii = range(draws).map(
        k =>
          numericalSpectrum(matrixOf(built('random-regular', 16, { degree: Number(degree) }, `${k}`)))
            .spectralRadius
      )
      expect(Math.abs(mean(radii) - expected)).toBeLessThan(4 * deviation * Math.sqrt(1 / draws + 1 / 200))
    }
  )

  test('says how often it was drawn', () => {
    const notes = range(20).map(k => built('random-regular', 12, { degree: 2 }, `${k}`).topology.notes[0])
    expect(new Set(notes.map(note => note?.replace(/\d+/, 'n')))).toEqual(
      new Set(['connected as first drawn', 'drawn n times until connected'])
    )
  })
})

describe('equistatic', () => {
  test.each(Object.entries(oracles.equistatic))(
    'the norms for %s peers and given shifts',
    (peers, expected) => {
      const shifts = expected.shifts.join('+')
      for (const directed of [true, false]) {
        const { graph, topology } = built('equistatic', Number(peers), { shifts, directed })
        expect(topology.directed).toBe(directed)
        const norm = directed ? expected.directed : expected.undirected
        expect(radius(prescribed(graph))).toBeCloseTo(norm, 10)
      }
    }
  )

  test('i sends to i + a: peer 0 hears N − a', () => {
    const { graph } = built('equistatic', 10, { shifts: '3+4' })
    expect(graph.neighbours[0]).toEqual([6, 7])
    expect(graph.weights![0]).toEqual([0.45, 0.45])
  })

  test('W is the mean of its basis graphs: equal shifts add up, a shift and its negative merge where undirected', () => {
    const basis = (peers: number, a: number): number[][] =>
      range(peers).map(i =>
        range(peers).map(j => (i === j ? 1 / peers : (j + a) % peers === i ? (peers - 1) / peers : 0))
      )
    const anything = fc.integer({ min: 2, max: 12 }).chain(peers =>
      fc.record({
        peers: fc.constant(peers),
        shifts: fc.array(fc.integer({ min: 1, max: peers - 1 }), { maxLength: 6 })
      })
    )
    fc.assert(
      fc.property(anything, fc.boolean(), ({ peers, shifts }, directed) => {
        const all = [1, ...shifts]
        const expected = range(peers).map(i =>
          range(peers).map(j =>
            mean(
              all.map(a => {
                const A = basis(peers, a)
                return directed ? A[i]![j]! : (A[i]![j]! + A[j]![i]!) / 2
              })
            )
          )
        )
        const W = prescribed(built('equistatic', peers, { shifts: all.join('+'), directed }).graph)
        expect(W.flat()).toEqual(expected.flat().map(weight => expect.closeTo(weight, 13)))
        if (!directed) for (const i of range(peers)) for (const j of range(i)) expect(W[i]![j]).toBe(W[j]![i])
      }),
      { seed: 6, numRuns: 100 }
    )
  })

  test('distances may be a list', () => {
    expect(built('equistatic', 17, { shifts: [3, 5] }).options).toMatchObject({ shifts: '3+5' })
  })

  test.each([
    [30, 0.8, 0.1],
    [100, 0.6, 0.5]
  ])('%i peers: the accuracy %f is kept but with probability %f', (peers, accuracy, failure) => {
    const draws = 40
    const options = { accuracy, failure, directed: false }
    const radii = range(draws).map(k => {
      const { graph } = built('equistatic', peers, options, `${k}`)
      return Math.max(...circulantEigenvalues(graph).slice(1).map(Math.abs))
    })
    expect(radii.filter(value => value >= accuracy).length).toBeLessThanOrEqual(failure * draws)
    expect(Math.max(...radii)).toBeGreaterThan(accuracy / 4)
  })

  test('one and two peers', () => {
    expect(prescribed(built('equistatic', 1).graph)).toEqual([[1]])
    expect(prescribed(built('equistatic', 2).graph)).toEqual([
      [0.5, 0.5],
      [0.5, 0.5]
    ])
  })
})

/** The eigenvalues of a symmetric circulant W: the cosine transform of its first row. */
function circulantEigenvalues(graph: Graph): number[] {
  const row = prescribed(graph)[0]!
  return range(row.length).map(k =>
    sum(row.map((weight, j) => weight * Math.cos((2 * Math.PI * k * j) / row.length)))
  )
}

describe('what a random topology cannot have is refused with the reason', () => {
  test.each([
    ['watts-strogatz', 4, {}, 'watts-strogatz:neighbours=4 needs at least 5 peers, not 4'],
    ['barabasi-albert', 2, {}, 'barabasi-albert:attached=2 needs at least 3 peers, not 2'],
    [
      'equistatic',
      9,
      { shifts: '3+9' },
      'equistatic:shifts=3+9: the distance 9 needs at least 10 peers, not 9'
    ],
    [
      'equistatic',
      9,
      { shifts: '3+6' },
      '3 divides these distances and 9 peers, which fall apart into 3 graphs'
    ],
    [
      'erdos-renyi',
      10_000,
      {},
      'erdos-renyi:probability=0.3: 10000 peers would have about 29,997,000 links; at most 20,000,000 are possible'
    ],
    [
      'random-geometric',
      10_000,
      {},
      'random-geometric:radius=0.4: 10000 peers would have about 50,260,456 links'
    ],
    ['random-regular', 10_000, { degree: 5000 }, 'would have about 50,000,000 links']
  ])('%s of %i peers %o', (name, peers, options, message) => {
    expect(() => built(name, peers, options)).toThrow(ExperimentError)
    expect(() => built(name, peers, options)).toThrow(message)
  })

  test.each([
    ['erdos-renyi', { probability: 0 }],
    ['erdos-renyi', { probability: 1.1 }],
    ['watts-strogatz', { neighbours: 3 }],
    ['watts-strogatz', { rewiring: -0.1 }],
    ['barabasi-albert', { attached: 0 }],
    ['random-geometric', { radius: 0 }],
    ['equistatic', { shifts: '3,5' }],
    ['equistatic', { shifts: '0+1' }],
    ['equistatic', { accuracy: 0 }]
  ])('%s with %o', (name, options) => {
    expect(() => built(name, 16, options)).toThrow()
  })
})
