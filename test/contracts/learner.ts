/** What every learner promises, on small random fleets. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import { nextDouble, SWARM, stream } from '../../src/core/random.ts'
import { SAMPLINGS } from '../../src/experiment/schema.ts'
import type { Fleet, Learner, LearnerFamily, LearnerSettings, RewardNoise } from '../../src/interfaces.ts'
import { type FleetShape, randomFleet } from '../support/fleets.ts'
import { range, sum } from '../support/numbers.ts'

const shapes: fc.Arbitrary<FleetShape> = fc.record({
  peers: fc.integer({ min: 1, max: 5 }),
  states: fc.integer({ min: 2, max: 6 }),
  actions: fc.integer({ min: 1, max: 3 }),
  branching: fc.integer({ min: 1, max: 3 }),
  features: fc.constantFrom(0, 1, 3, 4, 6, 21),
  noise: fc.constantFrom<RewardNoise>(
    { kind: 'none' },
    { kind: 'bernoulli' },
    { kind: 'uniform', halfWidth: 0.3 }
  ),
  absorbing: fc.boolean()
})

/** Every kind of experience that a learner does not refuse. */
const settingsOf = (family: LearnerFamily, options: unknown): fc.Arbitrary<LearnerSettings> =>
  fc.record({
    seed: fc.string(),
    sampling: fc.constantFrom(
      ...SAMPLINGS.filter(sampling => family.refuses?.(options, sampling, 'random') === undefined)
    ),
    localSteps: fc.integer({ min: 1, max: 4 }),
    stepSize: fc.constantFrom(0.01, 0.1)
  })

/** Puts `state`, of a learner of the same kind, in place of the learner's own. */
function restore(learner: Learner, state: Learner['state']): void {
  expect(Object.keys(state)).toEqual(Object.keys(learner.state))
  for (const [name, array] of Object.entries(learner.state)) array.set(state[name]!)
}

export interface LearnerExamples {
  /** Options, as a user writes them. */
  readonly options?: object
  /** How many actions there may be, where it does not take any number. */
  readonly actions?: fc.Arbitrary<number> | undefined
}

/** The tests of one learner. */
export function describeLearner(
  name: string,
  family: LearnerFamily,
  { options = {}, actions }: LearnerExamples = {}
): void {
  describe(name, () => suite(name, family, family.options.parse(options), actions))
}

