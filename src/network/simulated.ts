/**
 * The simulated network: no sockets, no waiting. Every message arrives within its exchange, so the inbox is the outbox
 * seen through the links. Traffic is what the same exchange costs on the wire, to the byte.
 */
import { receiversOf, reverseLinks } from '../core/links.ts'
import type { Inbox, Links, Network, NetworkPlan } from '../interfaces.ts'
import { messageBytes } from './message-bytes.ts'
import { emptyTraffic } from './traffic.ts'

export function simulatedNetwork(plan: NetworkPlan): Network {
  const traffic = emptyTraffic(plan.participants)
  const hops = plan.hops.map(links => ({
    links,
    reverse: plan.receipts ? reverseLinks(links) : undefined,
    cost: costOf(plan, links)
  }))
  const receipts = hops.map(({ links }) =>
    plan.receipts ? new Uint32Array(links.senders.length) : undefined
  )
  return {
    name: 'simulated',
    traffic,
    open: async () => {},
    close: async () => {},
    exchange(_round, hop, { payloads, stride, receipts: sent }): Inbox {
      const { links, reverse, cost } = hops[hop]!
      for (let p = 0; p < plan.participants; p++) {
        traffic.messagesOut[p] = traffic.messagesOut[p]! + cost.messagesOut[p]!
        traffic.messagesIn[p] = traffic.messagesIn[p]! + cost.messagesIn[p]!
        traffic.bytesOut[p] = traffic.bytesOut[p]! + cost.bytesOut[p]!
        traffic.bytesIn[p] = traffic.bytesIn[p]! + cost.bytesIn[p]!
      }
      const received = receipts[hop]
      if (received !== undefined && reverse !== undefined && sent !== undefined) {
        for (let k = 0; k < reverse.length; k++) received[k] = reverse[k]! < 0 ? 0 : sent[reverse[k]!]!
      }
      return { payloads, stride, slots: links.senders, receipts: received }
    }
  }
}

/** What one exchange over these links adds to the traffic. */
function costOf(plan: NetworkPlan, links: Links) {
  const { participants, rowStart, senders } = links
  const cost = emptyTraffic(participants)
  const receivers = receiversOf(links)
  for (let k = 0; k < senders.length; k++) {
    const from = senders[k]!
    const to = receivers[k]!
    const bytes = messageBytes(plan.length, plan.receipts ? rowStart[from + 1]! - rowStart[from]! : undefined)
    cost.messagesOut[from] = cost.messagesOut[from]! + 1
    cost.messagesIn[to] = cost.messagesIn[to]! + 1
    cost.bytesOut[from] = cost.bytesOut[from]! + bytes
    cost.bytesIn[to] = cost.bytesIn[to]! + bytes
  }
  return cost
}
