/**
 * Copies that are sent and not yet dealt with, by pair of sender and receiver. They come over the same stream as all that is sent after
 * them, so to wait for them takes no longer than not to, and each exchange then has the copies that are its own.
 */
export class UnderWay {
  readonly #counts = new Map<string, number>()
  #total = 0
  #wake: () => void = () => {}

  add(from: number, to: number): void {
    this.#counts.set(`${from} ${to}`, this.#of(from, to) + 1)
    this.#total++
  }

  /** One has come; it may be one that nobody knows to be sent. */
  settle(from: number, to: number): void {
    const count = this.#of(from, to)
    if (count === 0) return
    this.#counts.set(`${from} ${to}`, count - 1)
    this.#subtract(1)
  }

  /** What is under way between the two is lost. */
  forget(from: number, to: number): void {
    this.#subtract(this.#of(from, to))
    this.#counts.delete(`${from} ${to}`)
  }

  /** Nothing is waited for any more. */
  clear(): void {
    this.#counts.clear()
    this.#subtract(this.#total)
  }

  /** Resolves when nothing is under way, or after so long. */
  none(withinMs: number): Promise<void> {
    if (this.#total === 0 || withinMs <= 0) return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(resolve, withinMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  #of(from: number, to: number): number {
    return this.#counts.get(`${from} ${to}`) ?? 0
  }

  #subtract(count: number): void {
    this.#total -= count
    if (this.#total === 0) this.#wake()
  }
}
