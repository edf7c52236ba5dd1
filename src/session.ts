/**
 * One run from beginning to end, as it happens in its own thread: build, open, run and record, then run the rivals in
 * the simulator, and tell the outcome. Record and onlookers are consumers of the swarm's samples.
 */
import { edgeList } from '../topologies/graph.ts'
import { type AggregationName, usesHub } from './aggregation/names.ts'
import { DivergedError } from './core/errors.ts'
import type { Experiment } from './experiment/schema.ts'
import { parseTarget } from './experiment/target.ts'
import type { RoundSample, SwarmErrors, Topology } from './interfaces.ts'
import { tailOf } from './metrics/judge.ts'
import { networkOf } from './network/index.ts'
import { simulatedNetwork } from './network/simulated.ts'
import { createRecord, type RunRecord } from './records/record.ts'
import { openRecord } from './records/resume.ts'
import type { Outcome, Result, SessionNews, SessionRequest } from './session-protocol.ts'
import { rivalsOf, type Setting, settingOf, swarmOf } from './setting.ts'
import type { Swarm } from './swarm.ts'

export interface SessionHost {
  post(news: SessionNews): void
  /** Asked between rounds: true ends the run there. */
  stopRequested(): boolean
  /** Seconds that pass, from any origin. */
  clock(): number
  /** The time of day. */
  date(): Date
}

/** Seconds between progress events. */
const PROGRESS_SECONDS = 0.1
/** Seconds between checkpoints, at least; and at most this share of the time goes into them. */
const CHECKPOINT_SECONDS = 2
const CHECKPOINT_SHARE = 0.05

/** Runs what is asked for. Throws an ExperimentError for what cannot be run, a RunError for what cannot go on. */
export async function runSession(request: SessionRequest, host: SessionHost): Promise<Outcome> {
  const { experiment } = request
  const setting = settingOf(experiment)
  for (const text of setting.warnings) host.post({ kind: 'note', text })
  const swarm = await swarmOf(setting, experiment.aggregation, plan => networkOf(experiment, plan))
  const { record, history } = recordOf(request, setting, swarm, host)
  try {
    await swarm.open()
    // From here on the run can be resumed, whatever ends it.
    record?.checkpoint(swarm.state())
    const { last, reached } = await advance(swarm, setting, host, history, record)
    const interrupted = swarm.round < experiment.rounds && !reached
    const missed = experiment.until !== null && !reached
    const status = interrupted ? 'interrupted' : missed ? 'target-missed' : 'finished'
    record?.checkpoint(swarm.state())
    record?.close(status)
    const result = last === undefined ? undefined : resultOf(experiment.aggregation, swarm, last, history)
    return {
      status,
      experiment,
      labels: setting.fleet.labels,
      result,
      rivals: result === undefined ? [] : await runRivals(setting, host, result.round),
      parameters: request.parameters ? parametersOf(swarm, experiment.peers) : [],
      folder: record?.folder
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    record?.close(error instanceof DivergedError ? 'diverged' : 'failed', reason)
    throw error
  } finally {
    await swarm.close()
  }
}

/** Where to record, and what was measured before the run was taken up again; `swarm` is brought to that point. */
function recordOf(
  { experiment, record }: SessionRequest,
  { fleet, topology }: Setting,
  swarm: Swarm,
  host: SessionHost
): { record: RunRecord | undefined; history: SwarmErrors[] } {
  const settings = { labels: fleet.labels, clock: host.date }
  switch (record.kind) {
    case 'none':
      return { record: undefined, history: [] }
    case 'new': {
      const graph = topologyRecord(experiment, topology)
      const made = createRecord(record.parent, experiment, graph, { ...settings, command: record.command })
      return { record: made, history: [] }
    }
    case 'resume': {
      const resumed = openRecord(record.run, settings)
      swarm.restore(resumed.checkpoint)
      return { record: resumed.record, history: [...resumed.history] }
    }
  }
}

/** What `topology.json` holds: who exchanges with whom. The hub of a star is the participant after the last peer. */
function topologyRecord(
  { peers, aggregation, weights }: Experiment,
  { name, directed, graphs }: Topology
): object {
  if (!usesHub(aggregation)) {
    return { topology: name, peers, directed, weights, hub: null, edges: edgeList(graphs[0]!, directed) }
  }
  return {
    topology: name,
    peers,
    directed: false,
    hub: peers,
    edges: Array.from({ length: peers }, (_, i) => [i, peers])
  }
}

/** Runs to the last round, to the target or until it is stopped; returns the last sample and whether the target was met. */
async function advance(
  swarm: Swarm,
  { experiment }: Setting,
  host: SessionHost,
  history: SwarmErrors[],
  record: RunRecord | undefined
): Promise<{ last: RoundSample | undefined; reached: boolean }> {
  const { rounds, measureEvery } = experiment
  const target = experiment.until === null ? undefined : parseTarget(experiment.until)
  let last: RoundSample | undefined
  let nextProgress = host.clock()
  let nextCheckpoint = host.clock() + CHECKPOINT_SECONDS
  for await (const sample of swarm.run({
    rounds,
    measureEvery,
    stopRequested: host.stopRequested,
    clock: host.clock
  })) {
    last = sample
    history.push(sample.swarm)
    const value = target === undefined ? null : sample.swarm[target.metric]
    const reached = target !== undefined && value !== null && value < target.below
    const isLast = reached || sample.round === rounds
    record?.append(sample, isLast)
    const now = host.clock()
    if (now >= nextProgress || isLast) {
      const { round, swarm: errors, traffic, seconds } = sample
      host.post({ kind: 'progress', round, swarm: errors, traffic, seconds })
      nextProgress = now + PROGRESS_SECONDS
    }
    if (now >= nextCheckpoint) {
      record?.checkpoint(swarm.state())
      const took = host.clock() - now
      nextCheckpoint = now + Math.max(CHECKPOINT_SECONDS, took / CHECKPOINT_SHARE)
    }
    if (reached) return { last, reached }
  }
  return { last, reached: false }
}

/** The same experiment without federation and with a server, for as many rounds; those that diverge are left out. */
async function runRivals(setting: Setting, host: SessionHost, rounds: number): Promise<Result[]> {
  const results: Result[] = []
  const { measureEvery } = setting.experiment
  const { stopRequested, clock } = host
  for (const aggregation of rivalsOf(setting.experiment.aggregation)) {
    host.post({ kind: 'comparing', aggregation })
    const swarm = await swarmOf(setting, aggregation, simulatedNetwork)
    const history: SwarmErrors[] = []
    let last: RoundSample | undefined
    try {
      for await (const sample of swarm.run({ rounds, measureEvery, stopRequested, clock })) {
        history.push(sample.swarm)
        last = sample
      }
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error
      host.post({ kind: 'note', text: `${aggregation}, to compare with, ${error.message}` })
    }
    if (stopRequested()) break
    if (last !== undefined && swarm.round === rounds)
      results.push(resultOf(aggregation, swarm, last, history))
  }
  return results
}

function resultOf(
  aggregation: AggregationName,
  swarm: Swarm,
  { round, swarm: errors, peers, traffic, seconds }: RoundSample,
  history: readonly SwarmErrors[]
): Result {
  const perPeer = structuredClone(swarm.traffic)
  return { aggregation, round, swarm: errors, tail: tailOf(history), peers, traffic, perPeer, seconds }
}

function parametersOf({ theta }: Swarm, peers: number): Float64Array[] {
  const { values, stride, parameters } = theta
  return Array.from({ length: peers }, (_, i) => values.slice(i * stride, i * stride + parameters))
}
