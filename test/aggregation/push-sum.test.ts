import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gossip } from '../../src/aggregation/gossip.ts'
import { pushSum } from '../../src/aggregation/push-sum.ts'
import { hashedUniform, hashKey } from '../../src/core/hash.ts'
import { receiversOf } from '../../src/core/links.ts'
import type { Aggregation, Mixing, ParameterMatrix } from '../../src/interfaces.ts'
import { mixingOf } from '../../topologies/mixing/mixing.ts'
import { fixed } from '../../topologies/parts/topology.ts'
import fixture from '../fixtures/gossip-protocols.json' with { type: 'json' }
import { filled, rowsOf } from '../support/matrices.ts'
import { distance, range, sum } from '../support/numbers.ts'
import {
  expectHalvesToAgree,
  expectRestoredToAgree,
  expectToStayFinite,
  linksAt,
  mixingBy,
  player,
  settingsOver
} from '../support/playing.ts'

const { pushSum: oracle, sgp } = fixture
/** Five peers that do not hear whom they speak to, but for 0 and 2. */
const graph = {
  neighbours: range(5).map(i => oracle.edges.flatMap(([from, to]) => (to === i ? [from!] : [])).sort())
}
const five = mixingOf(fixed('five', graph, { directed: true }), 'push', 1)
const column = (values: readonly number[]) => filled(values.map(x => [x]))
const firstOf = (theta: ParameterMatrix): number[] => rowsOf(theta, theta.rows).map(([x]) => x!)

/** Entry c of what all have and what is under way. */
function total({ state }: Aggregation, c: number, width: number): number {
  const every = (name: string, row: number) =>
    [...(state[name] as Float64Array)].filter((_, at) => at % row === c)
  return sum(every('mass', width)) + sum(every('given', width + 1)) - sum(every('taken', width + 1))
}
const weightsOf = ({ state }: Aggregation, width = 2): number[] =>
  [...(state.mass as Float64Array)].filter((_, at) => at % width === width - 1)

/** Loses this share of messages. */
const losing = (share: number, seed: string) => {
  const key = hashKey(seed, 'loss')
  return (k: number, round: number): boolean => hashedUniform(key, k, round, 0, 0) < share
}

