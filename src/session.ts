/**
 * One run from beginning to end, as it happens in its own thread: build, open, run and record, then run the rivals in
 * the simulator, and tell the outcome. Record and onlookers are consumers of the swarm's samples.
 */
import type { AggregationName } from './aggregation/names.ts'
import { present } from './core/assert.ts'
import { meetsTarget } from './experiment/target.ts'
import type { RoundSample, SwarmErrors } from './interfaces.ts'
import { tailOf } from './metrics/judge.ts'
import { networkOf } from './network/index.ts'
import { simulatedNetwork } from './network/simulated.ts'
import type { Outcome, Result, SessionEvent, SessionRequest } from './session-protocol.ts'
import { rivalsOf, type Setting, settingOf, swarmOf } from './setting.ts'
import type { RunPlan, Swarm } from './swarm.ts'

export interface SessionHost {
  post(event: SessionEvent): void
  /** Asked between rounds: true ends the run there. */
  stopRequested(): boolean
  /** Seconds that pass, from any origin. */
  clock(): number
}

/** Seconds between progress events. */
const PROGRESS_SECONDS = 0.1
