import { expect, test } from 'vitest'
import type { Comparison, ContestRun } from '../../src/compare/comparison.ts'
import { standingsOf } from '../../src/compare/standings.ts'
import { verdictOf } from '../../src/compare/verdict.ts'
import { comparisonOf, runOf } from './runs.ts'

const verdict = (comparison: Comparison, runs: readonly ContestRun[]) =>
  verdictOf(comparison, standingsOf(comparison, runs)).paragraphs[0]

const ofRounds = (comparison: Comparison, runs: readonly ContestRun[]) =>
  verdictOf(comparison, standingsOf(comparison, runs)).inCommon

const SEEDS = ['1', '2', '3', '4', '5']
const comparison = comparisonOf({ alone: 'none', server: 'star', 'ring, gossip': 'gossip' }, { seeds: SEEDS })

/** A run for every seed, whose figures go up to `1 + spread` times as much. */
const runs = (
  contender: number,
  values: readonly number[],
  cost: Parameters<typeof runOf>[3] = {},
  { seeds = SEEDS, spread = 0.1 } = {}
) =>
  seeds.map((seed, s) =>
    runOf(
      contender,
      seed,
      values.map(x => x * (1 + (spread * s) / (seeds.length - 1))),
      cost
    )
  )

test('names a winner that is ahead with every seed and whose interval overlaps with that of no other', () => {
  const text = verdict(comparison, [
    ...runs(0, [8, 8, 8, 8], { busiestBytes: 0, seconds: 0.5 }),
    ...runs(1, [8, 2, 2, 2], { busiestBytes: 320, seconds: 1 }),
    ...runs(2, [8, 8, 8, 2.5], { busiestBytes: 10, seconds: 2 })
  ])
  expect(text).toContain(
    'server has the lowest fixed point, 2.10 (95 % 2.00 to 2.20), apart from all others; the next, ring, gossip, has 2.96 times its error, 95 % 2.96 to 2.96.'
  )
  expect(text).toContain("Alone: 4.00 times the server's error (95 % 4.00 to 4.00).")
})

test('names none where the first is ahead with every seed, but seeds differ by more than that', () => {
  const text = verdict(comparison, [
    ...runs(0, [8, 8], {}, { spread: 0.2 }),
    ...runs(1, [2, 2], {}, { spread: 0.2 }),
    ...runs(2, [2.1, 2.1], {}, { spread: 0.25 })
  ])
  expect(text).toContain(
    'server is ahead of all others seed by seed, with the lowest fixed point, 2.20 (95 % 2.00 to 2.40); the next, ring, gossip, has 7.3 % more, 95 % +5 % to +9.4 %. ' +
      'Over the seeds its interval overlaps with that of ring, gossip, so no winner is named.'
  )
})

test('names none with fewer seeds than can tell, though one is far ahead', () => {
  const seeds = ['1', '2', '3']
  const text = verdict({ ...comparison, seeds }, [
    ...runs(1, [2, 2], {}, { seeds }),
    ...runs(2, [20, 20], {}, { seeds })
  ])
  expect(text).toContain('server is ahead of all others seed by seed')
  expect(text).toContain('3 seeds are too few to name a winner.')
  expect(text).toContain(
    'An interval of 3 seeds holds in 75 % of all cases at most: 5 are needed to name a winner.'
  )
})

test('lists those that are not apart seed by seed', () => {
  const better = SEEDS.map((seed, s) => runOf(2, seed, [s === 2 ? 2.2 : 1.8]))
  expect(verdict(comparison, [...runs(1, [2], {}, { spread: 0 }), ...better])).toContain(
    'No winner is named: seed by seed ring, gossip and server are not apart, at a fixed point of 1.88 (95 % 1.80 to 2.20).'
  )
})

