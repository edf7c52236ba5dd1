/**
 * Peers that differ, each judged against its own solution θ_i*. A common θ stays as far off as the solutions are apart; learning
 * alone gets there, slowly; PF-LSA, which takes a share 1/N of the own step and the mean step for the rest, gets there as well, and
 * early: together peers bear N/2 times the step size with the noise of one alone.
 */
import { exactValues } from '../../peers/environments/exact.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Panel } from '../drawing/panel.ts'
import { count } from '../report/format.ts'
import { atLeast, atMost, between, check } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultOf } from './figure.ts'
import { repeatedWalks, settingFor } from './simulate.ts'

interface Settings {
  readonly way: keyof typeof WAYS
  readonly level: number
  readonly rounds: number
  readonly repetitions: number
}

/** Squared distances from the own θ_i*, in the mean over the peers and repetitions. */
interface Result {
  readonly curve: readonly (readonly [round: number, error: number])[]
  readonly early: number
  /** Over the last quarter of the rounds. */
  readonly late: number
  /** ‖θ_i* − θ*‖², in the mean over the peers: what a common θ leaves at least. */
  readonly dispersion: number
}

const PEERS = 10
const FEATURES = 5
const EARLY = 600
const MEASURE_EVERY = 100
/** For a single peer. */
const STEP_SIZE = 0.2

const WAYS = {
  alone: { name: 'alone', aggregation: 'none', topology: 'ring', stepSize: STEP_SIZE },
  common: { name: 'FedLSA', aggregation: 'star', topology: 'star', stepSize: STEP_SIZE * PEERS },
  personal: {
    name: 'PF-LSA',
    aggregation: `pf-lsa:own=${1 / PEERS}`,
    topology: 'star',
    stepSize: (STEP_SIZE * PEERS) / 2
  },
  gossiped: {
    name: 'gossip PF-LSA, ring',
    aggregation: `gossip-pf-lsa:own=${1 / PEERS}`,
    topology: 'ring',
    stepSize: (STEP_SIZE * PEERS) / 2
  },
  careful: {
    name: 'PF-LSA, the step of one alone',
    aggregation: `pf-lsa:own=${1 / PEERS}`,
    topology: 'star',
    stepSize: STEP_SIZE
  }
} as const
const ALL_WAYS = Object.keys(WAYS) as Settings['way'][]

/** What the authors' generator gave where rewards differed as much: squared errors, after EARLY rounds and late. */
interface Known {
  /** How far peers differ. */
  readonly level: number
  readonly aloneEarly: number
  readonly alone: number
  readonly common: number
  readonly personalEarly: number
  readonly personal: number
  readonly gossiped: number | null
}
/** Known of rewards that do not differ at all. */
const HARDLY: Known = {
  level: 0.1,
  aloneEarly: 50,
  alone: 0.103,
  common: 0.108,
  personalEarly: 0.1,
  personal: 0.1,
  gossiped: null
}
const HALF: Known = {
  level: 0.5,
  aloneEarly: 122.6,
  alone: 0.137,
  common: 5.15,
  personalEarly: 2,
  personal: 0.132,
  gossiped: 0.152
}
const FULLY: Known = {
  level: 1,
  aloneEarly: 228,
  alone: 0.257,
  common: 20.3,
  personalEarly: 7.4,
  personal: 0.245,
  gossiped: 0.283
}
const knownOf = (quick: boolean): readonly Known[] => (quick ? [FULLY] : [HARDLY, HALF, FULLY])

const lengthsOf = (quick: boolean) =>
  quick ? { rounds: 40_000, repetitions: 2 } : { rounds: 60_000, repetitions: 20 }

function cells(quick: boolean): Cell<Settings>[] {
  const lengths = lengthsOf(quick)
  const seconds = lengths.rounds * lengths.repetitions * 2.5e-6
  return knownOf(quick).flatMap(({ level }) =>
    ALL_WAYS.map(way => ({ settings: { way, level, ...lengths }, seconds }))
  )
}

async function compute({ way, level, rounds, repetitions }: Settings): Promise<Result> {
  const { aggregation, topology, stepSize } = WAYS[way]
  const setting = settingFor({
    environment: `garnet:states=10,actions=10,branching=3,features=${FEATURES},discount=0.95,noise=none,policy=uniform,heterogeneity=perturbation,perturbation=${level}`,
    peers: PEERS,
    topology,
    aggregation,
    localSteps: 1,
    stepSize,
    rounds,
    measureEvery: MEASURE_EVERY,
    sampling: 'iid',
    initial: 'zero',
    seed: '42'
  })
  const { solution, solutions, stride } = exactValues(setting.fleet)
  const shown = shownRounds(rounds)
  const sums = new Map<number, number>()
  let late = 0
  let samples = 0
  await repeatedWalks(setting, repetitions, {
    onSample({ round }, { theta }) {
      const error = apart(theta.values, theta.stride, solutions, stride)
      if (shown.has(round)) sums.set(round, (sums.get(round) ?? 0) + error)
      if (4 * round <= 3 * rounds) return
      late += error
      samples++
    }
  })
  return {
    curve: [...sums].map(([round, sum]) => [round, sum / repetitions] as const),
    early: present(sums.get(EARLY), 'the early error') / repetitions,
    late: late / samples,
    dispersion: apart(solution, 0, solutions, stride)
  }
}

