/** The links where everybody hears everybody. */
import type { Links } from '../interfaces.ts'

/** All links between so many participants. */
export function completeLinks(participants: number): Links {
  const others = participants - 1
  const senders = new Int32Array(participants * others)
  for (let k = 0; k < senders.length; k++) {
    const receiver = Math.floor(k / others)
    const place = k % others
    senders[k] = place < receiver ? place : place + 1
  }
  return {
    participants,
    rowStart: Int32Array.from({ length: participants + 1 }, (_, i) => i * others),
    senders
  }
}

/** The link of them over which `receiver` hears `sender`, who is another. */
export const completeLink = (participants: number, sender: number, receiver: number): number =>
  receiver * (participants - 1) + (sender < receiver ? sender : sender - 1)
