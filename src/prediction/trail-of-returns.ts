/**
 * The trail of n-step returns on a trajectory, of TD(0) for n = 1. ε = φ(s) D_n(s) − E, and the return from s_t is complete with the
 * transition at t + n − 1. So the numbers f of the past at t are where the chain is, 1{s_t = s}, from which all further returns start, and
 * what is expected of each of the n − 1 returns that are open. A return that an end cuts short is complete earlier; here it counts
 * when n transitions would have passed, which changes no sum over many steps.
 *
 * A sample's own part in both, with δ_k the differences from its start on, A_i = E[φ(s_0); s_i = s] and
 * K_i = E[φ(s_0) Σ_{k<i} γ^k δ_k; s_i = s] (A_i of one episode alone):
 *
 *     E[ε_0; s_n] = K_n,   E[ε_0 ε_iᵀ] = Σ_s (K_i(s) m_n(s) + γ^i A_i(s) q_i(s)) φ(s)ᵀ,   q_i(s) = E[D_{n−i} D_n | s],  m_n = E[D_n | s].
 */
import type { Place, Trail } from './trail.ts'
import { addInto, differencesAt, movedOn, slopesOf, type Transitions } from './transitions.ts'

export function returnTrail(transitions: Transitions, n: number, place: Place): Omit<Trail, 'least'> {
  const { states, parameters: d, features, stationary } = transitions
  const { mean } = place
  const differences = differencesAt(transitions, place.solution, place.y)
  const means = meansOf(transitions, differences, n)
  const whole = means[n]!
  const open = (n - 1) * d
  const size = open + states

  /** Σ_s v(s) m_n(s) φ(s), for v in `row` from `at`. */
  function startedInto(row: Float64Array, at: number, out: Float64Array, to: number): void {
    for (let s = 0; s < states; s++) addInto(features[s]!, row[at + s]! * whole[s]!, out, to)
  }
  const fresh = new Float64Array(d * size)
  const starts = new Float64Array(d * states)
  const sums = new Float64Array(d * states)
  features.forEach(({ places, values }, s) => {
    places.forEach((j, k) => {
      starts[j * states + s] = stationary[s]! * values[k]!
    })
  })
  const slopes = slopesOf(transitions)
  const wholeSlopes = returnSlopes(transitions, slopes, n)
  const last = wholeSlopes[n]!
  const early: Float64Array[] = []
  /** Of the return that starts i transitions after. */
  function earlyDrift(i: number): Float64Array {
    const both = slopeProducts(transitions, { differences, means, slopes, wholeSlopes }, n - i, n)
    const drift = new Float64Array(d)
    for (let s = 0; s < states; s++) {
      let sum = 0
      for (let k = 0; k < d; k++) {
        sum += sums[k * states + s]! * last[s * d + k]! + scale * starts[k * states + s]! * both[s * d + k]!
        sum -= mean[k]! * stationary[s]! * last[s * d + k]!
      }
      addInto(features[s]!, sum, drift, 0)
    }
    return drift
  }
  const row = new Float64Array(states)
  let scale = 1
  for (let i = 1; i <= n; i++) {
    for (let j = 0; j < d; j++) {
      const sum = sums.subarray(j * states, (j + 1) * states)
      const start = starts.subarray(j * states, (j + 1) * states)
      movedOn(transitions, sum, row)
      sum.set(row)
      movedOn(transitions, start, sum, { differences, scale })
      movedOn(transitions, start, row, { goingOn: true })
      start.set(row)
    }
    scale *= transitions.discount
    if (i === n) break
    const both = productsOf(transitions, differences, means, n - i, n)
    for (let j = 0; j < d; j++) {
      const to = j * size + (i - 1) * d
      startedInto(sums, j * states, fresh, to)
      for (let s = 0; s < states; s++)
        addInto(features[s]!, scale * starts[j * states + s]! * both[s]!, fresh, to)
      for (let k = 0; k < d; k++) fresh[to + k] = fresh[to + k]! - mean[j]! * mean[k]!
    }
    early.push(earlyDrift(i))
  }
  for (let j = 0; j < d; j++)
    for (let s = 0; s < states; s++)
      fresh[j * size + open + s] = sums[j * states + s]! - mean[j]! * stationary[s]!

  return {
    size,
    work: transitions.outcomes.reduce((sum, each) => sum + each.length, 0) + states * d,
    fresh,
    moveOn(from, out) {
      if (n > 1) {
        out.set(from.subarray(d, open))
        out.fill(0, open - d, open)
        startedInto(from, open, out, open - d)
      }
      movedOn(transitions, from.subarray(open), out.subarray(open))
    },
    readInto(from, out) {
      out.fill(0)
      if (n > 1) out.set(from.subarray(0, d))
      else startedInto(from, open, out, 0)
    },
    drift: {
      early,
      rows: fresh,
      readInto(rows, out) {
        out.fill(0)
        for (let s = 0; s < states; s++) {
          let sum = 0
          for (let k = 0; k < d; k++) sum += rows[k * size + open + s]! * last[s * d + k]!
          addInto(features[s]!, sum, out, 0)
        }
      }
    }
  }
}

