/**
 * Asynchronous gossip in slots: in each, one peer drawn at random wakes up. A slot is a hop, so every slot finds what the
 * one before has left.
 */
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import type { Links, Mixing, NetworkPlan } from '../interfaces.ts'
import { planOver } from './plan.ts'

/** Slots per round: a number, or `peers` for as many as there are peers, so that every peer wakes once a round on average. */
export const SLOTS = z.union([z.literal('peers'), z.int().min(1).max(100_000)]).default('peers')
export type Slots = z.output<typeof SLOTS>

/** Networks and faults remember so much per slot and link that more do not fit. */
const MOST_LINK_SLOTS = 4_000_000

/** How many slots a round has, which are its hops. */
export const slotsOf = (peers: number, { slots }: { readonly slots: Slots }): number =>
  slots === 'peers' ? peers : slots

/** The plan of a round of so many slots; `linksOf` tells which links one of them uses. */
export function planInSlots(
  name: string,
  mixing: Mixing,
  parameters: number,
  slots: number,
  linksOf: (round: number, slot: number) => Iterable<number>
): NetworkPlan {
  const { links } = mixing
  requireRoom(name, slots, links)
  return planOver(mixing, parameters, {
    hops: slots,
    uses(round, slot) {
      const uses = new Uint8Array(links.senders.length)
      for (const k of linksOf(round, slot)) uses[k] = 1
      return uses
    }
  })
}

/** Throws an ExperimentError where there are too many slots for the links. */
function requireRoom(name: string, count: number, { senders }: Links): void {
  const most = Math.max(1, Math.floor(MOST_LINK_SLOTS / Math.max(1, senders.length)))
  if (count > most) {
    throw new ExperimentError(
      `aggregation.slots: ${name} with ${count} slots a round over ${senders.length} links does not fit; at most ${most} do`
    )
  }
}

/** An integer 0 ≤ x < `count` from a uniform draw of [0, 1). */
export const below = (count: number, uniform: number): number => Math.floor(uniform * count)
