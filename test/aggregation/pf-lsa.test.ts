/** PF-LSA with a server and by gossip: every peer at its own solution, with the noise of a mean. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactValues } from '../../peers/environments/exact.ts'
import { requireFinite } from '../../peers/finite.ts'
import { gossipPfLsa } from '../../src/aggregation/gossip-pf-lsa.ts'
import { pfLsa } from '../../src/aggregation/pf-lsa.ts'
import { parameterMatrix } from '../../src/core/parameter-matrix.ts'
import type { Aggregation, Inbox, ParameterMatrix } from '../../src/interfaces.ts'
import { simulatedNetwork } from '../../src/network/simulated.ts'
import type { Setting } from '../../src/setting.ts'
import { filled, rowsOf } from '../support/matrices.ts'
import { distance, range, sum } from '../support/numbers.ts'
import {
  expectHalvesToAgree,
  expectRestoredToAgree,
  mixingBy,
  player,
  settingsOver
} from '../support/playing.ts'
import { descent } from '../support/quadratics.ts'
import { type Run, run } from '../support/run.ts'

const a = [1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75]
const b = range(8)
const ring = mixingBy('ring', 8, 'lazy')
const column = (values: readonly number[]) => filled(values.map(x => [x]))
const firstOf = (theta: ParameterMatrix, count: number): number[] => rowsOf(theta, count).map(([x]) => x!)
const learning = (stepSize: number, localSteps: number) => {
  const local = descent({ a, b }, stepSize, localSteps)
  return (theta: ParameterMatrix) => local(theta, undefined)
}
/** `share` of the messages, decided by link and round. */
const losing =
  (share: number) =>
  (k: number, round: number, hop = 0): boolean =>
    ((k * 7919 + round * 104729 + hop * 13) % 97) / 97 < share

/** Σ_i y_i − Σ_i Δ_i of one parameter each. */
function surplus({ state }: Aggregation): number {
  const total = (name: string) => sum((state[name] as Float64Array).filter((_, at) => at % 4 === 0))
  return total('tracked') - total('moves')
}

