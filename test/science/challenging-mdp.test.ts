/**
 * Federated softmax policy gradient on ChallengingMDP (Labbi et al. 2025), where the best common policy is stochastic and
 * has the return 96.875; the best deterministic one has 63.065. Returns and distances after 1,000 rounds are those of a
 * separate implementation of the same exact gradients.
 */
import { describe, expect, test } from 'vitest'
import { bestDeterministic, bestStochastic, policyValue } from '../../peers/environments/exact.ts'
import { requireFinite } from '../../peers/finite.ts'
import { tabularPolicy } from '../../peers/learners/softmax.ts'
import { parameterMatrix } from '../../src/core/parameter-matrix.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { judgeOf } from '../../src/metrics/judge.ts'
import { settingOf } from '../../src/setting.ts'
import { sum } from '../support/numbers.ts'
import { type Run, run } from '../support/run.ts'

const challenging = {
  environment: 'challenging-mdp',
  peers: 10,
  learner: 'softmax:horizon=20',
  initial: 'zero',
  stepSize: 0.01,
  localSteps: 5
}
const exactly = { ...challenging, sampling: 'expected', rounds: 1000, measureEvery: 100 }

/** The mean return, over the environments of all peers, of each peer's policy. */
function commonReturns({ setting, parameters }: Run): number[] {
  const fleet = requireFinite(setting.fleet, 'this test')
  const policy = new Float64Array(28)
  const values = new Float64Array(7)
  return parameters.map(theta => {
    tabularPolicy.policyInto(4, Float64Array.from(theta), 0, policy)
    return sum(fleet.labels.map((_, i) => policyValue(fleet, i, policy, values))) / fleet.peers
  })
}

describe('FedPG on ChallengingMDP', () => {
  test('begins at 82.0761, could reach 96.875, and is stuck at 63.065 if it were deterministic', () => {
    const fleet = requireFinite(settingOf(resolve(challenging).experiment).fleet, 'this test')
    const { swarm } = judgeOf(fleet, tabularPolicy).measure(parameterMatrix(10, 28))
    expect(swarm.return).toBeCloseTo(82.0761, 4)
    expect(bestStochastic(fleet).mean).toBeCloseTo(96.8748, 4)
    expect(bestDeterministic(fleet)?.mean).toBeCloseTo(63.0646, 4)
  })

  test.each([
    ['star', 'star', 'given', 96.842, 96.842, 0],
    ['gossip on a ring of alternating types', 'gossip', 'given', 96.842, 96.842, 1.1e-4],
    ['gossip on a ring of two halves', 'gossip', 'clustered', 96.814, 96.827, 0.0436]
  ])(
    '%s passes 96.5 within 300 rounds of exact gradients, and is at the known returns after 1,000',
    async (...row) => {
      const [, aggregation, placement, least, mean, squaredDistance] = row
      const ended = await run({ ...exactly, aggregation, placement })
      expect(ended.samples.find(({ round }) => round === 300)?.swarm.return).toBeGreaterThan(96.5)
      const returns = commonReturns(ended)
      expect(Math.min(...returns)).toBeCloseTo(least, 3)
      expect(sum(returns) / 10).toBeCloseTo(mean, 3)
      const distance = ended.last.swarm.consensusError ?? Number.NaN
      expect(Math.abs(distance * distance - squaredDistance)).toBeLessThan(0.01 * squaredDistance + 1e-20)
      expect(ended.last.swarm.valueError).toBeNull()
    }
  )

  test('so does REINFORCE with 20 trajectories a step', async () => {
    const { last } = await run({ ...challenging, rounds: 300, aggregation: 'star', sampling: 'iid' })
    expect(last.swarm.return).toBeGreaterThan(96.5)
  })
})
