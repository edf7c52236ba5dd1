import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ALLOWED } from '../../src/experiment/help.ts'
import { KEY_NAMES } from '../../src/experiment/keys.ts'
import { readExperiment } from '../../src/experiment/read.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { shipped } from '../../src/experiment/shipped.ts'

describe('the default experiment', () => {
  test('is what a run without any word is', () => {
    expect(readExperiment({ experiment: 'default' })).toEqual(resolve({}))
  })

  test('is a starter: every key, and every allowed value, is in its text', () => {
    for (const key of KEY_NAMES) expect(shipped.default).toMatch(new RegExp(`^#?${key}: `, 'm'))
    const uncommented = shipped.default.replace(/^#(?=[a-zA-Z]+: )/gm, '')
    expect(Object.keys(parse(uncommented)).sort()).toEqual([...KEY_NAMES].sort())
    expect(resolve(parse(uncommented)).experiment).toMatchObject({
      peers: 16,
      port: 9000,
      until: 'consensusError<1e-3'
    })
    for (const words of Object.values(ALLOWED)) expect(shipped.default).toContain(words.join(', '))
  })
})

test('the experiment "faults" is "opposite" with messages lost, and a peer that is killed and comes back with nothing', () => {
  const { experiment } = readExperiment({ experiment: 'faults' })
  const { name, rounds, loss, faults, ...rest } = experiment
  expect(readExperiment({ experiment: 'opposite' }).experiment).toMatchObject(rest)
  expect(name).toBe('faults')
  expect(loss).toEqual({ name: 'one-way', probability: 0.1 })
  expect(faults?.events).toEqual([
    { after: rounds / 3, stop: [3], how: 'killed' },
    { after: (2 * rounds) / 3, return: [3], state: 'lost' }
  ])
})

test('the experiment "cartpole" has carts that differ, and one episode of each per round', () => {
  expect(readExperiment({ experiment: 'cartpole' }).experiment).toMatchObject({
    name: 'cartpole',
    peers: 10,
    environment: { name: 'cartpole', cap: 500, lengthSpread: 0.5, forceSpread: 0.3 },
    learner: { name: 'reinforce', batch: 1 },
    localSteps: 1,
    stepSize: 0.1
  })
})

test('the experiment "opposite" clusters two opposite types on a ring and corrects 100 local steps', () => {
  expect(readExperiment({ experiment: 'opposite' }).experiment).toMatchObject({
    name: 'opposite',
    peers: 8,
    topology: { name: 'ring' },
    weights: 'lazy',
    environment: { name: 'garnet', heterogeneity: 'opposite' },
    placement: 'clustered',
    aggregation: 'gossip-scafflsa',
    localSteps: 100,
    sampling: 'expected',
    until: null
  })
})
