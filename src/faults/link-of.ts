import type { Links } from '../interfaces.ts'

/** The link over which `receiver` hears `sender`; −1 where it does not, or where there is no such participant. */
export function linkOf({ participants, rowStart, senders }: Links, sender: number, receiver: number): number {
  if (receiver >= participants) return -1
  const first = rowStart[receiver]!
  const at = senders.subarray(first, rowStart[receiver + 1]).indexOf(sender)
  return at < 0 ? -1 : first + at
}
