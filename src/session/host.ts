/** What a session needs of the thread that it runs in. */
import type { Command, SessionNews } from './protocol.ts'

export interface SessionHost {
  post(news: SessionNews): void
  /** The commands that came since it was asked last. */
  commands(): readonly Command[]
  /** Resolves after so many seconds; the network goes on meanwhile. */
  rest(seconds: number): Promise<void>
  /** Calls `look` now and then, also while the network is waited for, until the function that it returns is called. */
  watch(look: () => void): () => void
  /** Seconds that pass, from some origin. */
  clock(): number
  /** The time of day. */
  date(): Date
  /** The run is over, and somebody still looks on: `inspect` answers who asks for a peer. */
  afterwards(inspect: (peer: number) => Promise<void>): void
}
