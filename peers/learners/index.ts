/** The only list of learners. */
import type { LearnerFamily } from '../../src/interfaces.ts'
import { softmax } from './softmax.ts'
import { td } from './td.ts'

export const learners: Readonly<Record<string, LearnerFamily>> = { td, softmax }
