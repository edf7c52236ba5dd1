/** Participants that stop and return, seen from the nodes; what they receive is in the contract. */
import { expect, test, vi } from 'vitest'
import { FATE } from '../../../src/interfaces.ts'
import { absent, outboxOf, planOf, ring, withNetwork } from './plans.ts'

/** So long that a test which waits for it runs out of time. */
const NEVER_MS = 2_000_000_000

test('a node that returns has its key, and one connection with each neighbour', async () => {
  const plan = planOf(ring(4))
  await withNetwork(plan, { deadlineMs: NEVER_MS }, async network => {
    const before = network.nodes.get(2)
    for (const how of ['closed', 'killed'] as const) {
      await network.stop(2, how)
      await network.start(2)
    }
    const after = network.nodes.get(2)
    expect(after).not.toBe(before)
    expect(after?.peerId.toString()).toBe(before?.peerId.toString())
    expect([...network.nodes.values()].map(node => node.getConnections().length)).toEqual([2, 2, 2, 2])
    expect(absent(await network.exchange(0, 0, outboxOf(plan, 0)))).toEqual([])
  })
})

test.each(['closed', 'killed'] as const)('nobody dials a node that is %s', async how => {
  const plan = planOf(ring(4))
  await withNetwork(plan, {}, async network => {
    await network.stop(2, how)
    for (const p of [1, 3]) {
      const node = network.nodes.get(p)!
      const peer = await node.peerStore.get(network.nodes.get(2)!.peerId)
      expect([...peer.tags.keys()].filter(tag => tag.startsWith('keep-alive'))).toEqual([])
      expect(node.getDialQueue()).toEqual([])
    }
    expect(network.nodes.get(2)!.status).toBe('stopped')
  })
})

test('a connection that breaks after a return is dialled again', async () => {
  const plan = planOf(ring(3))
  await withNetwork(plan, { deadlineMs: NEVER_MS }, async network => {
    await network.stop(1, 'killed')
    await network.start(1)
    const [zero, one] = [network.nodes.get(0)!, network.nodes.get(1)!]
    const [connection] = zero.getConnections(one.peerId)
    connection!.abort(new Error('broken by the test'))
    await vi.waitFor(() => {
      expect(zero.getConnections(one.peerId).filter(({ status }) => status === 'open').length).toBe(1)
    }, 10_000)
    expect(zero.getConnections(one.peerId)).not.toContain(connection)
  })
})

test('a frozen node stays connected', async () => {
  await withNetwork(planOf(ring(3)), {}, async network => {
    const node = network.nodes.get(1)
    await network.stop(1, 'frozen')
    expect(node?.getConnections().length).toBe(2)
    await network.start(1)
    expect(network.nodes.get(1)).toBe(node)
  })
})

test('an exchange takes as long as its delays, or until the network closes', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, {}, async network => {
    const links = Uint8Array.of(FATE.arrives, FATE.late)
    let isOver = false
    const fates = { links, durationMs: NEVER_MS, waitedFor: [0] }
    const exchange = Promise.resolve(network.exchange(0, 0, outboxOf(plan, 0), fates)).finally(() => {
      isOver = true
    })
    await vi.waitFor(() => expect([...network.traffic.dropped.late]).toEqual([1, 0]), 10_000)
    await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
    expect(isOver).toBe(false)
    await network.close()
    expect(absent(await exchange)).toEqual([1])
  })
})