/** Multiples of MEASURE_EVERY, about evenly spaced on a logarithmic axis. */
function shownRounds(rounds: number): Set<number> {
  const shown = new Set([EARLY])
  for (let at = 1; at * MEASURE_EVERY <= rounds; at = Math.max(at + 1, Math.round(at * 1.25)))
    shown.add(at * MEASURE_EVERY)
  return shown
}

/** ‖x_i − y_i‖² in the mean over the peers; rows begin as many doubles apart as their stride says, be it none. */
function apart(x: Float64Array, strideOfX: number, y: Float64Array, strideOfY: number): number {
  let sum = 0
  for (let i = 0; i < PEERS; i++) {
    for (let j = 0; j < FEATURES; j++) {
      const difference = x[i * strideOfX + j]! - y[i * strideOfY + j]!
      sum += difference * difference
    }
  }
  return sum / PEERS
}

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const known = knownOf(quick)
  const of = (way: Settings['way'], level: number): Result =>
    present(resultOf(done, { way, level }), `${way} at ${level}`)
  const differing = known.filter(({ level }) => level >= HALF.level)
  const claims: Claim[] = [
    {
      claim: `early PF-LSA is far ahead of learning alone (after ${EARLY} steps)`,
      checks: known.map(({ level, aloneEarly, personalEarly }) =>
        check(
          `level ${level}: alone/PF-LSA`,
          of('alone', level).early / of('personal', level).early,
          atLeast(10, 'derived', aloneEarly / personalEarly)
        )
      )
    },
    {
      claim: 'late it is at the level of learning alone, or better, and so is its gossip form on a ring',
      checks: known.flatMap(({ level, alone, personal, gossiped }) => [
        check(
          `level ${level}: PF-LSA/alone`,
          of('personal', level).late / of('alone', level).late,
          atMost(1.25, 'derived', personal / alone)
        ),
        check(
          `level ${level}: gossip/PF-LSA`,
          of('gossiped', level).late / of('personal', level).late,
          between(0.9, 1.6, 'derived', gossiped === null ? null : gossiped / personal)
        )
      ])
    },
    {
      claim: 'FedLSA stays where one θ for all must: at the dispersion of the θ_i*, and noise',
      checks: differing.map(({ level, common }) => {
        const { late, dispersion } = of('common', level)
        const reference = level === HALF.level ? common / 5.01 : null
        return check(
          `level ${level}: over dispersion`,
          late / dispersion,
          between(0.95, 1.7, 'derived', reference)
        )
      })
    },
    {
      claim: 'so PF-LSA is ahead of it where peers differ, and costs nothing where they hardly do',
      checks: known.map(({ level, common, personal }) =>
        check(
          `level ${level}: FedLSA/PF-LSA`,
          of('common', level).late / of('personal', level).late,
          atLeast(level === HARDLY.level ? 0.7 : 2.5, 'derived', common / personal)
        )
      )
    },
    {
      claim: 'with the step size of one alone it has a fraction of the noise',
      checks: known.map(({ level }) =>
        check(
          `level ${level}: alone/PF-LSA`,
          of('alone', level).late / of('careful', level).late,
          between(2.5, 8, 'derived', 0.137 / 0.032)
        )
      )
    }
  ]
  return {
    claims,
    panels: known.map(({ level }) => panelOf(of, level)),
    notes: [
      "References are of the authors' generator, by how far rewards differ (not at all beside our 0.1); solutions are farther apart there, so that shapes compare, not sizes."
    ]
  }
}

function panelOf(of: (way: Settings['way'], level: number) => Result, level: number): Panel {
  const { curve, dispersion } = of('common', level)
  return {
    title: `environments that differ by ${level}`,
    x: { label: 'steps of each peer', log: true },
    y: { label: 'mean ‖θ_i − θ_i*‖²', log: true },
    series: [
      ...ALL_WAYS.map(
        (way, colour) =>
          ({
            name: `${WAYS[way].name}, η = ${WAYS[way].stepSize}`,
            colour,
            style: 'line',
            points: of(way, level).curve
          }) as const
      ),
      {
        name: 'dispersion of the θ_i*',
        colour: ALL_WAYS.length,
        style: 'dotted',
        points: curve.map(([round]) => [round, dispersion] as const)
      }
    ]
  }
}

export const personalisation: Figure<Settings, Result> = {
  name: 'personalisation',
  title: 'One θ for all, each alone, or both: distance of each peer from its own solution.',
  paper: 'Labbi, Mangold, Moulines, personalised federated LSA (PF-LSA)',
  settings: quick => {
    const levels = knownOf(quick).map(({ level }) => level)
    const { rounds, repetitions } = lengthsOf(quick)
    return [
      `Garnets, ${PEERS} peers: 10 states, 10 actions, 3 successors, ${FEATURES} features, γ = 0.95, uniform policy; rewards and transitions differ by ${levels.join(', ')}.`,
      `H = 1, ${count(rounds)} rounds of i.i.d. samples from θ = 0, ${repetitions} repetitions; β = 1/N; η = ${STEP_SIZE} alone, ${STEP_SIZE} N/2 with PF-LSA, ${STEP_SIZE} N with FedLSA.`
    ]
  },
  cells,
  compute,
  judge
}
