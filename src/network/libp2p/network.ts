/**
 * The libp2p network: one node per participant, all in this process, connected along the links only. Every sender
 * publishes once per exchange, on a topic of its own to which those subscribe who hear it at some hop. An exchange
 * ends when everybody has what it waits for, or with the deadline; what is not there by then is absent.
 *
 * A publish proves nothing: gossipsub neither waits nor complains when a stream is gone, it only leaves the receiver
 * out of `recipients`. So these are compared with the audience every time, and a connection that carries no messages
 * is cut; the end that dialled it dials again.
 */
import { createHash } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { assert } from '../../core/assert.ts'
import { ExperimentError, RunError } from '../../core/errors.ts'
import type { Inbox, Network, NetworkPlan, Outbox } from '../../interfaces.ts'
import { messageBytes } from '../message-bytes.ts'
import { emptyTraffic } from '../traffic.ts'
import { encodeMessage, swarmBytes } from './codec.ts'
import { dialEdges, edgesOf, untilReady } from './connect.ts'
import { Mailbox } from './mailbox.ts'
import { reaches, type SwarmNode, startNode } from './node.ts'

/** gossipsub sends nothing that exceeds 4 MiB, and does not say so. */
const MAX_DOUBLES = 500_000
const MAX_PORT = 65_535
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
  /** Called once per connection while the network opens. */
  readonly onProgress?: (connected: number, connections: number) => void
}

export interface Libp2pNetwork extends Network {
  /** By participant, once the network is open. */
  readonly nodes: readonly SwarmNode[]
}

/** The key of a participant, the same wherever swarm and seed are known. */
export function keyOf(swarm: string, seed: string, participant: number): Promise<PrivateKey> {
  const digest = createHash('sha256').update(`${swarm}/${seed}/${participant}/key`).digest()
  return generateKeyPairFromSeed('Ed25519', digest)
}

/** The topic on which a participant publishes. */
export function topicOf(swarm: string, participant: number): string {
  return `/murmuration/${Buffer.from(swarmBytes(swarm)).toString('hex')}/${participant}`
}

