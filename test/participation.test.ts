/** Peers of which only some take part in a round: who they are, what they send, and where it leads. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtdt } from '../src/aggregation/dtdt.ts'
import { gossipTracking } from '../src/aggregation/gossip-tracking.ts'
import { pfLsa } from '../src/aggregation/pf-lsa.ts'
import { star, starScafflsa } from '../src/aggregation/star.ts'
import { ExperimentError } from '../src/core/errors.ts'
import { resolve } from '../src/experiment/resolve.ts'
import type { Aggregation, AggregationSettings } from '../src/interfaces.ts'
import { simulatedNetwork } from '../src/network/simulated.ts'
import { participationOf, type TakesPart, thinned } from '../src/participation.ts'
import { readReplay } from '../src/records/replay.ts'
import type { SessionHost } from '../src/session/host.ts'
import { runSession } from '../src/session/session.ts'
import { settingOf, swarmOf } from '../src/setting.ts'
import type { Swarm } from '../src/swarm.ts'
import { mixingOf } from '../topologies/mixing/mixing.ts'
import { always, compressed, filled, rowsOf, settingsOf } from './support/matrices.ts'
import { range, sum } from './support/numbers.ts'
import { descent } from './support/quadratics.ts'
import { recordedRun } from './support/recorded.ts'
import { runRounds } from './support/rounds.ts'
import { run } from './support/run.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { built, matrixOf } from './support/topologies.ts'

const drawn = (peers: number, participation: number, seed = '1'): TakesPart =>
  participationOf({ seed, peers, participation })!
const count = (part: Uint8Array): number => part.reduce((total, x) => total + x, 0)

describe('who takes part', () => {
  test('is everybody, without a draw, if all are to', () => {
    expect(participationOf({ seed: '1', peers: 4, participation: 1 })).toBeUndefined()
  })

  test('is decided by seed and round alone, in whatever order rounds are asked for', () => {
    const rounds = range(20)
    const forth = rounds.map(drawn(12, 0.4))
    expect(rounds.toReversed().map(drawn(12, 0.4)).toReversed()).toEqual(forth)
    expect(rounds.map(drawn(12, 0.4, '2'))).not.toEqual(forth)
    expect(new Set(forth.map(part => part.join())).size).toBeGreaterThan(15)
  })

  test('is as many as the probability says, and every peer as often as any other', () => {
    const [peers, rounds, p] = [10, 4000, 0.3]
    const takesPart = drawn(peers, p)
    const often = range(peers).map(() => 0)
    for (const round of range(rounds)) for (const [i, x] of takesPart(round).entries()) often[i]! += x
    // Five standard deviations; that nobody takes part, which makes one of them do, comes with probability 0.7^10.
    const five = 5 * Math.sqrt(rounds * p * (1 - p))
    const more = (rounds * 0.7 ** 10) / peers
    for (const times of often) expect(Math.abs(times - rounds * p - more)).toBeLessThan(five)
  })

  test('is at least one', () => {
    const takesPart = drawn(4, 0.25)
    const counts = range(300).map(round => count(takesPart(round)))
    expect(Math.min(...counts)).toBe(1)
    expect(Math.max(...counts)).toBeGreaterThan(1)
  })
})

describe('W between those that take part', () => {
  test('keeps its rows, is as symmetric as it was, and gives nothing to others', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(
          'ring',
          'star',
          'hypercube',
          'exponential',
          'random-matching',
          'one-peer-exponential'
        ),
        fc.nat(50),
        fc.double({ min: 0.2, max: 0.9, noNaN: true }),
        (name, round, p) => {
          const whole = mixingOf(built(name, 8).topology, 'metropolis', 60)
          const takesPart = drawn(8, p)
          const { links, at, uses } = thinned(whole, takesPart)
          const { weights, selfWeights, symmetric } = at(round)
          const part = takesPart(round)
          const columns = [...selfWeights]
          for (const i of range(8)) {
            let row = selfWeights[i]!
            for (let k = links.rowStart[i]!; k < links.rowStart[i + 1]!; k++) {
              const j = links.senders[k]!
              const isUsed = part[i] === 1 && part[j] === 1 && whole.uses(round)?.[k] !== 0
              expect(uses(round)![k]).toBe(isUsed ? 1 : 0)
              expect(weights[k]).toBe(isUsed ? whole.at(round).weights[k] : 0)
              row += weights[k]!
              columns[j]! += weights[k]!
            }
            expect(row).toBeCloseTo(1, 12)
            if (part[i] === 0) expect(selfWeights[i]).toBeCloseTo(1, 12)
          }
          if (symmetric) for (const column of columns) expect(column).toBeCloseTo(1, 12)
        }
      ),
      { numRuns: 60 }
    )
  })

  test('leaves with the sender what it would split, where it splits', () => {
    const split = [
      [1 / 3, 1 / 2, 0, 0],
      [1 / 3, 1 / 2, 1 / 2, 0],
      [1 / 3, 0, 1 / 2, 1 / 2],
      [0, 0, 0, 1 / 2]
    ]
    const { links, at } = thinned(always({ ...compressed(split), stochastic: 'column' }), drawn(4, 0.5))
    for (const round of range(10)) {
      const columns = [...at(round).selfWeights]
      for (const [k, j] of links.senders.entries()) columns[j]! += at(round).weights[k]!
      for (const column of columns) expect(column).toBeCloseTo(1, 12)
    }
  })
})

const swarmIn = async (raw: Readonly<Record<string, unknown>>): Promise<Swarm> => {
  const { experiment } = resolve({ transport: 'simulated', ...raw })
  return swarmOf(settingOf(experiment), experiment.aggregation, simulatedNetwork)
}

/** Runs to `rounds`, and tells of each. */
async function follow(
  swarm: Swarm,
  rounds: number,
  watch: (round: number) => void = () => {}
): Promise<void> {
  const plan = { rounds, measureEvery: 1, beforeRound: () => 'go' as const, clock: () => 0 }
  for await (const { round } of swarm.run(plan)) watch(round)
}

