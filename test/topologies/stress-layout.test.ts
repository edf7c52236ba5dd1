/** The stress of drawings, against figures of other programs and against closed forms. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SWARM, stream } from '../../src/core/random.ts'
import type { Graph } from '../../src/interfaces.ts'
import { distances, undirectedGraph } from '../../topologies/parts/graph.ts'
import { circleLayout } from '../../topologies/parts/layouts.ts'
import { layoutOf, stressLayout } from '../../topologies/parts/stress-layout.ts'
import { range, sum } from '../support/numbers.ts'
import { built } from '../support/topologies.ts'

const drawn = (graph: Graph, seed = '1'): Float64Array => stressLayout(graph, stream(seed, SWARM, 'layout'))

const between = (places: Float64Array, i: number, j: number): number =>
  Math.hypot(places[2 * i]! - places[2 * j]!, places[2 * i + 1]! - places[2 * j + 1]!)

/** The mean of (‖x_i − x_j‖ / s − d_ij)² / d_ij² over all pairs, for the scale s for which it is least. */
function stress(graph: Graph, places: Float64Array): number {
  const peers = graph.neighbours.length
  const apart = distances(graph)
  const ratios = range(peers).flatMap(i => range(i).map(j => between(places, i, j) / apart[i * peers + j]!))
  return 1 - sum(ratios) ** 2 / sum(ratios.map(ratio => ratio * ratio)) / ratios.length
}

describe('stress', () => {
  test.each([
    ['ring', 64, 0.016, 3],
    ['grid', 64, 0.018, 3],
    ['star', 64, 0.165, 3],
    ['ring', 256, 0.016, 3],
    ['grid', 256, 0.014, 3],
    ['star', 256, 0.175, 3]
  ])('of a %s of %i is %f, whatever the seed', (name, peers, published, digits) => {
    const { graph } = built(name, peers)
    for (const seed of ['1', '2']) {
      expect(Math.abs(stress(graph, drawn(graph, seed)) - published)).toBeLessThan(10 ** -digits)
    }
  })

  test.each([
    ['grid', 64],
    ['torus', 64],
    ['hypercube', 64],
    ['path', 64],
    ['random-regular', 64],
    ['file', 16]
  ])('of a %s is lower than on a circle', (name, peers) => {
    const { graph } = built(
      name,
      peers,
      name === 'file' ? { path: 'test/fixtures/random-4-regular.txt' } : {}
    )
    expect(stress(graph, drawn(graph))).toBeLessThan(0.7 * stress(graph, circleLayout(peers)))
  })

  test('of a path is almost none: it lies from left to right, evenly, and hardly bent', () => {
    const { graph } = built('path', 20)
    const places = drawn(graph)
    const along = range(20).map(i => places[2 * i]!)
    const ascending = along[0]! < along[19]! ? along : along.toReversed()
    expect(ascending).toEqual(range(20).map(i => expect.closeTo(i / 19, 2)))
    for (const i of range(20)) expect(Math.abs(places[2 * i + 1]! - 0.5)).toBeLessThan(0.05)
    expect(stress(graph, places)).toBeLessThan(1e-3)
  })

  test('of two peers is none', () => {
    expect(between(drawn(undirectedGraph(2, [[0, 1]])), 0, 1)).toBeCloseTo(1, 12)
  })
})

test('the same seed gives the same bytes, and a family without a picture of its own always the same drawing', () => {
  const { graph, family, options } = built('random-regular', 30)
  expect(drawn(graph, '7')).toEqual(drawn(graph, '7'))
  expect(drawn(graph, '7')).not.toEqual(drawn(graph, '8'))
  expect(layoutOf(family, 30, options, graph)).toEqual(layoutOf(family, 30, options, graph))
})

