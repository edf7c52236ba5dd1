/** Local steps θ ← θ + η (g + ξ), for any g that follows from a row of θ and draws of its peer. */
import type { Learner, LearnerSettings } from '../../src/interfaces.ts'

/** g. */
export interface Direction {
  /** Of peer i at the row of θ at `row`, into `out`. */
  into(i: number, theta: Float64Array, row: number, out: Float64Array): void
  restart(i: number, incarnation: number): void
  /** All that the next g depends on besides θ. */
  readonly state: Learner['state']
}

/** The learner of this name that goes where `direction` says. */
export function ascent(
  name: string,
  parameters: number,
  { localSteps, stepSize }: LearnerSettings,
  direction: Direction
): Learner {
  const step = new Float64Array(parameters)
  return {
    name,
    parameters,
    state: direction.state,
    restart: (i, incarnation) => direction.restart(i, incarnation),
    run(theta, stride, first, last, correction) {
      for (let i = first; i < last; i++) {
        const row = i * stride
        for (let h = 0; h < localSteps; h++) {
          direction.into(i, theta, row, step)
          for (let j = 0; j < parameters; j++) {
            const g = correction === undefined ? step[j]! : step[j]! + correction[row + j]!
            theta[row + j] = theta[row + j]! + stepSize * g
          }
        }
      }
    }
  }
}
