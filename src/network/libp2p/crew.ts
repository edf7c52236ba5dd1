/**
 * The nodes of the participants that live here, and what is known of the others: who is connected with whom, who stops,
 * and who returns.
 *
 * Of each edge one end dials, and dials again when the connection is lost: the lower one, or the one that started last.
 * The neighbours of a node that stops give it up, and it dials them all when it returns.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { assert } from '../../core/assert.ts'
import { RunError } from '../../core/errors.ts'
import type { DropReason, Hosted, Stop } from '../../interfaces.ts'
import { AddressBook, type Meet } from './address-book.ts'
import { Allowance, SAID_AT_MOST } from './allowance.ts'
import { dial, dialEdges, dialPatiently, type Edge, edgesOf, giveUp, untilReady } from './connect.ts'
import { keyOf } from './identity.ts'
import { cut, reaches, type SwarmNode, startNode } from './node.ts'
import { startOnPort } from './ports.ts'
import type { Topic } from './topics.ts'

const RETURNED_WITHIN_MS = 10_000
/** The other end of an edge dials so soon after it started. */
const DIALLED_WITHIN_MS = 1000

export interface CrewSettings {
  /** Any text; with `seed` it decides the keys. */
  readonly swarm: string
  readonly seed: string
  /** Participant p listens on `port` + p, or if this is 0 on its own of `ports`, or on any that is free. */
  readonly port: number
  readonly ports: ReadonlyMap<number, number>
  /** The longest thing that a neighbour may say at once, in bytes. */
  readonly maxBytes: number
  /** Whose nodes live here. */
  readonly hosted: Hosted
  /** From the addresses of the nodes here to those of all, by participant. */
  readonly meet: Meet
  readonly swarmKey: Uint8Array | undefined
}

/** What a crew tells of its nodes. None of these may throw. */
export interface CrewEvents {
  /** `from` published this on the topic of `owner`, which it need not be. The data belong to a socket. */
  heard(participant: number, owner: number, from: number, data: Uint8Array): void
  /** `from` said something that cannot even be heard. */
  dropped(from: number, reason: DropReason): void
  /** Somebody who is no neighbour was turned away. */
  refused(participant: number): void
  /** The last connection with `neighbour` is lost, */
  lost(participant: number, neighbour: number): void
  /** or there is one again. */
  found(participant: number, neighbour: number): void
}

export class Crew {
  /** By participant, of those that live here. */
  readonly nodes = new Map<number, SwarmNode>()
  /** Per participant, once the crew is open. */
  ids: readonly PeerId[] = []
  readonly #settings: CrewSettings
  readonly #events: CrewEvents
  /** Per participant: the topics on which it speaks, and those that it hears. */
  readonly #spoken: readonly (readonly Topic[])[]
  readonly #heard: readonly (readonly Topic[])[]
  /** Per participant: with whom it is connected. */
  readonly #neighbours: readonly ReadonlySet<number>[]
  readonly #edges: readonly Edge[]
  #keys: readonly PrivateKey[] = []
  #participantOf: ReadonlyMap<string, number> = new Map()
  readonly #addresses: AddressBook
  readonly #stopped = new Set<number>()
  /** Per participant that has started again, as far as is known here: the exchange before which it did. */
  readonly #since = new Map<number, number>()
  /** By pair of a participant here and a neighbour: since when the latter runs, as it says itself. */
  readonly #met = new Map<string, number>()
  /** By receiver and sender. */
  readonly #allowance = new Allowance(SAID_AT_MOST)
  #closing: Promise<void> | undefined

  /** `topics`: per participant those on which it speaks. */
  constructor(topics: readonly (readonly Topic[])[], settings: CrewSettings, events: CrewEvents) {
    const heard = topics.map((): Topic[] => [])
    const neighbours = topics.map(() => new Set<number>())
    for (const topic of topics.flat()) {
      for (const receiver of topic.audience) {
        heard[receiver]!.push(topic)
        neighbours[receiver]!.add(topic.publisher)
        neighbours[topic.publisher]!.add(receiver)
      }
    }
    this.#spoken = topics
    this.#heard = heard
    this.#neighbours = neighbours
    this.#edges = edgesOf(neighbours)
    this.#addresses = new AddressBook(settings.ports)
    this.#settings = settings
    this.#events = events
  }

