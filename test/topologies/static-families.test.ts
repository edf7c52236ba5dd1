import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { EVD, Matrix, SVD } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import { parseNamed } from '../../src/experiment/named.ts'
import type { Graph } from '../../src/interfaces.ts'
import { denseMatrix, mixingMatrix, topologies } from '../../topologies/index.ts'
import { numericalSpectrum, type Spectrum } from '../../topologies/mixing/spectrum.ts'
import { assertConnected, diameter, edgeList, undirectedGraph } from '../../topologies/parts/graph.ts'
import { type Built, built, matrixOf, spectrumOfBuilt } from '../support/topologies.ts'

const spectrum = z.object({
  lambda2: z.number(),
  lambdaMin: z.number(),
  spectralGap: z.number(),
  worstRounds: z.int(),
  effectiveNeighbours: z.object({ '0.9': z.number(), '0.99': z.number() })
})
const bySize = <T extends z.ZodType>(schema: T) => z.record(z.string(), z.record(z.string(), schema))
const published = z
  .object({
    families: bySize(
      z.object({
        edges: z.int(),
        degree: z.tuple([z.int(), z.int()]),
        diameter: z.int(),
        metropolis: spectrum,
        lazy: spectrum
      })
    ),
    consensus: bySize(
      z.object({ start: z.number(), squared: z.record(z.string(), z.number()), rounds: z.int() })
    ),
    deBruijn: z.record(
      z.string(),
      z.object({
        peers: z.int(),
        errorOneRoundEarly: z.number(),
        errorAfterAll: z.number(),
        norm: z.number()
      })
    ),
    tori: z.record(z.string(), z.object({ helical: z.number(), torus: z.number() }))
  })
  .parse(JSON.parse(readFileSync('test/fixtures/static-families.json', 'utf8')))

const sized = <T>(table: Readonly<Record<string, Readonly<Record<string, T>>>>) =>
  Object.entries(table).flatMap(([name, sizes]) =>
    Object.entries(sizes).map(([peers, expected]) => [name, Number(peers), expected] as const)
  )

const heard = (name: string, peers: number, options: object = {}): Graph['neighbours'] =>
  built(name, peers, options).graph.neighbours

/** All eigenvalues of W with Metropolis weights by the dense decomposition, descending. */
const denseEigenvalues = (of: Built): number[] =>
  new EVD(new Matrix(denseMatrix(matrixOf(of))), { assumeSymmetric: true }).realEigenvalues.sort(
    (a, b) => b - a
  )

const closedForm = ({ family, topology, options }: Built): Float64Array | undefined =>
  family.metropolisEigenvalues?.(topology.peers, options)

const gapOf = (name: string, peers: number, options: object = {}): number =>
  spectrumOfBuilt(built(name, peers, options)).spectralGap

describe('published numbers', () => {
  const expectSpectrum = (found: Spectrum, expected: z.infer<typeof spectrum>): void => {
    expect(found.lambda2).toBeCloseTo(expected.lambda2, 10)
    expect(found.lambdaMin).toBeCloseTo(expected.lambdaMin, 10)
    expect(found.spectralGap).toBeCloseTo(expected.spectralGap, 10)
    expect(Math.ceil(Math.log(1e-6) / Math.log(found.spectralRadius))).toBe(expected.worstRounds)
    for (const gamma of ['0.9', '0.99'] as const) {
      expect(found.effectiveNeighbours?.[gamma]).toBeCloseTo(expected.effectiveNeighbours[gamma], 9)
    }
  }

  test.each(sized(published.families))(
    '%s(%i) has the edges, degrees, diameter and spectra of the table',
    (name, peers, expected) => {
      const of = built(name, peers)
      expect(edgeList(of.graph, false)).toHaveLength(expected.edges)
      const degrees = of.graph.neighbours.map(({ length }) => length)
      expect([Math.min(...degrees), Math.max(...degrees)]).toEqual(expected.degree)
      expect(diameter(of.graph).value).toBe(expected.diameter)
      for (const weights of ['metropolis', 'lazy'] as const) {
        expectSpectrum(spectrumOfBuilt(of, weights), expected[weights])
        expectSpectrum(numericalSpectrum(matrixOf(of, weights)), expected[weights])
      }
    }
  )

  test.each(sized(published.consensus))(
    'averaging on %s(%i) from x_i = i follows the published curve',
    (name, peers, expected) => {
      const W = denseMatrix(matrixOf(built(name, peers)))
      const mean = (peers - 1) / 2
      const spread = (x: readonly number[]): number =>
        x.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / peers
      const curve = [W.map((_, i) => i)]
      for (let round = 1; round <= Math.max(100, expected.rounds); round++) {
        const x = curve[round - 1]!
        curve.push(W.map(row => row.reduce((sum, w, j) => sum + w * x[j]!, 0)))
      }
      const squared = curve.map(spread)
      expect(squared[0]).toBe(expected.start)
      for (const [round, value] of Object.entries(expected.squared)) {
        const distance = Math.sqrt(value)
        const error = Math.abs(Math.sqrt(squared[Number(round)]!) - distance)
        expect(error).toBeLessThan(1e-11 * distance + 1e-14)
      }
      expect(squared.findIndex(value => value <= 1e-12 * expected.start)).toBe(expected.rounds)
    }
  )
})

