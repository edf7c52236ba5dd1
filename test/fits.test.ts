/** Which aggregations go over which graphs, with which weights: what is refused, and what is said. */
import { describe, expect, test } from 'vitest'
import { AGGREGATIONS } from '../src/aggregation/names.ts'
import { ExperimentError } from '../src/core/errors.ts'
import { resolve } from '../src/experiment/resolve.ts'
import { type Setting, settingOf } from '../src/setting.ts'

type Raw = Readonly<Record<string, unknown>>
const setting = (raw: Raw): Setting => settingOf(resolve({ transport: 'simulated', ...raw }).experiment)
const warnings = (raw: Raw): readonly string[] => setting(raw).warnings

function refusal(raw: Raw): string {
  try {
    setting(raw)
  } catch (error) {
    expect(error).toBeInstanceOf(ExperimentError)
    return (error as ExperimentError).message
  }
  return 'not refused'
}

test('on the graph and with the weights that suit it every aggregation is accepted without a word', () => {
  for (const aggregation of AGGREGATIONS) {
    const topology = aggregation === 'relay-sum' ? { topology: 'path' } : {}
    expect([aggregation, warnings({ aggregation, ...topology })]).toEqual([aggregation, []])
  }
})

describe('a graph that changes from round to round', () => {
  const changing = ['one-peer-exponential', 'base', 'random-matching']

  test.each(['gossip', 'gossip-tracking', 'push-sum', 'broadcast'])('carries %s', aggregation => {
    for (const topology of changing) expect(warnings({ topology, aggregation })).toEqual([])
  })

  test.each([
    'gossip-scafflsa',
    'exact-diffusion',
    'chebyshev',
    'momentum',
    'choco',
    'pairwise',
    'relay-sum',
    'mesh'
  ])('does not carry %s', aggregation => {
    expect(refusal({ topology: 'base', aggregation })).toBe(
      `topology: ${aggregation} needs a graph that stays, base changes from round to round; ` +
        'gossip, gossip-tracking, push-sum and broadcast go along with it'
    )
  })

  test('is mixed with the weights that it prescribes, unless told otherwise', () => {
    expect(setting({ topology: 'base' }).experiment.weights).toBe('own')
    expect(setting({ topology: 'base', weights: 'metropolis' }).experiment.weights).toBe('metropolis')
    expect(setting({ topology: 'base', aggregation: 'push-sum' }).experiment.weights).toBe('push')
  })

  test('need be connected over its rounds only', () => {
    expect(refusal({ topology: 'one-peer-hypercube', peers: 16, rounds: 3 })).toMatch(
      /^topology: the graph has 2 components; peers 8, 9, .* are not connected to peer 0$/
    )
    expect(warnings({ topology: 'one-peer-hypercube', peers: 16, rounds: 4 })).toEqual([])
  })
})

describe('a directed graph', () => {
  const topology = 'exponential:directed=true'

  test.each(['gossip-scafflsa', 'chebyshev', 'choco', 'pairwise', 'relay-sum', 'mesh'])(
    'does not carry %s',
    aggregation => {
      expect(refusal({ topology, aggregation })).toBe(
        `topology: ${aggregation} needs messages in both directions of every edge; exponential is directed here`
      )
    }
  )

  test('carries push-sum, which may drift where receivers fall silent: that is said', () => {
    const faults = { events: [{ after: 3, stop: 1 }] }
    expect(warnings({ topology, aggregation: 'push-sum' })).toEqual([])
    expect(warnings({ topology, aggregation: 'push-sum', faults })).toEqual([
      'push-sum on a directed graph: what is sent to a peer that is gone or cut off is lost, and parameters may drift'
    ])
  })
})

test('relayed sums need a tree, whose edges are counted', () => {
  for (const topology of ['path', 'star', 'binary-tree']) {
    expect(warnings({ topology, aggregation: 'relay-sum' })).toEqual([])
  }
  expect(refusal({ topology: 'ring', aggregation: 'relay-sum' })).toBe(
    'topology: relay-sum needs a tree, which has 15 edges for 16 peers; this ring has 16; ' +
      'allowed: path, star, binary-tree, or a tree of your own'
  )
})

describe('weights', () => {
  test('that swing for ever are refused, with the eigenvalue', () => {
    expect(refusal({ weights: 'local-degree' })).toMatch(/^weights: the smallest eigenvalue of W is −1, /)
    expect(warnings({ weights: 'local-degree', peers: 15 })).toEqual([])
  })

  test('that favour some peers are warned of, with the share', () => {
    expect(warnings({ weights: 'uniform', topology: 'star', peers: 8 })).toEqual([
      'weights: the consensus is biased: peer 0 counts 0.364 of it instead of 0.125'
    ])
    expect(warnings({ weights: 'uniform', topology: 'ring' })).toEqual([])
  })

  test('that favour some peers are refused where corrections must cancel', () => {
    expect(refusal({ weights: 'uniform', topology: 'star', aggregation: 'gossip-tracking' })).toBe(
      'weights: gossip-tracking needs columns of W that sum to 1 as its rows do, which uniform weights do not here; use metropolis'
    )
    expect(refusal({ weights: 'uniform', topology: 'star', aggregation: 'chebyshev' })).toBe(
      'weights: chebyshev needs a symmetric W, which uniform is not here; use metropolis'
    )
  })

  test('for push-sum are refused without it, and others with it', () => {
    expect(refusal({ weights: 'push', topology: 'star' })).toMatch(
      /^weights: the columns of W sum to 1, its rows do not: .*use push-sum/
    )
    expect(refusal({ weights: 'uniform', topology: 'star', aggregation: 'push-sum' })).toMatch(
      /^weights: push-sum needs columns that sum to 1/
    )
  })

  test('of their own have those topologies only that prescribe them', () => {
    expect(refusal({ weights: 'own' })).toMatch(
      /^weights: own is for topologies that prescribe weights, this one does not; use /
    )
  })

  test('have no effect where nobody mixes by them, and that is said', () => {
    for (const aggregation of ['none', 'star', 'mesh', 'pairwise']) {
      expect(resolve({ aggregation, weights: 'lazy', transport: 'simulated' }).notes).toEqual([
        `weights: lazy has no effect, ${aggregation} uses no mixing matrix`
      ])
    }
  })
})

test('an aggregation that needs every message says so where messages are lost', () => {
  expect(warnings({ aggregation: 'choco', loss: 0.1 })).toEqual([
    'choco needs every message: what neighbours know of a peer is wrong for ever after one that is lost'
  ])
  expect(warnings({ aggregation: 'choco' })).toEqual([])
})

test('acceleration needs a spectrum that can be found, and says whose it is', () => {
  expect(warnings({ aggregation: 'chebyshev', topology: 'torus', peers: 900 })).toEqual([])
})
