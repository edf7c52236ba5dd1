/**
 * What becomes of each way to agree when messages are lost. Corrections that add up what came and what did not are off for ever after the
 * first loss: RelaySGD's authors found D² to diverge with 1 % of it (Vogels et al. 2021). What survives says again what it said before:
 * flows that both ends of an edge agree on, running totals, relayed sums.
 */

import type { Cell } from '../cells/compute.ts'
import type { Panel } from '../drawing/panel.ts'
import { count } from '../report/format.ts'
import { mean } from '../statistics/mean.ts'
import { atLeast, atMost, between, check } from './expect.ts'
import type { Check, Claim, Done, Figure, Findings, Table } from './figure.ts'
import { quadratics } from './quadratics.ts'
import { publishedGarnet, settingFor, squaredError, walk } from './simulate.ts'

/** In checks: by the local steps, of which those of averages do nothing. */
const SHORT = { quadratics: 'H=1', garnet: 'H=100', averaging: 'means' } as const
const PROBLEMS = ['quadratics', 'garnet', 'averaging'] as const
type Problem = (typeof PROBLEMS)[number]
type Loss = 0 | 0.01 | 0.1 | 'both:0.1'
const LOSSES = [0, 0.01, 0.1] as const

interface Method {
  readonly name: string
  readonly aggregation: string
  readonly topology: 'ring' | 'binary-tree'
  readonly weights: 'metropolis' | 'lazy' | 'push'
}
const methodOf = (
  aggregation: string,
  weights: Method['weights'],
  topology: Method['topology'] = 'ring'
): Method => ({ name: aggregation, aggregation, topology, weights })

const GOSSIP = methodOf('gossip', 'metropolis')
const TEXTBOOK = methodOf('exact-diffusion', 'lazy')
const FLOWS = methodOf('gossip-scafflsa', 'lazy')
const TRACKING = methodOf('gossip-tracking', 'metropolis')
const TOTALS = methodOf('push-sum', 'push')
const RELAYED = methodOf('relay-sum', 'metropolis', 'binary-tree')
const METHODS = [GOSSIP, TEXTBOOK, FLOWS, TRACKING, TOTALS, RELAYED]

interface Settings {
  readonly problem: Problem
  readonly method: Method
  readonly loss: Loss
  readonly rounds: number
  readonly repetition: number
}

interface Result {
  /** Mean ‖θ_i − θ*‖² after the last round, and in the mean over the second half of them. */
  readonly end: number
  readonly late: number
  readonly curve: readonly (readonly [round: number, error: number])[]
}

interface Form {
  readonly rounds: Readonly<Record<Problem, number>>
  readonly repetitions: number
}
const FULL: Form = { rounds: { quadratics: 3000, garnet: 3000, averaging: 1000 }, repetitions: 3 }
const QUICK: Form = { rounds: { quadratics: 1500, garnet: 0, averaging: 600 }, repetitions: 1 }
const formOf = (quick: boolean): Form => (quick ? QUICK : FULL)
const problemsOf = ({ rounds }: Form): Problem[] => PROBLEMS.filter(problem => rounds[problem] > 0)
const learntIn = (form: Form): Problem[] => problemsOf(form).filter(problem => problem !== 'averaging')

/** So small that learning is nothing beside averaging. */
const HARDLY = 1e-12

function cells(quick: boolean): Cell<Settings>[] {
  const form = formOf(quick)
  return problemsOf(form).flatMap(problem => {
    const rounds = form.rounds[problem]
    const methods = problem === 'averaging' ? [GOSSIP, TOTALS] : METHODS
    const losses: readonly Loss[] = problem === 'averaging' ? [...LOSSES, 'both:0.1'] : LOSSES
    return methods.flatMap(method =>
      losses.flatMap(loss =>
        Array.from({ length: loss === 0 ? 1 : form.repetitions }, (_, repetition) => ({
          settings: { problem, method, loss, rounds, repetition },
          seconds: rounds * (problem === 'garnet' ? 5e-4 : 4e-5)
        }))
      )
    )
  })
}