describe('who hears whom', () => {
  test('ring-lattice(7) joins the two nearest on either side', () => {
    expect(heard('ring-lattice', 7)[0]).toEqual([1, 2, 5, 6])
    expect(heard('ring-lattice', 7)[3]).toEqual([1, 2, 4, 5])
  })

  test('a ring lattice of 2 neighbours is the ring, one of N − 1 neighbours is complete', () => {
    expect(heard('ring-lattice', 9, { neighbours: 2 })).toEqual(heard('ring', 9))
    expect(heard('ring-lattice', 9, { neighbours: 8 })).toEqual(heard('complete', 9))
  })

  test('wheel(6) has the hub 0 and the rim 1, …, 5', () => {
    expect(heard('wheel', 6)).toEqual([
      [1, 2, 3, 4, 5],
      [0, 2, 5],
      [0, 1, 3],
      [0, 2, 4],
      [0, 3, 5],
      [0, 1, 4]
    ])
  })

  test('binary-tree(8) is a heap', () => {
    expect(heard('binary-tree', 8)).toEqual([[1, 2], [0, 3, 4], [0, 5, 6], [1, 7], [1], [2], [2], [3]])
  })

  test('barbell(6) bridges two triangles by the edge 0 – 3', () => {
    expect(heard('barbell', 6)).toEqual([
      [1, 2, 3],
      [0, 2],
      [0, 1],
      [0, 4, 5],
      [3, 5],
      [3, 4]
    ])
  })

  test('circulant(10) joins the distances 1 and 5, where 5 is its own negative', () => {
    expect(heard('circulant', 10)[0]).toEqual([1, 5, 9])
    expect(heard('circulant', 10)[7]).toEqual([2, 6, 8])
  })

  test('circulant graphs of the right offsets are the ring, the ring lattice and the exponential graph', () => {
    expect(heard('circulant', 16, { offsets: '1' })).toEqual(heard('ring', 16))
    expect(heard('circulant', 16, { offsets: '2+1' })).toEqual(heard('ring-lattice', 16))
    expect(heard('circulant', 16, { offsets: [1, 2, 4, 8] })).toEqual(heard('exponential', 16))
  })

  test('two offsets join 25 peers in three hops, one in twelve', () => {
    expect(diameter(built('circulant', 25, { offsets: '3+4' }).graph).value).toBe(3)
    expect(diameter(built('circulant', 25, { offsets: '3' }).graph).value).toBe(12)
  })

  test('one, two and three peers are wheels and trees, two peers are a barbell', () => {
    for (const peers of [1, 2, 3]) {
      expect(heard('wheel', peers)).toEqual(heard('complete', peers))
      expect(edgeList(built('binary-tree', peers).graph, false)).toHaveLength(peers - 1)
    }
    expect(heard('wheel', 4)).toEqual(heard('complete', 4))
    expect(heard('barbell', 2)).toEqual([[1], [0]])
    expect(heard('de-bruijn', 1)).toEqual([[]])
  })
})

