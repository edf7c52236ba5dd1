/**
 * One run from beginning to end, as it happens in its own thread: build, open, run and record, then run the rivals in
 * the simulator unless they run beside it, and tell the outcome. Record and onlookers are consumers of the swarm's samples.
 */
import { edgeList } from '../../topologies/parts/graph.ts'
import { type AggregationSpec, rivalsOf, usesHub } from '../aggregation/names.ts'
import { DivergedError } from '../core/errors.ts'
import { hasFaults } from '../faults/rules.ts'
import type { FaultEvent } from '../faults/schema.ts'
import type { PeerReport } from '../interfaces.ts'
import { networkOf } from '../network/index.ts'
import { spreadSwarm } from '../processes/coordinator.ts'
import { createRecord, type RunRecord } from '../records/record.ts'
import { type Replay, readReplay } from '../records/replay.ts'
import { openRecord } from '../records/resume.ts'
import type { RunningSwarm, Verdict } from '../running-swarm.ts'
import { type Setting, settingOf, swarmOf } from '../setting.ts'
import { type Advanced, advance } from './advance.ts'
import type { SessionHost } from './host.ts'
import type { CurvePoint, Outcome, Result, SessionRequest } from './protocol.ts'
import { resultOf } from './result.ts'
import { Rival } from './rival.ts'
import type { Compared } from './rivals-protocol.ts'
import { stageOf } from './stage.ts'

/** Runs what is asked for. Throws an ExperimentError for what cannot be run, a RunError for what cannot go on. */
export async function runSession(request: SessionRequest, host: SessionHost): Promise<Outcome> {
  const { experiment } = request
  const setting = settingOf(experiment)
  for (const text of setting.warnings) host.post({ kind: 'note', text })
  const { commanded, inspect, ...run } = await runRecorded(request, setting, host)
  if (request.watched === true) host.afterwards(inspect)
  const withFaults = commanded.length > 0 || hasFaults(experiment)
  const beside =
    request.watched === true || run.result === undefined || run.status === 'interrupted'
      ? { rivals: [], divergedRivals: [] }
      : await runRivals(setting, host, run.result.round, commanded, withFaults)
  return { experiment, labels: setting.fleet.labels, withFaults, ...run, ...beside }
}

type RunOutcome = Pick<Outcome, 'status' | 'result' | 'parameters' | 'neighbours' | 'replayed' | 'folder'> &
  Pick<RunningSwarm, 'commanded'> &
  Pick<Advanced, 'inspect'>

/** The run itself, with its record and its network open for as long as it lasts. */
async function runRecorded(
  request: SessionRequest,
  setting: Setting,
  host: SessionHost
): Promise<RunOutcome> {
  const { experiment } = request
  const replay = request.replay === null ? undefined : readReplay(request.replay)
  const opening = (connected: number, connections: number) =>
    host.post({ kind: 'opening', connected, connections })
  const swarm: RunningSwarm =
    experiment.processes > 1 && experiment.transport === 'libp2p'
      ? await spreadSwarm(setting, request.swarmKey, {
          note: text => host.post({ kind: 'note', text }),
          opening,
          clock: host.clock
        })
      : await swarmOf(
          setting,
          experiment.aggregation,
          plan => networkOf(experiment, plan, { onProgress: opening, swarmKey: request.swarmKey }),
          { past: replay }
        )
  const { record, history } = recordOf(request, setting, swarm, host)
  const isWatched = request.watched === true
  try {
    if (isWatched) host.post({ kind: 'begins', stage: stageOf(setting, swarm) })
    await swarm.open()
    // From here on the run can be resumed, whatever ends it.
    await checkpointOf(swarm, record)
    const { last, reached, inspect } = await advance({ swarm, setting, host, history, record, isWatched })
    const measured = last ?? (swarm.round > 0 ? swarm.measure() : undefined)
    const interrupted = swarm.round < experiment.rounds && !reached
    const missed = experiment.until !== null && !reached
    const status = interrupted ? 'interrupted' : missed ? 'target-missed' : 'finished'
    await checkpointOf(swarm, record)
    record?.close(status)
    return {
      status,
      result: measured && resultOf(experiment.aggregation, swarm, measured, history),
      ...(request.parameters
        ? await knowledgeOf(swarm, experiment.peers)
        : { parameters: [], neighbours: [] }),
      replayed: replay && replayedBy(swarm, replay, measured?.stopped ?? []),
      folder: record?.folder,
      commanded: swarm.commanded,
      inspect
    }
  } catch (error) {
    closeFailed(record, error)
    throw error
  } finally {
    await swarm.close()
  }
}