/** Nobody looks on. */
const unwatched: SessionHost = {
  post: () => {},
  commands: () => [],
  rest: async () => {},
  watch: () => () => {},
  clock: () => 0,
  date: () => new Date(0),
  afterwards: () => {}
}

const small = { peers: 6, localSteps: 2, stepSize: 0.1, environment: 'garnet:states=5', seed: 'some' }
const graphs = [
  'none',
  'gossip',
  'gossip-tracking',
  'dtdt',
  'push-sum',
  'broadcast',
  'gossip-pf-lsa',
  'partial',
  'similarity'
]
const hubs = ['star', 'star-scafflsa', 'pf-lsa']

describe.each([...graphs, ...hubs])('%s', aggregation => {
  test('leaves those that do not take part where they are', async () => {
    const raw = { ...small, aggregation, participation: 0.4, rounds: 30 }
    const swarm = await swarmIn(raw)
    const takesPart = drawn(6, 0.4, 'some')
    const hears = (i: number, round: number): boolean =>
      takesPart(round)[i] === 1 || (aggregation.startsWith('star') && takesPart(round + 1)[i] === 1)
    const theta = () => rowsOf(swarm.theta, 6)
    let before = theta()
    let moved = 0
    await follow(swarm, 30, round => {
      const after = theta()
      for (const i of range(6)) {
        if (!hears(i, round - 1)) expect(after[i]).toEqual(before[i])
        else if (after[i]!.join() !== before[i]!.join()) moved++
      }
      before = after
    })
    expect(moved).toBeGreaterThan(40)
  })

  test('goes on to the same bits when it is resumed', async () => {
    const raw = { ...small, aggregation, participation: 0.4, rounds: 20, sampling: 'markov' }
    const whole = await swarmIn(raw)
    await follow(whole, 20)
    const [first, second] = [await swarmIn(raw), await swarmIn(raw)]
    await follow(first, 9)
    second.restore(first.state())
    await follow(second, 20)
    const { seconds: _, ...expected } = whole.state()
    expect(second.state()).toMatchObject(expected)
  })

  test('replays to the same bits', async () => {
    const { folder } = await recordedRun(temporaryFolder(), { aggregation, participation: 0.4, loss: 0.1 })
    const { experiment } = readReplay(folder)
    expect(experiment.participation).toBe(0.4)
    const again = await runSession(
      { experiment, record: { kind: 'none' }, replay: folder, parameters: true },
      unwatched
    )
    expect(again.replayed).toEqual({ folder, sameParameters: true, missing: 0 })
  })

  test('is to the bit what it is without, as long as all take part', async () => {
    const almostAll = 1 - 1e-12
    const [some, all] = [
      await swarmIn({ ...small, aggregation, participation: almostAll }),
      await swarmIn({ ...small, aggregation })
    ]
    await follow(some, 15)
    await follow(all, 15)
    expect(rowsOf(some.theta, 6)).toEqual(rowsOf(all.theta, 6))
    expect(some.traffic).toEqual(all.traffic)
  })
})

