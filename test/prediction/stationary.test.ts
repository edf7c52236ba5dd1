/** Predicted stationary errors against published exact values, a closed form, and long sampled runs. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { linearValues } from '../../peers/learners/values.ts'
import type { SwarmErrors } from '../../src/interfaces.ts'
import { judgeOf } from '../../src/metrics/judge.ts'
import { type Errors, stationaryErrors } from '../../src/prediction/forecast.ts'
import { isUnknown } from '../../src/prediction/subject.ts'
import { writtenFleet } from '../support/fleets.ts'
import { known, type Raw, simulated } from '../support/forecasts.ts'
import { always } from '../support/matrices.ts'
import { range } from '../support/numbers.ts'
import { run } from '../support/run.ts'
import { built, matrixOf } from '../support/topologies.ts'

const predicted = (raw: Raw): Errors => known(stationaryErrors(simulated(raw)))

describe('published stationary errors of FedLSA and gossip, mean_i E‖θ_i − θ*‖², exact', () => {
  const published = (kind: string, given: Raw): number => {
    const { swarm } = predicted({
      environment: `file:test/fixtures/garnet_${kind}_N10.json`,
      sampling: 'iid',
      stepSize: 0.1,
      ...given
    })
    return swarm.fixedPointError! ** 2
  }

  test.each<[string, number, number]>([
    ['het', 1, 1.835e-2],
    ['het', 10, 1.834e-2],
    ['het', 100, 2.424e-2],
    ['het', 1000, 0.3937],
    ['het', 10_000, 1.515],
    ['hom', 10, 8.163e-3],
    ['hom', 100, 8.165e-3]
  ])('%s, server, H = %i', (kind, localSteps, square) => {
    expect(published(kind, { aggregation: 'star', localSteps }) / square).toBeCloseTo(1, 3)
  })

  test.each<[string, string, string, number, number]>([
    ['hom', 'torus', 'given', 100, 1.003e-2],
    ['het', 'ring', 'clustered', 100, 38.38],
    ['het', 'exponential', 'given', 10, 3.045e-2]
  ])('%s, gossip on the %s, placement %s, H = %i', (kind, topology, placement, localSteps, square) => {
    expect(published(kind, { topology, placement, localSteps }) / square).toBeCloseTo(1, 3)
  })

  test('peers alone', () => {
    expect(published('hom', { aggregation: 'none', localSteps: 10 }) / 9.97e-2).toBeCloseTo(1, 3)
  })
})

describe('with additive noise alone: α² Σ_k λ_k² / (1 − (1 − α)² λ_k²) / N', () => {
  const { variance } = JSON.parse(readFileSync('test/fixtures/stationary-moments.json', 'utf8')) as {
    variance: Record<string, { ATC_mean_node_var: number }>
  }
  // One state that is worth the reward it gives: θ ← θ − α (θ − r), r of variance 1.
  const fleet = writtenFleet(
    range(16).map(() => ({ transitions: [[[1]]], rewards: [[0]] })),
    { discount: 0, noise: { kind: 'uniform', halfWidth: Math.sqrt(3) } }
  )
  test.each([
    ['ring', 0.1],
    ['hypercube', 0.1],
    ['star', 0.01]
  ])('%s, α = %f', (topology, stepSize) => {
    const subject = {
      experiment: {
        learner: { name: 'td' },
        aggregation: 'gossip',
        localSteps: 1,
        stepSize,
        sampling: 'iid' as const,
        loss: { probability: 0 },
        faults: null
      },
      fleet,
      mixing: always(matrixOf(built(topology, 16))),
      judge: judgeOf(fleet, linearValues)
    }
    const { swarm } = known(stationaryErrors(subject))
    const square = swarm.fixedPointError! ** 2
    expect(square / variance[`${topology}16_a${stepSize}`]!.ATC_mean_node_var).toBeCloseTo(1, 6)
  })
})

const small = {
  peers: 4,
  environment: { name: 'garnet', states: 4, discount: 0.5, branching: 2, heterogeneity: 'opposite' },
  sampling: 'iid',
  stepSize: 0.6,
  localSteps: 3,
  initial: 'solution'
}
const linear = { ...small, environment: { ...small.environment, features: 2 }, stepSize: 1 }

/** Root mean squares over the second half of a long run, at the ends of periods. */
async function measured(
  raw: Raw,
  period: number
): Promise<Pick<SwarmErrors, 'fixedPointError' | 'consensusError' | 'valueError'>> {
  const rounds = 40_000
  const { samples } = await run({ ...raw, rounds, measureEvery: 2 * period })
  const tail = samples.slice(samples.length / 8)
  const over = (metric: 'fixedPointError' | 'consensusError' | 'valueError'): number =>
    Math.sqrt(tail.reduce((sum, { swarm }) => sum + swarm[metric]! ** 2, 0) / tail.length)
  return {
    fixedPointError: over('fixedPointError'),
    consensusError: over('consensusError'),
    valueError: over('valueError')
  }
}

