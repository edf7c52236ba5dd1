/**
 * What is left of FedLSA and SCAFFLSA without a server. Plain gossip ends off θ*, for each graph and placement of the two types
 * elsewhere; who sits beside whom can matter more than the spectral gap. Corrected gossip ends at θ*, and all graphs share the noise.
 */

import type { Cell } from '../cells/compute.ts'
import type { Panel } from '../drawing/panel.ts'
import { gossipBias } from './bias.ts'
import { atLeast, between, check, near, nearOrZero, ZERO } from './expect.ts'
import { type Check, type Claim, type Done, type Figure, type Findings, resultOf } from './figure.ts'
import { CORRECTED, FIXED_POINTS, GRAPHS, PLACEMENTS, PLAIN, type Placement } from './gossip-references.ts'
import {
  meanSquare,
  ownGarnet,
  predictedSquare,
  publishedGarnet,
  repeatedWalks,
  settingFor,
  squaredError,
  weightsFor
} from './simulate.ts'

interface Common {
  readonly garnet: 'published' | 'own'
  readonly heterogeneous: boolean
  readonly peers: number
  readonly placement: Placement
  readonly graph: string
  readonly localSteps: number
  readonly aggregation: 'none' | 'star' | 'gossip' | 'gossip-scafflsa' | 'gossip-tracking'
  readonly weights: 'metropolis' | 'lazy'
}

type Settings = Common &
  (
    | { readonly kind: 'noise-free'; readonly rounds: number }
    | { readonly kind: 'sampled'; readonly rounds: number; readonly repetitions: number }
  )

/** Squared distances from θ*, in the mean over the peers. */
interface Result {
  /** Noise-free plain gossip: of its fixed point, by linear algebra and as `murmur` predicts it. */
  readonly exact: number | null
  readonly predicted: number | null
  /** After the last round; of what is sampled, over the second half of the rounds. */
  readonly measured: number
  /** The same of the mean of all peers. */
  readonly ofMean: number
}

const STEP_SIZE = 0.1
const LOCAL_STEPS = [1, 10, 100, 1000]
const QUICK_STEPS = [1, 100]

const CORRECTIONS = ['gossip-scafflsa', 'gossip-tracking'] as const

const plainGossip = { aggregation: 'gossip', weights: 'metropolis' } as const
const published = { garnet: 'published', peers: 10 } as const
const opposite = { ...published, heterogeneous: true } as const

function cells(quick: boolean): Cell<Settings>[] {
  const all: Cell<Settings>[] = []
  const noiseFree = (common: Common, rounds: number): void => {
    all.push({
      settings: { ...common, kind: 'noise-free', rounds },
      seconds: 0.05 + rounds * common.peers * 1e-5
    })
  }
  const sampled = (common: Common, rounds: number, repetitions: number): void => {
    const seconds = common.peers * rounds * repetitions * (common.localSteps * 6e-8 + 1e-6)
    all.push({ settings: { ...common, kind: 'sampled', rounds, repetitions }, seconds })
  }
  for (const placement of PLACEMENTS) {
    for (const graph of GRAPHS) {
      for (const localSteps of quick ? QUICK_STEPS : LOCAL_STEPS)
        noiseFree({ ...opposite, ...plainGossip, placement, graph, localSteps }, quick ? 100 : 2000)
      if (graph === 'star' || graph === 'path') continue
      for (const localSteps of [1, 100]) {
        const common = {
          garnet: 'own',
          heterogeneous: true,
          peers: 20,
          placement,
          graph,
          localSteps
        } as const
        noiseFree({ ...common, ...plainGossip }, 50)
      }
      if (quick && graph !== 'ring') continue
      const common = { ...opposite, placement, graph, localSteps: 100 }
      for (const aggregation of CORRECTIONS)
        noiseFree({ ...common, aggregation, weights: weightsFor(aggregation, graph) }, 3000)
    }
  }
  if (quick) {
    sampled({ ...opposite, ...plainGossip, placement: 'clustered', graph: 'ring', localSteps: 100 }, 300, 2)
    return all
  }
  for (const { heterogeneous, placement, localSteps, errors } of PLAIN) {
    errors.forEach((_, k) => {
      const graph = [...GRAPHS.slice(0, 5), 'alone'][k] ?? ''
      const alone = { aggregation: 'none', weights: 'metropolis', graph: 'ring' } as const
      const how = graph === 'alone' ? alone : { ...plainGossip, graph }
      sampled({ ...published, heterogeneous, placement, localSteps, ...how }, 400_000 / localSteps, 6)
    })
  }
  for (const { placement, localSteps } of CORRECTED) {
    for (const graph of GRAPHS.slice(0, 5)) {
      const common = { ...opposite, placement, graph, localSteps }
      const rounds = (localSteps === 10 ? 120_000 : 150_000) / localSteps
      for (const aggregation of CORRECTIONS)
        sampled({ ...common, aggregation, weights: weightsFor(aggregation, graph) }, rounds, 12)
    }
  }
  for (const aggregation of ['none', 'star'] as const) {
    const common = {
      garnet: 'own',
      heterogeneous: false,
      peers: 20,
      placement: 'alternating',
      localSteps: 10
    } as const
    sampled(
      { ...common, aggregation, weights: 'metropolis', graph: aggregation === 'star' ? 'star' : 'ring' },
      20_000,
      4
    )
  }
  return all
}