describe('edges and diameters follow from N', () => {
  const range = (from: number, to: number, step = 1): number[] =>
    Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => from + k * step)
  const expectCounts = (of: Built, edges: number, longest: number): void => {
    expect(edgeList(of.graph, of.topology.directed)).toHaveLength(edges)
    expect(diameter(of.graph).value).toBe(longest)
  }

  test('of ring lattices: N k/2 and ⌈⌊N/2⌋ / (k/2)⌉', () => {
    for (const neighbours of [2, 4, 6, 10]) {
      for (const peers of range(neighbours + 1, 40)) {
        const longest = Math.ceil(Math.floor(peers / 2) / (neighbours / 2))
        expectCounts(built('ring-lattice', peers, { neighbours }), (peers * neighbours) / 2, longest)
      }
    }
  })

  test('of wheels: 2(N − 1) and 2', () => {
    for (const peers of range(5, 40)) expectCounts(built('wheel', peers), 2 * (peers - 1), 2)
  })

  test('of binary trees: N − 1, and 2D or one less while the last level is in the left half', () => {
    for (const peers of range(2, 70)) {
      const depth = Math.floor(Math.log2(peers + 0.5))
      const bothHalves = peers >= 1.5 * (1 << depth)
      expectCounts(built('binary-tree', peers), peers - 1, bothHalves ? 2 * depth : 2 * depth - 1)
    }
  })

  test('of barbells: h(h − 1) + 1 and 3', () => {
    for (const peers of range(4, 40, 2)) {
      const half = peers / 2
      expectCounts(built('barbell', peers), half * (half - 1) + 1, 3)
    }
  })

  test('of circulant graphs: N for every offset, N/2 for N/2', () => {
    expectCounts(built('circulant', 13, { offsets: '1+3+4' }), 39, 2)
    expectCounts(built('circulant', 12, { offsets: '1+3+6' }), 30, 2)
  })

  test('of de Bruijn graphs: p N less the p self loops, and t', () => {
    for (const [base, rounds] of [
      [2, 1],
      [2, 5],
      [3, 3],
      [7, 2]
    ] as const) {
      const peers = Array.from({ length: rounds }).reduce<number>(size => size * base, 1)
      expectCounts(built('de-bruijn', peers, { base }), base * peers - base, rounds)
    }
  })

  test('of the exponential graph of 2^t peers: t hops forwards, ⌈t/2⌉ both ways', () => {
    for (const rounds of [1, 2, 3, 4, 5, 6, 7]) {
      const peers = 1 << rounds
      expect(diameter(built('exponential', peers, { directed: true }).graph).value).toBe(rounds)
      expect(diameter(built('exponential', peers).graph).value).toBe(Math.ceil(rounds / 2))
    }
  })
})

