/**
 * A drawing in which peers are as far apart as the graph has edges between them: stress
 * Σ (‖x_i − x_j‖ − d_ij)² / d_ij² lowered by stochastic gradient descent, pair by pair (Zheng, Pawar, Goodman 2019).
 */
import { exp, log } from '../../src/core/elementary.ts'
import { SWARM, shuffle, stream } from '../../src/core/random.ts'
import type { Graph, RandomStream, TopologyFamily } from '../../src/interfaces.ts'
import { distances } from './graph.ts'
import { circleLayout, fitted } from './layouts.ts'

/** More peers are put on a circle: they could not be told apart. */
const MOST_PEERS = 300
/** Up to so many peers there is time for more passes. */
const FEW_PEERS = 64
/** η of the last pass; that of the first is the square of the longest distance. */
const LAST_STEP = 0.1

/** Where to draw the peers of a graph of this family: x, y in [0, 1], interleaved. */
export function layoutOf<O>(
  family: TopologyFamily<O>,
  peers: number,
  options: O,
  graph: Graph
): Float64Array {
  return (
    graph.places ?? family.layout?.(peers, options) ?? stressLayout(graph, stream('layout', SWARM, 'stress'))
  )
}

/**
 * x, y in [0, 1] for each peer, interleaved, widest from left to right, both axes on one scale. Directions are ignored; what is
 * not connected is put further apart than what is.
 */
export function stressLayout(graph: Graph, random: RandomStream): Float64Array {
  const peers = graph.neighbours.length
  const places = circleLayout(peers)
  if (peers > MOST_PEERS || peers === 1) return places
  const apart = distances(graph)
  const longest = apart.reduce((most, distance) => Math.max(most, distance), 1)
  for (let at = 0; at < apart.length; at++) if (apart[at] === -1) apart[at] = longest + 2
  for (let at = 0; at < places.length; at++) places[at] = (places[at]! - 0.5) * longest

  const pairs = Array.from({ length: peers * peers }, (_, at) => at).filter(
    at => at % peers < Math.floor(at / peers)
  )
  const passes = peers <= FEW_PEERS ? 60 : 30
  const first = log(longest * longest)
  const decay = (first - log(LAST_STEP)) / (passes - 1)
  for (let pass = 0; pass < passes; pass++) {
    const step = exp(first - decay * pass)
    for (const pair of shuffle(random, pairs)) {
      const j = pair % peers
      pull(places, (pair - j) / peers, j, apart[pair]!, step)
    }
  }
  return fitted(turned(places))
}

/** Moves two peers along their line, towards this distance from each other, all the way for a step of its square. */
function pull(places: Float64Array, i: number, j: number, distance: number, step: number): void {
  const x = places[2 * i]! - places[2 * j]!
  const y = places[2 * i + 1]! - places[2 * j + 1]!
  const now = Math.sqrt(x * x + y * y)
  if (now === 0) return
  const share = (Math.min(1, step / (distance * distance)) * (now - distance)) / 2 / now
  places[2 * i] = places[2 * i]! - share * x
  places[2 * i + 1] = places[2 * i + 1]! - share * y
  places[2 * j] = places[2 * j]! + share * x
  places[2 * j + 1] = places[2 * j + 1]! + share * y
}

/** The same drawing, widest from left to right: its longer principal axis lies along x. */
function turned(places: Float64Array): Float64Array {
  const peers = places.length / 2
  const mean = [0, 0]
  places.forEach((value, at) => {
    mean[at % 2] = mean[at % 2]! + value / peers
  })
  // Half the difference of the variances, and the covariance: the axis lies at half the angle of this vector.
  let difference = 0
  let covariance = 0
  for (let i = 0; i < peers; i++) {
    const x = places[2 * i]! - mean[0]!
    const y = places[2 * i + 1]! - mean[1]!
    difference += (x * x - y * y) / 2
    covariance += x * y
  }
  const length = Math.sqrt(difference * difference + covariance * covariance)
  if (length === 0) return places
  const cosine = Math.sqrt((1 + difference / length) / 2)
  const sine = (covariance < 0 ? -1 : 1) * Math.sqrt(Math.max(0, 1 - cosine * cosine))
  return places.map((value, at) =>
    at % 2 === 0 ? cosine * value + sine * places[at + 1]! : cosine * value - sine * places[at - 1]!
  )
}