/** m_0 = 0, m_1, …, m_n by state. */
function meansOf(
  { states, outcomes, absorbing, discount }: Transitions,
  differences: readonly (readonly number[])[],
  n: number
): Float64Array[] {
  const means = [new Float64Array(states)]
  for (let k = 1; k <= n; k++) {
    const last = means[k - 1]!
    means.push(
      Float64Array.from(outcomes, (each, s) =>
        each.reduce((sum, { probability, next }, o) => {
          const after = absorbing[s] === 1 ? 0 : discount * last[next]!
          return sum + probability * (differences[s]![o]! + after)
        }, 0)
      )
    )
  }
  return means
}

/** E[D_a D_b | s], a ≤ b, by state. */
function productsOf(
  { states, outcomes, absorbing, discount }: Transitions,
  differences: readonly (readonly number[])[],
  means: readonly Float64Array[],
  a: number,
  b: number
): Float64Array {
  let products = new Float64Array(states)
  for (let k = 1; k <= a; k++) {
    const shorter = means[k - 1]!
    const longer = means[k - 1 + b - a]!
    const last = products
    products = Float64Array.from(outcomes, (each, s) =>
      each.reduce((sum, { probability, next, variance }, o) => {
        const difference = differences[s]![o]!
        let product = difference * difference + variance
        if (absorbing[s] === 0) {
          product += discount * difference * (shorter[next]! + longer[next]!)
          product += discount * discount * last[next]!
        }
        return sum + probability * product
      }, 0)
    )
  }
  return products
}

/** ∂m_k/∂e for k = 0 … n, in rows of d by state. */
function returnSlopes(
  { states, parameters: d, outcomes, absorbing, discount }: Transitions,
  slopes: readonly Float64Array[],
  n: number
): Float64Array[] {
  const found = [new Float64Array(states * d)]
  for (let k = 1; k <= n; k++) {
    const shorter = found[k - 1]!
    const longer = new Float64Array(states * d)
    outcomes.forEach((each, s) => {
      const after = absorbing[s] === 1 ? 0 : discount
      each.forEach(({ probability, next }, o) => {
        for (let j = 0; j < d; j++) {
          const slope = slopes[s]![o * d + j]! + after * shorter[next * d + j]!
          longer[s * d + j] = longer[s * d + j]! + probability * slope
        }
      })
    })
    found.push(longer)
  }
  return found
}

/** E[D_a ∂D_b/∂e | s], a ≤ b, in rows of d by state. */
function slopeProducts(
  { states, parameters: d, outcomes, absorbing, discount }: Transitions,
  known: {
    readonly differences: readonly (readonly number[])[]
    readonly means: readonly Float64Array[]
    readonly slopes: readonly Float64Array[]
    readonly wholeSlopes: readonly Float64Array[]
  },
  a: number,
  b: number
): Float64Array {
  let products = new Float64Array(states * d)
  for (let k = 1; k <= a; k++) {
    const shorter = known.means[k - 1]!
    const longer = known.wholeSlopes[k - 1 + b - a]!
    const last = products
    products = new Float64Array(states * d)
    for (let s = 0; s < states; s++) {
      const after = absorbing[s] === 1 ? 0 : discount
      outcomes[s]!.forEach(({ probability, next }, o) => {
        const difference = known.differences[s]![o]!
        for (let j = 0; j < d; j++) {
          const slope = known.slopes[s]![o * d + j]!
          const ahead = difference * longer[next * d + j]! + shorter[next]! * slope
          const product = difference * slope + after * (ahead + after * last[next * d + j]!)
          products[s * d + j] = products[s * d + j]! + probability * product
        }
      })
    }
  }
  return products
}
