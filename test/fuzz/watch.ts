/** Runs a swarm through what goes wrong, and demands of every round what must hold. */
import { type AggregationName, isCorrected, nameOf } from '../../src/aggregation/names.ts'
import { DivergedError } from '../../src/core/errors.ts'
import type { FaultEvent } from '../../src/faults/schema.ts'
import type { NetworkPlan, PeerReport, SwarmState } from '../../src/interfaces.ts'
import type { Swarm } from '../../src/swarm.ts'
import { range } from '../support/numbers.ts'
import { theStoppedRest, whoReturnsIsAsItShould } from './attendance.ts'
import { correctionsCancel, errorsAreOfThoseThere, everythingIsFinite } from './errors.ts'
import { Expected } from './expected.ts'
import { flowsCancel } from './flows.ts'
import { silenceIsCounted } from './hearing.ts'
import { edgesLoseTogether, fatesAreAllowed, trafficAddsUp, waitsAreFew } from './messages.ts'
import { estimatesAgree, hubIsFair, type Mixes, meshIsFair, mixingIsFair } from './mixing.ts'
import { demand, type Exchange, type Invariant, overheard } from './moment.ts'
import { gradientsAreTracked, moversAreFair, sharesAreFair, stepsAreTracked } from './personal.ts'
import type { Scenario } from './scenario.ts'
import { massIsKept, relayedSumsAreFair } from './sums.ts'
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
  /** Whether it may diverge, as an aggregation may that has no cure for what went wrong, ... */
  readonly mayDiverge: boolean
  /** ... and whether it did. */
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
      () => swarm.state(),
      exchange => exchanges.push(exchange),
      participant => {
        if (participant < experiment.peers) starts.push(swarm.inspect(participant))
      }
    )
  )
  const expected = new Expected(experiment, swarm.theta.rows, swarm.plan.relays)
  let before = swarm.state()
  const invariants = invariantsOf(
    scenario,
    swarm.plan,
    range(experiment.peers).map(i => swarm.inspect(i))
  )
  const seen: Seen[] = []
  let interruption: SwarmState | undefined
  let wasHarmed = false
  /** Whether anybody could hear another and not be heard, or too late. */
  let wasHalfCut = false
  let hasDiverged = false

  function prepare(): void {
    exchanges = []
    starts = []
    foresee(scenario, expected, swarm)
    wasHarmed ||= expected.up.size < swarm.theta.rows || expected.begun.size > 0
    wasHalfCut ||= expected.hasOneWayCuts || expected.slow
    if (swarm.round === scenario.interruptedAt) interruption = swarm.state()
  }

  const mayDiverge = (): boolean => wasHarmed && hasNoCure(scenario, wasHalfCut)

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
    hasDiverged = error instanceof DivergedError && mayDiverge()
    if (!hasDiverged) throw error
  }
  return {
    seen,
    commanded: swarm.commanded,
    interruption,
    expected,
    wasHarmed,
    mayDiverge: mayDiverge(),
    hasDiverged
  }
}

/**
 * Whether an aggregation may diverge by what goes wrong: with corrections that no longer cancel, or with sums that are given
 * to those who do not hear, for ever or by everybody.
 */
function hasNoCure({ setting: { experiment, topology } }: Scenario, wasHalfCut: boolean): boolean {
  const { aggregation } = experiment
  if (nameOf(aggregation) === 'dtdt') return true
  if (nameOf(aggregation) === 'push-sum') return topology.directed || topology.period !== 1 || wasHalfCut
  return isCorrected(aggregation) && nameOf(aggregation) !== 'gossip-scafflsa'
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

function invariantsOf(
  scenario: Scenario,
  plan: NetworkPlan,
  beginning: readonly PeerReport[]
): readonly Invariant[] {
  const { aggregation } = scenario.setting.experiment
  return [
    whoReturnsIsAsItShould(beginning),
    everythingIsFinite,
    theStoppedRest(),
    fatesAreAllowed,
    edgesLoseTogether,
    trafficAddsUp(plan),
    waitsAreFew(),
    errorsAreOfThoseThere(scenario),
    ...(isCorrected(aggregation) ? [correctionsCancel(scenario)] : []),
    ...(plan.flows ? [flowsCancel(scenario)] : []),
    ...combining[nameOf(aggregation) as AggregationName](scenario)
  ]
}

const mixing =
  (mixes: Mixes) =>
  (scenario: Scenario): readonly Invariant[] => [mixingIsFair(scenario, mixes)]

/** What is demanded of how each combines what arrived. */
const combining: Readonly<Record<AggregationName, (scenario: Scenario) => readonly Invariant[]>> = {
  none: () => [],
  gossip: mixing('messages'),
  star: scenario => [hubIsFair(scenario)],
  'star-scafflsa': scenario => [hubIsFair(scenario)],
  'exact-diffusion': mixing('messages'),
  'gossip-scafflsa': mixing('messages'),
  'gossip-tracking': mixing('messages'),
  dtdt: scenario => [silenceIsCounted(), gradientsAreTracked(scenario)],
  chebyshev: mixing('mean'),
  momentum: mixing('mean'),
  choco: scenario => [mixingIsFair(scenario, 'mean unless harmed'), estimatesAgree()],
  'push-sum': scenario => [silenceIsCounted(), massIsKept(scenario)],
  pairwise: mixing('messages'),
  broadcast: mixing('words'),
  'relay-sum': () => [silenceIsCounted(), relayedSumsAreFair],
  mesh: () => [meshIsFair],
  'pf-lsa': scenario => [moversAreFair(scenario)],
  'gossip-pf-lsa': scenario => [silenceIsCounted(), stepsAreTracked(scenario)],
  'graph-regularised': () => [silenceIsCounted()],
  interpolation: () => [],
  partial: () => [silenceIsCounted()],
  similarity: () => [silenceIsCounted(), sharesAreFair]
}
