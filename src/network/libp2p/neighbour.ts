/**
 * A sender, as one of its receivers sees it, and whether it is waited for.
 *
 * A deadline that it lets pass is a strike: it is then not waited for until 2^(strikes − 1) messages have come of it, be
 * they too late. A message in time clears the strikes. So a lost neighbour costs one deadline in all, and one that is
 * always late costs fewer and fewer. Of a broken connection nothing is waited for until it has spoken over a new one.
 */
import type { Expected } from './codec.ts'

const MAX_STRIKES = 31

export class Neighbour {
  readonly receiver: number
  readonly sender: number
  readonly expected: Expected
  /** At each hop the link from it, or −1. */
  readonly links: Int32Array
  /** The last exchange that it spoke of, in time or not; −1 before. */
  latest = -1
  #isConnected = true
  #strikes = 0
  /** How many late messages it takes until it is waited for again, ... */
  #owed = 0
  /** ... which count once each, in ascending exchanges. */
  #latestLate = -1

  constructor(receiver: number, sender: number, expected: Expected) {
    this.receiver = receiver
    this.sender = sender
    this.expected = expected
    this.links = new Int32Array(expected.hops).fill(-1)
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  get isWaitedFor(): boolean {
    return this.#isConnected && this.#owed === 0
  }

  speaksInTime(): void {
    this.#strikes = 0
    this.#owed = 0
  }

  speaksLate(exchange: number): void {
    if (exchange <= this.#latestLate) return
    this.#latestLate = exchange
    if (this.#owed > 0) this.#owed--
  }

  letsDeadlinePass(): void {
    this.#strikes = Math.min(this.#strikes + 1, MAX_STRIKES)
    this.#owed = 2 ** (this.#strikes - 1)
  }

  lose(): void {
    this.#isConnected = false
  }

  /** It is connected again, but its streams may have yet to open. */
  find(): void {
    if (this.#isConnected) return
    this.#isConnected = true
    this.#owed = Math.max(this.#owed, 1)
  }

  /** It is known that its messages find their way. */
  welcome(): void {
    this.#isConnected = true
    this.speaksInTime()
  }

  /** Exchanges are counted from somewhere else. */
  recount(): void {
    this.latest = -1
    this.#latestLate = -1
  }
}
