/** The only list of learners. */
import type { LearnerFamily } from '../../src/interfaces.ts'
import { actorCritic } from './actor-critic.ts'
import { bitSoftmax } from './bit-softmax.ts'
import { nStep } from './n-step.ts'
import { naturalGradient } from './natural-gradient.ts'
import { qLearning } from './q-learning.ts'
import { reinforce } from './reinforce.ts'
import { softmax } from './softmax.ts'
import { td } from './td.ts'
import { tdLambda } from './td-lambda.ts'

export const learners: Readonly<Record<string, LearnerFamily>> = {
  td,
  'td-lambda': tdLambda,
  'n-step': nStep,
  softmax,
  'bit-softmax': bitSoftmax,
  'natural-gradient': naturalGradient,
  'q-learning': qLearning,
  reinforce,
  'actor-critic': actorCritic
}
