/** What a peer is: environments with their exact values, and the fleet that they form. */
export { exactValues, heterogeneity, linearSystem, optimalValues, policyValue } from './environments/exact.ts'
export { environments } from './environments/index.ts'
export { buildFleet } from './fleet.ts'
export { learners } from './learners/index.ts'
export { PLACEMENTS, placementOrder } from './placement.ts'
