/**
 * Peers that track the mean step of all: y_i ← Σ_j W_ij y_j + Δ_i − Δ_i⁻ with Δ = θ − ψ. Kept is κ, what the next y is but for the
 * next Δ. As Σ_i y_i = Σ_i Δ_i, the κ_i sum to 0, and that of the last peer is not kept: nothing is conserved.
 */
import type { MixingMatrix } from '../../interfaces.ts'
import type { Exchange, Recursion } from '../exchange.ts'
import { mixRows, mixWork, plain, room } from './rows.ts'

/** θ of each peer, then κ of each but the last. */
export function carrying(peers: number, exchanges: readonly Exchange[]): Recursion {
  const levels = new Float64Array(2 * peers - 1).fill(1, 0, peers)
  return { ...plain(peers, exchanges), rows: levels.length, levels }
}

/** DTDT: θ ← W θ − y,  κ ← W y − Δ. */
export function tracking(matrix: MixingMatrix): Exchange {
  const steps = room()
  const mixed = room()
  return {
    work: 2 * mixWork(matrix),
    into(state, psi, width, out) {
      const half = psi.length
      const tracked = steps(half)
      const next = mixed(half)
      trackedInto(state, psi, width, tracked)
      mixRows(matrix, tracked, width, next)
      for (let at = 0; at < half - width; at++) out[half + at] = next[at]! - (state[at]! - psi[at]!)
      mixRows(matrix, state, width, out)
      for (let at = 0; at < half; at++) out[at] = out[at]! - tracked[at]!
    }
  }
}

/** PF-LSA by gossip: θ ← ψ + (1 − β)(Δ − y) = ψ − (1 − β) κ for those who hear anybody,  κ ← W⁺ y − Δ with W⁺ of the next round. */
export function trackingOwn(after: MixingMatrix, own: number, isIdle: Uint8Array): Exchange {
  const steps = room()
  const mixed = room()
  return {
    work: mixWork(after) + 2 * isIdle.length,
    into(state, psi, width, out) {
      const half = psi.length
      const tracked = steps(half)
      const next = mixed(half)
      trackedInto(state, psi, width, tracked)
      mixRows(after, tracked, width, next)
      for (let at = 0; at < half; at++) {
        const step = state[at]! - psi[at]!
        const share = isIdle[(at - (at % width)) / width] === 1 ? 0 : 1 - own
        out[at] = psi[at]! + share * (step - tracked[at]!)
        if (at < half - width) out[half + at] = next[at]! - step
      }
    }
  }
}

/** y = κ + Δ */
function trackedInto(state: Float64Array, psi: Float64Array, width: number, out: Float64Array): void {
  const half = psi.length
  const kept = half - width
  for (let at = 0; at < half; at++) out[at] = state[at]! - psi[at]!
  for (let at = 0; at < kept; at++) {
    out[at] = out[at]! + state[half + at]!
    const last = kept + (at % width)
    out[last] = out[last]! - state[half + at]!
  }
}
