import type { Links } from '../interfaces.ts'

/** Links by their senders: what j says goes over `links[n]` for `start[j] <= n < start[j + 1]`, ascending by the receiver. */
export interface Outgoing {
  readonly start: Int32Array
  readonly links: Int32Array
}

export function outgoingOf({ participants, senders }: Links): Outgoing {
  const start = new Int32Array(participants + 1)
  for (const sender of senders) start[sender + 1]!++
  for (let j = 0; j < participants; j++) start[j + 1] = start[j + 1]! + start[j]!
  const links = new Int32Array(senders.length)
  const next = start.slice()
  for (let k = 0; k < senders.length; k++) links[next[senders[k]!]!++] = k
  return { start, links }
}
