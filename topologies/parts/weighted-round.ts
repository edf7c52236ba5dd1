/** Rounds with prescribed symmetric weights, put together of groups that average and of stars, which share no peer. */
import type { Graph } from '../../src/interfaces.ts'

/** More links, in all rounds of a period together, do not fit. */
export const MOST_LINKS = 20_000_000

/** Peer `centre` and each of its leaves give `weight` to each other. */
interface Star {
  readonly centre: number
  /** Ascending. */
  readonly leaves: readonly number[]
  readonly weight: number
}

/** One round: a peer is in one group or in one star or does not speak. */
export interface Round {
  /** All peers of a group, ascending, end with the mean of the group: W_ij = 1 / (its size). */
  readonly groups: readonly (readonly number[])[]
  readonly stars: readonly Star[]
}

/** A round of groups only. */
export const averaging = (groups: Round['groups']): Round => ({ groups, stars: [] })

/** The round in which all of these, of different peers, happen at once. */
export const together = (rounds: readonly Round[]): Round => ({
  groups: rounds.flatMap(({ groups }) => groups),
  stars: rounds.flatMap(({ stars }) => stars)
})

/** The graph of a round, with its weights. */
export function roundGraph(peers: number, { groups, stars }: Round): Graph {
  const neighbours: number[][] = Array.from({ length: peers }, () => [])
  const weights: number[][] = Array.from({ length: peers }, () => [])
  const hear = (i: number, j: number, weight: number): void => {
    neighbours[i]!.push(j)
    weights[i]!.push(weight)
  }
  for (const group of groups) {
    for (const i of group) for (const j of group) if (i !== j) hear(i, j, 1 / group.length)
  }
  for (const { centre, leaves, weight } of stars) {
    for (const leaf of leaves) {
      hear(centre, leaf, weight)
      hear(leaf, centre, weight)
    }
  }
  return { neighbours, weights }
}
