/**
 * The trail of TD(λ) on a trajectory: ε_t = δ_t z_t − E with the trace z_t = γλ z_{t−1} + φ(s_t), which is 0 again where an episode ends.
 * The numbers f of the past are 1{s_t = s} and z_t 1{s_t = s}. A sample's own part in them:
 *
 *     E[ε_t; s_{t+1} = s'] = Σ_s E[z; s] p δ,   E[ε_t z_{t+1}ᵀ; s'] = γλ Σ_s E[zzᵀ; s] p δ + E[ε_t; s'] φ(s')ᵀ.
 */
import { tracesOf } from './samples.ts'
import type { Place, Trail } from './trail.ts'
import { differencesAt, dot, expectedSlopes, movedOn, type Transitions } from './transitions.ts'

export function traceTrail(transitions: Transitions, lambda: number, place: Place): Omit<Trail, 'least'> {
  const { states, parameters: d, features, stationary, outcomes, discount } = transitions
  const { mean } = place
  const decay = discount * lambda
  const differences = differencesAt(transitions, place.solution, place.y)
  const expected = outcomes.map((each, s) =>
    each.reduce((sum, { probability }, o) => sum + probability * differences[s]![o]!, 0)
  )
  const slopes = expectedSlopes(transitions)
  const size = states * (1 + d)

  /** The new state's features, times how often it is met: `to` has where the chain is, then each component of the trace. */
  function addFeatures(to: Float64Array): void {
    features.forEach(({ places, values }, s) => {
      places.forEach((j, k) => {
        const at = (1 + j) * states + s
        to[at] = to[at]! + values[k]! * to[s]!
      })
    })
  }
  const { means, squares } = tracesOf(transitions, lambda)
  const fresh = new Float64Array(d * size)
  const here = new Float64Array(states)
  for (let j = 0; j < d; j++) {
    const row = fresh.subarray(j * size, (j + 1) * size)
    for (let s = 0; s < states; s++) here[s] = means[s * d + j]!
    movedOn(transitions, here, row.subarray(0, states), { differences, scale: 1 })
    for (let k = 0; k < d; k++) {
      for (let s = 0; s < states; s++) here[s] = squares[(s * d + j) * d + k]!
      const to = row.subarray((1 + k) * states, (2 + k) * states)
      movedOn(transitions, here, to, { differences, scale: decay, goingOn: true })
    }
    addFeatures(row)
    for (let s = 0; s < states; s++) {
      row[s] = row[s]! - mean[j]! * stationary[s]!
      for (let k = 0; k < d; k++) {
        const at = (1 + k) * states + s
        row[at] = row[at]! - mean[j]! * means[s * d + k]!
      }
    }
  }
  const places = Array.from({ length: states }, (_, s) => s)
  return {
    size,
    work: (1 + d) * (outcomes.reduce((sum, each) => sum + each.length, 0) + 2 * states),
    fresh,
    moveOn(from, out) {
      movedOn(transitions, from, out)
      for (let j = 1; j <= d; j++) {
        const to = out.subarray(j * states, (j + 1) * states)
        movedOn(transitions, from.subarray(j * states, (j + 1) * states), to, { goingOn: true })
        for (let s = 0; s < states; s++) to[s] = decay * to[s]!
      }
      addFeatures(out)
    },
    readInto(from, out) {
      for (let j = 0; j < d; j++)
        out[j] = dot({ places, values: expected }, from.subarray((1 + j) * states, (2 + j) * states))
    },
    drift: {
      early: [],
      rows: fresh,
      readInto(rows, out) {
        for (let j = 0; j < d; j++) {
          let sum = 0
          for (let k = 0; k < d; k++)
            for (let s = 0; s < states; s++)
              sum += rows[k * size + (1 + j) * states + s]! * slopes[s * d + k]!
          out[j] = sum
        }
      }
    }
  }
}
