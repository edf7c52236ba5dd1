/**
 * Which number of a graph foretells how well its peers will do? Where they want the same, and only noise is to be averaged out, the
 * effective number of neighbours (Vogels, Hendrikx, Jaggi 2022), not the spectral gap. Where they want opposite things no number of the
 * graph alone: what counts is how far neighbours together are from what all want (Le Bars et al. 2023), and how slowly the rest comes
 * through, the gap.
 */

import { denseMatrix, studyOf, topologies } from '../../topologies/index.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import { solveInPlace } from '../core/linear.ts'
import type { Panel, Series } from '../drawing/panel.ts'
import { parseNamed } from '../experiment/named.ts'
import { figure } from '../report/format.ts'
import { atLeast, atMost, check } from './expect.ts'
import type { Check, Done, Figure, Findings, Table } from './figure.ts'
import { predictedError, quadraticSetting, simulatedError } from './quadratics.ts'
import { rankCorrelation } from './rank-correlation.ts'
import { meanSquare } from './simulate.ts'

interface Settings {
  readonly topology: string
  readonly peers: number
  readonly wishes: 'equal' | 'opposite'
  readonly placement: 'given' | 'clustered' | 'alternating' | 'shuffled'
  readonly stepSize: number
  /** Simulated; 0 where errors are predicted exactly. */
  readonly rounds: number
  readonly seed: string
}

interface Result {
  /** Mean over the peers of E (x_i − θ*)², or of its part without noise where peers want opposite things. */
  readonly error: number
  readonly gap: number
  /** The effective number of neighbours, by γ. */
  readonly neighbours: Readonly<Record<'0.9' | '0.99', number>>
  /** (Σ_j W_ij b_j)², in the mean over the peers. */
  readonly apart: number
  /** ‖(I − W)⁺ W b‖² / N: the bias of small steps is η² times that. */
  readonly firstOrder: number
}

const GRAPHS = [
  'exponential',
  'hypercube',
  'torus',
  'ring-lattice:neighbours=4',
  'circulant:offsets=1+5',
  'random-regular:degree=4',
  'random-regular:degree=3',
  'erdos-renyi:probability=0.3',
  'watts-strogatz:neighbours=4,rewiring=0.3',
  'barabasi-albert:attached=2',
  'wheel',
  'grid',
  'ring',
  'barbell',
  'binary-tree',
  'path',
  'star'
]
/** The gap has them in this order; the errors in the opposite one. */
const MISRANKED = ['star', 'ring', 'barbell']
const STEPS = [0.1, 0.01] as const
/** About (1 − η)², for which the effective number of neighbours is that of the noise. */
const GAMMA = { 0.1: '0.9', 0.01: '0.99' } as const
const BIAS_STEP = 0.01

/** Equal peers: how many, and with which steps. */
interface Group {
  readonly peers: number
  readonly stepSize: (typeof STEPS)[number]
  readonly rounds: number
}
const GROUPS: readonly Group[] = [
  { peers: 16, stepSize: 0.1, rounds: 0 },
  { peers: 16, stepSize: 0.01, rounds: 0 },
  { peers: 64, stepSize: 0.1, rounds: 20_000 }
]
const groupsOf = (quick: boolean): readonly Group[] => GROUPS.slice(0, quick ? 1 : GROUPS.length)

const PLACES = [
  { placement: 'clustered', seed: '1', label: 'clustered' },
  { placement: 'alternating', seed: '1', label: 'alternating' },
  { placement: 'shuffled', seed: '1', label: 'shuffled' },
  { placement: 'shuffled', seed: '2', label: 'shuffled again' }
] as const

function cells(quick: boolean): Cell<Settings>[] {
  const equal = groupsOf(quick).flatMap(group =>
    GRAPHS.map(topology => ({
      topology,
      wishes: 'equal' as const,
      placement: 'given' as const,
      seed: '1',
      ...group
    }))
  )
  const opposite = PLACES.flatMap(({ placement, seed }) =>
    GRAPHS.map(topology => ({
      topology,
      peers: 16,
      wishes: 'opposite' as const,
      placement,
      stepSize: BIAS_STEP,
      rounds: 0,
      seed
    }))
  )
  return [...equal, ...opposite].map(settings => ({ settings, seconds: 0.06 + settings.rounds * 4e-5 }))
}

