/** The links over which a message is waited for, in the exchange that runs. */
export class Pending {
  readonly #isPending: Uint8Array
  #count = 0
  #wake: () => void = () => {}

  constructor(links: number) {
    this.#isPending = new Uint8Array(links)
  }

  get count(): number {
    return this.#count
  }

  has(k: number): boolean {
    return this.#isPending[k] === 1
  }

  add(k: number): void {
    this.#isPending[k] = 1
    this.#count++
  }

  /** Link k is not waited for any more. Returns whether it was. */
  settle(k: number): boolean {
    if (!this.has(k)) return false
    this.#isPending[k] = 0
    if (--this.#count === 0) this.#wake()
    return true
  }

  clear(): void {
    this.#isPending.fill(0)
    this.#count = 0
  }

  /** Resolves when nothing is waited for, or after the deadline. */
  none(deadlineMs: number): Promise<void> {
    // Even where nothing is waited for, sockets are read once: those who were given up must be able to speak.
    if (this.#count === 0) return new Promise(resolve => setImmediate(resolve))
    return new Promise(resolve => {
      // What lies unread in the sockets when the deadline passes is in time: a busy event loop is nobody's fault.
      const timer = setTimeout(() => setImmediate(resolve), deadlineMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
