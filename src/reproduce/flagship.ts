/**
 * What is left of a federation of two opposite types without its server: for each graph and placement, where the peers end with
 * exact steps and with sampled ones, and what the way there costs. Corrected gossip ends where a server with control variates does.
 */

import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import { busiestBytes } from '../core/busiest-bytes.ts'
import type { Panel } from '../drawing/panel.ts'
import { bytes, count } from '../report/format.ts'
import { atLeast, atMost, between, check, near } from './expect.ts'
import {
  type Claim,
  type Done,
  type Expectation,
  type Figure,
  type Findings,
  resultOf,
  type Table
} from './figure.ts'
import { ownGarnet, repeatedWalks, settingFor, squaredError, walk, weightsFor } from './simulate.ts'

const PLACEMENTS = ['alternating', 'clustered'] as const
type Placement = (typeof PLACEMENTS)[number]
const WITHOUT_GRAPH = ['none', 'star', 'star-scafflsa'] as const
const ON_GRAPHS = ['gossip', 'gossip-scafflsa', 'gossip-tracking'] as const
type Aggregation = (typeof WITHOUT_GRAPH)[number] | (typeof ON_GRAPHS)[number]

interface Settings {
  readonly peers: number
  readonly aggregation: Aggregation
  /** null where none is used: nobody talks, or all with a server. */
  readonly graph: string | null
  readonly weights: 'metropolis' | 'lazy'
  readonly placement: Placement
  /** With exact steps. */
  readonly rounds: number
  /** With sampled steps, in each repetition. */
  readonly sampledRounds: number
  readonly repetitions: number
}

/** Errors are squared distances from θ*, in the mean over the peers. */
interface Result {
  /** With exact steps: round and error. */
  readonly curve: readonly (readonly [round: number, error: number])[]
  /** With exact steps, after the last round. */
  readonly exact: number
  /** When that was below ARRIVED; null if never. */
  readonly arrived: number | null
  /** Until then, or in all rounds: sent by all, and in and out of the participant with most. */
  readonly bytes: number
  readonly busiest: number
  /** With sampled steps, in the second half of the rounds: the error, that of the mean of all peers, and how far they are from it. */
  readonly sampled: number
  readonly ofMean: number
  readonly consensusError: number
}

const LOCAL_STEPS = 100
const STEP_SIZE = 0.1
const ARRIVED = 1e-12
const MEASURE_EVERY = 10

interface Form {
  readonly peers: number
  readonly graphs: readonly string[]
  readonly rounds: number
  readonly sampledRounds: number
  readonly repetitions: number
  /** Squared error of plain gossip with exact steps on these graphs, in problems that the authors' generator drew. */
  readonly plain: Readonly<Record<Placement, readonly number[]>>
  /** With sampled steps, by how much more than with a server and control variates; not known of every graph. */
  readonly noise: Readonly<Record<'gossip-scafflsa' | 'gossip-tracking', readonly (number | undefined)[]>>
}

const FULL: Form = {
  peers: 20,
  graphs: ['ring', 'torus', 'exponential', 'star'],
  rounds: 4000,
  sampledRounds: 3000,
  repetitions: 8,
  plain: { alternating: [0.217, 0.353, 4.57, 243], clustered: [303.7, 6.37, 1.12, 243] },
  noise: { 'gossip-scafflsa': [4.4, 2.5, 1.25], 'gossip-tracking': [2.6, 1.9, 1.2] }
}
const QUICK: Form = {
  peers: 10,
  graphs: ['ring', 'exponential'],
  rounds: 1500,
  sampledRounds: 300,
  repetitions: 1,
  plain: { alternating: [0.1307, 1.056], clustered: [38.36, 0.2023] },
  noise: { 'gossip-scafflsa': [2.2, 1.1], 'gossip-tracking': [1.4, 1.05] }
}
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

function cells(quick: boolean): Cell<Settings>[] {
  const { peers, graphs, rounds, sampledRounds, repetitions } = formOf(quick)
  const seconds = peers * LOCAL_STEPS * (rounds * 1e-7 + sampledRounds * repetitions * 6e-8)
  return PLACEMENTS.flatMap(placement => {
    const common = { peers, placement, rounds, sampledRounds, repetitions }
    const alone = WITHOUT_GRAPH.map(aggregation => ({ aggregation, graph: null }))
    const onGraphs = ON_GRAPHS.flatMap(aggregation => graphs.map(graph => ({ aggregation, graph })))
    return [...alone, ...onGraphs].map(how => ({
      settings: { ...common, ...how, weights: weightsFor(how.aggregation, how.graph) },
      seconds
    }))
  })
}

