/** What an experiment fixes before its first round, and what is refused there. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AGGREGATIONS, type AggregationSpec, rivalsOf } from '../src/aggregation/names.ts'
import { ExperimentError } from '../src/core/errors.ts'
import { resolve } from '../src/experiment/resolve.ts'
import { simulatedNetwork } from '../src/network/simulated.ts'
import type { RunPlan } from '../src/running-swarm.ts'
import { type Setting, settingOf, swarmOf } from '../src/setting.ts'
import type { Swarm } from '../src/swarm.ts'
import { staticGraph } from '../topologies/parts/topology.ts'
import { range, sum } from './support/numbers.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const setting = (raw: Readonly<Record<string, unknown>>): Setting =>
  settingOf(resolve({ transport: 'simulated', ...raw }).experiment)

/** A simulated swarm, not yet started. */
const swarm = (of: Setting, aggregation: AggregationSpec = of.experiment.aggregation): Promise<Swarm> =>
  swarmOf(of, aggregation, simulatedNetwork)

/** Row i of θ, padding included. */
const rowOf = ({ theta }: Swarm, i: number): number[] => [
  ...theta.values.subarray(i * theta.stride, (i + 1) * theta.stride)
]

describe('corrected gossip and the smallest eigenvalue of W', () => {
  const corrected = { aggregation: 'gossip-scafflsa', weights: 'metropolis' }

  test('below −1/3 is refused with the number and the way out', () => {
    const torus = { ...corrected, topology: 'torus', peers: 10 }
    expect(() => setting(torus)).toThrow(ExperimentError)
    expect(() => setting(torus)).toThrow(
      /metropolis .* torus is -0\.4045, below −1\/3, .* use --weights lazy$/
    )
  })

  test('at −1/3, where even rings are, is warned of', () => {
    for (const peers of [4, 6, 16]) {
      expect(setting({ ...corrected, topology: 'ring', peers }).warnings).toEqual([
        expect.stringMatching(/metropolis .* ring is −1\/3: .* --weights lazy/)
      ])
    }
  })

  test('above, with lazy weights, and without corrections nothing is said', () => {
    const quiet = [
      { ...corrected, topology: 'ring', peers: 5 },
      { ...corrected, topology: 'complete', peers: 6 },
      { ...corrected, topology: 'torus', peers: 10, weights: 'lazy' },
      { ...corrected, topology: 'ring', peers: 6, weights: 'lazy' },
      { aggregation: 'gossip', topology: 'torus', peers: 10 },
      { aggregation: 'gossip', topology: 'ring', peers: 6 }
    ]
    for (const raw of quiet) expect(setting(raw).warnings).toEqual([])
  })
})

describe('the graph', () => {
  const graphOf = (raw: Readonly<Record<string, unknown>>) => staticGraph(setting(raw).topology)

  test('follows from the seed where it is random', () => {
    const random = { topology: 'random-regular:degree=3', peers: 12 }
    expect(graphOf({ ...random, seed: 'a' })).toEqual(graphOf({ ...random, seed: 'a' }))
    expect(graphOf({ ...random, seed: 'a' })).not.toEqual(graphOf({ ...random, seed: 'b' }))
  })

  test('must be connected where peers talk over it', () => {
    const path = join(temporaryFolder(), 'two-pairs.txt')
    writeFileSync(path, '0 1\n2 3\n')
    const topology = `file:${path}`
    for (const aggregation of ['gossip', 'gossip-scafflsa']) {
      expect(() => setting({ topology, aggregation })).toThrow(ExperimentError)
      expect(() => setting({ topology, aggregation })).toThrow(
        /the graph has 2 components; peers 2, 3 are not connected to peer 0$/
      )
    }
    expect(setting({ topology, aggregation: 'none' }).mixing.links.participants).toBe(4)
  })
})

