/**
 * Peers of two types for whom the best common policy is stochastic: softmax policy gradient finds it, with a server or by gossip;
 * whatever ends with one action per state, as FedQ does, stays at the best deterministic policy or below.
 */
import { bestDeterministic, bestStochastic } from '../../peers/environments/exact.ts'
import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Panel } from '../drawing/panel.ts'
import { count } from '../report/format.ts'
import { atLeast, atMost, check, near } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultOf } from './figure.ts'
import { type ReturnsPoint, returnsAlong, spacedRounds } from './returns.ts'
import { settingFor } from './simulate.ts'

const REWARDS = ['mdp', 'gridworld'] as const
type Rewards = (typeof REWARDS)[number]

/** How the peers learn, and how they agree. */
const WAYS = {
  exact: { name: 'FedPG, exact gradients', peers: 2, aggregation: 'star', sampling: 'expected' },
  sampled: { name: 'S-FedPG, 20 trajectories', peers: 2, aggregation: 'star', sampling: 'iid' },
  regularised: { name: 'RS-FedPG, λ = 0.05', peers: 2, aggregation: 'star', sampling: 'expected' },
  bits: { name: 'b-RS-FedPG, λ = 0.05', peers: 2, aggregation: 'star', sampling: 'expected' },
  ring: { name: 'gossip, ring of 10, alternating', peers: 10, aggregation: 'gossip', sampling: 'expected' },
  clustered: {
    name: 'gossip, ring of 10, clustered',
    peers: 10,
    aggregation: 'gossip',
    sampling: 'expected'
  },
  tracking: {
    name: 'gossip-tracking, ring of 10, clustered',
    peers: 10,
    aggregation: 'gossip-tracking',
    sampling: 'expected'
  },
  alone: { name: 'each alone', peers: 2, aggregation: 'none', sampling: 'expected' },
  fedq: { name: 'FedQ', peers: 2, aggregation: 'star', sampling: 'iid' }
} as const
type Way = keyof typeof WAYS

interface Settings {
  readonly rewards: Rewards
  readonly way: Way | 'best'
  readonly rounds: number
}

interface Result {
  /** Of policies that all share, in the mean over the types. */
  readonly curve: readonly ReturnsPoint[]
  /** Of `best` alone: exact. */
  readonly deterministic: number | null
  readonly stochastic: number | null
}

const LOCAL_STEPS = 5
const STEP_SIZE = 0.01
const FEDQ_STEP_SIZE = 0.1
const TRUNCATED_AFTER = 20
const REGULARISED_BY = 0.05
const EARLY = 300

/** Mean returns: what has been computed of the authors' environments, exactly or with their algorithms. */
const KNOWN: Readonly<
  Record<Rewards, { deterministic: number; stochastic: number; end: number; enough: number; early: number }>
> = {
  mdp: { deterministic: 63.065, stochastic: 96.874, end: 96.87, enough: 0.001, early: 96.5 },
  gridworld: { deterministic: 55.922, stochastic: 72.685, end: 72.54, enough: 0.002, early: 69 }
}

interface Form {
  readonly rewards: readonly Rewards[]
  readonly ways: readonly Way[]
  /** With a server, and on graphs. */
  readonly rounds: number
  readonly graphRounds: number
}
const FULL: Form = { rewards: REWARDS, ways: Object.keys(WAYS) as Way[], rounds: 6000, graphRounds: 2000 }
const QUICK: Form = {
  rewards: ['mdp'],
  ways: ['exact', 'ring', 'clustered', 'fedq'],
  rounds: 600,
  graphRounds: 400
}
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

function cells(quick: boolean): Cell<Settings>[] {
  const { rewards, ways, rounds, graphRounds } = formOf(quick)
  return rewards.flatMap(rewards => [
    { settings: { rewards, way: 'best' as const, rounds: 0 }, seconds: 1 },
    ...ways.map(way => {
      const { peers } = WAYS[way]
      const length = peers === 2 ? rounds : graphRounds
      return { settings: { rewards, way, rounds: length }, seconds: length * peers * 1.2e-4 }
    })
  ])
}

async function compute({ rewards, way, rounds }: Settings): Promise<Result> {
  const environment = `challenging-mdp:rewards=${rewards}`
  if (way === 'best') {
    const { fleet } = settingFor({ environment, peers: 2, learner: 'softmax' })
    const deterministic = present(bestDeterministic(fleet), 'the best deterministic policy')
    return { curve: [], deterministic: deterministic.mean, stochastic: bestStochastic(fleet).mean }
  }
  const { peers, aggregation, sampling } = WAYS[way]
  const setting = settingFor({
    environment,
    peers,
    placement: way === 'clustered' || way === 'tracking' ? 'clustered' : 'alternating',
    learner: learnerOf(way),
    aggregation,
    ...(aggregation === 'star' ? {} : { topology: peers === 2 ? 'path' : 'ring' }),
    sampling,
    localSteps: LOCAL_STEPS,
    stepSize: way === 'fedq' ? FEDQ_STEP_SIZE : STEP_SIZE,
    rounds,
    measureEvery: 10,
    initial: 'zero',
    seed: '1'
  })
  const shown = spacedRounds(rounds, 10, [EARLY])
  return { curve: await returnsAlong(setting, shown, '1'), deterministic: null, stochastic: null }
}

