/**
 * D-Cliques: cliques in each of which the types of environments are as frequent as among all peers, and few edges
 * between the cliques.
 *
 * The skew of a clique is Σ_types |share of the type in the clique − its share among all|. Peers sorted by type are
 * dealt to the K cliques in turn: each clique gets n/K of the n peers of a type, rounded down or up. Where cliques have
 * equal sizes no exchange of two peers lowers the sum of the skews below that, so this is where the paper's greedy
 * exchanges can at best arrive. Between cliques:
 *
 * - `full`: an edge for every two of them, diameter 3;
 * - `small-world`: to the cliques 1, 2, 3, 4, 5, 8, 9, 16, 17, … further on a ring of them, K log K edges;
 * - `fractal`: an edge for every two of `size` cliques, which become one group, and for every two of `size` groups, ...;
 * - `ring`: to the next one.
 *
 * Each of these edges ends at the peer of its clique or group that has the fewest of them so far. 1,000 peers in cliques
 * of 10 have 4,500 edges within and, `full`, 4,950 between them: 18.9 neighbours each (Bellet, Kermarrec, Lavoie 2021).
 */
import { z } from 'zod'
import { assert } from '../src/core/assert.ts'
import { ExperimentError } from '../src/core/errors.ts'
import { shuffle } from '../src/core/random.ts'
import type { RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { undirectedGraph } from './parts/graph.ts'
import { circleLayout } from './parts/layouts.ts'
import { fixed, topologyStream } from './parts/topology.ts'

/** More edges do not fit. */
const MOST_EDGES = 10_000_000

const BETWEEN = ['full', 'small-world', 'fractal', 'ring'] as const

type Options = {
  readonly size: number
  readonly between: (typeof BETWEEN)[number]
}

type Clique = readonly number[]
type Edge = readonly [number, number]

export const dCliques: TopologyFamily<Options> = {
  description:
    'cliques of `size` peers with all types of environments in each, few edges between the cliques',
  picture: '◉─◉─◉ cliques',
  options: z.strictObject({ size: z.int().min(2).default(10), between: z.enum(BETWEEN).default('full') }),
  build(peers, options, context) {
    const { size, between } = options
    const count = Math.ceil(peers / size)
    const most = (peers * (Math.min(size, peers) - 1) + (between === 'full' ? count * (count - 1) : 0)) / 2
    if (most > MOST_EDGES) {
      throw new ExperimentError(
        `d-cliques:size=${size},between=${between}: ${peers} peers would have ${most.toLocaleString('en-US')} edges, ` +
          `at most ${MOST_EDGES.toLocaleString('en-US')} are possible; small cliques with between=small-world have fewer`
      )
    }
    const types = context.types()
    assert(types.length === peers, `types of ${types.length} environments for ${peers} peers`)
    const cliques = dealt(types, count, topologyStream(context))
    const graph = undirectedGraph(peers, [...cliques.flatMap(pairsOf), ...edgesBetween(cliques, options)])
    return fixed(
      'd-cliques',
      { ...graph, places: placesOf(peers, cliques) },
      { notes: [noteOn(cliques, types)] }
    )
  }
}

/** Peers in `count` cliques, by turns along the types, the largest first; which peers of a type go where is random. */
function dealt(types: Int32Array, count: number, random: RandomStream): Clique[] {
  const sorted = shuffle(random, [...types.keys()]).sort((i, j) => types[i]! - types[j]!)
  const cliques: number[][] = Array.from({ length: count }, () => [])
  sorted.forEach((peer, at) => {
    cliques[at % count]!.push(peer)
  })
  return cliques
}

/** Every two of these. */
const pairsOf = <T>(all: readonly T[]): [T, T][] =>
  all.flatMap((a, k) => all.slice(k + 1).map((b): [T, T] => [a, b]))

function edgesBetween(cliques: readonly Clique[], { size, between }: Options): Edge[] {
  const ends = new Map<number, number>()
  const fewest = (clique: Clique): number => {
    const peer = clique.reduce((best, i) => ((ends.get(i) ?? 0) < (ends.get(best) ?? 0) ? i : best))
    ends.set(peer, (ends.get(peer) ?? 0) + 1)
    return peer
  }
  return joined(cliques, size, between).map(([a, b]): Edge => [fewest(a), fewest(b)])
}

/** The cliques, or groups of cliques, that an edge joins. */
function joined(cliques: readonly Clique[], size: number, between: Options['between']): [Clique, Clique][] {
  switch (between) {
    case 'full':
      return pairsOf(cliques)
    case 'ring':
      return around(cliques, [1])
    case 'small-world':
      return around(cliques, doubling(cliques.length / 2))
    case 'fractal':
      return grouped(cliques, size)
  }
}

/** Every two cliques that are so far from each other on a ring. */
function around(cliques: readonly Clique[], steps: readonly number[]): [Clique, Clique][] {
  const count = cliques.length
  return steps
    .filter(step => 2 * step <= count)
    .flatMap(step => {
      const firsts = 2 * step === count ? cliques.slice(0, step) : cliques
      return firsts.map((clique, c): [Clique, Clique] => [clique, cliques[(c + step) % count]!])
    })
}

/** 1, 2, 3, 4, 5, 8, 9, 16, 17, …: powers of two and what follows them, in so far as they are at most `limit`. */
function doubling(limit: number): number[] {
  const steps = new Set<number>()
  for (let step = 1; step <= limit; step *= 2) steps.add(step).add(step + 1)
  return [...steps].sort((a, b) => a - b)
}

function grouped(cliques: readonly Clique[], size: number): [Clique, Clique][] {
  const pairs: [Clique, Clique][] = []
  for (let groups = cliques; groups.length > 1; ) {
    const larger: Clique[] = []
    for (let first = 0; first < groups.length; first += size) {
      const members = groups.slice(first, first + size)
      for (const pair of pairsOf(members)) pairs.push(pair)
      larger.push(members.flat())
    }
    groups = larger
  }
  return pairs
}

/** Small circles on a large one, each of them small enough not to touch the next. */
function placesOf(peers: number, cliques: readonly Clique[]): Float64Array {
  const places = new Float64Array(2 * peers)
  const share = cliques.length === 1 ? 1 : 0.7 * Math.sin(Math.PI / cliques.length)
  const radius = cliques.length === 1 ? 0 : 1 / (1 + share)
  const centres = circleLayout(cliques.length)
  cliques.forEach((clique, c) => {
    circleLayout(clique.length).forEach((value, at) => {
      const centre = 0.5 + radius * (centres[2 * c + (at % 2)]! - 0.5)
      const peer = clique[at >> 1]!
      places[2 * peer + (at % 2)] = centre + (1 - radius) * (value - 0.5)
    })
  })
  return places
}

function noteOn(cliques: readonly Clique[], types: Int32Array): string {
  const most = cliques[0]?.length
  const least = cliques.at(-1)?.length
  const all = countsOf(types)
  const total = cliques.reduce((sum, clique) => {
    const counts = countsOf(clique.map(i => types[i]!))
    let skew = 1
    for (const [type, count] of counts) {
      const share = (all.get(type) ?? 0) / types.length
      skew += Math.abs(count / clique.length - share) - share
    }
    return sum + skew
  }, 0)
  const sizes = least === most ? `${most}` : `${least} or ${most}`
  const kinds =
    all.size === 1
      ? 'all environments are of one type'
      : `types of environments in them differ from those of all by ${(total / cliques.length).toFixed(3)} (skew; 0 is best, 2 worst)`
  return `${cliques.length} cliques of ${sizes} peers; ${kinds}`
}

function countsOf(types: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1)
  return counts
}
