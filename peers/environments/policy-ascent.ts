/**
 * Ascent on policies: spectral projected gradient (Birgin, Martínez, Raydan 2000) on the product of the simplices of all states.
 * The gradient is g(s, a) = d(s) q(s, a) with d(s) ≥ 0, how much state s matters. A step goes towards the projection of
 * π + α q, and back towards π until it agrees with the gradient; α follows from how the gradient changed over the step
 * before, in the metric of d.
 */

/** A function of policies around one of them. */
export interface Slope {
  readonly value: number
  /** d(s) */
  readonly visits: Float64Array
  /** g(s, a) at `s * actions + a`. */
  readonly gradient: Float64Array
}

/** An ascent ends where no policy promises more than this part of the value, by the gradient. */
const TOLERANCE = 1e-11
const MOST_STEPS = 2000
/** A value may fall to the least of so many before: a step that is too long in one direction saves many in others. */
const MEMORY = 10
/** Of what the gradient promises, the part that a step must hold. */
const SUFFICIENT = 1e-4
/** What α may be, for values of any usual size; a step is not cut to less than the first part of it either. */
const SHORTEST = 1e-10
const LONGEST = 1e10

/** The policy where the ascent from `start` ends, for states of so many `actions`. */
export function ascend(
  slopeAt: (policy: Float64Array) => Slope,
  start: Float64Array,
  actions: number
): Float64Array {
  let policy = start
  let slope = slopeAt(policy)
  let best = { policy, value: slope.value }
  let stepSize = 1
  const recent = [slope.value]
  for (let step = 0; step < MOST_STEPS; step++) {
    const rounding = 1e-14 * Math.abs(slope.value)
    if (promise(policy, slope, actions) <= TOLERANCE * (1 + Math.abs(slope.value))) break
    const direction = directionOf(policy, slope, actions, stepSize)
    const rise = dot(slope.gradient, direction)
    const floor = Math.min(...recent) - rounding
    let part = 1
    let next = moved(policy, direction, part)
    let ahead = slopeAt(next)
    while (ahead.value < floor + SUFFICIENT * part * rise && part > SHORTEST) {
      part /= 2
      next = moved(policy, direction, part)
      ahead = slopeAt(next)
    }
    stepSize = spectralStep(direction, slope, ahead, actions, part)
    policy = next
    slope = ahead
    if (slope.value > best.value) best = { policy, value: slope.value }
    recent.push(slope.value)
    if (recent.length > MEMORY) recent.shift()
  }
  return best.policy
}

/** max Σ g (π' − π) over all policies π'. */
function promise(policy: Float64Array, { gradient }: Slope, actions: number): number {
  let sum = 0
  for (let at = 0; at < policy.length; at += actions) {
    let most = gradient[at]!
    let mean = 0
    for (let k = at; k < at + actions; k++) {
      most = Math.max(most, gradient[k]!)
      mean += policy[k]! * gradient[k]!
    }
    sum += most - mean
  }
  return sum
}

/** From π to the projection of π + α q. */
function directionOf(
  policy: Float64Array,
  { gradient, visits }: Slope,
  actions: number,
  stepSize: number
): Float64Array {
  const target = new Float64Array(policy.length)
  for (let at = 0; at < policy.length; at += actions) {
    const weight = visits[at / actions]!
    const scale = weight > 0 ? stepSize / weight : 0
    const row = gradient.subarray(at, at + actions)
    // Less the largest, which the projection undoes: however long the step is, what remains of a row is not rounded away.
    const most = row.reduce((larger, slope) => Math.max(larger, slope))
    row.forEach((slope, a) => {
      target[at + a] = policy[at + a]! + scale * (slope - most)
    })
    projectInPlace(target.subarray(at, at + actions))
  }
  return target.map((mass, k) => mass - policy[k]!)
}

/** The nearest distribution: what exceeds a level, which the largest entries decide (Held, Wolfe, Crowder 1974). */
function projectInPlace(masses: Float64Array): void {
  let sum = -1
  let level = 0
  masses
    .toSorted((a, b) => b - a)
    .forEach((mass, k) => {
      sum += mass
      if (mass > sum / (k + 1)) level = sum / (k + 1)
    })
  masses.forEach((mass, k) => {
    masses[k] = Math.max(0, mass - level)
  })
}

const moved = (policy: Float64Array, direction: Float64Array, part: number): Float64Array =>
  policy.map((mass, k) => mass + part * direction[k]!)

/** α = ⟨s, D s⟩ / ⟨s, −y⟩ of the step s and the change y of the gradient: the inverse of a curvature along s. */
function spectralStep(
  direction: Float64Array,
  from: Slope,
  to: Slope,
  actions: number,
  part: number
): number {
  let length = 0
  let bend = 0
  direction.forEach((towards, k) => {
    length += part * towards * towards * to.visits[Math.floor(k / actions)]!
    bend += towards * (from.gradient[k]! - to.gradient[k]!)
  })
  return bend > 0 ? Math.min(Math.max(length / bend, SHORTEST), LONGEST) : LONGEST
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}
