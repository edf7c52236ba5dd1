/**
 * The non-uniform Łojasiewicz inequality of softmax policy gradient, along a run of FedPG. Every peer's own return satisfies
 *
 *     ‖∇J_c(θ)‖ ≥ C_c(θ) (J_c* − J_c(θ)),   C_c(θ) = min_s π_θ(a_c*(s)|s) / (√S max_s d_c*(s)/d_c^θ(s))
 *
 * (Mei, Xiao, Szepesvári, Schuurmans 2020, lemma 8; d are discounted visits). For the mean of peers that differ nothing like it
 * holds: its gradient vanishes where a part of the gap mean_c (J_c* − J_c) is left, and min_c C_c is not small.
 */
import { optimalValues, policyGradient, returnSlope } from '../../peers/environments/exact.ts'
import { actionValue } from '../../peers/environments/optimal.ts'
import { tabularPolicy } from '../../peers/learners/softmax.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Panel } from '../drawing/panel.ts'
import type { Fleet } from '../interfaces.ts'
import { count } from '../report/format.ts'
import { atLeast, atMost, check } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultOf } from './figure.ts'
import { spacedRounds } from './returns.ts'
import { settingFor, walk } from './simulate.ts'

/** `isDecided`: the best common policy takes one action per state. */
const PROBLEMS = {
  same: {
    name: 'Synthetic, ε_p = 0',
    environment: 'synthetic:heterogeneity=0',
    differs: false,
    isDecided: true
  },
  some: {
    name: 'Synthetic, ε_p = 0.3',
    environment: 'synthetic:heterogeneity=0.3',
    differs: true,
    isDecided: true
  },
  much: {
    name: 'Synthetic, ε_p = 1',
    environment: 'synthetic:heterogeneity=1',
    differs: true,
    isDecided: true
  },
  challenging: { name: 'ChallengingMDP', environment: 'challenging-mdp', differs: true, isDecided: false }
} as const
type Problem = keyof typeof PROBLEMS

interface Settings {
  readonly problem: Problem
  readonly rounds: number
  readonly truncatedAfter: number
}

interface Point {
  readonly round: number
  /** Per peer ‖∇J_c‖ over its bound. */
  readonly own: readonly number[]
  /** ‖∇J̄‖ over min_c C_c · mean_c (J_c* − J_c). */
  readonly mean: number
  readonly gradient: number
  readonly gap: number
}

interface Result {
  readonly points: readonly Point[]
}

const PEERS = 2
const STEP_SIZE = 0.05
const MEASURE_EVERY = 10
/** Of the first gap: less than this is rounding. */
const NO_GAP = 1e-9

interface Form {
  readonly problems: readonly Problem[]
  readonly rounds: number
  /** γ to this power is as good as nothing: gradients are those of the whole return. */
  readonly truncatedAfter: number
}
const FULL: Form = { problems: Object.keys(PROBLEMS) as Problem[], rounds: 10_000, truncatedAfter: 1400 }
const QUICK: Form = { problems: ['same', 'challenging'], rounds: 800, truncatedAfter: 700 }
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

const cells = (quick: boolean): Cell<Settings>[] => {
  const { problems, rounds, truncatedAfter } = formOf(quick)
  return problems.map(problem => ({
    settings: { problem, rounds, truncatedAfter },
    seconds: rounds * truncatedAfter * 2e-6
  }))
}

async function compute({ problem, rounds, truncatedAfter }: Settings): Promise<Result> {
  const setting = settingFor({
    environment: PROBLEMS[problem].environment,
    peers: PEERS,
    learner: `softmax:horizon=${truncatedAfter}`,
    aggregation: 'star',
    sampling: 'expected',
    localSteps: 1,
    stepSize: STEP_SIZE,
    rounds,
    measureEvery: MEASURE_EVERY,
    initial: 'zero',
    seed: '1'
  })
  // Returns are taken from where episodes start, which is what the learners climb.
  const fleet = { ...setting.fleet, evaluation: setting.fleet.reset }
  const optimal = optimalValues(fleet)
  const best = Array.from({ length: PEERS }, (_, c) => bestOf(fleet, c, optimal))
  const shown = spacedRounds(rounds, MEASURE_EVERY)
  const points: Point[] = []
  await walk(setting, {
    onSample({ round }, { theta }) {
      if (!shown.has(round)) return
      const policy = new Float64Array(fleet.states * fleet.actions)
      tabularPolicy.policyInto(fleet.actions, theta.values, 0, policy)
      points.push({ round, ...inequalities(fleet, best, policy) })
    }
  })
  return { points }
}

/** What a peer alone can have: J_c*, and per state whether an action is one of the best. */
interface Best {
  readonly value: number
  readonly isBest: Uint8Array
}

function bestOf(fleet: Fleet, c: number, optimal: Float64Array): Best {
  const { states, actions, evaluation } = fleet
  const values = optimal.subarray(c * states, (c + 1) * states)
  const value = values.reduce((sum, v, s) => sum + evaluation[s]! * v, 0)
  return { value, isBest: Uint8Array.from({ length: states * actions }, (_, at) => Number(isOptimal(at))) }

  function isOptimal(at: number): boolean {
    const s = Math.floor(at / actions)
    const q = actionValue(fleet, c, s, at % actions, values)
    return q >= values[s]! - 1e-9 * (1 + Math.abs(values[s]!))
  }
}

