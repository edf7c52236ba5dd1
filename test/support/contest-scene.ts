/** A comparison as its screen is told of it: that of `madeComparison`, so far as it is done. */
import { LiveStandings } from '../../src/cli/compare/live-standings.ts'
import { tuningOf } from '../../src/compare/tune.ts'
import type { ContestScene, Phase } from '../../src/dashboard/contest/scene.ts'
import { madeComparison } from './comparison.ts'

/** After the first `done` runs, seed by seed; `changes` overrides what is told. */
export function contestScene(done: number, changes: Partial<ContestScene> = {}): ContestScene {
  const { comparison, runs } = madeComparison(60)
  const phase: Phase = changes.phase ?? 'given'
  const computed = phase === 'tuning' ? tuningOf(comparison) : comparison
  const standings = new LiveStandings(phase, computed)
  const bySeed = runs.toSorted((a, b) => Number(a.seed) - Number(b.seed) || a.contender - b.contender)
  for (const run of bySeed.slice(0, done)) standings.add(run)
  const cells = computed.contenders.length * computed.seeds.length
  return {
    name: comparison.name,
    phase,
    part: 1,
    parts: 1,
    seeds: computed.seeds.length,
    price: comparison.price,
    isOver: false,
    done,
    cells,
    fraction: done / cells,
    passedSeconds: 12,
    secondsToGo: 9,
    problems: standings.problems(),
    ...changes
  }
}
