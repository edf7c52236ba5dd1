/**
 * The libp2p network: one node per participant, connected along the links only; all of them here, or some in each of
 * several processes. Senders publish on topics of their own, to which those subscribe who hear them (topics.ts). An
 * exchange ends when everybody has what it waits for, or with the deadline; what is not there by then is absent.
 *
 * A publish proves nothing: gossipsub neither waits nor complains when a stream is gone, it only leaves the receiver
 * out of `recipients`. So these are compared with the audience every time, and a connection that carries no messages
 * is cut; the end that dialled it dials again.
 */
import type { PeerId } from '@libp2p/interface'
import { assert } from '../../core/assert.ts'
import {
  FATE,
  type Fates,
  type Hosted,
  type Inbox,
  type Network,
  type NetworkPlan,
  type Outbox,
  type Stop
} from '../../interfaces.ts'
import { checkExchange, checkPlan } from '../check.ts'
import { emptyTraffic } from '../traffic.ts'
import type { Meet } from './address-book.ts'
import { encodeMessage, swarmBytes } from './codec.ts'
import { Crew } from './crew.ts'
import { Mailbox } from './mailbox.ts'
import { cut, type SwarmNode } from './node.ts'
import { checkPorts } from './ports.ts'
import { checkSize, longestRpc } from './sizes.ts'
import { speechOf, type Topic } from './topics.ts'
import { untilPassed } from './until-passed.ts'

/** A connection younger than this is still opening its streams. */
const SETTLING_MS = 1000

export interface Libp2pOptions {
  /** Any text. What comes from a swarm with another text is dropped. */
  readonly swarm: string
  /** From this and `swarm` follow the keys of the nodes. */
  readonly seed: string
  /** How long neighbours are waited for in one exchange. */
  readonly deadlineMs: number
  /** Participant p listens on `port` + p, or on any free port if this is 0 or absent. */
  readonly port?: number
  /** The participants `first <= p < last` whose nodes live here; all if absent. Only their inboxes are filled. */
  readonly hosted?: Hosted
  /** Without `port`: where participants listen, if that is free. */
  readonly ports?: ReadonlyMap<number, number>
  /** How the nodes here and those elsewhere learn of each other's addresses; needed where there are some elsewhere. */
  readonly meet?: Meet
  /** Who does not have this key is not let in; see swarm-key.ts. */
  readonly swarmKey?: Uint8Array | undefined
  /** Called once per connection while the network opens. */
  readonly onProgress?: (connected: number, connections: number) => void
}

export interface Libp2pNetwork extends Network {
  /** By participant, of those that live here and have started. */
  readonly nodes: ReadonlyMap<number, SwarmNode>
}

