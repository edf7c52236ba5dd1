/** Peers that keep something of their own: pulled together, interpolated, shared in part, or mixed with their like. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Matrix, solve } from 'ml-matrix'
import { describe, expect, test } from 'vitest'
import { gossip } from '../../src/aggregation/gossip.ts'
import { graphRegularised } from '../../src/aggregation/graph-regularised.ts'
import { interpolation } from '../../src/aggregation/interpolation.ts'
import { none } from '../../src/aggregation/none.ts'
import { partial } from '../../src/aggregation/partial.ts'
import { similarity } from '../../src/aggregation/similarity.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import type { AggregationFamily, ParameterMatrix } from '../../src/interfaces.ts'
import { filled, rowsOf } from '../support/matrices.ts'
import { distance, range, sum } from '../support/numbers.ts'
import {
  expectHalvesToAgree,
  expectRestoredToAgree,
  expectToStayFinite,
  mixingBy,
  player,
  settingsOver
} from '../support/playing.ts'
import { descent } from '../support/quadratics.ts'
import { run } from '../support/run.ts'

const { a, b, graphs } = JSON.parse(readFileSync('test/fixtures/graph-personalisation.json', 'utf8')) as {
  a: number[]
  b: number[]
  graphs: Record<string, Record<string, number[]>>
}
const PEERS = 8
const column = (values: readonly number[]) => filled(values.map(x => [x]))
const firstOf = (theta: ParameterMatrix): number[] => rowsOf(theta, theta.rows).map(([x]) => x!)
const learning = (stepSize: number, localSteps: number) => {
  const local = descent({ a, b }, stepSize, localSteps)
  return (theta: ParameterMatrix) => local(theta, undefined)
}
const losing =
  (share: number) =>
  (k: number, round: number): boolean =>
    ((k * 7919 + round * 104729) % 97) / 97 < share
/** Something that moves every parameter its own way. */
const drift = ({ values }: ParameterMatrix, round: number): void => {
  for (const at of range(values.length)) values[at] = 0.9 * values[at]! + ((at + round) % 3)
}

describe('neighbours that pull each other', () => {
  /** Where peers of one parameter each end. */
  function end(topology: string, pull: number, stepSize: number, localSteps: number, share = 0): number[] {
    const theta = column(range(PEERS).map(() => 0))
    const settings = { ...settingsOver(mixingBy(topology, PEERS), 1), stepSize, localSteps }
    const events = { learn: learning(stepSize, localSteps), isLost: losing(share) }
    const play = player(graphRegularised.build(settings, { pull }), theta, events)
    for (const round of range(Math.ceil(60 / (stepSize * localSteps)))) play(round)
    return firstOf(theta)
  }

  const cases = Object.entries(graphs).flatMap(([graph, byPull]) =>
    ['0.0', '0.1', '1.0', '10.0'].map(pull => [graph, Number(pull), byPull[pull]!] as const)
  )
  test.each(cases)('on %s with λ = %f end at (A + λL)⁻¹ A b, whatever the step', (graph, pull, expected) => {
    for (const stepSize of [0.02, 0.01]) {
      expect(distance(end(graph, pull, stepSize, 1), expected)).toBeLessThan(1e-10)
    }
  })

  test('after more local steps end where their mean step and the pull balance', () => {
    const [stepSize, localSteps, pull] = [0.05, 5, 0.7]
    const system = Matrix.zeros(PEERS, PEERS)
    const right = Matrix.zeros(PEERS, 1)
    for (const i of range(PEERS)) {
      const taken = (1 - (1 - stepSize * a[i]!) ** localSteps) / (stepSize * localSteps)
      system.set(i, i, taken + 2 * pull)
      for (const j of [(i + 1) % PEERS, (i + 7) % PEERS]) system.set(i, j, -pull)
      right.set(i, 0, taken * b[i]!)
    }
    const expected = solve(system, right).to1DArray()
    expect(distance(end('ring', pull, stepSize, localSteps), expected)).toBeLessThan(1e-10)
  })

  test('pull less where messages are lost, which moves the end towards learning alone', () => {
    const spread = (x: readonly number[]): number => Math.max(...x) - Math.min(...x)
    const [calm, lossy] = [end('ring', 1, 0.02, 1), end('ring', 1, 0.02, 1, 0.5)]
    expect(spread(lossy)).toBeGreaterThan(spread(calm) + 0.5)
    expect(spread(lossy)).toBeLessThan(spread(b))
  })

  test('without any pull learn alone, to the bit', () => {
    const [theta, alone] = [column(b), column(b)]
    const settings = settingsOver(mixingBy('ring', PEERS), 1)
    const [one, other] = [
      player(graphRegularised.build(settings, { pull: 0 }), theta, { learn: drift }),
      player(none.build(settings, {}), alone, { learn: drift })
    ]
    for (const round of range(10)) {
      one(round)
      other(round)
    }
    expect(theta.values).toEqual(alone.values)
  })
})

