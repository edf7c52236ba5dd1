/** What is measured of a swarm on its mean path, and of one whose state scatters about it: root mean squares. */
import { present } from '../core/assert.ts'
import { parameterMatrix } from '../core/parameter-matrix.ts'
import { type Fleet, METRICS, type PeerErrors, type SwarmErrors } from '../interfaces.ts'
import { type MeanPath, parametersIn } from './mean-path.ts'
import type { Predictable } from './subject.ts'

/** Errors of the swarm, and of each peer. */
export interface Errors {
  readonly swarm: SwarmErrors
  readonly peers: PeerErrors
}

/** Of a variance, relative to that of θ_i: what is left where differences cancel. */
const ROUNDING = 1e-12

/** What is measured of θ in a state of the mean path. */
export function errorsAt(path: MeanPath, state: Float64Array, { judge }: Predictable): Errors {
  const { peers, parameters: d } = path.steps.systems
  const rows = parametersIn(path, state)
  const theta = parameterMatrix(peers, d)
  for (let i = 0; i < peers; i++) theta.values.set(rows.subarray(i * d, (i + 1) * d), i * theta.stride)
  const errors = judge.measure(theta)
  if (rows.some((value, at) => value !== rows[at % d])) return errors
  // All are the same to the bit, of which a rounded mean would not be one.
  return {
    swarm: { ...errors.swarm, consensusError: 0 },
    peers: { ...errors.peers, consensusError: new Float64Array(peers) }
  }
}

/** Root mean squares of errors about those of the mean path, where the state has this covariance. */
export function scattered(
  { recursion, steps }: MeanPath,
  ends: PeerErrors,
  covariance: Float64Array
): Errors {
  const { reads, rows } = recursion
  const { fleet, peers, parameters: d, isFree, stationary } = steps.systems
  const size = rows * d
  /** Cov(θ_i, θ_j), component by component. */
  const between = (i: number, j: number, a: number, b: number): number =>
    covariance[(reads[i]! * d + a) * size + reads[j]! * d + b]!
  const traces = Float64Array.from({ length: peers * peers }, (_, at) => {
    let sum = 0
    for (let a = 0; a < d; a++) if (isFree[a] === 0) sum += between(Math.floor(at / peers), at % peers, a, a)
    return sum
  })
  const withMean = Float64Array.from({ length: peers }, (_, i) => {
    let sum = 0
    for (let j = 0; j < peers; j++) sum += traces[i * peers + j]! / peers
    return sum
  })
  const ofMean = withMean.reduce((sum, value) => sum + value / peers, 0)
  const ofValues = Float64Array.from({ length: peers }, (_, i) =>
    valueVariance(fleet, i, stationary, between)
  )
  const beside = (end: Float64Array | null, variance: (i: number) => number): Float64Array =>
    present(end, 'errors of values').map((error, i) => {
      const found = variance(i)
      return Math.sqrt(error * error + (found > ROUNDING * traces[i * peers + i]! ? found : 0))
    })
  const columns = {
    consensusError: beside(ends.consensusError, i => traces[i * peers + i]! - 2 * withMean[i]! + ofMean),
    valueError: beside(ends.valueError, i => ofValues[i]!),
    excessValueError: beside(ends.excessValueError, i => ofValues[i]!),
    fixedPointError: beside(ends.fixedPointError, i => traces[i * peers + i]!)
  }
  const nothing = Object.fromEntries(METRICS.map(metric => [metric, null]))
  const rootMeanSquare = (column: Float64Array): number =>
    Math.sqrt(column.reduce((sum, error) => sum + error * error, 0) / peers)
  const ofSwarm = Object.entries(columns).map(([metric, column]) => [metric, rootMeanSquare(column)])
  return {
    peers: { ...nothing, ...columns } as PeerErrors,
    swarm: { ...nothing, ...Object.fromEntries(ofSwarm) } as SwarmErrors
  }
}

/** Σ_s μ_i(s) var φ(s)·θ_i */
function valueVariance(
  { states, features }: Fleet,
  i: number,
  stationary: Float64Array,
  between: (i: number, j: number, a: number, b: number) => number
): number {
  const d = features.count
  let sum = 0
  for (let s = 0; s < states; s++) {
    const weight = stationary[i * states + s]!
    if (weight === 0) continue
    if (features.kind === 'one-hot') {
      sum += weight * between(i, i, s, s)
      continue
    }
    const phi = features.table.subarray(s * features.stride, s * features.stride + d)
    for (let a = 0; a < d; a++)
      for (let b = 0; b < d; b++) sum += weight * phi[a]! * phi[b]! * between(i, i, a, b)
  }
  return sum
}
