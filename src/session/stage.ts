/** What those who look on are told before a run begins: who is there, who talks to whom, where to draw them. */
import { topologies } from '../../topologies/index.ts'
import { circleLayout } from '../../topologies/parts/layouts.ts'
import { layoutOf } from '../../topologies/parts/stress-layout.ts'
import { rivalsOf, usesHub } from '../aggregation/names.ts'
import { receiversOf, waysOf } from '../core/links.ts'
import { parseNamed } from '../experiment/named.ts'
import { hasFaults } from '../faults/rules.ts'
import type { NetworkPlan } from '../interfaces.ts'
import { predictionOf } from '../prediction/forecast.ts'
import type { RunningSwarm } from '../running-swarm.ts'
import type { Setting } from '../setting.ts'
import type { Stage } from './protocol.ts'

export function stageOf(
  setting: Setting,
  { plan, round, commanded }: Pick<RunningSwarm, 'plan' | 'round' | 'commanded'>
): Stage {
  const { experiment, fleet, judge } = setting
  return {
    labels: fleet.labels,
    participants: plan.participants,
    edges: edgesOf(plan).pairs,
    period: plan.uses === undefined ? 1 : setting.topology.period,
    layout: placesOf(setting),
    measures: judge.measures,
    rivals: rivalsOf(experiment.aggregation, hasFaults(experiment) || commanded.length > 0),
    predicted: predictionOf(setting),
    firstRound: round
  }
}

export interface Edges {
  /** Pairs of participants that talk, the lower first, ascending. */
  readonly pairs: readonly (readonly [number, number])[]
  /** Per hop, or of the relays, and link: its edge. */
  readonly ofLinks: readonly Int32Array[]
}

export function edgesOf(plan: Pick<NetworkPlan, 'participants' | 'hops' | 'relays'>): Edges {
  const { participants } = plan
  // A pair as one number, so that numbers ascend as pairs do.
  const keys = waysOf(plan).map(links => {
    const receivers = receiversOf(links)
    return Float64Array.from(
      links.senders,
      (j, k) => Math.min(j, receivers[k]!) * participants + Math.max(j, receivers[k]!)
    )
  })
  const edges = distinct(keys)
  return {
    pairs: Array.from(edges, key => [Math.floor(key / participants), key % participants]),
    ofLinks: keys.map(ofHop => Int32Array.from(ofHop, key => indexIn(edges, key)))
  }
}

/** What is in any of these, ascending, once. */
function distinct(arrays: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let filled = 0
  for (const array of arrays) {
    all.set(array, filled)
    filled += array.length
  }
  return all.sort().filter((value, k) => value !== all[k - 1])
}

/** Where `value` is in an ascending array that has it. */
function indexIn(ascending: Float64Array, value: number): number {
  let [first, last] = [0, ascending.length - 1]
  while (first < last) {
    const middle = (first + last) >>> 1
    if (ascending[middle]! < value) first = middle + 1
    else last = middle
  }
  return first
}

/** Where to draw the participants: x, y in [0, 1], interleaved. A hub is in the middle of its peers. */
export function placesOf({ experiment, graph }: Setting): Float64Array {
  const { aggregation, peers } = experiment
  if (usesHub(aggregation)) {
    const places = new Float64Array(2 * peers + 2).fill(0.5)
    places.set(circleLayout(peers))
    return places
  }
  const { family, options } = parseNamed(experiment.topology, topologies, 'topology')
  return layoutOf(family, peers, options, graph)
}
