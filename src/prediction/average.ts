/**
 * Averages of iterates (`../iterate-average.ts`) of a linear swarm: the mean over rounds of its mean path, and how samples scatter it,
 *
 *     Cov(1/R Σ_r x_r) = (X + Xᵀ − C)/R − (Y + Yᵀ)/R²,   X = (I − F)⁻¹ C,   Y = F (I − F^R) (I − F)⁻¹ X,
 *
 * over R rounds in which the state x scatters as in the long run, with its stationary covariance C and the mean map F of a round.
 * The first term is the one that remains of long averages (Polyak, Juditsky 1992).
 */
import { identityMinus, product, solveInPlace } from '../core/linear.ts'
import type { ParameterMatrix } from '../interfaces.ts'
import { distancesFrom, firstRound } from './approach.ts'
import type { Unknown } from './exchange.ts'
import { written } from './linear-map.ts'
import type { MeanPath } from './mean-path.ts'
import { repeated } from './repeated.ts'

/** The mean path's state, averaged over the rounds after `before`; undefined if about `work` multiplications do not lead there. */
export function averageState(
  path: MeanPath,
  start: ParameterMatrix,
  { before, rounds: last }: { readonly before: number; readonly rounds: number },
  work: number
): Float64Array | undefined {
  const { recursion, rounds } = path
  const period = recursion.exchanges.length
  if ((last * rounds.work) / period > work) return undefined
  let state: Float64Array = firstRound(path, distancesFrom(path.steps.systems, start))
  let next: Float64Array = new Float64Array(state.length)
  const mean = new Float64Array(state.length)
  for (let round = 1; ; round++) {
    if (round > before)
      for (let at = 0; at < mean.length; at++) mean[at] = mean[at]! + state[at]! / (last - before)
    if (round === last) return mean
    rounds.roundInto(round % period, state, true, next)
    ;[state, next] = [next, state]
  }
}

/** Of the average over so many rounds, from that of the state, `covariance`. */
export function averageCovariance(
  { recursion, rounds }: MeanPath,
  covariance: Float64Array,
  count: number
): Float64Array | Unknown {
  if (recursion.exchanges.length > 1)
    return { unknown: 'how averages scatter is known of graphs that stay as they are' }
  const { size } = rounds
  const map = written(rounds)
  const sum = covariance.slice()
  solveInPlace(identityMinus(map, size), sum, size, size)
  const left = repeated(map, count, (first, second) => product(first, second, size))
  const rest = product(map, product(identityMinus(left, size), sum, size), size)
  solveInPlace(identityMinus(map, size), rest, size, size)
  return covariance.map((value, at) => {
    const mirrored = (at % size) * size + Math.floor(at / size)
    const lasting = (sum[at]! + sum[mirrored]! - value) / count
    return lasting - (rest[at]! + rest[mirrored]!) / (count * count)
  })
}
