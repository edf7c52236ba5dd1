import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aggregationOf } from '../../src/aggregation/index.ts'
import { completeLinks } from '../../src/core/complete-links.ts'
import { linksOf } from '../../src/core/links.ts'
import type { NetworkPlan } from '../../src/interfaces.ts'
import {
  completeSeconds,
  gossipSeconds,
  lineOutweighsLatencyFrom,
  onePeerSeconds,
  ringAllReduceSeconds,
  serverSeconds
} from '../../src/timing/closed-forms.ts'
import { cycleSeconds, overlayOf } from '../../src/timing/max-plus.ts'
import type { NetworkModel } from '../../src/timing/network-models.ts'
import { wavesOf } from '../../src/timing/relay-waves.ts'
import { RoundClock } from '../../src/timing/round-clock.ts'
import type { MessageBytes } from '../../src/timing/transfers.ts'
import { mixingOf } from '../../topologies/index.ts'
import { range, sum } from '../support/numbers.ts'
import { built } from '../support/topologies.ts'
import { directedRing, planOf } from './plans.ts'

/** 1,000 bytes take a second. */
const BYTES = 1000
const plain: NetworkModel = {
  latencyMs: 250,
  mbitPerSecond: 0.008,
  duplex: 'full',
  stepMs: 0,
  stragglers: 0,
  loss: 0
}
const half: NetworkModel = { ...plain, duplex: 'half' }

function gossipPlan(name: string, peers: number, options: object = {}): NetworkPlan {
  const { topology } = built(name, peers, options)
  const mixing = mixingOf(topology, 'uniform', 50)
  return planOf(mixing.links, topology.period === 1 ? {} : { uses: round => mixing.uses(round) })
}

/** The plan of the aggregation itself, over a topology. */
function planFor(aggregation: string, name: string, peers: number): NetworkPlan {
  const mixing = mixingOf(built(name, peers).topology, 'metropolis', 50)
  const settings = { peers, parameters: 3, mixing, localSteps: 1, stepSize: 0.1, seed: '1' }
  return aggregationOf(aggregation, { ...settings, spectralRadius: () => 0.5 }).plan
}

interface How {
  readonly bytes?: MessageBytes
  readonly peers?: number
  readonly rounds?: number
  readonly localSteps?: number
  readonly seed?: string
  readonly takesPart?: (round: number) => Uint8Array
}

function clockAfter(plan: NetworkPlan, model: NetworkModel, how: How = {}): RoundClock {
  const { bytes = BYTES, peers = plan.participants, rounds = 1, localSteps = 1, seed = '1', takesPart } = how
  const clock = new RoundClock(plan, bytes, model, { peers, localSteps, seed, takesPart })
  for (let round = 0; round < rounds; round++) clock.round(round)
  return clock
}

const secondsOf = (plan: NetworkPlan, model: NetworkModel, how?: How): number =>
  clockAfter(plan, model, how).seconds