async function compute(settings: Settings): Promise<Result> {
  const { topology, peers, wishes, stepSize, placement, rounds, seed } = settings
  const setting = quadraticSetting({
    contender: { name: topology, aggregation: 'gossip', topology },
    wishes,
    placement,
    stepSize,
    peers,
    rounds,
    seed
  })
  const { family, options } = parseNamed(topology, topologies, 'topology')
  const study = studyOf({ family, options, topology: setting.topology, weights: 'metropolis' }, 0)
  const rows = denseMatrix(setting.mixing.at(0))
  const wished = setting.fleet.rewards
  const heard = Float64Array.from(rows, row => row.reduce((sum, weight, j) => sum + weight * wished[j]!, 0))
  // I − W + 11ᵀ/N inverts I − W where the mean is 0.
  const system = Float64Array.from({ length: peers * peers }, (_, at) => {
    const [i, j] = [Math.floor(at / peers), at % peers]
    return (i === j ? 1 : 0) - rows[i]![j]! + 1 / peers
  })
  const pulled = heard.slice()
  solveInPlace(system, pulled, peers)
  return {
    error:
      rounds > 0
        ? await simulatedError(setting)
        : predictedError(setting, wishes === 'equal' ? 'iid' : 'expected'),
    gap: present(study.spectrum, 'the spectrum of a graph that stays').spectralGap,
    neighbours: present(study.effectiveNeighbours, 'the effective number of neighbours'),
    apart: meanSquare(heard, peers),
    firstOrder: meanSquare(pulled, peers)
  }
}

type Runs = readonly Done<Settings, Result>[]
type Measure = (result: Result) => number

const gap: Measure = result => result.gap
const few: Measure = ({ neighbours }) => neighbours['0.9']
const many: Measure = ({ neighbours }) => neighbours['0.99']
/** As the bound of the bias has it: the farther and the slower, the worse. */
const apartOverGap: Measure = result => -result.apart / (result.gap * result.gap)
const firstOrder: Measure = result => -result.firstOrder

/** How well the order by a number, the larger the better, is that of the errors, the smaller the better. */
const ranks = (runs: Runs, measure: Measure): number =>
  rankCorrelation(
    runs.map(({ result }) => measure(result)),
    runs.map(({ result }) => -result.error)
  )

const placedAt = (opposite: Runs, { placement, seed }: (typeof PLACES)[number]): Runs =>
  opposite.filter(({ settings }) => settings.placement === placement && settings.seed === seed)

function judge(done: Runs, quick: boolean): Findings {
  const equal = ({ peers, stepSize }: Pick<Group, 'peers' | 'stepSize'>): Runs =>
    done.filter(
      ({ settings }) =>
        settings.wishes === 'equal' && settings.peers === peers && settings.stepSize === stepSize
    )
  const opposite = done.filter(({ settings }) => settings.wishes === 'opposite')
  const misranked = equal({ peers: 16, stepSize: 0.1 }).filter(({ settings }) =>
    MISRANKED.includes(settings.topology)
  )
  const groups = groupsOf(quick)
  const matching: Readonly<Record<(typeof STEPS)[number], Measure>> = { 0.1: few, 0.01: many }
  return {
    claims: [
      {
        claim: 'equal peers: the effective number of neighbours ranks the graphs as the errors do',
        checks: groups.map(group =>
          check(
            `N=${group.peers}, η=${group.stepSize}: n(${GAMMA[group.stepSize]})`,
            ranks(equal(group), matching[group.stepSize]),
            atLeast(0.95, 'derived', 1)
          )
        )
      },
      {
        claim: 'the spectral gap less so, the less the more peers there are (η = 0.1)',
        checks: groups
          .filter(({ stepSize }) => stepSize === 0.1)
          .map(group =>
            check(
              `N=${group.peers}: gap`,
              ranks(equal(group), gap),
              atMost(group.peers === 16 ? 0.9 : 0.75, 'derived')
            )
          )
      },
      {
        claim: 'it has star, ring and two cliques in the opposite order (N = 16, η = 0.1)',
        checks: [
          check('three graphs: gap', ranks(misranked, gap), atMost(-0.999, 'derived', -1)),
          check('three graphs: n(0.9)', ranks(misranked, few), atLeast(0.999, 'derived', 1))
        ]
      },
      {
        claim: `opposite peers, ${PLACES.length} placements of them on each graph: no number of the graph alone ranks the biases`,
        checks: [
          check('n(0.9)', ranks(opposite, few), atMost(0.75, 'derived')),
          check('n(0.99)', ranks(opposite, many), atMost(0.75, 'derived')),
          check('gap', ranks(opposite, gap), atMost(0.75, 'derived'))
        ]
      },
      {
        claim:
          'placement and gap together do it better, in each placement too, and to first order in η they all but decide',
        checks: [
          check('all: apart/gap²', ranks(opposite, apartOverGap), atLeast(0.8, 'derived')),
          ...PLACES.map((place): Check => {
            const runs = placedAt(opposite, place)
            return check(
              `${place.label}: above gap by`,
              ranks(runs, apartOverGap) - ranks(runs, gap),
              atLeast(0, 'derived')
            )
          }),
          check('all: ‖(I−W)⁺Wb‖²', ranks(opposite, firstOrder), atLeast(0.98, 'derived', 1))
        ]
      }
    ],
    panels: panelsOf(equal({ peers: quick ? 16 : 64, stepSize: 0.1 }), opposite),
    table: tableOf([
      ...groups.map(group => [`equal, N=${group.peers}, η=${group.stepSize}`, equal(group)] as const),
      ...PLACES.map(place => [`opposite, ${place.label}`, placedAt(opposite, place)] as const),
      ['opposite, all of them', opposite]
    ]),
    notes: [
      ...(quick
        ? []
        : [
            'With small steps all graphs err alike where peers are equal, and the gap ranks 16 of them well, too.'
          ]),
      'Within one placement of opposite peers the gap ranks the graphs about as well, or as badly, as the effective number of neighbours.'
    ]
  }
}

