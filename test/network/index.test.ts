/** From an experiment to its network: what it says reaches libp2p. */
import { beforeEach, expect, test, vi } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { networkOf } from '../../src/network/index.ts'
import { libp2pNetwork } from '../../src/network/libp2p/network.ts'
import { planOf, ring } from './libp2p/plans.ts'

vi.mock(import('../../src/network/libp2p/network.ts'), async original => {
  const { libp2pNetwork, ...rest } = await original()
  return { ...rest, libp2pNetwork: vi.fn(libp2pNetwork) }
})
beforeEach(() => vi.clearAllMocks())

const plan = planOf(ring(3))
const networkFor = (raw: object) => networkOf(resolve({ peers: 3, ...raw }).experiment, plan)
/** What libp2p was told last. */
const told = () => vi.mocked(libp2pNetwork).mock.lastCall!

test('libp2p gets plan, seed, deadline and first port', async () => {
  expect((await networkFor({ transport: 'libp2p', seed: 'a', deadlineMs: 77, port: 9100 })).name).toBe(
    'libp2p'
  )
  expect(told()[0]).toBe(plan)
  expect(told()[1]).toMatchObject({ seed: 'a', deadlineMs: 77, port: 9100 })
})

test('without a port libp2p takes any that is free', async () => {
  await networkFor({ transport: 'libp2p' })
  expect(told()[1]).toMatchObject({ deadlineMs: 10_000, port: 0 })
})

test('another experiment is another swarm', async () => {
  const swarms = new Set<string>()
  for (const raw of [{}, { seed: 'a' }, { localSteps: 3 }, { stepSize: 0.1 }]) {
    await networkFor({ transport: 'libp2p', ...raw })
    swarms.add(told()[1].swarm)
  }
  expect(swarms.size).toBe(4)
})

test('the simulated network does without libp2p', async () => {
  expect((await networkFor({ transport: 'simulated' })).name).toBe('simulated')
  expect(libp2pNetwork).not.toHaveBeenCalled()
})
