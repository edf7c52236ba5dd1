/** RelaySum on a tree: m_ij ← ψ_i + Σ_{k≠j} m_ki,  θ_i ← (ψ_i + Σ_k m_ki)/N, once every count is that of all behind. */
import { reverseLinks } from '../../core/links.ts'
import type { MixingMatrix } from '../../interfaces.ts'
import type { Exchange, Recursion } from '../exchange.ts'
import { meanInto, plain, room } from './rows.ts'

/** The state: θ_i, then for each link k (i hears j) what i heard of j's side last, m_ji. */
export function relayed({ links }: MixingMatrix): Recursion {
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
  return {
    ...plain(peers, [exchange]),
    rows,
    levels,
    begin(start, width, state) {
      // What has not come yet is taken to be as all are on average.
      const mean = new Float64Array(width)
      meanInto(start, width, mean)
      for (let row = peers; row < rows; row++)
        for (let c = 0; c < width; c++) state[row * width + c] = levels[row]! * mean[c]!
    }
  }

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
