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
        'gossip, gossip-tracking, dtdt, push-sum and broadcast go along with it'
    )
  })

  test('is mixed with the weights that it prescribes, unless told otherwise', () => {
    expect(setting({ topology: 'base' }).experiment.weights).toBe('own')
    expect(setting({ topology: 'base', weights: 'metropolis' }).experiment.weights).toBe('metropolis')
    expect(setting({ topology: 'base', aggregation: 'push-sum' }).experiment.weights).toBe('push')
  })

  test('need be connected over its rounds only', () => {
    expect(refusal({ topology: 'one-peer-hypercube', peers: 16, rounds: 3 })).toMatch(
      /^topology: the graph has 2 components; peers 8, 9, .* are not connected to peer 0 in the 3 rounds of this run$/
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
        `topology: ${aggregation} needs messages in both directions of every edge; exponential is directed here, ` +
          'which gossip, gossip-tracking, dtdt, push-sum and broadcast can do with'
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

  test('that favour some peers of a directed graph have no rule instead, but push-sum', () => {
    expect(refusal({ topology: 'epidemic', aggregation: 'gossip-tracking' })).toBe(
      'weights: gossip-tracking needs columns of W that sum to 1 as its rows do, which own weights do not here; push-sum does without'
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

  test('that are negative somewhere are refused for push-sum, which splits what there is', () => {
    expect(refusal({ weights: 'best-constant', topology: 'star', aggregation: 'push-sum' })).toBe(
      'weights: push-sum splits what a peer has, which best-constant weights that are negative cannot; use push'
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

describe('tracked gradients', () => {
  const tracked = (raw: Raw) => warnings({ aggregation: 'gossip-tracking', ...raw })

  test('may need smaller steps than the learners do: that is said, with the number', () => {
    expect(tracked({ topology: 'ring', peers: 16, weights: 'best-constant' })).toEqual([
      'gossip-tracking diverges on this W where the step of a round, 5, times an eigenvalue of the local problems ' +
        'is above 0.15: take smaller or fewer local steps'
    ])
    expect(tracked({ topology: 'equistatic:shifts=1', peers: 16 })).toHaveLength(1)
  })

  test('do not where the steps are small, or all eigenvalues near enough to the positive axis', () => {
    expect(tracked({ topology: 'ring', peers: 16, weights: 'best-constant', stepSize: 0.1 })).toEqual([])
    const outer = 'gossip-tracking:outerStep=0.2'
    expect(warnings({ aggregation: outer, topology: 'ring', weights: 'best-constant' })).toEqual([])
    expect(tracked({ topology: 'hypercube', peers: 16 })).toEqual([])
    expect(tracked({ topology: 'exponential:directed=true', peers: 16 })).toEqual([])
    expect(tracked({ topology: 'ring', peers: 1 })).toEqual([])
  })
})

describe('peers that keep something of their own', () => {
  test('are not pulled so hard that they swing past each other', () => {
    // 4 is the largest eigenvalue of the Laplacian of an even ring.
    const pulled = (pull: number): Raw => ({
      aggregation: `graph-regularised:pull=${pull}`,
      topology: 'ring',
      peers: 16,
      stepSize: 0.5,
      localSteps: 10
    })
    expect(warnings(pulled(0.05))).toEqual([])
    expect(warnings(pulled(0.09))).toEqual([
      'aggregation: step size × local steps × pull × the largest eigenvalue of the Laplacian, 4, is 1.8: ' +
        'above 1 it may be too much for what local steps add to it; pull=0.05 is safe'
    ])
    expect(refusal(pulled(0.1))).toBe(
      'aggregation: graph-regularised:pull=0.1 would diverge: step size × local steps × pull × the largest eigenvalue ' +
        'of the Laplacian, 4, is 2, not below 2; try pull=0.05'
    )
    expect(warnings({ ...pulled(0.09), topology: 'complete', localSteps: 1 })).toEqual([])
    expect(warnings({ ...pulled(0.05), learner: 'td:schedule=inverse' })).toEqual([
      'aggregation: the step of the pull stays while those of the learners shrink: in the end all peers are pulled to one point'
    ])
    expect(refusal({ ...pulled(0.1), topology: 'complete' })).toContain('Laplacian, 16, is 8,')
  })

  test('are told of weights with which the tracked mean step diverges, and of what faults do to it', () => {
    const tracked = (raw: Raw) =>
      warnings({ aggregation: 'gossip-pf-lsa', peers: 16, localSteps: 100, ...raw })
    expect(tracked({ topology: 'hypercube', weights: 'metropolis' })).toEqual([
      'gossip-pf-lsa diverges where local steps take more than 0.43 of its error off a peer in a round: ' +
        'the smallest eigenvalue of the metropolis matrix is -0.60; --weights lazy is safe'
    ])
    expect(tracked({ topology: 'hypercube' })).toEqual([])
    expect(tracked({ topology: 'ring', loss: 0.1 })).toEqual([
      'gossip-pf-lsa: a message that is lost in one direction alone, or a peer that begins anew, ' +
        'leaves all peers off their own solutions for ever'
    ])
  })

  test('weigh their like by weights that are not negative', () => {
    expect(refusal({ weights: 'best-constant', topology: 'star', aggregation: 'similarity' })).toBe(
      'weights: similarity divides by what weights sum to, which best-constant weights that are negative cannot; use metropolis'
    )
  })

  test.each(['gossip-pf-lsa', 'interpolation', 'partial', 'similarity'])(
    'go along with graphs that change: %s',
    aggregation => {
      for (const topology of ['one-peer-exponential', 'base', 'random-matching']) {
        expect(warnings({ topology, aggregation })).toEqual([])
      }
    }
  )
})