test('says what a graph loses and gains against the server, and who is at the target first', () => {
  const slow = verdict(comparison, [
    ...runs(1, [8, 2, 2, 2], { busiestBytes: 320, seconds: 1 }),
    ...runs(2, [8, 8, 8, 2.04], { busiestBytes: 10, seconds: 2 })
  ])
  expect(slow).toContain(
    'the target after 2× the rounds (95 % 2.00 to 2.00), 1/16 of the bytes at the busiest and 4× the predicted seconds.'
  )
  expect(slow).toContain(
    'First at the target at lan: server, 2.00 s; of the graphs the first is ring, gossip, 8.00 s, 4 times as long (95 % 4.00 to 4.00).'
  )
  const fast = verdict(comparison, [
    ...runs(1, [8, 2, 2, 2], { busiestBytes: 320, seconds: 4 }),
    ...runs(2, [8, 2.04, 2.04, 2.04], { busiestBytes: 10, seconds: 1 })
  ])
  expect(fast).toContain("ring, gossip: the server's error within 2 % (95 % +2 % to +2 %)")
  expect(fast).toContain(
    'First at the target at lan: ring, gossip, 2.00 s; of the servers the first is server, 8.00 s, 4 times as long (95 % 4.00 to 4.00).'
  )
})

test('calls nobody the first at the target who is not with every seed', () => {
  const three = comparisonOf(
    { server: 'star', 'ring, gossip': 'gossip', 'torus, gossip': 'gossip' },
    { seeds: SEEDS, target: 2 }
  )
  const ending = (contender: number, at: readonly number[]) =>
    SEEDS.map((seed, s) =>
      runOf(
        contender,
        seed,
        Array.from({ length: 9 }, (_, k) => (k + 1 < at[s]! ? 8 : 1))
      )
    )
  const server = ending(0, [8, 8, 8, 8, 8])
  const ring = ending(1, [3, 3, 3, 3, 3])
  expect(verdict(three, [...server, ...ring, ...ending(2, [4, 4, 2, 4, 4])])).toContain(
    'Among the first at the target at lan: ring, gossip, 3.00 s, from which seed by seed torus, gossip is not apart; ' +
      'of the servers the first is server, 8.00 s, 2.7 times as long (95 % 2.67 to 2.67).'
  )
  expect(verdict(three, [...server, ...ring, ...ending(2, [4, 4, 4, 4, 4])])).toContain(
    'First at the target at lan: ring, gossip, 3.00 s; of the servers'
  )
})

test('calls one who is there before with the only seed the first', () => {
  const seeds = ['1']
  expect(
    verdict({ ...comparison, seeds, target: 2.5 }, [runOf(1, '1', [8, 2, 2]), runOf(2, '1', [2, 2, 2])])
  ).toContain(
    'First at the target at lan: ring, gossip, 1.00 s; of the servers the first is server, 2.00 s, 2 times as long.'
  )
})

test('tells what takes infinitely long with some seed by the medians, and with how many it is there', () => {
  const late = SEEDS.map((seed, s) => runOf(2, seed, s < 3 ? [8, 8, 2, 2] : [8, 8, 8, 8]))
  const text = verdict({ ...comparison, target: 2.5 }, [...runs(1, [8, 2, 2, 2]), ...late])
  expect(text).toContain('the target after 1.5× the rounds by the medians, with 3 of 5 seeds, ')
})

test('names the first of those that exchange where one who does not is there before, in a few milliseconds', () => {
  const text = verdict(comparison, [
    ...runs(0, [2, 2], { busiestBytes: 0, seconds: 0.00262 }),
    ...runs(1, [2, 2], { seconds: 0.4 }),
    ...runs(2, [9, 9], { seconds: 0.2 })
  ])
  expect(text).toContain(
    'First at the target at lan: alone, 2.62 ms, which exchanges nothing; of the others server, 400 ms; no graph gets there.'
  )
})

