/**
 * How the mean moves where samples depend on those before, to first order in η: what a sample draws e towards depends on where earlier
 * samples have moved it, and these on each other. Beyond its mean path the swarm then ends where Z ← F Z + Q g does,
 *
 *     g = η² Σ_h B^(H−1−h) Σ_l w_l E[(∂u_{t+l}/∂e) ε_t],   B = I − ηA_i,
 *
 * with the mean map F of a round and Q of its exchange; w_l is what exchanges have left of a move l steps ago.
 */
import { largest, product } from '../core/linear.ts'
import type { Recursion } from './exchange.ts'
import { type ExpectedSteps, meanStepOf } from './expected-steps.ts'
import type { Trail } from './trail.ts'

/** g of a peer, d numbers. */
export function driftOf(
  trail: Trail,
  recursion: Recursion,
  steps: ExpectedSteps,
  peer: number
): Float64Array {
  const { localSteps, stepSize, systems } = steps
  const d = systems.parameters
  const drifts = driftsOf(trail, d)
  const kept = keptBy(recursion, peer, Math.ceil(drifts.length / localSteps))
  const step = meanStepOf(steps, peer)
  const sums = [new Float64Array(d)]
  for (const [lag, drift] of drifts.entries()) sums.push(drift.map((value, j) => value + sums[lag]![j]!))
  const upTo = (lag: number): Float64Array => sums[Math.min(lag, drifts.length)]!
  let total = new Float64Array(d)
  for (let h = 0; h < localSteps; h++) {
    const force = upTo(h).slice()
    kept.forEach(({ start, correction }, m) => {
      // Of the correction a sample at step h has seen h of H parts.
      const part = start + (h / localSteps) * correction
      const [from, to] = [upTo(m * localSteps + h), upTo((m + 1) * localSteps + h)]
      for (let j = 0; j < d; j++) force[j] = force[j]! + part * (to[j]! - from[j]!)
    })
    total = product(step, total, d).map((value, j) => value + stepSize * stepSize * force[j]!)
  }
  return total
}

/** One after the other, until nothing is left. */
function driftsOf({ drift, least, size, moveOn }: Trail, d: number): Float64Array[] {
  const found = [...drift.early]
  let rows = drift.rows
  while (largest(rows) > least) {
    const next = new Float64Array(d)
    drift.readInto(rows, next)
    found.push(next)
    const moved = new Float64Array(rows.length)
    for (let at = 0; at < rows.length; at += size)
      moveOn(rows.subarray(at, at + size), moved.subarray(at, at + size))
    rows = moved
  }
  return found
}

/** What is left to a peer of a move of its own: where its local steps start, and what they are corrected by in all. */
interface Left {
  start: number
  correction: number
}

/** By exchanges alone, in each of the `count` + 1 rounds after; on average over a period. */
function keptBy({ exchanges, starts, corrections, rows }: Recursion, i: number, count: number): Left[] {
  const kept = Array.from({ length: count + 1 }, (): Left => ({ start: 0, correction: 0 }))
  exchanges.forEach((_, phase) => {
    let state = new Float64Array(rows)
    let psi = new Float64Array(starts.length)
    psi[i] = 1
    for (let m = 0; m <= count; m++) {
      const next = new Float64Array(rows)
      exchanges[(phase + m) % exchanges.length]!.into(state, psi, 1, next)
      state = next
      const correction = (peer: number): number =>
        corrections === undefined ? 0 : state[corrections + peer]!
      psi = Float64Array.from(starts, (start, peer) => state[start]! + correction(peer))
      const left = kept[m]!
      left.start += state[starts[i]!]! / exchanges.length
      left.correction += correction(i) / exchanges.length
    }
  })
  return kept
}
