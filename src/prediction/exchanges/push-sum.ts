/** Push-sum, with what its weights become in the long run: w_i θ_i ← Σ_j W_ij (w_j θ_j + ψ_j − θ_j). */
import type { MixingMatrix } from '../../interfaces.ts'
import type { Exchange } from '../exchange.ts'
import { mixRows, mixWork, room } from './rows.ts'

/** Of the weights: relative change in a round, and periods. */
const SETTLED = 1e-14
const MOST_PERIODS = 100_000
/** Multiplications until they have settled. */
const MOST_WORK = 1e8

/** Undefined where the weights take too long to settle. */
export function pushing(matrices: readonly MixingMatrix[]): readonly Exchange[] | undefined {
  const weights = limitWeights(matrices)
  return weights === undefined
    ? undefined
    : matrices.map((matrix, round) =>
        pushed(matrix, weights[round]!, weights[(round + 1) % matrices.length]!)
      )
}

/** `weights` are w before the round, `after` those after it. */
function pushed(matrix: MixingMatrix, weights: Float64Array, after: Float64Array): Exchange {
  const sums = room()
  return {
    work: mixWork(matrix) + 2 * weights.length,
    into(state, psi, width, out) {
      const sum = sums(psi.length)
      for (let at = 0; at < sum.length; at++) {
        const weight = weights[(at - (at % width)) / width]!
        sum[at] = (weight - 1) * state[at]! + psi[at]!
      }
      mixRows(matrix, sum, width, out)
      for (let at = 0; at < sum.length; at++) out[at] = out[at]! / after[(at - (at % width)) / width]!
    }
  }
}

/** w at the start of each round of a period, in the long run; undefined where that is far. */
function limitWeights(matrices: readonly MixingMatrix[]): Float64Array[] | undefined {
  const peers = matrices[0]!.links.participants
  let weights = new Float64Array(peers).fill(1)
  const work = matrices.reduce((sum, matrix) => sum + mixWork(matrix), 0)
  for (let period = 0; period < Math.min(MOST_PERIODS, MOST_WORK / work); period++) {
    const begun = weights
    const rounds = matrices.map(matrix => {
      const before = weights
      weights = new Float64Array(peers)
      mixRows(matrix, before, 1, weights)
      return before
    })
    if (weights.every((weight, i) => Math.abs(weight - begun[i]!) <= SETTLED * weight * matrices.length)) {
      return rounds
    }
  }
  return undefined
}
