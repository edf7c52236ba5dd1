/**
 * Where federated tabular TD ends. If all states are updated alike, at the solution of the averaged Bellman equation
 * V = r̄ + γ P̄ V; if samples come as states are visited, each agent pulls the harder where it is more often, and the limit solves
 * Σ_c D_c (V − r_c − γ P_c V) = 0, D_c the stationary distribution of agent c.
 */
import { emptyChain, policyChainInto } from '../../peers/environments/policy-chain.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Series } from '../drawing/panel.ts'
import type { Fleet } from '../interfaces.ts'
import { averagedBellman } from './averaged-bellman.ts'
import { atLeast, atMost, check } from './expect.ts'
import { type Check, type Done, type Figure, type Findings, resultOf, type Source } from './figure.ts'
import { settingFor, walk } from './simulate.ts'

interface Settings {
  readonly what: 'synchronous' | 'expected' | 'sampled'
  /** Whether all agents have the same environment. */
  readonly alike: boolean
  readonly rounds: number
  readonly localSteps: number
  readonly stepSize: number
}

interface Result {
  /** Where it ends, for each state; of what is sampled, the mean over the second half of the rounds and the agents. */
  readonly end: readonly number[]
  readonly averagedBellman: readonly number[]
  readonly visitationWeighted: readonly number[]
}

/** Four of one type and three of the other. */
const PEERS = 7

const expected = { what: 'expected', localSteps: 1, stepSize: 0.8, rounds: 40_000 } as const

const cells = (quick: boolean): Cell<Settings>[] => [
  {
    settings: { what: 'synchronous', alike: false, localSteps: 1, stepSize: 0.5, rounds: 2000 },
    seconds: 0.05
  },
  {
    settings: { what: 'synchronous', alike: true, localSteps: 1, stepSize: 0.5, rounds: 2000 },
    seconds: 0.05
  },
  { settings: { ...expected, alike: false }, seconds: 1 },
  { settings: { ...expected, alike: true }, seconds: 1 },
  {
    settings: {
      what: 'sampled',
      alike: false,
      localSteps: 10,
      stepSize: quick ? 0.02 : 0.01,
      rounds: quick ? 20_000 : 200_000
    },
    seconds: quick ? 1 : 10
  }
]

async function compute({ what, alike, rounds, localSteps, stepSize }: Settings): Promise<Result> {
  const setting = settingFor({
    environment: `garnet:states=10,actions=2,branching=2,features=one-hot,discount=0.9,noise=bernoulli,policy=uniform,perturbation=0,heterogeneity=${alike ? 'perturbation' : 'opposite'}`,
    peers: PEERS,
    aggregation: 'star',
    localSteps,
    stepSize,
    rounds,
    measureEvery: what === 'sampled' ? 10 : rounds,
    sampling: what === 'sampled' ? 'markov' : 'expected',
    initial: 'zero',
    seed: '3'
  })
  const { fleet } = setting
  const solutions = {
    averagedBellman: [...averagedBellman(fleet)],
    visitationWeighted: [...present(setting.judge.solution, 'θ*').subarray(0, fleet.states)]
  }
  if (what === 'synchronous') return { end: [...synchronous(fleet, stepSize, rounds)], ...solutions }
  const sum = new Float64Array(fleet.states)
  let count = 0
  await walk(setting, {
    onSample({ round }, { theta: { values } }) {
      if (2 * round <= rounds) return
      count++
      // The server has told everybody the same.
      for (let s = 0; s < sum.length; s++) sum[s] = sum[s]! + values[s]!
    }
  })
  return { end: [...sum.map(value => value / count)], ...solutions }
}

/** Every agent updates all states at once, V_c = V − η (V − r_c − γ P_c V), and the server takes the mean. */
function synchronous(fleet: Fleet, stepSize: number, rounds: number): Float64Array {
  const { peers, states, discount } = fleet
  const chains = Array.from({ length: peers }, (_, c) => {
    const chain = emptyChain(states)
    policyChainInto(fleet, c, fleet.policy, chain)
    return chain
  })
  let values = new Float64Array(states)
  for (let round = 0; round < rounds; round++) {
    const mean = new Float64Array(states)
    for (const { kernel, rewards } of chains) {
      for (let s = 0; s < states; s++) {
        let target = rewards[s]!
        for (let next = 0; next < states; next++)
          target += discount * kernel[s * states + next]! * values[next]!
        mean[s] = mean[s]! + (values[s]! - stepSize * (values[s]! - target)) / peers
      }
    }
    values = mean
  }
  return values
}

