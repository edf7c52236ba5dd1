/**
 * What the seconds of a round with a server are spent on. Its two latencies are the same for messages of all sizes, and gossip has but
 * one; its line carries the messages of all peers, that of a peer in gossip those of its neighbours. So with large messages the hub is
 * the bottleneck, and with small ones what counts is how many rounds are needed, and how often each waits (Lian et al. 2017).
 */
import { bytes, duration, percentage, plain } from '../report/format.ts'
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
  /** Computing, waiting for those that compute longer, and sending again what was lost. */
  readonly otherSeconds: number
  readonly messages: number
  readonly bytesPerMessage: number
  /** From such messages on the line takes more of a round than latency does. */
  readonly lineFromBytes: number
}

/** By what a run with a server that is a hub took; undefined if nothing was sent. */
export function regimeOf(model: NetworkModel, spent: Cost): Regime | undefined {
  const { rounds, seconds } = spent
  if (!(spent.messages > 0)) return undefined
  const messages = spent.messages / rounds
  const bytesPerMessage = spent.bytes / spent.messages
  const clients = messages / 2
  const latency = 2 * latencySeconds(model)
  const line = serverLineSeconds(model, bytesPerMessage, clients, 'hub')
  return {
    seconds: seconds / rounds,
    latencySeconds: latency,
    lineSeconds: line,
    otherSeconds: Math.max(0, seconds / rounds - latency - line),
    messages,
    bytesPerMessage,
    lineFromBytes: lineOutweighsLatencyFrom(model, clients, 'hub')
  }
}

/** In two sentences; `price` names the network, and `peers` are all that learn. */
export function regimeInWords(regime: Regime, price: string, peers: number): string[] {
  const { seconds, latencySeconds: latency, lineSeconds: line, otherSeconds: other } = regime
  const share = (part: number): string => {
    const found = part / seconds
    return found < 1e-3 ? 'less than 0.1 %' : percentage(found, found > 0.99 ? 3 : 2)
  }
  const all = regime.messages === 2 * peers
  const messages =
    `${all ? '2N = ' : ''}${plain(regime.messages)} messages of ${bytes(Math.round(regime.bytesPerMessage))}` +
    `${all ? ', since the hub does not learn' : ''}`
  const from =
    regime.lineFromBytes < 1
      ? 'with messages of any size'
      : `with messages from ${bytes(Number(regime.lineFromBytes.toPrecision(3)))} on`
  const network =
    line > latency
      ? `the hub's line, as it does ${from}`
      : `latency, for which gossip waits once a round and the server twice; the hub's line would ${from}`
  return [
    `A round with the server takes ${duration(seconds)} at ${price}: ${share(latency)} latency, ${share(line)} the hub's line ` +
      `(${messages}), ${share(other)} computing, waiting and sending again.`,
    other > Math.max(latency, line)
      ? `So computing and waiting decide; of the network it is ${network}.`
      : `So what decides is ${network}.`
  ]
}