describe('where a formula says what a round takes, the clock takes', () => {
  test.each([
    ['ring', 16, {}, 2],
    ['torus', 25, {}, 4],
    ['hypercube', 16, {}, 4],
    ['exponential', 16, { directed: true }, 4],
    ['star', 16, {}, 15],
    ['complete', 16, {}, 15]
  ])('α + d m/B for %s of %i peers, twice the latter of half duplex', (name, peers, options, degree) => {
    const plan = gossipPlan(name, peers, options)
    for (const model of [plain, half]) {
      const expected = gossipSeconds(model, BYTES, degree)
      for (const rounds of [1, 7])
        expect(secondsOf(plan, model, { rounds })).toBeCloseTo(rounds * expected, 10)
    }
    expect(gossipSeconds(plain, BYTES, degree)).toBe(0.25 + degree)
    expect(gossipSeconds(half, BYTES, degree)).toBe(0.25 + 2 * degree)
  })

  test('α + (N − 1) m/B for the complete graph', () => {
    expect(secondsOf(gossipPlan('complete', 5), plain)).toBe(completeSeconds(plain, BYTES, 5))
  })

  test.each([
    ['one-peer-exponential', 16],
    ['one-peer-exponential', 11],
    ['one-peer-hypercube', 8],
    ['random-matching', 10]
  ])('α + m/B for %s of %i peers, whichever links a round uses', (name, peers) => {
    const plan = gossipPlan(name, peers)
    for (const model of [plain, half])
      expect(secondsOf(plan, model, { rounds: 20 })).toBeCloseTo(20 * onePeerSeconds(model, BYTES), 10)
  })

  test.each([1, 2, 16])('2 (α + N m/B) for a hub of %i peers, and one less if it is one of them', clients => {
    const plan = planFor('star', 'ring', clients)
    for (const model of [plain, half]) {
      const seconds = secondsOf(plan, model, { peers: clients, rounds: 3 })
      expect(seconds).toBeCloseTo(3 * serverSeconds(model, BYTES, clients, 'hub'), 10)
      expect(seconds).toBeCloseTo(3 * serverSeconds(model, BYTES, clients + 1, 'peer'), 10)
    }
  })

  test.each([2, 5, 16])('2 (N − 1)(α + m/(NB)) for a ring all-reduce of %i peers', peers => {
    const around = directedRing(peers)
    const plan = planOf(around, { hops: range(2 * (peers - 1)).map(() => around) })
    for (const model of [plain, half])
      expect(secondsOf(plan, model, { bytes: BYTES / peers })).toBeCloseTo(
        ringAllReduceSeconds(model, BYTES, peers),
        10
      )
  })

  test('what peers compute comes before what they send, and hubs compute nothing', () => {
    const model = { ...plain, stepMs: 500 }
    expect(secondsOf(gossipPlan('ring', 6), model, { localSteps: 4, rounds: 3 })).toBeCloseTo(
      3 * (2 + 2.25),
      10
    )
    expect(secondsOf(planFor('star', 'ring', 3), model, { peers: 3, localSteps: 4 })).toBeCloseTo(2 + 6.5, 10)
  })

  test('peers that do not talk take what they compute', () => {
    const plan = planFor('none', 'ring', 4)
    const model = { ...plain, stepMs: 10 }
    expect(secondsOf(plan, model, { localSteps: 5, rounds: 6 })).toBeCloseTo(0.3, 12)
    const clock = clockAfter(plan, model, { localSteps: 5, rounds: 6 })
    clock.round(6, 70)
    expect(clock.seconds).toBeCloseTo(1, 12)
  })
})

describe('peers have no common start', () => {
  test('whoever does not hear the slow one goes on without it', () => {
    // 0 and 1 hear each other, 2 hears them and is slow; the lines of 0 and 1 send two messages each.
    const links = linksOf({ neighbours: [[1], [0], [0, 1]] })
    const model = { ...plain, stepMs: 50_000 }
    const clock = clockAfter(planOf(links), model, { rounds: 3, takesPart: () => Uint8Array.of(0, 0, 1) })
    expect([...clock.ready]).toEqual([6.75, 6.75, 150])
    expect(clock.seconds).toBe(150)
  })

  test('news of a delay takes a hop per round', () => {
    const path = linksOf({ neighbours: [[1], [0, 2], [1, 3], [2]] })
    const late = (round: number) => Uint8Array.of(round === 0 ? 1 : 0, 0, 0, 0)
    const model = { ...plain, stepMs: 100_000 }
    const readyAfter = (rounds: number) => [
      ...clockAfter(planOf(path), model, { rounds, takesPart: late }).ready
    ]
    // In round 0 alone peer 0 computes, for 100 s; all messages take 2.25 s, for those in the middle hear two.
    expect(readyAfter(1)).toEqual([100, 102.25, 2.25, 2.25])
    expect(readyAfter(2)).toEqual([104.5, 102.25, 104.5, 4.5])
    expect(readyAfter(3)).toEqual([104.5, 106.75, 104.5, 106.75])
  })

  test('in slots peers go on that have nothing to do with each other', () => {
    const plan = planFor('pairwise', 'ring', 100)
    const all = secondsOf(plan, plain)
    expect(plan.hops.length).toBe(100)
    // One after the other they would take 125 s.
    expect(all).toBeLessThan(30)
    expect(all).toBeGreaterThanOrEqual(2 * onePeerSeconds(plain, BYTES))
  })

  test('several hops of a round are several exchanges', () => {
    const plan = planFor('gossip:steps=3', 'ring', 8)
    expect(secondsOf(plan, plain, { rounds: 2 })).toBeCloseTo(6 * gossipSeconds(plain, BYTES, 2), 10)
  })

  test('a plan that says something else over every link takes as long as one that does not', () => {
    const plan = planFor('relay-sum', 'star', 6)
    expect(plan.perLink).toBe(true)
    expect(secondsOf(plan, plain)).toBe(gossipSeconds(plain, BYTES, 5))
  })

  test('a message takes as long as it is long', () => {
    const links = linksOf({ neighbours: [[1], [2], [0]] })
    const { ready } = clockAfter(planOf(links), plain, { bytes: sender => [1000, 2000, 6000][sender]! })
    expect([...ready]).toEqual([2.25, 6.25, 1.25])
  })
})