/** Throws an ExperimentError for a payload that is too long and for ports that do not exist or, in `open`, are taken. */
export function libp2pNetwork(plan: NetworkPlan, options: Libp2pOptions): Libp2pNetwork {
  const { participants, hops } = plan
  const { deadlineMs, port = 0, onProgress = () => {} } = options
  checkSize(plan, port)
  const swarm = swarmBytes(options.swarm)
  const topics = Array.from({ length: participants }, (_, p) => topicOf(options.swarm, p))
  const traffic = emptyTraffic(participants)
  const mailbox = new Mailbox(plan, swarm, traffic)
  const { neighbours } = mailbox
  const speakers = hops.map(({ senders }) => [...new Set(senders)])
  const nodes: SwarmNode[] = []
  /** Who should receive what participant p publishes. */
  let audiences: readonly (readonly PeerId[])[] = []
  let closing: Promise<void> | undefined

  async function open(): Promise<void> {
    assert(audiences.length === 0, 'a network opens once')
    const keys = await Promise.all(topics.map((_, p) => keyOf(options.swarm, options.seed, p)))
    const ids = keys.map(peerIdFromPrivateKey)
    audiences = ids.map((_, p) =>
      neighbours.filter(({ sender }) => sender === p).map(({ receiver }) => ids[receiver]!)
    )
    const edges = edgesOf(neighbours)
    let connected = 0
    try {
      for (const [p, key] of keys.entries()) {
        checkOpen()
        nodes.push(await start(p, key, ids))
      }
      await dialEdges(nodes, edges, () => onProgress(++connected, edges.length))
      await untilReady(participants, p => {
        checkOpen()
        return reaches(nodes[p]!, topics[p]!, audiences[p]!)
      })
    } catch (error) {
      await stop()
      throw error
    }
  }

  function checkOpen(): void {
    if (closing !== undefined) throw new RunError('the libp2p network was closed before it had opened')
  }

  async function start(p: number, privateKey: PrivateKey, ids: readonly PeerId[]): Promise<SwarmNode> {
    const heard = neighbours.filter(({ receiver }) => receiver === p)
    const byTopic = new Map(heard.map(neighbour => [topics[neighbour.sender]!, neighbour]))
    const node = await startNode({
      privateKey,
      port: port === 0 ? 0 : port + p,
      topic: topics[p]!,
      hears: [...byTopic.keys()],
      neighbours: [...audiences[p]!, ...heard.map(({ sender }) => ids[sender]!)],
      maxBytes: longestRpc(plan),
      receive(topic, from, data) {
        const neighbour = byTopic.get(topic)
        if (neighbour !== undefined && ids[neighbour.sender]!.equals(from)) mailbox.receive(neighbour, data)
        else traffic.dropped.sender++
      }
    }).catch((error: unknown) => {
      throw portError(error, p, port + p)
    })
    node.addEventListener('connection:close', ({ detail: { remotePeer } }) => {
      // One of several connections to the same neighbour may go.
      if (node.getConnections(remotePeer).some(({ status }) => status === 'open')) return
      for (const neighbour of heard) if (ids[neighbour.sender]!.equals(remotePeer)) mailbox.lose(neighbour)
    })
    node.addEventListener('peer:connect', ({ detail }) => {
      for (const neighbour of heard) if (ids[neighbour.sender]!.equals(detail)) mailbox.find(neighbour)
    })
    return node
  }

  async function exchange(round: number, hop: number, outbox: Outbox): Promise<Inbox> {
    assert(
      audiences.length > 0 && closing === undefined,
      `exchange ${round}.${hop} of a network that is not open`
    )
    assert(
      outbox.length === plan.length,
      `${outbox.length} doubles to send, where the plan says ${plan.length}`
    )
    assert((outbox.receipts !== undefined) === plan.receipts, 'receipts to send, or none, against the plan')
    const { rowStart } = hops[hop]!
    mailbox.begin(round, hop)
    const messages = speakers[hop]!.map(p => {
      const at = p * outbox.stride
      const payload = outbox.payloads.subarray(at, at + outbox.length)
      const receipts = outbox.receipts?.subarray(rowStart[p], rowStart[p + 1])
      return encodeMessage(swarm, p, round, hop, payload, receipts)
    })
    const published = speakers[hop]!.map((p, k) =>
      nodes[p]!.services.pubsub.publish(topics[p]!, messages[k]!)
    )
    for (const [k, { recipients }] of (await Promise.all(published)).entries()) {
      const p = speakers[hop]![k]!
      traffic.messagesOut[p] = traffic.messagesOut[p]! + recipients.length
      traffic.bytesOut[p] = traffic.bytesOut[p]! + recipients.length * messages[k]!.byteLength
      if (recipients.length < audiences[p]!.length) cutDeadConnections(nodes[p]!, audiences[p]!, recipients)
    }
    await mailbox.arrivals(deadlineMs)
    return mailbox.end()
  }

  async function stop(): Promise<void> {
    for (const neighbour of neighbours) mailbox.lose(neighbour)
    await Promise.all(nodes.map(node => node.stop()))
  }

  function close(): Promise<void> {
    closing ??= stop()
    return closing
  }

  return { name: 'libp2p', traffic, nodes, open, exchange, close }
}

function checkSize({ participants, length }: NetworkPlan, port: number): void {
  if (length > MAX_DOUBLES) {
    throw new ExperimentError(
      `a message of ${length} doubles is too long for libp2p, which takes up to ${MAX_DOUBLES}; use the simulated network`
    )
  }
  if (port + participants - 1 > MAX_PORT) {
    throw new ExperimentError(
      `port ${port}: ${participants} peers need as many ports from there on, and the last is ${MAX_PORT}; ` +
        `take a port up to ${MAX_PORT - participants + 1}, or leave --port out for any that are free`
    )
  }
}

/** A bound for the bytes of a message in its RPC, and for the list of the topics that a node hears. */
function longestRpc({ participants, length, receipts }: NetworkPlan): number {
  return messageBytes(length, receipts ? participants : undefined) + 128 * participants + 1024
}

/** The user's mistake behind a node that does not start, if it is one. */
function portError(error: unknown, participant: number, port: number): unknown {
  const code = /EADDRINUSE|EACCES/.exec(String(error))?.[0]
  if (code === undefined) return error
  const reason = code === 'EACCES' ? 'may not be used' : 'is in use'
  return new ExperimentError(
    `port ${port}, on which peer ${participant} should listen, ${reason} on 127.0.0.1; take another first port, or leave --port out for any that are free`
  )
}

/** Cuts the connections of `node` to those of the audience that its message was not sent to. */
function cutDeadConnections(
  node: SwarmNode,
  audience: readonly PeerId[],
  recipients: readonly PeerId[]
): void {
  const reached = new Set(recipients.map(String))
  for (const id of audience.filter(id => !reached.has(id.toString()))) {
    for (const connection of node.getConnections(id)) {
      if (Date.now() - connection.timeline.open > SETTLING_MS) {
        connection.abort(new Error('connected, but no messages can be sent'))
      }
    }
  }
}