const furthest = (x: readonly number[], y: readonly number[]): number =>
  Math.max(...x.map((value, s) => Math.abs(value - (y[s] ?? Number.NaN))))

const coincide = (what: string, x: readonly number[], y: readonly number[], source: Source): Check =>
  check(what, furthest(x, y), atMost(1e-9, source, 0))

function judge(done: readonly Done<Settings, Result>[]): Findings {
  const of = (what: Settings['what'], alike = false): Result =>
    present(resultOf(done, { what, alike }), `the ${what} iteration`)
  const synchronous = of('synchronous')
  const meanPath = of('expected')
  const sampled = of('sampled')
  const { averagedBellman, visitationWeighted } = synchronous
  const apart = furthest(averagedBellman, visitationWeighted)
  const points = (values: readonly number[]) => values.map((value, s) => [s, value] as const)
  const series: Series[] = [
    {
      name: 'solution of the averaged Bellman equation',
      colour: 0,
      style: 'line',
      points: points(averagedBellman)
    },
    { name: 'all states alike (synchronous)', colour: 0, style: 'points', points: points(synchronous.end) },
    { name: 'visitation-weighted solution', colour: 1, style: 'dashed', points: points(visitationWeighted) },
    { name: 'states as they are visited, sampled', colour: 1, style: 'points', points: points(sampled.end) }
  ]
  return {
    claims: [
      {
        claim: 'with all states updated alike, federated TD ends where V − r̄ − γ P̄ V = 0',
        checks: [
          coincide('max distance to it', synchronous.end, averagedBellman, 'published'),
          coincide(
            'the same, agents alike',
            of('synchronous', true).end,
            of('synchronous', true).averagedBellman,
            'published'
          )
        ]
      },
      {
        claim: 'with states updated as they are visited, it ends where Σ_c D_c (V − r_c − γ P_c V) = 0',
        checks: [
          coincide('expected steps, max distance', meanPath.end, visitationWeighted, 'derived'),
          check(
            'sampled: distance/(other one)',
            furthest(sampled.end, visitationWeighted) / furthest(sampled.end, averagedBellman),
            atMost(0.5, 'derived', 0)
          )
        ]
      },
      {
        claim: 'the two limits differ where agents visit states unequally, and only there',
        checks: [
          check('max distance of the limits', apart, atLeast(1e-3, 'derived')),
          coincide(
            'the same, agents alike',
            of('expected', true).visitationWeighted,
            of('expected', true).averagedBellman,
            'derived'
          )
        ]
      }
    ],
    panels: [
      {
        title: `values that ${PEERS} agents agree on`,
        x: { label: 'state', log: false },
        y: { label: 'V', log: false },
        series
      },
      {
        title: 'beyond the solution of the averaged Bellman equation',
        x: { label: 'state', log: false },
        y: { label: 'difference', log: false },
        series: series.slice(1).map(each => ({
          ...each,
          points: each.points.map(([s, value]) => [s, value - (averagedBellman[s] ?? Number.NaN)] as const)
        }))
      }
    ],
    notes: [
      'The equation of the talk holds as printed for uniform or generative sampling; for samples along trajectories its ' +
        "weights are the agents' own visits."
    ]
  }
}

export const theoremFixedPoint: Figure<Settings, Result> = {
  name: 'theorem-fixed-point',
  title: 'Where federated tabular TD ends: the averaged Bellman equation, and what visits make of it.',
  paper: 'Mangold, Federated Reinforcement Learning, REDEEM 2025 (talk)',
  settings: quick => [
    `${PEERS} tabular Garnets of two opposite types (4 and 3): 10 states, 2 actions, 2 successors, γ = 0.9; and of one type.`,
    'Expected steps, all states alike or weighted by the stationary distribution of each agent: H = 1, from 0.',
    quick
      ? 'Trajectories: H = 10, η = 0.02, T = 20,000; iterates averaged over the second half.'
      : 'Trajectories: H = 10, η = 0.01, T = 200,000; iterates averaged over the second half.'
  ],
  cells,
  compute,
  judge
}
