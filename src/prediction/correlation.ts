/**
 * What it adds to the scatter that the samples of a trajectory depend on each other, to first order in η: their long-run covariance, taken
 * at the mean path. The noise that the local steps of round r leave in ψ_i is n_r = η Σ_h B^(H−1−h) ε_h, B = I − ηA_i. Beyond what
 * independent samples do,
 *
 *     within a round    D ← B D Bᵀ + η (B X_h + X_hᵀ Bᵀ),   X_h = E[e_h ε_hᵀ] of the trail of the steps before,
 *     between rounds    C ← C + S + Sᵀ,   S = F E[Z_r n_rᵀ] Qᵀ,   E[Z_r n_rᵀ] = Σ_{m≥1} F^(m−1) Q L_m,   L_m = E[n_{r−m} n_rᵀ],
 *
 * with the mean map F of a round and Q of its exchange; and `drift.ts` knows how the mean moves. All of this is of one peer: samples of
 * different peers are independent.
 */
import { largest, product, transposed } from '../core/linear.ts'
import { congruenceInto } from './congruence.ts'
import { driftOf } from './drift.ts'
import { type ExpectedSteps, meanStepOf } from './expected-steps.ts'
import type { MeanPath } from './mean-path.ts'
import { localStepsInto } from './round.ts'
import type { Sampler } from './sampler.ts'
import { samplesOf, secondMomentAt, tracedSamples } from './samples.ts'
import { type Trail, trailOf, trailWork } from './trail.ts'
import { type Transitions, transitionsOf } from './transitions.ts'

export interface Correlation {
  /** D of all peers, d × d each. */
  readonly within: Float64Array
  /** L_m of all peers, d × d each, for m = 1, 2, … until nothing is left. */
  readonly between: readonly Float64Array[]
  /** g of all peers, d each. */
  readonly drift: Float64Array
}

/** Undefined where it takes more than about `work` multiplications. */
export function correlationOf(path: MeanPath, sampler: Sampler, work: number): Correlation | undefined {
  const { steps, recursion } = path
  const { fleet, solution, peers, parameters: d, stationary } = steps.systems
  const places = meanPlaces(path)
  const within = new Float64Array(peers * d * d)
  const between: Float64Array[] = []
  const drift = new Float64Array(peers * d)
  let left = work
  for (let i = 0; i < peers; i++) {
    const transitions = transitionsOf(fleet, i, stationary)
    left -= trailWork(transitions, sampler)
    if (left < 0) return undefined
    const y = Float64Array.of(1, ...places.subarray(i * d, (i + 1) * d))
    const trail = trailOf(transitions, sampler, { solution, y, mean: meanAt(steps, i, y) })
    const rounds = new PeerRounds(trail, steps, i)
    const perRound = steps.localSteps * rounds.work
    left -= perRound
    if (left < 0) return undefined
    within.set(rounds.within(ownOf(transitions, sampler, solution, y)), i * d * d)
    for (let m = 0; !rounds.isOver(); m++) {
      left -= perRound
      if (left < 0) return undefined
      between[m] ??= new Float64Array(peers * d * d)
      between[m]!.set(rounds.next(), i * d * d)
    }
    drift.set(driftOf(trail, recursion, steps, i), i * d)
  }
  const columns = between.length * peers * d * recursion.exchanges.length
  return 2 * columns * path.rounds.work > left ? undefined : { within, between, drift }
}

/** Of one peer, round by round. */
class PeerRounds {
  /** Multiplications of a local step. */
  readonly work: number
  readonly #trail: Trail
  readonly #steps: ExpectedSteps
  /** B */
  readonly #step: Float64Array
  /** E[n f], d rows: of the round that begins it, then moved on. */
  #left: Float64Array

  constructor(trail: Trail, steps: ExpectedSteps, peer: number) {
    const { parameters: d } = steps.systems
    this.#trail = trail
    this.#steps = steps
    this.#step = meanStepOf(steps, peer)
    this.#left = new Float64Array(trail.fresh.length)
    this.work = d * (trail.work + d * trail.size + 3 * d * d)
  }

