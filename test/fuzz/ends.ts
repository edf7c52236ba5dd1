/** Where the peers of a calm swarm end, as far as theory tells. */

import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix'
import { requireFinite } from '../../peers/finite.ts'
import { aggregations } from '../../src/aggregation/index.ts'
import { type AggregationName, traitsOf } from '../../src/aggregation/names.ts'
import { present } from '../../src/core/assert.ts'
import { parseNamed } from '../../src/experiment/named.ts'
import type { Links } from '../../src/interfaces.ts'
import type { Setting } from '../../src/setting.ts'
import { connectedComponents, undirectedGraph } from '../../topologies/parts/graph.ts'
import { range } from '../support/numbers.ts'
import type { Expected } from './expected.ts'
import { federatedPoint, gossipPoints, slowestOf, systemsOf } from './slow.ts'
import { massOf } from './sums.ts'
import type { Watched } from './watch.ts'

/** What a round takes off the slowest error, where it is too little to wait for. */
const SLOW = 2e-3

/** With less than this, steps are twice as large as they should be. */
const LEAST_MASS = 0.5

/** Per peer that takes part: the components of θ that are decided, and what they should be. */
export type Points = ReadonlyMap<number, ReadonlyMap<number, number>>

/** For nobody where chance decides, or what an aggregation cannot mend; nor for those who learn too slowly to wait for. */
export function endsOf(setting: Setting, watched: Watched): Points {
  const { fleet, experiment } = setting
  const { learner, sampling, localSteps, stepSize } = experiment
  if (learner.name !== 'td' || sampling !== 'expected') return new Map()
  const systems = systemsOf(requireFinite(fleet, 'td'))
  const isHeard = hearing(setting, watched.expected)
  return new Map(
    groupsOf(setting, watched.expected, isHeard)
      .filter(members => stepSize * localSteps * slowestOf(systems, members) > SLOW)
      .flatMap(members => {
        const end = endOf(setting, watched, isHeard, members)
        if (end === undefined) return []
        if (end === 'θ_i*') {
          const { options } = parseNamed(experiment.aggregation, aggregations, 'aggregation')
          const { own } = options as { readonly own: number }
          const slowest = Math.min(...members.map(i => slowestOf(systems, [i])))
          if (own * stepSize * localSteps * slowest <= SLOW) return []
          return members.map((i): [number, ReadonlyMap<number, number>] => [i, federatedPoint(systems, [i])])
        }
        const points =
          end === 'θ*'
            ? members.map(() => federatedPoint(systems, members))
            : gossipPoints(systems, members, end.weights, localSteps, stepSize, end.masses)
        return points.map((point, n): [number, ReadonlyMap<number, number>] => [members[n]!, point])
      })
  )
}

/** Whether what `sender` knows comes to `receiver` in an exchange: from its neighbour, through the hub, or passed on. */
type Hearing = (receiver: number, sender: number) => boolean

function hearing(
  { experiment: { aggregation, peers }, mixing: { links } }: Setting,
  expected: Expected
): Hearing {
  const { over } = traitsOf(aggregation)
  if (over === 'nothing') return () => false
  if (over === 'hub') return (i, j) => expected.hears(i, peers) && expected.hears(peers, j)
  return (i, j) => (expected.passesOn || linkBetween(links, i, j) >= 0) && expected.hears(i, j)
}

/** Those that hear each other, directly or not. None where only some links of a directed graph are left. */
function groupsOf(
  { experiment: { peers }, topology, mixing: { links } }: Setting,
  expected: Expected,
  isHeard: Hearing
): number[][] {
  const pairs = range(peers).flatMap(i => range(peers).map((j): [number, number] => [i, j]))
  if (topology.directed) {
    const isWhole = pairs.every(([i, j]) => linkBetween(links, i, j) < 0 || isHeard(i, j))
    return isWhole ? [range(peers)] : []
  }
  const mutual = pairs.filter(([i, j]) => i !== j && isHeard(i, j) && isHeard(j, i))
  return connectedComponents(undirectedGraph(peers, mutual)).filter(([first]) => expected.up.has(first!))
}

