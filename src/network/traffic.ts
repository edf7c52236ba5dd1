import type { DropReason, Traffic } from '../interfaces.ts'

/** A network writes it, everybody else reads it. */
export type MutableTraffic = Omit<Traffic, 'dropped'> & { readonly dropped: Record<DropReason, number> }

export function emptyTraffic(participants: number): MutableTraffic {
  return {
    messagesOut: new Float64Array(participants),
    messagesIn: new Float64Array(participants),
    bytesOut: new Float64Array(participants),
    bytesIn: new Float64Array(participants),
    missing: new Float64Array(participants),
    dropped: {
      malformed: 0,
      version: 0,
      swarm: 0,
      sender: 0,
      late: 0,
      round: 0,
      size: 0,
      encoding: 0,
      'non-finite': 0,
      duplicate: 0
    }
  }
}
