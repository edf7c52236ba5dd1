/**
 * Numbers 0 … n − 1 in a mixed radix: with the factors f_1, …, f_J of n, position i has the digits
 * ⌊i / (f_1 ⋯ f_{j−1})⌋ mod f_j. If round j averages all positions that differ in digit j only, J rounds average all n
 * exactly: each digit is forgotten in its round.
 */
import { assert } from '../../src/core/assert.ts'

/** The prime factors of n, ascending, each as often as it divides n; none of 1. */
export function primeFactors(n: number): number[] {
  const factors: number[] = []
  let rest = n
  for (let factor = 2; factor * factor <= rest; factor++) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor)
  }
  return rest > 1 ? [...factors, rest] : factors
}

/** Factors of n of at most `largest`, ascending, taken greedily from the largest on; undefined if n has none such. */
export function boundedFactors(n: number, largest: number): number[] | undefined {
  const factors: number[] = []
  let rest = n
  for (let factor = Math.min(n, largest); factor >= 2; factor--) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor)
  }
  return rest === 1 ? factors.reverse() : undefined
}

/** The largest divisor of n whose prime factors are all at most `largest`. */
export const smoothPart = (n: number, largest: number): number =>
  primeFactors(n).reduce((part, factor) => (factor <= largest ? part * factor : part), 1)

/**
 * Per factor the groups of peers whose positions in `peers` differ in that digit only, in order. One peer has one round
 * without groups.
 */
export function digitGroups(peers: readonly number[], factors: readonly number[]): number[][][] {
  if (peers.length === 1) return [[]]
  let place = 1
  const rounds = factors.map(factor => {
    const groups: number[][] = []
    for (let block = 0; block < peers.length; block += factor * place) {
      for (let first = block; first < block + place; first++) {
        groups.push(Array.from({ length: factor }, (_, digit) => peers[first + digit * place]!))
      }
    }
    place *= factor
    return groups
  })
  assert(place === peers.length, `factors ${factors} of ${peers.length}`)
  return rounds
}