async function compute(settings: Settings): Promise<Result> {
  const { peers, aggregation, graph, weights, placement, rounds, sampledRounds, repetitions } = settings
  const common = {
    environment: ownGarnet(true),
    peers,
    placement,
    topology: graph ?? 'star',
    aggregation,
    weights,
    localSteps: LOCAL_STEPS,
    stepSize: STEP_SIZE,
    measureEvery: MEASURE_EVERY,
    seed: '42'
  }
  const setting = settingFor({ ...common, rounds, sampling: 'expected', initial: 'offset:1' })
  const curve: [number, number][] = []
  let exact = Number.NaN
  let arrived: number | null = null
  let busiest = 0
  let sent = 0
  const { theta } = await walk(setting, {
    onSample(sample, { traffic }) {
      exact = squaredError(sample)
      curve.push([sample.round, exact])
      if (arrived !== null) return
      sent = sample.traffic.bytes
      busiest = busiestBytes(traffic)
      if (exact < ARRIVED) arrived = sample.round
    }
  })

  // Where exact steps end is where sampled ones scatter about.
  const solution = present(setting.judge.solution, 'θ*')
  const { values, stride, parameters } = theta
  const offsets = Float64Array.from({ length: peers * parameters }, (_, at) => {
    const j = at % parameters
    return values[((at - j) / parameters) * stride + j]! - solution[j]!
  })
  const noisy = settingFor({ ...common, rounds: sampledRounds, sampling: 'iid', initial: 'solution' })
  let [sampled, apart, samples] = [0, 0, 0]
  await repeatedWalks(noisy, repetitions, {
    offsets,
    onSample(sample) {
      if (2 * sample.round <= sampledRounds) return
      const consensusError = sample.swarm.consensusError ?? Number.NaN
      sampled += squaredError(sample)
      apart += consensusError * consensusError
      samples++
    }
  })
  return {
    curve,
    exact,
    arrived,
    bytes: sent,
    busiest,
    sampled: sampled / samples,
    ofMean: (sampled - apart) / samples,
    consensusError: Math.sqrt(apart / samples)
  }
}

/** So many times less to so many times more: the reference is of other draws. */
const within = (reference: number, factor: number): Expectation =>
  between(
    Number((reference / factor).toPrecision(2)),
    Number((reference * factor).toPrecision(2)),
    'derived',
    reference
  )

type Of = (aggregation: Aggregation, graph: string | null, placement: Placement) => Result

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const form = formOf(quick)
  const of: Of = (aggregation, graph, placement) =>
    present(resultOf(done, { aggregation, graph, placement }), `${aggregation} on ${graph}, ${placement}`)
  return { claims: claimsOf(of, form), panels: panelsOf(of, form), table: tableOf(of, form), notes: [] }
}

function claimsOf(of: Of, { peers, graphs, plain, noise }: Form): Claim[] {
  const everywhere = PLACEMENTS.flatMap(placement =>
    graphs.map((graph, k) => ({ placement, graph, k, label: `${placement.slice(0, 3)} ${graph}` }))
  )
  const corrected = (['gossip-scafflsa', 'gossip-tracking'] as const).flatMap(aggregation =>
    everywhere.map(({ placement, graph, k, label }) => ({
      label: `${aggregation.slice(7)} ${label}`,
      here: of(aggregation, graph, placement),
      server: of('star-scafflsa', null, placement),
      noise: noise[aggregation][k]
    }))
  )
  const plainError = (graph: string, placement: Placement) => of('gossip', graph, placement).exact
  const knownPlain = (graph: string, placement: Placement) =>
    present(plain[placement][graphs.indexOf(graph)], `plain gossip on ${graph}`)
  const server = of('star-scafflsa', null, 'clustered')
  const ring = of('gossip-scafflsa', 'ring', 'clustered')
  return [
    {
      claim: `plain gossip ends off θ*, and who sits beside whom can matter more than the spectral gap (exact steps, N = ${peers})`,
      checks: [
        ...everywhere.map(({ placement, graph, label }) =>
          check(label, plainError(graph, placement), within(knownPlain(graph, placement), 2.5))
        ),
        check(
          'ring: clustered/alternating',
          plainError('ring', 'clustered') / plainError('ring', 'alternating'),
          atLeast(100, 'derived', knownPlain('ring', 'clustered') / knownPlain('ring', 'alternating'))
        ),
        check(
          'alternating: exponential/ring',
          plainError('exponential', 'alternating') / plainError('ring', 'alternating'),
          atLeast(3, 'derived', knownPlain('exponential', 'alternating') / knownPlain('ring', 'alternating'))
        )
      ]
    },
    {
      claim:
        'corrected gossip ends at θ* on every graph and placement, as SCAFFLSA does with a server (exact steps)',
      checks: [
        check('server', server.exact, atMost(ARRIVED, 'derived', 0)),
        ...corrected.map(({ label, here }) => check(label, here.exact, atMost(ARRIVED, 'derived', 0)))
      ]
    },
    {
      claim: "with samples, its peers' error is a few times that with the server at most",
      checks: corrected.map(({ label, here, server, noise = null }) =>
        check(
          label,
          here.sampled / server.sampled,
          noise === null ? atMost(12, 'derived') : within(noise, 1.6)
        )
      )
    },
    {
      claim: 'and the mean of all peers has the very error that it has with the server',
      checks: corrected.map(({ label, here, server }) =>
        check(label, here.ofMean / server.ofMean, near(1, 0.2, 'derived'))
      )
    },
    {
      claim:
        'a ring takes a few more rounds, and its busiest peer carries a fraction of what the server does',
      checks: [
        check(
          'rounds: ring/server',
          (ring.arrived ?? Number.NaN) / (server.arrived ?? Number.NaN),
          atMost(2, 'derived')
        ),
        check('busiest: ring/server', ring.busiest / server.busiest, atMost(0.4, 'derived'))
      ]
    }
  ]
}

