/** One of the processes of a swarm, as the coordinator sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import { present } from '../core/assert.ts'
import { eachLine } from '../core/each-line.ts'
import type { Hosted, SwarmState, Traffic } from '../interfaces.ts'
import type { Addresses, Order, PartRequest, Report } from './protocol.ts'

export interface MemberHost {
  report(report: Report): void
  /** A line that it wrote on its output: nothing but who looks on may write on the terminal. */
  printed(line: string): void
  /** Once, when it has ended of itself and all that it told has been heard. */
  ended(how: string): void
}

export class Member {
  readonly hosted: Hosted
  /** Rounds that it is known to have completed. */
  completed: number
  /** Rounds completed where it waits; undefined while it runs. */
  heldAt: number | undefined
  /** It had begun that many rounds when it was told to wait, too late; undefined if it was not. */
  passedAt: number | undefined
  /** It has completed its last round. */
  isDone = false
  isDead = false
  /** It does not answer, and is not waited for until it does. */
  isLagging = false
  /** When it told something last, on the coordinator's clock. */
  heardAtSeconds = Number.NEGATIVE_INFINITY
  addresses: Addresses | undefined
  /** Its own counters, and its state when it told it last. */
  traffic: Traffic | undefined
  state: SwarmState | undefined
  /** Whom it waits for. */
  waitsFor: readonly number[] = []
  readonly #child: ChildProcess
  readonly #ended: Promise<void>

  /** Starts the process. */
  constructor(request: PartRequest, host: MemberHost) {
    this.hosted = request.hosted
    this.completed = request.round
    const script = import.meta.url.endsWith('.ts') ? './part.ts' : './part.js'
    this.#child = fork(new URL(script, import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc']
    })
    this.#child.on('message', report => host.report(report as Report))
    for (const output of [this.#child.stdout, this.#child.stderr])
      eachLine(present(output, 'the output of a process'), line => host.printed(line))
    this.#ended = new Promise(resolve => {
      this.#child.once('close', (code, signal) => {
        const wasDead = this.isDead
        this.isDead = true
        resolve()
        if (!wasDead) host.ended(signal ?? `exit code ${code}`)
      })
    })
    this.send({ kind: 'begin', request })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** By participant, where its nodes listen. */
  get ports(): Map<number, number> {
    const ports = new Map<number, number>()
    for (const [participant, [address = '']] of this.addresses ?? []) {
      const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
      if (port > 0) ports.set(participant, port)
    }
    return ports
  }

  /** Whether it is waited for. */
  get isActive(): boolean {
    return !this.isDead && !this.isLagging
  }

  /** An order to a process that has just died is lost, as the process is. */
  send(order: Order): void {
    if (this.#child.connected) this.#child.send(order, () => {})
  }

  /** Ends the process at once, and resolves when it has ended. */
  end(): Promise<void> {
    this.isDead = true
    this.#child.kill('SIGKILL')
    return this.#ended
  }
}

/** `participants` in `processes` blocks of nearly equal size. */
export function blocksOf(participants: number, processes: number): Hosted[] {
  return Array.from({ length: processes }, (_, k) => ({
    first: Math.floor((k * participants) / processes),
    last: Math.floor(((k + 1) * participants) / processes)
  }))
}

/** A block of participants in words; the hub comes after the peers. */
export function nameOfBlock({ first, last }: Hosted, peers: number): string {
  const lastPeer = Math.min(last, peers) - 1
  if (first > lastPeer) return 'the hub'
  const named = first === lastPeer ? `peer ${first}` : `peers ${first} to ${lastPeer}`
  return last > peers ? `${named} and the hub` : named
}
