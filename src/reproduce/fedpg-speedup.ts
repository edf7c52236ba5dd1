/**
 * What more agents do for policy gradient, and what the larger step does that they are given: with η ∝ M learning is M times as fast, in
 * rounds; at equal η hardly at all. What averaging itself does is to bear the larger step.
 */
import { bestStochastic } from '../../peers/environments/exact.ts'
import type { Cell } from '../cells/compute.ts'
import { count } from '../report/format.ts'
import { mean } from '../statistics/mean.ts'
import { atLeast, between, check, near } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultsOf } from './figure.ts'
import { returnsAlong, spacedRounds, uniformReturn } from './returns.ts'
import { settingFor } from './simulate.ts'

interface Settings {
  readonly peers: number
  readonly stepSize: number
  readonly graph: 'star' | 'ring'
  readonly rounds: number
  readonly repetition: number
}

interface Result {
  /** J* − J as a part of J* − J of the uniform policy, in the mean over the peers. */
  readonly gaps: readonly (readonly [round: number, gap: number])[]
}

const LOCAL_STEPS = 5
const TRUNCATED_AFTER = 20
const DIFFERENCE = 0.3
/** η of one agent: M of them have M times as much. */
const STEP_SIZE = 0.005
/** At which all are compared with equal steps. */
const EQUAL_STEP_SIZE = 0.01
const MEASURE_EVERY = 5
/** What is left of the gap when a policy counts as learnt. */
const LEARNT = 0.1
/** Rounds in which a step that is too large for its noise shows. */
const EARLY = 60

interface Form {
  readonly agents: readonly number[]
  readonly rounds: number
  readonly repetitions: number
}
const FULL: Form = { agents: [2, 10, 50], rounds: 2000, repetitions: 4 }
const QUICK: Form = { agents: [2, 10], rounds: 400, repetitions: 1 }
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

type How = Pick<Settings, 'peers' | 'stepSize' | 'graph'>

/** With a step as large as their number allows. */
const scaled = (peers: number, graph: How['graph'] = 'star'): How => ({
  peers,
  stepSize: STEP_SIZE * peers,
  graph
})

/** With steps as large as their number allows; at equal steps; the fewest with the steps of the most; and without a server. */
function howsOf({ agents }: Form): How[] {
  const [fewest = 2, ...more] = agents
  const most = agents.at(-1) ?? fewest
  return [
    ...agents.map(peers => scaled(peers)),
    ...more.map(peers => ({ peers, stepSize: EQUAL_STEP_SIZE, graph: 'star' as const })),
    { peers: fewest, stepSize: STEP_SIZE * most, graph: 'star' },
    ...more.map(peers => scaled(peers, 'ring'))
  ]
}

function cells(quick: boolean): Cell<Settings>[] {
  const form = formOf(quick)
  const { rounds, repetitions } = form
  return howsOf(form).flatMap(how =>
    Array.from({ length: repetitions }, (_, repetition) => ({
      settings: { ...how, rounds, repetition },
      seconds: how.peers * rounds * 1.7e-4
    }))
  )
}

async function compute({ peers, stepSize, graph, rounds, repetition }: Settings): Promise<Result> {
  const setting = settingFor({
    environment: `synthetic:heterogeneity=${DIFFERENCE}`,
    peers,
    learner: `softmax:horizon=${TRUNCATED_AFTER}`,
    ...(graph === 'star' ? { aggregation: 'star' } : { aggregation: 'gossip', topology: graph }),
    sampling: 'iid',
    localSteps: LOCAL_STEPS,
    stepSize,
    rounds,
    measureEvery: MEASURE_EVERY,
    initial: 'zero',
    // Of the environments, which are the same for any number of agents.
    seed: `problem ${repetition}`
  })
  const best = bestStochastic(setting.fleet).mean
  const uniform = uniformReturn(setting)
  const all = spacedRounds(rounds, MEASURE_EVERY)
  for (let round = MEASURE_EVERY; round <= Math.min(rounds, 400); round += MEASURE_EVERY) all.add(round)
  const points = await returnsAlong(setting, all, `samples ${repetition}`)
  return {
    gaps: points.map(point => [point.round, (best - point.mean) / (best - uniform)] as const)
  }
}