/** A ring through all peers in some order, and other links besides. */
const strongly = fc.integer({ min: 2, max: 6 }).chain(peers =>
  fc
    .record({
      order: fc.shuffledSubarray(range(peers), { minLength: peers }),
      more: fc.array(fc.tuple(fc.nat(peers - 1), fc.nat(peers - 1)), { maxLength: 8 })
    })
    .map(({ order, more }) => {
      const heard = range(peers).map(() => new Set<number>())
      order.forEach((i, at) => {
        heard[i]!.add(order[(at + 1) % peers]!)
      })
      for (const [i, j] of more) if (i !== j) heard[i]!.add(j)
      return linksOf({ neighbours: heard.map(others => [...others].sort((a, b) => a - b)) })
    })
)

test.each([plain, half])(
  'from some size of messages on the line of a server takes longer than its latencies',
  model => {
    for (const [server, clients, participants] of [
      ['peer', 5, 6],
      ['hub', 6, 7]
    ] as const) {
      const bytes = lineOutweighsLatencyFrom(model, 6, server)
      const plan = planFor('star', 'ring', clients)
      expect(plan.participants).toBe(participants)
      expect(secondsOf(plan, model, { bytes, peers: clients })).toBeCloseTo((4 * model.latencyMs) / 1000, 10)
      expect(serverSeconds(model, bytes, 6, server)).toBeCloseTo((4 * model.latencyMs) / 1000, 10)
    }
  }
)

test('in the long run a round takes the mean of the slowest cycle of the overlay', () => {
  fc.assert(
    fc.property(
      strongly,
      fc.record({
        latencyMs: fc.constantFrom(0, 1000, 3000),
        stepMs: fc.constantFrom(0, 2000, 50_000),
        duplex: fc.constantFrom('full' as const, 'half' as const)
      }),
      (links, given) => {
        const model = { ...plain, ...given }
        const clock = new RoundClock(planOf(links), BYTES, model, {
          peers: links.participants,
          localSteps: 1,
          seed: '1'
        })
        // After what comes first all grows in a period that every number of peers divides; seconds are whole.
        for (let round = 0; round < 1200; round++) clock.round(round)
        const before = clock.ready.slice()
        for (let round = 1200; round < 1260; round++) clock.round(round)
        const expected = cycleSeconds(overlayOf(links, BYTES, model, 1))
        clock.ready.forEach((seconds, i) => {
          expect((seconds - before[i]!) / 60).toBeCloseTo(expected, 9)
        })
      }
    ),
    { numRuns: 60 }
  )
})