describe('a long run of independent samples scatters as predicted, within 5 %', () => {
  test.each<[string, Raw, number]>([
    ['none', { aggregation: 'none' }, 1],
    ['star', { aggregation: 'star' }, 1],
    ['gossip', {}, 1],
    ['gossip, features', linear, 1],
    ['gossip, features, H = 40', { ...linear, localSteps: 40, stepSize: 0.3 }, 1],
    ['gossip on graphs that take turns', { topology: 'one-peer-exponential' }, 2],
    ['star-scafflsa', { aggregation: 'star-scafflsa' }, 1],
    ['gossip-scafflsa, features', { ...linear, aggregation: 'gossip-scafflsa' }, 1],
    [
      'gossip-scafflsa, features, H = 20',
      { ...linear, aggregation: 'gossip-scafflsa', localSteps: 20, stepSize: 0.3 },
      1
    ],
    ['gossip-tracking', { aggregation: 'gossip-tracking' }, 1],
    ['dtdt', { aggregation: 'dtdt', stepSize: 0.2 }, 1],
    ['mesh', { aggregation: 'mesh', topology: 'star' }, 1],
    ['push-sum', { aggregation: 'push-sum', topology: 'path' }, 1],
    ['relay-sum', { ...linear, aggregation: 'relay-sum', topology: 'star' }, 1]
  ])('%s', async (_, given, period) => {
    const raw = { ...small, ...given }
    const { swarm } = predicted(raw)
    const found = await measured(raw, period)
    for (const metric of ['fixedPointError', 'consensusError', 'valueError'] as const) {
      if (swarm[metric]! < 1e-12) expect(found[metric]).toBeLessThan(1e-9)
      else expect(Math.abs(found[metric]! / swarm[metric]! - 1), metric).toBeLessThan(0.05)
    }
  })

  test.each(['none', 'bernoulli', 0.8])('with %s reward noise', async noise => {
    const raw = { ...small, environment: { ...small.environment, noise }, aggregation: 'star' }
    const found = await measured(raw, 1)
    expect(Math.abs(found.fixedPointError! / predicted(raw).swarm.fixedPointError! - 1)).toBeLessThan(0.05)
  })
})

describe('the stationary errors are not known', () => {
  const why = (raw: Raw): string => {
    const found = stationaryErrors(simulated({ ...small, ...raw }))
    return isUnknown(found) ? found.unknown : ''
  }
  test.each<[Raw, RegExp]>([
    [{ stepSize: 3 }, /variance grows without bound, though the mean path converges/],
    [{ stepSize: 20 }, /path diverges: the step size is too large/],
    [{ aggregation: 'choco' }, /compression is not linear/],
    [{ aggregation: 'pairwise' }, /who meets whom is drawn anew/],
    [{ topology: 'random-matching' }, /graph is drawn anew in every round/],
    [{ topology: 'one-peer-exponential', peers: 8, rounds: 2 }, /^the run is over before the graph repeats/],
    [{ learner: 'td:schedule=inverse' }, /step size changes/],
    [{ averaging: 'polyak' }, /averages over rounds scatter ever less/],
    [{ loss: 0.1 }, /messages may be lost/],
    [{ learner: 'softmax', initial: 'zero' }, /learns policies/],
    [{ peers: 60, environment: 'garnet:states=20,discount=0.5' }, /too large to compute exactly/]
  ])('%o', (raw, reason) => {
    expect(why(raw)).toMatch(reason)
  })

  test('without samples nothing scatters', () => {
    const { swarm } = predicted({ ...small, sampling: 'expected', aggregation: 'star' })
    expect(swarm.consensusError).toBe(0)
  })
})