/** Throws an ExperimentError for a payload that is too long and for ports that do not exist or, in `open`, are taken. */
export function libp2pNetwork(plan: NetworkPlan, options: Libp2pOptions): Libp2pNetwork {
  const { participants, hops } = plan
  const { seed, deadlineMs, port = 0, ports = new Map(), swarmKey, onProgress = () => {} } = options
  const { hosted = { first: 0, last: participants }, meet = async own => own } = options
  checkPlan(plan)
  checkSize(plan)
  checkPorts(port, participants)
  const swarm = swarmBytes(options.swarm)
  const traffic = emptyTraffic(participants)
  const mailbox = new Mailbox(plan, swarm, traffic, hosted)
  const maxBytes = longestRpc(plan)
  const settings = { swarm: options.swarm, seed, port, ports, maxBytes, hosted, meet, swarmKey }
  const speech = speechOf(plan, options.swarm)
  const crew = new Crew(speech.topics, settings, {
    heard(participant, owner, from, data) {
      if (owner === from) mailbox.receive(participant, from, data)
      else mailbox.drop('sender', from)
    },
    dropped: (from, reason) => mailbox.drop(reason, from),
    refused(participant) {
      traffic.refused[participant] = traffic.refused[participant]! + 1
    },
    lost: (participant, neighbour) => mailbox.lose(participant, neighbour),
    found: (participant, neighbour) => mailbox.find(participant, neighbour)
  })
  const closing = new AbortController()

  async function open(): Promise<void> {
    let connected = 0
    await crew.open(connections => onProgress(++connected, connections))
  }

  async function exchange(round: number, hop: number, outbox: Outbox, fates?: Fates): Promise<Inbox> {
    assert(crew.isOpen, `exchange ${round}.${hop} of a network that is not open`)
    checkExchange(plan, outbox, fates)
    const began = performance.now()
    crew.listen()
    mailbox.begin(round, hop, fates)
    const publications: { readonly topic: Topic; readonly data: Uint8Array }[] = []
    for (const { sender, row, ways } of speech.hops[hop]!) {
      if (!crew.livesHere(sender) || !mailbox.takesPart(sender)) continue
      const used = fates === undefined ? ways : ways.filter(({ links }) => isUsed(links, fates))
      if (used.length === 0) continue
      const data = encodeMessage(plan, swarm, sender, round, hop, outbox, row)
      for (const { topic } of used) publications.push({ topic, data })
    }
    await Promise.all(publications.map(({ topic, data }) => publish(topic, data)))
    await mailbox.arrivals(deadlineMs)
    if (fates !== undefined) await untilPassed(began + fates.durationMs, closing.signal)
    return mailbox.end()
  }

  async function publish({ name, publisher, audience }: Topic, data: Uint8Array): Promise<void> {
    const node = crew.node(publisher)
    const { recipients } = await node.services.pubsub.publish(name, data)
    traffic.messagesOut[publisher] = traffic.messagesOut[publisher]! + recipients.length
    traffic.bytesOut[publisher] = traffic.bytesOut[publisher]! + recipients.length * data.byteLength
    if (recipients.length === audience.length) return
    cutDeadConnections(
      node,
      audience.map(receiver => crew.ids[receiver]!),
      recipients
    )
  }

  async function stop(participant: number, how: Stop): Promise<void> {
    assert(mailbox.takesPart(participant), `participant ${participant} stops, and has stopped`)
    mailbox.stop(participant)
    if (how !== 'frozen') await crew.stop(participant, how)
  }

  async function start(participant: number, round?: number): Promise<void> {
    assert(crew.isOpen && !mailbox.takesPart(participant), `participant ${participant} starts, and runs`)
    mailbox.start(participant)
    if (!crew.isStopped(participant)) return
    const exchange = round === undefined ? mailbox.next : round * hops.length
    for (const neighbour of await crew.start(participant, exchange)) {
      mailbox.welcome(participant, neighbour)
      mailbox.welcome(neighbour, participant)
    }
  }

  function close(): Promise<void> {
    closing.abort()
    mailbox.close()
    return crew.close()
  }

  return {
    name: 'libp2p',
    traffic,
    nodes: crew.nodes,
    open,
    exchange,
    stop,
    start,
    waitedFor: () => mailbox.waitedFor(),
    aheadBy: () => mailbox.aheadBy(),
    close
  }
}

/** Whether something is sent over one of these links. */
function isUsed(links: readonly number[], fates: Fates): boolean {
  return links.some(k => (fates.links[k]! & 3) !== FATE.unsent)
}

/** Cuts the connections of `node` to those of the audience that its message was not sent to. */
export function cutDeadConnections(
  node: SwarmNode,
  audience: readonly PeerId[],
  recipients: readonly PeerId[]
): void {
  const reached = new Set(recipients.map(String))
  for (const id of audience.filter(id => !reached.has(id.toString()))) {
    const settlesSince = Date.now() - SETTLING_MS
    if (node.getConnections(id).every(({ timeline }) => timeline.open < settlesSince)) {
      cut(node, id, 'connected, but no messages can be sent')
    }
  }
}
