/** A swarm whose nodes live in several processes: here two networks with the same plan, each with its own participants. */
import { expect, test, vi } from 'vitest'
import { receiversOf } from '../../../src/core/links.ts'
import { lengthOf } from '../../../src/core/payload.ts'
import { nextDouble, stream } from '../../../src/core/random.ts'
import { FATE, type Fates, type Inbox, type NetworkPlan } from '../../../src/interfaces.ts'
import { type Libp2pNetwork, type Libp2pOptions, libp2pNetwork } from '../../../src/network/libp2p/network.ts'
import { range } from '../../support/numbers.ts'
import { calmFates, changing, complete, outboxOf, planOf, received, ring, SWARM, sent } from './plans.ts'

type Addresses = ReadonlyMap<number, string[]>

/** Gives every one of `parts` the addresses that all of them have told. */
function meeting(parts: number): (own: Addresses) => Promise<Addresses> {
  const all = new Map<number, string[]>()
  const met = Promise.withResolvers<Addresses>()
  let waiting = parts
  return own => {
    for (const [p, addresses] of own) all.set(p, addresses)
    if (--waiting === 0) met.resolve(all)
    return met.promise
  }
}

/** Opens two networks that host the participants below and from `border` on, and closes them whatever happens. */
async function withParts(
  plan: NetworkPlan,
  border: number,
  options: Partial<Libp2pOptions>,
  use: (parts: readonly [Libp2pNetwork, Libp2pNetwork]) => Promise<void>,
  beforeOpening: (part: Libp2pNetwork) => Promise<void> = async () => {}
): Promise<void> {
  const meet = meeting(2)
  const part = (first: number, last: number): Libp2pNetwork =>
    libp2pNetwork(plan, {
      swarm: SWARM,
      seed: '1',
      deadlineMs: 60_000,
      hosted: { first, last },
      meet,
      ...options
    })
  const parts = [part(0, border), part(border, plan.participants)] as const
  try {
    await Promise.all(parts.map(beforeOpening))
    await Promise.all(parts.map(network => network.open()))
    await use(parts)
  } finally {
    await Promise.all(parts.map(network => network.close()))
  }
}

/** Every link to a receiver that lives in `first <= p < last` brought what it should, and no other brought anything. */
function expectOwn(
  plan: NetworkPlan,
  round: number,
  inbox: Inbox,
  first: number,
  last: number,
  fates?: Fates
): void {
  const links = plan.hops[0]!
  for (const [k, receiver] of receiversOf(links).entries()) {
    const arrives = receiver >= first && receiver < last && (fates?.links[k] ?? FATE.arrives) === FATE.arrives
    expect(received(inbox, k, lengthOf(plan.payload))).toEqual(
      arrives ? sent(plan, 0, outboxOf(plan, round), k) : undefined
    )
  }
}

/** What happens in a round where nothing is sent to or from these. */
function fatesWithout(plan: NetworkPlan, round: number, ...stopped: number[]): Fates {
  const { senders } = plan.hops[0]!
  const receivers = receiversOf(plan.hops[0]!)
  const used = plan.uses?.(round, 0)
  const links = senders.map((sender, k) =>
    used?.[k] === 0 || stopped.includes(sender) || stopped.includes(receivers[k]!)
      ? FATE.unsent
      : FATE.arrives
  )
  return { links: Uint8Array.from(links), durationMs: 0, waitedFor: [] }
}

test.each<[string, NetworkPlan, number]>([
  ['a ring', planOf(ring(6), 3, true), 3],
  ['a complete graph', planOf(complete(6), 2), 2],
  ['a directed graph', planOf([[3], [0, 2], [3], [2]], 3, true), 2],
  ['a graph that changes', changing(planOf(complete(6), 2)), 3]
])(
  'each part receives what its own receivers hear, on %s, without waiting for the other between rounds',
  (_, plan, border) =>
    withParts(plan, border, {}, async parts => {
      const play = async (network: Libp2pNetwork, first: number, last: number): Promise<void> => {
        for (const round of range(30)) {
          const fates = calmFates(plan, round, 0)
          const inbox = await network.exchange(round, 0, outboxOf(plan, round), fates)
          expectOwn(plan, round, inbox, first, last, fates)
        }
      }
      await Promise.all([play(parts[0], 0, border), play(parts[1], border, plan.participants)])
      const receivers = receiversOf(plan.hops[0]!)
      const traffics = parts.map(({ traffic }) => traffic)
      for (const p of range(plan.participants)) {
        const heard = range(30).flatMap(round => {
          const used = plan.uses?.(round, 0)
          return [...receivers.keys()].filter(k => receivers[k] === p && used?.[k] !== 0)
        })
        const here = p < border ? 0 : 1
        expect(traffics[here]!.messagesIn[p]).toBe(heard.length)
        expect(traffics[1 - here]!.messagesIn[p]).toBe(0)
      }
      expect(traffics.flatMap(({ missing, waitedFor }) => [...missing, ...waitedFor])).toEqual(
        new Array(4 * plan.participants).fill(0)
      )
      expect(parts.map(part => part.aheadBy())).toEqual([0, 0])
    })
)