async function compute(settings: Settings): Promise<Result> {
  const { garnet, heterogeneous, peers, placement, graph, localSteps, aggregation, weights, rounds, kind } =
    settings
  const isSampled = kind === 'sampled'
  const setting = settingFor({
    environment: garnet === 'published' ? publishedGarnet(heterogeneous) : ownGarnet(heterogeneous),
    peers,
    placement,
    topology: graph,
    aggregation,
    weights,
    localSteps,
    stepSize: STEP_SIZE,
    rounds,
    measureEvery: isSampled ? Math.ceil(rounds / 4000) : rounds,
    sampling: isSampled ? 'iid' : 'expected',
    initial: 'solution',
    seed: '42'
  })
  const isPlain = aggregation === 'gossip'
  const offsets = isPlain ? gossipBias(setting) : isSampled ? undefined : new Float64Array([1])
  let measured = 0
  let ofMean = 0
  let count = 0
  await repeatedWalks(setting, isSampled ? settings.repetitions : 1, {
    ...(offsets === undefined ? {} : { offsets }),
    onSample(sample) {
      if (2 * sample.round <= rounds) return
      const error = squaredError(sample)
      const apart = sample.swarm.consensusError ?? Number.NaN
      measured += error
      ofMean += error - apart * apart
      count++
    }
  })
  return {
    exact: isPlain && offsets !== undefined ? meanSquare(offsets, peers) : null,
    predicted: isPlain && !isSampled ? predictedSquare(setting) : null,
    measured: measured / count,
    ofMean: ofMean / count
  }
}

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const find: Find = part => resultOf(done, part)
  const tables = PLACEMENTS.flatMap(placement =>
    Object.entries(FIXED_POINTS[placement]).flatMap(([steps, references]) =>
      GRAPHS.map((graph, k) => {
        const localSteps = Number(steps)
        const found = find({ kind: 'noise-free', ...opposite, ...plainGossip, placement, graph, localSteps })
        const label = `${placement.slice(0, 3)} H=${localSteps} ${graph}`
        return { found, label, reference: references[k] ?? Number.NaN }
      })
    )
  ).filter(({ found }) => found !== undefined)
  /** Relative to a reference of five digits. */
  const agrees = (what: string, ours: number | null | undefined, reference: number, by: number): Check =>
    check(what, ours ?? Number.NaN, nearOrZero(reference, by))
  const claims: Claim[] = [
    {
      claim:
        'plain gossip ends off θ* where the exact fixed point says, for six graphs, two placements and all H (N = 10)',
      checks: tables.map(({ found, label, reference }) => agrees(label, found?.exact, reference, 1e-4))
    },
    {
      claim: `the simulated swarm stays there, sampling replaced by its expectation (${quick ? 100 : '2,000'} rounds)`,
      checks: tables.map(({ found, label, reference }) => agrees(label, found?.measured, reference, 1e-4))
    },
    {
      claim: 'murmur predicts it before the run',
      checks: tables
        .filter(({ found }) => found?.predicted !== null)
        .map(({ found, label, reference }) => agrees(label, found?.predicted, reference, 1e-3))
    },
    shapeOf(find),
    {
      claim: 'corrected gossip ends at θ*, whatever the placement (H = 100, 3,000 rounds from θ* + 1)',
      checks: done.flatMap(({ settings: { kind, aggregation, placement, graph }, result }) =>
        kind === 'noise-free' && aggregation !== 'gossip'
          ? [check(`${aggregation.slice(7)} ${placement.slice(0, 3)} ${graph}`, result.measured, ZERO)]
          : []
      )
    },
    ...(quick ? quickSampled(find) : sampledClaims(find))
  ]
  return { claims, panels: panelsOf(find, quick), notes: [] }
}

