/** What is wrong with a module of a user is told in one line that names its file, and never as a mistake of the program. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { garnet } from '../../peers/environments/garnet.ts'
import { environments } from '../../peers/environments/index.ts'
import { buildFleet } from '../../peers/fleet.ts'
import { learners } from '../../peers/learners/index.ts'
import { stream } from '../../src/core/random.ts'
import { blameOf, extend, loadExtensions } from '../../src/experiment/extensions.ts'
import type { EnvironmentFamily, Fleet, SimulatedFleet, Simulation, Topology } from '../../src/interfaces.ts'
import { topologies } from '../../topologies/index.ts'
import { circulantGraph } from '../../topologies/parts/circulants.ts'
import { fixed } from '../../topologies/parts/topology.ts'
import { complaint } from '../support/complaint.ts'
import { said } from '../support/said.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const PEERS = 3
const options = z.strictObject({})

/** Simulations that are as they must be, but for what is given. */
function simulation(changes: object = {}): Simulation {
  return {
    state: new Float64Array(1),
    reward: 0,
    terminated: false,
    reset: (_random, observation) => observation.fill(0),
    step: () => {},
    ...changes
  }
}

const simulated: SimulatedFleet = {
  kind: 'simulated',
  name: 'mine',
  peers: PEERS,
  actions: 2,
  discount: 0.9,
  labels: ['a', 'b', 'c'],
  types: new Int32Array(PEERS),
  observations: 4,
  episodeSteps: 10,
  stepMs: 100,
  properties: {},
  simulationOf: () => simulation()
}

const finite: Fleet = garnet.build(PEERS, garnet.options.parse({ states: 4 }), '1')

/** What is said of an environment of a user whose `build` returns this. */
function refusalOf(made: unknown): string {
  const family = { description: 'a', picture: '○', options, build: () => made }
  extend({ environments: { mine: family } }, 'mine.ts')
  return complaint(() => environments.mine?.build(PEERS, {}, '1'))
}

describe('environments', () => {
  test('that are complete are taken as they are', () => {
    expect(refusalOf(simulated)).toBe('no complaint')
    expect(refusalOf(finite)).toBe('no complaint')
  })

  const cases: readonly (readonly [unknown, string])[] = [
    [undefined, 'build must return environments, not undefined'],
    [{ ...simulated, kind: 'endless' }, "kind must be 'finite' or 'simulated', not \"endless\""],
    [
      { kind: 'simulated', name: 'mine', peers: PEERS, actions: 2 },
      'discount, labels, types, observations, episodeSteps, stepMs, properties, simulationOf are missing'
    ],
    [{ ...simulated, simulationOf: undefined }, 'simulationOf is missing'],
    [{ ...simulated, peers: 4 }, 'peers must be 3, as many as are asked for, not 4'],
    [{ ...simulated, actions: 1.5 }, 'actions must be a whole number from 1 on, not 1.5'],
    [{ ...simulated, discount: 1 }, 'discount must be a number from 0 up to, but not, 1, not 1'],
    [{ ...simulated, labels: ['a'] }, 'labels must be a list of 3 texts, one per peer, not a list of 1'],
    [{ ...simulated, types: [0, 0, 0] }, 'types must be Int32Array of length 3, not a list of 3'],
    [{ ...simulated, types: new Int32Array(2) }, 'not Int32Array of length 2'],
    [{ ...simulated, episodeSteps: 0 }, 'episodeSteps must be a whole number from 1 on, not 0'],
    [{ ...simulated, observations: 0 }, 'observations must be a whole number from 1 on, not 0'],
    [{ ...simulated, stepMs: 0 }, 'stepMs must be a number above 0, not 0'],
    [
      { ...simulated, properties: { mass: new Float64Array(1) } },
      'properties.mass must be Float64Array of length 3'
    ],
    [{ ...simulated, simulationOf: () => null }, 'simulationOf(0) must return a simulation, not null'],
    [{ ...simulated, simulationOf: () => ({ reset() {} }) }, 'state, step are missing'],
    [
      { ...simulated, simulationOf: () => simulation({ state: [0] }) },
      'state of simulationOf(0) must be a Float64Array'
    ],
    [
      {
        ...simulated,
        simulationOf: () => simulation({ reset: (_: unknown, seen: Float64Array) => seen.fill(0, 0, 1) })
      },
      'reset leaves 3 of the 4 observations unwritten, or not finite'
    ],
    [
      { ...simulated, simulationOf: () => simulation({ terminated: undefined }) },
      'terminated of simulationOf(0) must be false'
    ],
    [{ ...finite, states: 70_000 }, 'states must be a whole number from 1 to 65536, not 70000'],
    [
      { ...finite, rewards: new Float64Array(1) },
      'rewards must be Float64Array of length 24, not Float64Array of length 1'
    ],
    [{ ...finite, rewards: finite.rewards.with(3, Number.NaN) }, 'rewards must be finite numbers, not NaN'],
    [{ ...finite, successors: finite.successors.with(0, 4) }, 'successors must be states below 4, not 4'],
    [
      { ...finite, policy: finite.policy.with(2, 0.75) },
      'policy must sum to 1, and entries 2 to 3 sum to 1.25'
    ],
    [{ ...finite, reset: Float64Array.of(2, -1, 0, 0) }, 'reset must be probabilities, not -1'],
    [{ ...finite, noise: { kind: 'normal' } }, "noise.kind must be 'none', 'bernoulli' or 'uniform'"],
    [{ ...finite, features: { ...finite.features, count: 3 } }, 'features.count must be 4, the states, not 3']
  ]
  test.each(cases.map(([made, expected]) => ({ made, expected })))(
    'are refused: $expected',
    ({ made, expected }) => {
      const told = refusalOf(made)
      expect(told).toMatch(/^mine\.ts: environments\.mine: /)
      expect(told).toContain(expected)
    }
  )

  test('may be frozen, or made by a class', () => {
    class Mine {
      readonly description = 'a'
      readonly picture = '○'
      readonly options = options
      build(peers: number): unknown {
        return { ...simulated, peers, name: this.description }
      }
    }
    extend({ environments: { mine: Object.freeze(new Mine()) } }, 'mine.ts')
    expect(environments.mine?.build(PEERS, {}, '1').name).toBe('a')
    expect(complaint(() => environments.mine?.build(2, {}, '1'))).toContain(
      'labels must be a list of 2 texts'
    )
  })

  test('that throw are blamed, but for refusals of their own', () => {
    const thrown = (build: () => never): string => {
      extend({ environments: { thrown: { description: 'a', picture: '○', options, build } } }, 'mine.ts')
      return complaint(() => environments.thrown?.build(PEERS, {}, '1'))
    }
    const fails = (error: unknown) => () => {
      throw error
    }
    expect(thrown(fails(new TypeError('no such luck\nat all')))).toBe(
      'mine.ts: environments.thrown: build fails: no such luck'
    )
    expect(thrown(fails('text'))).toBe('mine.ts: environments.thrown: build fails: it throws text')
  })
})