/** Where members end: at their θ*, each at its own, or where these weights lead those that gossip, who divide their steps by `masses`. */
type End = 'θ*' | 'θ_i*' | { readonly weights: Matrix; readonly masses?: readonly number[] }

/** Undefined where theory does not tell. */
function endOf(
  setting: Setting,
  watched: Watched,
  isHeard: Hearing,
  members: readonly number[]
): End | undefined {
  const { expected, wasHarmed } = watched
  const { experiment, topology } = setting
  const { aggregation, faults, peers, weights, participation } = experiment
  if (participation < 1) return undefined
  const { name, options } = parseNamed(aggregation, aggregations, 'aggregation')
  const given = options as Readonly<Record<string, unknown>>
  const links = faults?.links ?? []
  const isWhole =
    !topology.directed && members.every(i => range(peers).every(j => isHeard(i, j) === isHeard(j, i)))
  const isFair = links.length === 0 && (topology.directed || isWhole)
  const mean = (): Matrix => Matrix.ones(members.length, members.length).div(members.length)
  const mixed = (): Matrix | undefined =>
    isFair && topology.period === 1 ? weightsAmong(setting, expected, members) : undefined
  switch (name as AggregationName) {
    case 'none':
      return 'θ*'
    case 'pf-lsa':
      return 'θ_i*'
    case 'gossip-pf-lsa':
      return wasHarmed || topology.directed ? undefined : 'θ_i*'
    case 'star-scafflsa':
    case 'exact-diffusion':
      return wasHarmed ? undefined : 'θ*'
    case 'gossip-tracking':
      return wasHarmed || weights !== 'lazy' ? undefined : 'θ*'
    case 'gossip-scafflsa':
      return links.some(({ delayMs }) => delayMs !== null) ? undefined : 'θ*'
    case 'star':
    case 'mesh':
      return gossiping(isFair ? mean() : undefined)
    case 'relay-sum':
      return gossiping(isFair ? blend(mean(), members.length / peers) : undefined)
    case 'gossip':
      return gossiping(power(mixed(), given.steps as number))
    case 'chebyshev':
    case 'momentum':
      return gossiping(accelerated(mixed(), omegasOf(setting, name, given.steps as number)))
    case 'choco': {
      const step = choco(given, setting)
      return gossiping(wasHarmed || step === undefined ? undefined : blend(mixed(), step))
    }
    case 'push-sum': {
      const shares = mixed()
      return shares && sharing(setting, watched, isHeard, members, shares)
    }
    case 'pairwise':
    case 'broadcast':
    case 'dtdt':
    case 'graph-regularised':
    case 'interpolation':
    case 'partial':
    case 'similarity':
      return undefined
  }
}

const gossiping = (weights: Matrix | undefined): End | undefined => weights && { weights }

/**
 * Those that share by columns of W: masses m = W m, and V = M⁻¹ W M of what they make of θ. Undefined where somebody ends with so
 * little that its steps may be too large.
 */
function sharing(
  { mixing: { links } }: Setting,
  { seen }: Watched,
  isHeard: Hearing,
  members: readonly number[],
  w: Matrix
): End | undefined {
  const { state, reports } = present(seen.at(-1), 'the last round')
  const width = reports[0]!.parameters.length + 1
  const total = massOf(state, links, width, width - 1, members, isHeard)
  const size = members.length
  const right = Matrix.ones(size, 1).mul(total)
  const masses = solve(Matrix.identity(size).sub(w).add(Matrix.ones(size, size)), right).to1DArray()
  if (masses.some(mass => mass < LEAST_MASS)) return undefined
  const [m, inverse] = [Matrix.diag(masses), Matrix.diag(masses.map(mass => 1 / mass))]
  return { weights: inverse.mmul(w).mmul(m), masses }
}

