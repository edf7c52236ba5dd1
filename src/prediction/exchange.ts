/**
 * What a round of an aggregation does to what the peers keep, as linear algebra. The *state* has a few rows of d numbers: first
 * those from which the peers' local steps start, e_i = θ_i − θ*, one for all behind a server's mean; then what else outlives
 * a round. With ψ what the local steps lead to (`expected-steps.ts`), an exchange is Z ← P Z + Q ψ, for each component of θ alike:
 *
 *     none, star, mesh    θ ← ψ, or the mean of all ψ_j
 *     gossip              θ ← W^k ψ;  chebyshev, momentum: another polynomial of W
 *     *-scafflsa, exact-diffusion    θ ← W ψ,  ζ ← ζ + W ψ − ψ
 *     gossip-tracking     θ ← W (θ − σ (θ − ψ)),  ζ ← ζ + (I − W)(θ − ψ)
 *     dtdt                θ ← W θ − (κ + θ − ψ),  κ ← W (κ + θ − ψ) − (θ − ψ)
 *     push-sum            w_i θ_i ← Σ_j W_ij (w_j θ_j + ψ_j − θ_j), with what the weights w become in the long run
 *     relay-sum           m_ij ← ψ_i + Σ_{k≠j} m_ki,  θ_i ← (ψ_i + Σ_k m_ki)/N, once every count is that of all behind
 *
 * ζ = ηHξ are the control variates; κ is what is carried on of ηHy, without the step of the round before. A graph that takes turns has one exchange for each round of its period.
 */
import { omegasOf } from '../aggregation/accelerated.ts'
import { type AggregationSpec, nameOf } from '../aggregation/names.ts'
import { reverseLinks } from '../core/links.ts'
import type { Mixing, MixingMatrix } from '../interfaces.ts'

/** Z ← P Z + Q ψ */
export interface Exchange {
  /** Multiplications for each component of θ. */
  readonly work: number
  /** Rows of `width` numbers: the state and ψ, of N rows, to the next state. */
  into(state: Float64Array, psi: Float64Array, width: number, out: Float64Array): void
}

export interface Recursion {
  /** Of the state. */
  readonly rows: number
  /** Per peer: the row that its local steps start from. */
  readonly starts: Int32Array
  /** The row of ζ_0, after which come the others; undefined where nothing is corrected. */
  readonly corrections: number | undefined
  /** Per row what is added to it if every θ_i is moved by 1. */
  readonly levels: Float64Array
  /** Of the rounds of a period. */
  readonly exchanges: readonly Exchange[]
}

/** What the exchanges of an aggregation depend on. */
export interface ExchangeSettings {
  readonly aggregation: AggregationSpec
  /** Options of the aggregation, where it has these. */
  readonly steps: number
  readonly outerStep: number
  readonly mixing: Mixing
  /** ‖W − 11ᵀ/N‖₂ */
  readonly spectralRadius: () => number
}

/** Why something is not known, in words that follow "not known:". */
export interface Unknown {
  readonly unknown: string
}

/** More rounds of a period are not multiplied. */
const LONGEST_PERIOD = 256
/** Of the weights of push-sum: relative change in a round, and periods. */
const SETTLED = 1e-14
const MOST_PERIODS = 100_000
/** Multiplications until they have settled. */
const MOST_WORK = 1e8
/** More peers take too long, where the spectrum of W or the counts of a tree are needed. */
const MOST_PEERS = 2000

/** Aggregations without a recursion that is linear in what is known of θ, and why. */
const NONLINEAR: Readonly<Record<string, string>> = {
  choco: 'compression is not linear: what is sent depends on which components are large',
  pairwise: 'who meets whom is drawn anew in every round',
  broadcast: 'who speaks is drawn anew in every round'
}

export function recursionOf(settings: ExchangeSettings): Recursion | Unknown {
  const { aggregation, mixing } = settings
  const name = nameOf(aggregation)
  const why = NONLINEAR[name]
  if (why !== undefined) return { unknown: why }
  const peers = mixing.links.participants
  if (name === 'none') return plain(peers, [{ work: 0, into: (_state, psi, _width, out) => out.set(psi) }])
  if (name === 'star' || name === 'mesh')
    return { ...plain(1, [meanOf(peers)]), starts: new Int32Array(peers) }
  if (name === 'star-scafflsa') return serverWithCorrections(peers)
  if (mixing.period === null) return { unknown: 'the graph is drawn anew in every round' }
  if (mixing.period > LONGEST_PERIOD) {
    return {
      unknown: `the graph repeats only after ${mixing.period} rounds; ${LONGEST_PERIOD} can be computed`
    }
  }
  const matrices = Array.from({ length: mixing.period }, (_, round) => mixing.at(round))
  if (peers > MOST_PEERS && ['chebyshev', 'momentum', 'relay-sum'].includes(name)) {
    return { unknown: `too large to compute exactly: ${MOST_PEERS} peers would do` }
  }
  const [first] = matrices
  if (first === undefined) return { unknown: 'the graph has no rounds' }
  switch (name) {
    case 'gossip': {
      const polynomials = matrices.map(matrix => polynomial(matrix, new Array(settings.steps - 1).fill(null)))
      return plain(peers, polynomials)
    }
    case 'chebyshev':
    case 'momentum':
      return plain(peers, [polynomial(first, omegasOf(name, settings.spectralRadius(), settings.steps))])
    case 'exact-diffusion':
    case 'gossip-scafflsa':
      return withCorrections(peers, [corrected(first)])
    case 'gossip-tracking':
      return withCorrections(
        peers,
        matrices.map(matrix => tracked(matrix, settings.outerStep))
      )
    case 'dtdt': {
      const levels = new Float64Array(2 * peers - 1).fill(1, 0, peers)
      return { ...plain(peers, matrices.map(carried)), rows: levels.length, levels }
    }
    case 'push-sum': {
      const weights = limitWeights(matrices)
      if (weights === undefined) return { unknown: 'the weights of push-sum take too long to settle' }
      return plain(
        peers,
        matrices.map((matrix, round) =>
          pushed(matrix, weights[round]!, weights[(round + 1) % matrices.length]!)
        )
      )
    }
    case 'relay-sum':
      return relayed(first)
    default:
      return { unknown: `nothing is known of ${name}` }
  }
}

