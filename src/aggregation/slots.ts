/**
 * Asynchronous gossip in slots: in each, one peer drawn at random wakes up. A slot is a hop, so every slot finds what the
 * one before has left.
 */
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import type { Links } from '../interfaces.ts'

/** Slots per round: a number, or `peers` for as many as there are peers, so that every peer wakes once a round on average. */
export const SLOTS = z.union([z.literal('peers'), z.int().min(1).max(100_000)]).default('peers')
export type Slots = z.output<typeof SLOTS>

/** Networks and faults remember so much per slot and link that more do not fit. */
const MOST_LINK_SLOTS = 4_000_000

/** How many slots a round has. Throws an ExperimentError where they are too many for the links there are. */
export function slotsOf(name: string, slots: Slots, { participants, senders }: Links): number {
  const count = slots === 'peers' ? participants : slots
  const most = Math.max(1, Math.floor(MOST_LINK_SLOTS / Math.max(1, senders.length)))
  if (count > most) {
    throw new ExperimentError(
      `aggregation.slots: ${name} with ${count} slots a round over ${senders.length} links does not fit; at most ${most} do`
    )
  }
  return count
}

/** An integer 0 ≤ x < `count` from a uniform draw of [0, 1). */
export const below = (count: number, uniform: number): number => Math.floor(uniform * count)
