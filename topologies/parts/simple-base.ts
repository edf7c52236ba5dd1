/**
 * The Simple Base-(k+1) graph: rounds that average any number n of peers exactly, in each of which a peer hears at most
 * k others (Takezawa et al., NeurIPS 2023).
 *
 * If all prime factors of n are at most k + 1, its digits are averaged one by one (`mixed-radix.ts`). Else n is written
 * in base k + 1, n = Σ_l a_l (k+1)^{p_l}, p_0 > p_1 > … > p_{L−1}, 1 ≤ a_l ≤ k, and block V_l has a_l parts of (k+1)^{p_l}
 * peers. First every block averages within itself; then block q = 0, 1, … in turn hands its share to the blocks behind
 * it, each peer of which takes |V_q| / Σ_{s≥q} |V_s| from one peer of each part of V_q; blocks that have done so average
 * within their parts, which are all alike then.
 */
import { assert, present } from '../../src/core/assert.ts'
import { boundedFactors, digitGroups } from './mixed-radix.ts'
import { averaging, type Round, together } from './weighted-round.ts'

interface Block {
  readonly members: readonly number[]
  /** a_l of them, of (k+1)^{p_l} members each. */
  readonly parts: readonly (readonly number[])[]
}

/** The rounds for these peers. One peer has one round, in which nothing is said. */
export function simpleBase(peers: readonly number[], k: number): Round[] {
  return averageDigits(peers, k) ?? averageBlocks(blocksOf(peers, k + 1), k)
}

/** Undefined if a prime factor of the number of peers is larger than k + 1. */
export function averageDigits(peers: readonly number[], k: number): Round[] | undefined {
  const factors = boundedFactors(peers.length, k + 1)
  return factors && digitGroups(peers, factors).map(averaging)
}

/** What several sets of peers of one size do at the same time. */
export function sideBySide(sets: readonly (readonly Round[])[]): Round[] {
  const first = present(sets[0], 'a set of peers')
  return first.map((_, round) => together(sets.map(rounds => rounds[round]!)))
}

function averageBlocks(blocks: readonly Block[], k: number): Round[] {
  const last = blocks.length - 1
  assert(last > 0, 'one block has factors that are small enough')
  const digits = (members: readonly number[]): Round[] =>
    present(averageDigits(members, k), `small factors of ${members.length}`)
  const whole = blocks.map(({ members }) => digits(members))
  const partwise = blocks.map(({ members, parts }) =>
    members.length <= k ? digits(members) : sideBySide(parts.map(digits))
  )
  const rounds = whole[0]!.map((_, round) => together(whole.map(own => turn(own, round))))
  for (let q = 0; q <= partwise[0]!.length; q++) {
    const done = partwise.flatMap((own, l) => {
      const start = Math.min(l + 1, last)
      return q < start ? [] : [turn(own, q - start)]
    })
    rounds.push(together(q < last ? [...done, handOver(blocks.slice(q), k)] : done))
  }
  return rounds
}

const turn = (rounds: readonly Round[], count: number): Round => rounds[count % rounds.length]!

/** Each peer of the other blocks hears one peer of each part of the first; what is left of this one averages. */
function handOver([from, ...others]: readonly Block[], k: number): Round {
  const { members, parts } = present(from, 'a block')
  const total = others.reduce((sum, block) => sum + block.members.length, members.length)
  const free = parts.map(part => [...part])
  const stars = others.toReversed().flatMap(block =>
    block.members.map(centre => ({
      centre,
      leaves: free.map(part => present(part.pop(), 'a free peer')),
      weight: members.length / total / parts.length
    }))
  )
  return { groups: chunks(free.flat(), k + 1), stars }
}

/** The blocks V_0, V_1, … of `peers`, in order. */
function blocksOf(peers: readonly number[], base: number): Block[] {
  let size = 1
  while (size * base <= peers.length) size *= base
  const blocks: Block[] = []
  for (let start = 0; start < peers.length; size /= base) {
    const count = Math.floor((peers.length - start) / size)
    if (count === 0) continue
    const members = peers.slice(start, start + count * size)
    blocks.push({ members, parts: chunks(members, size) })
    start += members.length
  }
  return blocks
}

/** Runs of `size`, the last one perhaps shorter. */
export function chunks(peers: readonly number[], size: number): number[][] {
  return Array.from({ length: Math.ceil(peers.length / size) }, (_, c) =>
    peers.slice(c * size, (c + 1) * size)
  )
}
