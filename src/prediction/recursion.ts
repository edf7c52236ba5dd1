/** The recursion of each aggregation whose rounds are linear in θ, by its name; and why there is none of the others. */
import { omegasOf } from '../aggregation/accelerated.ts'
import { type AggregationSpec, nameOf } from '../aggregation/names.ts'
import type { Mixing, MixingMatrix } from '../interfaces.ts'
import type { Recursion, Unknown } from './exchange.ts'
import { polynomial, server } from './exchanges/averaging.ts'
import { carrying, tracking, trackingOwn } from './exchanges/carried.ts'
import { corrected, serverWithCorrections, tracked, withCorrections } from './exchanges/corrected.ts'
import { interpolating, meanSteps, pulling, sharing } from './exchanges/personal.ts'
import { pushing } from './exchanges/push-sum.ts'
import { relayed } from './exchanges/relay-sum.ts'
import { alone, plain } from './exchanges/rows.ts'

/** What the exchanges of an aggregation depend on. */
export interface ExchangeSettings {
  readonly aggregation: AggregationSpec
  /** Options of the aggregation, where it has these. */
  readonly options: {
    readonly steps?: number
    readonly outerStep?: number
    readonly own?: number
    readonly pull?: number
    readonly shared?: number | 'half'
  }
  readonly mixing: Mixing
  /** ‖W − 11ᵀ/N‖₂ */
  readonly spectralRadius: () => number
}

/** More rounds of a period are not multiplied. */
const LONGEST_PERIOD = 256
/** More peers take too long, where the spectrum of W or the counts of a tree are needed. */
const MOST_PEERS = 2000

/** Aggregations without a recursion that is linear in what is known of θ, and why. */
const NONLINEAR: Readonly<Record<string, string>> = {
  choco: 'compression is not linear: what is sent depends on which components are large',
  pairwise: 'who meets whom is drawn anew in every round',
  broadcast: 'who speaks is drawn anew in every round',
  similarity: 'who weighs how much depends on θ'
}

/** The recursion of an aggregation over a graph that repeats. */
export function recursionOf(settings: ExchangeSettings): Recursion | Unknown {
  const { aggregation, options, mixing } = settings
  const name = nameOf(aggregation)
  const why = NONLINEAR[name]
  if (why !== undefined) return { unknown: why }
  const peers = mixing.links.participants
  switch (name) {
    case 'none':
      return plain(peers, [alone])
    case 'star':
    case 'mesh':
      return server(peers)
    case 'star-scafflsa':
      return serverWithCorrections(peers)
    case 'pf-lsa':
      return { ...plain(peers, [meanSteps(peers, options.own ?? 1)]), end: 'own' }
    default:
      return overGraph(name, settings)
  }
}

function overGraph(name: string, { options, mixing, spectralRadius }: ExchangeSettings): Recursion | Unknown {
  if (mixing.period === null) return { unknown: 'the graph is drawn anew in every round' }
  if (mixing.period > LONGEST_PERIOD) {
    return {
      unknown: `the graph repeats only after ${mixing.period} rounds; ${LONGEST_PERIOD} can be computed`
    }
  }
  const matrices = Array.from({ length: mixing.period }, (_, round) => mixing.at(round))
  const peers = mixing.links.participants
  if (peers > MOST_PEERS && ['chebyshev', 'momentum', 'relay-sum'].includes(name)) {
    return { unknown: `too large to compute exactly: ${MOST_PEERS} peers would do` }
  }
  const [first] = matrices
  if (first === undefined) return { unknown: 'the graph has no rounds' }
  const { steps = 1, outerStep = 1, own = 1, pull = 0, shared = 'half' } = options
  switch (name) {
    case 'gossip': {
      const omegas: null[] = new Array(steps - 1).fill(null)
      return plain(
        peers,
        matrices.map(matrix => polynomial(matrix, omegas))
      )
    }
    case 'chebyshev':
    case 'momentum':
      return plain(peers, [polynomial(first, omegasOf(name, spectralRadius(), steps))])
    case 'exact-diffusion':
    case 'gossip-scafflsa':
      return withCorrections(peers, [corrected(first)])
    case 'gossip-tracking':
      return withCorrections(
        peers,
        matrices.map(matrix => tracked(matrix, outerStep))
      )
    case 'dtdt':
      return carrying(peers, matrices.map(tracking))
    case 'push-sum': {
      const exchanges = pushing(matrices)
      return exchanges === undefined
        ? { unknown: 'the weights of push-sum take too long to settle' }
        : plain(peers, exchanges)
    }
    case 'relay-sum':
      return relayed(first)
    case 'gossip-pf-lsa': {
      const exchanges = matrices.map((matrix, round) =>
        trackingOwn(matrices[(round + 1) % matrices.length]!, own, idleIn(matrix, mixing.uses(round)))
      )
      return { ...carrying(peers, exchanges), end: 'own' }
    }
    case 'graph-regularised':
      return plain(peers, [pulling(first.links, pull)])
    case 'partial':
      return plain(
        peers,
        matrices.map(matrix => sharing(matrix, shared))
      )
    case 'interpolation':
      return interpolating(matrices, own)
    default:
      return { unknown: `nothing is known of ${name}` }
  }
}

/** Per peer: 1 where it hears nobody. */
function idleIn({ links }: MixingMatrix, uses: Uint8Array | undefined): Uint8Array {
  const { participants, rowStart } = links
  return Uint8Array.from({ length: participants }, (_, i) => {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (uses?.[k] !== 0) return 0
    return 1
  })
}