describe('messages', () => {
  const rounds = 200
  const parts = range(rounds + 1).map(drawn(6, 0.4, 'some'))
  const messagesOf = async (aggregation: string): Promise<number> => {
    const { last } = await run({ ...small, aggregation, participation: 0.4, rounds })
    expect(last.traffic.missing).toBe(0)
    return last.traffic.messages
  }

  test('go over the edges of which both ends take part', async () => {
    const edges = parts
      .slice(0, rounds)
      .map(part => range(6).filter(i => part[i] === 1 && part[(i + 1) % 6] === 1))
    const expected = 2 * sum(edges.map(({ length }) => length))
    expect(await messagesOf('gossip')).toBe(expected)
    // p² of 2 · 6 · 200, and a fifth of it.
    expect(Math.abs(expected - 384)).toBeLessThan(77)
  })

  test('of who takes part go to the hub, which answers them and those who are next', async () => {
    const expected = range(rounds).map(r => {
      const [now, next] = [parts[r]!, parts[r + 1]!]
      return count(now) + range(6).filter(i => now[i] === 1 || next[i] === 1).length
    })
    expect(await messagesOf('star')).toBe(sum(expected))
    expect(await messagesOf('pf-lsa')).toBe(2 * sum(parts.slice(0, rounds).map(count)))
  })
})

const quadratics = { a: [1, 1.25, 1.5, 1.75, 2, 2.25, 2.5, 2.75], b: range(8) }
const PEERS = 8
const common = sum(quadratics.a.map((a, i) => a * quadratics.b[i]!)) / sum(quadratics.a)

/** θ after so many rounds, in which only those learn who take part. */
function go(
  build: (settings: AggregationSettings) => Aggregation,
  { rounds, stepSize, localSteps, p }: { rounds: number; stepSize: number; localSteps: number; p: number },
  watch: (round: number, theta: number[], psi: number[], aggregation: Aggregation) => void = () => {}
): number[] {
  const takesPart = drawn(PEERS, p)
  const matrix = matrixOf(built('ring', PEERS), 'lazy')
  const aggregation = build({
    ...settingsOf(matrix, 1, stepSize),
    mixing: thinned(always(matrix), takesPart),
    localSteps,
    takesPart
  })
  const theta = filled(
    range(PEERS).map(i => [i % 3]),
    aggregation.plan.participants - PEERS
  )
  const learn = descent(quadratics, stepSize, localSteps)
  let round = 0
  let psi: number[] = []
  runRounds(aggregation, theta, rounds, {
    local(rows, correction) {
      const kept = rowsOf(rows, PEERS).flat()
      learn(rows, correction)
      takesPart(round).forEach((isIn, i) => {
        if (isIn === 0) rows.values[i * rows.stride] = kept[i]!
      })
      psi = rowsOf(rows, PEERS).flat()
    },
    watch() {
      watch(round, rowsOf(theta, PEERS).flat(), psi, aggregation)
      round++
    }
  })
  return rowsOf(theta, PEERS).flat()
}

