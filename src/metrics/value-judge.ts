/** How values of a given policy are judged: against V_i^π and θ_i* of each peer, and θ* of those that take part. */
import { exactValues, federatedSolution, unvisitedStates } from '../../peers/environments/exact.ts'
import type { Fleet, ReadOut, ValueTarget } from '../interfaces.ts'
import type { PeerJudge } from './judge.ts'

export function valueJudge(
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
      return {
        valueError,
        excessValueError,
        fixedPointError,
        return: null,
        valueGap: null,
        policyDistance: null,
        entropy: null
      }
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
