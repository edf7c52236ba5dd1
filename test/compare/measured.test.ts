import { expect, test } from 'vitest'
import { contest } from '../../src/compare/contest.ts'
import { framingOf, measuredOf } from '../../src/compare/measured.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { comparisonOf, runOf } from './runs.ts'

test('of a run over libp2p, bytes are those of the simulator, and the sockets carry a frame for each message besides', async () => {
  const settings = (transport: string) => ({
    experiment: resolve({
      peers: 5,
      rounds: 60,
      topology: 'ring',
      aggregation: 'gossip',
      environment: 'garnet:states=6,branching=2',
      transport
    }).experiment,
    metric: 'fixedPointError' as const,
    price: 'wan'
  })
  const run = { contender: 0, seed: '1', ...(await contest(settings('libp2p'))) }
  const twin = { contender: 0, seed: '1', ...(await contest(settings('simulated'))) }
  expect(twin.socketBytes).toBeNull()
  const [found] = measuredOf(comparisonOf({ 'ring, gossip': 'gossip' }), [run], [twin])
  expect(found?.bytes).toBe(found?.modelledBytes)
  expect(found?.messages).toBe(2 * 5 * 60)
  // Headers of gossipsub with the name of the topic, yamux and noise, and yamux' leave to go on.
  expect(framingOf(found!)).toBeGreaterThan(90)
  expect(framingOf(found!)).toBeLessThan(115)
})

test('only seeds that have been run both ways count', () => {
  const comparison = comparisonOf({ alone: 'none', 'ring, gossip': 'gossip' })
  const over = (seed: string, socketBytes: number | null) => ({
    ...runOf(1, seed, [3, 2, 1], { seconds: 0.5 }),
    socketBytes
  })
  const modelled = [runOf(1, '2', [3, 2, 1]), runOf(0, '2', [3, 3, 3])]
  const [alone, ring] = measuredOf(comparison, [over('1', 9000), over('2', 900)], modelled)
  expect(alone).toMatchObject({ bytes: 0, modelledBytes: 0, messages: 0 })
  expect(framingOf(alone!)).toBeNaN()
  expect(ring).toEqual({ bytes: 90, modelledBytes: 90, socketBytes: 900, messages: 6, roundsPerSecond: 2 })
  expect(framingOf(ring!)).toBe(135)
  expect(measuredOf(comparison, [over('2', null)], modelled)[1]?.socketBytes).toBeNull()
})
