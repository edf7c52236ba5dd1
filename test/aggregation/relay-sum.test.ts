import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { relaySum } from '../../src/aggregation/relay-sum.ts'
import { hashedUniform, hashKey } from '../../src/core/hash.ts'
import type { Aggregation, Mixing, ParameterMatrix } from '../../src/interfaces.ts'
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

const { relaySum: oracle, relaySgd } = fixture
const TREES = ['path', 'star', 'binary-tree']
const column = (values: readonly number[]) => filled(values.map(x => [x]))
const firstOf = (theta: ParameterMatrix): number[] => rowsOf(theta, theta.rows).map(([x]) => x!)

/** How many values each peer has seen, of messages with one value and their count. */
const seenBy = ({ state }: Aggregation, { links }: Mixing): number[] =>
  range(links.participants).map(i => {
    const heard = range(links.rowStart[i + 1]! - links.rowStart[i]!).map(n => links.rowStart[i]! + n)
    return 1 + sum(heard.map(k => (state.heard as Float64Array)[2 * k + 1]!))
  })

/** Edges between every two peers, by going from neighbour to neighbour. */
function distancesOf({ links: { participants, rowStart, senders } }: Mixing): number[][] {
  return range(participants).map(from => {
    const found: number[] = range(participants).map(i => (i === from ? 0 : -1))
    for (const far of range(participants))
      for (const i of range(participants))
        if (found[i] === far)
          for (const j of senders.subarray(rowStart[i], rowStart[i + 1]))
            if (found[j] === -1) found[j] = far + 1
    return found
  })
}

/** A gradient step of every peer on its own (a/2)(x − b)². */
function descend({ values, stride }: ParameterMatrix): void {
  for (const i of range(8)) {
    const x = values[i * stride]!
    values[i * stride] = x - relaySgd.stepSize * relaySgd.a[i]! * (x - relaySgd.b[i]!)
  }
}
const solution = range(8).map(() => relaySgd.solution)
/** Loses this share of messages. */
const losing = (share: number, seed: string) => {
  const key = hashKey(seed, 'loss')
  return (k: number, round: number): boolean => hashedUniform(key, k, round, 0, 0) < share
}

