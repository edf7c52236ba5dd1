/**
 * What sampling adds: the covariance of H local steps of one peer, as a linear map of X = E yyᵀ, y = (1, e, ζ). It is walked step by
 * step, or written out once and squared as often as H asks for, whichever is cheaper. Exact where every step has a sample of its own.
 */
import type { ExpectedSteps } from './expected-steps.ts'
import { applyForms, powerForms } from './noise-forms.ts'
import { SampledStep } from './sampled-step.ts'
import type { StateSamples } from './samples.ts'

/** The covariance that H local steps of a peer add. */
export interface StepNoise {
  /** Numbers of y: 1 + d, or 1 + 2d with control variates. */
  readonly size: number
  /** Multiplications of one application, and what it takes to get ready. */
  readonly work: number
  readonly preparation: number
  /** From X = E yyᵀ, `size` × `size`, to d × d. */
  covarianceInto(moments: Float64Array, out: Float64Array): void
}

/** Applications that are expected. */
const APPLICATIONS = 300

/** `samplesOf` with so many numbers of y. Undefined where getting ready takes more than so much work. */
export function stepNoise(
  peer: number,
  steps: ExpectedSteps,
  samplesOf: (size: number) => readonly StateSamples[],
  mostPreparation: number
): StepNoise | undefined {
  const { localSteps } = steps
  const d = steps.systems.parameters
  const size = steps.reply === undefined ? 1 + d : 1 + 2 * d
  const pairs = (d * (d + 1)) / 2
  const packed = (size * (size + 1)) / 2
  const step = new SampledStep(peer, steps, samplesOf)
  const walkWork = localSteps * step.work + 2 * size * size * d
  const doublings = 2 * Math.log2(localSteps)
  const formsPreparation = doublings * pairs * (pairs * packed + 2 * size * size * size)
  const formsWork = pairs * packed
  if (walkWork * APPLICATIONS <= formsPreparation + formsWork * APPLICATIONS) {
    return { size, work: walkWork, preparation: 0, covarianceInto: (x, out) => step.walk(x, out) }
  }
  if (formsPreparation > mostPreparation) return undefined
  const forms = powerForms(step, d, size, localSteps)
  return {
    size,
    work: formsWork,
    preparation: formsPreparation,
    covarianceInto: (x, out) => applyForms(forms.noise, x, size, d, out)
  }
}
