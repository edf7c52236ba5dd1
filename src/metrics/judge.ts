/**
 * What is measured of θ: distances to exact quantities of the peers' own environments and of the federation.
 *
 *     consensus error    ‖θ_i − θ̄‖; of a policy, over the parameters that it is read from
 *     value error        √(Σ_s μ_i(s) (V_θ_i(s) − V_i^π(s))²), μ_i the stationary distribution of peer i
 *     excess value error ‖Φ(θ_i − θ_i*)‖ in the same norm
 *     fixed-point error  ‖θ_i − θ*‖, Σ_i A_i θ* = Σ_i b_i; the nearest θ* where states that no peer ever
 *                        visits leave some components free
 *     return             J_i = Σ_s ρ(s) V_i^{π_θ}(s)
 *     value gap          √(Σ_s ρ(s) (V_i*(s) − V_i^{π_θ}(s))²)
 *     policy distance    and entropy: `policies.ts`
 *
 * The first four judge values of a given policy, the others policies. The swarm's errors are root mean squares over
 * the peers, its return and entropy means. Where environments are simulated, the return is the score of episodes. Only peers
 * that take part count: θ̄ and θ* are theirs, and the others' errors are NaN.
 */
import { ONE_STEP } from '../../peers/environments/exact.ts'
import { assert } from '../core/assert.ts'
import type {
  Fleet,
  Metric,
  ParameterMatrix,
  PeerErrors,
  PeerView,
  ReadOut,
  SimulatedFleet,
  SwarmErrors,
  ValueTarget
} from '../interfaces.ts'
import { policyJudge } from './policy-judge.ts'
import { scoreJudge } from './score-judge.ts'
import { valueJudge } from './value-judge.ts'

/** Measures rows 0 … peers − 1 of θ. */
export interface Judge {
  /** What parameters are judged as. */
  readonly measures: ReadOut['measures']
  /** What values are learnt towards; of no matter where a policy is judged. */
  readonly target: ValueTarget
  /** θ* of the federation of all peers, `parameters` doubles; undefined where a policy is judged. */
  readonly solution: Float64Array | undefined
  /** The largest parameter of θ* and of the peers' own solutions θ_i*; 0 where there are none. */
  readonly scale: number
  /** `takesPart`: 1 per peer that does; everybody if left out. */
  measure(theta: ParameterMatrix, takesPart?: Uint8Array): { swarm: SwarmErrors; peers: PeerErrors }
  /** What a peer with these parameters, θ_i without padding, believes beside what is true in its environment; copies. */
  view(peer: number, parameters: Float64Array, takesPart?: Uint8Array): PeerView
  /** The return of the policy with these parameters in the environment of a peer; undefined where values are judged. */
  readonly returnIn: ((environment: number, parameters: Float64Array) => number) | undefined
}

export interface JudgeSettings {
  /** What values are learnt towards; one step if left out. */
  readonly target?: ValueTarget | undefined
  /** Of the episodes in which simulated environments are judged. */
  readonly seed?: string
}

export function judgeOf(
  fleet: Fleet | SimulatedFleet,
  readOut: ReadOut,
  { target = ONE_STEP, seed = '' }: JudgeSettings = {}
): Judge {
  const judgePeers = peerJudge(fleet, readOut, target, seed)
  const everybody = new Uint8Array(fleet.peers).fill(1)
  const width = readOut.measures === 'value' ? undefined : readOut.width
  return {
    measures: readOut.measures,
    target,
    solution: judgePeers.solution,
    scale: judgePeers.scale,
    view: (peer, parameters, takesPart = everybody) => judgePeers.view(peer, parameters, takesPart),
    returnIn: judgePeers.returnIn,
    measure(theta, takesPart = everybody) {
      const peers = {
        ...judgePeers.measure(theta, takesPart),
        consensusError: consensusErrors(theta, takesPart, width ?? theta.parameters)
      }
      return { peers, swarm: summarise(metric => peers[metric]) }
    }
  }
}

function peerJudge(
  fleet: Fleet | SimulatedFleet,
  readOut: ReadOut,
  target: ValueTarget,
  seed: string
): PeerJudge {
  if (fleet.kind === 'simulated') {
    assert(readOut.measures === 'score', `${fleet.name} has no ${readOut.measures} to measure`)
    return scoreJudge(fleet, readOut, seed)
  }
  assert(readOut.measures !== 'score', `${fleet.name} is no simulation`)
  return readOut.measures === 'value' ? valueJudge(fleet, readOut, target) : policyJudge(fleet, readOut)
}

type Columns = Omit<PeerErrors, 'consensusError'>
export interface PeerJudge {
  readonly solution: Float64Array | undefined
  readonly scale: number
  measure(theta: ParameterMatrix, takesPart: Uint8Array): Columns
  view(peer: number, parameters: Float64Array, takesPart: Uint8Array): PeerView
  returnIn?(environment: number, parameters: Float64Array): number
}

/** Of the first `parameters` of each row. */
function consensusErrors(
  { values, stride }: ParameterMatrix,
  takesPart: Uint8Array,
  parameters: number
): Float64Array {
  const mean = new Float64Array(parameters)
  let count = 0
  for (let i = 0; i < takesPart.length; i++) {
    if (takesPart[i] === 0) continue
    count++
    for (let j = 0; j < parameters; j++) mean[j] = mean[j]! + values[i * stride + j]!
  }
  for (let j = 0; j < parameters; j++) mean[j] = mean[j]! / count
  return Float64Array.from(takesPart, (one, i) => {
    if (one === 0) return Number.NaN
    let sum = 0
    for (let j = 0; j < parameters; j++) {
      const off = values[i * stride + j]! - mean[j]!
      sum += off * off
    }
    return Math.sqrt(sum)
  })
}

/** One figure per metric, NaN left out: the root mean square of each column of errors, the mean of the returns. */
function summarise(columnOf: (metric: Metric) => ArrayLike<number> | null): SwarmErrors {
  return {
    consensusError: rootMeanSquare(columnOf('consensusError')),
    valueError: rootMeanSquare(columnOf('valueError')),
    excessValueError: rootMeanSquare(columnOf('excessValueError')),
    fixedPointError: rootMeanSquare(columnOf('fixedPointError')),
    return: mean(columnOf('return')),
    valueGap: rootMeanSquare(columnOf('valueGap')),
    policyDistance: rootMeanSquare(columnOf('policyDistance')),
    entropy: mean(columnOf('entropy'))
  }
}

/** The swarm's figures over the second half of its measured rounds, of which `history` holds one entry each. */
export function tailOf(history: readonly SwarmErrors[]): SwarmErrors | null {
  const tail = history.slice(Math.floor(history.length / 2))
  if (tail.length === 0) return null
  return summarise(metric => {
    const column = tail.map(errors => errors[metric])
    return column.every(value => value !== null) ? column : null
  })
}

function rootMeanSquare(column: ArrayLike<number> | null): number | null {
  if (column === null) return null
  let sum = 0
  let count = 0
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i]!)) continue
    sum += column[i]! * column[i]!
    count++
  }
  return Math.sqrt(sum / count)
}

function mean(column: ArrayLike<number> | null): number | null {
  if (column === null) return null
  let sum = 0
  let count = 0
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i]!)) continue
    sum += column[i]!
    count++
  }
  return sum / count
}
