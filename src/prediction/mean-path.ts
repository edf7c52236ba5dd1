/**
 * Where the mean path of linear TD ends, and how fast it comes there: sampled steps replaced by their expectation. A round is then
 * an affine map, and its fixed point the bias of the aggregation, for the star that of Mangold et al. (2024). Aggregations
 * with control variates end at θ*, with ξ_i = A_i θ* − b_i. On a graph that takes turns the end is a cycle, looked at when
 * a period is over.
 */
import type { Recursion, Unknown } from './exchange.ts'
import type { ExpectedSteps } from './expected-steps.ts'
import { endOf, spectralRadius } from './linear-map.ts'
import { type MeanRounds, meanRounds } from './round.ts'

export interface MeanPath {
  readonly recursion: Recursion
  readonly steps: ExpectedSteps
  readonly rounds: MeanRounds
  /** By what a period shrinks the distance to the end, in the long run. */
  readonly contraction: number
  /** The state at the end of a period, relative to θ*. */
  readonly end: Float64Array
}

/** Nearer to 1 a contraction is not told from none. */
const STANDSTILL = 1e-10

/** Why there is no end. */
export interface NoEnd extends Unknown {
  readonly why: 'diverges' | 'conserves' | 'work'
}

/** With about `work` multiplications for the contraction, and as many for the end. */
export function meanPath(recursion: Recursion, steps: ExpectedSteps, work: number): MeanPath | NoEnd {
  const rounds = meanRounds(recursion, steps)
  const contraction = spectralRadius(rounds, work)
  if (contraction === undefined) return TOO_LARGE
  if (!(contraction < 1 + STANDSTILL)) return DIVERGES
  if (contraction > 1 - STANDSTILL) {
    return {
      why: 'conserves',
      unknown:
        'where the path ends depends on where it begins: some peer has states that it never visits, or hardly ever'
    }
  }
  const end = knownEnd(recursion, steps) ?? solvedEnd(rounds, contraction, work)
  return end === undefined ? TOO_LARGE : { recursion, steps, rounds, contraction, end }
}

export const DIVERGES: NoEnd = { why: 'diverges', unknown: 'the path diverges: the step size is too large' }
export const TOO_LARGE: NoEnd = {
  why: 'work',
  unknown: 'too large to compute exactly: fewer peers, states or features would do'
}

/** θ*, with ζ_i = −ηH (b_i − A_i θ*). */
function knownEnd({ corrections, rows }: Recursion, { systems, stepSize, localSteps }: ExpectedSteps) {
  if (corrections === undefined) return undefined
  const { parameters: d, forces } = systems
  const end = new Float64Array(rows * d)
  for (let at = 0; at < forces.length; at++) end[corrections * d + at] = -stepSize * localSteps * forces[at]!
  return end
}

function solvedEnd(rounds: MeanRounds, contraction: number, work: number): Float64Array | undefined {
  const pull = new Float64Array(rounds.size)
  rounds.applyAffine(new Float64Array(rounds.size), pull)
  return endOf(rounds, pull, contraction, work)
}

/** θ_i of all peers in a state, d each. */
export function parametersIn(
  { starts }: Recursion,
  state: Float64Array,
  solution: Float64Array,
  d: number
): Float64Array {
  return Float64Array.from(
    { length: starts.length * d },
    (_, at) => solution[at % d]! + state[starts[Math.floor(at / d)]! * d + (at % d)]!
  )
}
