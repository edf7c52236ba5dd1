/** What is seen of participants and links between two rounds, against the events themselves and every message heard. */
import { describe, expect, test } from 'vitest'
import { receiversOf } from '../src/core/links.ts'
import { resolve } from '../src/experiment/resolve.ts'
import type { FaultAction } from '../src/faults/schema.ts'
import { LINK, type Look, type Network, type NetworkPlan, PRESENCE } from '../src/interfaces.ts'
import { simulatedNetwork } from '../src/network/simulated.ts'
import { settingOf, swarmOf } from '../src/setting.ts'
import type { Swarm } from '../src/swarm.ts'

const nameOf = (codes: Readonly<Record<string, number>>, code: number): string =>
  Object.keys(codes).find(name => codes[name] === code)!

const presenceOf = ({ presence }: Look): string[] => [...presence].map(code => nameOf(PRESENCE, code))

/** What is seen of the message from one to another, at `hop`. */
function linkOf(swarm: Swarm, from: number, to: number, hop = 0): string {
  const links = swarm.plan.hops[hop]!
  const k = receiversOf(links).findIndex((receiver, at) => receiver === to && links.senders[at] === from)
  return nameOf(LINK, swarm.look().links[hop]![k]!)
}

type Act = (swarm: Swarm) => void

/** Runs six peers, and calls `at` before each round and after the last. */
async function lookedAt(
  raw: Readonly<Record<string, unknown>>,
  at: Act,
  networkOf: (plan: NetworkPlan) => Network = simulatedNetwork
): Promise<void> {
  const { experiment } = resolve({ peers: 6, localSteps: 2, rounds: 16, transport: 'simulated', ...raw })
  const swarm = await swarmOf(settingOf(experiment), experiment.aggregation, networkOf)
  const { rounds } = experiment
  const beforeRound = () => {
    at(swarm)
    return 'go' as const
  }
  for await (const _ of swarm.run({ rounds, measureEvery: rounds, beforeRound, clock: () => 0 }));
  at(swarm)
}

/** Does each thing before the round with its number. */
const atRounds =
  (acts: Readonly<Record<number, Act>>): Act =>
  swarm =>
    acts[swarm.round]?.(swarm)

test('who takes part is here, who does not is seen as it went, and their links are idle', async () => {
  const events = [
    { after: 2, stop: 1, how: 'closed' },
    { after: 2, stop: 2, how: 'killed' },
    { after: 3, stop: 3, how: 'frozen' },
    { after: 8, join: 4 },
    { after: 9, return: [1, 2, 3] }
  ]
  const everybody = Array(6).fill('here')
  await lookedAt(
    { faults: { events } },
    atRounds({
      0: swarm => expect(presenceOf(swarm.look())).toEqual(everybody.toSpliced(4, 1, 'absent')),
      4: swarm => {
        expect(presenceOf(swarm.look())).toEqual(['here', 'closed', 'killed', 'frozen', 'absent', 'here'])
        expect([linkOf(swarm, 0, 1), linkOf(swarm, 1, 0)]).toEqual(['idle', 'idle'])
        expect([linkOf(swarm, 3, 4), linkOf(swarm, 5, 4)]).toEqual(['idle', 'idle'])
        expect([linkOf(swarm, 0, 5), linkOf(swarm, 5, 0)]).toEqual(['carries', 'carries'])
      },
      12: swarm => {
        expect(presenceOf(swarm.look())).toEqual(everybody)
        expect([...swarm.look().links[0]!]).toEqual(Array(12).fill(LINK.carries))
      }
    })
  )
})

test('a cut is seen on the links that it cuts, until it is healed', async () => {
  const events = [
    { after: 2, cut: [0, 1], direction: 'one-way' },
    { after: 4, cut: [2, 3] },
    { after: 8, heal: [2, 3] }
  ]
  const seen = (swarm: Swarm) => [
    linkOf(swarm, 0, 1),
    linkOf(swarm, 1, 0),
    linkOf(swarm, 2, 3),
    linkOf(swarm, 3, 2)
  ]
  await lookedAt(
    { faults: { events } },
    atRounds({
      2: swarm => expect(seen(swarm)).toEqual(['carries', 'carries', 'carries', 'carries']),
      3: swarm => expect(seen(swarm)).toEqual(['cut', 'carries', 'carries', 'carries']),
      5: swarm => expect(seen(swarm)).toEqual(['cut', 'carries', 'cut', 'cut']),
      9: swarm => expect(seen(swarm)).toEqual(['cut', 'carries', 'carries', 'carries'])
    })
  )
})

