/** A scene for panels to draw: real samples of a small simulated run beside its rivals, up to its last round. */
import { rivalsOf } from '../../src/aggregation/names.ts'
import type { Scene } from '../../src/dashboard/scene.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { LINK, type NetworkPlan, PRESENCE, type RoundSample } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { gainsOf, yardstickOf } from '../../src/report/measures.ts'
import type { CurvePoint, RivalNews } from '../../src/session/protocol.ts'
import { settingOf, swarmOf } from '../../src/setting.ts'
import type { Swarm } from '../../src/swarm.ts'
import { circleLayout } from '../../topologies/parts/layouts.ts'

/** `changes` overrides what the run gives. */
export async function exampleScene(
  raw: Readonly<Record<string, unknown>> = {},
  changes: Partial<Scene> = {}
): Promise<Scene> {
  const { experiment } = resolve({ rounds: 60, ...raw, transport: 'simulated' })
  const setting = settingOf(experiment)
  let plan: NetworkPlan | undefined
  const samples: RoundSample[] = []
  const swarm = await swarmOf(setting, experiment.aggregation, made => {
    plan = made
    return simulatedNetwork(made)
  })
  for await (const sample of samplesOf(swarm, experiment.rounds)) samples.push(sample)
  const now = samples.at(-1)!
  const rivals: RivalNews[] = []
  for (const aggregation of rivalsOf(experiment.aggregation, false)) {
    const rival = await swarmOf(setting, aggregation, simulatedNetwork)
    const told: RoundSample[] = []
    for await (const sample of samplesOf(rival, experiment.rounds)) told.push(sample)
    rivals.push({ aggregation, divergedIn: null, sample: told.at(-1), curve: told.map(pointOf) })
  }
  const { participants, hops } = plan!
  const edges = new Map<string, readonly [number, number]>()
  for (const { rowStart, senders } of hops) {
    for (let i = 0; i < participants; i++) {
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        const pair = [Math.min(i, senders[k]!), Math.max(i, senders[k]!)] as const
        edges.set(pair.join(), pair)
      }
    }
  }
  const pairs = [...edges.values()].sort(([a, b], [c, d]) => a - c || b - d)
  const alone = rivals.find(({ aggregation }) => aggregation === 'none')?.sample
  const server = rivals.find(({ aggregation }) => aggregation.startsWith('star'))?.sample
  const best = samples.reduce((most, sample) => (sample.swarm.return! > most.swarm.return! ? sample : most))
  return {
    experiment,
    status: 'running',
    isRecord: false,
    opening: undefined,
    stage: {
      labels: setting.fleet.labels,
      participants,
      edges: pairs,
      period: 1,
      layout: circleLayout(participants),
      measures: setting.judge.measures,
      rivals: rivals.map(({ aggregation }) => aggregation),
      predicted: null,
      firstRound: 0
    },
    now: {
      round: now.round,
      sample: now,
      traffic: structuredClone(swarm.traffic),
      presence: new Uint8Array(participants).fill(PRESENCE.here),
      links: new Uint8Array(pairs.length).fill(LINK.carries),
      loss: 0,
      isPaused: false,
      roundsPerSecond: null,
      best: best.swarm.return === null ? undefined : { round: best.round, return: best.swarm.return }
    },
    roundsPerSecond: 412,
    bytesPerSecond: 3.72e6,
    curve: samples.map(pointOf),
    rivals,
    longRun: undefined,
    comparison: {
      round: now.round,
      sample: now,
      alone,
      server,
      gains: alone === undefined ? new Float64Array() : gainsOf(alone, now, yardstickOf(now.swarm))
    },
    trails: Array.from({ length: experiment.peers }, (_, i) =>
      samples.map(({ peers }) => (peers.valueError ?? peers.return)![i]!)
    ),
    waitingFor: [],
    elapsedSeconds: 0.15,
    awaySince: new Map(),
    backSince: new Map(),
    log: [],
    opened: { here: undefined, alone: undefined },
    ...changes
  }
}

const pointOf = ({ round, swarm }: RoundSample): CurvePoint => ({ round, errors: swarm })

const samplesOf = (swarm: Swarm, rounds: number) =>
  swarm.run({ rounds, measureEvery: 1, beforeRound: () => 'go', clock: () => 0 })
