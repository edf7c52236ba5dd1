/** What the schedule of faults makes of each message: of the exchange that runs, and of some before it. */
import { DUPLICATED, FATE, REORDERED } from '../../interfaces.ts'

/** For so many exchanges it is known which messages were lost, and so are not late when they come after all. */
const REMEMBERED = 32

export class Planned {
  #exchange = -1
  /** By exchange, modulo REMEMBERED; undefined where everything arrives. */
  readonly #fates: (Uint8Array | undefined)[] = []

  /** An exchange begins with these fates per link, or none where everything arrives. They are kept, and changed. */
  begin(exchange: number, fates: Uint8Array | undefined): void {
    if (exchange !== this.#exchange + 1) this.#fates.length = 0
    this.#exchange = exchange
    this.#fates[exchange % REMEMBERED] = fates
  }

  /** The FATE of a message of this exchange or an earlier one. */
  outcome(k: number, exchange = this.#exchange): number {
    if (exchange <= this.#exchange - REMEMBERED) return FATE.arrives
    return (this.#fates[exchange % REMEMBERED]?.[k] ?? FATE.arrives) & 3
  }

  isDuplicated(k: number): boolean {
    return ((this.#fates[this.#exchange % REMEMBERED]?.[k] ?? 0) & DUPLICATED) !== 0
  }

  /** Whether the message over link k comes after the others; true only once. */
  putsOff(k: number): boolean {
    const fates = this.#fates[this.#exchange % REMEMBERED]
    if (fates === undefined || (fates[k]! & REORDERED) === 0) return false
    fates[k] = fates[k]! & ~REORDERED
    return true
  }
}
