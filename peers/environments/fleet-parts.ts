/** What the environments' fleets are put together from. */
import { strideOf } from '../../src/core/parameter-matrix.ts'
import type { Features } from '../../src/interfaces.ts'

/** Exact solutions use dense states × states matrices: 32 MB and seconds per peer at this size. */
export const MAX_STATES = 2000

/** The uniform distribution. */
export const uniform = (count: number): Float64Array => new Float64Array(count).fill(1 / count)

/** φ(s) = e_s: tabular learning. */
export const oneHot = (states: number): Features => ({
  kind: 'one-hot',
  count: states,
  table: new Float64Array(0),
  stride: strideOf(states)
})
