import { execFile } from 'node:child_process'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { promisify } from 'node:util'
import { expect, test, vi } from 'vitest'
import { ExperimentError, RunError } from '../../../src/core/errors.ts'
import { libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { absent, outboxOf, planOf, ring, untilWhole, withNetwork } from './plans.ts'

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

const close = (server: Server): Promise<void> => new Promise(resolve => server.close(() => resolve()))

/** The first of `count` ports in a row that are free. */
async function freePorts(count: number): Promise<number> {
  const first = await listen(0)
  const { port } = first.address() as AddressInfo
  const rest = await Promise.allSettled(Array.from({ length: count - 1 }, (_, k) => listen(port + 1 + k)))
  await close(first)
  for (const server of rest) if (server.status === 'fulfilled') await close(server.value)
  return rest.every(({ status }) => status === 'fulfilled') ? port : freePorts(count)
}

/** So long that a test which waits for it once too often runs out of time. */
const NEVER_MS = 2_000_000_000
const options = { swarm: 'a swarm', seed: '1', deadlineMs: NEVER_MS }

test('a silent neighbour costs one deadline, is absent without waiting, and is taken back when it speaks', async () => {
  const plan = planOf(ring(4))
  await withNetwork(plan, { deadlineMs: 1000 }, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const { pubsub } = network.nodes.get(3)!.services
    const recipients = [network.nodes.get(0)!.peerId, network.nodes.get(2)!.peerId]
    const silence = vi.spyOn(pubsub, 'publish').mockResolvedValue({ recipients })
    // Links: 0 hears 1 and 3, 1 hears 0 and 2, 2 hears 1 and 3, 3 hears 0 and 2.
    for (let round = 1; round <= 100; round++) {
      expect(absent(await network.exchange(round, 0, outboxOf(plan, round)))).toEqual([1, 5])
    }
    expect([...network.traffic.missing]).toEqual([100, 0, 100, 0])
    silence.mockRestore()
    const round = await untilWhole(network, plan, 101)
    expect(absent(await network.exchange(round, 0, outboxOf(plan, round)))).toEqual([])
  })
})

test('a neighbour that stops is not waited for at all', async () => {
  const plan = planOf(ring(4))
  await withNetwork(plan, { deadlineMs: NEVER_MS }, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    await network.nodes.get(3)!.stop()
    for (let round = 1; round <= 5; round++) {
      expect(absent(await network.exchange(round, 0, outboxOf(plan, round)))).toEqual([1, 5, 6, 7])
    }
    expect([...network.traffic.missing]).toEqual([5, 0, 5, 10])
  })
})

test('a neighbour that stops in the middle of an exchange ends the wait for it', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, { deadlineMs: NEVER_MS }, async network => {
    const [first, second] = network.nodes.values()
    vi.spyOn(second!.services.pubsub, 'publish').mockResolvedValue({ recipients: [first!.peerId] })
    const inbox = network.exchange(0, 0, outboxOf(plan, 0))
    await vi.waitFor(() => expect([...network.traffic.messagesIn]).toEqual([0, 1]), 10_000)
    await second!.stop()
    expect(absent(await inbox)).toEqual([0])
  })
})

test('a connection that breaks is dialled again by the end that dialled it', async () => {
  const plan = planOf(ring(3))
  await withNetwork(plan, { deadlineMs: NEVER_MS }, async network => {
    await network.exchange(0, 0, outboxOf(plan, 0))
    const [, one, two] = network.nodes.values()
    two!.getConnections(one!.peerId)[0]!.abort(new Error('broken by the test'))
    const round = await untilWhole(network, plan, 1)
    expect(absent(await network.exchange(round, 0, outboxOf(plan, round)))).toEqual([])
  })
})

test('a connection that is open but carries no messages any more is replaced', async () => {
  const plan = planOf([[1], [0]])
  await withNetwork(plan, { deadlineMs: 500 }, async network => {
    const [first, second] = network.nodes.values()
    const [connection] = first!.getConnections(second!.peerId)
    const streams = connection!.streams.filter(({ protocol }) => protocol.startsWith('/meshsub'))
    for (const stream of streams)
      if (stream.direction === 'outbound') stream.abort(new Error('broken by the test'))
    const round = await untilWhole(network, plan, 1)
    expect(absent(await network.exchange(round, 0, outboxOf(plan, round)))).toEqual([])
    expect(connection!.status).not.toBe('open')
  })
})