describe('relay-sum', () => {
  const cases = Object.entries(oracle).map(([text, curve]) => {
    const [, name, peers] = /^(.*?)(\d+)$/.exec(text)!
    return { name: name!.replace('_', '-'), peers: Number(peers), curve: curve as number[][] }
  })

  test.each(cases)(
    'averages what stands still as far as news has come: $name of $peers',
    ({ name, peers, curve }) => {
      const mixing = mixingBy(name, peers)
      const aggregation = relaySum.build(settingsOver(mixing, 1), {})
      const theta = column(range(peers))
      const play = player(aggregation, theta, {
        learn: ({ values }) => values.set(column(range(peers)).values)
      })
      for (const [round, error, fewest] of curve) {
        play(round! - 1)
        expect(
          distance(
            firstOf(theta),
            range(peers).map(() => (peers - 1) / 2)
          )
        ).toBeCloseTo(error!, 10)
        expect(Math.min(...seenBy(aggregation, mixing))).toBe(fewest)
      }
      expect(Math.max(...distancesOf(mixing).flat())).toBe(curve.length - 1)
    }
  )

  test.each(TREES)('sums what each peer had as many rounds ago as it is far: %s', tree => {
    const mixing = mixingBy(tree, 9)
    const far = distancesOf(mixing)
    const values = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 9, maxLength: 9 })
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 14 }), rounds => {
        const theta = column(range(9))
        const learn = (matrix: ParameterMatrix, round: number) =>
          matrix.values.set(column(rounds[round]!).values)
        const play = player(relaySum.build(settingsOver(mixing, 1), {}), theta, { learn })
        for (const r of range(rounds.length)) play(r)
        const now = rounds.length - 1
        const expected = range(9).map(i => {
          const each = range(9).map(j => {
            const round = i === j ? now : now + 1 - far[i]![j]!
            return round < 0 ? rounds[now]![i]! : rounds[round]![j]!
          })
          return sum(each) / 9
        })
        expect(distance(firstOf(theta), expected)).toBeLessThan(1e-12)
      }),
      { numRuns: 40 }
    )
  })

  test.each(TREES)('leads different peers to the common solution: %s', tree => {
    const theta = column(range(8).map(() => 0))
    const play = player(relaySum.build(settingsOver(mixingBy(tree, 8), 1), {}), theta, { learn: descend })
    for (const round of range(3000)) play(round)
    expect(distance(firstOf(theta), solution)).toBeLessThan(1e-13)
  })

  test.each(TREES)('leads them there to the last digit when every tenth message is lost: %s', tree => {
    const theta = column(range(8).map(() => 0))
    const events = { learn: descend, isLost: losing(0.1, tree) }
    const play = player(relaySum.build(settingsOver(mixingBy(tree, 8), 1), {}), theta, events)
    for (const round of range(3000)) play(round)
    expect(distance(firstOf(theta), solution)).toBeLessThan(1e-12)
  })

  test('takes back the local steps of a peer that hears nobody, until all its neighbours are lost', () => {
    const mixing = mixingBy('path', 3)
    const theta = column([1, 2, 3])
    const learn = ({ values, stride }: ParameterMatrix) => {
      values[0] = values[0]! + 1
      values[stride] = values[stride]! + 1
    }
    const play = player(relaySum.build(settingsOver(mixing, 1), {}), theta, {
      learn,
      isLost: linksAt(mixing, 0)
    })
    for (const round of range(32)) play(round)
    expect(firstOf(theta)[0]).toBe(1)
    for (const round of range(8)) play(32 + round)
    expect(firstOf(theta)[0]).toBe(9)
  })

  test('no longer counts a peer that stopped for good, nor all behind it', () => {
    const mixing = mixingBy('path', 7)
    const aggregation = relaySum.build(settingsOver(mixing, 1), {})
    const theta = column(range(7))
    const play = player(aggregation, theta, { isLost: (k, round) => round >= 10 && linksAt(mixing, 2)(k) })
    for (const round of range(41)) play(round)
    expect(seenBy(aggregation, mixing)).toEqual([7, 7, 7, 7, 7, 7, 7])
    for (const round of range(6)) play(41 + round)
    expect(seenBy(aggregation, mixing)).toEqual([2, 2, 1, 4, 4, 4, 4])
    for (const round of range(500)) play(47 + round)
    const [a, b, stopped, ...others] = firstOf(theta)
    expect(a).toBeCloseTo(b!, 10)
    expect(stopped).toBe(firstOf(theta)[2])
    for (const x of others) expect(x).toBeCloseTo(others[0]!, 10)
  })

  test('keeps θ of a peer that takes no part, to the bit', () => {
    const mixing = mixingBy('binary-tree', 9)
    const theta = column(range(9).map(i => 1 / (1 + i)))
    const isTorn = linksAt(mixing, 1)
    const play = player(relaySum.build(settingsOver(mixing, 1), {}), theta, {
      isLost: (k, round) => round >= 4 && isTorn(k)
    })
    for (const round of range(4)) play(round)
    const kept = firstOf(theta)[1]
    for (const round of range(100)) {
      play(4 + round)
      expect(firstOf(theta)[1]).toBe(kept)
    }
  })

  test('counts everybody again within the diameter after a peer has begun anew', () => {
    const mixing = mixingBy('path', 8)
    const aggregation = relaySum.build(settingsOver(mixing, 1), {})
    const theta = column(range(8))
    const play = player(aggregation, theta, { learn: descend })
    for (const round of range(20)) play(round)
    aggregation.restart(4, 1)
    theta.values[4 * theta.stride] = 0
    play(20)
    expect(Math.min(...seenBy(aggregation, mixing))).toBeLessThan(8)
    for (const round of range(6)) play(21 + round)
    expect(seenBy(aggregation, mixing)).toEqual(range(8).map(() => 8))
    for (const round of range(3000)) play(27 + round)
    expect(distance(firstOf(theta), solution)).toBeLessThan(1e-13)
  })

  test('stays finite whatever numbers arrive', () => {
    const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 7,
      maxLength: 40
    })
    const settings = settingsOver(mixingBy('star', 6), 2)
    fc.assert(
      fc.property(numbers, sent => {
        expectToStayFinite(relaySum.build(settings, {}), filled(range(6).map(i => [i, -i])), sent)
      })
    )
  })

  test.each(TREES)('comes to the same bits in two processes, and after a checkpoint: %s', tree => {
    const rows = range(7).map(i => [i, 1 / (i + 1), -3])
    const settings = settingsOver(mixingBy(tree, 7), 3)
    const learn = ({ values }: ParameterMatrix, round: number): void => {
      for (const at of range(values.length)) values[at] = 0.9 * values[at]! + ((at + round) % 3)
    }
    const events = { learn, isLost: losing(0.2, 'halves') }
    expectHalvesToAgree(relaySum, settings, {}, rows, 30, events)
    expectRestoredToAgree(relaySum, settings, {}, rows, 20, events)
  })

  test('refuses a graph that is no tree', () => {
    expect(() => relaySum.build(settingsOver(mixingBy('ring', 5), 1), {})).toThrow(
      'relayed sums need a tree, not 10 links between 5 peers'
    )
  })
})
