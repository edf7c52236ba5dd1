/**
 * Whether the peers that use one W for ever reach consensus, and on what. With non-negative weights they do if and only if W is
 * primitive: its graph is strongly connected, and the lengths of its closed walks have no common divisor (Seneta, Non-negative
 * Matrices and Markov Chains, 1981). They agree on the mean if columns sum to 1 as well.
 */
import { ExperimentError } from '../../src/core/errors.ts'
import type { Graph, MixingMatrix } from '../../src/interfaces.ts'
import { assertConnected } from '../parts/graph.ts'
import { perronVector } from './perron.ts'
import type { Spectrum } from './spectrum.ts'

/** One sentence each. */
export interface Verdict {
  /** Why there will be no consensus. */
  readonly refused?: string
  /** What the consensus will be instead of the mean, or why it may come later than ρ tells. */
  readonly warning?: string
}

/** What differs from 1 by less is 1. */
const ROUNDING = 1e-9

/** On W with its spectrum, for peers that divide by the weights of push-sum, or not. */
export function verdictOn(matrix: MixingMatrix, spectrum: Spectrum, pushSum = false): Verdict {
  const refused = withoutConsensus(matrix, spectrum) ?? withoutMeaning(matrix, pushSum)
  if (refused !== undefined) return { refused }
  const warning = bias(matrix) ?? stalling(matrix, spectrum)
  return warning === undefined ? {} : { warning }
}

function withoutConsensus(matrix: MixingMatrix, spectrum: Spectrum): string | undefined {
  const graph = usedGraph(matrix)
  try {
    assertConnected(graph)
  } catch (error) {
    if (error instanceof ExperimentError) return error.message
    throw error
  }
  const { secondModulus, lambdaMin } = spectrum
  if (matrix.weights.some(weight => weight < 0) || matrix.selfWeights.some(weight => weight < 0)) {
    if (secondModulus === null || secondModulus < 1 - ROUNDING) return undefined
    return `W has negative weights and the second largest |λ| ${shown(secondModulus)}, so differences do not shrink`
  }
  if (matrix.selfWeights.some(weight => weight > 0)) return undefined
  const period = periodOf(graph)
  if (period === 1) return undefined
  if (period === 2 && lambdaMin !== null) {
    return 'the smallest eigenvalue of W is −1, so the two halves of this graph swap their values for ever; use metropolis or lazy weights'
  }
  return `no peer keeps a share of its own and all walks back take a multiple of ${period} rounds, so values go round for ever`
}

function withoutMeaning(matrix: MixingMatrix, pushSum: boolean): string | undefined {
  if (matrix.stochastic === 'column' && !pushSum) {
    const who = farthestFromFair(matrix)
    const end = who && ` peer ${who.peer} would end at ${shown(who.share * who.peers)} times the mean;`
    return `the columns of W sum to 1, its rows do not: without push-sum${end ?? ' peers would not agree;'} use push-sum, or uniform weights`
  }
  if (matrix.stochastic === 'row' && pushSum) {
    return 'push-sum needs columns that sum to 1, and those of W do not; use push weights'
  }
  return undefined
}

function bias(matrix: MixingMatrix): string | undefined {
  if (matrix.stochastic !== 'row') return undefined
  const who = farthestFromFair(matrix)
  const how = who && `: peer ${who.peer} counts ${shown(who.share)} of it instead of ${shown(1 / who.peers)}`
  return `the consensus is biased${how ?? ', for the columns of W do not sum to 1'}`
}

function stalling({ stochastic }: MixingMatrix, spectrum: Spectrum): string | undefined {
  const { spectralRadius, secondModulus, converged } = spectrum
  if (stochastic !== 'doubly' || !converged || spectralRadius < 1 - ROUNDING) return undefined
  if (secondModulus !== null && secondModulus >= 1 - ROUNDING) {
    return 'differences shrink by less than a part in 10⁹ a round'
  }
  const anyway =
    secondModulus === null ? '' : `, though they shrink by |λ₂| = ${shown(secondModulus)} in the long run`
  return `‖W − 11ᵀ/N‖₂ is ${shown(spectralRadius)}: a single round need not bring differences down${anyway}`
}

interface Share {
  readonly peers: number
  readonly peer: number
  readonly share: number
}

/** The first peer whose share is farthest from 1/N, as a ratio; undefined where shares are not known. */
function farthestFromFair(matrix: MixingMatrix): Share | undefined {
  const shares = perronVector(matrix)
  if (shares === null) return undefined
  const peers = shares.length
  let peer = 0
  let farthest = 0
  shares.forEach((share, i) => {
    const ratio = share > 0 ? Math.max(share * peers, 1 / (share * peers)) : Number.POSITIVE_INFINITY
    if (ratio > farthest + ROUNDING) {
      farthest = ratio
      peer = i
    }
  })
  return { peers, peer, share: shares[peer]! }
}

/** Whom peers hear with a weight that is not 0. */
function usedGraph({ links: { participants, rowStart, senders }, weights }: MixingMatrix): Graph {
  const neighbours = Array.from({ length: participants }, (_, i) => {
    const heard: number[] = []
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (weights[k] !== 0) heard.push(senders[k]!)
    return heard
  })
  return { neighbours }
}

/** The greatest common divisor of the lengths of all closed walks of a strongly connected graph. */
function periodOf({ neighbours }: Graph): number {
  const level = new Int32Array(neighbours.length).fill(-1)
  level[0] = 0
  const order = [0]
  let period = 0
  for (const i of order) {
    for (const j of neighbours[i]!) {
      if (level[j] === -1) {
        level[j] = level[i]! + 1
        order.push(j)
      } else period = divisor(period, Math.abs(level[i]! + 1 - level[j]!))
    }
  }
  return period
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b)
}

const shown = (value: number): string => Number(value.toPrecision(3)).toString()
