/**
 * One libp2p node per participant of a mesh: TCP on the loopback interface, noise, yamux, and gossipsub with its relaying. There is one
 * topic; what arrives for the first time and is worth it goes on to the mesh.
 *
 * - A relay proves nothing about the author, so every message is signed (StrictSign), and its id is its author's key and sequence
 *   number. Copies are told by the same two before their signatures are looked at.
 * - The author sends to all its neighbours (flood publishing). Whom a router grafts is told from outside (mesh-graph.ts), so
 *   its own choice at every heartbeat (D, D_lo, D_hi, D_out, opportunistic grafting) is off.
 * - IHAVE and IWANT would bring what a round has done without, and IDONTWANT comes when the copies are on the wire: both are off.
 *   Of all control messages only a GRAFT is heard, from those that are to be grafted.
 * - Scores ignore that all nodes share an address; nothing is kept for longer than a late copy may take.
 */
import { gossipsub, StrictSign, TopicValidatorResult } from '@libp2p/gossipsub'
import { RPC } from '@libp2p/gossipsub/message'
import { identify } from '@libp2p/identify'
import type { PeerId } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import { assert } from '../../core/assert.ts'
import type { DropReason } from '../../interfaces.ts'
import type { Frames } from './hear.ts'
import { cut, type SwarmNode } from './node.ts'
import { type CommonSettings, nodeOptions, onLost, routerOptions } from './node-options.ts'

/** What a neighbour may say at once; an honest one says one thing, and never what is 0 here. */
const MAX_SAID = {
  subscriptions: 16,
  messages: 16,
  control: { ihave: 0, iwant: 0, graft: 16, prune: 0, idontwant: 0 }
}
/** For so long a copy of a message is known as one. */
const SEEN_MS = 30_000

/** Whether a message is taken in and passed on; `ignore` blames nobody. */
export type Judgement = 'accept' | 'ignore' | 'reject'

/** What a node does with what it hears and sends. None of these may throw. */
interface Relaying {
  /** Whether this, in base64, is the name of somebody whose messages are passed on. */
  isAuthor(id: string): boolean
  /** A message of `author`, whose signature proves it, came from `relay`. `data` belongs to a socket. */
  judge(author: PeerId, relay: PeerId, data: Uint8Array): Judgement
  /** A copy of a message that was judged before came from `relay`. */
  copied(relay: PeerId, bytes: number): void
  /** A message was sent to a neighbour, by its author or a relay. */
  sent(to: string, bytes: number): void
  /** What a neighbour sent has been dealt with, whatever it was. */
  came(from: PeerId): void
  /** Counts what a neighbour said in vain. */
  drop(from: PeerId, reason: DropReason): void
  /** Counts what a neighbour says; false if it is too much. */
  mayGoOn(from: PeerId): boolean
  /** Whether what this node hears is passed on to a neighbour. */
  isInMesh(neighbour: string): boolean
}

interface MeshNodeSettings extends CommonSettings, Relaying {
  readonly topic: string
}

/** What became of a message that was received. */
interface Received {
  readonly code: 'duplicate' | 'invalid' | 'valid'
  /** Of those that are invalid: `error` where the signature or what goes with it is wrong. */
  readonly reason?: string
}

/** What gossipsub has and does not declare. */
interface MeshInternals {
  readonly streamsOutbound: ReadonlyMap<string, unknown>
  readonly mesh: ReadonlyMap<string, Set<string>>
  readonly score: { readonly deliveryRecords: { clear(): void } }
  pipePeerReadStream(from: PeerId, frames: Frames): Promise<void>
  handleReceivedRpc(from: PeerId, said: RPC): Promise<void>
  handleReceivedMessage(from: PeerId, message: RPC.Message): Promise<void>
  validateReceivedMessage(from: PeerId, message: RPC.Message): Promise<Received>
  sendRpc(to: string, said: RPC): boolean
  graftOnSubscribe(id: string, topic: string): boolean
  addToMesh(id: string, topic: string, reason: string): void
  sendGraft(id: string, topics: string[]): void
}

const internalsOf = (node: SwarmNode): MeshInternals => node.services.pubsub as unknown as MeshInternals

/** The author of a message and its sequence number, as bytes that tell it from all others. */
const idOf = ({ from, seqno }: RPC.Message): string => `${inBase64(from)} ${inBase64(seqno)}`

export const inBase64 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('base64')

/** What becomes of a message whose author is nobody: no signature is looked at, for strangers choose what that takes. */
const OF_NOBODY: Received = { code: 'invalid', reason: 'error' }

/** A node that listens and has subscribed, and is connected to nobody. */
export async function startMeshNode(settings: MeshNodeSettings): Promise<SwarmNode> {
  const { topic } = settings
  const node = await createLibp2p({
    ...nodeOptions(settings),
    services: {
      identify: identify(),
      pubsub: gossipsub({
        ...routerOptions(settings),
        globalSignaturePolicy: StrictSign,
        fastMsgIdFn: idOf,
        allowedTopics: [topic],
        tagMeshPeers: false,
        D: 0,
        Dlo: 0,
        Dhi: Number.POSITIVE_INFINITY,
        Dscore: 0,
        Dout: 0,
        opportunisticGraftPeers: 0,
        Dlazy: 0,
        maxTopicBytesPerPeer: 2048,
        seenTTL: SEEN_MS
      })
    }
  })
  overhear(node, settings)
  node.services.pubsub.topicValidators.set(topic, (relay, message) => {
    if (message.type !== 'signed') return TopicValidatorResult.Reject
    return VERDICTS[settings.judge(message.from, relay, message.data)]
  })
  onLost(node, settings.lost)
  await node.start()
  node.services.pubsub.subscribe(topic)
  return node
}

