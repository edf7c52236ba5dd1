/**
 * From a graph to the mixing matrix W: θ_i ← Σ_j W_ij θ_j.
 *
 * Metropolis-Hastings: W_ij = 1 / (1 + max(d_i, d_j)) for neighbours, W_ii = 1 − Σ_j W_ij; needs only the neighbours'
 * degrees and is symmetric, doubly stochastic and has a positive diagonal (Xiao, Boyd, Lall 2006). Lazy: (I + W)/2, no
 * negative eigenvalues. A directed graph in which every peer hears d peers and is heard by d: W_ij = 1 / (1 + d),
 * doubly stochastic, too.
 */
import { ExperimentError } from '../src/core/errors.ts'
import { linksOf } from '../src/core/links.ts'
import type { Graph, MixingMatrix } from '../src/interfaces.ts'

export const WEIGHTS = ['metropolis', 'lazy'] as const
export type Weights = (typeof WEIGHTS)[number]

/**
 * W on the links of a graph. Symmetric to the bit if the graph is undirected. Throws an ExperimentError for a directed
 * graph whose peers differ in degree: uniform weights on it would not preserve the mean.
 */
export function mixingMatrix(graph: Graph, directed: boolean, rule: Weights): MixingMatrix {
  if (directed) checkRegular(graph)
  const links = linksOf(graph)
  const { participants, rowStart, senders } = links
  const weights = new Float64Array(senders.length)
  const selfWeights = new Float64Array(participants)
  const degree = (i: number): number => rowStart[i + 1]! - rowStart[i]!
  const weightOf = WEIGHT_OF[rule]
  for (let i = 0; i < participants; i++) {
    let sum = 0
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      weights[k] = weightOf(degree(i), degree(senders[k]!))
      sum += weights[k]!
    }
    selfWeights[i] = 1 - sum
  }
  return { links, weights, selfWeights, weightOf, symmetric: !directed }
}

const metropolis = (degree: number, other: number): number => 1 / (1 + Math.max(degree, other))

const WEIGHT_OF: Readonly<Record<Weights, MixingMatrix['weightOf']>> = {
  metropolis,
  lazy: (degree, other) => metropolis(degree, other) / 2
}

/** W as rows of numbers. */
export function denseMatrix({ links, weights, selfWeights }: MixingMatrix): number[][] {
  const { participants, rowStart, senders } = links
  return Array.from({ length: participants }, (_, i) => {
    const row = new Array<number>(participants).fill(0)
    row[i] = selfWeights[i]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) row[senders[k]!] = weights[k]!
    return row
  })
}

function checkRegular({ neighbours }: Graph): void {
  const listeners = new Int32Array(neighbours.length)
  for (const heard of neighbours) for (const j of heard) listeners[j]!++
  const degree = neighbours[0]?.length
  neighbours.forEach((heard, i) => {
    if (heard.length !== degree || listeners[i] !== degree) {
      throw new ExperimentError(
        `a directed graph needs equal degrees for its weights: peer ${i} hears ${heard.length} peers and is heard by ` +
          `${listeners[i]}, peer 0 hears ${degree}`
      )
    }
  })
}