describe('relayed messages', () => {
  test('come around a ring of 8 in four waves, two in and two out of each line', () => {
    const plan = planFor('mesh', 'ring', 8)
    expect(secondsOf(plan, plain)).toBe(4 * (0.25 + 2))
  })

  test('wait in the next round for the copies that nobody needed', () => {
    // All hear all at once; then everybody passes 3 messages on to 2 others each: 6 copies.
    const plan = planFor('mesh', 'complete', 4)
    const first = 0.25 + 3
    expect(secondsOf(plan, plain)).toBe(first)
    expect(secondsOf(plan, plain, { rounds: 3 })).toBe(3 * first + 2 * 6)
    // What peers compute in the meantime is time for the lines.
    const busy = { ...plain, stepMs: 6000 }
    expect(secondsOf(plan, busy, { rounds: 3 })).toBe(3 * (6 + first))
  })

  test('keep the busiest line busy with all copies, in and out, if it is of half duplex', () => {
    const peers = 20
    const plan = planFor('mesh', 'star', peers)
    const quick = { ...half, latencyMs: 0 }
    const steady = (secondsOf(plan, quick, { rounds: 40 }) - secondsOf(plan, quick, { rounds: 20 })) / 20
    // The hub gets every leaf's message, sends its own to all leaves, and passes each on to the others.
    expect(steady).toBeCloseTo(2 * (peers - 1) + (peers - 1) * (peers - 2), 9)
  })

  test('leave a relay behind those that it has sent before', () => {
    // A triangle, whose peer 2 has a neighbour 3 that only it can tell of the others.
    const neighbours = [[1, 2], [0, 2], [0, 1, 3], [2]]
    const plan = planOf(completeLinks(4), { relays: linksOf({ neighbours }) })
    // First all speak: 3 messages on the line of peer 2. Then it passes 6 on, of which the others have not heard 4, and hears none.
    expect([...clockAfter(plan, plain).ready]).toEqual([9.5, 9.5, 3.25, 9.5])
    // It goes on at 9.25, when those are sent, and 0 and 1 at 10.5, when each has told the other what both have heard of it.
    expect([...clockAfter(plan, plain, { rounds: 2 }).ready]).toEqual([20, 20, 13.75, 20])
  })

  test('never ask more of a line than it carries', () => {
    fc.assert(
      fc.property(strongly, links => {
        const both = range(links.participants).map(() => new Set<number>())
        for (const [i, others] of both.entries()) {
          for (const j of links.senders.subarray(links.rowStart[i], links.rowStart[i + 1])) {
            others.add(j)
            both[j]!.add(i)
          }
        }
        const relays = linksOf({ neighbours: both.map(others => [...others].sort((a, b) => a - b)) })
        const sent = new Float64Array(links.participants)
        for (const { copies } of wavesOf(relays))
          relays.senders.forEach((j, k) => {
            sent[j] = sent[j]! + copies[k]!
          })
        const plan = planOf(completeLinks(links.participants), { relays })
        const rounds = 50
        // The last round may end before its last copies are sent.
        expect(secondsOf(plan, plain, { rounds })).toBeGreaterThanOrEqual((rounds - 1) * Math.max(...sent))
      })
    )
  })

  test('go over plans in which everybody hears everybody', () => {
    const plan = planFor('mesh', 'ring', 5)
    expect(plan.hops[0]!.senders).toEqual(completeLinks(5).senders)
    expect(secondsOf({ ...plan, relays: completeLinks(5) }, plain)).toBe(completeSeconds(plain, BYTES, 5))
  })
})

describe('chance', () => {
  const alone = planOf(linksOf({ neighbours: [[]] }), { hops: [] })

  test.each([0.2, 1, 4])(
    'makes a peer that computes for a second compute %f seconds longer on average',
    extra => {
      const rounds = 20_000
      const model = { ...plain, stepMs: 1000, stragglers: extra }
      const mean = secondsOf(alone, model, { rounds }) / rounds
      // Five standard errors.
      expect(Math.abs(mean - (1 + extra))).toBeLessThan((5 * extra) / Math.sqrt(rounds))
      expect(mean).not.toBe(1 + extra)
    }
  )

  test.each([0.01, 0.3, 0.9])('loses %f of the messages, each for two latencies and a transfer', loss => {
    // Peer 0 hears 1, who hears nobody: what it waits for each time is a message of its own.
    const links = linksOf({ neighbours: [[1], []] })
    const rounds = 20_000
    const lost = range(rounds).map(round => {
      const clock = new RoundClock(
        planOf(links),
        BYTES,
        { ...plain, loss },
        { peers: 1, localSteps: 1, seed: '1' }
      )
      clock.round(round)
      return (clock.seconds - 1.25) / 1.5
    })
    for (const count of lost.slice(0, 100)) expect(Number.isInteger(count)).toBe(true)
    const mean = sum(lost) / rounds
    const error = Math.sqrt(loss) / (1 - loss) / Math.sqrt(rounds)
    expect(Math.abs(mean - loss / (1 - loss))).toBeLessThan(5 * error)
  })

  test('sends again by itself what a hub sent with all others: each failure costs the time of one message', () => {
    const clients = 7
    const plan = planFor('star', 'ring', clients)
    const bare = secondsOf(plan, plain, { peers: clients })
    const lossy = { ...plain, loss: 0.3 }
    const failures = range(200).map(seed => {
      const seconds = secondsOf(plan, lossy, { peers: clients, seed: String(seed) })
      return (seconds - bare) / 1.5
    })
    for (const count of failures) expect(count).toBeCloseTo(Math.round(count), 9)
    // The largest of seven draws up to the hub, and of seven down: each is E max = Σ_a 1 − (1 − 0.3^a)^7.
    const expected = 2 * sum(range(60).map(a => 1 - (1 - 0.3 ** (a + 1)) ** clients))
    expect(Math.abs(sum(failures) / 200 - expected)).toBeLessThan(0.3)
  })

  test('makes the last of many relayed copies take as long as the largest of as many draws', () => {
    // Two hubs and a bridge between them, over which the leaves of each side go in one wave, 5 at a time.
    const leaves = 5
    const neighbours = [
      [1, ...range(leaves).map(i => i + 2)],
      [0, ...range(leaves).map(i => i + 2 + leaves)],
      ...range(leaves).map(() => [0]),
      ...range(leaves).map(() => [1])
    ]
    const plan = planOf(completeLinks(12), { relays: linksOf({ neighbours }) })
    const loss = 0.2
    const model = { ...plain, latencyMs: 1000, mbitPerSecond: 1e9, loss }
    const rounds = 4000
    const seconds = range(rounds).map(round => {
      const clock = new RoundClock(plan, BYTES, model, { peers: 1, localSteps: 1, seed: '1' })
      clock.round(round)
      return clock.seconds
    })
    // Hub 0 hears 5 leaves and the other hub, then 5 messages over the bridge: the largest of 6 draws, then that of 5
    // after what hub 1 waited for. Drawn here in another way.
    let state = 12345
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return (state >>> 0) / 4294967296
    }
    const attempts = (): number => {
      let count = 1
      while (uniform() < loss) count++
      return count
    }
    const largest = (count: number): number => Math.max(...range(count).map(attempts))
    const wave = (count: number): number => 1 + 2 * (largest(count) - 1)
    const expected = range(rounds).map(() => Math.max(wave(6), wave(6) + wave(5)))
    const mean = sum(seconds) / rounds
    const reference = sum(expected) / rounds
    const spread = Math.sqrt(sum(expected.map(x => (x - reference) * (x - reference))) / rounds)
    expect(Math.abs(mean - reference)).toBeLessThan((5 * spread * Math.SQRT2) / Math.sqrt(rounds))
  })

  test('is the same for the same seed, and another for another', () => {
    const plan = gossipPlan('torus', 12)
    const model = { ...plain, stepMs: 100, stragglers: 1, loss: 0.1 }
    const ready = (seed: string): number[] => [...clockAfter(plan, model, { rounds: 30, seed }).ready]
    expect(ready('a')).toEqual(ready('a'))
    expect(ready('a')).not.toEqual(ready('b'))
  })
})