describe('interpolation', () => {
  const rows = range(PEERS).map(i => [i, 1 - i * i])

  test.each([
    ['ring', 'metropolis'],
    ['one-peer-exponential', 'own'],
    ['epidemic', 'uniform']
  ] as const)(
    'on %s is a share of learning alone and the rest of gossip, each after half of the rounds',
    (topology, rule) => {
      const settings = settingsOver(mixingBy(topology, PEERS, rule, 100), 2)
      const learn = ({ values }: ParameterMatrix) => {
        for (const at of range(values.length)) values[at] = 0.8 * values[at]! + (at % 7)
      }
      const [own, common, theta] = [filled(rows), filled(rows), filled(rows)]
      const alone = player(none.build(settings, {}), own, { learn })
      const gossiped = player(gossip.build(settings, { steps: 1 }), common, { learn })
      const play = player(interpolation.build(settings, { own: 0.3 }), theta, { learn })
      for (const round of range(30)) {
        play(2 * round)
        play(2 * round + 1)
        alone(round)
        gossiped(round)
        const mixed = rowsOf(common, PEERS).map((row, i) =>
          row.map((x, c) => x + 0.3 * (rowsOf(own, PEERS)[i]![c]! - x))
        )
        expect(rowsOf(theta, PEERS)).toEqual(mixed)
      }
    }
  )

  test('speaks in every other round', async () => {
    const raw = { topology: 'ring', peers: 6, rounds: 10, localSteps: 2, environment: 'garnet:states=5' }
    const { swarm } = await run({ ...raw, aggregation: 'interpolation' })
    const { swarm: always } = await run({ ...raw, aggregation: 'gossip' })
    expect(2 * sum(swarm.traffic.messagesOut)).toBe(sum(always.traffic.messagesOut))
  })

  test('a peer that begins anew starts both of its models where it starts', () => {
    const theta = filled(rows)
    const aggregation = interpolation.build(settingsOver(mixingBy('ring', PEERS), 2), { own: 0.5 })
    const play = player(aggregation, theta, { learn: drift, isLost: (_k, round) => round >= 4 })
    for (const round of range(4)) play(round)
    theta.values.set([7, 9], 0)
    aggregation.restart(0, 1)
    play(4)
    // The common model has learnt, the own one has not yet.
    const common = [0.9 * 7 + 1, 0.9 * 9 + 2]
    expect(rowsOf(theta, 1)[0]).toEqual(common.map((x, c) => expect.closeTo((x + [7, 9][c]!) / 2, 12)))
  })
})

describe('partial sharing', () => {
  const rows = range(6).map(i => [i, -i, i * i, 1 / (1 + i), 3])
  const settings = settingsOver(mixingBy('ring', 6), 5)

  test.each([1, 3, 'half', 5] as const)(
    'of %s parameters gossips these, and leaves the others to the bit',
    shared => {
      const [theta, mixed, alone] = [filled(rows), filled(rows), filled(rows)]
      const aggregation = partial.build(settings, { shared })
      player(aggregation, theta, { learn: drift })(0)
      player(gossip.build(settings, { steps: 1 }), mixed, { learn: drift })(0)
      player(none.build(settings, {}), alone, { learn: drift })(0)
      const width = shared === 'half' ? 3 : shared
      expect(aggregation.plan.payload).toEqual([{ count: width }])
      const expected = rowsOf(alone, 6).map((row, i) => [
        ...rowsOf(mixed, 6)[i]!.slice(0, width),
        ...row.slice(width)
      ])
      expect(rowsOf(theta, 6)).toEqual(expected)
    }
  )

  test('of more parameters than there are is refused', () => {
    expect(() => partial.build(settings, { shared: 6 })).toThrow(
      new ExperimentError(
        'aggregation: shared=6 of partial is more than there is: the learner has 5 parameters'
      )
    )
  })

  test('leaves heads at the solutions of peers that share no more than a body that means nothing', async () => {
    // States are looked up one by one: each component is learnt through those that follow it, own or shared.
    const raw = {
      environment: 'garnet:states=6,heterogeneity=opposite,discount=0.5',
      peers: 6,
      topology: 'complete',
      sampling: 'expected',
      stepSize: 0.5,
      localSteps: 20,
      rounds: 400
    }
    const [some, all] = [
      await run({ ...raw, aggregation: 'partial:shared=1' }),
      await run({ ...raw, aggregation: 'gossip' })
    ]
    const spread = (at: number, { parameters }: typeof some): number => {
      const values = parameters.map(row => row[at]!)
      return Math.max(...values) - Math.min(...values)
    }
    expect(spread(0, some)).toBeLessThan(1e-12)
    for (const c of range(5)) expect(spread(1 + c, some)).toBeGreaterThan(1e-3)
    expect(some.last.swarm.excessValueError!).toBeLessThan(all.last.swarm.excessValueError! / 2)
  })
})

