/** The scene in a few plain sentences: for screen readers, and on top of what is written to a file. */

import { isCorrected, usesHub } from '../aggregation/names.ts'
import type { SwarmErrors } from '../interfaces.ts'
import { withoutCopies } from '../report/copies.ts'
import { bytes, count, duration, figure, named, percentage } from '../report/format.ts'
import { counted, unusualOf } from '../report/in-words.ts'
import { NAMES } from '../report/measures.ts'
import { measureOf, worstPeer, yardstickIn } from './reading.ts'
import type { Scene, SceneStatus } from './scene.ts'
import {
  aloneOf,
  comparedAt,
  consensusBeside,
  helped,
  isOutdated,
  MOST_ROUNDING,
  missedPeers,
  sampleBeside,
  secondsToGo,
  serverOf
} from './standing.ts'

/** One line; the most important comes first. */
export const summaryOf = (scene: Scene): string =>
  [
    experimentIn(scene),
    ...progressIn(scene),
    ...errorsIn(scene),
    ...gainIn(scene),
    ...serverIn(scene),
    ...worstIn(scene),
    ...missedIn(scene),
    ...messagesIn(scene)
  ].join(' ')

function experimentIn({ experiment }: Scene): string {
  const { name, peers, environment, learner, topology, aggregation, transport, seed } = experiment
  const graph = usesHub(aggregation) ? 'with a hub' : `on a ${topology.name}`
  return (
    `Murmuration${name === null ? '' : `, ${name}`}: ${counted(peers, 'peer')}, ` +
    `environment ${environment.name}, learner ${learner.name}, aggregation ${aggregation} ${graph}, ${[...unusualOf(experiment), transport].join(', ')}, seed ${seed}.`
  )
}

const STATUS: Readonly<Record<SceneStatus, string>> = {
  opening: 'Connecting',
  running: 'Running',
  paused: 'Paused',
  comparing: 'Complete, but for the comparison',
  finished: 'Finished',
  interrupted: 'Interrupted',
  'target-missed': 'Finished without reaching its target'
}

function progressIn(scene: Scene): string[] {
  const { status, isRecord, opening, now, experiment, elapsedSeconds } = scene
  const isPaused = status === 'running' && now?.isPaused === true
  const doing =
    status === 'opening' && opening === undefined ? 'Building' : STATUS[isPaused ? 'paused' : status]
  const how = `${isRecord ? 'Record. ' : ''}${doing}`
  if (now === undefined) {
    const links =
      opening === undefined
        ? ''
        : `: ${count(opening.connected)} of ${counted(opening.connections, 'link')} are there`
    return [`${how}${links}.`]
  }
  const seconds = Number.isNaN(elapsedSeconds) ? '' : `, ${duration(elapsedSeconds)} elapsed`
  const left = secondsToGo(scene)
  const toGo = left === undefined ? '' : `, ${duration(left)} to go`
  return [`${how}: round ${count(now.round)} of ${count(experiment.rounds)}${seconds}${toGo}.`]
}

function errorsIn(scene: Scene): string[] {
  const swarm = sampleBeside(scene)?.swarm
  if (swarm === undefined) return ['Nothing is measured yet.']
  const apart = consensusBeside(scene)?.alone
  const value =
    swarm.valueError === null
      ? `Return ${figure(swarm.return)}${bestIn(scene)}${gapIn(swarm)}.`
      : `Value error ${figure(swarm.valueError)}.`
  const beside = apart === undefined || apart === null ? '' : `; alone it is ${figure(apart)}${atIn(scene)}`
  return [
    value,
    `Consensus error ${figure(swarm.consensusError)}${beside}.`,
    ...(swarm.fixedPointError === null
      ? []
      : [`Distance to the fixed point ${figure(swarm.fixedPointError)}.`])
  ]
}

function bestIn({ now }: Scene): string {
  const best = now?.best
  return best === undefined ? '' : `, at best ${figure(best.return)} in round ${count(best.round)}`
}

const gapIn = ({ valueGap }: SwarmErrors): string =>
  valueGap === null ? '' : `, value gap ${figure(valueGap)}`

