/**
 * The virtual clock: who waits for whom, and how long an exchange takes, in milliseconds.
 *
 * An exchange begins for everybody at once. Receiver i closes it when it is ready itself and has what it waits for, at
 * the deadline at the latest; what arrives later is late. A link that let a deadline pass gets a strike, and is waited
 * for again when 2^(strikes − 1) late messages of it have arrived; they are counted one by one, so those that are on
 * their way behind another do not count. A message in time clears the strikes. So a neighbour that is slow once costs
 * one deadline, and one that is always late costs fewer and fewer.
 */
import { FATE, type Links } from '../interfaces.ts'

/** What an exchange takes where nobody waits and something is on its way: time passes all the same. */
const IDLE_MS = 1

/** 2³⁰ late messages are as good as never. */
const MOST_STRIKES = 31

/** What a receiver remembers of each of its links. */
interface Patience {
  readonly links: Links
  readonly strikes: Uint8Array
  /** Late messages until it is waited for again; 0 where it is waited for. */
  readonly owed: Uint32Array
  /** When the late message that counts next arrives; infinity where none is on its way. */
  readonly speaksAt: Float64Array
}

export class Clock {
  nowMs = 0
  /** Per hop. */
  readonly patience: readonly Patience[]
  readonly #deadlineMs: number

  constructor(hops: readonly Links[], deadlineMs: number) {
    this.#deadlineMs = deadlineMs
    this.patience = hops.map(links => ({
      links,
      strikes: new Uint8Array(links.senders.length),
      owed: new Uint32Array(links.senders.length),
      speaksAt: new Float64Array(links.senders.length).fill(Number.POSITIVE_INFINITY)
    }))
  }

  /**
   * Passes one exchange: turns the fates of messages that arrive too late into `late`, and advances. Times are since
   * its beginning: `arrivesMs` per link, `readyMs` per participant.
   */
  pass(
    hop: number,
    fates: Uint8Array,
    arrivesMs: Float64Array,
    readyMs: Float64Array,
    up: Uint8Array
  ): { durationMs: number; waitedFor: readonly number[] } {
    const patience = this.patience[hop]!
    const { rowStart, participants } = patience.links
    const waitedFor = new Set<number>()
    let durationMs = 0
    let isUnderWay = false
    for (let i = 0; i < participants; i++) {
      if (up[i] === 0 || rowStart[i] === rowStart[i + 1]) continue
      const closesMs = this.#closes(patience, i, fates, arrivesMs, readyMs[i]!)
      isUnderWay = this.#judge(patience, i, fates, arrivesMs, closesMs, waitedFor) || isUnderWay
      if (readyMs[i]! < this.#deadlineMs) durationMs = Math.max(durationMs, closesMs)
    }
    if (durationMs === 0 && isUnderWay) durationMs = IDLE_MS
    this.nowMs += durationMs
    return { durationMs, waitedFor: [...waitedFor].sort((a, b) => a - b) }
  }

  /** When receiver i closes the exchange. */
  #closes(
    { links: { rowStart }, owed, speaksAt }: Patience,
    i: number,
    fates: Uint8Array,
    arrivesMs: Float64Array,
    readyMs: number
  ): number {
    let closesMs = readyMs
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (speaksAt[k]! <= this.nowMs) {
        speaksAt[k] = Number.POSITIVE_INFINITY
        owed[k] = owed[k]! - 1
      }
      if (fates[k] === FATE.arrives && owed[k] === 0) closesMs = Math.max(closesMs, arrivesMs[k]!)
    }
    return Math.min(closesMs, this.#deadlineMs)
  }

  /**
   * What came in time clears its link; what did not is late, and costs a strike where it was waited for. Returns whether
   * something is late.
   */
  #judge(
    { links: { rowStart, senders }, strikes, owed, speaksAt }: Patience,
    i: number,
    fates: Uint8Array,
    arrivesMs: Float64Array,
    closesMs: number,
    waitedFor: Set<number>
  ): boolean {
    let isLate = false
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      if (fates[k] !== FATE.arrives) continue
      if (arrivesMs[k]! <= closesMs) {
        strikes[k] = 0
        owed[k] = 0
        speaksAt[k] = Number.POSITIVE_INFINITY
        continue
      }
      fates[k] = FATE.late
      isLate = true
      if (owed[k] === 0) {
        strikes[k] = Math.min(strikes[k]! + 1, MOST_STRIKES)
        owed[k] = 1 << (strikes[k]! - 1)
        waitedFor.add(senders[k]!)
      } else if (speaksAt[k] !== Number.POSITIVE_INFINITY) continue
      speaksAt[k] = this.nowMs + arrivesMs[k]!
    }
    return isLate
  }
}
