import type { EdgeNotes, Outbox, ParameterMatrix } from '../interfaces.ts'

/** What an aggregation sends whose message is the sender's row of θ. */
export function sendParameters(
  { values, stride }: ParameterMatrix,
  degrees: Uint32Array,
  notes?: EdgeNotes
): Outbox {
  return { payloads: values, stride, degrees, notes }
}