type Find = (part: Partial<Settings>) => Result | undefined

/** What the published table for N = 20 shows, in problems of our own draw. */
function shapeOf(find: Find): Claim {
  type Placed = (graph: string, localSteps?: number) => number
  const placed =
    (placement: Placement): Placed =>
    (graph, localSteps = 100) =>
      find({ kind: 'noise-free', garnet: 'own', peers: 20, ...plainGossip, placement, graph, localSteps })
        ?.exact ?? Number.NaN
  const alternating = placed('alternating')
  const clustered = placed('clustered')
  const ratio = (errors: Placed, graph: string, other: string): number => errors(graph) / errors(other)
  const apart = (graph: string): number => clustered(graph) / alternating(graph)
  return {
    claim: 'N = 20, our own Garnets: who sits beside whom matters more than the spectral gap (H = 100)',
    checks: [
      check('alternating: expo/ring', ratio(alternating, 'exponential', 'ring'), atLeast(3, 'derived', 21)),
      check('alternating: torus/ring', ratio(alternating, 'torus', 'ring'), between(1, 5, 'derived', 1.63)),
      check('clustered: ring/expo', ratio(clustered, 'ring', 'exponential'), atLeast(30, 'derived', 271)),
      check(
        'clustered: torus/expo',
        ratio(clustered, 'torus', 'exponential'),
        between(2, 20, 'derived', 5.7)
      ),
      check('ring: clustered/alternating', apart('ring'), atLeast(100, 'derived', 1400)),
      check('complete: clust./alternating', apart('complete'), near(1, 1e-6, 'derived')),
      check('complete, H=1', alternating('complete', 1), ZERO),
      check('ring, H=1: is biased', alternating('ring', 1), atLeast(1e-7, 'derived', 2.2e-5))
    ]
  }
}

const quickSampled = (find: Find): Claim[] => [
  {
    claim: 'with samples plain gossip stays as far off (clustered ring, H = 100)',
    checks: [check('N=10', find({ kind: 'sampled' })?.measured ?? Number.NaN, near(38.38, 0.2, 'derived'))]
  }
]

