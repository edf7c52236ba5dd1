/**
 * The Base-(k+1) graph: a sequence of rounds that averages exactly for every N, in each of which a peer hears at most k
 * others; at most 2 log_{k+1} N + 2 rounds (Takezawa et al., NeurIPS 2023).
 *
 * Let c be the largest divisor of N whose prime factors are at most k + 1. Either c groups of N/c peers average by
 * `simple-base.ts`, each for itself, and then, digit by digit, the c peers that have the same place in their groups; or all
 * N peers by `simple-base.ts`; whichever is shorter. Weights do not follow from degrees: they are prescribed. Rounds do
 * not commute, so only a period from its first round on averages exactly.
 */
import { z } from 'zod'
import { present } from '../src/core/assert.ts'
import { ExperimentError } from '../src/core/errors.ts'
import type { TopologyFamily } from '../src/interfaces.ts'
import { circleLayout } from './parts/layouts.ts'
import { smoothPart } from './parts/mixed-radix.ts'
import { averageDigits, chunks, sideBySide, simpleBase } from './parts/simple-base.ts'
import { periodic } from './parts/topology.ts'
import { MOST_LINKS, type Round, roundGraph } from './parts/weighted-round.ts'

export const base: TopologyFamily<{ readonly k: number }> = {
  description: 'at most `k` neighbours a round; averages exactly for every N in about 2 log N rounds',
  picture: '○─○ ○│○ ○─○│… ↺',
  options: z.strictObject({ k: z.int().min(1).default(1) }),
  prescribesWeights: () => true,
  build(peers, { k }) {
    const links = mostLinks(peers, k)
    if (links > MOST_LINKS) {
      throw new ExperimentError(
        `base:k=${k}: ${peers} peers may have ${links.toLocaleString('en-US')} links in a period, at most ` +
          `${MOST_LINKS.toLocaleString('en-US')} are possible; use a smaller k or fewer peers`
      )
    }
    return periodic(
      'base',
      shortest(peers, k).map(round => roundGraph(peers, round))
    )
  },
  layout: circleLayout
}

/** A bound: k each, in at most two rounds for each digit of N in base k + 1. */
function mostLinks(peers: number, k: number): number {
  let digits = 1
  for (let power = k + 1; power <= peers; power *= k + 1) digits++
  return peers * Math.min(k, peers - 1) * 2 * digits
}

function shortest(peers: number, k: number): Round[] {
  const everyone = Array.from({ length: peers }, (_, i) => i)
  const simple = simpleBase(everyone, k)
  const count = smoothPart(peers, k + 1)
  const groups = chunks(everyone, peers / count)
  const grouped = [
    ...sideBySide(groups.map(group => simpleBase(group, k))),
    ...sideBySide(present(groups[0], 'a group').map((_, place) => acrossGroups(groups, place, k)))
  ]
  return grouped.length < simple.length ? grouped : simple
}

function acrossGroups(groups: readonly (readonly number[])[], place: number, k: number): Round[] {
  const peers = groups.map(group => group[place]!)
  return present(averageDigits(peers, k), `small factors of ${peers.length}`)
}
