/**
 * The random geometric graph (Gilbert 1961): peers at random places in the unit square hear those within a radius r,
 * as radios do.
 *
 * About N² π r² / 2 edges, less at the border; the diameter is at least the longest distance over r, so the gap is of
 * the order r² only. For large N almost surely connected if r > √(ln N / (π N)) (Penrose 1997): resampled until
 * connected. It is drawn where its peers are.
 */
import { z } from 'zod'
import { log } from '../src/core/elementary.ts'
import { nextDouble } from '../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../src/interfaces.ts'
import { ascending } from './parts/graph.ts'
import { checkLinks } from './parts/most-links.ts'
import { resampled } from './parts/resample.ts'

export const randomGeometric: TopologyFamily<{ readonly radius: number }> = {
  description: 'peers at random places in a square hear those within the radius; drawn until connected',
  picture: '(((○)))',
  options: z.strictObject({ radius: z.number().positive().max(1.5).default(0.4) }),
  build(peers, { radius }, context) {
    const place = `random-geometric:radius=${radius}`
    checkLinks(place, peers, peers * (peers - 1) * Math.min(1, Math.PI * radius * radius))
    const threshold = Math.sqrt(log(peers) / (Math.PI * peers)).toPrecision(2)
    const remedy = `it takes a radius above √(ln N / (π N)) = ${threshold}`
    return resampled('random-geometric', context, random => draw(peers, radius, random), { place, remedy })
  }
}

function draw(peers: number, radius: number, random: RandomStream): Graph {
  const places = Float64Array.from({ length: 2 * peers }, () => nextDouble(random))
  return { neighbours: within(radius, places), places }
}

/** Whom each peer has within the radius: in its cell of a grid or in the ones around it, no side of which is shorter. */
function within(radius: number, places: Float64Array): number[][] {
  const peers = places.length / 2
  const side = Math.max(1, Math.min(Math.floor(1 / radius), Math.ceil(Math.sqrt(peers))))
  const cells: number[][] = Array.from({ length: side * side }, () => [])
  const cellOf = (at: number): number => Math.floor(places[at]! * side)
  for (let i = 0; i < peers; i++) cells[cellOf(2 * i + 1) * side + cellOf(2 * i)]!.push(i)

  const hears = (i: number, j: number): boolean => {
    const x = places[2 * i]! - places[2 * j]!
    const y = places[2 * i + 1]! - places[2 * j + 1]!
    return i !== j && x * x + y * y <= radius * radius
  }
  return Array.from({ length: peers }, (_, i) => {
    const column = cellOf(2 * i)
    const row = cellOf(2 * i + 1)
    const heard: number[] = []
    for (let r = Math.max(0, row - 1); r <= Math.min(side - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(side - 1, column + 1); c++) {
        for (const j of cells[r * side + c]!) if (hears(i, j)) heard.push(j)
      }
    }
    return ascending(heard)
  })
}