/** (1 − share) I + share W */
const blend = (w: Matrix | undefined, share: number): Matrix | undefined =>
  w &&
  Matrix.identity(w.rows)
    .mul(1 - share)
    .add(Matrix.mul(w, share))

const power = (w: Matrix | undefined, steps: number): Matrix | undefined =>
  w && range(steps).reduce(product => product.mmul(w), Matrix.identity(w.rows))

/** γ of the compressors for which it is known: `auto`, as the documentation has it. */
function choco(
  { compressor, share }: Readonly<Record<string, unknown>>,
  { fleet }: Setting
): number | undefined {
  const d = requireFinite(fleet, 'td').features.count
  if (compressor === 'identity') return 1
  if (compressor === 'sign') return 0.2
  if (compressor === 'qsgd') return undefined
  return (0.8 * Math.max(1, Math.round((share as number) * d))) / d
}

/** x_steps of x_1 = W x_0, x_{k+1} = x_{k−1} + ω_k (W x_k − x_{k−1}). */
function accelerated(w: Matrix | undefined, omegas: readonly number[]): Matrix | undefined {
  if (w === undefined) return undefined
  let [before, now] = [Matrix.identity(w.rows), w]
  for (const omega of omegas) [before, now] = [now, Matrix.add(before, w.mmul(now).sub(before).mul(omega))]
  return now
}

/** ω_1, … of so many steps. */
function omegasOf({ mixing, experiment: { peers } }: Setting, name: string, steps: number): number[] {
  const { links, weights, selfWeights } = mixing.at(0)
  const w = Matrix.diag([...selfWeights])
  for (const [i, j, k] of linksIn(links)) w.set(i, j, weights[k]!)
  const rest = new EigenvalueDecomposition(w.sub(Matrix.ones(peers, peers).div(peers)), {
    assumeSymmetric: true
  })
  const rho = Math.max(...rest.realEigenvalues.map(Math.abs))
  const beta = rho < 1e-12 ? 0 : ((1 - Math.sqrt(1 - rho * rho)) / rho) ** 2
  const omegas: number[] = []
  for (let omega = 2 / (2 - rho * rho); omegas.length < steps - 1; omega = 4 / (4 - rho * rho * omega)) {
    omegas.push(name === 'momentum' ? 1 + beta : omega)
  }
  return omegas
}

/** W of these members: by their degrees among those that they hear, or as the whole graph has it; the rest is for who gives, or takes. */
function weightsAmong(
  { mixing, experiment }: Setting,
  expected: Expected,
  members: readonly number[]
): Matrix {
  const { links, weights } = mixing.at(0)
  const heard = linksIn(links).filter(([i, j]) => expected.hears(i, j))
  const degree = (p: number): number => heard.filter(([i]) => i === p).length
  const givesShares = traitsOf(experiment.aggregation).matrix === 'column'
  const w = Matrix.identity(members.length)
  for (const [i, j, k] of heard) {
    const [row, column] = [members.indexOf(i), members.indexOf(j)]
    if (row < 0) continue
    const most = Math.max(degree(i), degree(j))
    const byDegree: Readonly<Record<string, number>> = {
      metropolis: 1 / (1 + most),
      lazy: 0.5 / (1 + most),
      'local-degree': 1 / most
    }
    const weight = (givesShares ? undefined : byDegree[experiment.weights]) ?? weights[k]!
    const keeper = givesShares ? column : row
    w.set(row, column, weight)
    w.set(keeper, keeper, w.get(keeper, keeper) - weight)
  }
  return w
}

function linksIn({
  participants,
  rowStart,
  senders
}: Links): [receiver: number, sender: number, k: number][] {
  return range(participants).flatMap(i =>
    range(rowStart[i + 1]! - rowStart[i]!).map((n): [number, number, number] => {
      const k = rowStart[i]! + n
      return [i, senders[k]!, k]
    })
  )
}

const linkBetween = (links: Links, receiver: number, sender: number): number =>
  links.senders.subarray(0, links.rowStart[receiver + 1]).indexOf(sender, links.rowStart[receiver])