test('any graph, connected or not, is drawn within the unit square, widest from left to right and as large as fits', () => {
  const graphs = fc.integer({ min: 2, max: 14 }).chain(peers =>
    fc.record({
      peers: fc.constant(peers),
      edges: fc.array(fc.tuple(fc.nat(peers - 1), fc.nat(peers - 1)), { maxLength: 2 * peers })
    })
  )
  fc.assert(
    fc.property(graphs, ({ peers, edges }) => {
      const places = drawn(undirectedGraph(peers, edges))
      const x = range(peers).map(i => places[2 * i]!)
      const y = range(peers).map(i => places[2 * i + 1]!)
      expect([Math.min(...x, ...y), Math.max(...x, ...y)]).toEqual([
        expect.closeTo(0, 12),
        expect.closeTo(1, 12)
      ])
      expect(Math.min(...y) + Math.max(...y)).toBeCloseTo(1, 12)
      const square = (of: readonly number[]): number => sum(of.map(value => (value - sum(of) / peers) ** 2))
      expect(square(x)).toBeGreaterThanOrEqual(square(y) - 1e-9)
    }),
    { seed: 1, numRuns: 60 }
  )
})

test('what is not connected stands apart', () => {
  const square = [0, 1, 2, 3].map((i): [number, number] => [i, (i + 1) % 4])
  const chain = range(5).map((i): [number, number] => [4 + i, 5 + i])
  const graph = undirectedGraph(11, [...square, ...chain])
  const places = drawn(graph)
  const apart = distances(graph)
  const pairs = range(11).flatMap(i => range(i).map(j => ({ i, j, distance: apart[i * 11 + j]! })))
  const edges = pairs.filter(({ distance }) => distance === 1).map(({ i, j }) => between(places, i, j))
  const strangers = pairs.filter(({ distance }) => distance === -1).map(({ i, j }) => between(places, i, j))
  expect(Math.min(...strangers)).toBeGreaterThan(1.5 * Math.max(...edges))
})

test('more than 300 peers stand on a circle, and one in its place', () => {
  const { graph } = built('ring', 301)
  expect(drawn(graph)).toEqual(circleLayout(301))
  expect(drawn(undirectedGraph(1, []))).toHaveLength(2)
})

describe('families with a picture of their own', () => {
  const layout = (name: string, peers: number): Float64Array => {
    const { family, options, graph } = built(name, peers)
    return layoutOf(family, peers, options, graph)
  }

  test.each(['ring', 'complete', 'exponential'])('%s: the circle', name => {
    expect(layout(name, 9)).toEqual(circleLayout(9))
  })

  test.each([1, 2, 16, 17, 40, 64, 250])('path of %i: neighbours lie beside or below each other', peers => {
    const places = layout('path', peers)
    for (const i of range(peers - 1)) {
      const across = Math.abs(places[2 * i]! - places[2 * i + 2]!)
      const down = Math.abs(places[2 * i + 1]! - places[2 * i + 3]!)
      expect(Math.min(across, down)).toBe(0)
      expect(Math.max(across, down)).toBeLessThanOrEqual(1)
    }
    const lines = new Set(range(peers).map(i => places[2 * i + 1])).size
    expect(lines === 1).toBe(peers <= 16)
    expect(Math.ceil(peers / lines)).toBeGreaterThanOrEqual(Math.min(peers, 3 * lines))
    expect(layout('grid', 13)).toEqual(layout('path', 13))
  })

  test.each([8, 16, 64])('hypercube of %i: edges of one dimension are parallel and of one length', peers => {
    const places = layout('hypercube', peers)
    for (let bit = 1; bit < peers; bit *= 2) {
      for (const i of range(peers).filter(peer => (peer & bit) === 0)) {
        for (const axis of [0, 1]) {
          const edge = places[2 * (i | bit) + axis]! - places[2 * i + axis]!
          expect(edge).toBeCloseTo(places[2 * bit + axis]! - places[axis]!, 12)
        }
      }
    }
  })
})

test('distances ignore directions, and are −1 where there is no way', () => {
  const { graph } = built('ring', 7)
  const apart = distances(graph)
  for (const i of range(7)) {
    for (const j of range(7)) expect(apart[7 * i + j]).toBe(Math.min((i - j + 7) % 7, (j - i + 7) % 7))
  }
  expect([...distances({ neighbours: [[], [0], [1], []] })]).toEqual([
    0, 1, 2, -1, 1, 0, 1, -1, 2, 1, 0, -1, -1, -1, -1, 0
  ])
})