async function compute({ problem, method, loss, rounds, repetition }: Settings): Promise<Result> {
  const { aggregation, topology, weights } = method
  const setting = settingFor({
    environment:
      problem === 'garnet'
        ? publishedGarnet(true)
        : quadratics(problem === 'averaging' ? 'equal' : 'different'),
    peers: problem === 'garnet' ? 10 : 16,
    placement: problem === 'garnet' ? 'clustered' : 'given',
    aggregation,
    topology,
    weights,
    ...(loss === 0 ? {} : { loss }),
    localSteps: problem === 'garnet' ? 100 : 1,
    stepSize: problem === 'averaging' ? HARDLY : 0.1,
    rounds,
    measureEvery: 10,
    sampling: 'expected',
    initial: 'offset:1',
    seed: '42'
  })
  const curve: [number, number][] = []
  const late: number[] = []
  await walk(setting, {
    seed: `losses ${repetition}`,
    ...(problem === 'averaging' ? { offsets: STARTS } : {}),
    onSample(sample) {
      const error = squaredError(sample)
      if (sample.round % 50 === 0 || sample.round <= 500) curve.push([sample.round, error])
      if (2 * sample.round > rounds) late.push(error)
    }
  })
  return { end: curve.at(-1)?.[1] ?? Number.NaN, late: mean(late), curve }
}

/** Of mean 0 and variance 1, rising along the graph. */
const STARTS = Float64Array.from({ length: 16 }, (_, i) => (i - 7.5) / Math.sqrt(21.25))

type Runs = readonly Done<Settings, Result>[]
/** Of all repetitions. */
type Of = (problem: Problem, method: Method, loss: Loss) => readonly Result[]

function judge(done: Runs, quick: boolean): Findings {
  const form = formOf(quick)
  const of: Of = (problem, method, loss) =>
    done
      .filter(
        ({ settings }) =>
          settings.problem === problem && settings.method.name === method.name && settings.loss === loss
      )
      .map(({ result }) => result)
  return {
    claims: claimsOf(of, form),
    panels: panelsOf(of, form),
    table: tableOf(of, form),
    notes: [
      'RelaySum ends where the mean of a server would: at θ* with one local step, beside it with more.',
      'Losses are one way; "both" loses a message together with the answer.'
    ]
  }
}

const ends = (results: readonly Result[]): number[] => results.map(({ end }) => end)
const lost = (loss: Loss): string => (loss === 'both:0.1' ? '10 % both' : `${100 * loss} %`)

function claimsOf(of: Of, form: Form): Claim[] {
  const learnt = learntIn(form)
  const checked = (problem: Problem, method: Method, loss: Loss) =>
    `${SHORT[problem]}, ${lost(loss)}: ${method.name}`
  const overWithout = (problem: Problem, method: Method, loss: Loss): number =>
    mean(of(problem, method, loss).map(({ late }) => late)) /
    mean(of(problem, method, 0).map(({ late }) => late))
  /** That θ* is reached to rounding or nearly. */
  const reached = (problem: Problem): number => (problem === 'garnet' ? 1e-12 : 1e-20)
  return [
    {
      claim: 'flows over the edges end at θ*, whatever is lost',
      checks: learnt.flatMap(problem =>
        LOSSES.map(loss =>
          check(
            checked(problem, FLOWS, loss),
            Math.max(...ends(of(problem, FLOWS, loss))),
            atMost(reached(problem), 'derived', 0)
          )
        )
      )
    },
    {
      claim: 'the textbook correction and K-GT do without loss, and are off for ever with 1 % of it',
      checks: learnt.flatMap(problem =>
        [TEXTBOOK, TRACKING].flatMap((method): Check[] => [
          check(
            checked(problem, method, 0),
            Math.max(...ends(of(problem, method, 0))),
            atMost(problem === 'garnet' ? 1e-12 : 1e-16, 'derived', 0)
          ),
          ...([0.01, 0.1] as const).map(loss =>
            check(
              checked(problem, method, loss),
              Math.min(...ends(of(problem, method, loss))),
              atLeast(1e-8, 'derived')
            )
          )
        ])
      )
    },
    {
      claim: 'RelaySum, gossip and push-sum end about where they do without loss (10 % over none)',
      checks: learnt.flatMap((problem): Check[] => [
        problem === 'quadratics'
          ? check(
              checked(problem, RELAYED, 0.1),
              Math.max(...ends(of(problem, RELAYED, 0.1))),
              atMost(1e-20, 'derived', 0)
            )
          : check(
              checked(problem, RELAYED, 0.1),
              overWithout(problem, RELAYED, 0.1),
              between(0.9, 1.1, 'derived', 1)
            ),
        ...[GOSSIP, TOTALS].map(method =>
          check(
            checked(problem, method, 0.1),
            overWithout(problem, method, 0.1),
            between(0.9, 1.7, 'derived')
          )
        )
      ])
    },
    {
      claim: 'where nothing is learnt push-sum comes to the very mean; gossip if both ways are lost at once',
      checks: [
        ...([0.01, 0.1, 'both:0.1'] as const).map(loss =>
          check(
            `means, ${lost(loss)}: push-sum`,
            Math.max(...ends(of('averaging', TOTALS, loss))),
            atMost(1e-16, 'derived', 0)
          )
        ),
        check(
          'means, 10 % both: gossip',
          Math.max(...ends(of('averaging', GOSSIP, 'both:0.1'))),
          atMost(1e-16, 'derived', 0)
        ),
        check('means, 1 %: gossip', mean(ends(of('averaging', GOSSIP, 0.01))), atLeast(1e-7, 'derived')),
        check('means, 10 %: gossip', mean(ends(of('averaging', GOSSIP, 0.1))), atLeast(1e-4, 'derived'))
      ]
    }
  ]
}