const ownRows = (peers: number): Int32Array => Int32Array.from({ length: peers }, (_, i) => i)

/** Nothing but θ outlives a round. */
const plain = (rows: number, exchanges: readonly Exchange[]): Recursion => ({
  rows,
  starts: ownRows(rows),
  corrections: undefined,
  levels: new Float64Array(rows).fill(1),
  exchanges
})

function withCorrections(peers: number, exchanges: readonly Exchange[]): Recursion {
  const levels = new Float64Array(2 * peers).fill(1, 0, peers)
  return { rows: 2 * peers, starts: ownRows(peers), corrections: peers, levels, exchanges }
}

function serverWithCorrections(peers: number): Recursion {
  const mean = meanOf(peers)
  const exchange: Exchange = {
    work: 2 * peers,
    into(state, psi, width, out) {
      mean.into(state, psi, width, out)
      for (let i = 0; i < peers; i++) {
        for (let c = 0; c < width; c++) {
          const at = i * width + c
          out[width + at] = state[width + at]! + out[c]! - psi[at]!
        }
      }
    }
  }
  const levels = new Float64Array(peers + 1)
  levels[0] = 1
  return { rows: peers + 1, starts: new Int32Array(peers), corrections: 1, levels, exchanges: [exchange] }
}

const meanOf = (peers: number): Exchange => ({
  work: peers,
  into(_state, psi, width, out) {
    for (let c = 0; c < width; c++) {
      let sum = 0
      for (let i = 0; i < peers; i++) sum += psi[i * width + c]!
      out[c] = sum / peers
    }
  }
})

const mixWork = ({ links }: MixingMatrix): number => links.participants + links.senders.length

/** out = W x, on rows of `width` numbers. */
function mixRows(
  { links, weights, selfWeights }: MixingMatrix,
  x: Float64Array,
  width: number,
  out: Float64Array
): void {
  const { participants, rowStart, senders } = links
  for (let i = 0; i < participants; i++) {
    const own = i * width
    for (let c = own; c < own + width; c++) out[c] = selfWeights[i]! * x[c]!
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const weight = weights[k]!
      if (weight === 0) continue
      const from = senders[k]! * width - own
      for (let c = own; c < own + width; c++) out[c] = out[c]! + weight * x[from + c]!
    }
  }
}

/** Room of at least so many doubles, the same at every call. */
function room(): (length: number) => Float64Array {
  let kept = new Float64Array(0)
  return length => {
    if (kept.length < length) kept = new Float64Array(length)
    return kept.subarray(0, length)
  }
}

/**
 * x_1 = W ψ, then for each ω: x ← x_before + ω (W x − x_before), or W x where it is null.
 */
function polynomial(matrix: MixingMatrix, omegas: readonly (number | null)[]): Exchange {
  const here = room()
  const before = room()
  return {
    work: (omegas.length + 1) * mixWork(matrix),
    into(_state, psi, width, out) {
      const now = here(psi.length)
      const last = before(psi.length)
      last.set(psi)
      mixRows(matrix, psi, width, out)
      for (const omega of omegas) {
        now.set(out)
        mixRows(matrix, now, width, out)
        if (omega !== null)
          for (let at = 0; at < out.length; at++) out[at] = last[at]! + omega * (out[at]! - last[at]!)
        last.set(now)
      }
    }
  }
}

function corrected(matrix: MixingMatrix): Exchange {
  return {
    work: mixWork(matrix),
    into(state, psi, width, out) {
      const half = psi.length
      mixRows(matrix, psi, width, out)
      for (let at = 0; at < half; at++) out[half + at] = state[half + at]! + out[at]! - psi[at]!
    }
  }
}