/** The first round after which no more than LEARNT of the gap is left, interpolated; the last if there is none. */
function roundsToLearn({ gaps }: Result): number {
  let before: readonly [round: number, gap: number] = [0, 1]
  for (const point of gaps) {
    if (point[1] <= LEARNT) {
      const part = (before[1] - LEARNT) / (before[1] - point[1])
      return before[0] + part * (point[0] - before[0])
    }
    before = point
  }
  return before[0]
}

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const form = formOf(quick)
  const roundsOf = (how: How): number => mean(resultsOf(done, how).map(roundsToLearn))
  const earlyGap = (how: How): number =>
    mean(
      resultsOf(done, how).map(({ gaps }) =>
        mean(gaps.filter(([round]) => round > EARLY / 2 && round <= EARLY).map(([, gap]) => gap))
      )
    )
  const [fewest = 2, ...more] = form.agents
  const most = form.agents.at(-1) ?? fewest
  const few = scaled(fewest)
  const claims: Claim[] = [
    {
      claim: 'with η ∝ M, M times as many agents need a fraction 1/M of the rounds',
      checks: more.map(peers =>
        check(
          `${peers} agents: times as fast`,
          roundsOf(few) / roundsOf(scaled(peers)),
          near(peers / fewest, quick ? 0.4 : 0.35, 'derived')
        )
      )
    },
    {
      claim: 'at equal η they need as many rounds: the speed comes of the step',
      checks: more.map(peers =>
        check(
          `${peers} agents: times as fast`,
          roundsOf(few) / roundsOf({ peers, stepSize: EQUAL_STEP_SIZE, graph: 'star' }),
          between(0.85, 1.2, 'derived', 1)
        )
      )
    },
    {
      claim: 'averaging bears that step: with the noise of a few it costs return',
      checks: [
        check(
          `gap of ${fewest} over that of ${most}`,
          earlyGap({ peers: fewest, stepSize: STEP_SIZE * most, graph: 'star' }) / earlyGap(scaled(most)),
          atLeast(quick ? 1 : 1.2, 'derived')
        )
      ]
    },
    {
      claim: 'a ring does what the server does',
      checks: more.map(peers =>
        check(
          `${peers} agents: rounds, ring/star`,
          roundsOf(scaled(peers, 'ring')) / roundsOf(scaled(peers)),
          between(0.75, 1.35, 'derived', 1)
        )
      )
    }
  ]
  return {
    claims,
    panels: [
      {
        title: 'What is left of the gap to the best common policy',
        x: { label: 'rounds', log: true },
        y: { label: '(J* − J) / (J* − J of the uniform policy)', log: true },
        series: howsOf(form).map((how, at) => ({
          name: `M = ${how.peers}, η = ${how.stepSize}${how.graph === 'ring' ? ', ring' : ''}`,
          colour: form.agents.indexOf(how.peers),
          style: styleOf(how, at, form),
          points: averaged(resultsOf(done, how))
        }))
      }
    ],
    notes: [
      'Gossip averages the same gradients as the server, later: policies are judged at each peer, in the mean over them.'
    ]
  }
}

const styleOf = ({ graph }: How, at: number, { agents }: Form): 'line' | 'dashed' | 'dotted' =>
  graph === 'ring' ? 'dotted' : at < agents.length ? 'line' : 'dashed'

/** In the mean over the repetitions. */
function averaged(results: readonly Result[]): (readonly [number, number])[] {
  const [first] = results
  return (first?.gaps ?? []).map(
    ([round], at) => [round, mean(results.map(({ gaps }) => gaps[at]?.[1] ?? Number.NaN))] as const
  )
}

export const fedpgSpeedup: Figure<Settings, Result> = {
  name: 'fedpg-speedup',
  title: 'What more agents do for federated policy gradient, apart from what the larger step does.',
  paper: 'Labbi, Mangold, Tiapkin, Moulines 2025, federated softmax policy gradient (arXiv 2505.23459)',
  settings: quick => {
    const { agents, rounds, repetitions } = formOf(quick)
    return [
      `Synthetic environments of two kinds, 5 states, 4 actions, γ = 0.99, ε_p = ${DIFFERENCE}; M = ${agents.join(', ')} agents; H = ${LOCAL_STEPS}, 20 trajectories of ${TRUNCATED_AFTER} steps per local step, from θ = 0.`,
      `${count(rounds)} rounds, ${repetitions === 1 ? 'one draw' : `${repetitions} draws`} of environments and samples; learnt: ${100 * LEARNT} % of the gap is left.`
    ]
  },
  cells,
  compute,
  judge
}
