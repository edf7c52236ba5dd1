/**
 * One libp2p node per participant: TCP on the loopback interface, noise, yamux, and gossipsub without its gossip. A
 * message goes to those who subscribe to its sender's topic and no further:
 *
 * - a topic's validator takes the message and answers `Ignore`, so that gossipsub neither forwards nor caches it; with
 *   D = 0 there is no mesh to forward over either;
 * - nothing is signed: noise proves who is at the other end, and one hop away that is the sender;
 * - message ids are a counter, so that two messages never count as one. (The default is a hash of the data, by which
 *   equal parameters of two peers or rounds vanish.) Replays are left to the receiver, which counts them;
 * - IDONTWANT is off, scores ignore that all nodes share an address, and limits made for strangers are raised to the
 *   degree: on a dense graph in one machine each of these defaults loses or multiplies messages without a word;
 * - nothing is kept longer than one heartbeat.
 */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type GossipSub, gossipsub, StrictNoSign, TopicValidatorResult } from '@libp2p/gossipsub'
import { type Identify, identify } from '@libp2p/identify'
import type { Libp2p, PeerId, PrivateKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { createLibp2p } from 'libp2p'

export type SwarmNode = Libp2p<{ identify: Identify; pubsub: GossipSub }>

export interface NodeSettings {
  readonly privateKey: PrivateKey
  /** 0 for any that is free. */
  readonly port: number
  /** The topic that it publishes on. */
  readonly topic: string
  /** The topics that it hears. */
  readonly hears: readonly string[]
  /** With whom it may be connected. */
  readonly neighbours: readonly PeerId[]
  /** The longest thing that a neighbour may say at once: a message, or the list of all topics that it hears. */
  readonly maxBytes: number
  /** Takes a message that `from` published on `topic`, which it need not own. `data` belongs to a socket. Must not throw. */
  receive(topic: string, from: PeerId, data: Uint8Array): void
}

/** What gossipsub has and does not declare. */
interface GossipInternals {
  readonly streamsOutbound: ReadonlyMap<string, unknown>
  readonly score: { readonly deliveryRecords: { clear(): void } }
}

const internalsOf = (node: SwarmNode): GossipInternals => node.services.pubsub as unknown as GossipInternals

/** A node that listens and has subscribed, and is connected to nobody. */
export async function startNode(settings: NodeSettings): Promise<SwarmNode> {
  const { privateKey, port, topic, hears, neighbours, maxBytes, receive } = settings
  const allowed = new Set(neighbours.map(String))
  const isStranger = (id: PeerId): boolean => !allowed.has(id.toString())
  const topics = [topic, ...hears]
  const noId = new Uint8Array()
  let messages = 0
  const node = await createLibp2p({
    privateKey,
    addresses: { listen: [`/ip4/127.0.0.1/tcp/${port}`] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionGater: {
      denyDialMultiaddr: () => false,
      denyInboundEncryptedConnection: isStranger,
      denyOutboundEncryptedConnection: isStranger
    },
    connectionManager: {
      maxConnections: 2 * neighbours.length + 16,
      inboundConnectionThreshold: 1000,
      maxIncomingPendingConnections: 256,
      dialTimeout: 30_000,
      addressDialTimeout: 30_000,
      inboundUpgradeTimeout: 30_000,
      // Without a limit or a growing pause: a neighbour that comes back after an hour is taken back at once.
      reconnectRetries: Number.POSITIVE_INFINITY,
      reconnectRetryInterval: 500,
      reconnectBackoffFactor: 1
    },
    // A learner that keeps the event loop busy looks like a dead neighbour.
    connectionMonitor: { pingInterval: 30_000, pingTimeout: { minTimeout: 60_000 } },
    services: {
      identify: identify(),
      pubsub: gossipsub({
        globalSignaturePolicy: StrictNoSign,
        msgIdFn: () => noId,
        msgIdToStrFn: () => String(messages++),
        allowedTopics: topics,
        allowPublishToZeroTopicPeers: true,
        asyncValidation: true,
        fallbackToFloodsub: false,
        floodPublish: true,
        D: 0,
        Dlo: 0,
        Dhi: 0,
        Dscore: 0,
        Dout: 0,
        Dlazy: 0,
        gossipFactor: 0,
        idontwantMinDataSize: Number.POSITIVE_INFINITY,
        scoreParams: { IPColocationFactorWeight: 0, behaviourPenaltyWeight: 0 },
        maxInboundDataLength: maxBytes,
        maxTopicBytesPerPeer: 2048 * topics.length,
        heartbeatInterval: 1000,
        mcacheLength: 1,
        mcacheGossip: 1,
        seenTTL: 0
      })
    }
  })
  const { pubsub } = node.services
  const { deliveryRecords } = internalsOf(node).score
  pubsub.addEventListener('gossipsub:heartbeat', () => deliveryRecords.clear())
  for (const name of topics) {
    pubsub.topicValidators.set(name, (from, { data }) => {
      receive(name, from, data)
      return TopicValidatorResult.Ignore
    })
  }
  for (const name of hears) pubsub.subscribe(name)
  return node
}

/** Whether a message that `node` publishes on `topic` finds its way to all of `audience`. */
export function reaches(node: SwarmNode, topic: string, audience: readonly PeerId[]): boolean {
  const subscribers = new Set(node.services.pubsub.getSubscribers(topic).map(String))
  const { streamsOutbound } = internalsOf(node)
  return audience.every(id => subscribers.has(id.toString()) && streamsOutbound.has(id.toString()))
}
