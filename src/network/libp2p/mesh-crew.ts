/**
 * The nodes of a mesh, all of which live in this process: who is connected with whom along the graph, who grafts whom, who stops, and
 * who returns. Of each edge the lower end dials, or the one that started last, and dials again when the connection is lost.
 */
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { assert } from '../../core/assert.ts'
import { RunError } from '../../core/errors.ts'
import type { DropReason, Links, Stop } from '../../interfaces.ts'
import { meshOf, neighboursOf } from '../mesh-graph.ts'
import { AddressBook } from './address-book.ts'
import { Allowance } from './allowance.ts'
import { dial, dialEdges, dialPatiently, edgesOf, giveUp, untilReady } from './connect.ts'
import { keyOf } from './identity.ts'
import { forgetDeliveries, inBase64, type Judgement, regraft, relaysTo, startMeshNode } from './mesh-node.ts'
import { cut, type SwarmNode } from './node.ts'
import { startOnPort } from './ports.ts'

const RETURNED_WITHIN_MS = 10_000

interface MeshCrewSettings {
  /** Any text; with `seed` it decides the keys. */
  readonly swarm: string
  readonly seed: string
  readonly topic: string
  /** Participant p listens on `port` + p, or if this is 0 on its own of `ports`, or on any that is free. */
  readonly port: number
  readonly ports: ReadonlyMap<number, number>
  /** The longest thing that a neighbour may say at once, in bytes. */
  readonly maxBytes: number
  /** How many things a neighbour may say between two exchanges. */
  readonly saidAtMost: number
  readonly swarmKey: Uint8Array | undefined
}

/** What a crew tells of its nodes, by participant. Who is no participant is −1. None of these may throw. */
interface MeshEvents {
  judge(participant: number, author: number, relay: number, data: Uint8Array): Judgement
  copied(participant: number, relay: number, bytes: number): void
  sent(participant: number, to: number, bytes: number): void
  came(participant: number, from: number): void
  dropped(participant: number, from: number, reason: DropReason): void
  refused(participant: number): void
  lost(participant: number, neighbour: number): void
}

export class MeshCrew {
  /** By participant. */
  readonly nodes = new Map<number, SwarmNode>()
  /** Per participant, once the crew is open. */
  ids: readonly PeerId[] = []
  readonly #relays: Links
  readonly #settings: MeshCrewSettings
  readonly #events: MeshEvents
  readonly #neighbours: readonly (readonly number[])[]
  #keys: readonly PrivateKey[] = []
  #participantOf: ReadonlyMap<string, number> = new Map()
  /** The names of all participants as messages have them, in base64. */
  #authors: ReadonlySet<string> = new Set()
  readonly #addresses: AddressBook
  readonly #isConnected: Uint8Array
  readonly #isUp: Uint8Array
  #mesh: readonly (readonly number[])[]
  /** By receiver and sender. */
  readonly #allowance: Allowance
  #closing: Promise<void> | undefined

  constructor(relays: Links, settings: MeshCrewSettings, events: MeshEvents) {
    const { participants } = relays
    this.#relays = relays
    this.#settings = settings
    this.#events = events
    this.#neighbours = Array.from({ length: participants }, (_, p) => neighboursOf(relays, p))
    this.#isConnected = new Uint8Array(participants).fill(1)
    this.#isUp = new Uint8Array(participants).fill(1)
    this.#mesh = meshOf(relays, { isConnected: this.#isConnected, isUp: this.#isUp })
    this.#addresses = new AddressBook(settings.ports)
    this.#allowance = new Allowance(settings.saidAtMost)
  }

