/** From a topology to the mixing matrices of all its rounds, on the links that any of them uses. */
import { assert } from '../../src/core/assert.ts'
import { linksOf } from '../../src/core/links.ts'
import type { Links, Mixing, MixingMatrix, Topology } from '../../src/interfaces.ts'
import { distinctRounds, staticGraph, unionGraph } from '../parts/topology.ts'
import { mixingMatrix, type Weights } from './mixing-matrix.ts'

/** Matrices of rounds to come are kept while they have so many weights together. */
const MOST_KEPT_WEIGHTS = 20_000_000

interface Round {
  readonly matrix: MixingMatrix
  readonly uses: Uint8Array
}

/**
 * The mixing matrices that `rule` makes of the first `rounds` rounds of `topology`; `union`: whom each peer hears in some
 * of them. Throws an ExperimentError as `mixingMatrix` does.
 */
export function mixingOf(
  topology: Topology,
  rule: Weights,
  rounds: number,
  union = unionGraph(topology, rounds)
): Mixing {
  const { directed, period } = topology
  if (period === 1) {
    const matrix = mixingMatrix(staticGraph(topology), directed, rule)
    return { links: matrix.links, period, at: () => matrix, uses: () => undefined }
  }
  const links = linksOf(union)
  const count = links.senders.length
  const distinct = distinctRounds(topology, rounds)
  const mayKeep = distinct * count <= MOST_KEPT_WEIGHTS ? distinct : 1
  const kept = new Map<number, Round>()
  const roundOf = (round: number): Round => {
    const key = period === null ? round : round % period
    const found = kept.get(key)
    if (found !== undefined) return found
    if (kept.size >= mayKeep) kept.clear()
    const made = spread(mixingMatrix(topology.graphAt(key), directed, rule), links)
    kept.set(key, made)
    return made
  }
  return { links, period, at: round => roundOf(round).matrix, uses: round => roundOf(round).uses }
}

/** The same W on more links. Its weights are those of the round: they do not follow the degrees. */
function spread(matrix: MixingMatrix, links: Links): Round {
  const { rowStart, senders } = matrix.links
  const weights = new Float64Array(links.senders.length)
  const uses = new Uint8Array(links.senders.length)
  for (let i = 0; i < links.participants; i++) {
    let at = links.rowStart[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      while (links.senders[at] !== senders[k]) at++
      assert(at < links.rowStart[i + 1]!, `peer ${i} hears ${senders[k]} in a round that is not counted`)
      weights[at] = matrix.weights[k]!
      uses[at] = 1
    }
  }
  const { selfWeights, symmetric, stochastic } = matrix
  return { matrix: { links, weights, selfWeights, weightOf: undefined, symmetric, stochastic }, uses }
}
