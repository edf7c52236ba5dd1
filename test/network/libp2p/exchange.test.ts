/** What the libp2p network does beside its contract (`../contract.test.ts`): who is connected with whom, and where. */
import { expect, test } from 'vitest'
import { linksOf } from '../../../src/core/links.ts'
import type { NetworkPlan } from '../../../src/interfaces.ts'
import { absent, outboxOf, planOf, ring, withNetwork } from './plans.ts'

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
