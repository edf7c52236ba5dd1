/** Where the run stands beside its rivals and its peers beside each other: what the header shows and the summary says. */
import { type AggregationSpec, usesHub } from '../aggregation/names.ts'
import type { SwarmErrors } from '../interfaces.ts'
import { absentees, type PeerState, statesOf, yardstickIn } from './reading.ts'
import type { RivalScene, Scene } from './scene.ts'

/** A comparison that is older than this share of the rounds so far says of which round it is. */
const BEHIND = 0.05

export interface Standing {
  readonly aggregation: AggregationSpec
  /** In which round it diverged, or null. */
  readonly divergedIn: number | null
  /** Its errors after the round compared; undefined while unknown. */
  readonly errors: SwarmErrors | undefined
  /** Its value error, or its return; NaN while unknown. */
  readonly value: number
  /** What the run gains on it. */
  readonly gain: number
}

/** Each peer alone; undefined if that is no rival. */
export const aloneOf = (scene: Scene): Standing | undefined => standingOf(scene, name => name === 'none')

/** The server of star federation; undefined if none is a rival. */
export const serverOf = (scene: Scene): Standing | undefined => standingOf(scene, usesHub)

function standingOf(scene: Scene, isMeant: (name: AggregationSpec) => boolean): Standing | undefined {
  const { rivals, stage, comparison, curve } = scene
  const rival = rivals.find(({ aggregation }) => isMeant(aggregation)) ?? unknown(stage?.rivals.find(isMeant))
  if (rival === undefined) return undefined
  const { aggregation, divergedIn, sample } = rival
  const { metric, gain } = yardstickIn(scene)
  // The rivals may already be known for a later round than the one they were compared at.
  const isLater = comparison !== undefined && comparison.round !== sample?.round
  const compared = aggregation === 'none' ? comparison?.alone : comparison?.server
  const value = (isLater ? compared : sample?.swarm[metric]) ?? Number.NaN
  const here = comparison?.sample.swarm ?? curve.findLast(({ round }) => round === sample?.round)?.errors
  const errors = sample?.swarm
  return { aggregation, divergedIn, errors, value, gain: gain(value, here?.[metric] ?? Number.NaN) }
}

const unknown = (aggregation: AggregationSpec | undefined): RivalScene | undefined =>
  aggregation === undefined ? undefined : { aggregation, divergedIn: null, sample: undefined, curve: [] }

/** The round of the comparison, if the run is far ahead of it. */
export function comparedAt({ comparison, now, rivals }: Scene): number | undefined {
  const round = now?.sample?.round ?? 0
  const compared = comparison?.round ?? rivals.find(({ sample }) => sample !== undefined)?.sample?.round
  return compared !== undefined && round - compared > BEHIND * round ? compared : undefined
}

/** The swarm's errors that the rivals stand beside: of the round compared, unless the run is far ahead of it. */
export const errorsBeside = (scene: Scene): SwarmErrors | undefined =>
  (comparedAt(scene) === undefined ? scene.comparison?.sample.swarm : undefined) ?? scene.now?.sample?.swarm

/** How many peers federation helps, of how many for whom this is known. */
export function helped(scene: Scene): { readonly peers: number; readonly of: number } {
  const known = scene.comparison?.gains.filter(gain => !Number.isNaN(gain)) ?? []
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
