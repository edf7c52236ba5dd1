/** How much each may say to another between two exchanges: an honest one says two or three things, a flood ends here. */

export const SAID_AT_MOST = 64

export class Allowance {
  readonly #said = new Map<string, number>()
  readonly #saidAtMost: number

  constructor(saidAtMost: number) {
    this.#saidAtMost = saidAtMost
  }

  /** All may speak again. */
  renew(): void {
    this.#said.clear()
  }

  /** Counts one thing that is said; false if it is too much. */
  spend(pair: string): boolean {
    const said = (this.#said.get(pair) ?? 0) + 1
    this.#said.set(pair, said)
    return said <= this.#saidAtMost
  }
}
