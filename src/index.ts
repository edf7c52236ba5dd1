/** What a program that runs swarms of its own needs. `murmur` itself is built from the same pieces. */

export { type Resolved, resolve } from './experiment/resolve.ts'
export { type Experiment, experimentSchema } from './experiment/schema.ts'
export * from './interfaces.ts'
export { networkOf } from './network/index.ts'
export type { Outcome, Result, SessionNews, SessionRequest } from './session/protocol.ts'
export { type Session, startSession } from './session/start.ts'
export { type Setting, settingOf, swarmOf } from './setting.ts'
export { type RunPlan, Swarm } from './swarm.ts'
