/**
 * One run from beginning to end, as it happens in its own thread: build, open, run and record, then run the rivals in
 * the simulator, and tell the outcome. Record and onlookers are consumers of the swarm's samples.
 */
import { edgeList, staticGraph } from '../../topologies/graph.ts'
import { type AggregationName, rivalsOf, usesHub } from '../aggregation/names.ts'
import { DivergedError } from '../core/errors.ts'
import type { Experiment } from '../experiment/schema.ts'
import { parseTarget } from '../experiment/target.ts'
import type { RoundSample, SwarmErrors, Topology } from '../interfaces.ts'
import { tailOf } from '../metrics/judge.ts'
import { networkOf } from '../network/index.ts'
import { simulatedNetwork } from '../network/simulated.ts'
import { createRecord, type RunRecord } from '../records/record.ts'
import { openRecord } from '../records/resume.ts'
import { type Setting, settingOf, swarmOf } from '../setting.ts'
import type { Swarm } from '../swarm.ts'
import type { Outcome, Result, SessionNews, SessionRequest } from './protocol.ts'

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
  const { status, result, parameters, folder } = await runRecorded(request, setting, host)
  const beside =
    result === undefined ? { rivals: [], divergedRivals: [] } : await runRivals(setting, host, result.round)
  return { status, experiment, labels: setting.fleet.labels, result, ...beside, parameters, folder }
}

/** The run itself, with its record and its network open for as long as it lasts. */
async function runRecorded(
  request: SessionRequest,
  setting: Setting,
  host: SessionHost
): Promise<Pick<Outcome, 'status' | 'result' | 'parameters' | 'folder'>> {
  const { experiment } = request
  const swarm = await swarmOf(setting, experiment.aggregation, plan =>
    networkOf(experiment, plan, (connected, connections) =>
      host.post({ kind: 'opening', connected, connections })
    )
  )
  const { record, history } = recordOf(request, setting, swarm, host)
  try {
    await swarm.open()
    // From here on the run can be resumed, whatever ends it.
    record?.checkpoint(swarm.state())
    const { last, reached } = await advance(swarm, setting, host, history, record)
    const measured = last ?? (swarm.round > 0 ? swarm.measure() : undefined)
    const interrupted = swarm.round < experiment.rounds && !reached
    const missed = experiment.until !== null && !reached
    const status = interrupted ? 'interrupted' : missed ? 'target-missed' : 'finished'
    record?.checkpoint(swarm.state())
    record?.close(status)
    return {
      status,
      result: measured && resultOf(experiment.aggregation, swarm, measured, history),
      parameters: request.parameters ? parametersOf(swarm, experiment.peers) : [],
      folder: record?.folder
    }
  } catch (error) {
    closeFailed(record, error)
    throw error
  } finally {
    await swarm.close()
  }
}

/** Ends the record of a run that failed. Where even that fails, the first error is the one that says why. */
function closeFailed(record: RunRecord | undefined, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error)
  try {
    record?.close(error instanceof DivergedError ? 'diverged' : 'failed', reason)
  } catch (second) {
    if (error instanceof Error) error.cause ??= second
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
      const resumed = openRecord(record.run, settings, checkpoint => swarm.restore(checkpoint))
      return { record: resumed.record, history: [...resumed.history] }
    }
  }
}

/** What `topology.json` holds: the edges of the graph, or of the hub, which is the participant after the last peer. */
function topologyRecord({ peers, aggregation, weights }: Experiment, topology: Topology): object {
  const { name, directed } = topology
  if (!usesHub(aggregation)) {
    return {
      topology: name,
      peers,
      directed,
      weights,
      hub: null,
      edges: edgeList(staticGraph(topology), directed)
    }
  }
  const edges = Array.from({ length: peers }, (_, i) => [i, peers])
  return { topology: name, peers, directed: false, weights: null, hub: peers, edges }
}

/**
 * Runs to the last round, to the target or until it is stopped, and sees to record and progress on the way. Returns the
 * last sample, undefined if no round was measured, and whether the target was met.
 */
async function advance(
  swarm: Swarm,
  { experiment }: Setting,
  host: SessionHost,
  history: SwarmErrors[],
  record: RunRecord | undefined
): Promise<{ last: RoundSample | undefined; reached: boolean }> {
  const { rounds, measureEvery, until } = experiment
  const target = until === null ? undefined : parseTarget(until)
  const meets = (errors: SwarmErrors | undefined): boolean =>
    target !== undefined && (errors?.[target.metric] ?? Number.POSITIVE_INFINITY) < target.below
  let last: RoundSample | undefined
  let nextProgress = host.clock()
  let nextCheckpoint = host.clock() + CHECKPOINT_SECONDS

  function beforeRound(): 'go' | 'stop' {
    const now = host.clock()
    if (now >= nextProgress) {
      host.post({ kind: 'progress', round: swarm.round, sample: last })
      nextProgress = now + PROGRESS_SECONDS
    }
    if (now >= nextCheckpoint) {
      record?.checkpoint(swarm.state())
      nextCheckpoint = now + Math.max(CHECKPOINT_SECONDS, (host.clock() - now) / CHECKPOINT_SHARE)
    }
    return host.stopRequested() ? 'stop' : 'go'
  }

  let reached = meets(history.at(-1))
  if (reached) return { last, reached }
  for await (const sample of swarm.run({ rounds, measureEvery, beforeRound, clock: host.clock })) {
    last = sample
    history.push(sample.swarm)
    reached = meets(sample.swarm)
    record?.append(sample, reached || sample.round === rounds)
    if (reached) break
  }
  host.post({ kind: 'progress', round: swarm.round, sample: last })
  return { last, reached }
}

/** The same experiment without federation and with a server, for as many rounds. */
async function runRivals(
  setting: Setting,
  host: SessionHost,
  rounds: number
): Promise<Pick<Outcome, 'rivals' | 'divergedRivals'>> {
  const rivals: Result[] = []
  const divergedRivals: { aggregation: AggregationName; round: number }[] = []
  const { measureEvery } = setting.experiment
  const beforeRound = () => (host.stopRequested() ? 'stop' : 'go')
  for (const aggregation of rivalsOf(setting.experiment.aggregation)) {
    host.post({ kind: 'comparing', aggregation })
    const swarm = await swarmOf(setting, aggregation, simulatedNetwork)
    const history: SwarmErrors[] = []
    let last: RoundSample | undefined
    try {
      for await (const sample of swarm.run({ rounds, measureEvery, beforeRound, clock: host.clock })) {
        history.push(sample.swarm)
        last = sample
      }
    } catch (error) {
      if (!(error instanceof DivergedError)) throw error
      divergedRivals.push({ aggregation, round: swarm.round + 1 })
      continue
    }
    if (swarm.round < rounds) break
    if (last !== undefined) rivals.push(resultOf(aggregation, swarm, last, history))
  }
  return { rivals, divergedRivals }
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