describe('parameters before the first round', () => {
  const garnet = 'garnet:states=30'

  test('zero: all zero', async () => {
    const { theta } = await swarm(setting({ initial: 'zero' }))
    expect(theta.values.every(x => x === 0)).toBe(true)
  })

  test('solution: θ* of the federation for every peer; offset:c: that plus c in every component', async () => {
    for (const [initial, offset] of [
      ['solution', 0],
      ['offset:2.5', 2.5],
      ['offset:-1e-3', -1e-3]
    ] as const) {
      const of = setting({ environment: garnet, initial, peers: 3 })
      const started = await swarm(of)
      const { solution } = of.judge
      const expected = range(32).map(j => (j < 30 ? solution![j]! + offset : 0))
      expect(solution!.some(x => x !== 0)).toBe(true)
      for (const i of range(3)) expect(rowOf(started, i)).toEqual(expected)
    }
  })

  test('random: standard normal and different for every peer, from the seed and its number alone', async () => {
    const start = (raw: object) => swarm(setting({ environment: garnet, peers: 500, rounds: 1, ...raw }))
    const started = await start({ seed: 'a' })
    const drawn = range(500).flatMap(i => rowOf(started, i).slice(0, 30))
    const moment = (k: number): number => sum(drawn.map(x => x ** k)) / drawn.length
    // 15,000 draws: four standard errors of the first four moments.
    expect(Math.abs(moment(1))).toBeLessThan(0.033)
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.047)
    expect(Math.abs(moment(3))).toBeLessThan(0.13)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.33)
    expect(new Set(drawn).size).toBe(drawn.length)

    expect(rowOf(await start({ seed: 'a', peers: 3, learner: 'td' }), 2)).toEqual(rowOf(started, 2))
    expect(rowOf(await start({ seed: 'b', peers: 3 }), 2)).not.toEqual(rowOf(started, 2))
  })

  test.each(['random', 'solution', 'offset:1'])(
    '%s: padding and the row of the hub stay zero',
    async initial => {
      const of = setting({ environment: garnet, initial, peers: 4, aggregation: 'star' })
      const started = await swarm(of)
      for (const i of range(4)) {
        expect(rowOf(started, i).slice(30)).toEqual([0, 0])
        expect(rowOf(started, i).slice(0, 30)).not.toContain(0)
      }
      expect(started.theta.rows).toBe(5)
      expect(rowOf(started, 4)).toEqual(range(32).map(() => 0))
    }
  )
})

describe('what a run is compared with', () => {
  test('is learning alone and the server that it replaces, corrected if the run is', () => {
    const rivals = Object.fromEntries(AGGREGATIONS.map(name => [name, rivalsOf(name, false)]))
    expect(rivals).toMatchObject({
      none: ['star'],
      gossip: ['none', 'star'],
      star: ['none'],
      'gossip-scafflsa': ['none', 'star', 'star-scafflsa'],
      'exact-diffusion': ['none', 'star', 'star-scafflsa']
    })
  })

  test('is the textbook recursion, too, where corrected gossip meets faults', () => {
    expect(rivalsOf('gossip-scafflsa', true)).toEqual(['none', 'star', 'star-scafflsa', 'exact-diffusion'])
    expect(rivalsOf('exact-diffusion', true)).toEqual(['none', 'star', 'star-scafflsa'])
    expect(rivalsOf('gossip', true)).toEqual(['none', 'star'])
  })

  test.each(['iid', 'markov'])('shares starting points and %s samples', async sampling => {
    const of = setting({ peers: 6, rounds: 20, localSteps: 3, sampling, measureEvery: 20 })
    const ends: Swarm['theta'][] = []
    const plan: RunPlan = { rounds: 20, measureEvery: 20, beforeRound: () => 'go', clock: () => 0 }
    const first = await swarm(of)
    const start = range(6).map(i => rowOf(first, i))
    for await (const _ of first.run(plan)) ends.push(first.theta)
    for (const aggregation of rivalsOf('gossip-scafflsa', false)) {
      const rival = await swarm(of, aggregation)
      expect(range(6).map(i => rowOf(rival, i))).toEqual(start)
      for await (const _ of rival.run(plan)) ends.push(rival.theta)
      // What is drawn does not depend on θ here, so the streams and the chains end in the same states.
      expect(rival.state().learner).toEqual(first.state().learner)
    }
    expect(new Set(ends.map(({ values }) => values[0])).size).toBe(4)
  })
})

test('a placement by type is warned of where there is but one type', () => {
  const warnings = (placement: string, heterogeneity: string) =>
    setting({ environment: `garnet:heterogeneity=${heterogeneity}`, placement, peers: 4 }).warnings
  expect(warnings('clustered', 'perturbation')).toEqual([
    'placement: clustered has no effect, all environments are of one type'
  ])
  expect(warnings('alternating', 'perturbation')).toHaveLength(1)
  expect(warnings('alternating', 'opposite')).toEqual([])
  expect(warnings('shuffled', 'perturbation')).toEqual([])
})