async function checkpointOf(swarm: RunningSwarm, record: RunRecord | undefined): Promise<void> {
  const state = await swarm.state()
  if (state !== undefined) record?.checkpoint(state)
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
  setting: Setting,
  swarm: RunningSwarm,
  host: SessionHost
): { record: RunRecord | undefined; history: CurvePoint[] } {
  const settings = { labels: setting.fleet.labels, clock: host.date }
  switch (record.kind) {
    case 'none':
      return { record: undefined, history: [] }
    case 'new': {
      const graph = topologyRecord(setting)
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
function topologyRecord({ experiment, topology, graph }: Setting): object {
  const { peers, aggregation, weights } = experiment
  const { name, directed } = topology
  if (!usesHub(aggregation)) {
    return {
      topology: name,
      peers,
      directed,
      weights,
      hub: null,
      edges: edgeList(graph, directed)
    }
  }
  const edges = Array.from({ length: peers }, (_, i) => [i, peers])
  return { topology: name, peers, directed: false, weights: null, hub: peers, edges }
}

/** The same experiment without federation and with a server, for as many rounds and under the same commands. */
async function runRivals(
  setting: Setting,
  host: SessionHost,
  rounds: number,
  commanded: readonly FaultEvent[],
  withFaults: boolean
): Promise<Compared> {
  const rivals: Result[] = []
  const divergedRivals: { aggregation: AggregationSpec; round: number }[] = []
  let isStopping = false
  function beforeRound(): Verdict {
    isStopping ||= host.commands().some(({ kind }) => kind === 'stop')
    return isStopping ? 'stop' : 'go'
  }
  for (const aggregation of rivalsOf(setting.experiment.aggregation, withFaults)) {
    host.post({ kind: 'comparing', aggregation })
    const rival = new Rival(setting, aggregation, { commanded }, host.clock)
    if (!(await rival.advance(rounds, beforeRound))) break
    const { divergedIn } = rival
    if (divergedIn !== null) divergedRivals.push({ aggregation, round: divergedIn })
    const result = rival.result(rounds)
    if (result !== undefined) rivals.push(result)
  }
  return { rivals, divergedRivals }
}

async function knowledgeOf(
  swarm: RunningSwarm,
  peers: number
): Promise<Pick<Outcome, 'parameters' | 'neighbours'>> {
  const reports: PeerReport[] = []
  for (let i = 0; i < peers; i++) reports.push(await swarm.inspect(i))
  return {
    parameters: reports.map(({ parameters }) => parameters),
    neighbours: reports.map(({ neighbours }) => neighbours)
  }
}

/** Whether the peers that take part are where the record has them, to the bit. */
function replayedBy(
  { theta: { values, stride } }: RunningSwarm,
  { folder, theta: recorded, missing }: Replay,
  stopped: readonly number[]
): Outcome['replayed'] {
  const sameParameters =
    recorded.length === values.length &&
    recorded.every((x, at) => Object.is(x, values[at]) || stopped.includes(Math.floor(at / stride)))
  const count = [...missing.values()].reduce((sum, pairs) => sum + pairs.length, 0)
  return { folder, sameParameters, missing: count }
}