const VERDICTS: Readonly<Record<Judgement, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject
}

/** What the router does for itself and is looked at. */
const OVERHEARD = [
  'pipePeerReadStream',
  'handleReceivedMessage',
  'validateReceivedMessage',
  'sendRpc',
  'graftOnSubscribe'
] as const

/** Lets all that the router sends and receives be counted, and whom it grafts be told. */
function overhear(node: SwarmNode, settings: MeshNodeSettings): void {
  const router = internalsOf(node)
  for (const name of OVERHEARD) {
    assert(typeof router[name] === 'function', `gossipsub has no ${name}`)
  }
  const validate = router.validateReceivedMessage.bind(router)
  const handle = router.handleReceivedMessage.bind(router)
  const send = router.sendRpc.bind(router)

  router.pipePeerReadStream = async (from, frames) => {
    try {
      for await (const frame of frames) {
        const said = settings.mayGoOn(from) ? parse(frame.subarray()) : 'flood'
        if (typeof said === 'string') settings.drop(from, said)
        else void takeIn(from, said)
      }
    } catch (error) {
      if (error instanceof Error && /^InvalidDataLength|^InvalidMessageLength/.test(error.name)) {
        settings.drop(from, 'size')
        cut(node, from, 'it says more than a message')
      }
    }
  }

  async function takeIn(from: PeerId, said: RPC): Promise<void> {
    const messages = said.messages.filter((message, index) => {
      if (message.topic === settings.topic && (index === 0 || settings.mayGoOn(from))) return true
      settings.drop(from, message.topic === settings.topic ? 'flood' : 'sender')
      return false
    })
    if (said.control?.graft.some(({ topicID }) => topicID === settings.topic)) graft(from.toString())
    // It throws nothing that the neighbour could not be blamed for, and keeps what it had.
    await router.handleReceivedRpc(from, { subscriptions: said.subscriptions, messages }).catch(() => {})
  }

  /** Passes on to a neighbour from now on, if it is one of those to whom this node should; returns whether it had not. */
  function graft(id: string): boolean {
    if (!settings.isInMesh(id) || router.mesh.get(settings.topic)?.has(id) !== false) return false
    router.addToMesh(id, settings.topic, 'subscribed')
    return true
  }

  router.validateReceivedMessage = async (from, message) => {
    const isKnown = settings.isAuthor(inBase64(message.from))
    const received = isKnown ? await validate(from, message) : OF_NOBODY
    if (received.code === 'duplicate') {
      settings.copied(from, message.data?.byteLength ?? 0)
    } else if (received.reason === 'error') {
      settings.drop(from, message.signature === undefined ? 'malformed' : 'sender')
    }
    return received
  }

  router.handleReceivedMessage = async (from, message) => {
    try {
      await handle(from, message)
    } finally {
      // Not before it has been passed on: until then it is on its way.
      settings.came(from)
    }
  }

  router.sendRpc = (to, said) => {
    const isSent = send(to, said)
    if (isSent) for (const { data } of said.messages) settings.sent(to, data?.byteLength ?? 0)
    return isSent
  }

  router.graftOnSubscribe = id => router.streamsOutbound.has(id) && graft(id)
}

function parse(bytes: Uint8Array): RPC | 'malformed' {
  try {
    return RPC.decode(bytes, { limits: MAX_SAID })
  } catch {
    return 'malformed'
  }
}

/**
 * Makes the mesh of `node` these neighbours, as far as they subscribe. Others are dropped without a PRUNE, which would keep them
 * away for a minute: they do the same.
 */
export function regraft(node: SwarmNode, topic: string, neighbours: readonly PeerId[]): void {
  const router = internalsOf(node)
  const wanted = new Set(neighbours.map(String))
  const subscribers = new Set(node.services.pubsub.getSubscribers(topic).map(String))
  for (const id of router.mesh.get(topic) ?? []) if (!wanted.has(id)) router.mesh.get(topic)?.delete(id)
  for (const id of wanted) {
    const isMissing = router.mesh.get(topic)?.has(id) === false
    if (!isMissing || !subscribers.has(id) || !router.streamsOutbound.has(id)) continue
    router.addToMesh(id, topic, 'subscribed')
    router.sendGraft(id, [topic])
  }
}

/** Whether what `node` publishes goes to all of `audience`, and what it hears on to all of `mesh`. */
export function relaysTo(
  node: SwarmNode,
  topic: string,
  audience: readonly PeerId[],
  mesh: readonly PeerId[]
): boolean {
  const router = internalsOf(node)
  const subscribers = new Set(node.services.pubsub.getSubscribers(topic).map(String))
  const grafted = router.mesh.get(topic)
  return (
    audience.map(String).every(id => subscribers.has(id) && router.streamsOutbound.has(id)) &&
    mesh.every(id => grafted?.has(id.toString()))
  )
}

/** Forgets who delivered what, which is kept for scores that nobody looks at. */
export const forgetDeliveries = (node: SwarmNode): void => internalsOf(node).score.deliveryRecords.clear()
