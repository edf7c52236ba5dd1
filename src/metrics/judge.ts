/**
 * What is measured of θ: distances to exact quantities of the peers' own environments and of the federation.
 *
 *     consensus error    ‖θ_i − θ̄‖
 *     value error        √(Σ_s μ_i(s) (V_θ_i(s) − V_i^π(s))²), μ_i the stationary distribution of peer i
 *     excess value error ‖Φ(θ_i − θ_i*)‖ in the same norm
 *     fixed-point error  ‖θ_i − θ*‖, Σ_i A_i θ* = Σ_i b_i; the nearest θ* where states that no peer ever
 *                        visits leave some components free
 *     return             J_i = Σ_s ρ(s) V_i^{π_θ}(s)
 *     value gap          √(Σ_s ρ(s) (V_i*(s) − V_i^{π_θ}(s))²)
 *
 * The first four judge values of a given policy, the last two policies. The swarm's errors are root mean squares over
 * the peers, its return the mean. Only peers that take part count: θ̄ and θ* are theirs, and the others' errors are NaN.
 */
import {
  exactValues,
  federatedSolution,
  ONE_STEP,
  optimalValues,
  policyValue,
  unvisitedStates
} from '../../peers/environments/exact.ts'
import type {
  Fleet,
  Metric,
  ParameterMatrix,
  PeerErrors,
  PeerView,
  ReadOut,
  SwarmErrors,
  ValueTarget
} from '../interfaces.ts'

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
}

export function judgeOf(fleet: Fleet, readOut: ReadOut, target = ONE_STEP): Judge {
  const judgePeers =
    readOut.measures === 'value' ? valueJudge(fleet, readOut, target) : policyJudge(fleet, readOut)
  const everybody = new Uint8Array(fleet.peers).fill(1)
  return {
    measures: readOut.measures,
    target,
    solution: judgePeers.solution,
    scale: judgePeers.scale,
    view: (peer, parameters, takesPart = everybody) => judgePeers.view(peer, parameters, takesPart),
    measure(theta, takesPart = everybody) {
      const peers = {
        ...judgePeers.measure(theta, takesPart),
        consensusError: consensusErrors(theta, takesPart)
      }
      return { peers, swarm: summarise(metric => peers[metric]) }
    }
  }
}

type Columns = Omit<PeerErrors, 'consensusError'>
interface PeerJudge {
  readonly solution: Float64Array | undefined
  readonly scale: number
  measure(theta: ParameterMatrix, takesPart: Uint8Array): Columns
  view(peer: number, parameters: Float64Array, takesPart: Uint8Array): PeerView
}

