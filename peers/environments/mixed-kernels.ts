/**
 * Kernels that peers share in part (Labbi, Mangold, Tiapkin, Moulines 2025): P_c = (1 − ε_p) P + ε_p P_c', where P_c' is of
 * one of two types or the peer's own. Random distributions are normalised Exp(1) draws: uniform on the simplex.
 */
import { z } from 'zod'
import { log } from '../../src/core/elementary.ts'
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import type { RandomStream } from '../../src/interfaces.ts'

/** The options `heterogeneity` and `kernels`. */
export const kernelOptions = {
  heterogeneity: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('ε_p: the part of all transitions that peers do not share'),
  kernels: z
    .enum(['two', 'each'])
    .default('two')
    .describe('that part is one of two, in turn, or drawn for each peer')
}

/** What those options are once they are read. */
export interface KernelOptions {
  readonly heterogeneity: number
  readonly kernels: 'two' | 'each'
}

/** The type of a peer: even and odd peers differ where there are two kernels. */
export const kernelType = (peer: number, { kernels }: KernelOptions): number =>
  kernels === 'two' ? peer % 2 : 0

/** What P_c' of a peer is drawn from, where `own` is the peer's own stream. */
export const kernelStream = (
  name: string,
  peer: number,
  { kernels }: KernelOptions,
  own: RandomStream,
  seed: string
): RandomStream => (kernels === 'two' ? stream(seed, SWARM, `${name}/kernel/${peer % 2}`) : own)

/** A random distribution over `count` states. */
export function drawDistribution(count: number, random: RandomStream): Float64Array {
  const masses = Float64Array.from({ length: count }, () => -log(1 - nextDouble(random)))
  let sum = 0
  for (const mass of masses) sum += mass
  return masses.map(mass => mass / sum)
}
