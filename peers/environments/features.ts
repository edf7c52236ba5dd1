/** φ of linear TD: one-hot, random, or shared by groups of neighbouring states (state aggregation). */
import { z } from 'zod'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import type { Features } from '../../src/interfaces.ts'
import { MAX_STATES } from './fleet-parts.ts'

/** The option `features`. */
export const featuresOption = z
  .union([z.literal('one-hot'), z.int().min(1).max(MAX_STATES)], "must be 'one-hot' or a whole number")
  .default('one-hot')
  .describe('one-hot, or so many random features per state')

/** φ(s) = e_s: tabular learning. */
export const oneHot = (states: number): Features => ({
  kind: 'one-hot',
  count: states,
  table: new Float64Array(0),
  stride: strideOf(states)
})

/**
 * What the option `features` says for the environment `name`. Random features are φ(s) ~ U[0, 1]^d, divided by their sum;
 * states that end an episode for every peer have φ = 0, so that their value is 0 whatever θ is.
 */
export function featuresOf(
  features: 'one-hot' | number,
  states: number,
  name: string,
  seed: string,
  endsEpisodes: (s: number) => boolean = () => false
): Features {
  if (features === 'one-hot') return oneHot(states)
  const stride = strideOf(features)
  const table = new Float64Array(states * stride)
  const random = stream(seed, SWARM, `${name}/features`)
  for (let s = 0; s < states; s++) {
    const draws = Float64Array.from({ length: features }, () => nextDouble(random))
    if (endsEpisodes(s)) continue
    let sum = 0
    for (const draw of draws) sum += draw
    for (let j = 0; j < features; j++) table[s * stride + j] = draws[j]! / sum
  }
  return { kind: 'table', count: features, table, stride }
}

/**
 * φ(s) = e_g for the states of group g = `groupOf[s]`, 0 for those of group −1. Groups are renumbered in the order in which
 * states meet them, so that none is empty.
 */
export function groupedFeatures(groupOf: readonly number[]): Features {
  const columns = new Map<number, number>()
  for (const group of groupOf) if (group >= 0 && !columns.has(group)) columns.set(group, columns.size)
  const count = columns.size
  const stride = strideOf(count)
  const table = new Float64Array(groupOf.length * stride)
  groupOf.forEach((group, s) => {
    const column = columns.get(group)
    if (column !== undefined) table[s * stride + column] = 1
  })
  return { kind: 'table', count, table, stride }
}
