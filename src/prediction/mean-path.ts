/**
 * Where the mean path of linear TD ends, and how fast it comes there: sampled steps replaced by their expectation. A round is then
 * an affine map, and its fixed point the bias of the aggregation, for the star that of Mangold et al. (2024). Aggregations
 * with control variates end at θ*, with ξ_i = A_i θ* − b_i; PF-LSA at θ_i* of each peer. On a graph that takes turns the end is a
 * cycle, looked at when a period is over.
 */
import { present } from '../core/assert.ts'
import { largest, solveInPlace } from '../core/linear.ts'
import type { Recursion, Unknown } from './exchange.ts'
import { type ExpectedSteps, expectedSteps, type StepSettings, stepsWork } from './expected-steps.ts'
import { endOf, spectralRadius } from './linear-map.ts'
import { beginning, type MeanRounds, meanRounds } from './round.ts'
import type { LinearSwarm } from './subject.ts'

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

/** Relative change in a period that is none. */
const ROUNDING = 1e-14

/** Why there is no end. */
export interface NoEnd extends Unknown {
  readonly why: 'diverges' | 'conserves' | 'work'
}

/** With about `work` multiplications. */
export function stepsOf(
  { recursion, systems }: LinearSwarm,
  settings: StepSettings,
  work: number
): ExpectedSteps | NoEnd {
  const isCorrected = recursion.corrections !== undefined
  if (stepsWork(systems, settings.localSteps, isCorrected) > work) return TOO_LARGE
  return expectedSteps(systems, settings, isCorrected) ?? DIVERGES
}

/**
 * With about `work` multiplications for the contraction, and as many for the end. Where components that nobody learns stay different
 * for ever, there is an end if it is known where they begin: `start`, θ_i − θ* of all peers.
 */
export function meanPath(
  recursion: Recursion,
  steps: ExpectedSteps,
  work: number,
  start?: Float64Array
): MeanPath | NoEnd {
  const whole = meanRounds(recursion, steps)
  const path = pathOver(whole, recursion, steps, work)
  if (path !== CONSERVES || start === undefined) return path
  const learnt = pathOver(meanRounds(recursion, steps, true), recursion, steps, work)
  if ('unknown' in learnt) return learnt
  const free = freeEnd(whole, beginning(recursion, steps.systems.parameters, start), steps, work)
  return free === undefined ? TOO_LARGE : { ...learnt, end: learnt.end.map((value, at) => value + free[at]!) }
}

function pathOver(
  rounds: MeanRounds,
  recursion: Recursion,
  steps: ExpectedSteps,
  work: number
): MeanPath | NoEnd {
  const contraction = contractionOf(rounds, work)
  if (typeof contraction !== 'number') return contraction
  const end = knownEnd(recursion, steps) ?? solvedEnd(rounds, contraction, work)
  return end === undefined ? TOO_LARGE : { recursion, steps, rounds, contraction, end }
}

/** Of a period that has an end. */
function contractionOf(rounds: MeanRounds, work: number): number | NoEnd {
  const contraction = spectralRadius(rounds, work)
  if (contraction === undefined) return TOO_LARGE
  if (!(contraction < 1 + STANDSTILL)) return DIVERGES
  return contraction > 1 - STANDSTILL ? CONSERVES : contraction
}

const DIVERGES: NoEnd = { why: 'diverges', unknown: 'the path diverges: the step size is too large' }
const CONSERVES: NoEnd = {
  why: 'conserves',
  unknown:
    'where the path ends depends on where it begins: some peer has states that it never visits, or hardly ever'
}
export const TOO_LARGE: NoEnd = {
  why: 'work',
  unknown: 'too large to compute exactly: fewer peers, states or features would do'
}

function knownEnd(recursion: Recursion, steps: ExpectedSteps): Float64Array | undefined {
  if (recursion.end === undefined) return undefined
  return recursion.end === 'common' ? commonEnd(recursion, steps) : ownEnds(recursion, steps)
}

/** θ*, with ζ_i = −ηH (b_i − A_i θ*). */
function commonEnd(
  { corrections, rows }: Recursion,
  { systems, stepSize, localSteps }: ExpectedSteps
): Float64Array {
  const { parameters: d, forces } = systems
  const first = present(corrections, 'the row of ζ_0') * d
  const end = new Float64Array(rows * d)
  for (let at = 0; at < forces.length; at++) end[first + at] = -stepSize * localSteps * forces[at]!
  return end
}

/** θ_i*: A_i e_i = b_i − A_i θ*, and 0 in components that nobody learns. But for these no A_i is singular where a round contracts. */
function ownEnds({ rows }: Recursion, { systems }: ExpectedSteps): Float64Array {
  const { peers, parameters: d, matrices, forces, isFree } = systems
  const end = new Float64Array(rows * d)
  end.set(forces)
  for (let i = 0; i < peers; i++) {
    const a = matrices.slice(i * d * d, (i + 1) * d * d)
    for (let j = 0; j < d; j++) if (isFree[j] === 1) a[j * d + j] = 1
    solveInPlace(a, end.subarray(i * d, (i + 1) * d), d)
  }
  return end
}

function solvedEnd(rounds: MeanRounds, contraction: number, work: number): Float64Array | undefined {
  const pull = new Float64Array(rounds.size)
  rounds.applyAffine(new Float64Array(rounds.size), pull)
  return endOf(rounds, pull, contraction, work)
}

/** Where what nobody learns, which is only mixed, comes to rest; 0 in the other components. */
function freeEnd(
  rounds: MeanRounds,
  state: Float64Array,
  { systems: { parameters: d, isFree } }: ExpectedSteps,
  work: number
): Float64Array | undefined {
  let here = state.map((value, at) => (isFree[at % d] === 1 ? value : 0))
  let next = new Float64Array(here.length)
  for (let spent = 0; spent <= work; spent += rounds.work) {
    rounds.apply(here, next)
    const most = largest(next)
    if (next.every((value, at) => Math.abs(value - here[at]!) <= ROUNDING * most)) return next
    ;[here, next] = [next, here]
  }
  return undefined
}

/** θ_i of all peers in a state, d each. */
export function parametersIn(
  { recursion: { reads }, steps }: Pick<MeanPath, 'recursion' | 'steps'>,
  state: Float64Array
): Float64Array {
  const { parameters: d, solution } = steps.systems
  return Float64Array.from(
    { length: reads.length * d },
    (_, at) => solution[at % d]! + state[reads[Math.floor(at / d)]! * d + (at % d)]!
  )
}
