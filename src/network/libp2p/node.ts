/**
 * One libp2p node per participant: TCP on the loopback interface, noise, yamux, and gossipsub without its gossip. A
 * message goes to those who subscribe to its topic and no further:
 *
 * - what arrives is read by hear.ts, and gossipsub, which would forward and cache it, is told of subscriptions only; with
 *   D = 0 there is no mesh to forward over either;
 * - nothing is signed: noise proves who is at the other end, and one hop away that is the sender;
 * - message ids are a counter, so that two messages never count as one. (The default is a hash of the data, by which
 *   equal parameters of two peers or rounds vanish.) Replays are left to the receiver, which counts them;
 * - IDONTWANT is off, scores ignore that all nodes share an address, and limits made for strangers are raised to the
 *   degree: on a dense graph in one machine each of these defaults loses or multiplies messages without a word;
 * - nothing is kept longer than one heartbeat.
 */
import { type GossipSub, gossipsub, StrictNoSign } from '@libp2p/gossipsub'
import type { RPC } from '@libp2p/gossipsub/message'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p, PeerId } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import { assert } from '../../core/assert.ts'
import { type Ears, type Frames, hear } from './hear.ts'
import { type CommonSettings, nodeOptions, onLost, routerOptions } from './node-options.ts'

export type SwarmNode = Libp2p<{ identify: Identify; pubsub: GossipSub }>

const AGENT = 'murmuration/'

export interface NodeSettings extends CommonSettings, Ears {
  /** The topics that it publishes on. */
  readonly publishes: readonly string[]
  /** The topics that it hears. */
  readonly hears: readonly string[]
  /** Whether a neighbour is told what is published on a topic, if it subscribes. */
  mayHear(topic: string, neighbour: PeerId): boolean
  /** The exchange before which it starts, which it tells its neighbours; −1 if it starts with the network. */
  readonly since: number
  /** A neighbour tells the same. */
  met(neighbour: PeerId, since: number): void
  /** There is a connection with a neighbour. */
  found(neighbour: PeerId): void
}

/** What gossipsub has and does not declare. */
interface GossipInternals {
  readonly streamsOutbound: ReadonlyMap<string, unknown>
  /** Reads all that `from` says over one stream. */
  pipePeerReadStream(from: PeerId, frames: Frames): Promise<void>
  handleReceivedRpc(from: PeerId, said: RPC): Promise<void>
}

const internalsOf = (node: SwarmNode): GossipInternals => node.services.pubsub as unknown as GossipInternals

/** A node that listens and has subscribed, and is connected to nobody. */
export async function startNode(settings: NodeSettings): Promise<SwarmNode> {
  const { publishes, hears } = settings
  const topics = [...publishes, ...hears]
  const noId = new Uint8Array()
  let messages = 0
  const node = await createLibp2p({
    ...nodeOptions(settings),
    nodeInfo: { userAgent: `${AGENT}${settings.since}` },
    services: {
      identify: identify(),
      pubsub: gossipsub({
        ...routerOptions(settings),
        globalSignaturePolicy: StrictNoSign,
        msgIdFn: () => noId,
        msgIdToStrFn: () => String(messages++),
        allowedTopics: topics,
        D: 0,
        Dlo: 0,
        Dhi: 0,
        Dscore: 0,
        Dout: 0,
        Dlazy: 0,
        maxTopicBytesPerPeer: 2048 * topics.length,
        seenTTL: 0
      })
    }
  })
  const { pubsub } = node.services
  const internals = internalsOf(node)
  assert(typeof internals.pipePeerReadStream === 'function', 'gossipsub reads its streams by another name')
  internals.pipePeerReadStream = async (from, frames) => {
    const end = await hear(frames, from, settings, said => {
      const subscriptions = said.filter(({ topic = '' }) => settings.mayHear(topic, from))
      // It throws nothing that the neighbour could not be blamed for, and keeps what it had.
      internals.handleReceivedRpc(from, { subscriptions, messages: [] }).catch(() => {})
    })
    if (end === 'too long') cut(node, from, 'it says more than a message')
  }
  node.addEventListener('peer:connect', ({ detail }) => settings.found(detail))
  node.addEventListener('peer:identify', ({ detail: { peerId, agentVersion } }) => {
    if (agentVersion?.startsWith(AGENT)) settings.met(peerId, Number(agentVersion.slice(AGENT.length)))
  })
  onLost(node, settings.lost)
  // Neighbours may call as soon as it listens.
  await node.start()
  for (const name of hears) pubsub.subscribe(name)
  return node
}

/** Breaks all connections with `id`; the end that dialled dials again. */
export function cut(node: SwarmNode, id: PeerId, reason: string): void {
  for (const connection of node.getConnections(id)) connection.abort(new Error(reason))
}

/** Whether a message that `node` publishes on `topic` finds its way to all of `audience`. */
export function reaches(node: SwarmNode, topic: string, audience: readonly PeerId[]): boolean {
  const subscribers = new Set(node.services.pubsub.getSubscribers(topic).map(String))
  const { streamsOutbound } = internalsOf(node)
  return audience.every(id => subscribers.has(id.toString()) && streamsOutbound.has(id.toString()))
}