describe('closed forms', () => {
  test.each<[string, number[], object]>([
    ['ring-lattice', [3, 4, 5, 8, 17, 60], { neighbours: 2 }],
    ['ring-lattice', [5, 6, 9, 30, 61], {}],
    ['ring-lattice', [9, 16, 41], { neighbours: 8 }],
    ['wheel', [1, 2, 3, 4, 5, 6, 7, 30, 61], {}],
    ['barbell', [2, 4, 6, 8, 30, 60], {}],
    ['circulant', [10, 11, 16, 50], {}],
    ['circulant', [12, 13, 24], { offsets: '2+3+6' }]
  ])(
    '%s of %o peers %o has the eigenvalues of the dense decomposition, all of them',
    (name, sizes, options) => {
      for (const peers of sizes) {
        const of = built(name, peers, options)
        expect([...closedForm(of)!]).toEqual(denseEigenvalues(of).map(value => expect.closeTo(value, 12)))
      }
    }
  )

  test('a barbell of four peers has the spectrum of the path that it is', () => {
    const path = closedForm(built('path', 4))!
    expect([...closedForm(built('barbell', 4))!]).toEqual(
      Array.from(path, value => expect.closeTo(value, 14))
    )
  })

  test('λ₂ of the barbell is (h + √(h² + 4(h − 1))) / (2(h + 1)), and its gap tends to 8/N²', () => {
    for (const half of [2, 5, 20]) {
      const expected = (half + Math.sqrt(half * half + 4 * (half - 1))) / (2 * (half + 1))
      expect(denseEigenvalues(built('barbell', 2 * half))[1]).toBeCloseTo(expected, 13)
    }
    const large = topologies.barbell!.metropolisEigenvalues!(3000, {})!
    expect((1 - large[1]!) * 3000 * 3000).toBeCloseTo(8, 1)
  })

  test('the gap of the wheel is 1/N + sin²(π/(N − 1)), of large ones hardly above that of the star', () => {
    for (const peers of [5, 16, 200]) {
      const sine = Math.sin(Math.PI / (peers - 1))
      const { spectralGap } = numericalSpectrum(matrixOf(built('wheel', peers)))
      expect(spectralGap).toBeCloseTo(1 / peers + sine * sine, 12)
    }
    expect(gapOf('wheel', 10_000) / gapOf('star', 10_000)).toBeCloseTo(1, 2)
  })

  test('the gap of the ring lattice tends to 2π² m(m + 1) / (3 N²), m = k/2', () => {
    for (const half of [1, 2, 5]) {
      const expected = (2 * Math.PI * Math.PI * half * (half + 1)) / 3
      expect((gapOf('ring-lattice', 5000, { neighbours: 2 * half }) * 25e6) / expected).toBeCloseTo(1, 4)
    }
  })

  test('the gap of full binary trees tends to 1/(4N)', () => {
    const scaled = [127, 255].map(peers => 4 * peers * gapOf('binary-tree', peers))
    expect(scaled[0]).toBeGreaterThan(scaled[1]!)
    expect(scaled[1]).toBeGreaterThan(1)
    expect(scaled[1]).toBeLessThan(1.05)
  })

  test('‖W − 11ᵀ/N‖₂ of the directed exponential graph is 1 − 2/(1 + ⌈log₂ N⌉) for even N, less for odd N', () => {
    let exponent = 1
    for (let peers = 2; peers < 400; peers++) {
      if (peers > 1 << exponent) exponent++
      const bound = 1 - 2 / (1 + exponent)
      const { spectralRadius } = spectrumOfBuilt(built('exponential', peers, { directed: true }))
      if (peers % 2 === 0) expect(Math.abs(spectralRadius - bound)).toBeLessThan(1e-13)
      else expect(spectralRadius).toBeLessThan(bound - 1e-4)
    }
  })
})

describe('de-bruijn', () => {
  const prescribed = (peers: number, base: number): Matrix =>
    new Matrix(denseMatrix(matrixOf(built('de-bruijn', peers, { base }), 'own')))
  const power = (W: Matrix, exponent: number): Matrix =>
    Array.from({ length: exponent }).reduce<Matrix>(product => product.mmul(W), Matrix.eye(W.rows))
  const largest = (M: Matrix): number => Math.max(...M.to1DArray().map(Math.abs))

  test('peer i of 8 sends to 2i and 2i + 1: 3, in digits 011, to 110 and 111', () => {
    const { graph, topology } = built('de-bruijn', 8)
    expect(topology).toMatchObject({ directed: true, period: 1 })
    expect(edgeList(graph, true).filter(([from]) => from === 3)).toEqual([
      [3, 6],
      [3, 7]
    ])
    expect(graph.neighbours).toEqual([[4], [0, 4], [1, 5], [1, 5], [2, 6], [2, 6], [3, 7], [3]])
  })

  test('peers hear those whose last digits are their first, with the weight 1/p', () => {
    const { neighbours, weights } = built('de-bruijn', 27, { base: 3 }).graph
    const digits = neighbours.map((_, i) => i.toString(3).padStart(3, '0'))
    const expected = digits.map((to, j) =>
      digits.flatMap((from, i) => (i !== j && from.slice(1) === to.slice(0, 2) ? [i] : []))
    )
    expect(neighbours).toEqual(expected)
    expect(weights).toEqual(expected.map(senders => senders.map(() => 1 / 3)))
  })

  test.each(Object.entries(published.deBruijn))(
    '%s: t rounds average exactly, t − 1 do not, though ‖W − 11ᵀ/N‖₂ = 1',
    (digits, { peers, errorOneRoundEarly, errorAfterAll, norm }) => {
      const [base = 0, rounds = 0] = digits.split('^').map(Number)
      const W = prescribed(peers, base)
      const J = Matrix.ones(peers, peers).div(peers)
      expect(largest(power(W, rounds).sub(J))).toBeCloseTo(errorAfterAll, 14)
      expect(largest(power(W, rounds - 1).sub(J))).toBeCloseTo(errorOneRoundEarly, 11)
      expect(new SVD(Matrix.sub(W, J)).norm2).toBeCloseTo(norm, 11)
    }
  )

  test('of base 2 the average is exact to the bit', () => {
    const W = prescribed(64, 2)
    expect(
      power(W, 6)
        .to1DArray()
        .every(weight => weight === 1 / 64)
    ).toBe(true)
  })

  test('W is doubly stochastic: every peer gives itself 1/p or nothing, and is heard with 1 in all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 0, max: 2 }), (base, exponent) => {
        const peers = [1, base, base * base][exponent]!
        const W = prescribed(peers, base)
        const ones = W.to2DArray().map(() => expect.closeTo(1, 12))
        expect(W.sum('column')).toEqual(ones)
        expect(W.sum('row')).toEqual(ones)
        const selves = W.diagonal().filter(weight => weight !== 0)
        expect(selves).toEqual(peers === 1 ? [1] : selves.map(() => expect.closeTo(1 / base, 12)))
        expect(selves).toHaveLength(peers === 1 ? 1 : base)
      }),
      { seed: 5, numRuns: 40 }
    )
  })

  test('says after how many rounds it is exact', () => {
    expect(built('de-bruijn', 16).topology.notes).toEqual([expect.stringMatching(/^4 rounds .* exactly/)])
    expect(built('de-bruijn', 5, { base: 5 }).topology.notes).toEqual([])
  })
})

