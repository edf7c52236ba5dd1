import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gossip } from '../../src/aggregation/gossip.ts'
import { gossipScafflsa } from '../../src/aggregation/gossip-scafflsa.ts'
import { star } from '../../src/aggregation/star.ts'
import type { Aggregation, Inbox, ParameterMatrix } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { compressed, filled, lazyRing, rowsOf } from '../support/matrices.ts'

const number = fc.double({ min: -1e3, max: 1e3, noNaN: true })
const rows = (n: number, d: number) =>
  fc.array(fc.array(number, { minLength: d, maxLength: d }), { minLength: n, maxLength: n })

/** One round over the simulated network; `lose` drops links from the inbox. */
function round(aggregation: Aggregation, theta: ParameterMatrix, lose: readonly number[] = []): void {
  const network = simulatedNetwork(aggregation.plan)
  aggregation.plan.hops.forEach((_, hop) => {
    const inbox = network.exchange(0, hop, aggregation.compose(hop, theta)) as Inbox
    const slots = inbox.slots.slice()
    if (hop === 0) for (const k of lose) slots[k] = -1
    aggregation.combine(hop, theta, { ...inbox, slots })
  })
}

const mean = (theta: number[][]): number[] =>
  theta[0]!.map((_, c) => theta.reduce((sum, row) => sum + row[c]!, 0) / theta.length)

/** W with the weights of lost links given to the receiver itself, times X; the sums in ascending order of the peer. */
function denseMix(
  w: number[][],
  x: number[][],
  lost: (i: number, j: number) => boolean = () => false
): number[][] {
  return w.map((row, i) => {
    const kept = row.slice()
    row.forEach((weight, j) => {
      if (j === i || weight === 0 || !lost(i, j)) return
      kept[i] = kept[i]! + weight
      kept[j] = 0
    })
    return x[0]!.map((_, c) =>
      kept.reduce((sum, weight, j) => (weight === 0 ? sum : sum + weight * x[j]![c]!), 0)
    )
  })
}

describe('gossip', () => {
  test('is W times ψ, bit for bit in ascending order of the sender', () => {
    fc.assert(
      fc.property(rows(6, 5), psi => {
        const theta = filled(psi)
        round(gossip(compressed(lazyRing(6)), 5), theta)
        expect(rowsOf(theta, 6)).toEqual(denseMix(lazyRing(6), psi))
      })
    )
  })

  test('gives the weight of an absent message to the receiver', () => {
    fc.assert(
      fc.property(rows(5, 2), fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (psi, lose) => {
        const matrix = compressed(lazyRing(5))
        const { rowStart, senders } = matrix.links
        const lost = (i: number, j: number): boolean =>
          lose.some(k => k >= rowStart[i]! && k < rowStart[i + 1]! && senders[k] === j)
        const theta = filled(psi)
        round(gossip(matrix, 2), theta, lose)
        expect(rowsOf(theta, 5)).toEqual(denseMix(lazyRing(5), psi, lost))
      })
    )
  })

  test('keeps the mean and shrinks the spread when nothing is lost', () => {
    const psi = Array.from({ length: 8 }, (_, i) => [i, i * i])
    const theta = filled(psi)
    const aggregation = gossip(compressed(lazyRing(8)), 2)
    for (let r = 0; r < 300; r++) round(aggregation, theta)
    for (const [x, y] of rowsOf(theta, 8)) {
      expect(x).toBeCloseTo(mean(psi)[0]!, 9)
      expect(y).toBeCloseTo(mean(psi)[1]!, 9)
    }
  })
})

