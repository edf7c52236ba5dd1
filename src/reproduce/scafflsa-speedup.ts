/**
 * The last MSE of federations of 1 to 1000 agents (Mangold et al. 2024): the variance falls as 1/N, until FedLSA's bias, which does
 * not fall, is what is left. FedLSA starts at θ* + bias, SCAFFLSA at θ*.
 */

import type { Cell } from '../cells/compute.ts'
import { present } from '../core/assert.ts'
import type { Panel, Series } from '../drawing/panel.ts'
import { mean } from '../statistics/mean.ts'
import { starBias } from './bias.ts'
import { atLeast, between, check } from './expect.ts'
import { type Claim, type Done, type Figure, type Findings, resultOf } from './figure.ts'
import { meanSquare, ownGarnet, repeatedWalks, settingFor, squaredError } from './simulate.ts'

interface Settings {
  readonly heterogeneous: boolean
  readonly peers: number
  readonly aggregation: 'star' | 'star-scafflsa'
  readonly localSteps: number
  readonly stepSize: number
  readonly rounds: number
  readonly repetitions: number
}

interface Result {
  /** MSE after the last round: the mean over the repetitions, the least and the greatest. */
  readonly last: number
  readonly lowest: number
  readonly highest: number
  /** The squared bias, where FedLSA starts. */
  readonly bias: number
}

const PEERS = [1, 10, 100, 1000]
const STEPS = 1000

/** Small federations are noisy, and cost little. */
const repetitionsOf = (peers: number): number => (peers === 1 ? 200 : peers === 10 ? 60 : 20)

function cells(quick: boolean): Cell<Settings>[] {
  const all: Cell<Settings>[] = []
  for (const heterogeneous of [false, true]) {
    for (const stepSize of quick ? [0.1, 1] : [0.001, 0.01, 0.1, 1]) {
      for (const localSteps of quick ? [10] : [1, 10, 100]) {
        for (const peers of quick ? PEERS.slice(0, 3) : PEERS) {
          for (const aggregation of ['star', 'star-scafflsa'] as const) {
            const repetitions = repetitionsOf(peers)
            const rounds = Math.max(3, STEPS / localSteps)
            all.push({
              settings: { heterogeneous, peers, aggregation, localSteps, stepSize, rounds, repetitions },
              seconds: peers * (repetitions * rounds * (localSteps * 6e-8 + 4e-7) + 3e-4)
            })
          }
        }
      }
    }
  }
  return all
}

async function compute(settings: Settings): Promise<Result> {
  const { heterogeneous, peers, localSteps, stepSize, rounds, repetitions } = settings
  const setting = settingFor({
    environment: ownGarnet(heterogeneous),
    peers,
    // Who is alone has no need of a server, and nothing to correct.
    aggregation: peers === 1 ? 'none' : settings.aggregation,
    localSteps,
    stepSize,
    rounds,
    measureEvery: rounds,
    sampling: 'iid',
    initial: 'solution',
    seed: '42'
  })
  const offsets = starBias(setting)
  const errors: number[] = []
  await repeatedWalks(setting, repetitions, {
    ...(settings.aggregation === 'star' ? { offsets } : {}),
    onSample: sample => errors.push(squaredError(sample))
  })
  return {
    last: mean(errors),
    lowest: Math.min(...errors),
    highest: Math.max(...errors),
    bias: meanSquare(offsets, 1)
  }
}

/** MSE(N = 10)/MSE(N = 100) of the published generator, H = 10. */
const FALLS: Readonly<Record<number, number>> = {
  0.01: 1.04e-4 / 1.9e-5,
  0.1: 7.2e-3 / 1.1e-3,
  1: 0.1 / 0.022
}

