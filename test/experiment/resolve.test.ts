import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { topologies } from '../../topologies/index.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const experiment = (raw: object) => resolve(raw).experiment
const notes = (raw: object) => resolve(raw).notes

describe('what is left out', () => {
  test('is the default experiment: sixteen similar Garnets on a ring', () => {
    expect(experiment({})).toEqual({
      name: null,
      use: [],
      peers: 16,
      topology: { name: 'ring' },
      weights: 'metropolis',
      environment: expect.objectContaining({
        name: 'garnet',
        states: 30,
        features: 'one-hot',
        discount: 0.9,
        noise: 'bernoulli',
        heterogeneity: 'perturbation'
      }),
      placement: 'given',
      learner: { name: 'td', schedule: 'constant', after: 100, skip: 0 },
      aggregation: 'gossip',
      localSteps: 10,
      participation: 1,
      rounds: 400,
      stepSize: 0.5,
      sampling: 'markov',
      averaging: 'none',
      initial: 'random',
      seed: '1',
      transport: 'libp2p',
      loss: { name: 'one-way', probability: 0 },
      delayMs: { name: 'constant', ms: 0 },
      faults: null,
      deadlineMs: 10_000,
      port: null,
      processes: 1,
      measureEvery: 1,
      until: null
    })
  })

  test('the transport is libp2p up to 64 peers, simulated beyond, and that is said', () => {
    expect(experiment({ peers: 64 }).transport).toBe('libp2p')
    expect(experiment({ peers: 65 }).transport).toBe('simulated')
    expect(notes({ peers: 64 })).toEqual([expect.stringMatching(/^transport: libp2p, as for up to 64 peers/)])
    expect(notes({ peers: 65 })).toEqual(['transport: simulated, as for more than 64 peers'])
    expect(notes({ peers: 65, transport: 'libp2p' })).toEqual([])
  })

  test('corrected gossip has the lazy matrix unless told otherwise', () => {
    expect(experiment({ aggregation: 'gossip-scafflsa' }).weights).toBe('lazy')
    expect(experiment({ aggregation: 'gossip-scafflsa', weights: 'metropolis' }).weights).toBe('metropolis')
    expect(experiment({ aggregation: 'gossip', weights: 'lazy' }).weights).toBe('lazy')
  })

  test('a file of edges decides the number of peers', () => {
    const path = edges('0 1\n1 2\n')
    expect(experiment({ topology: `file:${path}` }).peers).toBe(3)
    expect(() => resolve({ topology: `file:${path}`, peers: 4 })).toThrow(
      'peers: the graph of the topology has 3 peers, not 4'
    )
  })
})

describe('star aggregations', () => {
  test.each(['star', 'star-scafflsa'])(
    '%s takes no graph, star or complete, and has the star',
    aggregation => {
      for (const topology of [undefined, 'star', 'complete', { name: 'complete' }]) {
        expect(experiment({ aggregation, topology }).topology).toEqual({ name: 'star' })
      }
      expect(() => resolve({ aggregation, topology: 'ring' })).toThrow(
        `topology: the hub of ${aggregation} replaces the graph: leave it out, or use star or complete, not "ring"`
      )
    }
  )

  test('gossip on the star is another thing', () => {
    expect(experiment({ aggregation: 'gossip', topology: 'star' }).topology).toEqual({ name: 'star' })
  })

  test('weights without a mixing matrix are said to have no effect', () => {
    const quiet = { transport: 'simulated', weights: 'lazy' }
    expect(notes({ ...quiet, aggregation: 'star' })).toEqual([
      'weights: lazy has no effect, star uses no mixing matrix'
    ])
    expect(notes({ ...quiet, aggregation: 'none' })).toEqual([
      'weights: lazy has no effect, none uses no mixing matrix'
    ])
    expect(notes({ ...quiet, aggregation: 'gossip' })).toEqual([])
  })
})

