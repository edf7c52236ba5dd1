import { expect, test } from 'vitest'
import type { Weights } from '../../topologies/index.ts'
import { type TopologyReport, topologyReport } from '../../topologies/index.ts'
import { lanczosSpectrum } from '../../topologies/spectrum.ts'
import { built, matrixOf, spectrumOfBuilt } from '../support/topologies.ts'

function reportOn(
  name: string,
  peers: number,
  weights: Weights,
  options: object = {},
  withMatrix = false
): TopologyReport {
  const of = built(name, peers, options)
  return topologyReport(
    of.topology,
    weights,
    matrixOf(of, weights),
    spectrumOfBuilt(of, weights),
    100,
    withMatrix
  )
}

test('the report on a ring of 4 is all that there is to know', () => {
  // Eigenvalues 1, 1/3, 1/3, −1/3.
  const neighbours = (gamma: number): number => 4 / (1 - gamma) / (1 / (1 - gamma) + 3 / 9 / (1 - gamma / 9))
  expect(reportOn('ring', 4, 'metropolis', {}, true)).toEqual({
    topology: 'ring',
    peers: 4,
    directed: false,
    period: 1,
    edges: [
      [0, 1],
      [0, 3],
      [1, 2],
      [2, 3]
    ],
    degree: { min: 2, mean: 2, max: 2 },
    diameter: 2,
    weights: 'metropolis',
    lambda2: expect.closeTo(1 / 3, 14),
    lambdaMin: expect.closeTo(-1 / 3, 14),
    spectralRadius: expect.closeTo(1 / 3, 14),
    spectralGap: expect.closeTo(2 / 3, 14),
    effectiveNeighbours: {
      '0.9': expect.closeTo(neighbours(0.9), 12),
      '0.99': expect.closeTo(neighbours(0.99), 12)
    },
    spectrum: { method: 'closed form', converged: true },
    bytesPerRound: { gossipTotal: 800, gossipBusiestPeer: 400, starTotal: 800, starHub: 800 },
    matrix: [1, 2, 3, 4].map(() => [
      expect.anything(),
      expect.anything(),
      expect.anything(),
      expect.anything()
    ])
  })
})

test('gossip on a star burdens its hub; a peer is charged for what it sends and what it hears', () => {
  const { bytesPerRound } = reportOn('star', 10, 'lazy')
  expect(bytesPerRound).toEqual({
    gossipTotal: 1800,
    gossipBusiestPeer: 1800,
    starTotal: 2000,
    starHub: 2000
  })
})

test('a directed graph counts each link once and has no ordered eigenvalues', () => {
  const report = reportOn('exponential', 8, 'metropolis', { directed: true })
  expect(report.edges).toHaveLength(24)
  expect(report.edges.slice(0, 3)).toEqual([
    [0, 1],
    [0, 2],
    [0, 4]
  ])
  expect(report).toMatchObject({ directed: true, lambda2: null, lambdaMin: null })
  expect(report.spectralRadius).toBeCloseTo(0.5, 14)
  expect(report.bytesPerRound).toMatchObject({ gossipTotal: 2400, gossipBusiestPeer: 600 })
})

test('one peer has no λ₂ and nothing to send', () => {
  expect(reportOn('ring', 1, 'metropolis')).toMatchObject({
    edges: [],
    diameter: 0,
    lambda2: null,
    lambdaMin: 1,
    spectralRadius: 0,
    spectralGap: 1,
    effectiveNeighbours: { '0.9': 1, '0.99': 1 },
    bytesPerRound: { gossipTotal: 0, gossipBusiestPeer: 0 }
  })
})

test('what is not known is null, not a bad number', () => {
  const of = built('ring', 2001)
  const spectrum = lanczosSpectrum(matrixOf(of))
  expect(topologyReport(of.topology, 'metropolis', matrixOf(of), spectrum, 100)).toMatchObject({
    diameter: null,
    lambda2: null,
    lambdaMin: null,
    spectralRadius: null,
    spectralGap: null,
    effectiveNeighbours: null,
    spectrum: { method: 'lanczos', converged: false }
  })
})

test('the report survives JSON', () => {
  const report = reportOn('random-regular', 12, 'lazy', { degree: 3 }, true)
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})