/** The round of what is compared, where the run is ahead of it. */
function atIn(scene: Scene): string {
  const round = comparedAt(scene)
  return round === undefined ? '' : ` at round ${count(round)}`
}

function gainIn(scene: Scene): string[] {
  const alone = aloneOf(scene)
  if (alone === undefined) return []
  if (alone.divergedIn !== null) return [`Alone the peers diverged in round ${count(alone.divergedIn)}.`]
  if (Number.isNaN(alone.gain)) return []
  if (isOutdated(scene)) return [`The comparison is${atIn(scene)}.`]
  const { peers, of } = helped(scene)
  const { metric, nothing } = yardstickIn(scene)
  const beside = metric === 'return' ? `ours is ${more(alone.gain)}` : `${inTimes(alone.gain)} ours`
  return [
    `Federation ${alone.gain < nothing ? 'does harm' : 'helps'}${atIn(scene)}: the ${NAMES[metric]} alone is ${figure(alone.value)}, ` +
      `${beside}; ${count(peers)} of ${count(of)} peers gain.`
  ]
}

function serverIn(scene: Scene): string[] {
  const server = serverOf(scene)
  if (server === undefined) return []
  const who = `The server (${server.aggregation})`
  if (server.divergedIn !== null) return [`${who} diverged in round ${count(server.divergedIn)}.`]
  if (Number.isNaN(server.gain) || isOutdated(scene)) return []
  const ours = measureOf(scene) === 'return' ? more(server.gain) : `${inTimes(1 / server.gain)} that`
  return [`${who} has ${figure(server.value)}${atIn(scene)}: ours is ${ours}.`]
}

const inTimes = (x: number): string => `${figure(x)} times`
const more = (x: number): string =>
  x === 0 ? 'the same' : `${figure(Math.abs(x))} ${x > 0 ? 'more' : 'less'}`

function worstIn(scene: Scene): string[] {
  const peer = worstPeer(scene)
  const sample = scene.now?.sample
  if (peer === undefined || sample === undefined) return []
  const metric = measureOf(scene)
  const where = scene.stage?.labels[peer]
  const place = where === undefined ? '' : `, ${where}`
  return [
    `Worst is peer ${peer}${place}, with a ${NAMES[metric]} of ${figure(sample.peers[metric]?.[peer])}.`
  ]
}

function missedIn(scene: Scene): string[] {
  const { now, experiment, waitingFor } = scene
  const { peers } = experiment
  const missed = missedPeers(scene)
  const states = missed.map(({ state, peers: who }) => {
    const verb = state.text === 'not joined' ? ['has', 'have'] : ['is', 'are']
    return `${named(who, peers)} ${verb[who.length === 1 ? 0 : 1]} ${state.text}`
  })
  return [
    ...(now === undefined
      ? []
      : missed.length === 0
        ? ['All take part.']
        : [`${capitalised(states.join('; '))}.`]),
    ...(waitingFor.length === 0 ? [] : [`The swarm waits for ${named(waitingFor, peers)}.`])
  ]
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const wereOf = (number: number): string => (number === 1 ? 'was' : 'were')

function messagesIn({ now, experiment }: Scene): string[] {
  const loss = now?.loss ?? 0
  const { missing = 0, refused = 0, dropped = {}, bytes: sent = 0 } = now?.sample?.traffic ?? {}
  const drops = Object.values(withoutCopies(experiment.aggregation, dropped)).reduce(
    (sum, messages) => sum + messages,
    0
  )
  const sum = now?.sample?.correctionSum ?? 0
  return [
    ...(sent > 0 ? [`${bytes(sent)} sent.`] : []),
    ...(loss > 0 ? [`${percentage(loss)} of the messages are lost at random.`] : []),
    ...(missing > 0 ? [`${counted(missing, 'message')} did not come in time.`] : []),
    ...(drops > 0 ? [`${counted(drops, 'message')} ${wereOf(drops)} dropped.`] : []),
    ...(refused > 0 ? [`${counted(refused, 'connection')} ${wereOf(refused)} refused.`] : []),
    ...(sum > MOST_ROUNDING && isCorrected(experiment.aggregation)
      ? [`The corrections no longer sum to zero: ${figure(sum)}.`]
      : [])
  ]
}
