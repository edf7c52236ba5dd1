import { describe, expect, test } from 'vitest'
import type { Weights } from '../../topologies/index.ts'
import { type TopologyReport, topologyReport } from '../../topologies/mixing/report.ts'
import { lanczosSpectrum } from '../../topologies/mixing/spectrum.ts'
import { type Study, standardWeights, studyOf } from '../../topologies/mixing/study.ts'
import { built, matrixOf } from '../support/topologies.ts'

function studied(name: string, peers: number, weights?: Weights, options: object = {}): Study {
  const of = built(name, peers, options)
  return studyOf({ ...of, weights: weights ?? standardWeights(of.topology) }, 1e6)
}

const reportOn = (name: string, peers: number, weights?: Weights, options: object = {}): TopologyReport =>
  topologyReport(studied(name, peers, weights, options), 100)

test('the report on a ring of 4 is all that there is to know', () => {
  // Eigenvalues 1, 1/3, 1/3, −1/3.
  const neighbours = (gamma: number): number => 4 / (1 - gamma) / (1 / (1 - gamma) + 3 / 9 / (1 - gamma / 9))
  const third = expect.closeTo(1 / 3, 14)
  expect(topologyReport(studied('ring', 4), 100, true)).toEqual({
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
    rounds: null,
    degree: { min: 2, mean: 2, max: 2 },
    diameter: 2,
    weights: 'metropolis',
    stochastic: 'doubly',
    lambda2: third,
    lambdaMin: expect.closeTo(-1 / 3, 14),
    spectralRadius: third,
    spectralGap: expect.closeTo(2 / 3, 14),
    secondModulus: third,
    effectiveNeighbours: {
      '0.9': expect.closeTo(neighbours(0.9), 12),
      '0.99': expect.closeTo(neighbours(0.99), 12)
    },
    spectrum: { method: 'closed form', converged: true },
    contraction: { perRound: third, perPeriod: third, exactAfter: null, method: 'spectrum' },
    agrees: true,
    // ln 10⁶ / ln 3 = 12.6, and all that is not the mean belongs to ±1/3.
    roundsTo1e6: 13,
    bytesPerRound: {
      gossipTotal: 800,
      gossipPeer: 400,
      gossipBusiestPeer: 400,
      starTotal: 800,
      starHub: 800
    },
    notes: [],
    warnings: [],
    worstLink: { link: [0, 1], share: expect.closeTo(1 / 4, 12), alike: 4, isBridge: false },
    matrix: [
      [third, third, 0, third],
      [third, third, third, 0],
      [0, third, third, third],
      [third, 0, third, third]
    ]
  })
})

test('gossip on a star burdens its hub; a peer is charged for what it sends and what it hears', () => {
  expect(reportOn('star', 10, 'lazy').bytesPerRound).toEqual({
    gossipTotal: 1800,
    gossipPeer: 360,
    gossipBusiestPeer: 1800,
    starTotal: 2000,
    starHub: 2000
  })
})

test('a directed graph counts each link once and has no ordered eigenvalues', () => {
  const report = reportOn('exponential', 8, 'metropolis', { directed: true })
  expect(report.edges).toHaveLength(24)
  expect(report.edges?.slice(0, 3)).toEqual([
    [0, 1],
    [0, 2],
    [0, 4]
  ])
  expect(report).toMatchObject({ directed: true, lambda2: null, lambdaMin: null, worstLink: null })
  expect(report.spectralRadius).toBeCloseTo(0.5, 14)
  expect(report.bytesPerRound).toMatchObject({ gossipTotal: 2400, gossipBusiestPeer: 600 })
})

test('one peer has no λ₂ and nothing to send', () => {
  expect(reportOn('ring', 1)).toMatchObject({
    edges: [],
    diameter: 0,
    lambda2: null,
    lambdaMin: 1,
    spectralRadius: 0,
    spectralGap: 1,
    effectiveNeighbours: { '0.9': 1, '0.99': 1 },
    roundsTo1e6: 0,
    worstLink: null,
    bytesPerRound: { gossipTotal: 0, gossipPeer: 0, gossipBusiestPeer: 0 }
  })
})