test('a port in use is named with its peer, and nothing stays open', async () => {
  const port = await freePorts(3)
  const server = await listen(port + 2)
  const network = libp2pNetwork(planOf(ring(3)), { ...options, port })
  try {
    await expect(network.open()).rejects.toThrow(
      new ExperimentError(
        `port ${port + 2}, on which peer 2 should listen, is in use on 127.0.0.1; ` +
          'take another first port, or leave --port out for any that are free'
      )
    )
    expect([...network.nodes.values()].map(({ status }) => status)).toEqual(['stopped', 'stopped'])
    await network.close()
  } finally {
    await close(server)
  }
})

test('participant p listens on the first port plus p', async () => {
  const port = await freePorts(3)
  await withNetwork(planOf(ring(3)), { port }, async network => {
    const ports = [...network.nodes.values()].map(node => Number(`${node.getMultiaddrs()[0]}`.split('/')[4]))
    expect(ports).toEqual([port, port + 1, port + 2])
  })
})

test('without a first port a participant listens where it is told, if that is free', async () => {
  const port = await freePorts(3)
  const server = await listen(port + 1)
  const ports = new Map([0, 1, 2].map(p => [p, port + p]))
  try {
    await withNetwork(planOf(ring(3)), { ports }, async network => {
      const listens = [...network.nodes.values()].map(node =>
        Number(`${node.getMultiaddrs()[0]}`.split('/')[4])
      )
      expect([listens[0], listens[2]]).toEqual([port, port + 2])
      expect(listens[1]).not.toBe(port + 1)
    })
  } finally {
    await close(server)
  }
})

test('payloads and ports that cannot be are refused before anything is opened', () => {
  expect(() => libp2pNetwork(planOf(ring(3), 500_001), options)).toThrow(
    'a message of 4000008 bytes is too long'
  )
  expect(() => libp2pNetwork(planOf(ring(3)), { ...options, port: 65_534 })).toThrow(
    'take a port up to 65533, or leave --port out for any that are free'
  )
})

test('a network closes twice, unopened, while it opens, and while it exchanges', async () => {
  const unopened = libp2pNetwork(planOf(ring(3)), options)
  await unopened.close()
  await expect(unopened.open()).rejects.toThrow(RunError)

  const opening = libp2pNetwork(planOf(ring(8)), options)
  const opened = opening.open()
  await vi.waitFor(() => expect(opening.nodes.size).toBeGreaterThan(2), { interval: 1, timeout: 10_000 })
  await Promise.all([opening.close(), expect(opened).rejects.toThrow(RunError)])
  expect(new Set([...opening.nodes.values()].map(({ status }) => status))).toEqual(new Set(['stopped']))

  const plan = planOf(ring(3))
  const network = libp2pNetwork(plan, options)
  await network.open()
  vi.spyOn(network.nodes.get(0)!.services.pubsub, 'publish').mockResolvedValue({ recipients: [] })
  const exchange = network.exchange(0, 0, outboxOf(plan, 0))
  await Promise.all([network.close(), network.close()])
  expect(absent(await exchange)).not.toEqual([])
  await network.close()
})

test('a process that has closed its network ends by itself', async () => {
  const module = new URL('../../../src/network/libp2p/network.ts', import.meta.url)
  const script = `
    import { libp2pNetwork } from ${JSON.stringify(module.href)}
    const links = { participants: 2, rowStart: Int32Array.of(0, 1, 2), senders: Int32Array.of(1, 0) }
    const plan = { participants: 2, hops: [links], payload: [{ count: 1 }], perLink: false, flows: false }
    const network = libp2pNetwork(plan, { swarm: 'a', seed: '1', deadlineMs: 60000 })
    await network.open()
    const outbox = { payloads: new Float64Array(8), stride: 4, degrees: new Uint32Array(2), notes: undefined }
    console.log((await network.exchange(0, 0, outbox)).slots.join())
    await network.close()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout).toBe('0,1\n')
})
