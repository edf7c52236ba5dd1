/**
 * A random graph in which every peer has the same degree: an expander, as good as any fixed graph of its degree.
 *
 * Stubs are paired at random; pairs that would be a self loop or a double edge are taken apart and paired again
 * (Steger, Wormald 1999), which is asymptotically uniform for a degree that is small beside N. Beyond half of N − 1
 * the complement is drawn instead. Resampled until connected. The second eigenvalue of the adjacency tends to
 * 2 √(degree − 1) (Friedman 2008), so λ₂ to (1 + 2 √(degree − 1)) / (degree + 1): 0.893 for degree 4, whatever N is.
 */
import { z } from 'zod'
import { ExperimentError } from '../src/core/errors.ts'
import { shuffle } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { ascending } from './parts/graph.ts'
import { checkLinks } from './parts/most-links.ts'
import { resampled } from './parts/resample.ts'

export const randomRegular: TopologyFamily<{ readonly degree: number }> = {
  description: 'a random graph in which every peer has `degree` neighbours; drawn until connected',
  options: z.strictObject({ degree: z.int().min(1).default(4) }),
  picture: '○╳○╳○ random',
  build(peers, { degree }, context) {
    const place = `random-regular:degree=${degree}`
    checkDegree(place, peers, degree)
    checkLinks(place, peers, degree * peers)
    if (degree === 1 && peers > 2) {
      throw new ExperimentError(`${place} is connected for 2 peers only, not for ${peers}`)
    }
    return resampled('random-regular', context, random => regularGraph(peers, degree, random), {
      place,
      remedy: 'use a degree of 3 or more, or a ring'
    })
  }
}

/** Throws an ExperimentError, which begins with `place`, where so many peers cannot all have this degree. */
export function checkDegree(place: string, peers: number, degree: number): void {
  if (degree >= peers) throw new ExperimentError(`${place} needs at least ${degree + 1} peers, not ${peers}`)
  if ((peers * degree) % 2 === 1) {
    throw new ExperimentError(
      `${place}: ${peers} peers have an odd number of ends of edges; one of the two must be even`
    )
  }
}

/** A random graph of this degree, connected or not. */
export function regularGraph(peers: number, degree: number, random: RandomStream): Graph {
  const few = 2 * degree <= peers - 1
  for (;;) {
    const drawn = pairStubs(peers, few ? degree : peers - 1 - degree, random)
    if (drawn !== undefined) return { neighbours: few ? drawn.map(ascending) : complement(drawn) }
  }
}

/** Neighbours of each peer, or undefined if the last stubs have no partners left. */
function pairStubs(peers: number, degree: number, random: RandomStream): Set<number>[] | undefined {
  const neighbours = Array.from({ length: peers }, () => new Set<number>())
  const joined = (i: number, j: number): boolean => i === j || neighbours[i]!.has(j)
  let stubs = Array.from({ length: peers * degree }, (_, k) => k % peers)
  while (stubs.length > 0) {
    shuffle(random, stubs)
    const left: number[] = []
    for (let k = 0; k < stubs.length; k += 2) {
      const i = stubs[k]!
      const j = stubs[k + 1]!
      if (joined(i, j)) {
        left.push(i, j)
      } else {
        neighbours[i]!.add(j)
        neighbours[j]!.add(i)
      }
    }
    if (left.length === stubs.length && left.every(i => left.every(j => joined(i, j)))) return undefined
    stubs = left
  }
  return neighbours
}

function complement(neighbours: readonly Set<number>[]): number[][] {
  const everyone = neighbours.map((_, i) => i)
  return neighbours.map((absent, i) => everyone.filter(j => j !== i && !absent.has(j)))
}
