import { describe, expect, test } from 'vitest'
import type { MixingMatrix } from '../../src/interfaces.ts'
import { numericalSpectrum } from '../../topologies/mixing/spectrum.ts'
import { type WorstLink, worstLinkOf } from '../../topologies/mixing/worst-link.ts'
import { built, matrixOf } from '../support/topologies.ts'

function worstOf(name: string, peers: number, options: object = {}): WorstLink | null {
  const of = built(name, peers, options)
  return worstLinkOf(of.graph, matrixOf(of))
}

describe('the worst link', () => {
  test.each([8, 9, 16])('of a path of %i peers is in its middle: v_i = cos(π (i + ½) / N)', peers => {
    const v = Array.from({ length: peers }, (_, i) => Math.cos((Math.PI * (i + 0.5)) / peers))
    const squares = v.slice(1).map((value, i) => (value - v[i]!) * (value - v[i]!))
    const most = Math.max(...squares)
    const found = worstOf('path', peers)
    const middle = Math.floor((peers - 2) / 2)
    expect(found?.link).toEqual([middle, middle + 1])
    expect(found?.share).toBeCloseTo(most / squares.reduce((sum, square) => sum + square, 0), 10)
    expect(found?.alike).toBe(peers % 2 === 0 ? 1 : 2)
    expect(found?.isBridge).toBe(true)
  })

  test('of a barbell is its bar, without which it falls apart', () => {
    const found = worstOf('barbell', 16)
    expect(found).toMatchObject({ link: [0, 8], alike: 1, isBridge: true })
    expect(found?.share).toBeGreaterThan(0.8)
  })

  test.each(['ring', 'star', 'complete', 'hypercube'])('of a %s is any: all are alike', name => {
    const { graph } = built(name, 16)
    const links = graph.neighbours.reduce((sum, { length }) => sum + length, 0) / 2
    const found = worstOf(name, 16)
    expect(found?.alike).toBe(links)
    expect(found?.share).toBeCloseTo(1 / links, 10)
    expect(found?.isBridge).toBe(name === 'star')
  })

  test('is the one whose weight opens the gap most', () => {
    const of = built('barbell', 10)
    const matrix = matrixOf(of)
    const lambda2 = numericalSpectrum(matrix).lambda2!
    const found = worstLinkOf(of.graph, matrix)!
    const step = 1e-6
    const gains = of.graph.neighbours.flatMap((heard, i) =>
      heard
        .filter(j => i < j)
        .map(j => ({
          link: [i, j],
          gain: (lambda2 - numericalSpectrum(heavier(matrix, i, j, step)).lambda2!) / step
        }))
    )
    const best = gains.reduce((most, each) => (each.gain > most.gain ? each : most))
    expect(found.link).toEqual(best.link)
    // dλ₂/dW_ij = −(v_i − v_j)² = −share (1 − λ₂) / W_ij.
    const { rowStart, senders } = matrix.links
    const k = senders.indexOf(found.link[1], rowStart[found.link[0]])
    expect((found.share * (1 - lambda2)) / matrix.weights[k]!).toBeCloseTo(best.gain, 4)
  })

  test('is not known of a directed graph, of a graph in parts, of one peer, nor of too many', () => {
    expect(worstOf('exponential', 8, { directed: true })).toBe(null)
    expect(worstOf('ring', 1)).toBe(null)
    expect(worstOf('ring', 401)).toBe(null)
    const matrix = matrixOf(built('path', 2))
    const apart = { ...matrix, weights: matrix.weights.map(() => 0), selfWeights: Float64Array.of(1, 1) }
    expect(worstLinkOf(built('path', 2).graph, apart)).toBe(null)
  })
})

/** W with more weight on an edge. */
function heavier(matrix: MixingMatrix, i: number, j: number, more: number): MixingMatrix {
  const { rowStart, senders } = matrix.links
  const weights = matrix.weights.slice()
  const selfWeights = matrix.selfWeights.slice()
  for (const [from, to] of [
    [i, j],
    [j, i]
  ] as const) {
    for (let k = rowStart[from]!; k < rowStart[from + 1]!; k++) if (senders[k] === to) weights[k]! += more
    selfWeights[from]! -= more
  }
  return { ...matrix, weights, selfWeights, weightOf: undefined }
}