function valueJudge(
  fleet: Fleet,
  { valuesInto }: ReadOut & { measures: 'value' },
  learntTowards: ValueTarget
): PeerJudge {
  const { peers, states, features } = fleet
  const { stationary, values, solutions, solution } = exactValues(fleet, learntTowards)
  const d = features.count
  const everybody = new Uint8Array(peers).fill(1)
  let target = { takesPart: everybody, solution, isFree: freeComponents(fleet, stationary, everybody) }

  function targetOf(takesPart: Uint8Array): typeof target {
    if (target.takesPart.some((one, i) => one !== takesPart[i])) {
      target = {
        takesPart: takesPart.slice(),
        solution: federatedSolution(fleet, stationary, takesPart, learntTowards),
        isFree: freeComponents(fleet, stationary, takesPart)
      }
    }
    return target
  }
  /** V_θ of the row of θ at `row`. */
  function valuesOf(theta: Float64Array, row: number): Float64Array {
    const values = new Float64Array(states)
    valuesInto(features, theta, row, values)
    return values
  }
  const estimate = new Float64Array(states)
  const own = new Float64Array(states)
  return {
    solution,
    scale: [solution, solutions].reduce(
      (most, array) => array.reduce((m, x) => Math.max(m, Math.abs(x)), most),
      0
    ),
    measure(theta, takesPart) {
      const { solution, isFree } = targetOf(takesPart)
      const valueError = new Float64Array(peers).fill(Number.NaN)
      const excessValueError = new Float64Array(peers).fill(Number.NaN)
      const fixedPointError = new Float64Array(peers).fill(Number.NaN)
      for (let i = 0; i < peers; i++) {
        if (takesPart[i] === 0) continue
        const row = i * theta.stride
        valuesInto(features, theta.values, row, estimate)
        valuesInto(features, solutions, i * features.stride, own)
        let error = 0
        let excess = 0
        for (let s = 0; s < states; s++) {
          const weight = stationary[i * states + s]!
          const off = estimate[s]! - values[i * states + s]!
          const beyond = estimate[s]! - own[s]!
          error += weight * off * off
          excess += weight * beyond * beyond
        }
        let distance = 0
        for (let j = 0; j < d; j++) {
          const off = theta.values[row + j]! - solution[j]!
          if (isFree[j] === 0) distance += off * off
        }
        valueError[i] = Math.sqrt(error)
        excessValueError[i] = Math.sqrt(excess)
        fixedPointError[i] = Math.sqrt(distance)
      }
      return { valueError, excessValueError, fixedPointError, return: null, valueGap: null }
    },
    view(peer, parameters, takesPart) {
      const { solution } = targetOf(takesPart)
      const theta = new Float64Array(features.stride)
      theta.set(parameters)
      const first = peer * states
      const row = peer * features.stride
      return {
        values: valuesOf(theta, 0),
        exactValues: values.slice(first, first + states),
        federatedValues: valuesOf(solution, 0),
        weights: stationary.slice(first, first + states),
        policy: null,
        solution: solution.slice(0, d),
        ownSolution: solutions.slice(row, row + d)
      }
    }
  }
}

/** 1 for each component of θ that any value solves: with one-hot features, of a state that no peer visits in the long run. */
export function freeComponents(
  { states, features }: Fleet,
  stationary: Float64Array,
  takesPart: Uint8Array
): ArrayLike<number> {
  return features.kind === 'one-hot'
    ? unvisitedStates(stationary, states, takesPart)
    : new Uint8Array(features.count)
}

function policyJudge(fleet: Fleet, { policyInto }: ReadOut & { measures: 'policy' }): PeerJudge {
  const { peers, states, actions, evaluation } = fleet
  const best = optimalValues(fleet)
  const policy = new Float64Array(states * actions)
  const values = new Float64Array(states)
  return {
    solution: undefined,
    scale: 0,
    measure(theta, takesPart) {
      const returns = new Float64Array(peers).fill(Number.NaN)
      const valueGap = new Float64Array(peers).fill(Number.NaN)
      for (let i = 0; i < peers; i++) {
        if (takesPart[i] === 0) continue
        policyInto(actions, theta.values, i * theta.stride, policy)
        returns[i] = policyValue(fleet, i, policy, values)
        let gap = 0
        for (let s = 0; s < states; s++) {
          const off = best[i * states + s]! - values[s]!
          gap += evaluation[s]! * off * off
        }
        valueGap[i] = Math.sqrt(gap)
      }
      return { valueError: null, excessValueError: null, fixedPointError: null, return: returns, valueGap }
    },
    view(peer, parameters) {
      const chosen = new Float64Array(states * actions)
      const exact = new Float64Array(states)
      policyInto(actions, parameters, 0, chosen)
      policyValue(fleet, peer, chosen, exact)
      return {
        values: exact,
        exactValues: best.slice(peer * states, (peer + 1) * states),
        federatedValues: null,
        weights: evaluation.slice(),
        policy: chosen,
        solution: null,
        ownSolution: null
      }
    }
  }
}

function consensusErrors(
  { values, stride, parameters }: ParameterMatrix,
  takesPart: Uint8Array
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
    valueGap: rootMeanSquare(columnOf('valueGap'))
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
