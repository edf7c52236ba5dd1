/**
 * The tests that everything keeps which can be chosen by name, for what you add: call them in a file of vitest's, with what your
 * module exports. They need vitest and fast-check.
 */
export { type AggregationExamples, describeAggregation } from './aggregation.ts'
export { describeEnvironment } from './environment.ts'
export { describeLearner, type LearnerExamples } from './learner.ts'
export { describeSimulation } from './simulation.ts'
export { describeTopology } from './topology.ts'
