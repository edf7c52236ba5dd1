/**
 * Averages of iterates (Polyak, Juditsky 1992; Ruppert 1988): per peer the mean over rounds of its θ, which is measured and shown
 * in place of θ while learning goes on with θ itself. `polyak` begins with round 1, `tail` with the second half of the rounds;
 * until then, and where a peer has just begun anew, the mean is θ.
 */
import { parameterMatrix } from './core/parameter-matrix.ts'
import type { Experiment } from './experiment/schema.ts'
import type { Hosted, ParameterMatrix, SwarmState } from './interfaces.ts'

/** Rounds that are left out of the means. */
export const roundsBefore = (averaging: Experiment['averaging'], rounds: number): number =>
  averaging === 'tail' ? Math.floor(rounds / 2) : 0

export class IterateAverage {
  /** The means, in the place of θ. */
  readonly means: ParameterMatrix
  /** Per row: over how many rounds. */
  readonly #counts: Int32Array
  /** Rounds that come before. */
  readonly #before: number

  constructor(averaging: Experiment['averaging'], rounds: number, theta: ParameterMatrix) {
    this.means = parameterMatrix(theta.rows, theta.parameters)
    this.means.values.set(theta.values)
    this.#counts = new Int32Array(theta.rows)
    this.#before = roundsBefore(averaging, rounds)
  }

  /** Live views. */
  get state(): NonNullable<SwarmState['average']> {
    return { means: this.means.values, counts: this.#counts }
  }

  /** Takes in θ of those hosted here who took part in the round that makes `round` completed ones. */
  add({ values, stride }: ParameterMatrix, round: number, takesPart: Uint8Array, hosted: Hosted): void {
    const means = this.means.values
    const isIn = round > this.#before
    for (let i = hosted.first; i < Math.min(hosted.last, takesPart.length); i++) {
      if (takesPart[i] === 0) continue
      if (isIn) this.#counts[i] = this.#counts[i]! + 1
      const share = isIn ? 1 / this.#counts[i]! : 1
      for (let at = i * stride; at < (i + 1) * stride; at++)
        means[at] = share === 1 ? values[at]! : means[at]! + (values[at]! - means[at]!) * share
    }
  }

  /** A peer has forgotten everything but this θ. */
  restart(peer: number, { values, stride }: ParameterMatrix): void {
    this.#counts[peer] = 0
    this.means.values.set(values.subarray(peer * stride, (peer + 1) * stride), peer * stride)
  }
}
