/**
 * Common policies of the two environments of ChallengingMDP, with uniform ρ: the best is stochastic, J = 96.8743 for the
 * truncated objective's limit and 96.8748 at most, and what is greedy has at most the 63.0646 of the best deterministic one
 * (Labbi, Mangold, Tiapkin, Moulines 2025; exact values by linear solves).
 */
import { describe, expect, test } from 'vitest'
import { present } from '../../src/core/assert.ts'
import { range, sum } from '../support/numbers.ts'
import { type Run, run } from '../support/run.ts'

/** Ten peers, five of each type; clustered unless placed otherwise. */
const challenging = {
  environment: 'file:test/fixtures/challenging-mdp.json',
  peers: 10,
  initial: 'zero',
  localSteps: 5,
  sampling: 'expected'
}
const ring = { topology: 'ring', aggregation: 'gossip' }

/** Per peer J of its policy: the mean of its returns in all environments. */
function commonReturns({ setting, parameters }: Run): number[] {
  const returnIn = present(setting.judge.returnIn, 'returns')
  const peers = range(parameters.length)
  return parameters.map(row => sum(peers.map(c => returnIn(c, Float64Array.from(row)))) / peers.length)
}
const least = (ran: Run): number => Math.min(...commonReturns(ran))
const most = (ran: Run): number => Math.max(...commonReturns(ran))

describe('exact gradients, 300 rounds', () => {
  const server = { peers: 2, environment: 'challenging-mdp', aggregation: 'star' }
  const alternating = { ...ring, placement: 'alternating' }
  const clustered = { ...ring, placement: 'clustered' }
  test.each([
    ['softmax', 'two with a server', server],
    ['softmax', 'ten on a ring in clusters', clustered],
    ['softmax:entropy=0.05', 'two with a server', server],
    ['softmax:entropy=0.05', 'ten on a ring in clusters', clustered],
    ['bit-softmax', 'two with a server', server],
    ['bit-softmax', 'ten on a ring in turn', alternating],
    ['bit-softmax:entropy=0.05', 'two with a server', server]
  ])('%s, %s: every peer passes 96.5', async (learner, _, swarm) => {
    const ran = await run({ ...challenging, stepSize: 0.01, learner, rounds: 300, ...swarm })
    expect(new Set(ran.setting.fleet.types).size).toBe(2)
    expect(least(ran)).toBeGreaterThan(96.5)
    expect(most(ran)).toBeLessThan(96.8749)
  })
})

describe('natural-gradient', () => {
  test.each(['star', 'gossip-tracking'])('with %s comes to the best common policy', async aggregation => {
    const ran = await run({
      ...challenging,
      aggregation,
      learner: 'natural-gradient',
      stepSize: 1e-4,
      rounds: 1000
    })
    expect(least(ran)).toBeCloseTo(96.8748, 3)
  })
})

describe('FedQ', () => {
  test.each([
    ['expected', 'keep', 'star'],
    ['expected', 'keep', 'gossip'],
    ['iid', 'keep', 'star'],
    ['iid', 'zero', 'star'],
    ['iid', 'zero', 'gossip']
  ])('greedy after %s steps, undrawn=%s, %s: at most 63.07', async (sampling, undrawn, aggregation) => {
    const learner = { name: 'q-learning', undrawn }
    const ran = await run({ ...challenging, learner, sampling, aggregation, stepSize: 0.05, rounds: 1000 })
    expect(most(ran)).toBeLessThan(63.07)
    // 28.57 is what those have who find the way to the paying states in neither type.
    expect(least(ran)).toBeGreaterThan(45)
  })
})
