/** How long the mean path takes from where the peers begin to where it ends. */
import type { ParameterMatrix } from '../interfaces.ts'
import { ownRows } from './exchanges/rows.ts'
import type { LinearSystems } from './expected-steps.ts'
import type { MeanPath } from './mean-path.ts'
import { beginning, exchangeInto, localStepsInto } from './round.ts'

export interface Approach {
  /** What is left of the distance to the end. */
  readonly part: number
  /** After so many rounds it is for the first time no more. */
  readonly rounds: number
}

/** What is left of a distance that is rounding. */
const NOTHING = 1e-13

/**
 * Rounds until no more than each of `parts`, descending, is left of the root mean square distance of θ_i to its end. Looked at when
 * a period is over; where more than `work` multiplications would be needed, by the contraction from there on.
 */
export function approachOf(
  path: MeanPath,
  start: ParameterMatrix,
  parts: readonly number[],
  work: number
): readonly Approach[] {
  const { recursion, steps, rounds, contraction, end } = path
  const { peers, parameters: d, isFree } = steps.systems
  const period = recursion.exchanges.length
  const here = distancesFrom(steps.systems, start)
  const distance = (at: (i: number, j: number) => number): number => {
    let sum = 0
    for (let i = 0; i < peers; i++) {
      for (let j = 0; j < d; j++) {
        const off = isFree[j] === 1 ? 0 : at(i, j) - end[recursion.reads[i]! * d + j]!
        sum += off * off
      }
    }
    return Math.sqrt(sum / peers)
  }
  const begun = distance((i, j) => here[i * d + j]!)
  if (begun <= NOTHING) return parts.map(part => ({ part, rounds: 0 }))

  let state: Float64Array = firstRound(path, here)
  let next: Float64Array = new Float64Array(state.length)
  let round = 1
  let left = 1
  let done = 0
  const most = Math.max(2 * period, work / (rounds.work / period))
  const found: Approach[] = []
  const goOn = (): void => {
    rounds.roundInto(round % period, state, true, next)
    ;[state, next] = [next, state]
    round++
  }
  for (const part of parts) {
    while (left > part && done < most) {
      while (round % period !== 0) goOn()
      left = distance((i, j) => state[recursion.reads[i]! * d + j]!) / begun
      done = round
      if (left <= part) break
      goOn()
    }
    if (left <= part) found.push({ part, rounds: done })
    else {
      const more = Math.ceil(Math.log(part / left) / Math.log(contraction)) * period
      found.push({ part, rounds: done + more })
    }
  }
  return found
}

/** θ_i − θ*, d numbers each. */
export function distancesFrom(
  { peers, parameters: d, solution }: LinearSystems,
  { values, stride }: ParameterMatrix
): Float64Array {
  return Float64Array.from(
    { length: peers * d },
    (_, at) => values[Math.floor(at / d) * stride + (at % d)]! - solution[at % d]!
  )
}

/** The state after the first round, from θ_i − θ* of every peer; what is kept besides begins at 0 where the recursion does not say. */
export function firstRound({ recursion, steps }: MeanPath, start: Float64Array): Float64Array {
  const { rows, exchanges } = recursion
  const { peers, parameters: d } = steps.systems
  const psi = new Float64Array(peers * d)
  const own = { starts: ownRows(peers), corrections: peers }
  const uncorrected = new Float64Array(2 * peers * d)
  uncorrected.set(start)
  localStepsInto(own, steps, uncorrected, true, psi)
  const out = new Float64Array(rows * d)
  exchangeInto(exchanges[0]!, steps, beginning(recursion, d, start), psi, out)
  return out
}
