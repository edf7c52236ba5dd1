/** Where a swarm ends when it is calm: at the point of those that are still there, whatever it went through. */
import { usesHub } from '../../src/aggregation/names.ts'
import { present } from '../../src/core/assert.ts'
import type { Graph, NeighbourState } from '../../src/interfaces.ts'
import type { Setting } from '../../src/setting.ts'
import type { Swarm } from '../../src/swarm.ts'
import { connectedComponents, staticGraph, undirectedGraph } from '../../topologies/graph.ts'
import { range } from '../support/numbers.ts'
import type { Expected } from './expected.ts'
import { demand } from './moment.ts'
import type { Scenario } from './scenario.ts'
import { federatedPoint, gossipPoints, slowestOf, systemsOf, weightsOf } from './slow.ts'
import { runTo, swarmFrom } from './swarms.ts'
import type { Watched } from './watch.ts'

/** Rounds until a swarm must have agreed and arrived, and between two looks at it. */
const CALM_WITHIN = 40_000
const LOOKED_AT_EVERY = 50
const CLOSE = 1e-8
/** What a round takes off the slowest error, where it is too little to wait for. */
const SLOW = 2e-3

/** Per peer that takes part: the components of θ that are decided, and what they should be. */
type Points = ReadonlyMap<number, ReadonlyMap<number, number>>

/** Lets the swarm run on until those who are there agree, and are where they should be. */
export async function demandCalm(scenario: Scenario, watched: Watched): Promise<void> {
  const { expected, seen, wasHarmed } = watched
  const { aggregation, faults } = scenario.setting.experiment
  const points = pointsOf(scenario, expected, wasHarmed)
  const agrees = aggregation.startsWith('gossip') && faults?.links.length === 0
  if (!agrees && points.size === 0) return
  const swarm = await swarmFrom(scenario, present(seen.at(-1), 'the last round').state)
  const scale = Math.max(1, ...[...points.values()].flatMap(point => [...point.values()].map(Math.abs)))

  /** What is not as it should be yet, if anything. */
  function wrong(): string | undefined {
    const disagreement = agrees ? disagreementIn(expected, swarm) : undefined
    if (disagreement !== undefined) return disagreement
    const off = farthest(points, swarm)
    return off <= CLOSE * scale ? undefined : `θ is ${off} off`
  }
  if (wrong() === undefined) return
  for await (const _ of runTo(swarm, CALM_WITHIN, LOOKED_AT_EVERY)) if (wrong() === undefined) return
  demand(false, 'when it is calm the swarm agrees and arrives', () => `round ${swarm.round}: ${wrong()}`)
}

/** Where a peer does not hear whom it can, has not given up whom it cannot, or two that hear each other do not agree. */
function disagreementIn(expected: Expected, swarm: Swarm): string | undefined {
  const neighboursOf = (i: number): readonly NeighbourState[] => swarm.inspect(i).neighbours
  for (const i of expected.up) {
    for (const { neighbour: j, silence, epoch } of neighboursOf(i)) {
      if (silence !== (expected.hears(i, j) ? 0 : Number.POSITIVE_INFINITY)) {
        return `peer ${i} has not heard ${j} for ${silence} exchanges`
      }
      if (!expected.hears(i, j) || !expected.hears(j, i)) continue
      const other = neighboursOf(j).find(({ neighbour }) => neighbour === i)
      if (epoch !== other?.epoch) return `${i} and ${j} are of epochs ${epoch} and ${other?.epoch}`
    }
  }
  return undefined
}

function farthest(points: Points, { theta: { values, stride } }: Swarm): number {
  let most = 0
  for (const [i, point] of points) {
    for (const [c, x] of point) most = Math.max(most, Math.abs(values[i * stride + c]! - x))
  }
  return most
}

/** For nobody where chance decides, or what an aggregation cannot mend; nor for those who learn too slowly to wait for. */
function pointsOf({ setting }: Scenario, expected: Expected, wasHarmed: boolean): Points {
  const { fleet, experiment } = setting
  const { aggregation, learner, sampling, localSteps, stepSize, weights, faults } = experiment
  if (learner.name !== 'td' || sampling !== 'expected') return new Map()
  const systems = systemsOf(fleet)
  const { neighbours } = liveGraph(setting, expected)
  const isHalfCut = (i: number): boolean =>
    range(experiment.peers).some(j => expected.hears(i, j) && !expected.hears(j, i))
  const links = faults?.links ?? []

  function pointsIn(members: readonly number[]): readonly ReadonlyMap<number, number>[] {
    switch (aggregation) {
      case 'star':
        return []
      case 'star-scafflsa':
      case 'exact-diffusion':
        if (wasHarmed) return []
        break
      case 'gossip-scafflsa':
        if (links.some(({ delayMs }) => delayMs !== null)) return []
        break
      case 'gossip': {
        if (links.length > 0 || members.some(isHalfCut)) return []
        const among = members.map(i => neighbours[i]!.map(j => members.indexOf(j)))
        const w = weightsOf(among, weights === 'lazy')
        return gossipPoints(systems, members, w, localSteps, stepSize)
      }
    }
    const point = federatedPoint(systems, members)
    return members.map(() => point)
  }
  return new Map(
    connectedComponents({ neighbours })
      .filter(([first]) => expected.up.has(first!))
      .filter(members => stepSize * localSteps * slowestOf(systems, members) > SLOW)
      .flatMap(members =>
        pointsIn(members).map((point, n): [number, ReadonlyMap<number, number>] => [members[n]!, point])
      )
  )
}

/** Who talks with whom; with a hub, everybody with everybody. */
function liveGraph({ experiment: { aggregation, peers }, topology }: Setting, expected: Expected): Graph {
  const pairs = range(peers).flatMap(i => range(peers).map((j): [number, number] => [i, j]))
  const { neighbours } = staticGraph(topology)
  const isEdge = (i: number, j: number): boolean =>
    aggregation !== 'none' && (usesHub(aggregation) || neighbours[i]!.includes(j))
  return undirectedGraph(
    peers,
    pairs.filter(([i, j]) => expected.hears(i, j) && expected.hears(j, i) && isEdge(i, j))
  )
}