describe('steps', () => {
  const family = (changes: object): EnvironmentFamily<object, SimulatedFleet> => ({
    description: 'a',
    picture: '○',
    options,
    watched: true,
    build: () => ({
      ...simulated,
      types: Int32Array.of(0, 1, 0),
      simulationOf: i => simulation(i === 1 ? changes : {})
    })
  })
  const random = stream('1', 0, 'steps')
  const step = (changes: object, placement: 'given' | 'clustered') => () => {
    const fleet = buildFleet(family(changes), {}, PEERS, placement, '1')
    for (let i = 0; i < PEERS; i++) fleet.simulationOf(i).step(0, random, new Float64Array(4))
  }

  test('with finite numbers are left alone', () => {
    expect(step({ reward: -1e300 }, 'given')).not.toThrow()
  })

  test('with others are told with the peer that took them, wherever its environment is placed', () => {
    expect(step({ reward: Number.POSITIVE_INFINITY }, 'given')).toThrow(
      "peer 1's environment (b) gave a non-finite reward, Infinity"
    )
    expect(step({ reward: Number.NaN }, 'clustered')).toThrow(
      "peer 2's environment (b) gave a non-finite reward, NaN"
    )
    const unseen = {
      step: (_action: number, _random: unknown, seen: Float64Array) => seen.fill(Number.NaN, 3)
    }
    expect(step(unseen, 'given')).toThrow("peer 1's environment (b) gave a non-finite observation, NaN")
  })
})

