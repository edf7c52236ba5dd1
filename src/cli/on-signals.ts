/** What to do when somebody wants the program to end. */

/** The exit code of what was interrupted. */
export const INTERRUPTED = 130
const ECHO_MS = 200

/** What those who listen do when the terminal is gone. */
const listening = new Set<() => void>()

/**
 * The terminal is gone, and fails whenever it is used: a first signal where none has come, and never a second. The process ends where
 * nobody listens.
 */
export function hangUp(): void {
  if (listening.size === 0) process.exit(INTERRUPTED)
  for (const lose of listening) lose()
}

/** Calls `first` at the first signal; at the second the process ends. Returns how to stop listening. */
export function onSignals(first: () => void): () => void {
  let count = 0
  let lastMs = Number.NEGATIVE_INFINITY
  const hear = (): void => {
    // A launcher may pass on what its whole group got already.
    const isEcho = performance.now() - lastMs < ECHO_MS
    lastMs = performance.now()
    if (isEcho) return
    count++
    if (count === 1) first()
    else process.exit(INTERRUPTED)
  }
  const lose = (): void => {
    if (count === 0) hear()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, hear)
  listening.add(lose)
  return () => {
    for (const signal of signals) process.off(signal, hear)
    listening.delete(lose)
  }
}
