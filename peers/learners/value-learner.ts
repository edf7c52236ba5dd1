/** What learners of linear values have in common: the mean path for expected sampling, step sizes that may shrink, and what is skipped. */
import type { Fleet, LearnerFamily, LearnerSettings, ValueTarget } from '../../src/interfaces.ts'
import { ONE_STEP } from '../environments/exact.ts'
import { ofFinite, requireFinite } from '../finite.ts'
import { expectedLearner } from './expected.ts'
import { refusesSkip } from './experience.ts'
import { type Schedule, type SteppedLearner, scheduled, variesStepSize } from './step-sizes.ts'
import { linearValues } from './values.ts'

/** What is particular about one of them. */
interface Particulars<O> extends Pick<LearnerFamily<O>, 'description' | 'options'> {
  readonly name: string
  /** What it moves towards; one step if absent. */
  readonly target?: (options: O) => ValueTarget
  /** How it learns from transitions, iid or markov. */
  readonly sampled: (fleet: Fleet, settings: LearnerSettings, options: O) => SteppedLearner
}

/** The family of a learner of linear values. */
export function valueLearner<O extends Schedule & { readonly skip: number }>({
  name,
  description,
  options,
  target,
  sampled
}: Particulars<O>): LearnerFamily<O> {
  return {
    description,
    options,
    learns: 'values',
    readOut: ofFinite(name, linearValues),
    ...(target === undefined ? {} : { target }),
    variesStepSize,
    refuses: refusesSkip,
    build(environments, settings, given) {
      const fleet = requireFinite(environments, name)
      const { sampling, localSteps, stepSize } = settings
      const learner =
        sampling === 'expected'
          ? expectedLearner(name, fleet, localSteps, target?.(given) ?? ONE_STEP)
          : sampled(fleet, settings, given)
      return scheduled(learner, given, stepSize, fleet.peers)
    }
  }
}
