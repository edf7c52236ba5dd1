/**
 * Partial participation: in each round every peer takes part with a given probability, drawn by counter (`core/hash.ts`), and if
 * nobody would, the one that came nearest to it does. Who does not take part neither learns nor speaks, and keeps its θ; on a
 * graph it does not hear either. Nobody waits for it, and its silence counts for nothing.
 */
import { hashedUniform, hashKey } from './core/hash.ts'
import { receiversOf } from './core/links.ts'
import type { Mixing, MixingMatrix } from './interfaces.ts'

/** Per peer: 1 if it takes part in this round. */
export type TakesPart = (round: number) => Uint8Array

/** Undefined where all take part in every round. */
export function participationOf({
  seed,
  peers,
  participation
}: {
  readonly seed: string
  readonly peers: number
  readonly participation: number
}): TakesPart | undefined {
  if (participation === 1) return undefined
  const key = hashKey(seed, 'participation')
  const draw = (round: number): Uint8Array => {
    const takesPart = new Uint8Array(peers)
    let nearest = 0
    let least = 1
    for (let i = 0; i < peers; i++) {
      const u = hashedUniform(key, i, round, 0, 0)
      if (u < participation) takesPart[i] = 1
      if (u < least) {
        least = u
        nearest = i
      }
    }
    takesPart[nearest] = 1
    return takesPart
  }
  return lastTwo(draw)
}

/** W_r between those that take part; what a peer gives to others who do not, it gives to itself. */
export function thinned(mixing: Mixing, takesPart: TakesPart): Mixing {
  const { links } = mixing
  const receivers = receiversOf(links)
  const roundOf = lastTwo((round: number): { matrix: MixingMatrix; uses: Uint8Array } => {
    const part = takesPart(round)
    const whole = mixing.at(round)
    const used = mixing.uses(round)
    const uses = Uint8Array.from(links.senders, (j, k) =>
      used?.[k] === 0 ? 0 : part[j]! & part[receivers[k]!]!
    )
    const weights = whole.weights.slice()
    const selfWeights = whole.selfWeights.slice()
    for (let k = 0; k < uses.length; k++) {
      if (uses[k] === 1) continue
      // Columns that sum to 1 are those of senders that split what they have: what is not sent stays.
      const keeper = whole.stochastic === 'column' ? links.senders[k]! : receivers[k]!
      selfWeights[keeper] = selfWeights[keeper]! + weights[k]!
      weights[k] = 0
    }
    const { symmetric, stochastic } = whole
    return {
      matrix: {
        links,
        weights,
        selfWeights,
        weightOf: undefined,
        symmetric,
        stochastic: stochastic === 'doubly' && !symmetric ? 'row' : stochastic
      },
      uses
    }
  })
  return { links, period: null, at: round => roundOf(round).matrix, uses: round => roundOf(round).uses }
}

/** `make`, once for rounds that are asked for again soon. */
function lastTwo<T>(make: (round: number) => T): (round: number) => T {
  const kept = new Map<number, T>()
  return round => {
    const found = kept.get(round)
    if (found !== undefined) return found
    for (const other of kept.keys()) if (kept.size >= 2) kept.delete(other)
    const made = make(round)
    kept.set(round, made)
    return made
  }
}
