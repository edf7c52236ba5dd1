import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { seedsOf } from '../../src/cli/read-seeds.ts'
import { type Expanded, expand } from '../../src/compare/grid.ts'
import { type CompareFlags, givenByFlag, readSource } from '../../src/compare/source.ts'
import type { KeyName } from '../../src/experiment/keys.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const seedsFrom = (count: number, first: string) => seedsOf(String(count), first)

/** Of flags, each with its values. */
function byFlags(values: Partial<Record<KeyName, readonly unknown[]>>, flags: CompareFlags = {}): Expanded {
  const given = Object.entries(values).map(([key, words]) => [
    key,
    words.map(word => givenByFlag(key as KeyName, word, `--${key}`))
  ])
  return expand(readSource(undefined, Object.fromEntries(given), flags, []), seedsFrom)
}

/** Of a file with this text. */
function byFile(text: string, values: Partial<Record<KeyName, readonly unknown[]>> = {}): Expanded {
  const file = join(temporaryFolder(), 'comparison.yaml')
  writeFileSync(file, text)
  const given = Object.entries(values).map(([key, words]) => [
    key,
    words.map(word => givenByFlag(key as KeyName, word, `--${key}`))
  ])
  try {
    return expand(readSource(file, Object.fromEntries(given), {}, []), seedsFrom)
  } catch (error) {
    throw error instanceof Error ? new Error(error.message.replace(file, 'FILE')) : error
  }
}

const labels = ({ comparison: { contenders } }: Expanded, problem = 0): string[] =>
  contenders.filter(each => each.problem === problem).map(({ label }) => label)

const garnet = 'garnet:states=6,branching=2'

describe('without a word', () => {
  const found = byFlags({})

  test('similar and opposite peers are the problems, with five seeds', () => {
    expect(found.comparison.problems).toEqual([
      { label: 'similar peers', metric: 'fixedPointError' },
      { label: 'opposite peers, clustered', metric: 'fixedPointError' }
    ])
    expect(found.comparison.seeds).toEqual(['1', '2', '3', '4', '5'])
    expect(found.comparison.contenders[0]?.experiment.peers).toBe(16)
  })

  test('few links and many, relays and both servers are compared, plain and corrected', () => {
    expect(labels(found)).toEqual([
      'alone',
      'server, star',
      'server, star-scafflsa',
      'ring, gossip',
      'ring, gossip-scafflsa',
      'torus, gossip',
      'torus, gossip-scafflsa',
      'exponential, gossip',
      'exponential, gossip-scafflsa',
      'one-peer-exponential, gossip',
      'one-peer-exponential, gossip-tracking',
      'complete, gossip',
      'complete, gossip-scafflsa',
      'star graph, gossip',
      'star graph, gossip-scafflsa',
      'mesh over random-regular'
    ])
    expect(labels(found, 1)).toEqual(labels(found))
    expect(found.leftOut).toEqual([])
  })
})

describe('flags', () => {
  test('that are repeated cross graphs with aggregations, beside alone and the servers', () => {
    const found = byFlags({
      environment: [garnet],
      topology: ['ring', 'complete'],
      aggregation: ['gossip', 'gossip-scafflsa']
    })
    expect(labels(found)).toEqual([
      'alone',
      'server, star',
      'server, star-scafflsa',
      'ring, gossip',
      'ring, gossip-scafflsa',
      'complete, gossip',
      'complete, gossip-scafflsa'
    ])
    expect(found.comparison.problems).toEqual([{ label: '', metric: 'fixedPointError' }])
  })

  test('of plain aggregations alone bring no corrected server', () => {
    expect(labels(byFlags({ environment: [garnet], topology: ['ring'], aggregation: ['gossip'] }))).toEqual([
      'alone',
      'server, star',
      'ring, gossip'
    ])
  })

  test('of other keys that are repeated make problems, every one with every other', () => {
    const { comparison } = byFlags({
      environment: [garnet],
      topology: ['ring'],
      aggregation: ['gossip'],
      localSteps: [1, 20],
      peers: [4, 8]
    })
    expect(comparison.problems.map(({ label }) => label)).toEqual([
      'localSteps 1, peers 4',
      'localSteps 1, peers 8',
      'localSteps 20, peers 4',
      'localSteps 20, peers 8'
    ])
    expect(comparison.contenders.filter(({ problem }) => problem === 3)).toHaveLength(3)
    expect(comparison.contenders.at(-1)?.experiment).toMatchObject({ localSteps: 20, peers: 8, seed: '1' })
  })

  test('that name a server or nobody add nothing twice', () => {
    expect(
      labels(byFlags({ environment: [garnet], topology: ['ring', 'path'], aggregation: ['star', 'none'] }))
    ).toEqual(['alone', 'server, star'])
  })

  test('of weights tell contenders apart where these have any', () => {
    expect(
      labels(
        byFlags({
          environment: [garnet],
          topology: ['ring'],
          aggregation: ['gossip', 'pairwise'],
          weights: ['metropolis', 'lazy']
        })
      )
    ).toEqual(['alone', 'server, star', 'ring, gossip, metropolis', 'ring, gossip, lazy', 'ring, pairwise'])
  })

  test('say with how many seeds, which metric, what price', () => {
    const { comparison } = byFlags(
      { environment: [garnet], topology: ['ring'], aggregation: ['gossip'], seed: ['7'] },
      { seeds: 2, metric: 'valueError', price: 'lan:loss=0.1', target: '0.5', budget: 'bytes=1e6' }
    )
    expect(comparison).toMatchObject({
      seeds: ['7', '8'],
      problems: [{ metric: 'valueError' }],
      price: 'lan:loss=0.1',
      target: 0.5,
      budget: { of: 'bytes', amount: 1e6 }
    })
  })
})

