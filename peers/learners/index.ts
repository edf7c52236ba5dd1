/** The only list of learners. */
import type { LearnerFamily } from '../../src/interfaces.ts'
import { nStep } from './n-step.ts'
import { softmax } from './softmax.ts'
import { td } from './td.ts'
import { tdLambda } from './td-lambda.ts'

export const learners: Readonly<Record<string, LearnerFamily>> = {
  td,
  'td-lambda': tdLambda,
  'n-step': nStep,
  softmax
}