/** More than twice of what is left without loss does not survive, unless it is nothing. */
const FACTOR = 2
const NOTHING = 1e-12

function tableOf(of: Of, form: Form): Table {
  const learnt = learntIn(form)
  const late = (problem: Problem, method: Method, loss: Loss): number =>
    mean(of(problem, method, loss).map(result => (loss === 0 ? result.end : result.late)))
  return {
    legend: `Mean ‖θ_i − θ*‖² when the rounds are over, by how many messages are lost: ${learnt
      .map(problem =>
        problem === 'garnet' ? 'published Garnets, 10 peers, H = 100' : '16 quadratics, H = 1'
      )
      .join('; then ')}. It survives if 10 % of losses leave no more than twice of that, or nothing.`,
    header: [
      ['', ...learnt.flatMap(problem => LOSSES.map(() => SHORT[problem])), ''],
      ['', ...learnt.flatMap(() => LOSSES.map(lost)), 'survives']
    ],
    rows: METHODS.map(method => [
      method.name,
      ...learnt.flatMap(problem =>
        LOSSES.map(loss => {
          const error = late(problem, method, loss)
          return error < NOTHING ? '<1e-12' : error.toExponential(1)
        })
      ),
      learnt.every(problem => {
        const error = mean(ends(of(problem, method, 0.1)))
        return error < NOTHING || error < FACTOR * late(problem, method, 0)
      })
        ? 'yes'
        : 'no'
    ])
  }
}

function panelsOf(of: Of, form: Form): Panel[] {
  return learntIn(form).flatMap(problem =>
    ([0.01, 0.1] as const).map(loss => ({
      title: `${problem === 'garnet' ? 'Published Garnets, clustered ring, H = 100' : 'Quadratics'}: ${lost(loss)} lost`,
      x: { label: 'rounds', log: false },
      y: { label: 'mean ‖θ_i − θ*‖²', log: true },
      series: METHODS.map((method, colour) => ({
        name: method.name,
        colour,
        style: 'line' as const,
        points: (of(problem, method, loss)[0]?.curve ?? []).filter(([, error]) => error > 1e-24)
      }))
    }))
  )
}

/** `message-loss`. */
export const messageLoss: Figure<Settings, Result> = {
  name: 'message-loss',
  title: 'Which ways to agree survive that messages are lost.',
  paper: 'after Vogels et al., NeurIPS 2021 (RelaySGD), and Hadjicostis et al. 2016 (running totals)',
  settings(quick) {
    const form = formOf(quick)
    const { rounds, repetitions } = form
    return [
      `0, 1 and 10 % of all messages are lost; ring, RelaySum on a binary tree; exact steps, η = 0.1; ${repetitions === 1 ? 'one draw' : `${repetitions} draws`} of losses.`,
      `${problemsOf(form)
        .map(problem => `${problem}: ${count(rounds[problem])} rounds`)
        .join(', ')}.`
    ]
  },
  cells,
  compute,
  judge
}