function inequalities(fleet: Fleet, best: readonly Best[], policy: Float64Array): Omit<Point, 'round'> {
  const own: number[] = []
  const mean = new Float64Array(policy.length)
  let [least, gap] = [Number.POSITIVE_INFINITY, 0]
  best.forEach((one, c) => {
    const gradient = policyGradient(fleet, c, policy)
    gradient.forEach((g, at) => {
      mean[at] = mean[at]! + g / best.length
    })
    const constant = constantOf(fleet, c, one, policy)
    const left = one.value - returnSlope(fleet, c, policy).value
    own.push(norm(gradient) / (constant * left))
    least = Math.min(least, constant)
    gap += left / best.length
  })
  return { own, mean: norm(mean) / (least * gap), gradient: norm(mean), gap }
}

/** C_c(θ), for the best policy that takes the likeliest of the best actions. */
function constantOf(fleet: Fleet, c: number, { isBest }: Best, policy: Float64Array): number {
  const { states, actions } = fleet
  const taken = new Float64Array(policy.length)
  let least = 1
  for (let s = 0; s < states; s++) {
    let at = -1
    for (let k = s * actions; k < (s + 1) * actions; k++)
      if (isBest[k] === 1 && (at < 0 || policy[k]! > policy[at]!)) at = k
    taken[at] = 1
    least = Math.min(least, policy[at]!)
  }
  const theirs = returnSlope(fleet, c, taken).visits
  const ours = returnSlope(fleet, c, policy).visits
  const mismatch = theirs.reduce((most, visits, s) => Math.max(most, visits / ours[s]!), 0)
  return least / (Math.sqrt(states) * mismatch)
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0))

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const { problems } = formOf(quick)
  const of = (problem: Problem): readonly Point[] => present(resultOf(done, { problem }), problem).points
  /** Where there is a gap to speak of. */
  const open = (problem: Problem): readonly Point[] => {
    const points = of(problem)
    return points.filter(({ gap }) => gap > NO_GAP * (points[0]?.gap ?? 0))
  }
  const leastOwn = (problem: Problem): number => Math.min(...open(problem).flatMap(({ own }) => own))
  const leastMean = (problem: Problem): number => Math.min(...open(problem).map(({ mean }) => mean))
  const differing = problems.filter(problem => PROBLEMS[problem].differs)
  const alike = problems.filter(problem => !PROBLEMS[problem].differs)
  const claims: Claim[] = [
    {
      claim: "the inequality holds for each peer's own return, all along",
      checks: problems.map(problem =>
        check(`${problem}: ‖∇J_c‖/bound`, leastOwn(problem), atLeast(1, 'published', 1))
      )
    },
    {
      claim: 'for the mean of peers that are alike, too',
      checks: alike.map(problem =>
        check(`${problem}: ‖∇J̄‖/bound`, leastMean(problem), atLeast(1, 'published', 1))
      )
    },
    {
      claim: 'for the mean of peers that differ the gradient vanishes, and a gap stays',
      checks: differing.flatMap(problem => {
        const points = of(problem)
        const [first, last] = [present(points[0], 'a round'), present(points.at(-1), 'a round')]
        return [
          check(`${problem}: ∇J̄, end/start`, last.gradient / first.gradient, atMost(0.1, 'derived')),
          check(`${problem}: gap, end/start`, last.gap / first.gap, atLeast(1e-3, 'derived'))
        ]
      })
    },
    {
      claim: 'and the inequality may fail, where the best common policy is stochastic',
      checks: differing
        .filter(problem => !PROBLEMS[problem].isDecided)
        .map(problem => check(`${problem}: ‖∇J̄‖/bound`, leastMean(problem), atMost(0.9, 'derived', 1)))
    }
  ]
  return {
    claims,
    panels: problems.map(problem => panelOf(problem, open(problem))),
    notes: [
      'Where the best common policy is sure to take actions that are not the best of a peer, C_c of that peer vanishes as well, and the bound with it.',
      'Above 1 the inequality holds. Where several actions are best the bound is that of the likeliest of them, which is the largest.'
    ]
  }
}

const panelOf = (problem: Problem, points: readonly Point[]): Panel => ({
  title: PROBLEMS[problem].name,
  x: { label: 'rounds', log: true },
  y: { label: '‖∇J‖ over its bound', log: true },
  series: [
    ...Array.from({ length: PEERS }, (_, c) => ({
      name: `J_${c + 1}`,
      colour: c,
      style: 'line' as const,
      points: points.map(({ round, own }) => [round, own[c] ?? Number.NaN] as const)
    })),
    {
      name: 'their mean',
      colour: PEERS,
      style: 'dashed',
      points: points.map(({ round, mean }) => [round, mean] as const)
    },
    {
      name: 'the inequality',
      colour: PEERS + 1,
      style: 'dotted',
      points: points.map(({ round }) => [round, 1] as const)
    }
  ]
})

export const lojasiewicz: Figure<Settings, Result> = {
  name: 'lojasiewicz',
  title: 'The non-uniform Łojasiewicz inequality: of each peer alone, and of the mean of peers that differ.',
  paper: 'Labbi, Mangold, Tiapkin, Moulines 2025 (arXiv 2505.23459); Mei, Xiao, Szepesvári, Schuurmans 2020',
  settings: quick => {
    const { problems, rounds, truncatedAfter } = formOf(quick)
    return [
      `${problems.map(problem => PROBLEMS[problem].name).join('; ')}; two peers, γ = 0.99.`,
      `FedPG with exact gradients, H = 1, η = ${STEP_SIZE}, returns truncated after ${count(truncatedAfter)} steps, ${count(rounds)} rounds from θ = 0.`
    ]
  },
  cells,
  compute,
  judge
}