describe('star', () => {
  test('gives everyone the mean of the peers, and the hub learns nothing of its own', () => {
    fc.assert(
      fc.property(rows(7, 3), psi => {
        const theta = filled(psi, 1)
        round(star(7, 3), theta)
        const expected = psi[0]!.map((_, c) => psi.reduce((sum, row) => sum + row[c]!, 0) / 7)
        expect(rowsOf(theta, 7)).toEqual(psi.map(() => expected))
      })
    )
  })

  test('averages the peers that the hub heard', () => {
    const theta = filled([[1], [2], [6]], 1)
    round(star(3, 1), theta, [1])
    expect(rowsOf(theta, 3)).toEqual([[3.5], [3.5], [3.5]])
  })

  test('moves ξ by (mean − ψ)/(ηH) with control variates, and their sum stays zero', () => {
    const aggregation = star(3, 2, 0.5)
    const theta = filled(
      [
        [1, 0],
        [2, 0],
        [6, 3]
      ],
      1
    )
    round(aggregation, theta)
    expect([...aggregation.correction!]).toEqual([4, 2, 0, 0, 2, 2, 0, 0, -6, -4, 0, 0])
  })

  test('costs two messages per peer, all of them through the hub', () => {
    const { plan } = star(5, 3)
    const network = simulatedNetwork(plan)
    for (const hop of [0, 1])
      void network.exchange(0, hop, {
        payloads: new Float64Array(24),
        stride: 4,
        length: 3,
        receipts: undefined
      })
    expect([...network.traffic.messagesOut]).toEqual([1, 1, 1, 1, 1, 5])
    expect([...network.traffic.messagesIn]).toEqual([1, 1, 1, 1, 1, 5])
  })
})

describe('gossip-scafflsa', () => {
  const correctedBy = 0.25

  test('is the textbook recursion θ ← Wψ, ξ ← ξ + (Wψ − ψ)/(ηH) when nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(rows(6, 2), { minLength: 4, maxLength: 4 }), rounds => {
        const aggregation = gossipScafflsa(compressed(lazyRing(6)), 2, correctedBy)
        let xi = rounds[0]!.map(row => row.map(() => 0))
        for (const psi of rounds) {
          const theta = filled(psi)
          round(aggregation, theta)
          const mixed = denseMix(lazyRing(6), psi)
          xi = xi.map((row, i) => row.map((x, c) => x + (mixed[i]![c]! - psi[i]![c]!) / correctedBy))
          rowsOf(theta, 6).forEach((row, i) => {
            row.forEach((x, c) => {
              expect(x).toBeCloseTo(mixed[i]![c]!, 9)
              expect(aggregation.correction![i * 4 + c]!).toBeCloseTo(xi[i]![c]!, 8)
            })
          })
        }
      }),
      { numRuns: 30 }
    )
  })

  test('keeps the flows of the two ends of every edge opposite, to the bit', () => {
    fc.assert(
      fc.property(fc.array(rows(5, 3), { minLength: 3, maxLength: 3 }), rounds => {
        const matrix = compressed(lazyRing(5))
        const aggregation = gossipScafflsa(matrix, 3, correctedBy)
        for (const psi of rounds) round(aggregation, filled(psi))
        const flows = aggregation.state.flows!
        const { rowStart, senders } = matrix.links
        const flow = (i: number, j: number, c: number): number => {
          for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) if (senders[k] === j) return flows[k * 4 + c]!
          throw new Error(`${i} does not hear ${j}`)
        }
        for (let i = 0; i < 5; i++) {
          for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
            for (let c = 0; c < 3; c++) expect(flow(i, senders[k]!, c) + flow(senders[k]!, i, c)).toBe(0)
          }
        }
      })
    )
  })

  test('sends receipts of the last rounds, the newest in the lowest bit', () => {
    const aggregation = gossipScafflsa(compressed(lazyRing(4)), 1, correctedBy)
    const theta = filled([[1], [2], [3], [4]])
    round(aggregation, theta)
    round(aggregation, theta, [2])
    round(aggregation, theta)
    const { receipts } = aggregation.compose(0, theta)
    expect([...receipts!]).toEqual([7, 7, 5, 7, 7, 7, 7, 7])
  })

  test('refuses a matrix that is not symmetric', () => {
    const matrix = compressed([
      [0.5, 0.5, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5]
    ])
    expect(() => gossipScafflsa(matrix, 1, 1)).toThrow('edge flows need a symmetric matrix')
  })
})
