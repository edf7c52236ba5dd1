/** Large swarms end well: every expected message is delivered, and the peers are better for it. */
import { expect, test } from 'vitest'
import { run } from './support/run.ts'

test('10,000 simulated peers exchange 20 million messages in 1,000 rounds', async () => {
  const { last, swarm } = await run({ peers: 10_000, rounds: 1000, localSteps: 2 })
  expect(last.traffic).toMatchObject({ messages: 20_000_000, missing: 0, dropped: {} })
  expect(swarm.traffic.messagesIn.every(count => count === 2000)).toBe(true)
  expect(last.swarm.consensusError).toBeLessThan(1)
})

test.each([
  [64, 'ring', 128],
  [16, 'complete', 240]
])(
  '%i libp2p peers on the %s graph deliver all of %i messages in each of 100 rounds',
  async (peers, topology, links) => {
    const { last, parameters } = await run({ peers, topology, rounds: 100, transport: 'libp2p' })
    expect(last.traffic).toMatchObject({ messages: 100 * links, missing: 0, dropped: {} })
    expect(parameters).toEqual((await run({ peers, topology, rounds: 100 })).parameters)
  }
)