describe('a target', () => {
  const rest = { environment: [garnet], topology: ['ring'], aggregation: ['gossip'], peers: [4] }

  test('of errors is not below 0', () => {
    expect(byFlags(rest, { target: '0' }).comparison.target).toBe(0)
    expect(() => byFlags(rest, { target: '-0.1' })).toThrow(
      /^--target: is -0.1, but fixedPointError is never below 0$/
    )
  })

  test('of returns may be any number', () => {
    expect(byFlags({ ...rest, learner: ['reinforce'] }, { target: '-200' }).comparison.target).toBe(-200)
  })

  test.each(['Infinity', '-Infinity', '1e999', '-inf'])('%s is refused', target => {
    expect(() => byFlags(rest, { target })).toThrow(/^--target: is ".*", must be (finite|a number)$/)
  })
})

describe('a warning is said once', () => {
  const warning = 'placement: clustered has no effect, all environments are of one type'
  const rest = { environment: [garnet], topology: ['ring'], aggregation: ['gossip'], peers: [1] }

  test('of all contenders, with how many they are', () => {
    expect(byFlags({ ...rest, placement: ['clustered'] }).warnings).toEqual([`${warning} (all 3 contenders)`])
  })

  test('of those of one problem, with its name', () => {
    expect(byFlags({ ...rest, placement: ['given', 'clustered'] }).warnings).toEqual([
      `${warning} (all 3 contenders of placement clustered)`
    ])
  })

  test('of some of them, with how many', () => {
    const { warnings } = byFile(`base: { environment: "${garnet}", peers: 1 }
contenders:
  - { topology: ring, placement: clustered }
  - { topology: path, placement: clustered }
  - { topology: complete }
`)
    expect(warnings).toEqual([`${warning} (2 of 5 contenders)`])
  })

  test('of one, with its name', () => {
    const { warnings } = byFile(
      `base: { environment: "${garnet}", peers: 1 }\ncontenders: [{ name: x, topology: ring, placement: clustered }]`
    )
    expect(warnings).toEqual([`x: ${warning}`])
  })
})

describe('what cannot work together', () => {
  test('is left out, with the reason', () => {
    const found = byFlags({
      environment: [garnet],
      topology: ['ring', 'exponential:directed=true', 'one-peer-exponential'],
      aggregation: ['gossip-scafflsa']
    })
    expect(labels(found)).toEqual(['alone', 'server, star', 'server, star-scafflsa', 'ring, gossip-scafflsa'])
    expect(found.leftOut.map(({ label }) => label)).toEqual([
      'exponential:directed=true, gossip-scafflsa',
      'one-peer-exponential, gossip-scafflsa'
    ])
    expect(found.leftOut[0]?.reason).toContain('needs messages in both directions of every edge')
    expect(found.leftOut[1]?.reason).toContain('needs a graph that stays')
  })

  test('is a mistake if nothing else is left', () => {
    expect(() =>
      byFlags({ environment: [garnet], topology: ['one-peer-exponential'], aggregation: ['gossip-scafflsa'] })
    ).toThrow(/^compare: none of the contenders can work; one-peer-exponential, gossip-scafflsa: topology: /)
  })
})

