/** What all nodes have in common: TCP on the loopback interface, noise, yamux, and patience with neighbours. */
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { preSharedKey } from '@libp2p/pnet'
import { tcp } from '@libp2p/tcp'
import type { Libp2p, Libp2pOptions } from 'libp2p'
import { gateFor } from './gate.ts'

/** Of one protocol, over one connection; an honest neighbour has one, and another when it replaces that. */
const MAX_STREAMS = 4
/** Of all protocols. */
const MAX_OPEN_STREAMS = 64
/** What is kept for a neighbour that does not read, in bytes: many messages, as it may only sleep. Then it is cut off. */
export const MAX_UNREAD = 32 * 1024 * 1024

/** What every node is told. */
export interface CommonSettings {
  readonly privateKey: PrivateKey
  /** 0 for any that is free. */
  readonly port: number
  /** With whom it may be connected. */
  readonly neighbours: readonly PeerId[]
  /** The text of a key file (swarm-key.ts), of which all with whom it is connected must have the same; or none. */
  readonly swarmKey: Uint8Array | undefined
  /** The longest thing that a neighbour may say at once, in bytes. */
  readonly maxBytes: number
  /** One who is not a neighbour, or has no key or another, is turned away. */
  refused(): void
  /** The last connection with a neighbour is gone. */
  lost(neighbour: PeerId): void
}

/** Of a node that does not start before it is told to. */
export const nodeOptions = ({
  privateKey,
  port,
  neighbours,
  swarmKey,
  refused
}: CommonSettings): Omit<Libp2pOptions, 'services'> => ({
  start: false,
  privateKey,
  addresses: { listen: [`/ip4/127.0.0.1/tcp/${port}`] },
  transports: [tcp()],
  ...(swarmKey && { connectionProtector: preSharedKey({ psk: swarmKey }) }),
  connectionEncrypters: [noise()],
  streamMuxers: [yamux({ maxInboundStreams: MAX_OPEN_STREAMS })],
  connectionGater: gateFor(neighbours, swarmKey !== undefined, refused),
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
  connectionMonitor: { pingInterval: 30_000, pingTimeout: { minTimeout: 60_000 } }
})

/** Of gossipsub, without its gossip and its own choice of whom to graft. */
export const routerOptions = ({ maxBytes }: CommonSettings) => ({
  allowPublishToZeroTopicPeers: true,
  fallbackToFloodsub: false,
  floodPublish: true,
  gossipFactor: 0,
  idontwantMinDataSize: Number.POSITIVE_INFINITY,
  scoreParams: { IPColocationFactorWeight: 0, behaviourPenaltyWeight: 0 },
  maxInboundDataLength: maxBytes,
  maxInboundStreams: MAX_STREAMS,
  maxOutboundBufferSize: MAX_UNREAD,
  heartbeatInterval: 1000,
  mcacheLength: 1,
  mcacheGossip: 1
})

/** `lost` is told when the last connection with somebody is gone. */
export function onLost(node: Libp2p, lost: CommonSettings['lost']): void {
  node.addEventListener('connection:close', ({ detail: { remotePeer } }) => {
    // What was said over it is heard first; and there may be another connection.
    setImmediate(() => {
      if (node.getConnections(remotePeer).every(({ status }) => status !== 'open')) lost(remotePeer)
    })
  })
}
