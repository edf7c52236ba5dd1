/**
 * The libp2p network of plans in which everybody hears everybody: one node per participant, connected along the graph, and gossipsub's
 * relays between them. Who is heard is who signed; what a relay passes on and should not is blamed on the relay. An exchange
 * ends when everybody has what it waits for, or with the deadline. What the fates take is passed on all the same, and its
 * receiver does not listen. What copies count as is said in ../simulated-mesh.ts; here they are those that are really sent.
 */
import { assert } from '../../core/assert.ts'
import { ExperimentError } from '../../core/errors.ts'
import type { DropReason, Fates, Inbox, Links, NetworkPlan, Outbox, Stop } from '../../interfaces.ts'
import { checkExchange, checkPlan } from '../check.ts'
import { emptyTraffic } from '../traffic.ts'
import { decodeMessage, encodeMessage, expectedOf, swarmBytes } from './codec.ts'
import { Mailbox } from './mailbox.ts'
import { MeshCrew } from './mesh-crew.ts'
import type { Judgement } from './mesh-node.ts'
import { cutDeadConnections, type Libp2pNetwork, type Libp2pOptions } from './network.ts'
import { checkPorts } from './ports.ts'
import { checkSize, longestRpc } from './sizes.ts'
import { UnderWay } from './under-way.ts'
import { untilPassed } from './until-passed.ts'

/** In an exchange a relay passes on a message of everybody once, and says a few things more. */
const MORE_SAID = 64

/** A plan with `relays`: one hop over all links. */
export type MeshPlan = NetworkPlan & { readonly relays: Links }

/** Throws an ExperimentError for what `libp2pNetwork` refuses, and where some of the participants live elsewhere. */
export function meshNetwork({ relays, ...plan }: MeshPlan, options: Libp2pOptions): Libp2pNetwork {
  const { participants } = plan
  const { seed, deadlineMs, port = 0, ports = new Map(), swarmKey, onProgress = () => {} } = options
  const { hosted = { first: 0, last: participants } } = options
  if (hosted.last - hosted.first < participants) {
    throw new ExperimentError('aggregation: mesh runs in one process over libp2p; leave processes out')
  }
  checkPlan(plan)
  checkSize(plan)
  checkPorts(port, participants)
  const swarm = swarmBytes(options.swarm)
  const traffic = emptyTraffic(participants)
  const mailbox = new Mailbox(plan, swarm, traffic, hosted)
  const expected = Array.from({ length: participants }, (_, p) => expectedOf(plan, swarm, p))
  const underWay = new UnderWay()
  /** By receiver and author: the last exchange of which a message was taken in. */
  const latest = new Int32Array(participants * participants).fill(-1)
  let isRunning = false
  const settings = {
    swarm: options.swarm,
    seed,
    topic: `/murmuration/${Buffer.from(swarm).toString('hex')}`,
    port,
    ports,
    maxBytes: longestRpc(plan),
    saidAtMost: participants + MORE_SAID,
    swarmKey
  }
  const crew = new MeshCrew(relays, settings, {
    judge,
    copied,
    sent(p, to, bytes) {
      count(traffic.messagesOut, p)
      count(traffic.bytesOut, p, bytes)
      underWay.add(p, to)
    },
    came: (p, from) => underWay.settle(from, p),
    dropped(p, from, reason) {
      // Of what is not even read nobody knows how many messages it holds.
      underWay.forget(from, p)
      if (mailbox.takesPart(p)) mailbox.drop(reason, from)
    },
    refused: p => count(traffic.refused, p),
    lost(p, neighbour) {
      underWay.forget(neighbour, p)
      underWay.forget(p, neighbour)
    }
  })
  const closing = new AbortController()

  function count(counts: Float64Array, participant: number, by = 1): void {
    counts[participant] = counts[participant]! + by
  }

  /** Takes in what `author` said, if it is the first that comes of it to p. Who has stopped passes nothing on. */
  function judge(p: number, author: number, relay: number, data: Uint8Array): Judgement {
    if (!mailbox.takesPart(p)) return 'ignore'
    const owed = expected[author]
    const message = owed === undefined ? 'sender' : decodeMessage(data, owed)
    const problem = typeof message === 'string' ? message : untimely(p, author, message.exchange)
    if (typeof message === 'string' || problem !== undefined) {
      if (problem !== undefined) mailbox.drop(problem, relay)
      return 'reject'
    }
    latest[p * participants + author] = message.exchange
    mailbox.receive(p, author, data)
    return message.exchange < open() ? 'ignore' : 'accept'
  }

  /** The exchange that runs, or the next. */
  const open = (): number => (isRunning ? mailbox.next - 1 : mailbox.next)

  /** Why what the author says of an exchange is not even late. */
  function untimely(p: number, author: number, of: number): DropReason | undefined {
    // Nobody needs to be told what it has said itself.
    if (p === author) return 'duplicate'
    if (of <= latest[p * participants + author]!) return of < open() ? 'late' : 'duplicate'
    return of > mailbox.next || !mailbox.takesPart(author) ? 'round' : undefined
  }

  function copied(p: number, relay: number, bytes: number): void {
    if (!mailbox.takesPart(p)) return
    count(traffic.messagesIn, p)
    count(traffic.bytesIn, p, bytes)
    mailbox.drop('duplicate', relay)
  }

  async function connect(): Promise<void> {
    let connected = 0
    await crew.open(connections => onProgress(++connected, connections))
  }

  async function exchange(round: number, hop: number, outbox: Outbox, fates?: Fates): Promise<Inbox> {
    assert(crew.isOpen, `exchange ${round}.${hop} of a network that is not open`)
    checkExchange(plan, outbox, fates)
    const began = performance.now()
    crew.listen()
    mailbox.begin(round, hop, fates)
    isRunning = true
    const speakers = [...expected.keys()].filter(p => mailbox.takesPart(p))
    await Promise.all(speakers.map(p => publish(p, encodeMessage(plan, swarm, p, round, hop, outbox))))
    await mailbox.arrivals(deadlineMs)
    await underWay.none(began + deadlineMs - performance.now())
    if (fates !== undefined) await untilPassed(began + fates.durationMs, closing.signal)
    isRunning = false
    return mailbox.end()
  }

  async function publish(p: number, data: Uint8Array): Promise<void> {
    const node = crew.node(p)
    const { recipients } = await node.services.pubsub.publish(settings.topic, data)
    const audience = crew.audienceOf(p)
    if (recipients.length < audience.length) cutDeadConnections(node, audience, recipients)
  }

  async function stop(participant: number, how: Stop): Promise<void> {
    assert(mailbox.takesPart(participant), `participant ${participant} stops, and has stopped`)
    mailbox.stop(participant)
    await crew.stop(participant, how)
  }

  async function start(participant: number): Promise<void> {
    assert(crew.isOpen && !mailbox.takesPart(participant), `participant ${participant} starts, and runs`)
    mailbox.start(participant)
    await crew.start(participant)
  }

  function close(): Promise<void> {
    closing.abort()
    mailbox.close()
    underWay.clear()
    return crew.close()
  }

  return {
    name: 'libp2p',
    traffic,
    nodes: crew.nodes,
    open: connect,
    exchange,
    stop,
    start,
    waitedFor: () => mailbox.waitedFor(),
    aheadBy: () => 0,
    close
  }
}
