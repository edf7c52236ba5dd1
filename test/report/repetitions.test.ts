/** What repetitions say together, as a table and as JSON, of outcomes made up here. */
import { expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { emptyTraffic } from '../../src/network/traffic.ts'
import { isComplete, type Repetitions, summaryOf } from '../../src/report/repetitions.ts'
import { repetitionsJson } from '../../src/report/repetitions-json.ts'
import { repetitionsTable } from '../../src/report/repetitions-table.ts'
import type { Outcome, Result } from '../../src/session/protocol.ts'

/** Two peers, whose value errors are half and three halves of the swarm's. */
function result(aggregation: Result['aggregation'], valueError: number): Result {
  const swarm = {
    consensusError: 0.5,
    valueError,
    excessValueError: 0.1,
    fixedPointError: 2,
    return: null,
    valueGap: null,
    policyDistance: null,
    entropy: null
  }
  const column = Float64Array.of(valueError / 2, (3 * valueError) / 2)
  const peers = {
    consensusError: column,
    valueError: column,
    excessValueError: column,
    fixedPointError: column,
    return: null,
    valueGap: null,
    policyDistance: null,
    entropy: null
  }
  const { messages, bytes } = { messages: 10, bytes: 100 }
  const traffic = { messages, bytes, missing: 0, refused: 0, dropped: {}, waitedFor: [], virtualMs: 0 }
  const perPeer = emptyTraffic(2)
  return {
    aggregation,
    round: 400,
    swarm,
    tail: swarm,
    peers,
    correctionSum: null,
    best: null,
    experience: null,
    stopped: [],
    traffic,
    perPeer,
    seconds: 2
  }
}

/** A run of two peers with gossip, between learning alone and a server. */
function outcome(
  seed: number,
  here: number,
  alone: number,
  star: number,
  more: Partial<Outcome> = {}
): Outcome {
  return {
    status: 'finished',
    experiment: resolve({ peers: 2, topology: 'complete', aggregation: 'gossip', seed: String(seed) })
      .experiment,
    labels: ['a', 'b'],
    withFaults: false,
    result: result('gossip', here),
    rivals: [result('none', alone), result('star', star)],
    divergedRivals: [],
    parameters: [],
    neighbours: [],
    replayed: undefined,
    folder: undefined,
    ...more
  }
}

function repetitions(outcomes: readonly Outcome[], more: Partial<Repetitions> = {}): Repetitions {
  const { experiment } = outcomes[0] ?? outcome(1, 1, 1, 1)
  const asked = outcomes.map(each => each.experiment.seed)
  return { experiment, statistic: 'mean', asked, outcomes, failed: [], ...more }
}

/** Gossip halves the error of learning alone, and the server is a little better or worse. */
const FOUR = repetitions([
  outcome(1, 1, 2, 1.1),
  outcome(2, 1.25, 2.5, 1.15),
  outcome(3, 1.125, 2.25, 1),
  outcome(4, 1, 2, 1.05)
])

// The differences from the server are -0.1, 0.1, 0.125 and -0.05; of four numbers the interval is from the least to the greatest.
test('who is better is said only where the intervals are apart', () => {
  const lines = repetitionsTable(FOUR).split('\n')
  expect(lines.filter(line => /overlap|apart/.test(line))).toEqual([
    'alone       −1.09  −1.25 to −1.00   are apart: gossip is better',
    'star       0.0187  −0.100 to 0.125  overlap: no winner'
  ])
})

test('says in how many cases intervals of a few seeds hold at most', () => {
  expect(repetitionsTable(FOUR)).toContain(
    'Bootstrap intervals: of 4 seeds they hold in 87.5 % of all cases at most.'
  )
})

test('the table fits 80 columns', () => {
  for (const line of repetitionsTable(FOUR).split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})

test('differences and gains are those of the same seed, so that what seeds have in common has no width', () => {
  const [gossip, alone] = summaryOf(FOUR)?.aggregations ?? []
  expect(gossip?.metrics.get('valueError')?.values).toEqual([1, 1.25, 1.125, 1])
  expect(gossip?.gain).toEqual({ value: 2, interval: { low: 2, high: 2 } })
  expect(gossip?.difference).toBeNull()
  expect(alone?.gain).toBeNull()
  expect(alone?.difference?.value).toBe(-1.09375)
  expect(summaryOf(FOUR)?.peers).toEqual(
    [0, 1].map(peer => ({ peer, gain: { value: 2, interval: { low: 2, high: 2 } }, least: 2, most: 2 }))
  )
})

test('the interquartile mean leaves out the best and the worst of four seeds, and is called so', () => {
  const iqm = { ...FOUR, statistic: 'iqm' } as const
  expect(summaryOf(iqm)?.aggregations[0]?.metrics.get('valueError')?.estimate.value).toBe(1.0625)
  expect(repetitionsTable(iqm)).toContain('interquartile mean  95 % interval')
  expect(JSON.parse(JSON.stringify(repetitionsJson(iqm)))).toMatchObject({
    statistic: 'iqm',
    aggregations: [{ metrics: { valueError: { iqm: 1.0625 } } }, {}, {}]
  })
})

test('one seed has values, no intervals, and nobody is better', () => {
  const table = repetitionsTable(repetitions([outcome(1, 1, 2, 1.5)]))
  expect(table).toMatch(/gossip +1\.00 +–\n/)
  expect(table).toContain('One seed has no interval.')
  expect(table).not.toMatch(/better|overlap/)
})

test('a rival that diverged for some seeds is compared by the others, and the table says so', () => {
  const some = repetitions([
    ...FOUR.outcomes.slice(0, 3),
    outcome(4, 1, 2, 1, {
      rivals: [result('none', 2)],
      divergedRivals: [{ aggregation: 'star', round: 7 }]
    })
  ])
  const star = summaryOf(some)?.aggregations.find(({ aggregation }) => aggregation === 'star')
  expect(star?.metrics.get('valueError')?.values).toEqual([1.1, 1.15, 1, null])
  expect(repetitionsTable(some)).toContain('star diverged with 1 of 4 seeds: its rows are of the others.')
})

test('it says how many seeds are in the table, and why the others are not', () => {
  const table = repetitionsTable({
    ...FOUR,
    asked: ['1', '2', '3', '4', '5', '6'],
    failed: [{ seed: '5', reason: 'diverged' }]
  })
  expect(table).toMatch(/4 of 6 seeds are in the table\.\nSeed 5: diverged$/)
  expect(repetitionsTable(repetitions([], { asked: ['1', '2'] }))).toBe('0 of 2 seeds are in the table.')
})

test('a target has its rounds, with an interval, and the seeds that missed it', () => {
  const { experiment } = resolve({ peers: 2, topology: 'complete', until: 'valueError<1' })
  const missed = { ...outcome(2, 2, 2, 2), status: 'target-missed' } as const
  const table = repetitionsTable(
    repetitions([outcome(1, 0.9, 2, 1), missed, outcome(3, 0.9, 2, 1)], { experiment })
  )
  expect(table).toContain('Target valueError<1 reached with 2 of 3 seeds after 400 (400 to 400) rounds.')
})

test('a run counts once all its rivals have come to their end or diverged', () => {
  const whole = outcome(1, 1, 2, 1)
  expect(isComplete(whole)).toBe(true)
  expect(isComplete({ ...whole, status: 'interrupted' })).toBe(false)
  expect(isComplete({ ...whole, rivals: whole.rivals.slice(0, 1) })).toBe(false)
  const diverged = { rivals: whole.rivals.slice(0, 1), divergedRivals: [{ aggregation: 'star', round: 3 }] }
  expect(isComplete({ ...whole, ...diverged })).toBe(true)
})

test('of policies more is better, and a gain is a difference', () => {
  const none = { valueError: null, excessValueError: null, fixedPointError: null, valueGap: null }
  const earning = (aggregation: Result['aggregation'], value: number): Result => {
    const swarm = { ...none, consensusError: 0.5, return: value, policyDistance: 0.125, entropy: 0.25 }
    const column = Float64Array.of(value - 1, value + 1)
    const peers = { ...none, consensusError: column, return: column, policyDistance: column, entropy: column }
    const experience = { episodes: 10 * value, steps: 100 * value }
    return { ...result(aggregation, 1), swarm, tail: swarm, peers, experience }
  }
  const runs = [20, 22, 21, 23].map((here, k) => {
    const made = outcome(k + 1, 1, 1, 1, {
      result: earning('gossip', here),
      rivals: [earning('none', here - 10 - k), earning('star', here + (k % 2))]
    })
    return { ...made, experiment: { ...made.experiment, until: 'return>19' } }
  })
  const text = repetitionsTable(repetitions(runs))
  expect(text).toMatch(/^return +gossip +21\.50 /m)
  expect(text).toMatch(/^policies apart +gossip +0\.125 /m)
  expect(text).toMatch(/^entropy +gossip +0\.250 /m)
  expect(text).toMatch(/^gain +gossip +\+11\.50 +\+10\.00 to \+13\.00$/m)
  expect(text).toMatch(/^alone +11\.50 .*are apart: gossip is better$/m)
  expect(text).toContain('Gains of single peers (return here − alone): +10.00 to +13.00.')
  expect(text).toMatch(
    /reached with 4 of 4 seeds after 400 \(400 to 400\) rounds, 215 \(\d+ to \d+\) episodes per peer\.$/m
  )
  expect(repetitionsJson(repetitions(runs))).toMatchObject({ measure: 'return' })
})
