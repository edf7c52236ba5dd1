/** How a learner of values samples. */
import { absorbingStates } from '../../peers/environments/exact.ts'
import type { Fleet, Sampling, SimulatedFleet, ValueTarget } from '../interfaces.ts'
import type { Unknown } from './exchange.ts'
import type { Predictable } from './subject.ts'

export interface Sampler {
  readonly target: ValueTarget
  /** Transitions passed over between two that are learnt from; undefined where samples are independent. */
  readonly skip: number | undefined
}

/** More transitions between two samples are not followed. */
const MOST_PASSED = 10_000

/** The sampler of an experiment that samples, or why what it scatters is not known. */
export function samplerOf({
  experiment: { learner, sampling },
  fleet,
  judge: { target }
}: Predictable & { readonly experiment: { readonly sampling: Sampling } }): Sampler | Unknown {
  if (sampling !== 'markov') return { target, skip: undefined }
  const { skip = 0 } = learner as { readonly skip?: number }
  if (skip > MOST_PASSED)
    return { unknown: `more than ${MOST_PASSED} transitions are passed over between samples` }
  if (skip > 0 && target.kind === 'steps' && target.steps > 1 && endsIn(fleet)) {
    return {
      unknown:
        'where a transition is passed over at which an episode ends, several returns of n steps are, and that is not computed'
    }
  }
  return { target, skip }
}

const endsIn = (fleet: Fleet | SimulatedFleet): boolean =>
  fleet.kind === 'finite' && absorbingStates(fleet).includes(1)