test('the faster part begins at any round, before the other does', () => {
  const plan = planOf([[1], [0]])
  return withParts(plan, 1, {}, async ([first, second]) => {
    const faster = first.exchange(400, 0, outboxOf(plan, 400))
    await vi.waitFor(() => expect([...first.traffic.messagesOut]).toEqual([1, 0]), 10_000)
    expectOwn(plan, 400, await second.exchange(400, 0, outboxOf(plan, 400)), 1, 2)
    expectOwn(plan, 400, await faster, 0, 1)
  })
})

test.each([
  ['a complete graph', planOf(complete(6), 2)],
  ['a graph that changes', changing(planOf(complete(6), 2))]
])('participants of all parts stop and return, while each part keeps its own pace, on %s', (_, plan) => {
  /** Between two exchanges some stop, and then others start; the same in both parts. */
  async function play(part: Libp2pNetwork, first: number, last: number): Promise<void> {
    const random = stream('stops', 0, 'test')
    const below = (bound: number): number => Math.floor(nextDouble(random) * bound)
    const stopped = new Set<number>()
    let round = 0
    for (let turn = 0; turn < 30; turn++) {
      for (let rounds = below(3); rounds >= 0; rounds--) {
        const fates = fatesWithout(plan, round, ...stopped)
        const inbox = await part.exchange(round, 0, outboxOf(plan, round), fates)
        expectOwn(plan, round, inbox, first, last, fates)
        round++
      }
      const chosen = [...new Set([below(6), below(6)])]
      const starting = chosen.filter(p => stopped.has(p))
      for (const p of chosen.filter(p => !stopped.has(p)).slice(0, 4 - stopped.size)) {
        await part.stop(p, (['closed', 'killed', 'frozen'] as const)[below(3)]!)
        stopped.add(p)
      }
      for (const p of starting) {
        await part.start(p)
        stopped.delete(p)
      }
    }
    expect([...part.traffic.missing, ...part.traffic.waitedFor]).toEqual(new Array(12).fill(0))
  }
  return withParts(plan, 3, {}, async ([lower, upper]) => {
    await Promise.all([play(lower, 0, 3), play(upper, 3, 6)])
  })
})

test('who has stopped before the network opens has no node until it starts', () => {
  const plan = planOf(ring(4), 2)
  const use = async (parts: readonly Libp2pNetwork[]): Promise<void> => {
    expect(parts.map(({ nodes }) => [...nodes.keys()])).toEqual([[0], [2, 3]])
    const fates = fatesWithout(plan, 0, 1)
    const first = await Promise.all(parts.map(part => part.exchange(0, 0, outboxOf(plan, 0), fates)))
    expectOwn(plan, 0, first[1]!, 2, 4, fates)
    await Promise.all(parts.map(part => part.start(1)))
    const second = await Promise.all(parts.map(part => part.exchange(1, 0, outboxOf(plan, 1))))
    expectOwn(plan, 1, second[0]!, 0, 2)
    expectOwn(plan, 1, second[1]!, 2, 4)
  }
  return withParts(plan, 2, {}, use, part => part.stop(1, 'closed'))
})

test('a part that was held up finds the others ahead, and is taken back when it has caught up', () => {
  const plan = planOf(ring(4), 2)
  return withParts(plan, 2, { deadlineMs: 1000 }, async ([slow, fast]) => {
    await Promise.all([slow, fast].map(part => part.exchange(0, 0, outboxOf(plan, 0))))
    for (const round of range(20)) await fast.exchange(round + 1, 0, outboxOf(plan, round + 1))
    expect([...fast.traffic.waitedFor]).toEqual([1, 1, 0, 0])
    await slow.exchange(1, 0, outboxOf(plan, 1))
    await vi.waitFor(() => expect(slow.aheadBy()).toBe(18), 10_000)
    let round = 21
    const isWhole = async (): Promise<boolean> => {
      const inboxes = await Promise.all(
        [slow, fast].map(part => part.exchange(round, 0, outboxOf(plan, round)))
      )
      round++
      return inboxes.every(({ slots }, part) => slots.filter(slot => slot >= 0).length === 4 && part < 2)
    }
    while (!(await isWhole()));
    expect(await isWhole()).toBe(true)
  })
})
