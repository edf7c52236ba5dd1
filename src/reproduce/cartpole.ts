/**
 * One cart that learns to balance its pole, with the step of the others and with a smaller one that suits it, against ten that average
 * their policies: with a server, on a ring, on an exponential graph, and on a ring of carts that differ. An episode per cart and
 * round; what is looked at is the first cart.
 */

import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Panel, Series } from '../drawing/panel.ts'
import { count, figure } from '../report/format.ts'
import { bootstrapInterval } from '../statistics/bootstrap.ts'
import { mean } from '../statistics/mean.ts'
import { atLeast, atMost, check } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultsOf } from './figure.ts'
import { anySettingFor, walk } from './simulate.ts'

/** η of all but one. */
const STEP_SIZE = 0.1
/** At which a cart alone becomes stable most reliably, of 0.1, 0.05 and 0.03. */
const CAREFUL_STEP_SIZE = 0.05

const WAYS = {
  alone: { name: '1 cart', peers: 1, aggregation: 'none', topology: 'complete', differs: false },
  careful: {
    name: `1 cart, η = ${CAREFUL_STEP_SIZE}`,
    peers: 1,
    aggregation: 'none',
    topology: 'complete',
    differs: false
  },
  odd: { name: '1 of the different', peers: 1, aggregation: 'none', topology: 'complete', differs: true },
  star: { name: '10 carts, star', peers: 10, aggregation: 'star', topology: 'star', differs: false },
  ring: { name: '10 carts, ring', peers: 10, aggregation: 'gossip', topology: 'ring', differs: false },
  exponential: {
    name: '10 carts, exponential',
    peers: 10,
    aggregation: 'gossip',
    topology: 'exponential',
    differs: false
  },
  different: {
    name: '10 different carts, ring',
    peers: 10,
    aggregation: 'gossip',
    topology: 'ring',
    differs: true
  }
} as const
type Way = keyof typeof WAYS

interface Settings {
  readonly way: Way
  readonly rounds: number
  readonly repetition: number
}

interface Result {
  /** After every MEASURE_EVERY rounds the score of the first cart, in the mean over a few episodes with its policy of then. */
  readonly scores: readonly number[]
}

const CAP = 250
const LEARNER = 'reinforce:hidden=32,batch=1,valueStep=0.3'
/** By how much lengths of poles, and forces, differ. */
const SPREADS = 'lengthSpread=0.4,forceSpread=0.2'
const MEASURE_EVERY = 5
/** Stable: from here on the mean over so many measurements is never below. */
const WINDOW = 4
const STABLE = 240

interface Form {
  readonly ways: readonly Way[]
  readonly rounds: number
  readonly repetitions: number
}
const FULL: Form = { ways: Object.keys(WAYS) as Way[], rounds: 500, repetitions: 10 }
const QUICK: Form = { ways: ['alone', 'careful', 'ring'], rounds: 250, repetitions: 3 }
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)

function cells(quick: boolean): Cell<Settings>[] {
  const { ways, rounds, repetitions } = formOf(quick)
  return ways.flatMap(way =>
    Array.from({ length: repetitions }, (_, repetition) => ({
      settings: { way, rounds, repetition },
      seconds: WAYS[way].peers * rounds * 5e-4
    }))
  )
}

async function compute({ way, rounds, repetition }: Settings): Promise<Result> {
  const { peers, aggregation, topology, differs } = WAYS[way]
  const scores: number[] = []
  const setting = anySettingFor({
    environment: `cartpole:cap=${CAP}${differs ? `,${SPREADS}` : ''}`,
    peers,
    aggregation,
    topology,
    learner: LEARNER,
    localSteps: 1,
    stepSize: way === 'careful' ? CAREFUL_STEP_SIZE : STEP_SIZE,
    rounds,
    measureEvery: MEASURE_EVERY,
    initial: 'common',
    seed: `repetition ${repetition}`
  })
  await walk(setting, {
    onSample({ peers }) {
      scores.push(present(peers.return, 'scores')[0] ?? Number.NaN)
    }
  })
  return { scores }
}

/** The first measured round from which the mean over WINDOW of them is never below STABLE; the last if there is none. */
function stableFrom({ scores }: Result): number {
  let from = scores.length
  for (let k = scores.length - WINDOW; k >= 0; k--) {
    if (mean(scores.slice(k, k + WINDOW)) < STABLE) break
    from = k + 1
  }
  return from * MEASURE_EVERY
}