function suite(
  name: string,
  family: LearnerFamily,
  options: unknown,
  actions: fc.Arbitrary<number> | undefined
): void {
  interface Trial {
    readonly fleet: Fleet
    readonly settings: LearnerSettings
    readonly stride: number
    build(settings?: Partial<LearnerSettings>): Learner
    /** Rows of numbers in [−1, 1) for all peers and one more, padded with zeros. */
    rows(purpose: string): Float64Array
  }

  const ownShapes =
    actions === undefined
      ? shapes
      : fc.tuple(shapes, actions).map(([shape, count]) => ({ ...shape, actions: count }))

  function forLearners(check: (trial: Trial) => void): void {
    fc.assert(
      fc.property(ownShapes, fc.nat(), settingsOf(family, options), (shape, fleetSeed, settings) => {
        const fleet = randomFleet(shape, fleetSeed)
        const build = (given?: Partial<LearnerSettings>) =>
          family.build(fleet, { ...settings, ...given }, options)
        const { parameters } = build()
        const stride = strideOf(parameters)
        const rows = (purpose: string): Float64Array => {
          const random = stream('rows', SWARM, purpose)
          return Float64Array.from({ length: (fleet.peers + 1) * stride }, (_, at) =>
            at % stride < parameters ? 2 * nextDouble(random) - 1 : 0
          )
        }
        check({ fleet, settings, stride, build, rows })
      }),
      { seed: 1, numRuns: 60 }
    )
  }

  /** θ from the same start after a run of all peers. */
  function afterRun(
    learner: Learner,
    { fleet, stride, rows }: Trial,
    correction?: Float64Array
  ): Float64Array {
    const theta = rows('theta')
    learner.run(theta, stride, 0, fleet.peers, correction)
    return theta
  }

  test('is called what it is, and learns something', () => {
    forLearners(trial => {
      const learner = trial.build()
      expect(learner.name).toBe(name)
      expect(learner.parameters).toBeGreaterThan(0)
      const theta = afterRun(learner, trial)
      for (let round = 0; round < 20; round++)
        learner.run(theta, trial.stride, 0, trial.fleet.peers, undefined)
      expect(theta.every(Number.isFinite)).toBe(true)
      // With one action there is no policy to learn.
      if (trial.fleet.actions > 1) expect(theta).not.toEqual(trial.rows('theta'))
    })
  })

  test('the same seed gives the same bits, and another one other draws', () => {
    forLearners(trial => {
      const [one, two, other] = [
        trial.build(),
        trial.build(),
        trial.build({ seed: `${trial.settings.seed}'` })
      ]
      for (const correction of [undefined, trial.rows('xi')]) {
        expect(afterRun(one, trial, correction)).toEqual(afterRun(two, trial, correction))
        expect(one.state).toEqual(two.state)
        afterRun(other, trial, correction)
        if (Object.keys(one.state).length > 0) expect(one.state).not.toEqual(other.state)
      }
    })
  })

  test('blocks of peers may run in any order', () => {
    forLearners(trial => {
      const { fleet, stride } = trial
      const [whole, parts] = [trial.build(), trial.build()]
      for (const correction of [undefined, trial.rows('xi')]) {
        const theta = trial.rows('theta')
        const cut = fleet.peers >> 1
        const blocks = [
          [cut + 1, fleet.peers],
          [cut, cut + 1],
          [0, cut],
          [cut, cut]
        ] as const
        for (const [first, last] of blocks) parts.run(theta, stride, first, last, correction)
        expect(theta).toEqual(afterRun(whole, trial, correction))
        expect(parts.state).toEqual(whole.state)
      }
    })
  })

  test('a local step adds η ξ to what it would do without correction', () => {
    forLearners(trial => {
      const { settings, rows } = trial
      const plain = afterRun(trial.build({ localSteps: 1 }), trial)
      const corrected = afterRun(trial.build({ localSteps: 1 }), trial, rows('xi'))
      const xi = rows('xi')
      const expected = plain.map((x, at) => x + settings.stepSize * xi[at]!)
      // The row after the peers is no peer's.
      expected.set(rows('theta').subarray(-trial.stride), expected.length - trial.stride)
      expect(Math.max(...corrected.map((x, at) => Math.abs(x - expected[at]!)))).toBeLessThan(1e-13)
    })
  })

  test('changes no rows but those of its block: no padding, no row after the peers, and never ξ', () => {
    forLearners(trial => {
      const { fleet, stride, rows } = trial
      const learner = trial.build()
      const xi = rows('xi')
      for (const correction of [undefined, xi]) {
        const theta = rows('theta')
        const [first, last] = [fleet.peers >> 1, fleet.peers - (fleet.peers >> 2)]
        learner.run(theta, stride, first, last, correction)
        const before = rows('theta')
        const changed = range(theta.length).filter(at => theta[at] !== before[at])
        const isOwn = (at: number): boolean => {
          const row = Math.floor(at / stride)
          return row >= first && row < last && at % stride < learner.parameters
        }
        expect(changed.filter(at => !isOwn(at))).toEqual([])
        expect(xi).toEqual(rows('xi'))
      }
    })
  })

  test('its state is all that the next step depends on besides θ', () => {
    forLearners(trial => {
      const learner = trial.build()
      afterRun(learner, trial)
      const kept = structuredClone(learner.state)
      const theta = afterRun(learner, trial)
      const end = structuredClone(learner.state)
      const another = trial.build({ seed: `${trial.settings.seed}'` })
      afterRun(another, trial)
      for (const either of [learner, another]) {
        restore(either, kept)
        expect(afterRun(either, trial)).toEqual(theta)
        expect(either.state).toEqual(end)
      }
    })
  })

  test('a peer that begins anew begins as it did, or with draws of another incarnation, and no other peer with it', () => {
    forLearners(({ fleet, stride, build, rows }) => {
      const [fresh, used] = [build(), build()]
      used.run(rows('used'), stride, 0, fleet.peers, undefined)
      const others = structuredClone(used.state)
      const peer = fleet.peers - 1
      used.restart(peer, 0)
      const [expected, again] = [rows('again'), rows('again')]
      fresh.run(expected, stride, peer, fleet.peers, undefined)
      used.run(again, stride, peer, fleet.peers, undefined)
      expect(again).toEqual(expected)
      for (const [array, name] of Object.keys(used.state).map(key => [used.state[key]!, key] as const)) {
        const own = array.length / fleet.peers
        expect(array.subarray(0, own * peer)).toEqual(others[name]!.subarray(0, own * peer))
      }
      used.restart(peer, 1)
      const words = used.state.words?.subarray(4 * peer)
      used.restart(peer, 2)
      if (words !== undefined) expect(words).not.toEqual(build().state.words?.subarray(4 * peer))
    })
  })

  test('what θ says is read from the row of its peer alone', () => {
    forLearners(({ fleet, stride, rows }) => {
      const readOut = family.readOut(fleet, options)
      const { states, actions, features } = fleet
      const theta = rows('theta')
      const said = (from: Float64Array, row: number): Float64Array => {
        const out = new Float64Array(readOut.measures === 'value' ? states : states * actions)
        if (readOut.measures === 'value') readOut.valuesInto(features, from, row, out)
        if (readOut.measures === 'policy') readOut.policyInto(actions, from, row, out)
        return out
      }
      for (const i of range(fleet.peers)) {
        const out = said(theta, i * stride)
        expect(out).toEqual(said(theta.slice(i * stride, (i + 1) * stride), 0))
        expect(out.every(Number.isFinite)).toBe(true)
        if (readOut.measures === 'value') continue
        for (const s of range(states))
          expect(sum(out.subarray(s * actions, (s + 1) * actions))).toBeCloseTo(1, 14)
      }
    })
  })
}
