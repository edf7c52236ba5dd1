/** Peers of every environment gain from each other where they are similar. */
import { expect, test } from 'vitest'
import { run } from '../../support/run.ts'

test.each([
  'random-walk:driftSpread=0.05',
  'gridworld:slip=0.1,rewardSpread=0.1',
  'riverswim:currentSpread=0.1',
  'frozen-lake:slippery=false,slipSpread=0.1,policy=epsilon-greedy',
  'cliff-walking:wind=0.05,windSpread=0.005,policy=epsilon-greedy'
])('gossip more than halves the squared value error of 12 similar peers: %s', async environment => {
  const errorWith = async (aggregation: string): Promise<number> => {
    const { last } = await run({
      environment,
      aggregation,
      peers: 12,
      topology: 'exponential',
      localSteps: 20,
      rounds: 1000,
      stepSize: 0.3,
      seed: '1'
    })
    return last.swarm.valueError ?? Number.NaN
  }
  const [alone, together] = [await errorWith('none'), await errorWith('gossip')]
  expect(together * together).toBeLessThan(0.5 * alone * alone)
})
