import { DROP_REASONS, type DropReason, type Traffic } from '../interfaces.ts'

/** All zero, for `participants`. */
export function emptyTraffic(participants: number): Traffic {
  const zeros = () => new Float64Array(participants)
  return {
    messagesOut: zeros(),
    messagesIn: zeros(),
    bytesOut: zeros(),
    bytesIn: zeros(),
    missing: zeros(),
    waitedFor: zeros(),
    refused: zeros(),
    dropped: Object.fromEntries(DROP_REASONS.map(reason => [reason, zeros()])) as Record<
      DropReason,
      Float64Array
    >
  }
}
