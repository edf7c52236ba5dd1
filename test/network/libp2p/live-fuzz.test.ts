/** Ten thousand messages of a neighbour that lies, against a live network: what it learns and counts is as without them. */
import { expect, test, vi } from 'vitest'
import { nextBelow, stream } from '../../../src/core/random.ts'
import type { Inbox, Traffic } from '../../../src/interfaces.ts'
import { encodeMessage, swarmBytes } from '../../../src/network/libp2p/codec.ts'
import { topicOf } from '../../../src/network/libp2p/identity.ts'
import { range, sum } from '../../support/numbers.ts'
import { outboxOf, planOf, received, ring, SWARM, sent, withNetwork } from './plans.ts'

const LIAR = 1
const ROUNDS = 250
const LIES_A_ROUND = 40

/** Lies speak of rounds far away, so that none can be taken for what its sender says in earnest. */
const FAR = 2 ** 24

const random = stream('lies', 0, 'test')

/** A message with some of its bytes changed, cut off or repeated; now and then it is anything. */
function lieFrom(message: Uint8Array): Uint8Array {
  switch (nextBelow(random, 4)) {
    case 0:
      return Uint8Array.from({ length: nextBelow(random, 200) }, () => nextBelow(random, 256))
    case 1:
      return message.slice(0, nextBelow(random, message.length))
    case 2: {
      const from = nextBelow(random, message.length)
      return Uint8Array.of(...message, ...message.subarray(from))
    }
    default: {
      const changed = Uint8Array.from(message)
      for (let change = 0; change <= nextBelow(random, 6); change++)
        changed[nextBelow(random, changed.length)] = nextBelow(random, 256)
      return changed
    }
  }
}

const lost = ({ dropped }: Traffic, sender: number): number =>
  sum(Object.values(dropped).map(counts => counts[sender]!))

test('ten thousand lies are counted, one by one, and change nothing', { timeout: 120_000 }, async () => {
  const plan = planOf(ring(4), 3, true)
  await withNetwork(plan, {}, async network => {
    const { pubsub } = network.nodes.get(LIAR)!.services
    const heapAfter: number[] = []
    let receivers = 0
    for (const round of range(ROUNDS)) {
      const outbox = outboxOf(plan, round)
      const message = encodeMessage(plan, swarmBytes(SWARM), LIAR, FAR + round, 0, outbox)
      for (let lie = 0; lie < LIES_A_ROUND; lie++) {
        const { recipients } = await pubsub.publish(topicOf(SWARM, LIAR), lieFrom(message))
        receivers += recipients.length
      }
      const inbox = (await network.exchange(round, 0, outbox)) as Inbox
      for (const k of plan.hops[0]!.senders.keys())
        expect(received(inbox, k, 3)).toEqual(sent(plan, 0, outbox, k))
      heapAfter.push(process.memoryUsage().heapUsed)
    }
    // Both neighbours hear each lie.
    expect(receivers).toBe(2 * ROUNDS * LIES_A_ROUND)
    await vi.waitFor(() => expect(lost(network.traffic, LIAR)).toBe(receivers), 20_000)
    for (const honest of [0, 2, 3]) expect(lost(network.traffic, honest)).toBe(0)
    expect(sum(network.traffic.messagesIn)).toBe(8 * ROUNDS)
    expect(sum(network.traffic.missing)).toBe(0)
    // What garbage collection leaves of the second half is no more than what it left of the first.
    const half = heapAfter.length / 2
    expect(Math.min(...heapAfter.slice(half))).toBeLessThan(1.5 * Math.min(...heapAfter.slice(0, half)))
  })
})