test('says what the seconds of a round are spent on, and that the hub does not learn', () => {
  // Per round two messages of 15 bytes, as if one of four peers took part.
  const text = ofRounds(comparison, runs(1, [2, 2], { busiestBytes: 10, seconds: 1 }))
  expect(text).toContain(
    "A round with the server takes 1.00 s at lan: 0.1 % latency, less than 0.1 % the hub's line (2 messages of 15 B)"
  )
  const [contender] = comparison.contenders
  const measured: Comparison = {
    ...comparison,
    price: 'libp2p (measured)',
    contenders: comparison.contenders.map(each => ({
      ...each,
      experiment: { ...(contender ?? each).experiment, ...each.experiment, transport: 'libp2p' }
    }))
  }
  const both = [
    ...runs(1, [2, 2], { busiestBytes: 10, seconds: 1 }),
    ...runs(2, [2, 2], { busiestBytes: 10, seconds: 2 })
  ]
  expect(verdict(measured, both)).not.toContain('predicted')
  expect(ofRounds(measured, both)).toBe('The hub does not learn: 2N = 8 messages a round for 4 peers.')
})

test('says on which side of the server an error lies, and where that is not sure', () => {
  const text = verdict(comparison, [...runs(1, [2, 2]), ...runs(2, [1.9, 1.9])])
  expect(text).toContain("ring, gossip: an error 5 % below the server's (95 % −5 % to −5 %);")
  const mixed = [...runs(1, [2, 2], {}, { spread: 0 }), ...runs(2, [1.9, 1.9], {}, { spread: 0.2 })]
  expect(verdict(comparison, mixed)).toContain(
    "ring, gossip: the server's error within 4.3 % (95 % −5 % to +14 %), so no difference is shown;"
  )
})

test('says who never gets there and who diverged', () => {
  const text = verdict(comparison, [
    ...runs(0, [8, 8, 8, 8], { busiestBytes: 0 }),
    ...runs(1, [8, 2, 2, 2], { busiestBytes: 40 }),
    ...runs(2, [8, 6, 6, 6], { busiestBytes: 10 })
  ])
  expect(text).toContain(
    "ring, gossip: 3.00 times the server's error (95 % 3.00 to 3.00); the target is not reached, with 1/4 of the bytes at the busiest in all"
  )
  expect(verdict(comparison, [...runs(1, [2, 2]), ...runs(2, [], { divergedIn: 1 })])).toContain(
    'Diverged: ring, gossip with all 5 seeds.'
  )
})

test('ranks nobody by one seed, and nothing without runs', () => {
  expect(verdict(comparison, [runOf(1, '1', [2, 2]), runOf(2, '1', [3, 3])])).toContain(
    'one seed has no interval, so nobody is ranked'
  )
  expect(verdict(comparison, [])).toBe('no run has ended yet.')
})

test('of returns tells how far they are apart', () => {
  const returns = comparisonOf(
    { server: 'star', 'ring, gossip': 'gossip' },
    { metric: 'return', seeds: SEEDS }
  )
  const text = verdict(returns, [...runs(0, [100, 100]), ...runs(1, [70, 70])])
  expect(text).toContain(
    'server has the highest return, 105.0 (95 % 100.0 to 110.0), apart from all others; the next, ring, gossip, has a return 31.50 lower, 95 % 30.00 to 33.00.'
  )
  expect(text).toContain(
    "ring, gossip: a return 31.50 below the server's (95 % −33.00 to −30.00); the target is not reached"
  )
})

test('tells the speed-up over learning alone where that gets to the target, too', () => {
  const text = verdict({ ...comparison, target: 2.5 }, [
    ...runs(0, [8, 8, 8, 8, 8, 2]),
    ...runs(1, [8, 2, 2, 2, 2, 2]),
    ...runs(2, [8, 8, 2, 2, 2, 2])
  ])
  expect(text).toContain('; a speed-up of 2 over learning alone, in samples of a peer')
  expect(
    verdict({ ...comparison, target: 2.5 }, [...runs(0, [8, 8]), ...runs(1, [8, 2]), ...runs(2, [8, 2])])
  ).not.toContain('speed-up')
})

