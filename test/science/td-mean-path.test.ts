/** Four peers whose TD(0) has a common solution that is not the mean of their own: where aggregations come to rest, against published values. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { exactDiffusion } from '../../src/aggregation/exact-diffusion.ts'
import { gossip } from '../../src/aggregation/gossip.ts'
import { gossipScafflsa } from '../../src/aggregation/gossip-scafflsa.ts'
import { gossipTracking } from '../../src/aggregation/gossip-tracking.ts'
import { relaySum } from '../../src/aggregation/relay-sum.ts'
import { star, starScafflsa } from '../../src/aggregation/star.ts'
import type { Aggregation } from '../../src/interfaces.ts'
import { filled, rowsOf, settingsOf } from '../support/matrices.ts'
import { range, sum } from '../support/numbers.ts'
import { type LocalSteps, runRounds } from '../support/rounds.ts'
import { built, matrixOf } from '../support/topologies.ts'

interface Oracle {
  readonly A: number[][][]
  readonly b: number[][]
  readonly own: number[][]
  readonly common: number[]
  readonly meanOfOwn: number[]
  readonly fixed: Record<string, Record<string, number[][]>>
}
const { A, b, own, common, meanOfOwn, fixed } = JSON.parse(
  readFileSync('test/fixtures/td-mean-path.json', 'utf8')
) as Oracle
const PEERS = 4

/** H times θ ← θ + η (b_i − A_i θ + ξ_i). */
const expected =
  (stepSize: number, localSteps: number): LocalSteps =>
  ({ values, stride }, correction) => {
    for (const i of range(PEERS)) {
      const row = i * stride
      for (let h = 0; h < localSteps; h++) {
        const theta = [values[row]!, values[row + 1]!]
        for (const c of [0, 1]) {
          const gradient = sum(A[i]![c]!.map((a, k) => a * theta[k]!)) - b[i]![c]!
          values[row + c] = theta[c]! - stepSize * (gradient - (correction?.[row + c] ?? 0))
        }
      }
    }
  }

function end(aggregation: Aggregation, stepSize: number, localSteps: number, rounds: number): number[][] {
  const theta = filled(
    range(PEERS).map(() => [0, 0]),
    aggregation.plan.participants - PEERS
  )
  runRounds(aggregation, theta, rounds, { local: expected(stepSize, localSteps) })
  return rowsOf(theta, PEERS)
}

const close = (rows: readonly (readonly number[])[], digits: number) =>
  rows.map(row => row.map(x => expect.closeTo(x, digits)))

describe.each(Object.keys(fixed))('on the %s', graph => {
  const settings = (stepSize: number, localSteps: number, rule: 'metropolis' | 'lazy' = 'metropolis') => ({
    ...settingsOf(matrixOf(built(graph, PEERS), rule), 2, stepSize),
    localSteps
  })

  test.each([
    ['ATC_a0.5', 0.5, 1],
    ['ATC_a0.1', 0.1, 1],
    ['local10_a0.5', 0.5, 10],
    ['local10_a0.1', 0.1, 10]
  ] as const)('gossip rests where the linear system says: %s', (key, stepSize, localSteps) => {
    const found = end(
      gossip.build(settings(stepSize, localSteps), { steps: 1 }),
      stepSize,
      localSteps,
      stepSize * localSteps < 0.2 ? 3500 : 900
    )
    expect(found).toEqual(close(fixed[graph]![key]!, 8))
  })

  test.each([1, 10])('what is corrected rests at the common solution, after %i local steps', localSteps => {
    const stepSize = 0.5 / localSteps
    const exact = [
      exactDiffusion.build(settings(stepSize, localSteps, 'lazy'), {}),
      gossipScafflsa.build(settings(stepSize, localSteps, 'lazy'), {}),
      gossipTracking.build(settings(stepSize, localSteps), { outerStep: 1 }),
      starScafflsa.build(settings(stepSize, localSteps), {})
    ]
    for (const aggregation of exact) {
      expect(end(aggregation, stepSize, localSteps, 1500)).toEqual(
        close(
          range(PEERS).map(() => common),
          8
        )
      )
    }
  })
})

test.each(['path', 'star'])(
  'sums relayed on the %s rest where a server does, at the common solution for one local step',
  graph => {
    const settings = (localSteps: number) => ({
      ...settingsOf(matrixOf(built(graph, PEERS)), 2, 0.5),
      localSteps
    })
    const once = end(relaySum.build(settings(1), {}), 0.5, 1, 1500)
    expect(once).toEqual(
      close(
        range(PEERS).map(() => common),
        8
      )
    )
    const often = end(relaySum.build(settings(10), {}), 0.5, 10, 500)
    expect(often).toEqual(close(end(star.build(settings(10), {}), 0.5, 10, 500), 8))
    expect(often).toEqual(close(fixed.complete!['local10_a0.5']!, 8))
  }
)

test('the common solution is not the mean of what the peers learn alone', () => {
  expect(meanOfOwn).toEqual([0, 1].map(c => expect.closeTo(sum(own.map(theta => theta[c]!)) / PEERS, 9)))
  expect(Math.abs(meanOfOwn[1]! - common[1]!)).toBeGreaterThan(0.04)
})