function judge(done: readonly Done<Settings, Result>[], quick: boolean): Findings {
  const find = (part: Partial<Settings>): Result =>
    present(resultOf(done, { localSteps: 10, ...part }), `a cell of ${JSON.stringify(part)}`)
  const stepSizes = [...new Set(done.map(({ settings }) => settings.stepSize))]
  const most = quick ? 100 : 1000
  const claims: Claim[] = [
    {
      claim: 'where agents are similar, the MSE is proportional to 1/N, for both',
      checks: stepSizes.flatMap(stepSize =>
        (['star', 'star-scafflsa'] as const).map(aggregation => {
          const of = (peers: number) => find({ heterogeneous: false, stepSize, aggregation, peers }).last
          const slope = Math.log(of(most) / of(1)) / Math.log(most)
          const name = aggregation === 'star' ? 'FedLSA' : 'SCAFFLSA'
          return check(`slope, ${name}, η=${stepSize}`, slope, between(-1.15, -0.85, 'published', -1))
        })
      )
    },
    {
      claim:
        'ten times the agents bring about what they bring in the published problems (each N is another draw there)',
      checks: stepSizes.flatMap(stepSize => {
        const reference = FALLS[stepSize]
        if (reference === undefined) return []
        const of = (peers: number) =>
          find({ heterogeneous: false, stepSize, aggregation: 'star', peers }).last
        return [check(`N=10/N=100, η=${stepSize}`, of(10) / of(100), between(4, 20, 'derived', reference))]
      })
    },
    {
      claim:
        'where types are opposite, SCAFFLSA goes on falling as 1/N; FedLSA meets its bias with a large step and many agents',
      checks: [
        ...stepSizes.map(stepSize => {
          const of = (peers: number) =>
            find({ heterogeneous: true, stepSize, aggregation: 'star-scafflsa', peers }).last
          const slope = Math.log(of(most) / of(10)) / Math.log(most / 10)
          return check(`from N=10, SCAFFLSA, η=${stepSize}`, slope, between(-1.2, -0.8, 'published', -1))
        }),
        ...[100, 1000].slice(0, quick ? 1 : 2).map((peers, k) => {
          const of = (aggregation: Settings['aggregation']) =>
            find({ heterogeneous: true, stepSize: 1, aggregation, peers }).last
          const reference = k === 0 ? 0.027 / 0.0134 : null
          return check(
            `FedLSA/SCAFFLSA, η=1, N=${peers}`,
            of('star') / of('star-scafflsa'),
            atLeast(k === 0 ? 1.2 : 3, 'derived', reference)
          )
        })
      ]
    }
  ]
  return {
    claims,
    panels: panelsOf(done),
    notes: [
      'T · H = 1000 steps are too few to become stationary: ratios are compared, not levels. The Garnets are drawn by our ' +
        'generator; the first agents of a larger federation are those of the smaller.'
    ]
  }
}

function panelsOf(done: readonly Done<Settings, Result>[]): Panel[] {
  const keyOf = ({ settings: { heterogeneous, localSteps } }: Done<Settings, Result>): string =>
    `${heterogeneous ? 'opposite types' : 'similar agents'}, H = ${localSteps}`
  const titles = [
    ...new Set(done.toSorted((a, b) => a.settings.localSteps - b.settings.localSteps).map(keyOf))
  ]
  const stepSizes = [...new Set(done.map(({ settings }) => settings.stepSize))]
  return titles.map(title => {
    const members = done.filter(each => keyOf(each) === title)
    return {
      title,
      x: { label: 'agents N', log: true },
      y: { label: 'last ‖θ − θ*‖²', log: true },
      series: stepSizes.flatMap((stepSize, colour): Series[] => {
        const of = (aggregation: Settings['aggregation']) =>
          members.filter(
            ({ settings }) => settings.stepSize === stepSize && settings.aggregation === aggregation
          )
        const curve = (
          aggregation: Settings['aggregation'],
          name: string,
          style: Series['style']
        ): Series => ({
          name,
          colour,
          style,
          points: of(aggregation).map(({ settings, result }) => [settings.peers, result.last] as const),
          band: of(aggregation).map(
            ({ settings, result }) => [settings.peers, result.lowest, result.highest] as const
          )
        })
        const alone = of('star').find(({ settings }) => settings.peers === 1)?.result.last ?? Number.NaN
        return [
          curve('star', `FedLSA, η = ${stepSize}`, 'dashed'),
          curve('star-scafflsa', `SCAFFLSA, η = ${stepSize}`, 'line'),
          {
            name: 'MSE(1)/N',
            colour,
            style: 'dotted',
            points: members
              .filter(({ settings }) => settings.stepSize === stepSize && settings.aggregation === 'star')
              .map(({ settings: { peers } }) => [peers, alone / peers] as const)
          }
        ]
      })
    }
  })
}

export const scafflsaSpeedup: Figure<Settings, Result> = {
  name: 'scafflsa-speedup',
  title: 'Last MSE against the number of agents: linear speed-up, as far as the bias allows.',
  paper: 'Mangold et al., SCAFFLSA, NeurIPS 2024, arXiv 2402.04114',
  settings: quick => [
    'Garnet: 30 states, 2 actions, 2 successors, 8 features, γ = 0.95; i.i.d. samples; FedLSA from θ* + bias, SCAFFLSA from θ*.',
    quick
      ? 'N = 1, 10, 100; H = 10; η = 0.1, 1; T = 100; 200, 60, 20 repetitions.'
      : 'N = 1, 10, 100, 1000; H = 1, 10, 100; η = 0.001, 0.01, 0.1, 1; T = max(3, 1000/H); 200, 60, 20, 20 repetitions (10 as published).'
  ],
  cells,
  compute,
  judge
}
