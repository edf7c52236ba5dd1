import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gossip } from '../../src/aggregation/gossip.ts'
import { gossipScafflsa } from '../../src/aggregation/gossip-scafflsa.ts'
import { star, starScafflsa } from '../../src/aggregation/star.ts'
import type { Aggregation, Inbox, Links, ParameterMatrix } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import { compressed, filled, lazyRing, rowsOf, settingsOf } from '../support/matrices.ts'
import { range } from '../support/numbers.ts'

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

/** What a star is built from; W is of no use to it. */
const hub = (peers: number, parameters: number, correctedBy = 1) =>
  settingsOf(compressed(lazyRing(peers)), parameters, correctedBy)

const mean = (theta: number[][]): number[] =>
  theta[0]!.map((_, c) => theta.reduce((sum, row) => sum + row[c]!, 0) / theta.length)

/** W times X, where what the weights of the others leave of 1 is the receiver's own; sums in ascending order of the peer. */
function denseMix(
  w: number[][],
  x: number[][],
  lost: (i: number, j: number) => boolean = () => false
): number[][] {
  return w.map((row, i) => {
    const kept = row.map((weight, j) => (j === i || lost(i, j) ? 0 : weight))
    kept[i] = 1 - kept.reduce((sum, weight) => sum + weight, 0)
    return x[0]!.map((_, c) =>
      kept.reduce((sum, weight, j) => (weight === 0 ? sum : sum + weight * x[j]![c]!), 0)
    )
  })
}

const edgesOf = ({ participants, rowStart, senders }: Links): [number, number][] =>
  range(participants).flatMap(i => [...senders.subarray(rowStart[i], rowStart[i + 1])].map(j => [i, j]))

/** F_ij as peer i tells it. */
function flow(aggregation: Aggregation, i: number, j: number): number[] {
  const { flow: told } = aggregation.neighboursOf(i).find(({ neighbour }) => neighbour === j)!
  return [...told!]
}

const opposite = (numbers: readonly number[]): number[] => numbers.map(x => 0 - x)

