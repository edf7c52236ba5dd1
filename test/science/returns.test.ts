/** What learners that look further ahead come to, in swarms: each to the θ* of its own equation, as predicted. */
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { predictionOf } from '../../src/prediction/forecast.ts'
import { settingOf } from '../../src/setting.ts'
import { run } from '../support/run.ts'

const LEARNERS = ['td', 'td-lambda:lambda=0.6', 'td-lambda:lambda=1', 'n-step:steps=3'] as const
const raw = {
  peers: 4,
  environment: { name: 'garnet', states: 12, features: 4, heterogeneity: 'opposite', discount: 0.8 },
  seed: 'returns',
  stepSize: 0.2
}

describe('a swarm', () => {
  test.each(LEARNERS)('of %s without noise comes to θ*, corrected gossip exactly', async learner => {
    const { last } = await run({
      ...raw,
      learner,
      sampling: 'expected',
      aggregation: 'gossip-scafflsa',
      localSteps: 5,
      rounds: 4000
    })
    expect(last.swarm.fixedPointError).toBeLessThan(1e-9)
  })

  test.each(LEARNERS)(
    'of %s with plain gossip ends where, and as fast as, the mean path does',
    async learner => {
      const given = { ...raw, learner, sampling: 'expected', localSteps: 20, rounds: 1500 }
      const { setting, last } = await run(given)
      const predicted = predictionOf(setting)
      expect(predicted?.fixedPointError).toBeGreaterThan(1e-3)
      expect(last.swarm.fixedPointError! / predicted!.fixedPointError).toBeCloseTo(1, 6)
      expect(last.swarm.consensusError! / predicted!.consensusError).toBeCloseTo(1, 6)
      const { experiment } = resolve({ ...given, averaging: 'polyak' })
      expect(predictionOf(settingOf(experiment))).toBeNull()
    }
  )

  test.each(LEARNERS)(
    'of %s with noise, decaying steps and averages comes near to its own θ*, not to that of another',
    async learner => {
      const given = {
        ...raw,
        aggregation: 'star',
        sampling: 'markov',
        localSteps: 10,
        rounds: 4000,
        averaging: 'tail'
      }
      const options = 'schedule=square-root,after=50'
      const { setting, last } = await run({
        ...given,
        learner: learner.includes(':') ? `${learner},${options}` : `${learner}:${options}`
      })
      expect(predictionOf(setting)).toBeNull()
      const solutions = LEARNERS.map(
        name => settingOf(resolve({ ...given, learner: name }).experiment).judge.solution!
      )
      const own = setting.judge.solution!
      expect(own).toEqual(solutions[LEARNERS.indexOf(learner)])
      for (const other of solutions.filter((_, at) => at !== LEARNERS.indexOf(learner))) {
        const apart = Math.hypot(...other.map((x, j) => x - own[j]!))
        expect(last.swarm.fixedPointError).toBeLessThan(apart / 2)
      }
    }
  )

  test('of tabular learners comes to V in every environment', async () => {
    for (const learner of LEARNERS) {
      const { last } = await run({
        peers: 3,
        environment: { name: 'garnet', states: 6 },
        seed: 'tables',
        learner,
        sampling: 'expected',
        aggregation: 'none',
        stepSize: 1,
        localSteps: 10,
        rounds: 2000
      })
      expect(last.swarm.valueError).toBeLessThan(1e-9)
    }
  })
})
