/** Exact quantities of a fleet: what learners are judged by, and what noise-free learning uses. */
export {
  bestDeterministic,
  bestStochastic,
  type CommonPolicy
} from './common-policy.ts'
export { heterogeneity } from './heterogeneity.ts'
export { linearSystem, ONE_STEP } from './linear-system.ts'
export { optimalValues } from './optimal.ts'
export { policyValue } from './policy-chain.ts'
export { policyGradient, returnSlope } from './policy-gradient.ts'
export { type ExactValues, exactValues, federatedSolution, unvisitedStates } from './solutions.ts'
export { absorbingStates, stationaryDistributions } from './stationary.ts'