const NAMES: Readonly<Record<Aggregation, string>> = {
  none: 'alone',
  star: 'server',
  'star-scafflsa': 'SCAFFLSA',
  gossip: 'gossip',
  'gossip-scafflsa': 'gossip-scafflsa',
  'gossip-tracking': 'gossip-tracking'
}

function tableOf(of: Of, { graphs, rounds }: Form): Table {
  const row = (name: string, aggregation: Aggregation, graph: string | null): string[] => {
    const [alternating, clustered] = [
      of(aggregation, graph, 'alternating'),
      of(aggregation, graph, 'clustered')
    ]
    return [
      name,
      short(alternating.exact),
      short(clustered.exact),
      short(alternating.sampled),
      short(clustered.sampled),
      short(clustered.consensusError),
      clustered.arrived === null ? `>${count(rounds)}` : count(clustered.arrived),
      bytes(clustered.bytes),
      bytes(clustered.busiest)
    ]
  }
  return {
    legend:
      'Mean ‖θ_i − θ*‖² with exact and with sampled steps, types alternating on the graph (alt) or clustered (clu). ' +
      'Then, of clu: how far peers are from their mean with sampled steps; rounds until the exact error is below ' +
      `${ARRIVED}; bytes until then, of all and in and out of the busiest.`,
    header: [
      ['', 'exact', 'exact', 'sampl.', 'sampl.', 'apart', 'rounds', 'bytes', 'busiest'],
      ['', 'alt', 'clu', 'alt', 'clu', 'clu', '', '', '']
    ],
    rows: [
      ...WITHOUT_GRAPH.map(aggregation => row(NAMES[aggregation], aggregation, null)),
      ...ON_GRAPHS.flatMap(aggregation => [
        [NAMES[aggregation]],
        ...graphs.map(graph => row(`  ${graph}`, aggregation, graph))
      ])
    ]
  }
}

/** In at most six characters. */
const short = (x: number): string =>
  x < ARRIVED ? '<1e-12' : x < 1e-3 ? x.toExponential(0) : x >= 100 ? x.toFixed(0) : x.toPrecision(2)

function panelsOf(of: Of, { graphs }: Form): Panel[] {
  return graphs.map(graph => ({
    title: `${graph}, types clustered, exact steps`,
    x: { label: 'rounds', log: false },
    y: { label: 'mean ‖θ_i − θ*‖²', log: true },
    series: [...WITHOUT_GRAPH, ...ON_GRAPHS].map((aggregation, colour) => {
      const isOnGraph = ON_GRAPHS.some(each => each === aggregation)
      const { curve } = of(aggregation, isOnGraph ? graph : null, 'clustered')
      return {
        name: aggregation === 'star-scafflsa' ? 'server, SCAFFLSA' : NAMES[aggregation],
        colour,
        style: isOnGraph ? 'line' : 'dashed',
        points: curve.filter(([, error], k) => k % 4 === 0 && error > 1e-24)
      } as const
    })
  }))
}

export const flagship: Figure<Settings, Result> = {
  name: 'flagship',
  title: 'What survives without a server: error and price of each way to federate, by graph and placement.',
  paper:
    'ours; problems of Mangold et al., arXiv 2402.04114, and corrections of theirs and of K-GT carried to graphs',
  settings(quick) {
    const { peers, rounds, sampledRounds, repetitions } = formOf(quick)
    return [
      `Garnets of two opposite types, ${peers} peers: 30 states, 2 actions, 2 successors, 8 features, γ = 0.95; H = ${LOCAL_STEPS}, η = ${STEP_SIZE}; Metropolis weights (gossip-scafflsa on ring and torus: lazy).`,
      `Exact steps: ${count(rounds)} rounds from θ* + 1. Sampled: i.i.d., ${count(sampledRounds)} rounds from where exact steps end, the second half counts; ${repetitions === 1 ? 'once' : `${repetitions} repetitions`}.`
    ]
  },
  cells,
  compute,
  judge
}