/** What scores fall short of the cap by from a measured round on, root mean square; 0 if none is left. */
function shortfall({ scores }: Result, from: number): number {
  const late = scores.slice(from)
  return late.length === 0 ? 0 : Math.sqrt(mean(late.map(score => (CAP - score) * (CAP - score))))
}

const secondHalf = ({ scores }: Result): number => Math.floor(scores.length / 2)

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const { ways } = formOf(quick)
  const of = (way: Way): readonly Result[] => resultsOf(done, { way })
  const stable = (way: Way): number => mean(of(way).map(stableFrom))
  const late = (way: Way): number => mean(of(way).map(each => shortfall(each, secondHalf(each))))
  const afterwards = (way: Way): number =>
    mean(of(way).map(each => shortfall(each, stableFrom(each) / MEASURE_EVERY)))
  const together = ways.filter(way => WAYS[way].peers > 1)
  const soonest = Math.min(stable('alone'), stable('careful'))
  const claims: Claim[] = [
    {
      claim: `ten carts are stable at ${CAP} in at most half the episodes per cart that one needs`,
      checks: together
        .filter(way => !WAYS[way].differs)
        .map(way =>
          check(`${way}: episodes, one/ten`, soonest / stable(way), atLeast(2, 'read off', 360 / 165))
        )
    },
    {
      claim: 'and in the second half nearer to the cap than one with the step that suits it',
      checks: together.map(way =>
        check(
          `${way}: short by, ten/one`,
          late(way) / Math.min(late('alone'), late('careful')),
          atMost(0.5, 'derived')
        )
      )
    },
    ...(ways.includes('star')
      ? [
          {
            claim: 'carts that differ get there sooner together, too, than the same cart alone',
            checks: [check('episodes, one/ten', stable('odd') / stable('different'), atLeast(1.3, 'derived'))]
          },
          {
            claim: 'without a server as with one',
            checks: (['ring', 'exponential'] as const).map(way =>
              check(`${way}: episodes, over star`, stable(way) / stable('star'), atMost(1.5, 'derived'))
            )
          }
        ]
      : [])
  ]
  return {
    claims,
    panels: [panelOf(ways, of)],
    notes: [
      `A single cart that has become stable stays so: from there on it falls short by ${figure(afterwards('careful'))}, ten on a ring by ${figure(afterwards('ring'))}. Not all do: with η = ${STEP_SIZE} ${count(of('alone').filter(({ scores }) => (scores.at(-1) ?? 0) < CAP / 2).length)} of ${count(of('alone').length)} have lost everything at the end.`,
      `The algorithm behind the published drawing is not known; here it is REINFORCE with a learned baseline. Stable: from there on the mean over ${WINDOW * MEASURE_EVERY} rounds is never below ${STABLE}.`
    ]
  }
}

const panelOf = (ways: readonly Way[], of: (way: Way) => readonly Result[]): Panel => ({
  title: `Score of a cart, cap ${CAP}`,
  x: { label: 'episodes of each cart', log: false },
  y: { label: 'cumulative reward', log: false },
  series: ways.map((way, colour) => seriesOf(WAYS[way].name, colour, of(way)))
})

/** Means over the repetitions, with 95 % bootstrap intervals. */
function seriesOf(name: string, colour: number, results: readonly Result[]): Series {
  const scores = results[0]?.scores ?? []
  const columns = scores.map((_, k) => results.map(({ scores }) => scores[k] ?? Number.NaN))
  return {
    name,
    colour,
    style: 'line',
    points: columns.map((column, k) => [MEASURE_EVERY * (k + 1), mean(column)] as const),
    band: columns.map((column, k) => {
      const interval = bootstrapInterval(column, mean)
      const round = MEASURE_EVERY * (k + 1)
      return [round, interval?.low ?? column[0]!, interval?.high ?? column[0]!] as const
    })
  }
}

export const cartpole: Figure<Settings, Result> = {
  name: 'cartpole',
  title:
    'One cart against ten that average their policies: episodes until the pole stays up, and how calmly.',
  paper: 'Mangold, talk on federated reinforcement learning: CartPole with 1 and 10 agents',
  settings: quick => {
    const { rounds, repetitions } = formOf(quick)
    return [
      `CartPole-v1, episodes of at most ${CAP} steps, one per cart and round; ${count(rounds)} rounds, ${repetitions} repetitions.`,
      `REINFORCE with a learned baseline, 32 hidden units, γ = 0.99, η = ${STEP_SIZE} unless said, from the same random θ; carts that differ: ${SPREADS}.`
    ]
  },
  cells,
  compute,
  judge
}
