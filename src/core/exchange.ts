/** Exchanges as numbers that ascend as time does: the round, and in its fraction the hop. */
import { assert } from './assert.ts'

/** A round has fewer hops. */
const MOST_HOPS = 65_536

export function exchangeOf(round: number, hop: number): number {
  assert(hop >= 0 && hop < MOST_HOPS, `hop ${hop}`)
  return round + hop / MOST_HOPS
}
