/** Whom a receiver waits for, decided without sockets. */
import { expect, test, vi } from 'vitest'
import { linksOf } from '../../../src/core/links.ts'
import { encodeMessage, swarmBytes } from '../../../src/network/libp2p/codec.ts'
import { Mailbox } from '../../../src/network/libp2p/mailbox.ts'
import { emptyTraffic } from '../../../src/network/traffic.ts'

const NEVER_MS = 2 ** 31 - 1
const swarm = swarmBytes('a swarm')

/** Peer 0 hears peer 1, and that is all. */
function receiver() {
  const plan = { participants: 2, hops: [linksOf({ neighbours: [[1], []] })], length: 1, receipts: false }
  const mailbox = new Mailbox(plan, swarm, emptyTraffic(2))
  const [neighbour] = mailbox.neighbours
  return {
    mailbox,
    neighbour: neighbour!,
    speak: (round: number) =>
      mailbox.receive(neighbour!, encodeMessage(swarm, 1, round, 0, Float64Array.of(round), undefined)),
    /** Whether exchange `round`, begun now, waits. */
    async waits(round: number): Promise<boolean> {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      mailbox.begin(round, 0)
      let isOver = false
      const arrivals = mailbox.arrivals(NEVER_MS).then(() => {
        isOver = true
      })
      await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
      const waited = !isOver
      if (waited) await vi.runAllTimersAsync()
      vi.useRealTimers()
      await arrivals
      mailbox.end()
      return waited
    }
  }
}

test('a connected neighbour is waited for, until it lets one deadline pass', async () => {
  const { waits, speak } = receiver()
  expect(await waits(0)).toBe(true)
  expect(await waits(1)).toBe(false)
  speak(1)
  expect(await waits(2)).toBe(true)
})

test('what a broken connection still delivers is taken, and nobody is waited for', async () => {
  const { mailbox, neighbour, waits, speak } = receiver()
  mailbox.begin(0, 0)
  mailbox.lose(neighbour)
  speak(0)
  expect([...mailbox.end().slots]).toEqual([0])
  expect(await waits(1)).toBe(false)
})

test('a neighbour that is back is waited for when it has spoken', async () => {
  const { mailbox, neighbour, waits, speak } = receiver()
  mailbox.lose(neighbour)
  mailbox.find(neighbour)
  expect(await waits(0)).toBe(false)
  speak(0)
  expect(await waits(1)).toBe(true)
})