describe('a file', () => {
  test('has a base, problems, contenders and a grid', () => {
    const found = byFile(`
name: mine
base: { environment: "${garnet}", peers: 8, rounds: 1000 }
contenders:
  - { topology: ring, aggregation: gossip, stepSize: 0.25 }
  - { name: both ways, topology: ring, aggregation: "gossip:steps=2" }
grid: { placement: [clustered, alternating] }
seeds: [3, 5]
statistic: iqm
`)
    expect(labels(found)).toEqual(['alone', 'server, star', 'ring, gossip, stepSize 0.25', 'both ways'])
    expect(found.comparison).toMatchObject({ name: 'mine', seeds: ['3', '5'], statistic: 'iqm' })
    expect(found.comparison.problems.map(({ label }) => label)).toEqual([
      'placement clustered',
      'placement alternating'
    ])
    expect(found.comparison.contenders[2]?.experiment).toMatchObject({
      stepSize: 0.25,
      measureEvery: 4,
      seed: '3'
    })
  })

  test('may be an experiment, which is what all have in common', () => {
    const found = byFile(`environment: "${garnet}"\ntopology: torus\naggregation: gossip\n`)
    expect(labels(found)).toEqual(['alone', 'server, star', 'torus, gossip'])
  })

  test('may have one value in place of a list', () => {
    const found = byFile(
      `base: { environment: "${garnet}" }\ngrid: { topology: ring, aggregation: [gossip] }`
    )
    expect(labels(found)).toEqual(['alone', 'server, star', 'ring, gossip'])
  })

  test('has problems that are called as it says, or by what tells them apart', () => {
    const problemsOf = (text: string) => byFile(text).comparison.problems.map(({ label }) => label)
    const rest = `base: { environment: "${garnet}" }\ncontenders: [{ topology: ring }]\n`
    expect(
      problemsOf(`${rest}problems: [{ name: "A: so!", peers: 4 }, { peers: 8, localSteps: 2 }]`)
    ).toEqual(['A: so!', 'peers 8, localSteps 2'])
    expect(problemsOf(`${rest}problems: [{ peers: 8 }]`)).toEqual([''])
    expect(problemsOf(`${rest}problems: [{ peers: 4 }, { peers: 8 }]\ngrid: { localSteps: [1, 2] }`)).toEqual(
      ['peers 4, localSteps 1', 'peers 4, localSteps 2', 'peers 8, localSteps 1', 'peers 8, localSteps 2']
    )
  })

  test('may list one contender twice', () => {
    const twice = '{ name: a, topology: ring, aggregation: gossip }'
    const found = byFile(`base: { environment: "${garnet}" }\ncontenders: [${twice}, ${twice}]`)
    expect(labels(found)).toEqual(['alone', 'server, star', 'a'])
  })

  test('gives way to flags', () => {
    const found = byFile(
      `base: { environment: "${garnet}" }\ngrid: { topology: [ring, torus], aggregation: [gossip] }`,
      {
        topology: ['path']
      }
    )
    expect(labels(found)).toEqual(['alone', 'server, star', 'path, gossip'])
  })

  test.each([
    ['bas: {}', 'FILE:1:1 bas: unknown key; did you mean "base"? Allowed: name, base, problems'],
    ['peers: 4\ngrid: {}', 'FILE:1:1 peers: is a key of experiments; put it under base, or under grid'],
    ['base: { peer: 4 }', 'FILE:1:9 base.peer: unknown key; did you mean "peers"?'],
    [
      'base: { until: "valueError<1" }',
      'FILE:1:9 base.until: a comparison goes through all its rounds; use target'
    ],
    [
      'base: { environment: garnit }',
      'FILE:1:22 base.environment: "garnit" is unknown; did you mean "garnet"?'
    ],
    ['base: { environment: garnet, peers: 0 }', 'FILE:1:37 base.peers: must be at least 1, not 0'],
    ['base: { environment: garnet }\ngrid: { topology: [ring, rung] }', 'grid.topology.1: "rung" is unknown'],
    [
      'base: { environment: garnet }\ncontenders: [{ topology: ring, stepSize: -1 }]',
      'stepSize: must be above 0, not -1'
    ],
    ['problems: [{ topology: ring }]', 'problems.0.topology: tells contenders apart; put it there'],
    [
      'base: { environment: garnet }\ngrid: { transport: [libp2p, simulated] }',
      'grid.transport.0: one for all'
    ],
    ['base: { environment: garnet }\ngrid: { seed: [1, 2] }', 'grid.seed.0: all meet the same seeds'],
    [
      'budget: much\ngrid: {}',
      'FILE:1:9 budget: is "much", must be rounds=… or bytes=… or seconds=… or samples=…'
    ],
    ['price: wann\ngrid: {}', 'FILE:1:8 price: "wann" is unknown; did you mean "wan"?'],
    ['metric: valuError\ngrid: {}', 'FILE:1:9 metric: unknown "valuError"; did you mean "valueError"?'],
    ['metric: return\nbase: { environment: garnet }', 'metric: return is not measured of these learners'],
    ['target: low\ngrid: {}', 'FILE:1:9 target: is "low", must be a number'],
    ['target: -.inf\ngrid: {}', 'FILE:1:9 target: is "-Infinity", must be finite'],
    ['target: .nan\ngrid: {}', 'FILE:1:9 target: is "NaN", must be a number'],
    ['target: -1\ngrid: {}', 'FILE:1:9 target: is -1, but fixedPointError is never below 0'],
    ['price: "wan:"\ngrid: {}', 'FILE:1:8 price: "wan:" has no options, as wan:latencyMs=80'],
    ['name: ../x\ngrid: {}', 'FILE:1:7 name: is "../x", must be at most 100 letters, digits, - and _'],
    ['name: cells\ngrid: {}', 'FILE:1:7 name: is "cells", which is the folder of the runs'],
    ['seeds: [1, 2, 1]', 'FILE:1:15 seeds.2: seed 1 is there twice'],
    ['seeds: [1, "1"]', 'FILE:1:12 seeds.1: seed 1 is there twice'],
    ['seeds: [1, { a: 2 }]', 'FILE:1:12 seeds.1: must be text or a number, not {"a":2}'],
    ['seeds: many', 'FILE:1:8 seeds: must be a number of seeds, or a list of them, as [1, 5, 9], not "many"'],
    ['seeds: []', 'FILE:1:1 seeds: is an empty list; fill it, or leave it out'],
    ['contenders: []', 'FILE:1:1 contenders: is an empty list; fill it, or leave it out for the default'],
    ['problems: []', 'FILE:1:1 problems: is an empty list; fill it, or leave it out for the default'],
    ['problems: { peers: 4 }', 'FILE:1:1 problems: must be a list, not {"peers":4}'],
    ['problems: [4]', 'FILE:1:12 problems.0: must be a map of keys and values, not 4'],
    ['grid: { topology: [] }', 'FILE:1:9 grid.topology: is an empty list; fill it, or leave it out'],
    ['grid: { topology: rng }', 'FILE:1:19 grid.topology: "rng" is unknown; did you mean "ring"?'],
    ['grid: { peers: [4, 8, 4] }', 'FILE:1:23 grid.peers.2: has 4 twice'],
    ['', 'FILE: is empty; say what to compare'],
    ['# Nothing yet.', 'FILE: is empty; say what to compare'],
    [
      'problems: [{ name: a, peers: 4 }, { name: b, peers: 4 }, { name: a, peers: 8 }]',
      'FILE:1:66 problems.2.name: is the second problem called "a"; call it otherwise'
    ],
    [
      'problems: [{ peers: 4 }, { peers: 4 }]',
      'FILE:1:35 problems.1.peers: is the second problem called "peers 4"; call it otherwise'
    ],
    ['problems: [{ name: [a], peers: 4 }]', 'FILE:1:14 problems.0.name: must be non-empty text, not ["a"]'],
    [
      'contenders: [{ name: a, topology: ring }, { name: a, topology: torus }]',
      'FILE:1:51 contenders.1.name: "a" is what another contender is called; call it otherwise'
    ],
    [
      'contenders: [{ name: alone, topology: ring }]',
      'FILE:1:22 contenders.0.name: "alone" is what another contender is called; call it otherwise'
    ]
  ])('with a mistake says where: %s', (text, message) => {
    expect(() => byFile(text)).toThrow(message)
  })
})

test('policies are compared by their return', () => {
  const { comparison } = byFlags({
    environment: [garnet],
    learner: ['reinforce'],
    peers: [4],
    topology: ['ring'],
    aggregation: ['gossip']
  })
  expect(comparison.problems).toEqual([{ label: '', metric: 'return' }])
})
