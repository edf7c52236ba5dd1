/** What the sockets carry beside the bytes that are counted: a frame around each message, and nothing else. */
import { RPC } from '@libp2p/gossipsub/message'
import { expect, test } from 'vitest'
import type { NetworkPlan } from '../../../src/interfaces.ts'
import { topicOf } from '../../../src/network/libp2p/identity.ts'
import { meterSockets } from '../../../src/network/socket-meter.ts'
import { range, sum } from '../../support/numbers.ts'
import { calmFates, changing, complete, outboxOf, planOf, ring, SWARM, withNetwork } from './plans.ts'

/** A frame of yamux: its header, and what noise adds to a packet. */
const YAMUX_FRAME = 12 + 2 + 16

/** What a message of so many bytes is wrapped in, and the frame that goes back: with it yamux grants the room again. */
function framingOf(topic: string, bytes: number): number {
  const rpc = RPC.encode({ subscriptions: [], messages: [{ topic, data: new Uint8Array(bytes) }] }).byteLength
  const lengthPrefix = Math.ceil(rpc.toString(2).length / 7)
  return lengthPrefix + rpc - bytes + 2 * YAMUX_FRAME
}

test.each<[string, NetworkPlan]>([
  ['a ring', planOf(ring(6), 30)],
  ['a graph that changes', changing(planOf(complete(6), 30))],
  ['long messages', planOf(ring(3), 3000)],
  ['packed fields', { ...planOf(ring(6)), payload: [{ count: 300, below: 3 }] }]
])('sockets carry the bytes that are counted and a frame for each message, on %s', async (_, plan) => {
  const meter = meterSockets()
  try {
    await withNetwork(plan, {}, async network => {
      const before = meter.bytesWritten()
      for (const round of range(100))
        await network.exchange(round, 0, outboxOf(plan, round), calmFates(plan, round, 0))
      const { messagesIn, bytesIn } = network.traffic
      const [messages, bytes] = [sum(messagesIn), sum(bytesIn)]
      const framing = (meter.bytesWritten() - before - bytes) / messages
      const topic = plan.uses === undefined ? topicOf(SWARM, 0) : topicOf(SWARM, 0, 1)
      // Now and then two messages share a frame, or libp2p asks whether somebody is still there.
      expect(framing / framingOf(topic, bytes / messages)).toBeCloseTo(1, 1)
      expect(framing).toBeGreaterThan(90)
      expect(framing).toBeLessThan(115)
    })
  } finally {
    meter.end()
  }
})
