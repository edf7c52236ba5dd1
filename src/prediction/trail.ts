/**
 * How the samples of a trajectory depend on those before. With ε_t what the sample of local step t adds to its mean, all that can be told
 * of ε_{t+1}, ε_{t+2}, … from the past follows from a few numbers f of it (where the chain is, what is still open), which move on
 * linearly in the mean. So whatever depends linearly on the past, x, has E[x fᵀ] for its *trail*: it moves on alike, and
 * E[x ε_tᵀ] is read from it.
 */
import { largest } from '../core/linear.ts'
import type { Sampler } from './sampler.ts'
import { returnTrail } from './trail-of-returns.ts'
import { traceTrail } from './trail-of-traces.ts'
import type { Transitions } from './transitions.ts'

export interface Trail {
  /** Numbers of f. */
  readonly size: number
  /** Multiplications of moving one row on, and reading it. */
  readonly work: number
  /** E[ε_t f_{t+1}ᵀ], d rows of `size`: what a sample leaves in those that follow. */
  readonly fresh: Float64Array
  /** Trails that are smaller have nothing left. */
  readonly least: number
  /** A row of a trail, E[x f_tᵀ], to E[x f_{t+1}ᵀ]. */
  moveOn(row: Float64Array, out: Float64Array): void
  /** E[x ε_tᵀ], d numbers, of a row. */
  readInto(row: Float64Array, out: Float64Array): void
  /** What moving e by a sample comes to in the mean of those that follow. */
  readonly drift: Drift
}

/** Σ_k E[ε_t,k ∂u_{t+l}/∂e_k], d numbers for each lag l. */
interface Drift {
  /** Of the first lags. */
  readonly early: readonly Float64Array[]
  /** Of the lag after those it is read from these rows, and of later ones once they have moved on. */
  readonly rows: Float64Array
  readInto(rows: Float64Array, out: Float64Array): void
}

/** What a trail is taken at. */
export interface Place {
  readonly solution: Float64Array
  /** y = (1, e), where e stands still: the trail is that of first order in η. */
  readonly y: Float64Array
  /** E[u] there, d numbers. */
  readonly mean: Float64Array
}

/** Relative to what a sample leaves at once. */
const NOTHING = 1e-8

/** Multiplications that it takes to make a trail. */
export function trailWork({ states, parameters: d, outcomes }: Transitions, { target }: Sampler): number {
  const transitions = outcomes.reduce((sum, each) => sum + each.length, 0)
  return target.kind === 'steps'
    ? target.steps * (target.steps * transitions * 2 * d + d * (transitions * 2 + states * d * 2))
    : states * states * (states + d * d) + d * d * transitions
}

/** The trail of one transition after the other, or of every so many where some are passed over. */
export function trailOf(transitions: Transitions, { target, skip = 0 }: Sampler, place: Place): Trail {
  const found =
    target.kind === 'steps'
      ? returnTrail(transitions, target.steps, place)
      : traceTrail(transitions, target.lambda, place)
  const trail = { ...found, least: NOTHING * largest(found.fresh) }
  if (skip === 0) return trail
  const { size, work, moveOn } = trail
  const step = new Float64Array(size)
  const several = (times: number, row: Float64Array, out: Float64Array): void => {
    out.set(row)
    for (let k = 0; k < times; k++) {
      if (largest(out) <= trail.least) {
        out.fill(0)
        return
      }
      moveOn(out, step)
      out.set(step)
    }
  }
  const later = (times: number, rows: Float64Array): Float64Array => {
    const moved = new Float64Array(rows.length)
    for (let at = 0; at < rows.length; at += size)
      several(times, rows.subarray(at, at + size), moved.subarray(at, at + size))
    return moved
  }
  const { drift } = trail
  const early = drift.early.filter((_, lag) => (lag + 1) % (skip + 1) === 0)
  const passed = (early.length + 1) * (skip + 1) - (drift.early.length + 1)
  return {
    ...trail,
    work: work * (skip + 1),
    fresh: later(skip, trail.fresh),
    moveOn: (row, out) => several(skip + 1, row, out),
    drift: { ...drift, early, rows: later(passed, drift.rows) }
  }
}