describe('gossip', () => {
  test('is W times ψ, bit for bit in ascending order of the sender', () => {
    fc.assert(
      fc.property(rows(6, 5), psi => {
        const theta = filled(psi)
        round(gossip.build(settingsOf(compressed(lazyRing(6)), 5), { steps: 1 }), theta)
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
        round(gossip.build(settingsOf(matrix, 2), { steps: 1 }), theta, lose)
        expect(rowsOf(theta, 5)).toEqual(denseMix(lazyRing(5), psi, lost))
      })
    )
  })

  test('weighs by the degrees that both ends tell, without neighbours that are lost', () => {
    // A path of three on which peer 2 falls silent: peers 0 and 1 are then a pair.
    const path = [
      [2 / 3, 1 / 3, 0],
      [1 / 3, 1 / 3, 1 / 3],
      [0, 1 / 3, 2 / 3]
    ]
    const aggregation = gossip.build(settingsOf(compressed(path, 1), 1), { steps: 1 })
    const toPeer1From2 = 2
    for (let r = 0; r < 33; r++) round(aggregation, filled([[0], [0], [0]]), [toPeer1From2])
    const theta = filled([[0], [6], [100]])
    round(aggregation, theta, [toPeer1From2])
    expect(rowsOf(theta, 2)).toEqual([[3], [3]])
  })

  test('takes a neighbour back when it is heard again, with the weights of both', () => {
    const matrix = compressed(lazyRing(5))
    const aggregation = gossip.build(settingsOf(matrix, 1), { steps: 1 })
    for (let r = 0; r < 40; r++) round(aggregation, filled([[0], [0], [0], [0], [0]]), [0, 1])
    expect([...aggregation.compose(0, filled([[0], [0], [0], [0], [0]])).degrees]).toEqual([0, 2, 2, 2, 2])
    const psi = [[1], [2], [3], [4], [5]]
    const back = filled(psi)
    round(aggregation, back)
    // Heard for the first time, and not reckoned with yet.
    expect(rowsOf(back, 1)).toEqual([[1]])
    const theta = filled(psi)
    round(aggregation, theta)
    expect(rowsOf(theta, 5)).toEqual(denseMix(lazyRing(5), psi))
  })

  test('keeps the mean and shrinks the spread when nothing is lost', () => {
    const psi = Array.from({ length: 8 }, (_, i) => [i, i * i])
    const theta = filled(psi)
    const aggregation = gossip.build(settingsOf(compressed(lazyRing(8)), 2), { steps: 1 })
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
        round(star.build(hub(7, 3), {}), theta)
        const expected = psi[0]!.map((_, c) => psi.reduce((sum, row) => sum + row[c]!, 0) / 7)
        expect(rowsOf(theta, 7)).toEqual(psi.map(() => expected))
      })
    )
  })

  test('averages the peers that the hub heard', () => {
    const theta = filled([[1], [2], [6]], 1)
    round(star.build(hub(3, 1), {}), theta, [1])
    expect(rowsOf(theta, 3)).toEqual([[3.5], [3.5], [3.5]])
  })

  test('moves ξ by (mean − ψ)/(ηH) with control variates, and their sum stays zero', () => {
    const aggregation = starScafflsa.build(hub(3, 2, 0.5), {})
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
    const { plan } = star.build(hub(5, 3), {})
    const network = simulatedNetwork(plan)
    for (const hop of [0, 1])
      void network.exchange(0, hop, {
        payloads: new Float64Array(24),
        stride: 4,
        degrees: new Uint32Array(6),
        notes: undefined
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
        const aggregation = gossipScafflsa.build(settingsOf(compressed(lazyRing(6)), 2, correctedBy), {})
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
        const aggregation = gossipScafflsa.build(settingsOf(matrix, 3, correctedBy), {})
        for (const psi of rounds) round(aggregation, filled(psi))
        for (const [i, j] of edgesOf(matrix.links))
          expect(flow(aggregation, i, j)).toEqual(opposite(flow(aggregation, j, i)))
      })
    )
  })

  const at = (x: number) => filled([[x], [2], [3], [4]])
  const link = (i: number, j: number): number => {
    const { rowStart, senders } = compressed(lazyRing(4)).links
    return senders.indexOf(j, rowStart[i])
  }

  test('takes an increment back when the other end says that it missed our message', () => {
    const aggregation = gossipScafflsa.build(settingsOf(compressed(lazyRing(4)), 1, correctedBy), {})
    round(aggregation, at(1), [link(1, 0)])
    expect(flow(aggregation, 0, 1)).toEqual([1 / 6])
    expect(flow(aggregation, 1, 0)).toEqual([0])
    // Equal parameters: what changes is what the receipts say.
    round(aggregation, filled([[7], [7], [7], [7]]))
    expect(flow(aggregation, 0, 1)).toEqual([0])
    expect(flow(aggregation, 1, 0)).toEqual([0])
    expect(flow(aggregation, 0, 3)).toEqual(opposite(flow(aggregation, 3, 0)))
  })

  test('waits for the receipt of an increment as long as messages are missing', () => {
    for (const missed of [1, 5, 30]) {
      const aggregation = gossipScafflsa.build(settingsOf(compressed(lazyRing(4)), 1, correctedBy), {})
      round(aggregation, at(1), [link(1, 0)])
      for (let r = 0; r < missed; r++) round(aggregation, at(1), [link(0, 1), link(1, 0)])
      expect(flow(aggregation, 0, 1)).toEqual([1 / 6])
      round(aggregation, filled([[7], [7], [7], [7]]))
      expect(flow(aggregation, 0, 1)).toEqual([0])
    }
  })

  test('drops the flow of a neighbour that was silent for 32 rounds, and reckons without it', () => {
    const aggregation = gossipScafflsa.build(settingsOf(compressed(lazyRing(4)), 1, correctedBy), {})
    const silent = [link(1, 0), link(3, 0)]
    round(aggregation, at(1))
    for (let r = 0; r < 31; r++) round(aggregation, at(1), silent)
    expect(flow(aggregation, 1, 0)).not.toEqual([0])
    round(aggregation, at(1), silent)
    expect(flow(aggregation, 1, 0)).toEqual([0])
    expect([...aggregation.compose(0, at(1)).degrees]).toEqual([2, 1, 2, 1])
    expect(aggregation.neighboursOf(1)[0]).toMatchObject({ neighbour: 0, silence: Infinity, epoch: 2 })
  })

  test('gives a peer that begins anew the flows that its neighbours kept', () => {
    const aggregation = gossipScafflsa.build(settingsOf(compressed(lazyRing(4)), 1, correctedBy), {})
    for (let r = 0; r < 3; r++) round(aggregation, at(r))
    const kept = [1, 3].map(j => flow(aggregation, j, 0))
    aggregation.restart(0, 1)
    expect(flow(aggregation, 0, 1)).toEqual([0])
    for (let r = 0; r < 2; r++) round(aggregation, filled([[7], [7], [7], [7]]))
    expect([1, 3].map(j => flow(aggregation, 0, j))).toEqual(kept.map(opposite))
    expect([1, 3].map(j => flow(aggregation, j, 0))).toEqual(kept)
  })

  test('settles on no flow where one end was dropped by the other and cannot be heard', () => {
    const aggregation = gossipScafflsa.build(settingsOf(compressed(lazyRing(4)), 1, correctedBy), {})
    for (let r = 0; r < 34; r++) round(aggregation, at(1), r === 0 ? [] : [link(1, 0)])
    expect(flow(aggregation, 1, 0)).toEqual([0])
    expect(flow(aggregation, 0, 1)).toEqual([0])
  })

  test('sends receipts of the last rounds, the newest in the lowest bit', () => {
    const aggregation = gossipScafflsa.build(settingsOf(compressed(lazyRing(4)), 1, correctedBy), {})
    const theta = filled([[1], [2], [3], [4]])
    round(aggregation, theta)
    round(aggregation, theta, [2])
    round(aggregation, theta)
    const { notes } = aggregation.compose(0, theta)
    expect([...notes!.receipts]).toEqual([7, 7, 5, 7, 7, 7, 7, 7])
  })

  test('refuses a matrix that is not symmetric', () => {
    const matrix = compressed([
      [0.5, 0.5, 0],
      [0, 0.5, 0.5],
      [0.5, 0, 0.5]
    ])
    expect(() => gossipScafflsa.build(settingsOf(matrix, 1, 1), {})).toThrow(
      'edge flows need one symmetric matrix'
    )
  })
})
