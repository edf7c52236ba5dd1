/** Peers that keep something of their own: their steps, their links' pull, a model beside the common one, or some components. */
import type { Links, MixingMatrix } from '../../interfaces.ts'
import type { Exchange, Recursion } from '../exchange.ts'
import { polynomial } from './averaging.ts'
import { alone, meanInto, mixRows, mixWork, ownRows, plain, room } from './rows.ts'

/** PF-LSA with a server: θ ← ψ + (1 − β)(Δ − mean_j Δ_j), Δ = θ − ψ, β = `own`. */
export function meanSteps(peers: number, own: number): Exchange {
  const steps = room()
  const means = room()
  return {
    work: 3 * peers,
    into(state, psi, width, out) {
      const moved = steps(psi.length)
      const mean = means(width)
      for (let at = 0; at < moved.length; at++) moved[at] = state[at]! - psi[at]!
      meanInto(moved, width, mean)
      for (let at = 0; at < moved.length; at++)
        out[at] = psi[at]! + (1 - own) * (moved[at]! - mean[at % width]!)
    }
  }
}

/** θ_i ← ψ_i − ηHλ Σ_j (θ_i − θ_j) over the neighbours j, λ = `pull`. */
export function pulling({ participants, rowStart, senders }: Links, pull: number): Exchange {
  return {
    ...alone,
    work: senders.length,
    drift(state, width, step, out) {
      for (let i = 0; i < participants; i++) {
        const own = i * width
        for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
          const from = senders[k]! * width - own
          for (let c = own; c < own + width; c++)
            out[c] = out[c]! - step * pull * (state[c]! - state[from + c]!)
        }
      }
    }
  }
}

/** The first components by W, `shared` of them; the others stay where they learn. */
export function sharing(matrix: MixingMatrix, shared: number | 'half'): Exchange {
  return {
    work: mixWork(matrix),
    into(_state, psi, width, out) {
      const common = shared === 'half' ? Math.ceil(width / 2) : shared
      mixRows(matrix, psi, width, out)
      for (let from = 0; from < psi.length; from += width)
        out.set(psi.subarray(from + common, from + width), from + common)
    }
  }
}

/**
 * A common model c and an own one l that learn in turns, and θ = c + α (l − c), α = `own`. The state: N rows of the model whose
 * turn it is, N of the other, N of θ. Where only one of the two counts it is all there is.
 */
export function interpolating(matrices: readonly MixingMatrix[], own: number): Recursion {
  const peers = matrices[0]!.links.participants
  if (own === 1) return plain(peers, [resting, alone])
  const mixings = matrices.map(matrix => polynomial(matrix))
  if (own === 0)
    return plain(
      peers,
      mixings.flatMap(mixing => [mixing, resting])
    )
  const rows = 3 * peers
  return {
    ...plain(
      peers,
      mixings.flatMap(mixing => [turn(peers, mixing, 1 - own), turn(peers, alone, own)])
    ),
    rows,
    reads: ownRows(peers).map(i => 2 * peers + i),
    levels: new Float64Array(rows).fill(1),
    begin: (start, _width, state) => state.set(start, start.length)
  }
}

const resting: Exchange = { work: 0, into: (state, _psi, _width, out) => out.set(state) }

/** The model whose turn it is, of which θ has this share, becomes what `learns` makes of it, and then it is the other one's turn. */
function turn(peers: number, learns: Exchange, share: number): Exchange {
  return {
    work: learns.work + peers,
    into(state, psi, width, out) {
      const { length } = psi
      const learnt = out.subarray(length, 2 * length)
      learns.into(state, psi, width, learnt)
      for (let at = 0; at < length; at++) {
        const other = state[length + at]!
        out[at] = other
        out[2 * length + at] = other + share * (learnt[at]! - other)
      }
    }
  }
}
