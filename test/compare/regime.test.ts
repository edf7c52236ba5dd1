/** What the clock says of rounds with a server, against what the verdict says of them. */
import { describe, expect, test } from 'vitest'
import { hopsOf } from '../../src/aggregation/star.ts'
import { type Regime, regimeInWords, regimeOf } from '../../src/compare/regime.ts'
import type { Cost } from '../../src/compare/trial.ts'
import { present } from '../../src/core/assert.ts'
import type { NetworkPlan } from '../../src/interfaces.ts'
import { lineOutweighsLatencyFrom, serverSeconds } from '../../src/timing/closed-forms.ts'
import { type NetworkModel, networkModelOf } from '../../src/timing/network-models.ts'
import { RoundClock } from '../../src/timing/round-clock.ts'
import { mixingOf } from '../../topologies/index.ts'
import { built } from '../support/topologies.ts'
import { planOf } from '../timing/plans.ts'

const PEERS = 16
const ROUNDS = 5

function secondsOf(plan: NetworkPlan, bytes: number, model: NetworkModel, rounds = ROUNDS): number {
  const clock = new RoundClock(plan, bytes, model, { peers: PEERS, localSteps: 10, seed: '1' })
  for (let round = 0; round < rounds; round++) clock.round(round)
  return clock.seconds
}

const hops = hopsOf(PEERS)
const server = planOf(present(hops[0], 'a hop'), { hops })
const ring = planOf(mixingOf(built('ring', PEERS).topology, 'metropolis', ROUNDS).links)

function costOf(bytes: number, model: NetworkModel): Cost {
  const messages = 2 * PEERS * ROUNDS
  return {
    rounds: ROUNDS,
    samples: 10 * ROUNDS,
    messages,
    bytes: messages * bytes,
    busiestBytes: messages * bytes,
    seconds: secondsOf(server, bytes, model)
  }
}

const regime = (bytes: number, model: NetworkModel): Regime =>
  present(regimeOf(model, costOf(bytes, model), PEERS), 'a regime')

const quiet = (price: string): NetworkModel =>
  networkModelOf(`${price}:stepMs=0,stragglers=0,loss=0`, 'price')

describe.each(['lan', 'wan', 'lora', 'lan:duplex=half,mbitPerSecond=10'])('at %s', price => {
  const model = price.includes(':')
    ? networkModelOf(`${price},stepMs=0,stragglers=0,loss=0`, 'price')
    : quiet(price)
  const from = lineOutweighsLatencyFrom(model, PEERS, 'hub')

  test('a round is latency and the line of the hub, as much of each as the clock has', () => {
    for (const bytes of [0.01 * from, from, 100 * from]) {
      const found = regime(bytes, model)
      // Without latency the clock has the line alone.
      const line = secondsOf(server, bytes, { ...model, latencyMs: 0 }) / ROUNDS
      expect(found.lineSeconds / line).toBeCloseTo(1, 10)
      expect(found.latencySeconds).toBe((2 * model.latencyMs) / 1000)
      expect(found.computingSeconds + found.waitingSeconds + found.repeatingSeconds).toBeCloseTo(0, 10)
      expect(found.seconds).toBeCloseTo(serverSeconds(model, bytes, PEERS, 'hub'), 10)
      expect(found).toMatchObject({ messages: 2 * PEERS, bytesPerMessage: bytes, lineFromBytes: from })
    }
  })

  test('from the size on that is told the line takes more than latency does', () => {
    const [below, at, above] = [0.99, 1, 1.01].map(x => regime(x * from, model))
    expect(below && below.lineSeconds < below.latencySeconds).toBe(true)
    expect((at?.lineSeconds ?? 0) / (at?.latencySeconds ?? 1)).toBeCloseTo(1, 10)
    expect(above && above.lineSeconds > above.latencySeconds).toBe(true)
  })

  test('with small messages the server is ahead of a ring that needs three rounds for one, with large ones behind', () => {
    const [small, large] = [0.01 * from, 100 * from]
    expect(secondsOf(server, small, model, 1)).toBeLessThan(secondsOf(ring, small, model, 3))
    expect(secondsOf(server, large, model, 1)).toBeGreaterThan(secondsOf(ring, large, model, 3))
  })
})