describe('a torus', () => {
  /** Columns close in themselves, or, helical, go on in the next row. */
  const closed = (rows: number, columns: number, helical: boolean): Graph => {
    const peers = rows * columns
    const right = (i: number): number => (helical ? (i + 1) % peers : i - (i % columns) + ((i + 1) % columns))
    return undirectedGraph(
      peers,
      Array.from({ length: peers }, (_, i): [number, number][] => [
        [i, right(i)],
        [i, (i + columns) % peers]
      ]).flat()
    )
  }
  const radius = (graph: Graph): number =>
    numericalSpectrum(mixingMatrix(graph, false, 'metropolis')).spectralRadius

  test.each(Object.entries(published.tori))(
    'of %s peers mixes as fast as the helical one, so that only its edges tell them apart',
    (size, expected) => {
      const [rows = 0, columns = 0] = size.split('x').map(Number)
      const torus = closed(rows, columns, false)
      const helical = closed(rows, columns, true)
      expect(radius(torus)).toBeCloseTo(expected.torus, 11)
      expect(radius(helical)).toBeCloseTo(expected.helical, 11)
      expect(torus).not.toEqual(helical)
    }
  )

  test('closes its columns: 32 peers are the true torus of 4 × 8', () => {
    const of = built('torus', 32)
    expect(of.graph).toEqual(closed(4, 8, false))
    expect(of.graph.neighbours[7]).toEqual([0, 6, 15, 31])
    expect(spectrumOfBuilt(of).spectralRadius).toBeCloseTo(published.tori['4x8']!.torus, 11)
  })
})

describe('circulant offsets', () => {
  const parsed = (value: unknown): object => parseNamed(value, topologies, 'topology').named

  test('are text with plus signs or a list, and come out as text', () => {
    const expected = { name: 'circulant', offsets: '1+5+7' }
    expect(parsed('circulant:offsets=1+5+7')).toEqual(expected)
    expect(parsed({ name: 'circulant', offsets: [1, 5, 7] })).toEqual(expected)
    expect(parsed(expected)).toEqual(expected)
    expect(parsed('circulant')).toEqual({ name: 'circulant', offsets: '1+5' })
    expect(parsed('circulant:offsets=3')).toEqual({ name: 'circulant', offsets: '3' })
  })

  test.each(['circulant:offsets=', 'circulant:offsets=1+', 'circulant:offsets=0+2', 'circulant:offsets=1+a'])(
    '%s is refused',
    text => {
      expect(() => parsed(text)).toThrow(ExperimentError)
      expect(() => parsed(text)).toThrow(
        /^topology offsets: must be distances of at least 1, as 1\+5, not "[^"]*"$/
      )
    }
  )

  test('of any kind give a connected graph or are refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 }),
        (peers, offsets) => {
          const possible =
            offsets.every(s => 2 * s <= peers) &&
            ![2, 3, 5, 7, 11, 13, 17, 19, 23, 29].some(p => [peers, ...offsets].every(s => s % p === 0))
          if (possible) assertConnected(built('circulant', peers, { offsets }).graph)
          else expect(() => built('circulant', peers, { offsets })).toThrow(ExperimentError)
        }
      ),
      { seed: 5, numRuns: 300 }
    )
  })
})