function tableOf(groups: readonly (readonly [string, Runs])[]): Table {
  return {
    legend:
      "Spearman's rank correlation of each number with how small the error is (equal peers, with noise) or the bias (opposite peers, η = " +
      `${BIAS_STEP}); n(γ): effective neighbours; apart: mean (Σ_j W_ij b_j)².`,
    header: [['', 'n(0.9)', 'n(0.99)', 'gap', 'apart/gap²', 'first order']],
    rows: groups.map(([name, runs]) => [
      name,
      ...[few, many, gap].map(measure => digits(ranks(runs, measure))),
      ...(name.startsWith('equal')
        ? ['–', '–']
        : [apartOverGap, firstOrder].map(measure => digits(ranks(runs, measure))))
    ])
  }
}

const digits = (x: number): string => x.toFixed(3)

function panelsOf(equal: Runs, opposite: Runs): Panel[] {
  const cloud = (name: string, colour: number, runs: Runs, measure: Measure): Series => ({
    name,
    colour,
    style: 'points',
    points: runs.map(({ result }) => [measure(result), result.error] as const)
  })
  const peers = equal[0]?.settings.peers ?? 16
  const equalPanel = (label: string, log: boolean, measure: Measure): Panel => ({
    title: `Equal peers, N = ${peers}, η = 0.1: ρ = ${figure(ranks(equal, measure))}`,
    x: { label, log },
    y: { label: 'mean E (x_i − θ*)²', log: true },
    series: [cloud('a graph each', 0, equal, measure)]
  })
  const oppositePanel = (label: string, measure: Measure, ranking: Measure): Panel => ({
    title: `Opposite peers, N = 16, η = ${BIAS_STEP}: |ρ| = ${figure(ranks(opposite, ranking))}`,
    x: { label, log: true },
    y: { label: 'bias²', log: true },
    series: PLACES.map((place, k) => cloud(place.label, k + 1, placedAt(opposite, place), measure))
  })
  return [
    equalPanel('effective neighbours, γ = 0.9', false, few),
    equalPanel('spectral gap', true, gap),
    oppositePanel('spectral gap', gap, gap),
    oppositePanel('apart / gap²', result => -apartOverGap(result), apartOverGap)
  ]
}

/** `what-ranks-graphs`. */
export const whatRanksGraphs: Figure<Settings, Result> = {
  name: 'what-ranks-graphs',
  title: 'Which number of a graph foretells the errors of its peers.',
  paper: 'after Vogels, Hendrikx, Jaggi, NeurIPS 2022, and Le Bars et al., AISTATS 2023',
  settings: quick => [
    `${GRAPHS.length} graphs, f_i = (x − b_i)²/2, noise of variance 1, Metropolis weights; errors are exact, as murmur predicts them${quick ? '' : '; of 64 peers simulated'}.`,
    `Equal peers: b_i = 0; ${groupsOf(quick)
      .map(({ peers, stepSize }) => `N = ${peers}, η = ${stepSize}`)
      .join(
        '; '
      )}. Opposite ones: b_i = ±1 in ${PLACES.length} placements, N = 16, η = ${BIAS_STEP}, without noise.`
  ],
  cells,
  compute,
  judge
}