describe('with a server', () => {
  test('a round is θ − β Δ − (1 − β) mean Δ', () => {
    const rows = fc.array(fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.nat(100)), {
      minLength: 8,
      maxLength: 8
    })
    fc.assert(
      fc.property(rows, fc.double({ min: 0.01, max: 1, noNaN: true }), (starts, own) => {
        const theta = column([...starts.map(([x]) => x), 0])
        const learn = ({ values }: ParameterMatrix) => {
          for (const [i, [, move]] of starts.entries()) values[i * 4] = values[i * 4]! - move
        }
        player(pfLsa.build(settingsOver(ring, 1), { own }), theta, { learn })(0)
        const mean = sum(starts.map(([, move]) => move)) / 8
        const expected = starts.map(([x, move]) => x - own * move - (1 - own) * mean)
        expect(distance(firstOf(theta, 8), expected)).toBeLessThan(1e-9)
      })
    )
  })

  test('a share of 1 is to learn alone, to the bit', () => {
    const theta = column([...range(8).map(i => 1 / (1 + i)), 0])
    const alone = column([...firstOf(theta, 8), 0])
    const learn = learning(0.1, 3)
    const play = player(pfLsa.build(settingsOver(ring, 1), { own: 1 }), theta, { learn })
    for (const round of range(20)) {
      play(round)
      learn(alone)
      expect(firstOf(theta, 8)).toEqual(firstOf(alone, 8))
    }
  })

  test.each([
    [0.1, 1, 0],
    [0.5, 5, 0],
    [0.1, 5, 0.3]
  ])(
    'with β = %f, H = %i and a share of %f of the messages lost, peers end at their own minima',
    (own, localSteps, share) => {
      const theta = column(range(9).map(() => -3))
      const events = { learn: learning(0.1, localSteps), isLost: losing(share) }
      const play = player(pfLsa.build(settingsOver(ring, 1), { own }), theta, events)
      for (const round of range(3000)) play(round)
      expect(distance(firstOf(theta, 8), b)).toBeLessThan(1e-12)
    }
  )

  test('a hub that has heard nobody has no mean step to tell', () => {
    const theta = column(range(9).map(() => 0))
    const learn = ({ values }: ParameterMatrix) => {
      for (const i of range(8)) values[i * 4] = values[i * 4]! + 1
    }
    const isLost = (_k: number, round: number, hop: number) => round > 0 && hop === 0
    const play = player(pfLsa.build(settingsOver(ring, 1), { own: 0.25 }), theta, { learn, isLost })
    play(0)
    expect(firstOf(theta, 8)).toEqual(range(8).map(() => 1))
    play(1)
    expect(firstOf(theta, 8)).toEqual(range(8).map(() => 1.25))
  })

  test('two processes, one with the hub, have the bits of one', () => {
    const [peers, middle] = [8, 3]
    const learn = learning(0.1, 2)
    const settings = settingsOver(ring, 1)
    const whole = { aggregation: pfLsa.build(settings, { own: 0.3 }), theta: parameterMatrix(9, 1) }
    const parts = [
      { first: 0, last: middle },
      { first: middle, last: peers + 1 }
    ].map(hosted => ({
      hosted,
      aggregation: pfLsa.build({ ...settings, hosted }, { own: 0.3 }),
      theta: parameterMatrix(9, 1)
    }))
    const play = player(whole.aggregation, whole.theta, { learn })
    const network = simulatedNetwork(whole.aggregation.plan)
    for (const round of range(10)) {
      play(round)
      for (const { aggregation, theta } of parts) {
        aggregation.begin?.(round, theta)
        learn(theta)
      }
      for (const hop of [0, 1]) {
        const [first, second] = parts.map(({ aggregation, theta }) => aggregation.compose(hop, theta))
        const payloads = second!.payloads.slice()
        payloads.set(first!.payloads.subarray(0, middle * 4))
        const inbox = network.exchange(round, hop, { ...first!, payloads }) as Inbox
        for (const { aggregation, theta } of parts) aggregation.combine(hop, theta, inbox)
      }
    }
    const found = parts.flatMap(({ hosted, theta }) =>
      firstOf(theta, 8).slice(hosted.first, Math.min(hosted.last, peers))
    )
    expect(found).toEqual(firstOf(whole.theta, 8))
  })
})

