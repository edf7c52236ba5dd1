import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { nextBelow, shuffle, stream } from '../../src/core/random.ts'
import type { Graph } from '../../src/interfaces.ts'
import { dCliques } from '../../topologies/d-cliques.ts'
import { assertConnected, diameter, edgeList } from '../../topologies/parts/graph.ts'
import { staticGraph } from '../../topologies/parts/topology.ts'

const BETWEEN = ['full', 'small-world', 'fractal', 'ring'] as const
type Between = (typeof BETWEEN)[number]

function build(types: readonly number[], size: number, between: Between, seed = '1'): Graph {
  const context = { seed, types: () => Int32Array.from(types) }
  return staticGraph(dCliques.build(types.length, { size, between }, context))
}

/** The cliques as the drawing shows them: peers on one small circle. */
function cliquesOf({ neighbours, places = new Float64Array() }: Graph, size: number): number[][] {
  const count = Math.ceil(neighbours.length / size)
  const cliques: number[][] = Array.from({ length: count }, () => [])
  neighbours.forEach((_, i) => {
    const angle = Math.atan2(places[2 * i]! - 0.5, 0.5 - places[2 * i + 1]!) / (2 * Math.PI)
    cliques[count === 1 ? 0 : (Math.round(angle * count) + count) % count]!.push(i)
  })
  return cliques
}

const typesOf = (peers: number, kinds: number, seed: string): number[] => {
  const random = stream(seed, 0, 'types')
  return Array.from({ length: peers }, () => nextBelow(random, kinds) * nextBelow(random, 2))
}

/** The mean over the cliques of Σ_types |share in the clique − share among all|. */
function meanSkew(cliques: readonly (readonly number[])[], types: readonly number[]): number {
  const kinds = [...new Set(types)]
  const share = (peers: readonly number[], kind: number): number =>
    peers.filter(i => types[i] === kind).length / peers.length
  const all = types.map((_, i) => i)
  const skews = cliques.map(clique =>
    kinds.reduce((sum, kind) => sum + Math.abs(share(clique, kind) - share(all, kind)), 0)
  )
  return skews.reduce((sum, skew) => sum + skew, 0) / cliques.length
}

const zeros = (peers: number): number[] => new Array<number>(peers).fill(0)
/** Edges that do not lie within one clique. */
const between = (graph: Graph, cliques: readonly (readonly number[])[]): [number, number][] => {
  const cliqueOf = new Map(cliques.flatMap((clique, c) => clique.map(i => [i, c])))
  return edgeList(graph, false).filter(([i, j]) => cliqueOf.get(i) !== cliqueOf.get(j))
}

test('1,000 peers in cliques of 10 have the edges and savings of the paper', () => {
  const known = JSON.parse(readFileSync('test/fixtures/d-cliques.json', 'utf8'))
  const graph = build(typesOf(known.peers, 10, 'a'), known.size, 'full')
  const edges = edgeList(graph, false)
  expect(edges).toHaveLength(known.edges)
  expect(between(graph, cliquesOf(graph, known.size))).toHaveLength(known.between)
  expect(known.within + known.between).toBe(known.edges)
  expect(100 * (1 - edges.length / known.complete)).toBeCloseTo(known.fewerEdges, 1)
  const messages = (2 * 2 * edges.length) / known.peers
  expect(100 * (1 - messages / (known.peers - 1))).toBeCloseTo(known.fewerMessages, 1)
  expect(diameter(graph).value).toBe(3)
})

test.each(BETWEEN)(
  'with %s between them, cliques are complete, connected, and of nearly equal sizes',
  between => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 12 }),
        (types, size) => {
          const graph = build(types, size, between)
          assertConnected(graph)
          const cliques = cliquesOf(graph, size)
          const sizes = cliques.map(({ length }) => length)
          expect(Math.max(...sizes)).toBeLessThanOrEqual(size)
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
          for (const clique of cliques) {
            for (const i of clique)
              expect(graph.neighbours[i]).toEqual(expect.arrayContaining(without(clique, i)))
          }
        }
      ),
      { seed: 7, numRuns: 60 }
    )
  }
)

const without = (clique: readonly number[], i: number): number[] => clique.filter(j => j !== i)

