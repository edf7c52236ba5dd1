/** What the environments' fleets are put together from: options that several of them have, and what follows from them. */
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import { nextDouble } from '../../src/core/random.ts'
import type { RandomStream, RewardNoise } from '../../src/interfaces.ts'

/** Exact solutions use dense states × states matrices: 32 MB and seconds per peer at this size. */
export const MAX_STATES = 2000

/** Transitions of a fleet take 10 bytes each: 2 GB. */
const MAX_TRANSITIONS = 200_000_000

/** The uniform distribution. */
export const uniform = (count: number): Float64Array => new Float64Array(count).fill(1 / count)

/** Throws an ExperimentError for a fleet that would not fit in memory. */
export function requireMemory(name: string, peers: number, transitionsOfEach: number): void {
  const transitions = peers * transitionsOfEach
  if (transitions > MAX_TRANSITIONS)
    throw new ExperimentError(
      `${name}: ${peers} peers have ${transitions} transitions; peers × states × actions × branching must be at most ${MAX_TRANSITIONS}`
    )
}

/** The option `discount`: γ. */
export const discountOption = (standard: number) => z.number().min(0).lt(1).default(standard)

/** The option `noise`. */
export const noiseOption = (standard: 'bernoulli' | 'none') =>
  z
    .union(
      [z.enum(['bernoulli', 'none']), z.number().positive()],
      "must be 'bernoulli', 'none' or a number, the half-width of uniform noise"
    )
    .default(standard)
    .describe('how sampled rewards scatter')

/** What the option `noise` says. */
export const noiseOf = (noise: 'bernoulli' | 'none' | number): RewardNoise =>
  typeof noise === 'number' ? { kind: 'uniform', halfWidth: noise } : { kind: noise }

/** An option that is a part of a whole; its standard is 0. */
export const shareOption = (description: string) => z.number().min(0).max(1).default(0).describe(description)

/** What a peer has of a quantity that is at least `base` and at most `base + spread`; one draw. */
export const drawBetween = (base: number, spread: number, random: RandomStream): number =>
  base + spread * nextDouble(random)

/** The refusal of a base and a spread that exceed 1 together. */
export const exceeds = (base: string, spread: string) => ({
  path: [spread],
  message: `must be at most 1 together with '${base}'`
})

/**
 * The option `fraction`: how many of the peers are of the second type, the one that something was added to. They are spread
 * evenly: every other peer is, if it is a half.
 */
export const fractionOption = (what: string) =>
  z.number().min(0).max(1).default(0.5).describe(`of the peers: those that have the ${what}`)

/** Whether peer c is one of that fraction, however many peers there are. */
export const isOfFraction = (peer: number, fraction: number): boolean =>
  Math.floor((peer + 1) * fraction) > Math.floor(peer * fraction)
