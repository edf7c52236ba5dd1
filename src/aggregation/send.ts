import type { Outbox, ParameterMatrix } from '../interfaces.ts'

/** What an aggregation sends whose message is the sender's row of θ, with receipts if it has them. */
export function sendParameters(
  { values, stride, parameters }: ParameterMatrix,
  receipts?: Uint32Array
): Outbox {
  return { payloads: values, stride, length: parameters, receipts }
}
