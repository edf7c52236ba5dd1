/**
 * What it costs policy gradient that peers differ: the better part of what each could have alone stays out of reach, the more, the more
 * they differ. With a server what is left is what any common policy leaves; on graphs hardly more: policies bear consensus errors.
 */
import {
  bestStochastic,
  heterogeneity,
  optimalValues,
  policyGradient
} from '../../peers/environments/exact.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Panel } from '../drawing/panel.ts'
import type { Fleet } from '../interfaces.ts'
import { count, figure } from '../report/format.ts'
import { mean } from '../statistics/mean.ts'
import { atLeast, atMost, check } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultOf, type Table } from './figure.ts'
import { uniformReturn } from './returns.ts'
import { settingFor, walk } from './simulate.ts'

const WAYS = {
  star: { name: 'star', topology: 'star', aggregation: 'star', placement: 'alternating' },
  alternating: {
    name: 'ring, alternating',
    topology: 'ring',
    aggregation: 'gossip',
    placement: 'alternating'
  },
  clustered: { name: 'ring, clustered', topology: 'ring', aggregation: 'gossip', placement: 'clustered' },
  torus: { name: 'torus, clustered', topology: 'torus', aggregation: 'gossip', placement: 'clustered' },
  exponential: {
    name: 'exponential, clustered',
    topology: 'exponential',
    aggregation: 'gossip',
    placement: 'clustered'
  }
} as const
type Way = keyof typeof WAYS

interface Settings {
  readonly way: Way
  /** ε_p */
  readonly level: number
  readonly rounds: number
}

interface Result {
  /** max_sa ‖P_c − P_c'‖, total variation. */
  readonly transitions: number
  /** ζ² = mean_c ‖∇J_c − ∇J̄‖² at θ = 0, where they begin. */
  readonly spread: number
  /** What there is to learn: the return of the best common policy less that of the uniform one. */
  readonly range: number
  /** mean_c J_c*, less the mean return of the peers, of the best common policy, and of the worst peer. */
  readonly floor: number
  readonly bestFloor: number
  readonly worstFloor: number
  /** Of the best common policy, in the mean over DRAWS draws of the environments; with a server only. */
  readonly usualFloor: number | null
  readonly consensusError: number
  /** Total variation between a peer's policy and the mean of all. */
  readonly policyDistance: number
}

const PEERS = 16
const LOCAL_STEPS = 5
const STEP_SIZE = 0.05
const TRUNCATED_AFTER = 40
/** Of the environments that are learnt in: at every level their best policies differ. */
const SEED = '11'
const DRAWS = 16

interface Form {
  readonly ways: readonly Way[]
  readonly levels: readonly number[]
  readonly rounds: number
}
const FULL: Form = { ways: Object.keys(WAYS) as Way[], levels: [0, 0.1, 0.3, 0.6, 1], rounds: 3000 }
const QUICK: Form = { ways: ['star', 'alternating', 'clustered'], levels: [0, 0.3, 1], rounds: 250 }
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

const cells = (quick: boolean): Cell<Settings>[] => {
  const { ways, levels, rounds } = formOf(quick)
  return ways.flatMap(way =>
    levels.map(level => ({ settings: { way, level, rounds }, seconds: rounds * PEERS * 1.6e-4 }))
  )
}

const environmentOf = (level: number): string => `synthetic:heterogeneity=${level}`

async function compute({ way, level, rounds }: Settings): Promise<Result> {
  const { topology, aggregation, placement } = WAYS[way]
  const setting = settingFor({
    environment: environmentOf(level),
    peers: PEERS,
    placement,
    topology,
    aggregation,
    learner: `softmax:horizon=${TRUNCATED_AFTER}`,
    sampling: 'expected',
    localSteps: LOCAL_STEPS,
    stepSize: STEP_SIZE,
    rounds,
    measureEvery: rounds,
    initial: 'zero',
    seed: SEED
  })
  const { fleet } = setting
  const { theta } = await walk(setting, {})
  const { swarm, peers } = setting.judge.measure(theta)
  const own = meanOfBest(fleet)
  const best = bestStochastic(fleet).mean
  return {
    transitions: heterogeneity(fleet).actionTransitions ?? Number.NaN,
    spread: spreadOf(fleet, new Float64Array(fleet.states * fleet.actions).fill(1 / fleet.actions)),
    range: best - uniformReturn(setting),
    floor: own - present(swarm.return, 'the return'),
    bestFloor: own - best,
    usualFloor: way === 'star' ? usualFloor(level) : null,
    worstFloor: worstOf(fleet, own, present(peers.return, 'returns')),
    consensusError: present(swarm.consensusError, 'the consensus error'),
    policyDistance: present(swarm.policyDistance, 'the policy distance')
  }
}

function usualFloor(level: number): number {
  return mean(
    Array.from({ length: DRAWS }, (_, draw) => {
      const { fleet } = settingFor({
        environment: environmentOf(level),
        peers: 2,
        learner: 'softmax',
        seed: String(draw + 1)
      })
      return meanOfBest(fleet) - bestStochastic(fleet).mean
    })
  )
}

/** mean_c J_c* */
function meanOfBest(fleet: Fleet): number {
  const { peers, states, evaluation } = fleet
  const values = optimalValues(fleet)
  return mean(
    Array.from({ length: peers }, (_, c) =>
      evaluation.reduce((sum, weight, s) => sum + weight * values[c * states + s]!, 0)
    )
  )
}

