/** Our learners keep what every learner promises. */
import fc from 'fast-check'
import { learners } from '../../peers/learners/index.ts'
import { describeLearner } from './learner.ts'

/** How many actions there may be, where a learner does not take any number. */
const actionsFor: Readonly<Record<string, fc.Arbitrary<number>>> = { 'bit-softmax': fc.constantFrom(2, 4, 8) }

for (const [name, family] of Object.entries(learners))
  describeLearner(name, family, { actions: actionsFor[name] })