describe('what cannot be is refused, with the reason', () => {
  test.each([
    [
      { topolgy: 'ring' },
      'topolgy: unknown key; did you mean "topology"? Allowed: name, use, peers, topology,'
    ],
    [{ peers: 0 }, 'peers: must be at least 1, not 0'],
    [{ peers: 2.5 }, 'peers: must be a whole number, not 2.5'],
    [{ peers: null }, 'peers: must be a number, not null'],
    [{ rounds: 'many' }, 'rounds: must be a number, not "many"'],
    [{ localSteps: -1 }, 'localSteps: must be at least 1, not -1'],
    [{ stepSize: 0 }, 'stepSize: must be above 0, not 0'],
    [{ participation: 0 }, 'participation: must be above 0, not 0'],
    [{ participation: 1.5 }, 'participation: must be at most 1, not 1.5'],
    [
      { participation: 0.1, peers: 8 },
      'participation: 0.1 of 8 peers are less than one; at least 0.125 is allowed'
    ],
    [{ measureEvery: 0 }, 'measureEvery: must be at least 1, not 0'],
    [{ deadlineMs: 0 }, 'deadlineMs: must be at least 1, not 0'],
    [{ weights: 'lazzy' }, 'weights: "lazzy" is unknown; did you mean "lazy"? Allowed: metropolis, lazy'],
    [{ placement: 'alternate' }, 'placement: "alternate" is unknown; did you mean "alternating"?'],
    [
      { aggregation: 'gossip-scaflsa' },
      'aggregation: "gossip-scaflsa" is unknown; did you mean "gossip-scafflsa"?'
    ],
    [{ sampling: 'markow' }, 'sampling: "markow" is unknown; did you mean "markov"?'],
    [{ transport: 'tcp' }, 'transport: "tcp" is unknown. Allowed: simulated, libp2p'],
    [{ seed: true }, 'seed: must be text, not true'],
    [{ topology: ['ring'] }, 'topology: must be a name or { name: …, option: value }, not ["ring"]'],
    [{ topology: { name: 'random-regular', degree: 0 } }, 'topology.degree: must be at least 1, not 0'],
    [{ environment: { name: 'garnet', discount: 1 } }, 'environment.discount: must be below 1, not 1'],
    [{ environment: 'garnet:sates=3' }, 'environment.sates: unknown key; did you mean "states"?'],
    [
      { learner: 'td:skip=3', sampling: 'iid' },
      'learner: skip=3 passes over parts of a trajectory, and iid sampling has none'
    ],
    [
      { learner: 'n-step:schedule=inverse', aggregation: 'gossip-tracking' },
      'learner: the control variates of gossip-tracking assume that the step size of n-step stays; use schedule=constant'
    ],
    [
      { learner: 'td:schedule=square-root', aggregation: 'star-scafflsa' },
      'learner: the control variates of star-scafflsa assume that the step size of td stays; use schedule=constant'
    ],
    [{ averaging: 'mean' }, 'averaging: "mean" is unknown'],
    [
      { learner: 'dt' },
      'learner: "dt" is unknown; did you mean "td"? Allowed: td, td-lambda, n-step, softmax'
    ],
    [
      { initial: 'solutoin' },
      'initial: "solutoin" is unknown; did you mean "solution"? Allowed: zero, random, common, solution, offset:c'
    ],
    [{ initial: 'offset:x' }, 'initial: "offset:x" is unknown'],
    [
      { until: 'valueError' },
      'until: must be metric<number, as valueError<1e-3, or metric>number, not "valueError"'
    ],
    [
      { until: 'valueEror<1' },
      '"valueEror" is unknown; did you mean "valueError"? Allowed: consensusError, valueError,'
    ],
    [{ until: 'return<1' }, 'until: a learner of values has no return; use consensusError, valueError,'],
    [
      { learner: 'softmax', until: 'fixedPointError<1' },
      'until: a learner of policies has no fixedPointError; use'
    ],
    [{ learner: 'softmax', initial: 'solution' }, 'initial: solution needs the exact solution θ*'],
    [{ learner: 'softmax', initial: 'offset:1' }, 'initial: offset:1 needs the exact solution θ*'],
    [{ port: 65_530 }, 'port: 65530 is too high, the last port would be 65545'],
    [{ port: 0 }, 'port: must be at least 1, not 0'],
    ['ring', ': must be a map of keys and values, not "ring"']
  ])('%j: %s', (raw, message) => {
    expect(() => resolve(raw)).toThrow(message)
  })

  test('more peers than the environment has', () => {
    const path = edges('0 1\n1 2\n2 3\n')
    const fleet = twoChains()
    expect(experiment({ environment: `file:${fleet}` }).peers).toBe(2)
    expect(experiment({ environment: `file:${fleet}`, peers: 1 }).peers).toBe(1)
    expect(() => resolve({ environment: `file:${fleet}`, peers: 3 })).toThrow(
      'peers: 3 peers, but the environment has 2; at most 2 are allowed'
    )
    expect(() => resolve({ environment: `file:${fleet}`, topology: `file:${path}` })).toThrow(
      'topology: 4 peers, but the environment has 2; at most 2 are allowed'
    )
  })
})

describe('a resolved experiment', () => {
  test.each([
    {},
    { peers: 100 },
    { name: 'a', seed: 7, aggregation: 'star', topology: 'complete', until: 'valueError < 1e-3' },
    {
      aggregation: 'gossip-scafflsa',
      environment: 'garnet:heterogeneity=opposite,features=8',
      placement: 'clustered'
    },
    { learner: 'softmax:batch=3', topology: 'random-regular', initial: 'zero', port: 9000 },
    { initial: 'offset:-1.5', sampling: 'iid', transport: 'simulated' },
    ...Object.keys(topologies)
      .filter(name => name !== 'file')
      .map(topology => ({ topology }))
  ])('resolves to itself, after JSON too: %j', raw => {
    const once = experiment(raw)
    expect(experiment(once)).toEqual(once)
    expect(JSON.stringify(experiment(JSON.parse(JSON.stringify(once))))).toBe(JSON.stringify(once))
    expect(notes(once)).toEqual(notes({ ...raw, transport: once.transport }))
  })
})

function edges(text: string): string {
  const path = join(temporaryFolder(), 'edges.txt')
  writeFileSync(path, text)
  return path
}

/** Two environments of two states, one action. */
function twoChains(): string {
  const chain = { transitions: [[[[1, 1]]], [[[0, 1]]]], rewards: [0, 1] }
  const path = join(temporaryFolder(), 'fleet.json')
  writeFileSync(path, JSON.stringify({ states: 2, actions: 1, discount: 0.9, peers: [chain, chain] }))
  return path
}
