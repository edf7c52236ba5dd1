/** Small meshes for the tests of the libp2p network in which messages are passed on. */
import { expect } from 'vitest'
import { completeLink, completeLinks } from '../../../src/core/complete-links.ts'
import { linksOf } from '../../../src/core/links.ts'
import type { Inbox, Network } from '../../../src/interfaces.ts'
import { type MeshPlan, meshNetwork } from '../../../src/network/libp2p/mesh-network.ts'
import type { Libp2pNetwork, Libp2pOptions } from '../../../src/network/libp2p/network.ts'
import { range } from '../../support/numbers.ts'
import { outboxOf, planOf, received, SWARM, sent } from './plans.ts'

/** Everybody hears everybody over these edges. */
export const meshOver = (neighbours: number[][], length = 3): MeshPlan => ({
  ...planOf(neighbours, length),
  hops: [completeLinks(neighbours.length)],
  relays: linksOf({ neighbours })
})

/** Opens a network, hands it over, and closes it whatever happens. */
export async function withMesh(
  plan: MeshPlan,
  options: Partial<Libp2pOptions>,
  use: (network: Libp2pNetwork) => Promise<void>
): Promise<void> {
  const network = meshNetwork(plan, { swarm: SWARM, seed: '1', deadlineMs: 60_000, ...options })
  try {
    await network.open()
    await use(network)
  } finally {
    await network.close()
  }
}

/** The exchange of a round. */
export const exchange = (network: Network, plan: MeshPlan, round: number) =>
  network.exchange(round, 0, outboxOf(plan, round)) as Promise<Inbox>

/** Everybody has what all others said in this round, but for those that are not there. */
export function expectAllOf(inbox: Inbox, plan: MeshPlan, round: number, gone: readonly number[] = []): void {
  const outbox = outboxOf(plan, round)
  for (const i of range(plan.participants)) {
    for (const j of range(plan.participants).filter(other => other !== i)) {
      const k = completeLink(plan.participants, j, i)
      const isThere = !gone.includes(i) && !gone.includes(j)
      expect(received(inbox, k, 3)).toEqual(isThere ? sent(plan, 0, outbox, k) : undefined)
    }
  }
}
