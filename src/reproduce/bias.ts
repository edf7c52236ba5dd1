/**
 * Where sampled linear TD with a constant step ends in the mean, by the formulas of the papers: with G_c = (I − ηA_c)^H agent c goes
 * from θ to G_c θ + (I − G_c) θ_c* in a round. Written out here, apart from what `murmur` predicts of a run, to be put beside it.
 */
import { exactValues, linearSystem } from '../../peers/environments/exact.ts'
import { product, solveInPlace } from '../core/linear.ts'
import type { FiniteSetting } from './simulate.ts'

/** θ − θ* of FedLSA (Mangold et al. 2024): (mean (I − G_c))⁻¹ mean (I − G_c)(θ_c* − θ*). */
export function starBias(setting: FiniteSetting): Float64Array {
  const { peers, d, kept, pulls } = localPhase(setting)
  const system = new Float64Array(d * d)
  const bias = new Float64Array(d)
  for (let at = 0; at < kept.length; at++) system[at % (d * d)] = system[at % (d * d)]! - kept[at]! / peers
  for (let j = 0; j < d; j++) system[j * d + j] = system[j * d + j]! + 1
  for (let at = 0; at < pulls.length; at++) bias[at % d] = bias[at % d]! + pulls[at]! / peers
  solveInPlace(system, bias, d)
  return bias
}

/** θ_i − θ* of gossip, a row for each peer: Θ = (W ⊗ I)(G Θ + (I − G) Θ_loc). */
export function gossipBias(setting: FiniteSetting): Float64Array {
  const { peers, d, kept, pulls } = localPhase(setting)
  const { links, weights, selfWeights } = setting.mixing.at(0)
  const size = peers * d
  const system = new Float64Array(size * size)
  const bias = new Float64Array(size)
  function hear(i: number, j: number, weight: number): void {
    for (let r = 0; r < d; r++) {
      const row = (i * d + r) * size + j * d
      for (let c = 0; c < d; c++) system[row + c] = system[row + c]! - weight * kept[(j * d + r) * d + c]!
      bias[i * d + r] = bias[i * d + r]! + weight * pulls[j * d + r]!
    }
  }
  for (let i = 0; i < peers; i++) {
    hear(i, i, selfWeights[i]!)
    for (let k = links.rowStart[i]!; k < links.rowStart[i + 1]!; k++) hear(i, links.senders[k]!, weights[k]!)
  }
  for (let at = 0; at < size; at++) system[at * size + at] = system[at * size + at]! + 1
  solveInPlace(system, bias, size)
  return bias
}

/** G_c, and (I − G_c)(θ_c* − θ*), of all agents. */
function localPhase({ fleet, experiment: { stepSize, localSteps } }: FiniteSetting) {
  const { peers, states, features } = fleet
  const { count: d, stride } = features
  const { stationary, solutions, solution } = exactValues(fleet)
  const kept = new Float64Array(peers * d * d)
  const pulls = new Float64Array(peers * d)
  const a = new Float64Array(d * d)
  for (let c = 0; c < peers; c++) {
    linearSystem(fleet, c, stationary.subarray(c * states, (c + 1) * states), a, new Float64Array(d))
    const g = power(
      a.map((value, at) => (at % (d + 1) === 0 ? 1 : 0) - stepSize * value),
      localSteps,
      d
    )
    kept.set(g, c * d * d)
    const apart = Float64Array.from({ length: d }, (_, j) => solutions[c * stride + j]! - solution[j]!)
    const left = product(g, apart, d)
    for (let j = 0; j < d; j++) pulls[c * d + j] = apart[j]! - left[j]!
  }
  return { peers, d, kept, pulls }
}

function power(matrix: Float64Array, exponent: number, d: number): Float64Array {
  if (exponent === 1) return matrix
  const half = power(matrix, Math.floor(exponent / 2), d)
  const square = product(half, half, d)
  return exponent % 2 === 0 ? square : product(matrix, square, d)
}
