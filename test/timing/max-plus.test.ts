import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linksOf } from '../../src/core/links.ts'
import type { Links } from '../../src/interfaces.ts'
import { cycleSeconds, type Overlay, overlayOf } from '../../src/timing/max-plus.ts'
import { networkModelOf } from '../../src/timing/network-models.ts'
import { range } from '../support/numbers.ts'
import { directedRing } from './plans.ts'

const overlay = (links: Links, delays: readonly number[], own: number): Overlay => ({
  links,
  delaySeconds: Float64Array.from(delays),
  ownSeconds: new Float64Array(links.participants).fill(own)
})

/** The largest mean over all cycles, each walked through from its least peer. */
function slowestCycle({ links, delaySeconds, ownSeconds }: Overlay): number {
  const { participants, rowStart, senders } = links
  let slowest = Math.max(...ownSeconds)
  const walk = (start: number, at: number, seconds: number, visited: readonly number[]): void => {
    for (let k = rowStart[at]!; k < rowStart[at + 1]!; k++) {
      const next = senders[k]!
      const total = seconds + delaySeconds[k]!
      if (next === start) slowest = Math.max(slowest, total / visited.length)
      else if (next > start && !visited.includes(next)) walk(start, next, total, [...visited, next])
    }
  }
  for (let start = 0; start < participants; start++) walk(start, start, 0, [start])
  return slowest
}

const overlays = fc.integer({ min: 1, max: 6 }).chain(peers =>
  fc
    .array(fc.tuple(fc.nat(peers - 1), fc.nat(peers - 1), fc.integer({ min: 0, max: 50 })), {
      maxLength: 20
    })
    .chain(edges =>
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: peers, maxLength: peers }).map(own => {
        const delays = range(peers).map(() => new Map<number, number>())
        for (const [i, j, delay] of edges) if (i !== j) delays[i]!.set(j, delay)
        const rows = delays.map(row => [...row].sort(([a], [b]) => a - b))
        return {
          links: linksOf({ neighbours: rows.map(row => row.map(([j]) => j)) }),
          delaySeconds: Float64Array.from(rows.flatMap(row => row.map(([, delay]) => delay))),
          ownSeconds: Float64Array.from(own)
        }
      })
    )
)

describe('the seconds of a round in the long run', () => {
  test('are the mean delay around a ring: 3 of 1, 2 and 6', () => {
    expect(cycleSeconds(overlay(directedRing(3), [1, 2, 6], 0))).toBe(3)
  })

  test.each([
    [1, 3],
    [3, 3],
    [7, 7]
  ])('are not less than what a peer computes: with %i they are %i', (own, seconds) => {
    expect(cycleSeconds(overlay(directedRing(3), [1, 2, 6], own))).toBe(seconds)
  })

  test('of peers that hear nobody are what the slowest computes', () => {
    const links = linksOf({ neighbours: [[], [], []] })
    expect(cycleSeconds({ ...overlay(links, [], 0), ownSeconds: Float64Array.of(2, 5, 4) })).toBe(5)
  })

  test('do not depend on a link that is on no cycle', () => {
    const links = linksOf({ neighbours: [[1], [0], [0]] })
    expect(cycleSeconds(overlay(links, [1, 3, 100], 0))).toBe(2)
  })

  test('are the mean of the slowest cycle', () => {
    fc.assert(
      fc.property(overlays, each => {
        expect(cycleSeconds(each)).toBeCloseTo(slowestCycle(each), 10)
      })
    )
  })
})

test('an overlay adds computation, latency and the share of the lines', () => {
  // 1 kB over 1 kB/s; peer 0 hears two, and both hear it.
  const model = networkModelOf('lan:latencyMs=500,mbitPerSecond=0.008,stepMs=100,stragglers=0', '--network')
  const { delaySeconds, ownSeconds } = overlayOf(linksOf({ neighbours: [[1, 2], [0], [0]] }), 1000, model, 3)
  expect([...ownSeconds]).toEqual([0.3, 0.3, 0.3].map(x => expect.closeTo(x, 12)))
  expect([...delaySeconds]).toEqual([2.8, 2.8, 2.8, 2.8].map(x => expect.closeTo(x, 12)))
})