describe('gossip among those that are alike', () => {
  const settings = settingsOver(mixingBy('complete', 4), 2)

  test('weighs W by exp(−‖ψ_i − ψ_j‖²/T), and divides by the sum', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true })
    const rows = fc.array(fc.array(number, { minLength: 2, maxLength: 2 }), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(rows, fc.double({ min: 0.1, max: 100, noNaN: true }), (psi, temperature) => {
        const theta = filled(psi)
        const aggregation = similarity.build(settings, { temperature })
        player(aggregation, theta)(0)
        const expected = psi.map((own, i) => {
          const weights = psi.map((other, j) => {
            const square = sum(own.map((x, c) => (x - other[c]!) ** 2))
            return i === j ? 1 / 4 : Math.exp(-square / temperature) / 4
          })
          const total = sum(weights)
          const known = aggregation.neighboursOf(i).map(({ weight }) => weight)
          const right = weights.filter((_, j) => j !== i).map(weight => weight / total)
          expect(distance(known, right)).toBeLessThan(1e-12)
          return own.map((_, c) => sum(weights.map((weight, j) => (weight / total) * psi[j]![c]!)))
        })
        expect(distance(rowsOf(theta, 4).flat(), expected.flat())).toBeLessThan(1e-12)
      })
    )
  })

  test('is gossip as the temperature grows, and to learn alone as it falls', () => {
    const psi = [
      [0, 1],
      [2, 2],
      [-1, 5],
      [3, 3]
    ]
    const oneRound = (temperature: number): number[][] => {
      const theta = filled(psi)
      player(similarity.build(settings, { temperature }), theta)(0)
      return rowsOf(theta, 4)
    }
    const mixed = filled(psi)
    player(gossip.build(settings, { steps: 1 }), mixed)(0)
    expect(distance(oneRound(1e14).flat(), rowsOf(mixed, 4).flat())).toBeLessThan(1e-12)
    expect(oneRound(1e-4)).toEqual(psi)
  })

  test('does not keep the mean, as rows of its weights sum to 1 and columns do not', () => {
    const theta = filled([[0], [1], [3]])
    player(similarity.build(settingsOver(mixingBy('path', 3), 1), { temperature: 4 }), theta)(0)
    expect(sum(rowsOf(theta, 3).flat())).not.toBeCloseTo(4, 2)
  })

  test('finds the two types of ten published Garnets on a complete graph', async () => {
    const { swarm, setting, last } = await run({
      environment: 'file:test/fixtures/garnet_het_N10.json',
      topology: 'complete',
      aggregation: 'similarity:temperature=10',
      sampling: 'expected',
      stepSize: 1,
      localSteps: 500,
      rounds: 100
    })
    const { types } = setting.fleet
    for (const i of range(10)) {
      for (const { neighbour, weight } of swarm.inspect(i).neighbours) {
        if (types[i] === types[neighbour]) expect(weight).toBeCloseTo(1 / 5, 4)
        else expect(weight).toBeLessThan(1e-12)
      }
    }
    // Those of a type differ a little, and end at a compromise among themselves.
    expect(last.swarm.excessValueError!).toBeLessThan(0.01)
    expect(last.swarm.consensusError!).toBeGreaterThan(20)
  })
})

const families: readonly (readonly [string, AggregationFamily<never>, object])[] = [
  ['graph-regularised', graphRegularised as AggregationFamily<never>, { pull: 0.1 }],
  ['interpolation', interpolation as AggregationFamily<never>, { own: 0.3 }],
  ['partial', partial as AggregationFamily<never>, { shared: 2 }],
  ['similarity', similarity as AggregationFamily<never>, { temperature: 3 }]
]

describe.each(families)('%s', (name, family, given) => {
  const options = given as never
  const topologies = name === 'graph-regularised' ? ['ring'] : ['ring', 'one-peer-exponential']

  test('in parts, and from a checkpoint on, has the bits of the whole', () => {
    const rows = range(7).map(i => [i, 1 / (i + 1), -3])
    for (const topology of topologies) {
      const settings = settingsOver(mixingBy(topology, 7, 'metropolis', 60), 3)
      const events = { learn: drift, isLost: losing(0.2) }
      expectHalvesToAgree(family, settings, options, rows, 31, events)
      expectRestoredToAgree(family, settings, options, rows, 21, events)
    }
  })

  test('stays finite whatever it hears', () => {
    const number = fc.double({ min: -1e200, max: 1e200, noNaN: true })
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 20 }), sent => {
        const theta = filled(range(5).map(i => [i, -i, 1]))
        expectToStayFinite(family.build(settingsOver(mixingBy('ring', 5), 3), options), theta, sent)
      })
    )
  })

  test('a peer that neither learns nor hears keeps its bits', () => {
    const rows = range(5).map(i => [i / 3, 1 / (i + 7), -3])
    const theta = filled(rows)
    const play = player(family.build(settingsOver(mixingBy('ring', 5), 3), options), theta, {
      isLost: () => true
    })
    for (const round of range(40)) play(round)
    expect(rowsOf(theta, 5)).toEqual(rows)
  })
})
