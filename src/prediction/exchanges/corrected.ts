/** Peers whose local steps are corrected by ζ, the last N rows of the state: by a server, by W, or with tracked gradients. */
import type { MixingMatrix } from '../../interfaces.ts'
import type { Exchange, Recursion } from '../exchange.ts'
import { meanInto, mixRows, mixWork, plain, room } from './rows.ts'

/** θ of each peer, then ζ of each. */
export function withCorrections(peers: number, exchanges: readonly Exchange[]): Recursion {
  const levels = new Float64Array(2 * peers).fill(1, 0, peers)
  return { ...plain(peers, exchanges), rows: 2 * peers, corrections: peers, levels, end: 'common' }
}

/** The mean of all, then ζ of each. */
export function serverWithCorrections(peers: number): Recursion {
  const exchange: Exchange = {
    work: 2 * peers,
    into(state, psi, width, out) {
      meanInto(psi, width, out)
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
  const first = new Int32Array(peers)
  return {
    rows: peers + 1,
    starts: first,
    reads: first,
    corrections: 1,
    levels,
    end: 'common',
    exchanges: [exchange]
  }
}

/** θ ← W ψ,  ζ ← ζ + W ψ − ψ */
export function corrected(matrix: MixingMatrix): Exchange {
  return {
    work: mixWork(matrix),
    into(state, psi, width, out) {
      const half = psi.length
      mixRows(matrix, psi, width, out)
      for (let at = 0; at < half; at++) out[half + at] = state[half + at]! + out[at]! - psi[at]!
    }
  }
}

/** θ ← W (θ − σ (θ − ψ)),  ζ ← ζ + (I − W)(θ − ψ), with σ = `outerStep`. */
export function tracked(matrix: MixingMatrix, outerStep: number): Exchange {
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