describe('a server', () => {
  test.each([
    ['star', star],
    ['star-scafflsa', starScafflsa]
  ] as const)('that is %s averages those that take part, for them and those who are next', (_, family) => {
    const takesPart = drawn(PEERS, 0.4)
    go(
      settings => family.build(settings, {}),
      { rounds: 40, stepSize: 0.05, localSteps: 3, p: 0.4 },
      (round, theta, psi) => {
        const part = takesPart(round)
        const mean = sum(psi.filter((_, i) => part[i] === 1)) / count(part)
        const next = takesPart(round + 1)
        theta.forEach((x, i) => {
          if (part[i] === 1 || next[i] === 1) expect(x).toBeCloseTo(mean, 12)
          else expect(x).toBe(psi[i])
        })
      }
    )
  })

  test('keeps the sum of the control variates zero, and comes to the common minimum whatever H is', () => {
    const end = go(
      settings => starScafflsa.build(settings, {}),
      { rounds: 3000, stepSize: 0.05, localSteps: 5, p: 0.4 },
      (_round, _theta, _psi, { correction }) => expect(Math.abs(sum([...correction!]))).toBeLessThan(1e-9)
    )
    for (const x of end) expect(x).toBeCloseTo(common, 9)
  })

  test('for peers that differ leads each to its own minimum', () => {
    const end = go(settings => pfLsa.build(settings, { own: 0.2 }), {
      rounds: 4000,
      stepSize: 0.05,
      localSteps: 2,
      p: 0.5
    })
    expect(end).toEqual(quadratics.b.map(b => expect.closeTo(b, 9)))
  })
})

test.each([
  ['gossip-tracking', (settings: AggregationSettings) => gossipTracking.build(settings, { outerStep: 1 })],
  ['dtdt', (settings: AggregationSettings) => dtdt.build(settings, {})]
] as const)(
  '%s tracks the gradients of those that take part, and all come to the common minimum',
  (_, build) => {
    for (const x of go(build, { rounds: 8000, stepSize: 0.02, localSteps: 1, p: 0.5 }))
      expect(x).toBeCloseTo(common, 7)
  }
)

test('SCAFFLSA with half of ten peers in a round comes to θ*, where the plain server does not', async () => {
  const raw = {
    environment: 'file:test/fixtures/garnet_het_N10.json',
    sampling: 'expected',
    initial: 'offset:1',
    stepSize: 0.1,
    localSteps: 100,
    participation: 0.5,
    rounds: 4000
  }
  const errorOf = async (aggregation: string) =>
    (await run({ ...raw, aggregation })).last.swarm.fixedPointError
  expect(await errorOf('star-scafflsa')).toBeLessThan(1e-9)
  expect(await errorOf('star')).toBeGreaterThan(1e-2)
})

describe('what cannot do with less than all', () => {
  const refusal = (raw: Readonly<Record<string, unknown>>): string => {
    try {
      settingOf(resolve({ ...small, transport: 'simulated', participation: 0.5, ...raw }).experiment)
      return 'accepted'
    } catch (error) {
      if (error instanceof ExperimentError) return error.message
      throw error
    }
  }

  test.each([
    'gossip-scafflsa',
    'exact-diffusion',
    'chebyshev',
    'choco',
    'pairwise',
    'mesh',
    'interpolation'
  ])('is %s', aggregation => {
    expect(refusal({ aggregation })).toBe(
      `participation: ${aggregation} needs every peer in every round; gossip, gossip-tracking, dtdt, push-sum and broadcast go along with less`
    )
  })

  test('is what needs columns that sum to 1, where W is not symmetric', () => {
    const directed = { topology: 'exponential:directed=true' }
    expect(refusal({ aggregation: 'gossip-tracking', ...directed })).toMatch(
      /^participation: gossip-tracking needs columns of W that sum to 1, .* push-sum does without$/
    )
    expect(refusal({ aggregation: 'push-sum', ...directed })).toBe('accepted')
    const { experiment } = resolve({ ...small, transport: 'simulated', participation: 0.5, ...directed })
    expect(settingOf(experiment).warnings).toEqual([
      'participation: the consensus is not the mean: W is not symmetric, and some peers are absent'
    ])
  })
})
