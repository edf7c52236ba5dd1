/** Peers that average what their local steps lead to: by a server, by W, or by a polynomial of W. */
import type { MixingMatrix } from '../../interfaces.ts'
import type { Exchange, Recursion } from '../exchange.ts'
import { meanInto, mixRows, mixWork, plain, room } from './rows.ts'

/** All start from the mean of all. */
export function server(peers: number): Recursion {
  const exchange: Exchange = {
    work: peers,
    into: (_state, psi, width, out) => meanInto(psi, width, out)
  }
  const first = new Int32Array(peers)
  return { ...plain(1, [exchange]), starts: first, reads: first }
}

/**
 * x_1 = W ψ, then for each ω: x ← x_before + ω (W x − x_before), or W x where it is null.
 */
export function polynomial(matrix: MixingMatrix, omegas: readonly (number | null)[] = []): Exchange {
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
