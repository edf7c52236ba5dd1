/**
 * Alias tables (Walker 1977, Vose 1991) with integer thresholds: one 32-bit draw picks one of K = 2^bits outcomes.
 * The low `bits` bits choose a column, the high 32 − bits the side: below the threshold the outcome is the column
 * itself, else its alias. Thresholds are out of 2^(32 − bits), so a column is right to 2^−32, and an outcome to that times
 * the columns that it is in.
 */
import { nextUint32 } from '../../src/core/random.ts'
import type { RandomStream } from '../../src/interfaces.ts'

/** Many tables of the same size; table t occupies entries `t << bits` to `(t + 1) << bits`. */
export interface AliasTables {
  readonly bits: number
  readonly thresholds: Int32Array
  readonly aliases: Uint32Array
}

/** Room for `tables` tables of up to `outcomes` outcomes. At least 4 columns, so that a threshold fits 31 bits. */
export function aliasTables(tables: number, outcomes: number): AliasTables {
  let bits = 2
  while (1 << bits < outcomes) bits++
  return { bits, thresholds: new Int32Array(tables << bits), aliases: new Uint32Array(tables << bits) }
}

/** Fills table `t` from `count` probabilities at `probabilities[from]`; they sum to 1 within rounding. */
export function fillAliasTable(
  { bits, thresholds, aliases }: AliasTables,
  t: number,
  probabilities: Float64Array,
  from: number,
  count: number
): void {
  const columns = 1 << bits
  const start = t << bits
  const full = 4294967296 / columns
  const mass = new Float64Array(columns)
  let total = 0
  for (let k = 0; k < count; k++) total += probabilities[from + k]!
  for (let k = 0; k < count; k++) mass[k] = (probabilities[from + k]! / total) * columns
  const small: number[] = []
  const large: number[] = []
  for (let k = 0; k < columns; k++) (mass[k]! < 1 ? small : large).push(k)
  while (small.length > 0 && large.length > 0) {
    const low = small.pop()!
    const high = large[large.length - 1]!
    thresholds[start + low] = Math.floor(mass[low]! * full)
    aliases[start + low] = high
    mass[high] = mass[high]! - (1 - mass[low]!)
    if (mass[high]! < 1) {
      large.pop()
      small.push(high)
    }
  }
  // What is left has mass 1 but for rounding.
  for (const k of [...small, ...large]) {
    thresholds[start + k] = full
    aliases[start + k] = k
  }
}

/** One draw from table `t`. */
export function drawAlias(
  { bits, thresholds, aliases }: AliasTables,
  t: number,
  random: RandomStream
): number {
  const r = nextUint32(random)
  const column = r & ((1 << bits) - 1)
  const k = (t << bits) + column
  return r >>> bits < thresholds[k]! ? column : aliases[k]!
}