describe('by gossip', () => {
  test.each([
    'ring',
    'complete',
    'star',
    'one-peer-exponential',
    'random-matching',
    'exponential:directed=true'
  ])('on %s peers end at their own minima', topology => {
    const mixing = mixingBy(topology, 8, topology.startsWith('exponential') ? 'uniform' : 'lazy', 4000)
    const theta = column(range(8).map(() => -3))
    const aggregation = gossipPfLsa.build(settingsOver(mixing, 1), { own: 0.1 })
    const play = player(aggregation, theta, { learn: learning(0.05, 3) })
    for (const round of range(4000)) play(round)
    expect(distance(firstOf(theta, 8), b)).toBeLessThan(1e-8)
  })

  test('is the dense recursion', () => {
    const w = [
      [2 / 3, 1 / 6, 0, 1 / 6],
      [1 / 6, 2 / 3, 1 / 6, 0],
      [0, 1 / 6, 2 / 3, 1 / 6],
      [1 / 6, 0, 1 / 6, 2 / 3]
    ]
    const theta = column([0, 1, 2, 3])
    const aggregation = gossipPfLsa.build(settingsOver(mixingBy('ring', 4, 'lazy'), 1), { own: 0.2 })
    const step = (x: number, i: number): number => 0.3 * (1 + i) * (x - i * i)
    const play = player(aggregation, theta, {
      learn({ values }) {
        for (const i of range(4)) values[i * 4] = values[i * 4]! - step(values[i * 4]!, i)
      }
    })
    let [x, y, before] = [range(4), range(4).map(() => 0), range(4).map(() => 0)]
    for (const round of range(25)) {
      play(round)
      const moves = x.map(step)
      y = w.map((row, i) => sum(row.map((weight, j) => weight * y[j]!)) + moves[i]! - before[i]!)
      x = x.map((value, i) => value - 0.2 * moves[i]! - 0.8 * y[i]!)
      before = moves
      expect(distance(firstOf(theta, 4), x)).toBeLessThan(1e-12 * Math.max(1, ...x.map(Math.abs)))
    }
  })

  test('is stable as long as local steps take less than 2 (1 + w) / (2 − β (1 − w)) off an error, w the smallest eigenvalue of W', () => {
    // Of the cube with Metropolis weights w = −1/2.
    const own = 0.2
    const limit = (2 * 0.5) / (2 - own * 1.5)
    const rest = (taken: number): number => {
      const theta = column(range(8).map(i => (i % 3) - 1))
      const settings = settingsOver(mixingBy('hypercube', 8), 1)
      const play = player(gossipPfLsa.build(settings, { own }), theta, {
        learn({ values }) {
          for (const i of range(8)) values[i * 4] = (1 - taken) * values[i * 4]!
        }
      })
      for (const round of range(1000)) play(round)
      return Math.max(...firstOf(theta, 8).map(Math.abs))
    }
    expect(rest(0.97 * limit)).toBeLessThan(1e-3)
    expect(rest(1.03 * limit)).toBeGreaterThan(1e3)
  })

  test('what is lost in both directions is given back, what is lost in one moves all peers as far as theory says', () => {
    const { rowStart, senders } = ring.links
    const receiverOf = (k: number) => range(8).find(i => k < rowStart[i + 1]!)!
    const own = 0.25
    const endWith = (isLost: (k: number, round: number) => boolean): [number[], number] => {
      const theta = column(range(8).map(() => -3))
      const aggregation = gossipPfLsa.build(settingsOver(ring, 1), { own })
      const play = player(aggregation, theta, { learn: learning(0.1, 1), isLost })
      for (const round of range(1500)) play(round)
      return [firstOf(theta, 8), surplus(aggregation)]
    }
    const [both] = endWith((k, round) => {
      const [i, j] = [receiverOf(k), senders[k]!]
      return round < 200 && losing(0.3)(Math.min(i, j) * 8 + Math.max(i, j), round)
    })
    expect(distance(both, b)).toBeLessThan(1e-10)

    const [one, left] = endWith((k, round) => round < 20 && k === 0)
    expect(Math.abs(left)).toBeGreaterThan(1e-3)
    // Every Δ_i is −(1 − β) times what is left, divided by N.
    const expected = b.map((minimum, i) => minimum - ((1 - own) * left) / 8 / (0.1 * a[i]!))
    expect(distance(one, expected)).toBeLessThan(1e-9)
  })

  test('a peer that hears nobody goes as it learns alone', () => {
    const theta = column(range(8).map(() => -3))
    const alone = column(range(8).map(() => -3))
    const learn = learning(0.1, 2)
    const play = player(gossipPfLsa.build(settingsOver(ring, 1), { own: 0.1 }), theta, {
      learn,
      isLost: () => true
    })
    for (const round of range(5)) {
      play(round)
      learn(alone)
    }
    expect(firstOf(theta, 8)).toEqual(firstOf(alone, 8))
  })

  test('parts of it and one that goes on from a checkpoint have the bits of the whole', () => {
    const rows = range(7).map(i => [i, 1 / (i + 1), -3])
    for (const topology of ['ring', 'one-peer-exponential']) {
      const settings = settingsOver(mixingBy(topology, 7, 'metropolis', 60), 3)
      const learn = ({ values }: ParameterMatrix, round: number): void => {
        for (const at of range(values.length)) values[at] = 0.9 * values[at]! + ((at + round) % 3)
      }
      const events = { learn, isLost: losing(0.2) }
      expectHalvesToAgree(gossipPfLsa, settings, { own: 0.3 }, rows, 30, events)
      expectRestoredToAgree(gossipPfLsa, settings, { own: 0.3 }, rows, 20, events)
    }
  })
})

