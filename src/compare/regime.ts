/**
 * What the seconds of a round with a server are spent on. Its two latencies are the same for messages of all sizes, and gossip has but
 * one; its line carries the messages of all peers, that of a peer in gossip those of its neighbours. So with large messages the hub is
 * the bottleneck, and with small ones what counts is how many rounds are needed, and how often each waits (Lian et al. 2017).
 */
import { bytes, durationInOneUnit, percentage, plain } from '../report/format.ts'
import { lineOutweighsLatencyFrom, serverLineSeconds } from '../timing/closed-forms.ts'
import { latencySeconds, type NetworkModel } from '../timing/network-models.ts'
import type { Cost } from './trial.ts'

/** Plain data. */
export interface Regime {
  /** Of a round with the server. */
  readonly seconds: number
  readonly latencySeconds: number
  /** The line of the hub, both ways. */
  readonly lineSeconds: number
  /** What a peer computes that is no straggler. */
  readonly computingSeconds: number
  /** For the last of those that compute longer. */
  readonly waitingSeconds: number
  /** Sending again what was lost. */
  readonly repeatingSeconds: number
  readonly messages: number
  readonly bytesPerMessage: number
  /** From such messages on the line takes more of a round than latency does. */
  readonly lineFromBytes: number
}

/**
 * By what a run with a server that is a hub took; undefined if nothing was sent. `peers` are all that learn. The hub waits for the last
 * of n clients, which computes for c (1 + s H_n) on average: extra times are exponential with the mean s c, and the largest of n of
 * these is H_n = 1 + 1/2 + … + 1/n times as long. What is left then is what was sent again.
 */
export function regimeOf(model: NetworkModel, spent: Cost, peers: number): Regime | undefined {
  const { rounds } = spent
  if (!(spent.messages > 0)) return undefined
  const seconds = spent.seconds / rounds
  const messages = spent.messages / rounds
  const bytesPerMessage = spent.bytes / spent.messages
  const clients = messages / 2
  const latency = 2 * latencySeconds(model)
  const line = serverLineSeconds(model, bytesPerMessage, clients, 'hub')
  const left = Math.max(0, seconds - latency - line)
  const samples = ((spent.samples / rounds) * peers) / clients
  const computing = Math.min(left, (samples * model.stepMs) / 1000)
  const most =
    model.loss === 0 ? left - computing : computing * model.stragglers * harmonic(Math.round(clients))
  const waiting = model.stragglers === 0 ? 0 : Math.min(left - computing, most)
  return {
    seconds,
    latencySeconds: latency,
    lineSeconds: line,
    computingSeconds: computing,
    waitingSeconds: waiting,
    repeatingSeconds: model.loss === 0 ? 0 : left - computing - waiting,
    messages,
    bytesPerMessage,
    lineFromBytes: lineOutweighsLatencyFrom(model, clients, 'hub')
  }
}

/** 1 + 1/2 + … + 1/n */
function harmonic(n: number): number {
  let sum = 0
  for (let k = 1; k <= n; k++) sum += 1 / k
  return sum
}

/** Parts of a round that are as small are told together. */
const SMALL = 1e-3

/** In two sentences; `price` names the network, and `peers` are all that learn. */
export function regimeInWords(regime: Regime, price: string, peers: number): string[] {
  const { seconds, latencySeconds: latency, lineSeconds: line } = regime
  const { computingSeconds: computing, waitingSeconds: waiting, repeatingSeconds: repeating } = regime
  const share = (part: number): string => {
    const found = part / seconds
    return found < SMALL ? 'less than 0.1 %' : percentage(found, found > 0.99 ? 3 : 2)
  }
  const all = regime.messages === 2 * peers
  const messages =
    `${all ? '2N = ' : ''}${plain(regime.messages)} messages of ${bytes(Math.round(regime.bytesPerMessage))}` +
    `${all ? ', since the hub does not learn' : ''}`
  const others = [
    [computing, 'computing'],
    [waiting, 'waiting for those that compute longer'],
    [repeating, 'sending again what was lost']
  ] as const
  const told = others.filter(([part]) => part >= SMALL * seconds)
  const from =
    regime.lineFromBytes < 1
      ? 'with messages of any size'
      : `with messages from ${bytes(Number(regime.lineFromBytes.toPrecision(3)))} on`
  const network =
    line > latency
      ? `the hub's line, as it does ${from}`
      : `latency, for which gossip waits once a round and the server twice; the hub's line would ${from}`
  const ofNetwork = Math.max(latency, line)
  return [
    `A round with the server takes ${durationInOneUnit(seconds)} at ${price}: ${share(latency)} latency, ${share(line)} the hub's line ` +
      `(${messages})${told.map(([part, what]) => `, ${share(part)} ${what}`).join('')}.`,
    repeating > Math.max(computing + waiting, ofNetwork)
      ? `So what decides is how often messages are lost; of what is left it is ${network}.`
      : computing + waiting > ofNetwork
        ? `So computing${waiting >= SMALL * seconds ? ' and waiting decide' : ' decides'}; of the network it is ${network}.`
        : `So what decides is ${network}.`
  ]
}
