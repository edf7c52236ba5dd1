import type { Graph, Links, NetworkPlan } from '../interfaces.ts'
import { assert } from './assert.ts'

/** Compressed rows of a graph whose peers are the participants 0, 1, …. */
export function linksOf(graph: Graph): Links {
  const participants = graph.neighbours.length
  const rowStart = new Int32Array(participants + 1)
  for (let i = 0; i < participants; i++) rowStart[i + 1] = rowStart[i]! + graph.neighbours[i]!.length
  const senders = new Int32Array(rowStart[participants]!)
  for (let i = 0; i < participants; i++) senders.set(graph.neighbours[i]!, rowStart[i]!)
  return { participants, rowStart, senders }
}

/** Over which links all that is sent goes: those of every hop, or of the relays that pass it on. */
export const waysOf = ({ hops, relays }: Pick<NetworkPlan, 'hops' | 'relays'>): readonly Links[] =>
  relays === undefined ? hops : [relays]

/** Receiver and sender of link k. */
export function endsOf({ rowStart, senders }: Links, k: number): readonly [receiver: number, sender: number] {
  assert(k >= 0 && k < senders.length, `link ${k} of ${senders.length}`)
  return [rowStart.findLastIndex(start => start <= k), senders[k]!]
}

/** For each link k (i hears j) the index of the link back (j hears i), or −1 where j does not hear i. */
export function reverseLinks({ participants, rowStart, senders }: Links): Int32Array {
  const reverse = new Int32Array(senders.length).fill(-1)
  for (let i = 0; i < participants; i++) {
    for (let k = rowStart[i]!; k < rowStart[i + 1]!; k++) {
      const j = senders[k]!
      assert(j !== i && j >= 0 && j < participants, `peer ${i} hears ${j}`)
      let low = rowStart[j]!
      let high = rowStart[j + 1]!
      while (low < high) {
        const middle = (low + high) >> 1
        if (senders[middle]! < i) low = middle + 1
        else high = middle
      }
      if (low < rowStart[j + 1]! && senders[low] === i) reverse[k] = low
    }
  }
  return reverse
}

/** The receiver of each link. */
export function receiversOf({ participants, rowStart, senders }: Links): Int32Array {
  const receivers = new Int32Array(senders.length)
  for (let i = 0; i < participants; i++) receivers.fill(i, rowStart[i]!, rowStart[i + 1]!)
  return receivers
}