describe('on ten published Garnets of two opposite types', () => {
  const het = {
    environment: 'file:test/fixtures/garnet_het_N10.json',
    sampling: 'expected',
    stepSize: 1,
    localSteps: 500
  }

  /** Mean square distance of the peers from their θ_i*. */
  function ownError({ setting, parameters }: Run): number {
    const { solutions, stride } = exactValues(requireFinite(setting.fleet, 'a test'))
    const squares = parameters.map((row, i) =>
      sum(row.map((x, c) => (x - solutions[i * stride + c]!) * (x - solutions[i * stride + c]!)))
    )
    return sum(squares) / squares.length
  }

  test('each peer comes to its own θ_i*, with a server and on a ring', async () => {
    expect(ownError(await run({ ...het, aggregation: 'pf-lsa', rounds: 700 }))).toBeLessThan(1e-15)
    const ring = { aggregation: 'gossip-pf-lsa', topology: 'ring', rounds: 1500 }
    expect(ownError(await run({ ...het, ...ring }))).toBeLessThan(1e-9)
  })

  test('FedLSA stays as far from them as they are from each other', async () => {
    const found = ownError(await run({ ...het, aggregation: 'star', localSteps: 10, rounds: 3000 }))
    // (1/N) Σ_i ‖θ_i* − θ*‖², of the file itself.
    expect(found / 524.242).toBeCloseTo(1, 2)
  })
})

describe('with sampled transitions', () => {
  const peers = 10
  const base = {
    environment: 'garnet:states=10,actions=10,branching=3,features=5,discount=0.8,heterogeneity=opposite',
    sampling: 'iid',
    peers,
    localSteps: 1,
    rounds: 60_000,
    measureEvery: 50,
    seed: '3'
  }
  const stepSize = 0.1

  /** Mean square error over the last half, in the norm of Φ, about each peer's own solution. */
  async function floorOf(raw: object): Promise<{ floor: number; setting: Setting }> {
    const { samples, setting } = await run({ ...base, ...raw })
    const late = samples.slice(samples.length / 2)
    return { floor: sum(late.map(({ swarm }) => swarm.excessValueError! ** 2)) / late.length, setting }
  }

  test('N/2 times the step of a single peer comes with its noise and no bias, where FedLSA keeps the dispersion', async () => {
    const { floor: alone } = await floorOf({ aggregation: 'none', stepSize })
    // Variance goes as η (β + 1/N): with β = 1/N that is the same.
    const fast = (stepSize * peers) / 2
    const { floor: server } = await floorOf({ aggregation: 'pf-lsa', stepSize: fast })
    expect(Math.abs(server / alone - 1)).toBeLessThan(0.25)
    const { floor: ring } = await floorOf({
      aggregation: 'gossip-pf-lsa',
      topology: 'ring',
      weights: 'metropolis',
      stepSize: fast
    })
    expect(ring).toBeGreaterThan(server)
    expect(ring / server).toBeLessThan(1.5)

    const { floor: common, setting } = await floorOf({ aggregation: 'star', stepSize: fast })
    const { solution } = exactValues(requireFinite(setting.fleet, 'a test'))
    const atCommon = filled(range(peers).map(() => [...solution.subarray(0, 5)]))
    const dispersion = setting.judge.measure(atCommon).swarm.excessValueError! ** 2
    expect(Math.abs(common / dispersion - 1)).toBeLessThan(0.25)
    expect(common / server).toBeGreaterThan(100)
  })

  test('at the same step a share of 1/N has a fifth of the noise of a single peer', async () => {
    const { floor: alone } = await floorOf({ aggregation: 'none', stepSize })
    const { floor: server } = await floorOf({ aggregation: 'pf-lsa', stepSize })
    expect(alone / server).toBeGreaterThan(5 / 1.25)
    expect(alone / server).toBeLessThan(5 * 1.25)
  })
})