  /** D of the first round, which leaves its trail; `own` is what to add to the second moments of each sample. */
  within(own: Float64Array | undefined): Float64Array {
    const { localSteps, stepSize, systems } = this.#steps
    const d = systems.parameters
    const squaredStep = stepSize * stepSize
    const added = new Float64Array(d * d)
    const carried = new Float64Array(d * d)
    for (let h = 0; h < localSteps; h++) {
      const pushed = product(this.#step, this.#read(), d)
      congruenceInto(this.#step, added, d, d, carried)
      for (let j = 0; j < d; j++)
        for (let k = 0; k < d; k++)
          added[j * d + k] =
            carried[j * d + k]! +
            pushed[j * d + k]! +
            pushed[k * d + j]! +
            squaredStep * (own?.[j * d + k] ?? 0)
      this.#left = product(this.#step, this.#left, d)
      this.#moveOn()
      for (let at = 0; at < this.#left.length; at++)
        this.#left[at] = this.#left[at]! + stepSize * this.#trail.fresh[at]!
    }
    return added
  }

  /** L_m, of the round after those that were asked for. */
  next(): Float64Array {
    const { localSteps, systems } = this.#steps
    const d = systems.parameters
    const back = transposed(this.#step, d)
    let sum = new Float64Array(d * d)
    for (let h = 0; h < localSteps; h++) {
      const read = this.#read()
      sum = product(sum, back, d).map((value, at) => value + read[at]!)
      this.#moveOn()
    }
    return sum
  }

  isOver(): boolean {
    return largest(this.#left) <= this.#steps.stepSize * this.#trail.least
  }

  /** η E[n ε_tᵀ] */
  #read(): Float64Array {
    const { systems, stepSize } = this.#steps
    const d = systems.parameters
    const { size } = this.#trail
    const read = new Float64Array(d * d)
    for (let j = 0; j < d; j++)
      this.#trail.readInto(this.#left.subarray(j * size, (j + 1) * size), read.subarray(j * d, (j + 1) * d))
    return read.map(value => stepSize * value)
  }

  #moveOn(): void {
    const { size } = this.#trail
    const moved = new Float64Array(this.#left.length)
    for (let at = 0; at < moved.length; at += size)
      this.#trail.moveOn(this.#left.subarray(at, at + size), moved.subarray(at, at + size))
    this.#left = moved
  }
}

/** By how much E[u uᵀ] of a trace is above that of the returns that stand for it. */
function ownOf(
  transitions: Transitions,
  sampler: Sampler,
  solution: Float64Array,
  y: Float64Array
): Float64Array | undefined {
  const { target, skip } = sampler
  if (target.kind !== 'lambda' || skip !== 0) return undefined
  const returns = secondMomentAt(samplesOf(transitions, solution, sampler, y.length), y)
  const traced = secondMomentAt(tracedSamples(transitions, solution, target.lambda, y.length), y)
  return traced.map((value, at) => value - returns[at]!)
}

/** Per peer e_i in the middle of its local steps, on average over a period. */
function meanPlaces({ recursion, steps, rounds, end }: MeanPath): Float64Array {
  const { starts, exchanges } = recursion
  const { peers, parameters: d } = steps.systems
  const places = new Float64Array(peers * d)
  const psi = new Float64Array(peers * d)
  let here = end
  exchanges.forEach((_, r) => {
    localStepsInto(recursion, steps, here, true, psi)
    for (let at = 0; at < places.length; at++) {
      const start = here[starts[Math.floor(at / d)]! * d + (at % d)]!
      places[at] = places[at]! + (start + psi[at]!) / (2 * exchanges.length)
    }
    const next = new Float64Array(here.length)
    rounds.roundInto(r, here, true, next)
    here = next
  })
  return places
}

/** E[u] of peer i at y = (1, e). */
function meanAt({ systems }: ExpectedSteps, i: number, y: Float64Array): Float64Array {
  const { parameters: d, matrices, forces } = systems
  return Float64Array.from({ length: d }, (_, j) => {
    let sum = forces[i * d + j]!
    for (let k = 0; k < d; k++) sum -= matrices[(i * d + j) * d + k]! * y[1 + k]!
    return sum
  })
}
