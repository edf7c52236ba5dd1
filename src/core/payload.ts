/** What follows from the fields of a payload. */
import type { PayloadField } from '../interfaces.ts'

/** A payload of so many doubles, as they are. */
export const doubles = (count: number): readonly PayloadField[] => [{ count }]

/** How many doubles a payload has in memory. */
export const lengthOf = (payload: readonly PayloadField[]): number =>
  payload.reduce((sum, { count }) => sum + count, 0)

/** Bits on the wire of each number of a field, whose bound is 2³² at most. */
export const bitsOf = ({ below }: PayloadField): number =>
  below === undefined ? 64 : 32 - Math.clz32(below - 1)

/** Bytes on the wire of a payload: each field begins with a byte of its own. */
export const bytesOfPayload = (payload: readonly PayloadField[]): number =>
  payload.reduce((sum, field) => sum + Math.ceil((field.count * bitsOf(field)) / 8), 0)