describe('on any network', () => {
  const models = fc.record({
    latencyMs: fc.double({ min: 0, max: 100, noNaN: true }),
    mbitPerSecond: fc.double({ min: 0.001, max: 100, noNaN: true }),
    duplex: fc.constantFrom('full' as const, 'half' as const),
    stepMs: fc.double({ min: 0, max: 10, noNaN: true }),
    stragglers: fc.double({ min: 0, max: 3, noNaN: true }),
    loss: fc.double({ min: 0, max: 0.9, noNaN: true })
  })
  const plans = fc
    .constantFrom(
      gossipPlan('ring', 7),
      gossipPlan('epidemic', 9),
      gossipPlan('de-bruijn', 8),
      planFor('star', 'ring', 5),
      planFor('mesh', 'torus', 9),
      planFor('broadcast', 'star', 6)
    )
    .map(plan => ({ plan, peers: Math.min(plan.participants, 5) }))

  const never = (what: string, worse: (model: NetworkModel) => NetworkModel): void => {
    test(what, () => {
      fc.assert(
        fc.property(plans, models, ({ plan, peers }, model) => {
          const [good, bad] = [model, worse(model)].map(each => secondsOf(plan, each, { peers, rounds: 4 }))
          expect(bad).toBeGreaterThanOrEqual(good! * (1 - 1e-12))
        })
      )
    })
  }
  never('half duplex is never faster', model => ({ ...model, duplex: 'half' }))
  never('less bandwidth is never faster', model => ({ ...model, mbitPerSecond: model.mbitPerSecond / 3 }))
  never('more latency is never faster', model => ({ ...model, latencyMs: model.latencyMs + 5 }))
  never('more loss is never faster', model => ({ ...model, loss: (1 + model.loss) / 2 }))
  never('more stragglers are never faster', model => ({ ...model, stragglers: model.stragglers + 0.5 }))
})

test('a thousand peers and 500 rounds are passed, all at one pace', () => {
  const plan = gossipPlan('one-peer-exponential', 1000)
  const seconds = secondsOf(plan, plain, { rounds: 500 })
  expect(seconds).toBeCloseTo(500 * onePeerSeconds(plain, BYTES), 6)
})
