/**
 * What a round of an aggregation does to what the peers keep, as linear algebra. The *state* has a few rows of d numbers, among them
 * those from which the peers' local steps start, e_i = θ_i − θ*, one for all behind a server's mean; and what else outlives
 * a round. With ψ what the local steps lead to (`expected-steps.ts`), an exchange is Z ← P Z + Q ψ, for each component of θ:
 *
 *     none, star, mesh    θ ← ψ, or the mean of all ψ_j
 *     gossip              θ ← W^k ψ;  chebyshev, momentum: another polynomial of W;  partial: of the first components alone
 *     *-scafflsa, exact-diffusion    θ ← W ψ,  ζ ← ζ + W ψ − ψ
 *     gossip-tracking     θ ← W (θ − σ (θ − ψ)),  ζ ← ζ + (I − W)(θ − ψ)
 *     dtdt                θ ← W θ − (κ + θ − ψ),  κ ← W (κ + θ − ψ) − (θ − ψ)
 *     push-sum            w_i θ_i ← Σ_j W_ij (w_j θ_j + ψ_j − θ_j), with what the weights w become in the long run
 *     relay-sum           m_ij ← ψ_i + Σ_{k≠j} m_ki,  θ_i ← (ψ_i + Σ_k m_ki)/N, once every count is that of all behind
 *     pf-lsa              θ ← ψ + (1 − β)(Δ − mean_j Δ_j),  Δ = θ − ψ
 *     gossip-pf-lsa       θ ← ψ − (1 − β) κ,  κ ← W (κ + Δ) − Δ
 *     graph-regularised   θ ← ψ − ηHλ L θ, L the Laplacian
 *     interpolation       c ← W ψ and l ← ψ in turns,  θ = c + α (l − c)
 *
 * ζ = ηHξ are the control variates; κ is what is carried on of ηHy, or of y, without the step of the round before. A graph that takes
 * turns has one exchange for each round of its period.
 */

export interface Exchange {
  /** Multiplications for each component of θ. */
  readonly work: number
  /** From rows of `width` numbers, the d of θ: the state and ψ, of N rows, to P Z + Q ψ. */
  into(state: Float64Array, psi: Float64Array, width: number, out: Float64Array): void
  /** Where the state is also moved in proportion to the step, ηH = `step`: adds that to `out`. */
  drift?(state: Float64Array, width: number, step: number, out: Float64Array): void
}

export interface Recursion {
  /** Of the state. */
  readonly rows: number
  /** Per peer: the row that its local steps start from. */
  readonly starts: Int32Array
  /** Per peer: the row that θ_i is in when a round is over. */
  readonly reads: Int32Array
  /** The row of ζ_0, after which come the others; undefined where nothing is corrected. */
  readonly corrections: number | undefined
  /** Per row what is added to it if every θ_i is moved by 1. */
  readonly levels: Float64Array
  /** Where that is known beforehand: all at θ*, or each peer at its own θ_i* and nothing else kept. */
  readonly end: 'common' | 'own' | undefined
  /** Of the rounds of a period. */
  readonly exchanges: readonly Exchange[]
  /** Of the state of peers that begin at θ_i − θ* = `start`, what is neither that nor 0. */
  begin?(start: Float64Array, width: number, state: Float64Array): void
}

/** Why something is not known, in words that follow "not known:". */
export interface Unknown {
  readonly unknown: string
}
