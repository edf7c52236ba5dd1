/**
 * Federated softmax policy gradient on ChallengingMDP (Labbi et al. 2025), where the best common policy is stochastic:
 * J = 96.874, and the best deterministic one has 63.065.
 */
import { describe, expect, test } from 'vitest'
import { softmax } from '../../peers/learners/softmax.ts'
import { parameterMatrix } from '../../src/core/parameter-matrix.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { judgeOf } from '../../src/metrics/judge.ts'
import { settingOf } from '../../src/setting.ts'
import { run } from '../support/run.ts'

const challenging = {
  environment: 'file:test/fixtures/challenging-mdp.json',
  learner: 'softmax:horizon=20',
  initial: 'zero',
  stepSize: 0.01,
  localSteps: 5,
  rounds: 300
}

describe('FedPG on ChallengingMDP', () => {
  test('the uniform policy returns 82.0761', () => {
    const { fleet } = settingOf(resolve(challenging).experiment)
    const { swarm } = judgeOf(fleet, softmax.readOut).measure(
      parameterMatrix(fleet.peers, fleet.states * fleet.actions)
    )
    expect(swarm.return).toBeCloseTo(82.0761, 4)
  })

  test.each([
    ['gossip', 'given'],
    ['gossip', 'alternating'],
    ['star', 'given']
  ])('%s, %s, passes 96.5 within 300 rounds of exact gradients', async (aggregation, placement) => {
    const { last } = await run({ ...challenging, aggregation, placement, sampling: 'expected' })
    expect(last.swarm.return).toBeGreaterThan(96.5)
    expect(last.swarm.valueError).toBeNull()
  })

  test('so does REINFORCE with 20 trajectories a step', async () => {
    const { last } = await run({ ...challenging, aggregation: 'star', sampling: 'iid' })
    expect(last.swarm.return).toBeGreaterThan(96.5)
  })
})