  /** Starts and connects all nodes. `onConnected` is called once per edge. */
  async open(onConnected: (edges: number) => void): Promise<void> {
    assert(this.ids.length === 0, 'a network opens once')
    const { swarm, seed } = this.#settings
    this.#keys = await Promise.all(this.#spoken.map((_, p) => keyOf(swarm, seed, p)))
    this.ids = this.#keys.map(peerIdFromPrivateKey)
    this.#participantOf = new Map(this.ids.map((id, p) => [id.toString(), p]))
    const running = [...this.#spoken.keys()].filter(p => !this.#stopped.has(p))
    const here = running.filter(p => this.livesHere(p))
    try {
      for (const p of here) {
        this.#checkOpen()
        this.nodes.set(p, await this.#start(p))
      }
      await this.#addresses.exchange(this.#settings.meet)
      const edges = this.#edges.filter(([lower, higher]) => here.includes(lower) && running.includes(higher))
      await dialEdges(edges, async ([lower, higher]) => {
        await dial(this.node(lower), this.ids[higher]!, this.#addresses.of(higher) ?? [])
        onConnected(edges.length)
      })
      const unready = await untilReady(here, p => {
        this.#checkOpen()
        return this.#spoken[p]!.every(topic =>
          this.#reaches(
            topic,
            topic.audience.filter(q => !this.#stopped.has(q))
          )
        )
      })
      if (unready.length > 0) {
        throw new RunError(
          `peers ${unready.join(', ')} are connected over libp2p, but their neighbours do not subscribe`
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

  livesHere(p: number): boolean {
    const { first, last } = this.#settings.hosted
    return p >= first && p < last
  }

  /** The node of a participant that lives here. */
  node(p: number): SwarmNode {
    const node = this.nodes.get(p)
    assert(node !== undefined, `the node of participant ${p} has not been started here`)
    return node
  }

  /** A participant stops, or does not start when the crew opens. If it lives here, resolves when its neighbours here know. */
  async stop(p: number, how: Exclude<Stop, 'frozen'>): Promise<void> {
    this.#stopped.add(p)
    if (!this.isOpen) return
    const id = this.ids[p]!
    const neighbours = this.#runningNeighbours(p)
    const here = neighbours.filter(q => this.livesHere(q)).map(q => this.node(q))
    await Promise.all(here.map(neighbour => giveUp(neighbour, id)))
    if (!this.livesHere(p)) return
    const node = this.node(p)
    if (how === 'killed') {
      await Promise.all(neighbours.map(q => giveUp(node, this.ids[q]!)))
      for (const q of neighbours) cut(node, this.ids[q]!, 'killed')
    }
    await node.stop()
    await untilReady(here, neighbour => neighbour.getConnections(id).length === 0, RETURNED_WITHIN_MS)
  }

  isStopped(p: number): boolean {
    return this.#stopped.has(p)
  }

  /**
   * A participant starts again; its node has the key that it had, and the port if that is still free. Resolves with the
   * neighbours with whom, as far as is known here, it is connected both ways. Processes need not be in step: `exchange`,
   * the next, tells the node that starts from the one that is about to stop elsewhere.
   */
  async start(p: number, exchange: number): Promise<number[]> {
    this.#stopped.delete(p)
    this.#since.set(p, exchange)
    const neighbours = this.#runningNeighbours(p)
    if (this.livesHere(p)) {
      const node = await this.#start(p)
      this.nodes.set(p, node)
      if (!this.isOpen) await node.stop()
      for (const q of neighbours) void this.#dial(p, q)
    } else {
      // Its process dials, if it knows where we are.
      const isPatient = pause(DIALLED_WITHIN_MS)
      for (const q of neighbours) if (this.livesHere(q)) void isPatient.then(() => this.#dial(q, p))
    }
    const unready = await untilReady(
      neighbours,
      q => !this.isOpen || (this.#isHeardBy(p, q) && this.#isHeardBy(q, p)),
      RETURNED_WITHIN_MS
    )
    return neighbours.filter(q => !unready.includes(q))
  }

  /** An exchange begins: all may speak again. */
  listen(): void {
    this.#allowance.renew()
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

  #runningNeighbours(p: number): number[] {
    return [...this.#neighbours[p]!].filter(q => !this.#stopped.has(q))
  }

  /** Connects p, who lives here, with q, however long it takes, if it is known where. Never throws. */
  async #dial(p: number, q: number): Promise<void> {
    const node = this.node(p)
    const addresses = this.#addresses.of(q)
    const isWanted = () => this.isOpen && node.status === 'started' && !this.#stopped.has(q)
    if (addresses !== undefined) await dialPatiently(node, this.ids[q]!, addresses, isWanted)
  }

  /** Whether what is published on a topic, by a participant who lives here, finds its way to these of its audience. */
  #reaches({ name, publisher }: Topic, audience: readonly number[]): boolean {
    const ids = audience.map(receiver => this.ids[receiver]!)
    return reaches(this.node(publisher), name, ids)
  }

  /** Whether q hears p, if it should; of senders elsewhere it is only known whether they are there. */
  #isHeardBy(p: number, q: number): boolean {
    const topic = this.#spoken[p]!.find(({ audience }) => audience.includes(q))
    if (topic === undefined) return true
    const isReached = !this.livesHere(p) || this.#reaches(topic, [q])
    return isReached && (!this.livesHere(q) || this.livesHere(p) || this.#isMet(q, p))
  }

  /** Whether p, who lives here, is connected with the node of q that has started last. */
  #isMet(p: number, q: number): boolean {
    const since = this.#met.get(`${p} ${q}`)
    return since !== undefined && since >= (this.#since.get(q) ?? -1)
  }

  #start(p: number): Promise<SwarmNode> {
    const ports = { first: this.#settings.port, own: this.#addresses.portOf(p) }
    return startOnPort(p, ports, port => this.#startOn(port, p))
  }

  async #startOn(port: number, p: number): Promise<SwarmNode> {
    const { maxBytes, swarmKey } = this.#settings
    const owners = new Map(this.#heard[p]!.map(({ name, publisher }) => [name, publisher]))
    const audiences = new Map(this.#spoken[p]!.map(({ name, audience }) => [name, new Set(audience)]))
    const node = await startNode({
      privateKey: this.#keys[p]!,
      port,
      swarmKey,
      publishes: [...audiences.keys()],
      hears: [...owners.keys()],
      mayHear: (topic, neighbour) => audiences.get(topic)?.has(this.#who(neighbour)) === true,
      neighbours: [...this.#neighbours[p]!].map(q => this.ids[q]!),
      maxBytes,
      receive: (topic, from, data) => this.#events.heard(p, owners.get(topic) ?? p, this.#who(from), data),
      drop: (from, reason) => this.#events.dropped(this.#who(from), reason),
      mayGoOn: from => this.#allowance.spend(`${p} ${from}`),
      refused: () => this.#events.refused(p),
      found: neighbour => this.#events.found(p, this.#who(neighbour)),
      lost: neighbour => this.#lose(p, this.#who(neighbour)),
      since: this.#since.get(p) ?? -1,
      met: (neighbour, since) => this.#met.set(`${p} ${this.#who(neighbour)}`, since)
    })
    this.#addresses.set(p, node.getMultiaddrs())
    return node
  }

  #lose(p: number, neighbour: number): void {
    this.#met.delete(`${p} ${neighbour}`)
    // The process that it comes back with may know nothing of its returns.
    if (!this.livesHere(neighbour)) this.#since.delete(neighbour)
    this.#events.lost(p, neighbour)
  }

  /** The participant with this id; nobody else is ever connected. */
  #who(id: PeerId): number {
    return this.#participantOf.get(id.toString())!
  }
}
