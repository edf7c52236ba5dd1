/**
 * Copies that are sent and not yet dealt with, by pair of sender and receiver. They come over the same stream as all that is sent after
 * them, so to wait for them takes no longer than not to, and each exchange then has the copies that are its own. A pair that
 * lets a deadline pass, as where the receiver does not read, is waited for again when a copy has come of it.
 */
export class UnderWay {
  readonly #counts = new Map<string, number>()
  readonly #givenUp = new Set<string>()
  #total = 0
  #wake: () => void = () => {}

  add(from: number, to: number): void {
    const pair = `${from} ${to}`
    if (this.#givenUp.has(pair)) return
    this.#counts.set(pair, this.#of(pair) + 1)
    this.#total++
  }

  /** One has come; it may be one that nobody knows to be sent. */
  settle(from: number, to: number): void {
    const pair = `${from} ${to}`
    this.#givenUp.delete(pair)
    const count = this.#of(pair)
    if (count === 0) return
    this.#counts.set(pair, count - 1)
    this.#subtract(1)
  }

  /** What is under way between the two is lost. */
  forget(from: number, to: number): void {
    const pair = `${from} ${to}`
    const count = this.#of(pair)
    this.#counts.delete(pair)
    this.#subtract(count)
  }

  /** Nothing is waited for any more. */
  clear(): void {
    this.#counts.clear()
    this.#subtract(this.#total)
  }

  /** Resolves when nothing is under way, or after so long. */
  async none(withinMs: number): Promise<void> {
    if (this.#total > 0 && withinMs > 0) await this.#settled(withinMs)
    for (const [pair, count] of this.#counts) if (count > 0) this.#givenUp.add(pair)
    this.clear()
  }

  #settled(withinMs: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #of(pair: string): number {
    return this.#counts.get(pair) ?? 0
  }

  #subtract(count: number): void {
    this.#total -= count
    if (this.#total === 0) this.#wake()
  }
}