test('what is not known is null, not a bad number', () => {
  const study = studied('ring', 2001)
  const spectrum = { ...lanczosSpectrum(matrixOf(built('ring', 2001))), converged: false }
  expect(topologyReport({ ...study, spectrum }, 100)).toMatchObject({
    diameter: null,
    lambda2: null,
    lambdaMin: null,
    spectralRadius: null,
    spectralGap: null,
    secondModulus: null,
    spectrum: { method: 'lanczos', converged: false }
  })
})

describe('of graphs that take turns', () => {
  test('edges are those of all rounds, rounds have theirs with the weights, W has no eigenvalues', () => {
    expect(reportOn('one-peer-hypercube', 4)).toMatchObject({
      period: 2,
      edges: [
        [0, 1],
        [0, 2],
        [1, 3],
        [2, 3]
      ],
      rounds: [
        {
          edges: [
            [0, 1],
            [2, 3]
          ],
          weights: [0.5, 0.5]
        },
        {
          edges: [
            [0, 2],
            [1, 3]
          ],
          weights: [0.5, 0.5]
        }
      ],
      degree: { min: 1, mean: 1, max: 1 },
      diameter: 2,
      weights: 'own',
      lambda2: null,
      spectralRadius: null,
      spectrum: null,
      contraction: { perRound: 0, perPeriod: 0, exactAfter: 2, method: 'product' },
      roundsTo1e6: 2,
      bytesPerRound: { gossipTotal: 400, gossipPeer: 200, gossipBusiestPeer: 200 },
      warnings: []
    })
  })

  test('the cost is that of a round in the mean, and the busiest that of any round', () => {
    // Six peers, two matchings of four of them and one of all: 4, 4, 4 and 6 messages.
    expect(reportOn('base', 6).bytesPerRound).toEqual({
      gossipTotal: 450,
      gossipPeer: 150,
      gossipBusiestPeer: 200,
      starTotal: 1200,
      starHub: 1200
    })
  })

  test('rounds that cannot reach everybody are told from those that can', () => {
    const of = built('one-peer-hypercube', 4)
    const halves = { ...of.topology, period: 2, graphAt: () => of.topology.graphAt(0) }
    const report = topologyReport(studyOf({ ...of, topology: halves, weights: 'own' }), 100)
    expect(report).toMatchObject({ agrees: false, diameter: null, roundsTo1e6: null })
    expect(report.warnings).toEqual([expect.stringMatching(/^the graph has 2 components/)])
  })
})

describe('of rounds that are drawn', () => {
  test('the first are listed, and what holds of no more than one round is null', () => {
    const report = reportOn('random-matching', 8)
    expect(report).toMatchObject({ period: null, edges: null, diameter: null, effectiveNeighbours: null })
    expect(report.rounds).toHaveLength(8)
    for (const { edges, weights } of report.rounds ?? []) {
      expect(new Set(edges.flat()).size).toBe(8)
      expect(weights).toEqual([0.5, 0.5, 0.5, 0.5])
    }
    expect(report.contraction.method).toBe('closed form')
    expect(report.contraction.perRound).toBeCloseTo(Math.sqrt(6 / 14), 14)
  })

  test('a mean that is not kept is said', () => {
    const report = reportOn('epidemic', 16)
    expect(report.stochastic).toBe('row')
    expect(report.warnings).toEqual([expect.stringMatching(/do not keep the mean/)])
  })
})

test.each([
  ['ring', 'local-degree', false, /the two halves of this graph swap/],
  ['star', 'uniform', true, /^the consensus is biased: peer 0/],
  ['star', 'push', true, /without push-sum peer 0 would end at/],
  ['random-matching', 'local-degree', true, /may leave differences as they are/]
] as const)('%s with %s weights has a warning', (name, weights, agrees, warning) => {
  const report = reportOn(name, 16, weights)
  expect(report.agrees).toBe(agrees)
  expect(report.warnings).toEqual([expect.stringMatching(warning)])
})

test.each([
  ['random-regular', 12, { degree: 3 }],
  ['base', 12, {}],
  ['epidemic', 12, {}]
] as const)('the report on %s survives JSON', (name, peers, options) => {
  const report = topologyReport(studied(name, peers, undefined, options), 100, true)
  expect(JSON.parse(JSON.stringify(report))).toEqual(report)
})