describe('push-sum', () => {
  test('splits sums and weights as the textbook does on a directed graph of five', () => {
    const theta = column(oracle.start)
    const aggregation = pushSum.build(settingsOver(five, 1), {})
    const play = player(aggregation, theta)
    for (const round of range(60)) {
      play(round)
      const expected = oracle.series.find(({ t }) => t === round + 1)
      if (expected === undefined) continue
      expect(distance(expected.ratio, firstOf(theta))).toBeLessThan(1e-10)
      expect(distance(expected.w, weightsOf(aggregation))).toBeLessThan(1e-10)
      const sums = [...(aggregation.state.mass as Float64Array)].filter((_, at) => at % 2 === 0)
      expect(distance(expected.x, sums)).toBeLessThan(1e-10)
    }
    expect(
      distance(
        firstOf(theta),
        range(5).map(() => oracle.mean)
      )
    ).toBeLessThan(1e-10)
  })

  test('approaches the mean at the rate |λ₂|', () => {
    const theta = column(oracle.start)
    const play = player(pushSum.build(settingsOver(five, 1), {}), theta)
    const errors = range(45).map(round => {
      play(round)
      return distance(
        firstOf(theta),
        range(5).map(() => oracle.mean)
      )
    })
    expect((errors[44]! / errors[14]!) ** (1 / 30)).toBeCloseTo(oracle.secondModulus, 2)
  })

  test('is right where weights whose rows sum to 1 agree on something else', () => {
    const uniform = mixingOf(fixed('five', graph, { directed: true }), 'uniform', 1)
    const theta = column(oracle.start)
    const play = player(gossip.build(settingsOver(uniform, 1), { steps: 1 }), theta)
    for (const round of range(200)) play(round)
    expect(
      distance(
        firstOf(theta),
        range(5).map(() => oracle.rowStochasticLimit)
      )
    ).toBeLessThan(1e-9)
  })

  test.each(Object.entries(sgp.fixed))(
    'ends with local steps of size %s where stochastic gradient push does',
    (stepSize, expected) => {
      const theta = column([0, 0, 0, 0, 0])
      const play = player(pushSum.build(settingsOver(five, 1), {}), theta, {
        learn({ values, stride }) {
          for (const i of range(5)) {
            const x = values[i * stride]!
            values[i * stride] = x - Number(stepSize) * sgp.a[i]! * (x - sgp.b[i]!)
          }
        }
      })
      const rounds = Math.ceil(40 / Number(stepSize))
      for (const round of range(rounds)) play(round)
      expect(distance(firstOf(theta), expected)).toBeLessThan(1e-9)
    }
  )

  test.each([
    ['exponential:directed=true', 'metropolis'],
    ['star', 'lazy'],
    ['one-peer-exponential', 'own']
  ] as const)('is gossip, to rounding, on a doubly stochastic W: %s, %s', (topology, rule) => {
    const mixing = mixingBy(topology, 8, rule, 50)
    const rows = range(8).map(i => [i, 10 - i * i, 1 / (1 + i)])
    const learn = ({ values, stride }: ParameterMatrix, round: number): void => {
      for (const at of range(8 * stride)) values[at] = 0.9 * values[at]! + ((at * 7 + round) % 5) - 2
    }
    const [a, b] = [filled(rows), filled(rows)]
    const first = player(pushSum.build(settingsOver(mixing, 3), {}), a, { learn })
    const second = player(gossip.build(settingsOver(mixing, 3), { steps: 1 }), b, { learn })
    for (const round of range(50)) {
      first(round)
      second(round)
      expect(distance(rowsOf(a, 8).flat(), rowsOf(b, 8).flat())).toBeLessThan(1e-12)
    }
  })

  test('is stochastic gradient push on directed graphs that change, where some hear nobody in some rounds', () => {
    const mixing = mixingBy('epidemic', 7, 'push', 30)
    const { rowStart, senders } = mixing.links
    const step = (x: number, i: number): number => x - 0.1 * (1 + i / 4) * (x - i)
    const theta = column(range(7))
    const play = player(pushSum.build(settingsOver(mixing, 1), {}), theta, {
      learn({ values, stride }) {
        for (const i of range(7)) values[i * stride] = step(values[i * stride]!, i)
      }
    })
    let s = range(7)
    let w = range(7).map(() => 1)
    let lonely = 0
    for (const round of range(30)) {
      play(round)
      const { weights, selfWeights } = mixing.at(round)
      const half = s.map((x, i) => x + step(x / w[i]!, i) - x / w[i]!)
      const spread = (x: readonly number[]): number[] =>
        x.map((own, i) => {
          const links = range(rowStart[i + 1]! - rowStart[i]!).map(n => rowStart[i]! + n)
          if (links.every(k => weights[k] === 0)) lonely++
          return selfWeights[i]! * own + sum(links.map(k => weights[k]! * x[senders[k]!]!))
        })
      s = spread(half)
      w = spread(w)
      expect(
        distance(
          firstOf(theta),
          s.map((x, i) => x / w[i]!)
        )
      ).toBeLessThan(1e-10)
    }
    expect(lonely).toBeGreaterThan(0)
  })

  test('averages exactly on graphs that change, as one-peer exponential in log₂ N rounds', () => {
    const theta = column(range(16))
    const play = player(
      pushSum.build(settingsOver(mixingBy('one-peer-exponential', 16, 'push'), 1), {}),
      theta
    )
    for (const round of range(4)) play(round)
    expect(
      distance(
        firstOf(theta),
        range(16).map(() => 7.5)
      )
    ).toBeLessThan(1e-14)
  })

  test('loses no mass with lost messages: the mean is exact whatever does not come', () => {
    const starts = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 5, maxLength: 5 })
    fc.assert(
      fc.property(starts, fc.double({ min: 0, max: 0.6, noNaN: true }), fc.nat(1e6), (start, share, seed) => {
        const theta = column(start)
        const aggregation = pushSum.build(settingsOver(five, 1), {})
        const play = player(aggregation, theta, { isLost: losing(share, `${seed}`) })
        for (const round of range(400)) {
          play(round)
          if (round % 50 === 0) expect(total(aggregation, 0, 2)).toBeCloseTo(sum(start), 10)
        }
        expect(total(aggregation, 1, 2)).toBeCloseTo(5, 12)
        expect(
          distance(
            firstOf(theta),
            range(5).map(() => sum(start) / 5)
          )
        ).toBeLessThan(1e-9)
      }),
      { numRuns: 40 }
    )
  })

  test('loses nothing to rounding, however large the totals of its links have grown', () => {
    const theta = column(oracle.start)
    const aggregation = pushSum.build(settingsOver(five, 1), {})
    for (const name of ['given', 'taken']) {
      const totals = aggregation.state[name] as Float64Array
      totals.forEach((_, at) => {
        if (at % 3 !== 2) totals[at] = 1e9
      })
    }
    const play = player(aggregation, theta, { isLost: losing(0.3, 'large') })
    for (const round of range(5000)) play(round)
    expect(total(aggregation, 1, 2)).toBe(5)
    expect(Math.abs(total(aggregation, 0, 2) - 20)).toBeLessThan(1e-12 * 5000)
    expect(
      distance(
        firstOf(theta),
        range(5).map(() => 4)
      )
    ).toBeLessThan(1e-6)
  })

  test('counts the totals of a peer that begins anew from zero, and those told to it from what it hears first', () => {
    const theta = column([7, 7, 7, 7, 7])
    const aggregation = pushSum.build(settingsOver(five, 1), {})
    const play = player(aggregation, theta, { isLost: losing(0.2, 'anew') })
    for (const round of range(300)) {
      if (round === 100) aggregation.restart(2, 1)
      if (round === 200) aggregation.restart(0, 1)
      play(round)
      // Mass out of nowhere, or none where there was some, would show at once.
      expect(distance(firstOf(theta), [7, 7, 7, 7, 7])).toBeLessThan(1e-12)
    }
    // Two brought 1 each; gone are what they had and what was under way to them.
    expect(sum(weightsOf(aggregation))).toBeGreaterThan(2)
    expect(sum(weightsOf(aggregation))).toBeLessThan(6)
  })

  test('lets a peer that begins anew weigh about as much as the others', () => {
    const mixing = mixingBy('torus', 16)
    const theta = column(range(16).map(() => 0))
    const aggregation = pushSum.build(settingsOver(mixing, 1), {})
    const play = player(aggregation, theta)
    for (const round of range(100)) {
      if (round === 50) {
        aggregation.restart(3, 1)
        theta.values[3 * theta.stride] = 16
      }
      play(round)
    }
    // It had 1 and brings 1; of each of four neighbours a fifth is gone.
    expect(sum(weightsOf(aggregation))).toBeCloseTo(16 - 4 / 5, 12)
    expect(
      distance(
        firstOf(theta),
        range(16).map(() => 16 / (16 - 4 / 5))
      )
    ).toBeLessThan(1e-9)
  })

  test('keeps θ of a peer that takes no part, to the bit, and takes it back into the exact mean', () => {
    const mixing = mixingBy('ring', 8)
    const isTorn = linksAt(mixing, 5)
    const start = range(8).map(i => i * i)
    const theta = column(start)
    const play = player(pushSum.build(settingsOver(mixing, 1), {}), theta, {
      isLost: (k, round) => round >= 3 && round < 2000 && isTorn(k)
    })
    for (const round of range(3)) play(round)
    const kept = firstOf(theta)[5]!
    for (const round of range(1997)) {
      play(3 + round)
      expect(firstOf(theta)[5]).toBe(kept)
    }
    for (const round of range(1000)) play(2000 + round)
    expect(
      distance(
        firstOf(theta),
        range(8).map(() => sum(start) / 8)
      )
    ).toBeLessThan(1e-9)
  })

  test('comes to the exact mean of a directed graph whose halves are cut off for long', () => {
    const mixing = mixingBy('exponential:directed=true', 8, 'push')
    const receivers = receiversOf(mixing.links)
    const isAcross = (k: number): boolean => receivers[k]! < 4 !== mixing.links.senders[k]! < 4
    const theta = column(range(8))
    const play = player(pushSum.build(settingsOver(mixing, 1), {}), theta, {
      isLost: (k, round) => round < 60 && isAcross(k)
    })
    for (const round of range(60)) play(round)
    expect(firstOf(theta)[7]! - firstOf(theta)[0]!).toBeGreaterThan(3)
    for (const round of range(100)) play(60 + round)
    expect(
      distance(
        firstOf(theta),
        range(8).map(() => 3.5)
      )
    ).toBeLessThan(1e-9)
  })

  test('loses only a share of each neighbour to a peer that stops for good', () => {
    const mixing = mixingBy('torus', 16)
    const aggregation = pushSum.build(settingsOver(mixing, 1), {})
    const play = player(aggregation, column(range(16)), { isLost: linksAt(mixing, 3) })
    for (const round of range(1000)) play(round)
    const alive = weightsOf(aggregation).filter((_, i) => i !== 3)
    expect(sum(alive)).toBeCloseTo(15 - 4 / 5, 12)
    expect(
      distance(
        alive,
        range(15).map(() => (15 - 4 / 5) / 15)
      )
    ).toBeLessThan(1e-9)
  })

  test('shares evenly among those that are left, also where links take turns', () => {
    const mixing = mixingBy('hypercuboid', 8, 'push', 900)
    const gone = [0, 4, 6]
    const isTorn = gone.map(i => linksAt(mixing, i))
    const theta = column(range(8).map(i => i * i))
    const aggregation = pushSum.build(settingsOver(mixing, 1), {})
    const play = player(aggregation, theta, { isLost: k => isTorn.some(isOf => isOf(k)) })
    for (const round of range(900)) play(round)
    const left = (values: readonly number[]): number[] => values.filter((_, i) => !gone.includes(i))
    for (const values of [left(weightsOf(aggregation)), left(firstOf(theta))]) {
      expect(Math.min(...values)).toBeGreaterThan(0.2)
      expect(Math.max(...values) - Math.min(...values)).toBeLessThan(1e-9)
    }
  })

  test('keeps θ of a peer that takes no part, to the bit, also where it should hear nobody in some rounds', () => {
    const mixing = mixingBy('epidemic:fanout=1', 7, 'push', 400)
    const isTorn = linksAt(mixing, 3)
    for (const stoppedAt of range(40)) {
      const theta = column(range(7).map(i => 1 / (i + 3)))
      const play = player(pushSum.build(settingsOver(mixing, 1), {}), theta, {
        isLost: (k, round) => round >= stoppedAt && isTorn(k)
      })
      for (const round of range(stoppedAt)) play(round)
      const kept = firstOf(theta)[3]!
      for (const round of range(40)) {
        play(stoppedAt + round)
        expect(firstOf(theta)[3]).toBe(kept)
      }
    }
  })

  test('stays finite whatever numbers arrive', () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 7,
      maxLength: 40
    })
    fc.assert(
      fc.property(numbers, sent => {
        expectToStayFinite(pushSum.build(settingsOver(five, 2), {}), filled(range(5).map(i => [i, -i])), sent)
      })
    )
  })

  const meetings: [string, Mixing][] = [
    ['five', five],
    ['epidemic', mixingBy('epidemic', 7, 'push', 60)],
    ['torus', mixingBy('torus', 9)]
  ]
  test.each(meetings)('comes to the same bits in two processes, and after a checkpoint: %s', (_, mixing) => {
    const rows = range(mixing.links.participants).map(i => [i, 1 / (i + 1), -3])
    const settings = settingsOver(mixing, 3)
    const events = { isLost: losing(0.2, 'halves') }
    expectHalvesToAgree(pushSum, settings, {}, rows, 30, events)
    expectRestoredToAgree(pushSum, settings, {}, rows, 20, events)
  })

  test('says what it sends: sums, the weight, and an incarnation of two bytes', () => {
    const aggregation = pushSum.build(settingsOver(five, 3), {})
    expect(aggregation.plan).toMatchObject({
      perLink: true,
      payload: [{ count: 4 }, { count: 1, below: 65536 }]
    })
  })
})