test('latency decides with small messages', () => {
  expect(regimeInWords(regime(106, quiet('wan')), 'wan', PEERS)).toEqual([
    "A round with the server takes 150 ms at wan: 99.8 % latency, 0.18 % the hub's line (2N = 32 messages of 106 B, " +
      'since the hub does not learn).',
    "So what decides is latency, for which gossip waits once a round and the server twice; the hub's line would with messages from 58.6 kB on."
  ])
})

test("the hub's line decides with large ones, and with any where lines are slow", () => {
  expect(regimeInWords(regime(4e6, quiet('wan')), 'wan', PEERS)).toEqual([
    "A round with the server takes 10.4 s at wan: 1.4 % latency, 99 % the hub's line (2N = 32 messages of 4.00 MB, " +
      'since the hub does not learn).',
    "So what decides is the hub's line, as it does with messages from 58.6 kB on."
  ])
  expect(regimeInWords(regime(106, quiet('lora')), 'lora', PEERS)[1]).toBe(
    "So what decides is the hub's line, as it does with messages of any size."
  )
})

test('computing decides where peers compute for longer than messages travel', () => {
  const model = { ...quiet('lan'), stepMs: 100 }
  const found = regime(106, model)
  expect(found.computingSeconds).toBeCloseTo(1, 10)
  expect(regimeInWords(found, 'lan', PEERS)[1]).toMatch(
    /^So computing decides; of the network it is latency, .* from 3\.91 kB on\.$/
  )
})

test('what stragglers are waited for and what is sent again are told apart, as the clock has them one by one', () => {
  const rounds = 400
  const model = { ...quiet('lan'), stepMs: 1, stragglers: 0.5, loss: 0.3 }
  const perRound = (how: Partial<NetworkModel>) =>
    secondsOf(server, 106, { ...model, ...how }, rounds) / rounds
  const still = perRound({ stragglers: 0, loss: 0 })
  const cost = { ...costOf(106, model), rounds, samples: 10 * rounds, messages: 32 * rounds }
  const found = present(
    regimeOf(model, { ...cost, bytes: 106 * cost.messages, seconds: rounds * perRound({}) }, PEERS),
    'a regime'
  )
  expect(found.computingSeconds).toBeCloseTo(0.01, 10)
  expect(found.waitingSeconds / (perRound({ loss: 0 }) - still)).toBeCloseTo(1, 1)
  expect(found.repeatingSeconds / (perRound({}) - perRound({ loss: 0 }))).toBeCloseTo(1, 0)
  expect(regimeInWords(found, 'lan', PEERS)[0]).toMatch(
    /, [\d.]+ % computing, [\d.]+ % waiting for those that compute longer, [\d.]+ % sending again what was lost\.$/
  )
})

test('where almost all is lost, that decides', () => {
  const model = { ...networkModelOf('lan', 'price'), loss: 0.9999 }
  const [shares, decides] = regimeInWords(regime(106, model), 'lan:loss=0.9999', PEERS)
  expect(shares).toMatch(/, 100 % sending again what was lost\.$/)
  expect(decides).toMatch(/^So what decides is how often messages are lost; of what is left it is latency/)
})

test('with a part of the peers a round the hub has so many fewer messages', () => {
  const model = quiet('lan')
  const found = present(
    regimeOf(model, { ...costOf(106, model), messages: 80, bytes: 80 * 106 }, PEERS),
    'a regime'
  )
  expect(found.lineFromBytes).toBe(2 * lineOutweighsLatencyFrom(model, PEERS, 'hub'))
  expect(regimeInWords(found, 'lan', PEERS)[0]).toContain('(16 messages of 106 B)')
})

test('a run in which nothing was sent has no regime', () => {
  expect(
    regimeOf(quiet('lan'), { ...costOf(106, quiet('lan')), messages: 0, bytes: 0 }, PEERS)
  ).toBeUndefined()
})
