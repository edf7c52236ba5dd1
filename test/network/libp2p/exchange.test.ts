/** What the libp2p network does beside its contract (`../contract.test.ts`): who is connected with whom, where, and who hears what. */
import type { RPC } from '@libp2p/gossipsub/message'
import { beforeEach, expect, test, vi } from 'vitest'
import { linksOf, receiversOf } from '../../../src/core/links.ts'
import type { NetworkPlan } from '../../../src/interfaces.ts'
import { dial } from '../../../src/network/libp2p/connect.ts'
import type { Libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { range, sum } from '../../support/numbers.ts'
import { absent, calmFates, changing, complete, outboxOf, planOf, ring, withNetwork } from './plans.ts'

vi.mock(import('../../../src/network/libp2p/connect.ts'), { spy: true })
beforeEach(() => vi.clearAllMocks())

const up = linksOf({ neighbours: [[], [], [], [0, 1, 2]] })
const down = linksOf({ neighbours: [[3], [3], [3], []] })

test.each<[string, NetworkPlan, number[]]>([
  ['a ring', planOf(ring(4)), [2, 2, 2, 2]],
  ['a hub and its leaves', { ...planOf(ring(4)), hops: [up, down] }, [1, 1, 1, 3]],
  ['a directed graph', planOf([[3], [0, 2], [], [2]]), [2, 2, 2, 2]]
])(
  'nodes are connected along the links of %s alone, on the loopback interface',
  async (_, plan, connections) => {
    await withNetwork(plan, {}, async network => {
      for (const hop of plan.hops.keys())
        expect(absent(await network.exchange(0, hop, outboxOf(plan, 0, hop)))).toEqual([])
      expect([...network.nodes.values()].map(node => node.getConnections().length)).toEqual(connections)
      const addresses = [...network.nodes.values()].flatMap(node => node.getMultiaddrs().map(String))
      expect(addresses.filter(address => !address.startsWith('/ip4/127.0.0.1/tcp/'))).toEqual([])
    })
  }
)

/** What gossipsub is given to send, for one who hears. */
interface Gossip {
  sendRpc(to: string, rpc: RPC): boolean
}

/** From now on: every message that a node hands to a stream, as sender → receiver, and its bytes. */
function eavesdrop({ nodes }: Libp2pNetwork): { said: string[]; bytes: number } {
  const overheard = { said: [] as string[], bytes: 0 }
  const names = new Map([...nodes].map(([p, node]) => [node.peerId.toString(), p]))
  for (const [p, node] of nodes) {
    const gossip = node.services.pubsub as unknown as Gossip
    const send = gossip.sendRpc.bind(gossip)
    vi.spyOn(gossip, 'sendRpc').mockImplementation((to, rpc) => {
      for (const { data } of rpc.messages) {
        overheard.said.push(`${p} → ${names.get(to)}`)
        overheard.bytes += data!.byteLength
      }
      return send(to, rpc)
    })
  }
  return overheard
}

/** The links that a round uses, in the same words. */
function usedBy(plan: NetworkPlan, round: number, hop: number): string[] {
  const { senders } = plan.hops[hop]!
  const receivers = receiversOf(plan.hops[hop]!)
  const used = plan.uses?.(round, hop)
  return [...senders.keys()].filter(k => used?.[k] !== 0).map(k => `${senders[k]} → ${receivers[k]}`)
}

const ROUNDS = 10

test.each<[string, NetworkPlan]>([
  ['a graph that changes', changing(planOf(complete(6)))],
  ['a directed graph that changes', changing(planOf([[3], [0, 2], [], [2, 1]]))],
  ['a directed graph', planOf([[3], [0, 2], [], [2]])],
  ['hops over different graphs', { ...planOf(ring(4)), hops: [linksOf({ neighbours: ring(4) }), up] }],
  ['a graph with a message per link', { ...planOf(ring(4)), perLink: true }]
])('on %s every edge is dialled once, and messages go over the links of their round alone', (_, plan) =>
  withNetwork(plan, {}, async network => {
    const links = range(ROUNDS).flatMap(round => plan.hops.flatMap((_, hop) => usedBy(plan, round, hop)))
    const edges = new Set(
      plan.hops.flatMap(hop => {
        const receivers = receiversOf(hop)
        return [...hop.senders].map((sender, k) => [sender, receivers[k]!].sort((a, b) => a - b).join())
      })
    )
    const connections = [...network.nodes.values()].flatMap(node => node.getConnections())
    expect(connections).toHaveLength(2 * edges.size)
    const overheard = eavesdrop(network)
    for (const round of range(ROUNDS)) {
      for (const hop of plan.hops.keys()) {
        overheard.said.length = 0
        await network.exchange(round, hop, outboxOf(plan, round, hop), calmFates(plan, round, hop))
        expect(overheard.said.sort()).toEqual(usedBy(plan, round, hop).sort())
      }
    }
    expect(vi.mocked(dial)).toHaveBeenCalledTimes(edges.size)
    expect([...network.nodes.values()].flatMap(node => node.getConnections())).toEqual(connections)
    const { messagesOut, messagesIn, bytesOut, bytesIn, dropped } = network.traffic
    expect([sum(messagesOut), sum(messagesIn)]).toEqual([links.length, links.length])
    expect([sum(bytesOut), sum(bytesIn)]).toEqual([overheard.bytes, overheard.bytes])
    expect(sum(Object.values(dropped).map(sum))).toBe(0)
  })
)
