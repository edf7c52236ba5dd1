/**
 * The libp2p network: rounds per second of a learning swarm against a bare exchange, which is the same nodes with the
 * same settings that publish as many bytes and wait for their neighbours, without protobuf, checks, learning, mixing or
 * measuring. The two take turns on each graph, and the medians are compared.
 */
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { assert } from '../../src/core/assert.ts'
import { linksOf } from '../../src/core/links.ts'
import { doubles } from '../../src/core/payload.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { dial, dialEdges, edgesOf, untilReady } from '../../src/network/libp2p/connect.ts'
import { keyOf } from '../../src/network/libp2p/identity.ts'
import { libp2pNetwork } from '../../src/network/libp2p/network.ts'
import { reaches, startNode } from '../../src/network/libp2p/node.ts'
import { messageBytes } from '../../src/network/message-bytes.ts'
import { settingOf, swarmOf } from '../../src/setting.ts'
import { staticGraph, topologies } from '../../topologies/index.ts'
import { contextOf } from '../support/topologies.ts'
import { median, row } from './measure.ts'

const REPETITIONS = 9
const SECONDS = 1

interface Exchange {
  rounds(count: number): Promise<void>
  close(): Promise<void>
}

export async function benchLibp2p(): Promise<void> {
  for (const [peers, topology] of [
    [8, 'ring'],
    [16, 'ring'],
    [64, 'ring'],
    [16, 'random-regular'],
    [16, 'complete']
  ] as const) {
    const opened = performance.now()
    const swarm = await learning(peers, topology)
    const readyMs = performance.now() - opened
    const bare = await bareExchange(peers, topology)
    const rates: [number[], number[]] = [[], []]
    for (const exchange of [swarm, bare]) await exchange.rounds(20)
    for (let k = 0; k < REPETITIONS; k++) {
      rates[0].push(await rate(swarm))
      rates[1].push(await rate(bare))
    }
    await Promise.all([swarm.close(), bare.close()])
    const [ours, rival] = [median(rates[0]), median(rates[1])]
    row(
      `libp2p, ${peers} peers, ${topology}`,
      `${ours.toFixed(0)} rounds/s`,
      `${(ours / rival).toFixed(2)} of a bare exchange (${rival.toFixed(0)}); ready in ${(readyMs / 1000).toFixed(1)} s`
    )
  }
}

/** Rounds per second over a few seconds. */
async function rate(exchange: Exchange): Promise<number> {
  const started = performance.now()
  let rounds = 0
  while (performance.now() - started < 1000 * SECONDS) {
    await exchange.rounds(10)
    rounds += 10
  }
  return (1000 * rounds) / (performance.now() - started)
}

/** The default experiment on this graph, measured every round. */
async function learning(peers: number, topology: string): Promise<Exchange> {
  const { experiment } = resolve({ peers, topology, transport: 'libp2p', rounds: 1_000_000 })
  const options = { swarm: 'bench', seed: experiment.seed, deadlineMs: experiment.deadlineMs }
  const swarm = await swarmOf(settingOf(experiment), 'gossip', plan => libp2pNetwork(plan, options))
  await swarm.open()
  const clock = () => performance.now() / 1000
  const samples = swarm.run({ rounds: experiment.rounds, measureEvery: 1, beforeRound: () => 'go', clock })
  return {
    async rounds(count) {
      for (let k = 0; k < count; k++) await samples.next()
    },
    close: () => swarm.close()
  }
}

/** Every peer publishes the bytes of a message and goes on when it has heard all its neighbours; nobody waits for all. */
async function bareExchange(peers: number, topology: string): Promise<Exchange> {
  const family = topologies[topology]!
  const graph = staticGraph(family.build(peers, family.options.parse({}), contextOf(peers)))
  const { senders } = linksOf(graph)
  const keys = await Promise.all(graph.neighbours.map((_, p) => keyOf('bare', 'bench', p)))
  const ids = keys.map(peerIdFromPrivateKey)
  const topicOf = (p: number): string => `/bare/${p}`
  const heard = new Int32Array(peers)
  const wake: (() => void)[] = graph.neighbours.map(() => () => {})
  const nodes = await Promise.all(
    graph.neighbours.map((neighbours, p) =>
      startNode({
        privateKey: keys[p]!,
        port: 0,
        swarmKey: undefined,
        publishes: [topicOf(p)],
        hears: neighbours.map(topicOf),
        neighbours: neighbours.map(j => ids[j]!),
        maxBytes: 1_000_000,
        receive() {
          heard[p] = heard[p]! + 1
          wake[p]!()
        },
        drop: (_, reason) => assert(false, `a message of the bare exchange was dropped: ${reason}`),
        mayHear: () => true,
        mayGoOn: () => true,
        refused: () => {},
        found: () => {},
        lost: () => {},
        since: -1,
        met: () => {}
      })
    )
  )
  await dialEdges(edgesOf(graph.neighbours), ([lower, higher]) =>
    dial(nodes[lower]!, ids[higher]!, nodes[higher]!.getMultiaddrs())
  )
  const audience = (p: number) => graph.neighbours[p]!.map(j => ids[j]!)
  await untilReady([...nodes.keys()], p => reaches(nodes[p]!, topicOf(p), audience(p)))
  const size = messageBytes(doubles(30), undefined)
  let done = 0
  const play = async (p: number, count: number): Promise<void> => {
    for (let round = done; round < done + count; round++) {
      await nodes[p]!.services.pubsub.publish(topicOf(p), new Uint8Array(size))
      const expected = (round + 1) * graph.neighbours[p]!.length
      while (heard[p]! < expected)
        await new Promise<void>(resolve => {
          wake[p] = resolve
        })
    }
  }
  return {
    async rounds(count) {
      await Promise.all(graph.neighbours.map((_, p) => play(p, count)))
      done += count
      if (heard.reduce((sum, x) => sum + x, 0) !== done * senders.length)
        throw new Error('the bare exchange lost messages')
    },
    close: async () => {
      await Promise.all(nodes.map(node => node.stop()))
    }
  }
}
