/** The one object that `murmur run --json` prints. */
import type { NeighbourState, Traffic } from '../interfaces.ts'
import { peerRows, swarmErrors } from '../records/sample-json.ts'
import type { Outcome, Result } from '../session/protocol.ts'
import { gainsOf, type Yardstick, yardstickOf } from './measures.ts'

export function runJson(outcome: Outcome): object {
  const { experiment, status, result, rivals, divergedRivals, folder, replayed } = outcome
  const alone = rivals.find(rival => rival.aggregation === 'none')
  const yardstick = result && yardstickOf(result.swarm)
  return {
    experiment,
    seed: experiment.seed,
    status,
    rounds: result?.round ?? 0,
    measure: yardstick?.metric ?? null,
    swarm:
      result === undefined
        ? null
        : { ...figures(result), gain: yardstick && alone ? gainOf(alone, result, yardstick) : null },
    peers:
      result === undefined
        ? []
        : peersJson(outcome, result, yardstick && alone && gainsOf(alone, result, yardstick)),
    rivals: rivals.map(rival => ({
      aggregation: rival.aggregation,
      transport: 'simulated',
      ...figures(rival)
    })),
    divergedRivals,
    record: folder ?? null,
    replayed: replayed ?? null
  }
}

function peersJson(
  { labels, parameters, neighbours }: Outcome,
  { peers, stopped, perPeer }: Result,
  gains: Float64Array | undefined
): object[] {
  const isStopped = new Set(stopped)
  return peerRows(peers, labels).map((row, i) => ({
    ...row,
    takesPart: !isStopped.has(i),
    // NaN, of a peer that does not take part, is written as null.
    gain: gains?.[i] ?? null,
    messagesIn: perPeer.messagesIn[i],
    messagesOut: perPeer.messagesOut[i],
    bytesIn: perPeer.bytesIn[i],
    bytesOut: perPeer.bytesOut[i],
    ...(parameters[i] === undefined ? {} : { parameters: [...parameters[i]] }),
    ...(neighbours[i] === undefined ? {} : { neighbours: neighbours[i].map(neighbourJson) })
  }))
}

/** A silence without end is null: the neighbour is lost. */
function neighbourJson({ neighbour, weight, silence, epoch, flow }: NeighbourState): object {
  return {
    neighbour,
    weight,
    silence: Number.isFinite(silence) ? silence : null,
    epoch,
    flow: flow && [...flow]
  }
}

function figures({ swarm, best, experience, correctionSum, tail, traffic, perPeer, seconds }: Result) {
  const { messages, bytes, missing, refused, dropped, virtualMs } = traffic
  return {
    ...swarmErrors(swarm),
    best,
    experience,
    correctionSum,
    messages,
    bytes,
    missing,
    waitedFor: positive(perPeer.waitedFor).map(([peer, deadlines]) => ({ peer, deadlines })),
    refused,
    dropped,
    droppedBySender: droppedBySender(perPeer),
    virtualMs,
    seconds,
    tail: tail && swarmErrors(tail)
  }
}

const droppedBySender = ({ dropped }: Traffic) =>
  Object.entries(dropped)
    .flatMap(([reason, bySender]) =>
      positive(bySender).map(([peer, messages]) => ({ peer, reason, messages }))
    )
    .sort((a, b) => a.peer - b.peer)

/** The entries above 0 with their participants. */
const positive = (column: Float64Array): [participant: number, value: number][] =>
  [...column.entries()].filter(([, value]) => value > 0)

/** The swarm's gain from federation. */
const gainOf = (alone: Result, here: Result, { metric, gain }: Yardstick): number =>
  gain(alone.swarm[metric] ?? Number.NaN, here.swarm[metric] ?? Number.NaN)