describe('what a family cannot have is refused with the nearest that it can', () => {
  test.each([
    ['ring-lattice', 4, {}, 'ring-lattice:neighbours=4 needs at least 5 peers, not 4'],
    [
      'barbell',
      7,
      {},
      'barbell: an odd number of peers, 7, has no two equal halves; the nearest are 6 and 8'
    ],
    ['barbell', 1, {}, 'barbell: an odd number of peers, 1, has no two equal halves; the nearest is 2'],
    [
      'barbell',
      10_000,
      {},
      'barbell: 10000 peers would have about 49,990,002 links; at most 20,000,000 are possible'
    ],
    [
      'ring-lattice',
      10_000,
      { neighbours: 3000 },
      'ring-lattice: 10000 peers would have about 30,000,000 links; at most 20,000,000 are possible'
    ],
    [
      'de-bruijn',
      5000,
      { base: 5000 },
      'de-bruijn: 5000 peers would have about 25,000,000 links; at most 20,000,000 are possible'
    ],
    ['circulant', 9, {}, 'circulant:offsets=1+5: the distance 5 needs at least 10 peers, not 9'],
    [
      'circulant',
      20,
      { offsets: '4+6' },
      'circulant:offsets=4+6: 2 divides these distances and 20 peers, which fall apart into 2 graphs; add a ' +
        'distance that 2 does not divide'
    ],
    ['de-bruijn', 12, {}, 'de-bruijn:base=2: 12 peers is not a power of 2; the nearest are 8 and 16'],
    ['de-bruijn', 2, { base: 3 }, 'de-bruijn:base=3: 2 peers is not a power of 3; the nearest are 1 and 3']
  ])('%s of %i peers %o', (name, peers, options, message) => {
    expect(() => built(name, peers, options)).toThrow(new ExperimentError(message))
  })

  test.each([
    ['ring-lattice:neighbours=3', 'topology neighbours: must be an even number, not 3'],
    ['ring-lattice:neighbours=0', 'topology neighbours: must be at least 2, not 0'],
    ['de-bruijn:base=1', 'topology base: must be at least 2, not 1']
  ])('%s', (text, message) => {
    expect(() => parseNamed(text, topologies, 'topology')).toThrow(new ExperimentError(message))
  })
})

describe('drawings', () => {
  const placesOf = (name: string, peers: number): (readonly [number, number])[] => {
    const { family, options } = built(name, peers)
    const places = family.layout!(peers, options)
    return Array.from({ length: peers }, (_, i) => [places[2 * i]!, places[2 * i + 1]!] as const)
  }

  test('the tree has a row for each level, the root on top', () => {
    expect(placesOf('binary-tree', 6)).toEqual([
      [1 / 2, 0],
      [1 / 4, 1 / 2],
      [3 / 4, 1 / 2],
      [1 / 8, 1],
      [3 / 8, 1],
      [5 / 8, 1]
    ])
  })

  test('the halves of the barbell are apart, and the ends of its bridge nearest to each other', () => {
    const places = placesOf('barbell', 14)
    expect(places[0]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.5, 12)])
    expect(places[7]).toEqual([expect.closeTo(0.6, 12), expect.closeTo(0.5, 12)])
    expect(Math.max(...places.slice(0, 7).map(([x]) => x))).toBe(places[0]![0])
    expect(Math.min(...places.slice(7).map(([x]) => x))).toBe(places[7]![0])
  })

  test('the hub of the wheel and of the star is in the middle, of 200,000 peers, too', () => {
    for (const name of ['wheel', 'star']) {
      const places = topologies[name]!.layout!(200_000, {})
      expect(places).toHaveLength(400_000)
      expect([...places.subarray(0, 4)]).toEqual([0.5, 0.5, 0.5, 0])
    }
  })
})
