/**
 * From a graph to the mixing matrix W: θ_i ← Σ_j W_ij θ_j. Unless said otherwise W_ii is the rest of the row.
 *
 * | rule            | W_ij of a neighbour j    |                                                        |
 * |-----------------|--------------------------|--------------------------------------------------------|
 * | `metropolis`    | 1 / (1 + max(d_i, d_j))  | W_ii > 0, from neighbours' degrees alone                |
 * | `lazy`          | half of that             | (I + W)/2: no negative eigenvalues                     |
 * | `local-degree`  | 1 / max(d_i, d_j)        | W_ii may be 0: an even ring swings for ever            |
 * | `max-degree`    | 1 / (1 + max d)          | one number that everybody must know                    |
 * | `best-constant` | 2 / (λ₂ + λ_max)         | the fastest constant, λ of the Laplacian; W_ii may be negative |
 * | `uniform`       | 1 / (1 + d_i)            | the plain mean of what i hears; columns do not sum to 1 |
 * | `push`          | 1 / (1 + listeners of j) | W_ii likewise: columns sum to 1, for push-sum          |
 * | `own`           | what the topology says   |                                                        |
 *
 * Metropolis-Hastings weights: Xiao, Boyd, Lall 2006; the others: Xiao, Boyd 2004, and Kempe, Dobra, Gehrke 2003 (push).
 * A directed graph in which every peer hears d peers and is heard by d has a doubly stochastic W as well.
 */
import { assert } from '../../src/core/assert.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { linksOf, reverseLinks } from '../../src/core/links.ts'
import type { Graph, Links, MixingMatrix } from '../../src/interfaces.ts'
import { extremesOf } from './eigenvalues.ts'

export { denseMatrix } from './operators.ts'

/** The rules of weights. */
export const WEIGHTS = [
  'metropolis',
  'lazy',
  'local-degree',
  'max-degree',
  'best-constant',
  'uniform',
  'push',
  'own'
] as const
export type Weights = (typeof WEIGHTS)[number]

/** Sums of rows and columns are 1 to this, or they are not. */
const TOLERANCE = 1e-12
/** Less than this left of a row is rounding. */
const ROUNDING = 1e-14

/**
 * W on the links of a graph. Throws an ExperimentError for a rule that does not fit: `own` where the topology prescribes
 * nothing, rules that keep the mean on a directed graph whose peers differ in degree, `best-constant` where λ₂ is not found.
 */
export function mixingMatrix(graph: Graph, directed: boolean, rule: Weights): MixingMatrix {
  const links = linksOf(graph)
  const listeners = listenersOf(links)
  if (directed) checkDirected(links, listeners, rule)
  const matrix = weighted(links, linkWeight(graph, links, listeners, rule))
  if (rule === 'push') matrix.selfWeights.set(Float64Array.from(listeners, count => 1 / (1 + count)))
  const follows = WEIGHT_OF[rule]
  return {
    ...matrix,
    weightOf: follows,
    symmetric: follows !== undefined || isConstant(rule) ? !directed : isSymmetric(matrix),
    stochastic: stochasticOf(matrix, rule)
  }
}

type Weighted = Pick<MixingMatrix, 'links' | 'weights' | 'selfWeights'>

/** The rules that weigh by the degrees of both ends, and go on to do so when these shrink. */
const WEIGHT_OF: Readonly<Partial<Record<Weights, NonNullable<MixingMatrix['weightOf']>>>> = {
  metropolis,
  lazy: (degree, other) => metropolis(degree, other) / 2,
  'local-degree': (degree, other) => 1 / Math.max(degree, other)
}

function metropolis(degree: number, other: number): number {
  return 1 / (1 + Math.max(degree, other))
}

const isConstant = (rule: Weights): boolean => rule === 'max-degree' || rule === 'best-constant'

/** The weight of link k, by which i hears j. */
type LinkWeight = (i: number, j: number, k: number) => number