describe('types in cliques', () => {
  test('are as frequent as among all peers where that can be', () => {
    const types = shuffle(stream('b', 0, 'x'), [...zeros(50), ...zeros(30).fill(1), ...zeros(20).fill(2)])
    expect(meanSkew(cliquesOf(build(types, 10, 'ring'), 10), types)).toBeLessThan(1e-12)
  })

  test('are never less so than in cliques at random, by far on average', () => {
    let dealt = 0
    let random = 0
    for (let k = 0; k < 30; k++) {
      const types = typesOf(60, 6, `types ${k}`)
      const skew = meanSkew(cliquesOf(build(types, 6, 'ring', `${k}`), 6), types)
      const order = shuffle(stream(`order ${k}`, 0, 'x'), [...types.keys()])
      const chance = Array.from({ length: 10 }, (_, c) => order.slice(6 * c, 6 * c + 6))
      expect(skew).toBeLessThanOrEqual(meanSkew(chance, types))
      dealt += skew
      random += meanSkew(chance, types)
    }
    expect(dealt).toBeLessThan(0.75 * random)
  })

  test('are spread so well that no exchange of two peers between cliques of one size would lower the skew', () => {
    const types = typesOf(40, 5, 'c')
    const cliques = cliquesOf(build(types, 8, 'ring'), 8)
    const least = meanSkew(cliques, types)
    const cliqueOf = (i: number): number => cliques.findIndex(clique => clique.includes(i))
    for (let i = 0; i < 40; i++) {
      for (let j = 0; j < i; j++) {
        if (cliqueOf(i) === cliqueOf(j)) continue
        const exchanged = cliques.map(clique => clique.map(k => (k === i ? j : k === j ? i : k)))
        expect(meanSkew(exchanged, types)).toBeGreaterThan(least - 1e-12)
      }
    }
  })

  test('that are all the same leave the cliques to the seed alone', () => {
    const [one, same, other] = ['1', '1', '2'].map(seed => build(zeros(20), 5, 'ring', seed))
    expect(same).toEqual(one)
    expect(other?.neighbours).not.toEqual(one?.neighbours)
  })

  test('are told in a note, with their skew', () => {
    const context = { seed: '1', types: () => Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0, 1) }
    expect(dCliques.build(10, { size: 4, between: 'ring' }, context).notes).toEqual([
      '3 cliques of 3 or 4 peers; types of environments in them differ from those of all by 0.222 (skew; 0 is best, 2 worst)'
    ])
    const alike = { seed: '1', types: () => new Int32Array(10) }
    expect(dCliques.build(10, { size: 5, between: 'ring' }, alike).notes).toEqual([
      '2 cliques of 5 peers; all environments are of one type'
    ])
  })
})

describe('edges between cliques', () => {
  const edgesOf = (peers: number, size: number, how: Between): number => {
    const graph = build(zeros(peers), size, how)
    return between(graph, cliquesOf(graph, size)).length
  }

  test.each([
    ['full', 12, 66],
    ['ring', 12, 12],
    // Steps 1, 2, 3, 4 and 5 on a ring of twelve.
    ['small-world', 12, 60],
    // Three in each of four groups, three among three of these, and one to the fourth.
    ['fractal', 12, 4 * 3 + 3 + 1],
    ['full', 2, 1],
    ['ring', 2, 1],
    ['small-world', 2, 1],
    ['fractal', 2, 1],
    // Steps 1 and 2, of which the latter joins opposite cliques once.
    ['small-world', 4, 6],
    ['ring', 1, 0]
  ] as const)('%s joins %i cliques by %i edges', (how, cliques, edges) => {
    expect(edgesOf(3 * cliques, 3, how)).toBe(edges)
  })

  test('a small world of 64 cliques has few edges and is narrow nevertheless', () => {
    const graph = build(zeros(640), 10, 'small-world')
    // Steps 1, 2, 3, 4, 5, 8, 9, 16, 17 and, to the opposite clique, 32.
    expect(between(graph, cliquesOf(graph, 10))).toHaveLength(64 * 9 + 32)
    expect(diameter(graph).value).toBeLessThan(diameter(build(zeros(640), 10, 'ring')).value / 4)
  })

  test.each(BETWEEN)('%s: peers of a clique share them evenly', how => {
    const graph = build(zeros(100), 5, how)
    const cliques = cliquesOf(graph, 5)
    const ends = new Map<number, number>()
    for (const i of between(graph, cliques).flat()) ends.set(i, (ends.get(i) ?? 0) + 1)
    for (const clique of cliques) {
      const counts = clique.map(i => ends.get(i) ?? 0)
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }
  })
})

test('more edges than fit are refused with what has fewer', () => {
  const context = { seed: '1', types: () => new Int32Array(100_000) }
  const refused = (): unknown => dCliques.build(100_000, { size: 10, between: 'full' }, context)
  expect(refused).toThrow(ExperimentError)
  expect(refused).toThrow(
    'd-cliques:size=10,between=full: 100000 peers would have 50,445,000 edges, at most 10,000,000 are possible; ' +
      'small cliques with between=small-world have fewer'
  )
})
