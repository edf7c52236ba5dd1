/** Where the run stands beside its rivals and its peers beside each other: what the header shows and the summary says. */
import { type AggregationSpec, usesHub } from '../aggregation/names.ts'
import type { RoundSample } from '../interfaces.ts'
import { absentees, type PeerState, statesOf, yardstickIn } from './reading.ts'
import type { Scene } from './scene.ts'

/** A comparison that is older than this share of the rounds so far says of which round it is. */
const BEHIND = 0.05
/** One that is older than this share says nothing of how the run does, ... */
const MOST_BEHIND = 0.75
/** ... nor does one since which the run has changed by more than this share of what it was or is. */
const MOST_CHANGE = 0.5

export interface Standing {
  readonly aggregation: AggregationSpec
  /** In which round it diverged, or null. */
  readonly divergedIn: number | null
  /** Its value error, or its return, after the round compared; NaN while unknown. */
  readonly value: number
  /** What the run had gained on it then. */
  readonly gain: number
}

/** Each peer alone; undefined if that is no rival. */
export const aloneOf = (scene: Scene): Standing | undefined => standingOf(scene, name => name === 'none')

/** The server of star federation; undefined if none is a rival. */
export const serverOf = (scene: Scene): Standing | undefined => standingOf(scene, usesHub)

function standingOf(
  { rivals, stage, comparison }: Scene,
  isMeant: (name: AggregationSpec) => boolean
): Standing | undefined {
  const rival = rivals.find(each => isMeant(each.aggregation))
  const aggregation = rival?.aggregation ?? stage?.rivals.find(isMeant)
  if (aggregation === undefined) return undefined
  const { metric, gain } = yardstickIn({ stage })
  const there = aggregation === 'none' ? comparison?.alone : comparison?.server
  const value = there?.swarm[metric] ?? Number.NaN
  const here = comparison?.sample.swarm[metric] ?? Number.NaN
  return { aggregation, divergedIn: rival?.divergedIn ?? null, value, gain: gain(value, here) }
}

/** Whether what is of `round` is old where `reached` rounds are over. */
export const isOld = (round: number, reached: number): boolean => reached - round > BEHIND * reached

/** The round of the comparison, if the run is ahead of it. */
export function comparedAt({ comparison, now }: Scene): number | undefined {
  const round = comparison?.round
  return round !== undefined && isOld(round, now?.sample?.round ?? 0) ? round : undefined
}

/** Whether what was found in the round compared says nothing of the run as it is by now. */
export function isOutdated(scene: Scene): boolean {
  const { comparison, now } = scene
  if (comparison === undefined || comparedAt(scene) === undefined) return false
  const { metric } = yardstickIn(scene)
  const reached = now?.sample?.round ?? 0
  const [before, after] = [comparison.sample, now?.sample].map(sample => sample?.swarm[metric] ?? Number.NaN)
  const change = Math.abs(after! - before!)
  return (
    reached - comparison.round > MOST_BEHIND * reached ||
    change > MOST_CHANGE * Math.max(Math.abs(before!), Math.abs(after!))
  )
}

/** What the rivals stand beside: the sample of the round compared, unless the run is ahead of it. */
export const sampleBeside = (scene: Scene): RoundSample | undefined =>
  (comparedAt(scene) === undefined ? scene.comparison?.sample : undefined) ?? scene.now?.sample

/** Consensus error of the run and of peers that are alone, after the round compared; undefined where that is too early to say. */
export function consensusBeside(
  scene: Scene
): { readonly here: number | null; readonly alone: number | null } | undefined {
  const { sample, alone } = scene.comparison ?? {}
  if (sample === undefined || alone === undefined || isOutdated(scene)) return undefined
  return { here: sample.swarm.consensusError, alone: alone.swarm.consensusError }
}

/** Per peer what it gains on learning alone; undefined where that is unknown, or too early to say. */
export const gainsIn = (scene: Scene): Float64Array | undefined =>
  isOutdated(scene) ? undefined : scene.comparison?.gains

/** How many peers federation helps, of how many for whom this is known. */
export function helped(scene: Scene): { readonly peers: number; readonly of: number } {
  const known = gainsIn(scene)?.filter(gain => !Number.isNaN(gain)) ?? []
  const { nothing } = yardstickIn(scene)
  return { peers: known.filter(gain => gain > nothing).length, of: known.length }
}

/** Peers that do not take part or that nobody reaches, by what happened to them. */
export function missedPeers(
  scene: Scene
): { readonly state: PeerState; readonly peers: readonly number[] }[] {
  const away = new Set(absentees(scene))
  const groups = new Map<string, { state: PeerState; peers: number[] }>()
  for (const [i, state] of statesOf(scene).entries()) {
    if (!away.has(i) && state.text !== 'cut off') continue
    const group = groups.get(state.text)
    if (group === undefined) groups.set(state.text, { state, peers: [i] })
    else group.peers.push(i)
  }
  return [...groups.values()]
}

/** Seconds until the last round; undefined where nothing moves or the speed is unknown. */
export function secondsToGo({ status, now, experiment, roundsPerSecond }: Scene): number | undefined {
  if (status !== 'running' || now === undefined || now.isPaused || !(roundsPerSecond > 0)) return undefined
  return (experiment.rounds - now.round) / roundsPerSecond
}

/** Above this a sum of corrections is more than rounding, and should not be. */
export const MOST_ROUNDING = 1e-6