function sampledClaims(find: Find): Claim[] {
  const graphs = GRAPHS.slice(0, 5)
  const corrected = CORRECTED.flatMap(({ placement, localSteps, ...references }) =>
    graphs.flatMap((graph, k) =>
      CORRECTIONS.map(aggregation => ({
        label: `${aggregation.slice(7)} ${placement.slice(0, 3)} H=${localSteps} ${graph}`,
        reference: references[aggregation][k] ?? Number.NaN,
        found: find({ kind: 'sampled', ...opposite, placement, graph, localSteps, aggregation })
      }))
    )
  )
  const own = { kind: 'sampled', garnet: 'own', peers: 20 } as const
  const alone = find({ ...own, aggregation: 'none' })?.measured ?? Number.NaN
  const shared = find({ ...own, aggregation: 'star' })?.measured ?? Number.NaN
  return [
    {
      claim: 'with samples, plain gossip has its exact stationary error (N = 10)',
      checks: PLAIN.flatMap(({ heterogeneous, placement, localSteps, errors }) =>
        errors.map((reference, k) => {
          const graph = graphs[k]
          const how = graph === undefined ? ({ aggregation: 'none' } as const) : { ...plainGossip, graph }
          const found = find({ kind: 'sampled', ...published, heterogeneous, placement, localSteps, ...how })
          const label = `${heterogeneous ? placement.slice(0, 3) : 'hom'} H=${localSteps} ${graph ?? 'alone'}`
          return check(label, found?.measured ?? Number.NaN, near(reference, 0.2, 'derived'))
        })
      )
    },
    {
      claim:
        'with samples, corrected gossip has the noise of the federation and no bias (N = 10; references simulated)',
      checks: corrected.map(({ label, reference, found }) =>
        check(label, found?.measured ?? Number.NaN, near(reference, 0.2, 'derived'))
      )
    },
    {
      claim: 'the mean of all peers has the error of a federation with a server, on every graph',
      checks: corrected.map(({ label, found }) =>
        check(label, found?.ofMean ?? Number.NaN, near(1.9e-2, 0.2, 'derived'))
      )
    },
    {
      claim: 'N = 20, similar agents of our own: together they have a twentieth of the error of one alone',
      checks: [check('alone/together', alone / shared, between(12, 32, 'derived', 22))]
    }
  ]
}

function panelsOf(find: Find, quick: boolean): Panel[] {
  return PLACEMENTS.map(placement => ({
    title: `opposite types, ${placement}, N = 10, η = ${STEP_SIZE}`,
    x: { label: 'local steps H', log: true },
    y: { label: 'mean ‖θ_i − θ*‖²', log: true },
    series: GRAPHS.flatMap((graph, colour) => {
      const of = (kind: Settings['kind'], aggregation: Settings['aggregation']) =>
        LOCAL_STEPS.flatMap(localSteps => {
          const found = find({ kind, ...opposite, placement, graph, localSteps, aggregation })
          return found && found.measured > 1e-12 ? [[localSteps, found.measured] as const] : []
        })
      return [
        { name: `gossip, ${graph}`, colour, style: 'line', points: of('noise-free', 'gossip') } as const,
        ...(quick
          ? []
          : [
              { name: 'with samples', colour, style: 'points', points: of('sampled', 'gossip') } as const,
              {
                name: 'corrected, with samples',
                colour,
                style: 'dashed',
                points: of('sampled', 'gossip-scafflsa')
              } as const
            ])
      ]
    })
  }))
}

export const gossipFixedPoints: Figure<Settings, Result> = {
  name: 'gossip-fixed-points',
  title: 'Where gossip ends without a server: graphs, placements, local steps, and corrections.',
  paper: 'Versini et al., AISTATS 2026, arXiv 2601.07021; problems of Mangold et al., arXiv 2402.04114',
  settings: quick => [
    `Published Garnets with 10 agents of two opposite types, on the graph in turn (alt) or sorted by type (clu); η = ${STEP_SIZE}; Metropolis weights.`,
    quick
      ? 'Noise-free steps, H = 1 and 100; samples on one ring.'
      : 'Noise-free steps, H = 1 … 1000; then i.i.d. samples: 4e5 local steps of each agent, 6 repetitions (corrected: 1.2e5 or 1.5e5, 12).',
    'Corrected: gossip-scafflsa (lazy weights on torus and ring) and gossip-tracking.'
  ],
  cells,
  compute,
  judge
}