describe('topologies', () => {
  const refused = (build: (peers: number) => unknown): string => {
    extend({ topologies: { mine: { description: 'a', picture: '○', options, build } } }, 'mine.ts')
    return complaint(() => topologies.mine?.build(5, {}, { seed: '1', types: () => new Int32Array(5) }))
  }
  const graph = (neighbours: unknown): Topology => fixed('mine', { neighbours: neighbours as number[][] })

  const cases: readonly (readonly [(peers: number) => unknown, string])[] = [
    [peers => fixed('mine', circulantGraph(peers, [1, -1])), 'no complaint'],
    [
      peers => fixed('mine', circulantGraph(peers, [1, peers / 2])),
      'build fails: an offset of 2.5 among 5 peers'
    ],
    [
      peers => fixed('mine', circulantGraph(peers + 1, [1, -1])),
      'peers must be 5, as many as are asked for, not 6'
    ],
    [() => ({ name: 'mine', peers: 5, directed: false, notes: [] }), 'period, graphAt are missing'],
    [() => ({ ...graph([[], [], [], [], []]), period: 0 }), 'period must be a whole number from 1 on, not 0'],
    [
      () => graph([[1], [0], [], [], [2.5]]),
      'neighbours[4] must be other peers from 0 to 4, ascending, not 2.5'
    ],
    [() => graph([[2, 1], [0], [0], [], []]), 'neighbours[0] must be other peers'],
    [() => graph([[], [1], [], [], []]), 'neighbours[1] must be other peers'],
    [peers => fixed('mine', circulantGraph(peers, [1])), 'peer 0 hears peer 1, which does not hear it'],
    [() => graph([[3], [], [], [0, 2], []]), 'peer 3 hears peer 2, which does not hear it'],
    [() => graph([[], [], [3], [0, 2], []]), 'peer 3 hears peer 0, which does not hear it']
  ]
  test.each(cases.map(([build, expected]) => ({ build, expected })))(
    'are looked at: $expected',
    ({ build, expected }) => {
      expect(refused(build)).toContain(expected)
    }
  )

  test('that are directed need no answer', () => {
    expect(refused(peers => fixed('mine', circulantGraph(peers, [1]), { directed: true }))).toBe(
      'no complaint'
    )
  })
})

test('learners and aggregations that lack what they must have say what', () => {
  const family = {
    description: 'a',
    learns: 'values',
    options,
    readOut: () => {},
    build: () => ({ parameters: 3, run() {} })
  }
  extend({ learners: { mine: family } }, 'mine.ts')
  const settings = { seed: '1', sampling: 'iid', localSteps: 1, stepSize: 0.1 } as const
  expect(complaint(() => learners.mine?.build(finite, settings, {}))).toBe(
    'mine.ts: learners.mine: state, restart are missing'
  )
})

describe('on the command line', () => {
  /** Two environments: one throws in a step, the other pays NaN in the 60th episode of each simulation. */
  const text = `
import { z } from '@murmuration/swarm'
const family = step => ({
  description: 'a', picture: '○', options: z.strictObject({}), standardLearner: 'reinforce',
  build: peers => ({
    kind: 'simulated', name: 'odd', peers, actions: 2, discount: 0.9, labels: Array(peers).fill('odd'),
    types: new Int32Array(peers), observations: 1, episodeSteps: 1, stepMs: 1, properties: {},
    simulationOf: () => ({
      state: new Float64Array(1), reward: 0, terminated: false, episodes: 0,
      reset(_, seen) { seen[0] = 0; this.episodes++ },
      step
    })
  })
})
export const environments = {
  throwing: family(() => [].length.gone.there),
  late: family(function () { this.reward = this.episodes < 60 ? 1 : NaN })
}
`
  const folder = mkdtempSync(join(tmpdir(), 'murmur-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'odd.mjs')
  writeFileSync(file, text)
  const tell = async (environment: string) => {
    const flags = ['--peers', '2', '--rounds', '5', '--no-record', '--no-ui', '--transport', 'simulated']
    const { code, stderr } = await said('run', '--use', file, '--environment', environment, ...flags)
    return {
      code,
      line: stderr
        .split('\n')
        .find(line => line.startsWith('murmur:'))
        ?.replace(file, 'FILE')
    }
  }

  test('what a step throws is told with its line', async () => {
    expect(await tell('throwing')).toEqual({
      code: 2,
      line: "murmur: FILE: Cannot read properties of undefined (reading 'there') (line 16)"
    })
  })

  test('a reward that is not finite is told with its peer and round, and is no matter of step sizes', async () => {
    expect(await tell('late')).toEqual({
      code: 1,
      line: "murmur: peer 0's environment (odd) gave a non-finite reward, NaN, in round 2"
    })
  })
})

test('an error that no module had a part in is blamed on none', () => {
  const file = join(temporaryFolder(), 'innocent.mjs')
  writeFileSync(file, 'export const topologies = {}')
  loadExtensions([file])
  expect(blameOf(new Error('of ours'))).toBeUndefined()
  expect(blameOf('text')).toBeUndefined()
})
