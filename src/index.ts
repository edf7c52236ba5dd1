/**
 * The package: what a program that runs swarms of its own needs, and a module that adds environments, learners, topologies or
 * aggregations (`murmur run --use ./mine.ts`). `murmur` itself is built from the same pieces.
 */

export { type Resolved, resolve } from './experiment/resolve.ts'
export { type Experiment, experimentSchema } from './experiment/schema.ts'
export * from './interfaces.ts'
export { networkOf } from './network/index.ts'
export type { RunPlan } from './running-swarm.ts'
export type { Outcome, Result, SessionNews, SessionRequest } from './session/protocol.ts'
export { type Session, startSession } from './session/start.ts'
export { type Setting, settingOf, swarmOf } from './setting.ts'
export { Swarm } from './swarm.ts'

// What you add is made with: zod of this package and no other, for options; a refusal in one line; functions with the same bits
// on every machine, unlike those of Math; and streams of `seed/peer/purpose`, from which all chance comes.

export { z } from 'zod'
export { cos, exp, log, sin, tanh } from './core/elementary.ts'
export { ExperimentError } from './core/errors.ts'
export {
  anew,
  nextBelow,
  nextDouble,
  nextNormal,
  nextUint32,
  SWARM,
  seedInto,
  shuffle,
  stream
} from './core/random.ts'

// Environments: a fleet from rules in the form of Gymnasium's tables P[s][a], its features, and the policy that is evaluated.

export {
  type Dynamics,
  fleetOf,
  type Outcome as StepOutcome,
  type Rules
} from '../peers/environments/dynamics.ts'
export { featuresOf, featuresOption } from '../peers/environments/features.ts'
export { policyOptions } from '../peers/environments/policies.ts'

// Learners: transitions of finite environments, episodes of simulated ones, and linear values φ(s)·θ.

export { drawAction, EpisodeRunner } from '../peers/environments/episodes.ts'
export { requireFinite } from '../peers/finite.ts'
export { Experience } from '../peers/learners/experience.ts'
export { addFeatures, linearValues, valueAt } from '../peers/learners/values.ts'

// Topologies: graphs, and what is made of them: one for ever, some in turn, or one drawn for every round.

export { circulantEigenvalues, circulantGraph } from '../topologies/parts/circulants.ts'
export { undirectedGraph } from '../topologies/parts/graph.ts'
export { circleLayout } from '../topologies/parts/layouts.ts'
export { drawn, fixed, periodic, topologyStream } from '../topologies/parts/topology.ts'

// Aggregations: what is sent and to whom, who was heard, and Σ_j W_ij x_j of that.

export { mix, mixInto } from './aggregation/mix.ts'
export { HEARD, Neighbourhood } from './aggregation/neighbourhood.ts'
export { planOver } from './aggregation/plan.ts'
export { sendParameters } from './aggregation/send.ts'
