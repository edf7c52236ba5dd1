/** The runs of a contender as one curve with its band, against rounds, bytes or seconds. */
import type { Comparison, ContestRun } from '../../compare/comparison.ts'
import { lengthWithin } from '../../compare/trial.ts'
import { type Estimate, estimate } from '../../statistics/estimate.ts'
import { mean } from '../../statistics/mean.ts'
import { thinned } from './charts.ts'

/** A measured round in which all runs still went on. */
export interface CurvePoint {
  readonly value: Estimate
  /** On average over the seeds. */
  readonly rounds: number
  readonly busiestBytes: number
  readonly seconds: number
}

/** Of runs that did not diverge, within the budget, at most so many points. */
export function curveOf(
  runs: readonly ContestRun[],
  { statistic, budget }: Pick<Comparison, 'statistic' | 'budget'>,
  most: number
): CurvePoint[] {
  const sound = runs.filter(run => run.divergedIn === null)
  if (sound.length === 0) return []
  const length = Math.min(...sound.map(run => lengthWithin(run, budget)))
  const lines = thinned(
    Array.from({ length }, (_, k) => k),
    most
  )
  return lines.flatMap(k => {
    const values = sound.map(run => run.values[k] ?? Number.NaN).filter(value => !Number.isNaN(value))
    const value = estimate(values, statistic)
    const meanOf = (cost: 'rounds' | 'busiestBytes' | 'seconds'): number =>
      mean(sound.map(run => run[cost][k] ?? Number.NaN))
    return value === null
      ? []
      : [
          {
            value,
            rounds: meanOf('rounds'),
            busiestBytes: meanOf('busiestBytes'),
            seconds: meanOf('seconds')
          }
        ]
  })
}

/** Per peer what it had at the end, on average over the runs that did not diverge; null where it never took part. */
export function peersOf(runs: readonly ContestRun[]): (number | null)[] {
  const sound = runs.filter(run => run.divergedIn === null)
  return (sound[0]?.peers ?? []).map((_, i) => {
    const values = sound.flatMap(run => run.peers[i] ?? [])
    return values.length === 0 ? null : mean(values)
  })
}

/** Bytes in and out at the end; the median over the runs. */
export interface Load {
  readonly in: number
  readonly out: number
}

/** Of the mean peer, of the peer with most in each run, and of the hub, where there is one; undefined without runs. */
export function loadsOf(
  runs: readonly ContestRun[]
): { readonly mean: Load; readonly most: Load; readonly hub: Load | undefined } | undefined {
  const [first] = runs
  if (first === undefined) return undefined
  const none: Load = { in: 0, out: 0 }
  const all = runs.map(({ bytesIn, bytesOut, peers: { length } }) => {
    const loads = bytesIn.map((bytes, p): Load => ({ in: bytes, out: bytesOut[p] ?? 0 }))
    const peers = loads.slice(0, length)
    const meanOf = (direction: keyof Load): number =>
      peers.length === 0 ? 0 : mean(peers.map(load => load[direction]))
    return {
      mean: { in: meanOf('in'), out: meanOf('out') },
      most: peers.reduce((most, load) => (sumOf(load) > sumOf(most) ? load : most), none),
      hub: loads[length]
    }
  })
  const hubs = all.flatMap(({ hub }) => hub ?? [])
  return {
    mean: medianLoad(all.map(each => each.mean)),
    most: medianLoad(all.map(({ most }) => most)),
    hub: hubs.length === 0 ? undefined : medianLoad(hubs)
  }
}

const sumOf = (load: Load): number => load.in + load.out

/** The one in the middle by what goes in and out together, or the mean of both there: so in and out add up to the median. */
function medianLoad(loads: readonly Load[]): Load {
  const ascending = loads.toSorted((a, b) => sumOf(a) - sumOf(b))
  const middle = [ascending[(loads.length - 1) >> 1]!, ascending[loads.length >> 1]!]
  return { in: mean(middle.map(load => load.in)), out: mean(middle.map(load => load.out)) }
}