/** By how much the peer of each type that returns least falls short, in the mean over the types. */
function worstOf({ types }: Fleet, own: number, returns: Float64Array): number {
  const kinds = [...new Set(types)]
  return own - mean(kinds.map(kind => Math.min(...Array.from(returns).filter((_, c) => types[c] === kind))))
}

function spreadOf(fleet: Fleet, policy: Float64Array): number {
  const gradients = Array.from({ length: fleet.peers }, (_, c) => policyGradient(fleet, c, policy))
  return mean(
    gradients.map(gradient =>
      gradient.reduce((sum, g, at) => {
        const off = g - mean(gradients.map(other => other[at]!))
        return sum + off * off
      }, 0)
    )
  )
}

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const { ways, levels } = formOf(quick)
  const of = (way: Way, level: number): Result =>
    present(resultOf(done, { way, level }), `${way} at ${level}`)
  const usual = (level: number): number => present(of('star', level).usualFloor, 'the usual floor')
  const graphs = ways.filter(way => way !== 'star')
  const most = present(levels.at(-1), 'a level')
  const claims: Claim[] = [
    {
      claim: 'what any common policy leaves is 0 for peers that are alike, and grows as they differ',
      checks: levels.map((level, at) =>
        at === 0
          ? check(`ε_p = ${level}: floor`, usual(level), atMost(1e-6, 'derived', 0))
          : check(
              `ε_p = ${level}: over the last`,
              usual(level) - usual(levels[at - 1]!),
              atLeast(1e-3, 'derived')
            )
      )
    },
    {
      claim: 'so does the spread of their gradients where they begin, ζ²',
      checks: levels
        .slice(1)
        .map((level, at) =>
          check(
            `ε_p = ${level}: over the last`,
            of('star', level).spread - of('star', levels[at]!).spread,
            atLeast(1e-6, 'derived')
          )
        )
    },
    {
      claim: 'with a server FedPG misses next to nothing of what the best common policy can have',
      checks: levels.map(level =>
        check(
          `ε_p = ${level}: part missed`,
          (of('star', level).floor - of('star', level).bestFloor) / of('star', level).range,
          atMost(quick ? 0.02 : 0.002, 'derived')
        )
      )
    },
    {
      claim: 'on graphs no more: policies bear the differences that are left between peers',
      checks: graphs.map(way =>
        check(
          `${way}: worst, more by`,
          Math.max(
            ...levels.map(
              level => (of(way, level).worstFloor - of('star', level).floor) / of('star', level).range
            )
          ),
          atMost(0.002, 'derived')
        )
      )
    },
    {
      claim: 'these are the largest where types are clustered on a ring',
      checks: graphs
        .filter(way => way !== 'clustered')
        .map(way =>
          check(
            `apart, clustered/${way}`,
            of('clustered', most).consensusError / of(way, most).consensusError,
            atLeast(1.5, 'derived')
          )
        )
    }
  ]
  return {
    claims,
    panels: panelsOf(of, ways, levels),
    table: tableOf(of, ways, levels),
    notes: [
      `Parts are of what there is to learn, from the uniform policy to the best common one. What any common policy leaves is the mean over ${DRAWS} draws of the environments; peers learn in draw ${SEED}, in which it is more than that at every level.`
    ]
  }
}

type Of = (way: Way, level: number) => Result

function panelsOf(of: Of, ways: readonly Way[], levels: readonly number[]): Panel[] {
  const floors = ways.map(
    (way, colour) =>
      ({
        name: WAYS[way].name,
        colour,
        style: 'line',
        points: levels.map(level => [level, of(way, level).floor] as const)
      }) as const
  )
  const best = {
    name: 'best common policy',
    colour: ways.length,
    style: 'dotted',
    points: levels.map(level => [level, of('star', level).bestFloor] as const)
  } as const
  return [
    {
      title: 'What is left of what each could have alone',
      x: { label: 'ε_p', log: false },
      y: { label: 'mean J_c* − mean J_c', log: false },
      series: [...floors, best]
    }
  ]
}

const tableOf = (of: Of, ways: readonly Way[], levels: readonly number[]): Table => ({
  legend: 'floor: mean_c (J_c* − J_c); apart: total variation between a peer’s policy and the mean',
  header: [['', 'floor', 'worst', 'common', 'consensus', 'apart', 'ζ²']],
  rows: levels.flatMap(level => [
    [`ε_p = ${level}, which is ε_P = ${figure(of('star', level).transitions)}`],
    ...ways.map(way => {
      const { floor, worstFloor, bestFloor, consensusError, policyDistance, spread } = of(way, level)
      return [
        WAYS[way].name,
        ...[floor, worstFloor, bestFloor, consensusError, policyDistance, spread].map(figure)
      ]
    })
  ])
})

export const fedpgHeterogeneity: Figure<Settings, Result> = {
  name: 'fedpg-heterogeneity',
  title:
    'What policy gradient leaves as peers differ: with a server, on rings, a torus and an exponential graph.',
  paper: 'Labbi, Mangold, Tiapkin, Moulines 2025, federated softmax policy gradient (arXiv 2505.23459)',
  settings: quick => {
    const { levels, rounds } = formOf(quick)
    return [
      `Synthetic environments of two kinds, ${PEERS} peers, 5 states, 4 actions, γ = 0.99, ε_p = ${levels.join(', ')}; returns are exact.`,
      `FedPG with exact gradients, H = ${LOCAL_STEPS}, η = ${STEP_SIZE}, returns truncated after ${TRUNCATED_AFTER} steps, ${count(rounds)} rounds from θ = 0.`
    ]
  },
  cells,
  compute,
  judge
}