test('a partition cuts the links that it runs through', async () => {
  await lookedAt(
    { faults: { events: [{ after: 1, partition: [[0, 1, 2]] }] } },
    atRounds({
      2: swarm => {
        const links = swarm.plan.hops[0]!
        const receivers = receiversOf(links)
        const runsThrough = (k: number) => receivers[k]! < 3 !== links.senders[k]! < 3
        expect([...swarm.look().links[0]!]).toEqual(
          [...links.senders.keys()].map(k => (runsThrough(k) ? LINK.cut : LINK.carries))
        )
      }
    })
  )
})

test('of a star the hub is a participant, and both hops are seen', async () => {
  const events = [
    { after: 1, cut: [2, 'hub'], direction: 'one-way' },
    { after: 4, stop: 'hub', how: 'killed' }
  ]
  await lookedAt(
    { aggregation: 'star', faults: { events } },
    atRounds({
      2: swarm => {
        expect(linkOf(swarm, 2, 6, 0)).toBe('cut')
        expect(linkOf(swarm, 6, 2, 1)).toBe('carries')
      },
      5: swarm => {
        expect(presenceOf(swarm.look())).toEqual([...Array(6).fill('here'), 'killed'])
        expect(swarm.look().links.flatMap(hop => [...hop])).toEqual(Array(12).fill(LINK.idle))
      }
    })
  )
})

test.each(['gossip', 'gossip-scafflsa', 'exact-diffusion'])(
  'a link is silent since the last message that arrived, and lost after 32 exchanges: %s',
  async aggregation => {
    let silence = new Uint32Array(0)
    const counting = (plan: NetworkPlan): Network => {
      const network = simulatedNetwork(plan)
      silence = new Uint32Array(plan.hops[0]!.senders.length)
      return {
        ...network,
        exchange(...exchange) {
          const inbox = network.exchange(...exchange)
          if (!(inbox instanceof Promise))
            for (const [k, slot] of inbox.slots.entries()) silence[k] = slot < 0 ? silence[k]! + 1 : 0
          return inbox
        }
      }
    }
    const seen = new Set<number>()
    await lookedAt(
      { aggregation, rounds: 120, loss: 0.93 },
      swarm => {
        const links = [...swarm.look().links[0]!]
        expect(links).toEqual(
          [...silence].map(count => (count === 0 ? LINK.carries : count < 32 ? LINK.silent : LINK.lost))
        )
        for (const link of links) seen.add(link)
      },
      counting
    )
    expect(seen).toEqual(new Set([LINK.carries, LINK.silent, LINK.lost]))
  }
)

describe('a command that waits for the next round', () => {
  const commanded = (...actions: readonly FaultAction[]) => {
    const looks: Look[] = []
    return {
      looks,
      act: (swarm: Swarm) => {
        for (const action of actions) {
          expect(swarm.command(action)).toBeUndefined()
          looks.push(swarm.look())
        }
      }
    }
  }

  test('is seen already, together with those before it, and is no more than seen', async () => {
    const { looks, act } = commanded(
      { stop: [2], how: 'frozen' },
      { loss: { name: 'one-way', probability: 0.25 } },
      { cut: [[4, 5]], direction: 'both' },
      { return: [2], state: 'kept' }
    )
    await lookedAt(
      { loss: 0.5 },
      atRounds({
        3: swarm => {
          expect(swarm.look().loss).toBe(0.5)
          act(swarm)
          expect(looks.map(look => presenceOf(look)[2])).toEqual(['frozen', 'frozen', 'frozen', 'here'])
          expect(looks.map(({ loss }) => loss)).toEqual([0.5, 0.25, 0.25, 0.25])
          expect([linkOf(swarm, 4, 5), linkOf(swarm, 5, 4)]).toEqual(['cut', 'cut'])
          expect([...swarm.takesPart]).toEqual(Array(6).fill(1))
        },
        4: swarm => {
          expect(swarm.look()).toMatchObject({ presence: looks[3]!.presence, loss: 0.25 })
          expect([linkOf(swarm, 4, 5), linkOf(swarm, 5, 4)]).toEqual(['cut', 'cut'])
        }
      })
    )
  })

  test('that heals shows a link as silent until it carries again', async () => {
    await lookedAt(
      { faults: { events: [{ after: 1, cut: [0, 1] }] } },
      atRounds({
        4: swarm => {
          expect(linkOf(swarm, 0, 1)).toBe('cut')
          swarm.command({ heal: 'all' })
          expect(linkOf(swarm, 0, 1)).toBe('silent')
        },
        5: swarm => expect(linkOf(swarm, 0, 1)).toBe('carries')
      })
    )
  })
})

test('a swarm whose peers do not talk has no links', () =>
  lookedAt({ aggregation: 'none' }, atRounds({ 3: swarm => expect(swarm.look().links).toEqual([]) })))
