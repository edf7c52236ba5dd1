/**
 * Draws by counter instead of by sequence: the same four integers under the same key give the same number, in whatever
 * order and by whichever process they are asked for.
 *
 * Each counter adds its own odd multiple to each of two words; then the words are mixed into each other by shifts and
 * odd multiples, each step of which can be undone, so that no two states become one. The multipliers are those of
 * MurmurHash3 (Appleby 2011) and xxHash (Collet 2012). Any bit of a counter or of the key turns over each bit of the
 * result with probability ½.
 */
import seedrandom from 'seedrandom'

/** Two 32-bit words; keys of different seeds or purposes give draws that have nothing to do with each other. */
export interface HashKey {
  readonly first: number
  readonly second: number
}

/** The key of `seed/purpose`. */
export function hashKey(seed: string, purpose: string): HashKey {
  const source = seedrandom.alea(`${seed}/${purpose}`)
  return { first: source.int32(), second: source.int32() }
}

const TWO_TO_MINUS_53 = 1 / 9007199254740992

/** Uniform on [0, 1) with 53 bits, decided by the key and four 32-bit integers alone. */
export function hashedUniform(
  { first, second }: HashKey,
  a: number,
  b: number,
  c: number,
  d: number
): number {
  let x = (first + Math.imul(a, 0xcc9e2d51) + Math.imul(b, 0x1b873593)) | 0
  let y = (second + Math.imul(a, 0x239b961b) + Math.imul(b, 0xab0e9789)) | 0
  x = (x + Math.imul(c, 0x9e3779b1) + Math.imul(d, 0xa1e38b93)) | 0
  y = (y + Math.imul(c, 0x38b34ae5) + Math.imul(d, 0x85ebca77)) | 0
  x = Math.imul(x ^ (y >>> 16), 0x85ebca6b)
  y = Math.imul(y ^ (x >>> 13), 0xc2b2ae35)
  x = Math.imul(x ^ (y >>> 16), 0x27d4eb2f)
  y = Math.imul(y ^ (x >>> 15), 0x165667b1)
  x ^= y >>> 16
  return ((x >>> 5) * 67108864 + (y >>> 6)) * TWO_TO_MINUS_53
}
