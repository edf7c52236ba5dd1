/** What a receiver takes and whom it waits for, decided without sockets. */
import { expect, test, vi } from 'vitest'
import {
  DUPLICATED,
  FATE,
  type Fates,
  type Hosted,
  type NetworkPlan,
  REORDERED,
  type Traffic
} from '../../../src/interfaces.ts'
import { encodeMessage, swarmBytes } from '../../../src/network/libp2p/codec.ts'
import { Mailbox } from '../../../src/network/libp2p/mailbox.ts'
import { emptyTraffic } from '../../../src/network/traffic.ts'
import { range } from '../../support/numbers.ts'
import { planOf } from './plans.ts'

const NEVER_MS = 2 ** 31 - 1
const swarm = swarmBytes('a swarm')

/** Peer 0 hears the others, over links 0, 1, …, and that is all; it lives alone if the others are `outside`. */
function receiver(others = 1, outside = false, more: Partial<NetworkPlan> = {}) {
  const heard = range(others).map(k => k + 1)
  const neighbours = [heard, ...heard.map(() => (outside ? [0] : []))]
  const plan: NetworkPlan = { ...planOf(neighbours, 1), ...more }
  const traffic = emptyTraffic(others + 1)
  const hosted: Hosted = { first: 0, last: outside ? 1 : others + 1 }
  const mailbox = new Mailbox(plan, swarm, traffic, hosted)
  /** What `sender` says in `round`: the round. */
  function speak(round: number, sender = 1): void {
    const payloads = new Float64Array(others + 1).fill(round)
    const outbox = { payloads, stride: 1, degrees: new Uint32Array(others + 1), notes: undefined }
    mailbox.receive(0, sender, encodeMessage(plan, swarm, sender, round, 0, outbox))
  }
  /** Whether exchange `round`, begun now, waits when these have spoken in it. */
  async function waits(round: number, ...senders: number[]): Promise<boolean> {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    mailbox.begin(round, 0, undefined)
    for (const sender of senders) speak(round, sender)
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
  return { mailbox, traffic, speak, waits }
}

const fatesOf = (...links: number[]): Fates => ({
  links: Uint8Array.from(links),
  durationMs: 0,
  waitedFor: []
})

const droppedOf = ({ dropped }: Traffic): object =>
  Object.fromEntries(Object.entries(dropped).flatMap(([reason, [, of]]) => (of! > 0 ? [[reason, of]] : [])))

test('a connected neighbour is waited for, until it lets one deadline pass', async () => {
  const { waits, speak } = receiver()
  expect(await waits(0)).toBe(true)
  expect(await waits(1)).toBe(false)
  speak(1)
  expect(await waits(2)).toBe(true)
})

test('every deadline in a row doubles the late messages that it takes to be waited for again', async () => {
  const { waits, speak, traffic } = receiver()
  let round = 0
  for (const late of [1, 2, 4, 8, 16]) {
    expect(await waits(round++)).toBe(true)
    for (let k = 0; k < late; k++) {
      expect(await waits(round)).toBe(false)
      speak(round++)
    }
  }
  expect([...traffic.waitedFor]).toEqual([0, 5])
  expect(await waits(round, 1)).toBe(false)
  expect(await waits(round + 1)).toBe(true)
  expect(await waits(round + 2)).toBe(false)
  speak(round + 2)
  expect(await waits(round + 3)).toBe(true)
})

test('a late message counts once, however often it comes', async () => {
  const { waits, speak, traffic } = receiver()
  await waits(0)
  speak(0)
  expect(await waits(1)).toBe(true)
  for (let copy = 0; copy < 10; copy++) speak(0)
  expect(await waits(2)).toBe(false)
  speak(1)
  speak(1)
  expect(await waits(3)).toBe(false)
  speak(3)
  expect(await waits(4)).toBe(true)
  expect(droppedOf(traffic)).toEqual({ late: 14 })
})

test('what a broken connection still delivers is taken, and nobody is waited for', async () => {
  const { mailbox, waits, speak } = receiver()
  mailbox.begin(0, 0, undefined)
  mailbox.lose(0, 1)
  speak(0)
  expect([...mailbox.end().slots]).toEqual([0])
  expect(await waits(1)).toBe(false)
})

test('a neighbour that is back is waited for when it has spoken', async () => {
  const { mailbox, waits, speak } = receiver()
  mailbox.lose(0, 1)
  mailbox.find(0, 1)
  expect(await waits(0)).toBe(false)
  speak(0)
  expect(await waits(1)).toBe(true)
})

test('those who are waited for are named, ascending', () => {
  const { mailbox, speak } = receiver(3)
  expect(mailbox.waitedFor()).toEqual([])
  mailbox.begin(0, 0, undefined)
  expect(mailbox.waitedFor()).toEqual([1, 2, 3])
  speak(0, 2)
  expect(mailbox.waitedFor()).toEqual([1, 3])
  mailbox.end()
  expect(mailbox.waitedFor()).toEqual([])
})

test.each(['when its exchange runs', 'before its exchange begins'])(
  'a message that comes %s meets its fate',
  when => {
    const { mailbox, speak, traffic } = receiver(4)
    mailbox.begin(0, 0, fatesOf(FATE.lost, FATE.lost, FATE.lost, FATE.lost))
    mailbox.end()
    const fates = fatesOf(FATE.arrives | DUPLICATED, FATE.lost, FATE.late, FATE.unsent)
    const isEarly = when.startsWith('before')
    if (isEarly) for (const sender of [1, 2, 3, 4]) speak(1, sender)
    mailbox.begin(1, 0, fates)
    expect(mailbox.waitedFor()).toEqual(isEarly ? [] : [1])
    if (!isEarly) for (const sender of [1, 2, 3, 4]) speak(1, sender)
    expect([...mailbox.end().slots]).toEqual([0, -1, -1, -1])
    expect([...traffic.messagesIn]).toEqual([1, 0, 0, 0, 0])
    expect([...traffic.missing]).toEqual([4 + 2, 0, 0, 0, 0])
    expect([...traffic.dropped.duplicate]).toEqual([0, 1, 0, 0, 0])
    expect([...traffic.dropped.late]).toEqual([0, 0, 0, 1, 0])
    expect([...traffic.dropped.round]).toEqual([0, 0, 0, 0, 1])
  }
)

test('what should not have been sent and comes after its exchange is dropped, and is no sign of life', async () => {
  const { mailbox, speak, waits, traffic } = receiver()
  await waits(0)
  mailbox.begin(1, 0, fatesOf(FATE.unsent))
  mailbox.end()
  speak(1)
  expect(await waits(2)).toBe(false)
  expect(droppedOf(traffic)).toEqual({ round: 1 })
})

test('on a graph that changes, senders outside may be many rounds ahead, and nothing of it is lost', () => {
  const changes = { uses: () => Uint8Array.of(1) }
  const { mailbox, speak, traffic } = receiver(1, true, changes)
  for (let round = 0; round < 60; round++) speak(round)
  for (let round = 0; round < 60; round++) {
    mailbox.begin(round, 0, fatesOf(FATE.arrives))
    expect(mailbox.waitedFor()).toEqual([])
    expect(mailbox.end().payloads[0]).toBe(round)
  }
  expect(droppedOf(traffic)).toEqual({})
})

test('what is lost or late by its fate and comes after its exchange is no sign of life', async () => {
  const { mailbox, speak, waits, traffic } = receiver(2)
  await waits(0)
  mailbox.begin(1, 0, fatesOf(FATE.lost, FATE.late))
  mailbox.end()
  speak(1, 1)
  speak(1, 2)
  expect(await waits(2)).toBe(false)
  expect([...traffic.dropped.late]).toEqual([0, 0, 1])
})

test('a message that is reordered is taken after the others, or when the deadline has passed', () => {
  const { mailbox, speak } = receiver(3)
  const fates = fatesOf(FATE.arrives | REORDERED, FATE.arrives, FATE.arrives | REORDERED)
  mailbox.begin(0, 0, fates)
  speak(0, 1)
  expect(mailbox.waitedFor()).toEqual([1, 2, 3])
  speak(0, 2)
  expect(mailbox.waitedFor()).toEqual([1, 3])
  speak(0, 3)
  expect(mailbox.waitedFor()).toEqual([])
  expect([...mailbox.end().slots]).toEqual([0, 1, 2])

  mailbox.begin(1, 0, fates)
  speak(1, 3)
  expect([...mailbox.end().slots]).toEqual([-1, -1, 2])
})

test('who has stopped neither hears nor is waited for, and nothing of it is missing', () => {
  const { mailbox, speak, traffic } = receiver(2)
  mailbox.stop(1)
  mailbox.begin(0, 0, undefined)
  expect(mailbox.waitedFor()).toEqual([2])
  speak(0, 1)
  speak(0, 2)
  expect([...mailbox.end().slots]).toEqual([-1, 1])
  mailbox.stop(0)
  mailbox.begin(1, 0, undefined)
  speak(1, 2)
  expect(mailbox.waitedFor()).toEqual([])
  expect([...mailbox.end().slots]).toEqual([-1, -1])
  mailbox.start(0)
  mailbox.start(1)
  mailbox.begin(2, 0, undefined)
  expect(mailbox.waitedFor()).toEqual([1, 2])
  expect([...traffic.missing]).toEqual([0, 0, 0])
})

test('the deadlines of the schedule are counted once each', () => {
  const { mailbox, traffic } = receiver(3)
  mailbox.begin(0, 0, { ...fatesOf(FATE.late, FATE.late, FATE.lost), waitedFor: [1, 2] })
  mailbox.end()
  expect([...traffic.waitedFor]).toEqual([0, 1, 1, 0])
})

test('what senders outside say of later exchanges is kept until it is its turn, the last two of each', () => {
  const { mailbox, speak, traffic } = receiver(1, true)
  speak(400)
  speak(401)
  mailbox.begin(400, 0, undefined)
  expect(mailbox.waitedFor()).toEqual([])
  expect(mailbox.end().slots[0]).toBe(0)
  for (const round of [404, 405, 406, 407]) speak(round)
  mailbox.begin(401, 0, undefined)
  expect(mailbox.end().payloads[0]).toBe(401)
  mailbox.begin(406, 0, undefined)
  expect(mailbox.end().payloads[0]).toBe(406)
  mailbox.begin(407, 0, undefined)
  expect(mailbox.end().payloads[0]).toBe(407)
  expect(droppedOf(traffic)).toEqual({ round: 2 })
  expect([...traffic.messagesIn]).toEqual([4, 0])
})

test('when all senders outside are ahead nobody waits for them, and it is known by how much', () => {
  const { mailbox, speak } = receiver(2, true)
  mailbox.begin(5, 0, undefined)
  speak(5, 1)
  speak(6, 1)
  speak(9, 1)
  expect(mailbox.aheadBy()).toBe(0)
  expect(mailbox.waitedFor()).toEqual([2])
  speak(8, 2)
  expect(mailbox.aheadBy()).toBe(3)
  expect(mailbox.waitedFor()).toEqual([])
  mailbox.end()
  expect(mailbox.aheadBy()).toBe(2)
  mailbox.begin(8, 0, undefined)
  expect(mailbox.aheadBy()).toBe(0)
  expect(mailbox.waitedFor()).toEqual([])
  mailbox.end()
  mailbox.begin(9, 0, undefined)
  expect(mailbox.waitedFor()).toEqual([2])
})

test('nobody is ahead for good who need not hear us to go on', () => {
  const { hops } = planOf([[1], []], 1)
  const uses = () => Uint8Array.of(1, 1)
  for (const more of [{ hops }, { uses }]) {
    const { mailbox, speak } = receiver(1, true, more)
    const fates = { links: new Uint8Array(2), durationMs: 0, waitedFor: [] }
    mailbox.begin(5, 0, fates)
    for (const round of [5, 6, 7, 8, 9]) speak(round)
    expect(mailbox.aheadBy()).toBe(0)
    mailbox.end()
    // What it has said is there when its turn comes.
    for (const round of [6, 7, 8, 9]) {
      mailbox.begin(round, 0, fates)
      expect(mailbox.waitedFor()).toEqual([])
      expect(mailbox.end().payloads[0]).toBe(round)
    }
  }
})

test('who is one exchange ahead, is here, or has stopped is nobody to catch up with', () => {
  const outside = receiver(2, true)
  outside.mailbox.begin(5, 0, undefined)
  outside.speak(6, 1)
  outside.speak(6, 2)
  expect(outside.mailbox.aheadBy()).toBe(0)
  outside.mailbox.stop(2)
  outside.speak(7, 1)
  expect(outside.mailbox.aheadBy()).toBe(2)
  outside.mailbox.lose(0, 1)
  expect(outside.mailbox.aheadBy()).toBe(0)

  const here = receiver(1)
  here.mailbox.begin(5, 0, undefined)
  here.speak(9)
  expect(here.mailbox.aheadBy()).toBe(0)
  expect(here.mailbox.waitedFor()).toEqual([1])
})

test('only those who live here receive, or miss anything', () => {
  const plan = planOf([[1], [0]], 1)
  const traffic = emptyTraffic(2)
  const mailbox = new Mailbox(plan, swarm, traffic, { first: 1, last: 2 })
  mailbox.begin(0, 0, undefined)
  expect(mailbox.waitedFor()).toEqual([0])
  mailbox.end()
  expect([...traffic.missing]).toEqual([0, 1])
})
