/** Waits for what the schedule of faults says that an exchange takes. */
import { setTimeout as pause } from 'node:timers/promises'

/** Resolves at a time of `performance.now`, or when the signal is given. */
export async function untilPassed(time: number, signal: AbortSignal): Promise<void> {
  const restMs = time - performance.now()
  if (restMs > 0) await pause(restMs, undefined, { signal }).catch(() => {})
}
