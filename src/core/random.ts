/**
 * Random streams. `seedrandom` (alea) seeds four words per stream from the text `seed/peer/purpose`; xoshiro128**
 * (Blackman, Vigna 2018) draws from them. The state lies in an Int32Array, so that kernels can load the words into
 * locals, draw inline, and store them back: the functions here and the kernels continue each other's streams.
 */
import seedrandom from 'seedrandom'
import type { RandomStream } from '../interfaces.ts'
import { assert } from './assert.ts'
import { log } from './elementary.ts'

/** Owner of the streams that belong to the swarm and not to one peer. */
export const SWARM = 'swarm'

/** The purpose of a stream of a peer that began anew so many times. */
export const anew = (purpose: string, incarnation: number): string =>
  incarnation === 0 ? purpose : `${purpose}#${incarnation}`

/** Fills `words[at .. at + 3]` with the state of the stream `seed/peer/purpose`. */
export function seedInto(
  seed: string,
  peer: number | typeof SWARM,
  purpose: string,
  words: Int32Array,
  at: number
): void {
  const source = seedrandom.alea(`${seed}/${peer}/${purpose}`)
  for (let k = 0; k < 4; k++) words[at + k] = source.int32()
  assert(
    words[at] !== 0 || words[at + 1] !== 0 || words[at + 2] !== 0 || words[at + 3] !== 0,
    `stream ${seed}/${peer}/${purpose} has the state zero`
  )
}

/** A stream of its own for `seed/peer/purpose`. */
export function stream(seed: string, peer: number | typeof SWARM, purpose: string): RandomStream {
  const words = new Int32Array(4)
  seedInto(seed, peer, purpose, words, 0)
  return { words, at: 0 }
}

/** One xoshiro128** draw: an unsigned 32-bit integer. */
export function nextUint32({ words, at }: RandomStream): number {
  const b = words[at + 1]!
  let r = Math.imul(b, 5)
  r = Math.imul((r << 7) | (r >>> 25), 9)
  const shifted = b << 9
  const c = words[at + 2]! ^ words[at]!
  const e = words[at + 3]! ^ b
  words[at + 1] = b ^ c
  words[at] = words[at]! ^ e
  words[at + 2] = c ^ shifted
  words[at + 3] = (e << 11) | (e >>> 21)
  return r >>> 0
}

/** Uniform on [0, 1) with 53 bits: two draws. */
export function nextDouble(random: RandomStream): number {
  const high = nextUint32(random) >>> 5
  const low = nextUint32(random) >>> 6
  return (high * 67108864 + low) / 9007199254740992
}

/** Uniform on 0, 1, …, bound − 1: one draw; the bias is below bound / 2³². */
export function nextBelow(random: RandomStream, bound: number): number {
  return Math.floor((nextUint32(random) / 4294967296) * bound)
}

/** Standard normal, by Marsaglia's polar method (1964); 5.1 draws on average. */
export function nextNormal(random: RandomStream): number {
  for (;;) {
    const x = 2 * nextDouble(random) - 1
    const y = 2 * nextDouble(random) - 1
    const square = x * x + y * y
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * log(square)) / square)
  }
}

/** Shuffles `values` in place (Fisher, Yates). */
export function shuffle<T>(random: RandomStream, values: T[]): T[] {
  for (let k = values.length - 1; k > 0; k--) {
    const j = nextBelow(random, k + 1)
    const kept = values[k]!
    values[k] = values[j]!
    values[j] = kept
  }
  return values
}