function tracked(matrix: MixingMatrix, outerStep: number): Exchange {
  const mixedIn = room()
  const mixedOut = room()
  return {
    work: 2 * mixWork(matrix),
    into(state, psi, width, out) {
      const half = psi.length
      const moved = mixedIn(half)
      const mixed = mixedOut(half)
      for (let at = 0; at < half; at++) moved[at] = state[at]! - psi[at]!
      mixRows(matrix, moved, width, mixed)
      for (let at = 0; at < half; at++) {
        out[half + at] = state[half + at]! + moved[at]! - mixed[at]!
        moved[at] = state[at]! - outerStep * moved[at]!
      }
      mixRows(matrix, moved, width, out)
    }
  }
}

/** Σ_i κ_i = 0, so that of the last peer is not kept. */
function carried(matrix: MixingMatrix): Exchange {
  const steps = room()
  const mixed = room()
  return {
    work: 2 * mixWork(matrix),
    into(state, psi, width, out) {
      const half = psi.length
      const kept = half - width
      const tracked = steps(half)
      const next = mixed(half)
      for (let at = 0; at < half; at++) tracked[at] = state[at]! - psi[at]!
      for (let at = 0; at < kept; at++) {
        tracked[at] = tracked[at]! + state[half + at]!
        const last = kept + (at % width)
        tracked[last] = tracked[last]! - state[half + at]!
      }
      mixRows(matrix, tracked, width, next)
      for (let at = 0; at < kept; at++) out[half + at] = next[at]! - (state[at]! - psi[at]!)
      mixRows(matrix, state, width, out)
      for (let at = 0; at < half; at++) out[at] = out[at]! - tracked[at]!
    }
  }
}

/** `weights` are w before the round, `after` those after it. */
function pushed(matrix: MixingMatrix, weights: Float64Array, after: Float64Array): Exchange {
  const sums = room()
  return {
    work: mixWork(matrix) + 2 * weights.length,
    into(state, psi, width, out) {
      const sum = sums(psi.length)
      for (let at = 0; at < sum.length; at++) {
        const weight = weights[(at - (at % width)) / width]!
        sum[at] = (weight - 1) * state[at]! + psi[at]!
      }
      mixRows(matrix, sum, width, out)
      for (let at = 0; at < sum.length; at++) out[at] = out[at]! / after[(at - (at % width)) / width]!
    }
  }
}

/** w of push-sum at the start of each round of a period, in the long run; undefined where that is far. */
function limitWeights(matrices: readonly MixingMatrix[]): Float64Array[] | undefined {
  const peers = matrices[0]!.links.participants
  let weights = new Float64Array(peers).fill(1)
  const work = matrices.reduce((sum, matrix) => sum + mixWork(matrix), 0)
  for (let period = 0; period < Math.min(MOST_PERIODS, MOST_WORK / work); period++) {
    const begun = weights
    const rounds = matrices.map(matrix => {
      const before = weights
      weights = new Float64Array(peers)
      mixRows(matrix, before, 1, weights)
      return before
    })
    if (weights.every((weight, i) => Math.abs(weight - begun[i]!) <= SETTLED * weight * matrices.length)) {
      return rounds
    }
  }
  return undefined
}

/** The state: θ_i, then for each link k (i hears j) what i heard of j's side last, m_ji. */
function relayed({ links }: MixingMatrix): Recursion {
  const { participants: peers, rowStart, senders } = links
  const back = reverseLinks(links)
  const rows = peers + senders.length
  const levels = new Float64Array(rows).fill(1)
  // Counts grow from the leaves inwards and are right after as many rounds as the tree is wide.
  for (let round = 0; round < peers; round++) levels.set(counted(levels).subarray(peers), peers)
  const totals = room()
  const exchange: Exchange = {
    work: 3 * senders.length + peers,
    into(state, psi, width, out) {
      const total = totals(psi.length)
      for (let i = 0; i < peers; i++) {
        const own = i * width
        for (let c = 0; c < width; c++) total[own + c] = psi[own + c]!
        for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
          const heard = (peers + k) * width
          for (let c = 0; c < width; c++) total[own + c] = total[own + c]! + state[heard + c]!
        }
      }
      for (let i = 0; i < peers; i++) {
        const own = i * width
        for (let c = 0; c < width; c++) out[own + c] = psi[own + c]! / peers
        for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
          const sender = senders[k]! * width
          const told = (peers + back[k]!) * width
          const heard = (peers + k) * width
          for (let c = 0; c < width; c++) {
            const message = total[sender + c]! - state[told + c]!
            out[heard + c] = message
            out[own + c] = out[own + c]! + message / peers
          }
        }
      }
    }
  }
  return { rows, starts: ownRows(peers), corrections: undefined, levels, exchanges: [exchange] }

  /** c_ji ← 1 + Σ_{k≠i} c_kj */
  function counted(before: Float64Array): Float64Array {
    const after = before.slice()
    for (let i = 0; i < peers; i++) {
      for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
        const j = senders[k]!
        let count = 1
        for (let l = rowStart[j]!; l < rowStart[j + 1]!; l++) {
          if (l !== back[k]!) count += before[peers + l]!
        }
        after[peers + k] = count
      }
    }
    return after
  }
}
