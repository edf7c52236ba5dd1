import { expect, test } from 'vitest'
import type { Comparison, ContestRun } from '../../src/compare/comparison.ts'
import { standingsOf } from '../../src/compare/standings.ts'
import { verdictOf } from '../../src/compare/verdict.ts'
import { comparisonOf, runOf } from './runs.ts'

const verdict = (comparison: Comparison, runs: readonly ContestRun[]) =>
  verdictOf(comparison, standingsOf(comparison, runs))[0]

const comparison = comparisonOf({ alone: 'none', server: 'star', 'ring, gossip': 'gossip' })

/** Two runs, whose figures differ by a tenth. */
const twice = (contender: number, values: readonly number[], cost: Parameters<typeof runOf>[3]) =>
  ['1', '2'].map((seed, k) =>
    runOf(
      contender,
      seed,
      values.map(x => x * (1 + 0.1 * k)),
      cost
    )
  )

test('says what a graph loses and gains against the server, with numbers', () => {
  const text = verdict(comparison, [
    ...twice(0, [8, 8, 8, 8], { busiestBytes: 0, seconds: 0.5 }),
    ...twice(1, [8, 2, 2, 2], { busiestBytes: 320, seconds: 1 }),
    ...twice(2, [8, 8, 8, 2.04], { busiestBytes: 10, seconds: 2 })
  ])
  expect(text).toContain('server has the lowest fixed point, 2.10 (95 % 2.00 to 2.20)')
  expect(text).toContain("Alone: 4.00 times the server's error (95 % 4.00 to 4.00).")
  expect(text).toContain(
    "the target after 2× the rounds and 1/16 of the busiest participant's bytes; " +
      'at lan 8.0 s against 2.0 s: the server is faster'
  )
  expect(text).toContain('First at the target in seconds at lan: server, 2.0 s.')
  expect(text).toContain('8 messages a round for 4 peers (2N); as one of them it would be 6.')
  expect(text).toContain('With 2 seeds the intervals are somewhat too narrow.')
})

test('says that the graph is faster where it is, and within how many percent it comes', () => {
  const text = verdict(comparison, [
    ...twice(1, [8, 2, 2, 2], { busiestBytes: 320, seconds: 4 }),
    ...twice(2, [8, 2.04, 2.04, 2.04], { busiestBytes: 10, seconds: 1 })
  ])
  expect(text).toContain(
    'No winner is named: the intervals of server and ring, gossip overlap, at a fixed point of 2.10'
  )
  expect(text).toContain("ring, gossip: the server's error within 2 % (95 % +2 % to +2 %)")
  expect(text).toContain('at lan 2.0 s against 8.0 s: the graph is faster')
})

test('says on which side of the server an error lies, and where that is not sure', () => {
  const text = verdict(comparison, [...twice(1, [2, 2], {}), ...twice(2, [1.9, 1.9], {})])
  expect(text).toContain("ring, gossip: an error 5 % below the server's (95 % −5 % to −5 %);")
  const mixed = [...twice(1, [2, 2], {}), runOf(2, '1', [2.2, 2.2]), runOf(2, '2', [2.09, 2.09])]
  expect(verdict(comparison, mixed)).toContain(
    "ring, gossip: the server's error within 2.5 % (95 % −5 % to +10 %), so no difference is shown;"
  )
})

test('says who never gets there and who diverged', () => {
  const text = verdict(comparison, [
    ...twice(0, [8, 8, 8, 8], { busiestBytes: 0 }),
    ...twice(1, [8, 2, 2, 2], { busiestBytes: 40 }),
    ...twice(2, [8, 6, 6, 6], { busiestBytes: 10 })
  ])
  expect(text).toContain(
    "ring, gossip: 3.00 times the server's error (95 % 3.00 to 3.00); the target is not reached, with 1/4 of the busiest"
  )
  expect(verdict(comparison, [...twice(1, [2, 2], {}), ...twice(2, [], { divergedIn: 1 })])).toContain(
    'Diverged: ring, gossip with 2 of 2 seeds.'
  )
})

test('ranks nobody by one seed, and nothing without runs', () => {
  expect(verdict(comparison, [runOf(1, '1', [2, 2])])).toContain(
    'one seed has no interval, so nobody is ranked'
  )
  expect(verdict(comparison, [])).toBe('no run has ended yet.')
})

test('of returns tells how far they are apart', () => {
  const returns = comparisonOf({ server: 'star', 'ring, gossip': 'gossip' }, { metric: 'return' })
  const text = verdict(returns, [...twice(0, [100, 100], {}), ...twice(1, [70, 70], {})])
  expect(text).toContain('server has the highest return, 105.0 (95 % 100.0 to 110.0), apart from all others.')
  expect(text).toContain(
    "ring, gossip: a return 31.50 below the server's (95 % -33.00 to -30.00); the target is not reached"
  )
})
