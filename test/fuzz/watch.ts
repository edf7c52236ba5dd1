/** Runs a swarm through what goes wrong, and demands of every round what must hold. */
import { DivergedError } from '../../src/core/errors.ts'
import type { FaultEvent } from '../../src/faults/schema.ts'
import type { PeerReport, SwarmState } from '../../src/interfaces.ts'
import type { Swarm } from '../../src/swarm.ts'
import { range } from '../support/numbers.ts'
import { theStoppedRest, whoReturnsIsAsItShould } from './attendance.ts'
import { correctionsCancel, errorsAreOfThoseThere, everythingIsFinite } from './errors.ts'
import { Expected } from './expected.ts'
import { flowsCancel } from './flows.ts'
import { edgesLoseTogether, fatesAreAllowed, trafficAddsUp, waitsAreFew } from './messages.ts'
import { gossipIsFair, hubIsFair } from './mixing.ts'
import { demand, type Exchange, type Invariant, overheard } from './moment.ts'
import type { Scenario } from './scenario.ts'
import { look, type Seen, swarmIn, watchedRounds } from './swarms.ts'

export interface Watched {
  /** Per round. */
  readonly seen: readonly Seen[]
  /** The commands that were taken. */
  readonly commanded: readonly FaultEvent[]
  /** Where it is interrupted, if it is. */
  readonly interruption: SwarmState | undefined
  /** As it is in the end. */
  readonly expected: Expected
  /** Whether any message was missed, anybody absent or new. */
  readonly wasHarmed: boolean
  /** Whether it diverged, as an aggregation may that has no cure for what went wrong. */
  readonly hasDiverged: boolean
}

/** Throws a Violation, or what the product throws. */
export async function watch(scenario: Scenario): Promise<Watched> {
  const { experiment } = scenario.setting
  let exchanges: Exchange[] = []
  let starts: PeerReport[] = []
  const swarm = await swarmIn(scenario, {}, (network, plan) =>
    overheard(
      network,
      plan,
      exchange => exchanges.push(exchange),
      participant => {
        if (participant < experiment.peers) starts.push(swarm.inspect(participant))
      }
    )
  )
  const expected = new Expected(experiment, swarm.theta.rows)
  let before = swarm.state()
  const invariants = invariantsOf(
    scenario,
    range(experiment.peers).map(i => swarm.inspect(i))
  )
  const seen: Seen[] = []
  let interruption: SwarmState | undefined
  let wasHarmed = false
  let hasDiverged = false

  function prepare(): void {
    exchanges = []
    starts = []
    foresee(scenario, expected, swarm)
    wasHarmed ||= expected.up.size < swarm.theta.rows || expected.begun.size > 0
    if (swarm.round === scenario.interruptedAt) interruption = swarm.state()
  }

  prepare()
  try {
    for await (const sample of watchedRounds(swarm, scenario)) {
      const now = look(swarm, sample)
      const moment = { round: swarm.round - 1, expected, exchanges, starts, before, after: now.state, ...now }
      for (const invariant of invariants) invariant(moment)
      seen.push(now)
      before = now.state
      wasHarmed ||= sample.traffic.missing > 0
      prepare()
    }
  } catch (error) {
    const { aggregation } = experiment
    const hasNoCure = aggregation === 'exact-diffusion' || aggregation === 'star-scafflsa'
    hasDiverged = error instanceof DivergedError && hasNoCure && wasHarmed
    if (!hasDiverged) throw error
  }
  return { seen, commanded: swarm.commanded, interruption, expected, wasHarmed, hasDiverged }
}

/** What the next round begins with: events, then the commands, which are given here. */
function foresee({ setting, commands }: Scenario, expected: Expected, swarm: Swarm): void {
  expected.begun.clear()
  for (const event of setting.experiment.faults?.events ?? []) {
    if (event.after === swarm.round) expected.obey(event)
  }
  for (const { after, action } of commands) {
    if (after !== swarm.round) continue
    const isPossible = expected.can(action)
    const refusal = swarm.command(action)
    demand(
      isPossible === (refusal === undefined),
      'a command is taken if it can be',
      () => `round ${after}, ${JSON.stringify(action)}: ${refusal ?? 'taken'}`
    )
    if (isPossible) expected.obey(action)
  }
}

function invariantsOf(scenario: Scenario, beginning: readonly PeerReport[]): readonly Invariant[] {
  const common = [
    whoReturnsIsAsItShould(beginning),
    everythingIsFinite,
    theStoppedRest(),
    fatesAreAllowed,
    edgesLoseTogether,
    trafficAddsUp,
    waitsAreFew(),
    errorsAreOfThoseThere(scenario)
  ]
  switch (scenario.setting.experiment.aggregation) {
    case 'none':
      return common
    case 'star':
    case 'star-scafflsa':
      return [...common, hubIsFair(scenario), correctionsCancel(scenario)]
    case 'gossip':
    case 'exact-diffusion':
      return [...common, gossipIsFair(scenario), correctionsCancel(scenario)]
    case 'gossip-scafflsa':
      return [...common, gossipIsFair(scenario), correctionsCancel(scenario), flowsCancel(scenario)]
  }
}