function linkWeight(graph: Graph, links: Links, listeners: Int32Array, rule: Weights): LinkWeight {
  const { rowStart } = links
  const degree = (i: number): number => rowStart[i + 1]! - rowStart[i]!
  switch (rule) {
    case 'uniform':
      return i => 1 / (1 + degree(i))
    case 'push':
      return (_, j) => 1 / (1 + listeners[j]!)
    case 'own': {
      const { weights } = graph
      if (weights === undefined) {
        throw new ExperimentError(
          `weights: own is for topologies that prescribe weights, this one does not; use ${or(WEIGHTS.filter(name => name !== 'own'))}`
        )
      }
      return (i, j, k) => {
        const weight = weights[i]?.[k - rowStart[i]!]
        assert(weight !== undefined && Number.isFinite(weight), `the weight ${weight} of peer ${j} at ${i}`)
        return weight
      }
    }
    case 'max-degree':
    case 'best-constant': {
      const most = listeners.reduce((max, count) => Math.max(max, count), 0)
      const weight = rule === 'max-degree' ? 1 / (1 + most) : bestConstant(links, most)
      return () => weight
    }
    default: {
      const weightOf = WEIGHT_OF[rule]!
      return (i, j) => weightOf(degree(i), degree(j))
    }
  }
}

/** 2 / (λ₂ + λ_max) of the Laplacian L of an undirected graph, from the extreme eigenvalues 1 − λ/(1 + max d) of I − L/(1 + max d). */
function bestConstant(links: Links, most: number): number {
  if (links.participants < 2) return 0
  const matrix = weighted(links, () => 1 / (1 + most))
  const { largest, smallest, converged } = extremesOf({
    ...matrix,
    weightOf: undefined,
    symmetric: true,
    stochastic: 'doubly'
  })
  if (!converged) {
    throw new ExperimentError(
      `weights: best-constant needs the second smallest eigenvalue of the Laplacian of these ${links.participants} peers, ` +
        'which cannot be found; use metropolis or max-degree'
    )
  }
  if (1 - largest < TOLERANCE) {
    throw new ExperimentError('weights: best-constant needs a connected graph; use metropolis or max-degree')
  }
  return 2 / ((1 + most) * (2 - largest - smallest))
}

function weighted(links: Links, weightOf: LinkWeight): Weighted {
  const { participants, rowStart, senders } = links
  const weights = new Float64Array(senders.length)
  const selfWeights = new Float64Array(participants)
  for (let i = 0; i < participants; i++) {
    let sum = 0
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      weights[k] = weightOf(i, senders[k]!, k)
      sum += weights[k]!
    }
    const rest = 1 - sum
    selfWeights[i] = Math.abs(rest) < ROUNDING ? 0 : rest
  }
  return { links, weights, selfWeights }
}

/** By how many each peer is heard. */
function listenersOf({ participants, senders }: Links): Int32Array {
  const listeners = new Int32Array(participants)
  for (const sender of senders) listeners[sender]!++
  return listeners
}

function checkDirected({ participants, rowStart }: Links, listeners: Int32Array, rule: Weights): void {
  if (rule === 'uniform' || rule === 'push' || rule === 'own') return
  const instead = 'use uniform weights, or push weights with push-sum'
  if (rule === 'best-constant') {
    throw new ExperimentError(`weights: best-constant needs an undirected graph; ${instead}`)
  }
  const degree = rowStart[1]!
  for (let i = 0; i < participants; i++) {
    const heard = rowStart[i + 1]! - rowStart[i]!
    if (heard === degree && listeners[i] === degree) continue
    throw new ExperimentError(
      `weights: ${rule} needs equal degrees in a directed graph: peer ${i} hears ${heard} peers and is heard by ` +
        `${listeners[i]}, peer 0 hears ${degree}; ${instead}`
    )
  }
}

/** `push` leaves the rows to be looked at, any other rule the columns. */
function stochasticOf({ links, weights, selfWeights }: Weighted, rule: Weights): MixingMatrix['stochastic'] {
  const { participants, rowStart, senders } = links
  const sums = selfWeights.slice()
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const line = rule === 'push' ? i : senders[k]!
      sums[line] = sums[line]! + weights[k]!
    }
  }
  if (sums.every(sum => Math.abs(sum - 1) <= TOLERANCE)) return 'doubly'
  return rule === 'push' ? 'column' : 'row'
}

function isSymmetric({ links, weights }: Weighted): boolean {
  const reverse = reverseLinks(links)
  return weights.every((weight, k) => weight === weights[reverse[k]!])
}

const or = (names: readonly string[]): string => `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