test('of runs that all diverged says that, with which seeds, and what to try', () => {
  const all = [0, 1, 2].flatMap(contender => runs(contender, [], { divergedIn: 1 }))
  expect(verdict(comparison, all)).toBe(
    'all runs diverged, those of every contender, with seeds 1, 2, 3, 4 and 5. Try a smaller --step-size than 0.5, or fewer --local-steps.'
  )
  const some = [
    ...runs(0, [], { divergedIn: 1 }),
    ...runs(1, [], { divergedIn: 1 }),
    ...runs(2, [2, 2]).slice(0, 3),
    ...runs(2, [], { divergedIn: 1 }).slice(3)
  ]
  expect(verdict(comparison, some)).toContain(
    'no contender has a figure. Diverged: alone with all 5 seeds; server with all 5 seeds; ring, gossip with 2 of 5 (seeds 4 and 5). Try'
  )
})

test('says nothing of a target where there is none', () => {
  const text = verdict({ ...comparison, budget: { of: 'bytes', amount: 100 } }, [
    ...runs(0, [8, 8], { busiestBytes: 0 }),
    ...runs(1, [2, 2], { busiestBytes: 320 }),
    ...runs(2, [2, 2])
  ])
  expect(text).toContain('No measured round within 100 bytes at the busiest: server.')
  expect(text).not.toContain('target')
})

test('says who has no measured round within the budget', () => {
  const text = verdict({ ...comparison, budget: { of: 'bytes', amount: 1 } }, [
    ...runs(0, [8, 8], { busiestBytes: 0 }),
    ...runs(1, [2, 2]),
    ...runs(2, [2, 2])
  ])
  expect(text).toContain('No measured round within 1 byte at the busiest: server and ring, gossip.')
})

test('calls what is even as good, or as many, and a hair a hair', () => {
  const even = verdict({ ...comparison, target: 2.5 }, [
    ...runs(0, [8, 2, 2]),
    ...runs(1, [8, 2, 2]),
    ...runs(2, [8, 2, 2])
  ])
  expect(even).toContain(
    "ring, gossip: as good as the server's; the target after as many rounds, bytes at the busiest and predicted seconds."
  )
  expect(even).not.toMatch(/ 0 %|speed-up|1×/)
  const hair = verdict(comparison, [...runs(1, [2, 2]), ...runs(2, [2.00002, 2.00002])])
  expect(hair).toContain('the next, ring, gossip, has less than 0.01 % more')
  const little = verdict(comparison, [...runs(1, [2, 2]), ...runs(2, [2.004, 2.004])])
  expect(little).toContain('the next, ring, gossip, has 0.2 % more, 95 % +0.2 % to +0.2 %')
})

test('tells what holds for all problems once, and what differs in each', () => {
  const problems = ['near', 'FAR'].map(label => ({ label, metric: 'fixedPointError' as const }))
  const contenders = problems.flatMap((_, problem) =>
    comparison.contenders.map(contender => ({ ...contender, problem }))
  )
  const two = { ...comparison, problems, contenders }
  const found = (seconds: number) => {
    const all = [...runs(1, [2, 2], { seconds: 1 }), ...runs(4, [2, 2], { seconds })]
    return verdictOf(two, standingsOf(two, all))
  }
  const same = found(1)
  expect(same.inCommon).toContain('A round with the server takes 1.00 s')
  expect(same.paragraphs.join()).not.toContain('A round')
  expect(same.paragraphs.map(text => text.slice(0, 5))).toEqual(['near:', 'FAR: '])
  const other = found(2)
  expect(other.inCommon).toBe('')
  expect(other.paragraphs[0]).toContain('A round with the server takes 1.00 s')
  expect(other.paragraphs[1]).toContain('A round with the server takes 2.00 s')
})