  /** Starts and connects all nodes. `onConnected` is called once per edge. */
  async open(onConnected: (edges: number) => void): Promise<void> {
    assert(this.ids.length === 0, 'a network opens once')
    const { swarm, seed } = this.#settings
    this.#keys = await Promise.all(this.#neighbours.map((_, p) => keyOf(swarm, seed, p)))
    this.ids = this.#keys.map(peerIdFromPrivateKey)
    this.#participantOf = new Map(this.ids.map((id, p) => [id.toString(), p]))
    this.#authors = new Set(this.ids.map(id => inBase64(id.toMultihash().bytes)))
    const everybody = [...this.#neighbours.keys()]
    try {
      for (const p of everybody) {
        this.#checkOpen()
        await this.#start(p)
      }
      const edges = edgesOf(this.#neighbours)
      await dialEdges(edges, async ([lower, higher]) => {
        await dial(this.node(lower), this.ids[higher]!, this.#addresses.of(higher) ?? [])
        onConnected(edges.length)
      })
      const unready = await untilReady(everybody, p => {
        this.#checkOpen()
        return this.#isReady(p)
      })
      if (unready.length > 0) {
        throw new RunError(
          `peers ${unready.join(', ')} are connected over libp2p, but no mesh forms around them`
        )
      }
    } catch (error) {
      await this.#stopAll()
      throw error
    }
  }

  get isOpen(): boolean {
    return this.ids.length > 0 && this.#closing === undefined
  }

  /** The node of a participant. */
  node(p: number): SwarmNode {
    const node = this.nodes.get(p)
    assert(node !== undefined, `the node of participant ${p} has not been started`)
    return node
  }

  /** Those with whom participant p should be connected. */
  audienceOf(p: number): PeerId[] {
    return this.#running(p).map(q => this.ids[q]!)
  }

  /** A participant stops. Resolves when its neighbours know, and those that pass on have grafted each other anew. */
  async stop(p: number, how: Stop): Promise<void> {
    this.#isUp[p] = 0
    if (how !== 'frozen') {
      this.#isConnected[p] = 0
      const [id, node] = [this.ids[p]!, this.node(p)]
      const neighbours = this.#running(p)
      await Promise.all(neighbours.map(q => giveUp(this.node(q), id)))
      if (how === 'killed') {
        await Promise.all(neighbours.map(q => giveUp(node, this.ids[q]!)))
        for (const q of neighbours) cut(node, this.ids[q]!, 'killed')
      }
      await node.stop()
      await untilReady(neighbours, q => this.node(q).getConnections(id).length === 0, RETURNED_WITHIN_MS)
    }
    await this.#renewMesh()
  }

  /** A participant that stopped takes part again; its node has the key that it had, and the port if that is still free. */
  async start(p: number): Promise<void> {
    this.#isUp[p] = 1
    if (this.#isConnected[p] === 0) {
      this.#isConnected[p] = 1
      const node = await this.#start(p)
      const isWanted = () => this.isOpen && node.status === 'started'
      await Promise.all(
        this.#running(p).map(q => dialPatiently(node, this.ids[q]!, this.#addresses.of(q) ?? [], isWanted))
      )
    }
    await this.#renewMesh()
  }

  /** An exchange begins: all may speak again. */
  listen(): void {
    this.#allowance.renew()
    for (const node of this.nodes.values()) forgetDeliveries(node)
  }

  /** May be called twice. */
  close(): Promise<void> {
    this.#closing ??= this.#stopAll()
    return this.#closing
  }

  async #stopAll(): Promise<void> {
    await Promise.all([...this.nodes.values()].map(node => node.stop()))
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new RunError('the libp2p network was closed before it had opened')
  }

  /** The neighbours of p that are connected at all. */
  #running(p: number): number[] {
    return this.#neighbours[p]!.filter(q => this.#isConnected[q] === 1)
  }

  #isReady(p: number): boolean {
    const mesh = this.#mesh[p]!.map(q => this.ids[q]!)
    return relaysTo(this.node(p), this.#settings.topic, this.audienceOf(p), mesh)
  }

  async #renewMesh(): Promise<void> {
    this.#mesh = meshOf(this.#relays, { isConnected: this.#isConnected, isUp: this.#isUp })
    const running = [...this.#isConnected.keys()].filter(p => this.#isConnected[p] === 1)
    const isGrafted = (p: number): boolean => {
      if (!this.isOpen) return true
      regraft(
        this.node(p),
        this.#settings.topic,
        this.#mesh[p]!.map(q => this.ids[q]!)
      )
      return this.#isReady(p)
    }
    await untilReady(running, isGrafted, RETURNED_WITHIN_MS)
  }

  #start(p: number): Promise<SwarmNode> {
    const ports = { first: this.#settings.port, own: this.#addresses.portOf(p) }
    return startOnPort(p, ports, port => this.#startOn(port, p))
  }

  async #startOn(port: number, p: number): Promise<SwarmNode> {
    const { topic, maxBytes, swarmKey } = this.#settings
    const events = this.#events
    const who = (id: PeerId): number => this.#participantOf.get(id.toString()) ?? -1
    const node = await startMeshNode({
      privateKey: this.#keys[p]!,
      port,
      swarmKey,
      topic,
      neighbours: this.#neighbours[p]!.map(q => this.ids[q]!),
      maxBytes,
      isAuthor: id => this.#authors.has(id),
      judge: (author, relay, data) => events.judge(p, who(author), who(relay), data),
      copied: (relay, bytes) => events.copied(p, who(relay), bytes),
      sent: (to, bytes) => events.sent(p, this.#participantOf.get(to) ?? -1, bytes),
      came: from => events.came(p, who(from)),
      drop: (from, reason) => events.dropped(p, who(from), reason),
      mayGoOn: from => this.#allowance.spend(`${p} ${from}`),
      isInMesh: neighbour => this.#mesh[p]!.includes(this.#participantOf.get(neighbour) ?? -1),
      refused: () => events.refused(p),
      lost: neighbour => events.lost(p, who(neighbour))
    })
    this.nodes.set(p, node)
    this.#addresses.set(p, node.getMultiaddrs())
    if (this.#closing !== undefined) await node.stop()
    return node
  }
}
