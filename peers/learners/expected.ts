/** The mean path of linear TD: θ ← θ + η (b_i − A_i θ + ξ), H times, with A_i and b_i of what it moves towards. */
import type { Fleet, ValueTarget } from '../../src/interfaces.ts'
import { linearSystem, stationaryDistributions } from '../environments/exact.ts'
import type { SteppedLearner } from './step-sizes.ts'

export function expectedLearner(
  name: string,
  fleet: Fleet,
  localSteps: number,
  target: ValueTarget
): SteppedLearner {
  const { peers, states, features } = fleet
  const d = features.count
  const stationary = stationaryDistributions(fleet)
  const a = new Float64Array(peers * d * d)
  const b = new Float64Array(peers * d)
  for (let i = 0; i < peers; i++) {
    const row = stationary.subarray(i * states, (i + 1) * states)
    const ownA = a.subarray(i * d * d, (i + 1) * d * d)
    linearSystem(fleet, i, row, ownA, b.subarray(i * d, (i + 1) * d), target)
  }
  const step = new Float64Array(d)
  return {
    name,
    parameters: d,
    state: {},
    restart: () => {},
    run(theta, stride, first, last, correction, stepSize) {
      for (let i = first; i < last; i++) {
        const row = i * stride
        for (let h = 0; h < localSteps; h++) {
          for (let j = 0; j < d; j++) {
            let g = -b[i * d + j]!
            const at = (i * d + j) * d
            for (let k = 0; k < d; k++) g += a[at + k]! * theta[row + k]!
            step[j] = correction === undefined ? g : g - correction[row + j]!
          }
          for (let j = 0; j < d; j++) theta[row + j] = theta[row + j]! - stepSize * step[j]!
        }
      }
    }
  }
}
