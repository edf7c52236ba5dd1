/** Distances on a circle of peers as an option: as text with `+` between them, for commas separate options. */
import { z } from 'zod'

/** `1+5`, or a list. */
export const distancesSchema = z.union(
  [
    z.string().regex(/^[1-9]\d*(\+[1-9]\d*)*$/),
    z
      .array(z.int().min(1))
      .min(1)
      .transform(list => list.join('+'))
  ],
  'must be distances of at least 1, as 1+5'
)

/** The distances of an option as numbers. */
export const distancesOf = (text: string): number[] => text.split('+').map(Number)

/** What the circle falls apart into if it is not 1: the greatest common divisor of the peers and the distances. */
export const commonDivisor = (peers: number, distances: readonly number[]): number =>
  distances.reduce(greatestCommonDivisor, peers)

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