function learnerOf(way: Way): string {
  const truncated = `horizon=${TRUNCATED_AFTER}`
  if (way === 'fedq') return 'q-learning'
  if (way === 'bits') return `bit-softmax:${truncated},entropy=${REGULARISED_BY}`
  return way === 'regularised' ? `softmax:${truncated},entropy=${REGULARISED_BY}` : `softmax:${truncated}`
}

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const { rewards: all, ways } = formOf(quick)
  const of = (rewards: Rewards, way: Settings['way']): Result =>
    present(resultOf(done, { rewards, way }), `${way} of ${rewards}`)
  const endOf = (rewards: Rewards, way: Way): ReturnsPoint =>
    present(of(rewards, way).curve.at(-1), `the end of ${way}`)
  const at = (rewards: Rewards, way: Way, round: number): ReturnsPoint =>
    present(
      of(rewards, way).curve.find(point => point.round === round),
      `round ${round} of ${way}`
    )
  const gossiping = ways.filter(way => WAYS[way].peers > 2)
  const climbing = ways.filter(way => way !== 'fedq' && way !== 'alone')
  const claims: Claim[] = [
    {
      claim: 'the best common policy is stochastic: deterministic ones are far below',
      checks: all.flatMap(rewards => [
        check(
          `${rewards}: deterministic`,
          present(of(rewards, 'best').deterministic, 'J'),
          near(KNOWN[rewards].deterministic, 1e-4, 'derived')
        ),
        check(
          `${rewards}: stochastic`,
          present(of(rewards, 'best').stochastic, 'J'),
          near(KNOWN[rewards].stochastic, 1e-4, 'derived')
        )
      ])
    },
    {
      claim: 'softmax policy gradient comes to it with a server',
      checks: all.flatMap(rewards =>
        climbing
          .filter(way => WAYS[way].peers === 2)
          .map(way =>
            check(
              `${rewards}: ${way}`,
              endOf(rewards, way).mean,
              near(KNOWN[rewards].end, quick ? 0.003 : 2 * KNOWN[rewards].enough, 'derived')
            )
          )
      )
    },
    {
      claim: `soon: with exact gradients after ${EARLY} rounds`,
      checks: all.flatMap(rewards =>
        (['exact', 'ring'] as const).map(way =>
          check(`${rewards}: ${way}`, at(rewards, way, EARLY).mean, atLeast(KNOWN[rewards].early, 'derived'))
        )
      )
    },
    {
      claim: 'and without one: the worst peer of a ring is as good, be types alternating or clustered',
      checks: all.flatMap(rewards =>
        gossiping.map(way =>
          check(
            `${rewards}: ${way}`,
            endOf(rewards, way).least,
            atLeast(KNOWN[rewards].end * (1 - 3 * KNOWN[rewards].enough - (quick ? 0.003 : 0)), 'derived')
          )
        )
      )
    },
    {
      claim: 'FedQ, whose policy is greedy, ends at the best deterministic one',
      checks: all.map(rewards =>
        check(
          `${rewards}: fedq`,
          endOf(rewards, 'fedq').mean,
          near(KNOWN[rewards].deterministic, 1e-4, 'derived')
        )
      )
    },
    ...(ways.includes('alone')
      ? [
          {
            claim: 'and what is learnt alone, which is good at home, is far from a policy for all',
            checks: all.map(rewards =>
              check(
                `${rewards}: alone`,
                endOf(rewards, 'alone').mean,
                atMost(0.8 * KNOWN[rewards].stochastic, 'derived')
              )
            )
          }
        ]
      : [])
  ]
  return {
    claims,
    panels: all.map(rewards => panelOf(rewards, ways, way => of(rewards, way))),
    notes: [
      'A peer alone is judged by what its policy would return in the environments of both types: for its own it is the best there is.'
    ]
  }
}

function panelOf(rewards: Rewards, ways: readonly Way[], of: (way: Way | 'best') => Result): Panel {
  const longest = Math.max(...ways.map(way => of(way).curve.at(-1)?.round ?? 0))
  const level = (name: string, value: number | null, colour: number) =>
    ({
      name,
      colour,
      style: 'dotted',
      points: [
        [10, value ?? Number.NaN],
        [longest, value ?? Number.NaN]
      ]
    }) as const
  const { deterministic, stochastic } = of('best')
  return {
    title: rewards === 'mdp' ? 'ChallengingMDP' : 'ChallengingGridworld',
    x: { label: 'rounds', log: true },
    y: { label: 'mean return of the common policy', log: false },
    series: [
      ...ways.map(
        (way, colour) =>
          ({
            name: WAYS[way].name,
            colour,
            style: WAYS[way].peers > 2 ? 'dashed' : 'line',
            points: of(way).curve.map(({ round, mean }) => [round, mean] as const)
          }) as const
      ),
      level('best stochastic', stochastic, ways.length),
      level('best deterministic', deterministic, ways.length + 1)
    ]
  }
}

export const fedpgChallengingMdp: Figure<Settings, Result> = {
  name: 'fedpg-challenging-mdp',
  title: 'Two types of peers for whom the best common policy is stochastic, and who finds it.',
  paper: 'Labbi, Mangold, Tiapkin, Moulines 2025, federated softmax policy gradient (arXiv 2505.23459)',
  settings: quick => {
    const { rounds, graphRounds } = formOf(quick)
    return [
      `ChallengingMDP${quick ? '' : ' and ChallengingGridworld'}: 7 states, 4 actions, γ = 0.99; returns are exact, from all states alike.`,
      `H = ${LOCAL_STEPS}, η = ${STEP_SIZE} (FedQ ${FEDQ_STEP_SIZE}), returns truncated after ${TRUNCATED_AFTER} steps, from θ = 0; ${count(rounds)} rounds with a server, ${count(graphRounds)} on rings.`
    ]
  },
  cells,
  compute,
  judge
}
