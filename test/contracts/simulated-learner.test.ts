/** What every learner of the map promises in simulated environments, if it learns there at all, with options of all kinds. */
import { describe, expect, test } from 'vitest'
import { cartPole } from '../../peers/environments/cartpole.ts'
import { learners } from '../../peers/learners/index.ts'
import { present } from '../../src/core/assert.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import { stream } from '../../src/core/random.ts'
import type { Learner, LearnerFamily } from '../../src/interfaces.ts'
import { range, sum } from '../support/numbers.ts'

const PEERS = 3
const carts = cartPole.build(PEERS, cartPole.options.parse({ cap: 30, lengthSpread: 0.3 }), '1')

const options: Readonly<Record<string, readonly object[]>> = {
  reinforce: [
    {},
    { batch: 1, hidden: 8, normalise: true, entropy: 0.1 },
    { optimiser: 'adam' },
    { optimiser: 'adam', shared: 'all' }
  ],
  'actor-critic': [
    { hidden: 'none', steps: 11 },
    { hidden: '4-3' },
    { optimiser: 'adam', hidden: 4 },
    { optimiser: 'adam', shared: 'all', hidden: 4 }
  ]
}

const isAtHome = (family: LearnerFamily): boolean => {
  try {
    return family.readOut(carts, family.options.parse({})).measures === 'score'
  } catch (error) {
    expect(error).toBeInstanceOf(ExperimentError)
    return false
  }
}
const trials = Object.entries(learners)
  .filter(([, family]) => isAtHome(family))
  .flatMap(([name, family]) =>
    present(options[name], `options of ${name}`).map(raw => [name, raw, family] as const)
  )

describe.each(trials)('%s with %o', (_, raw, family) => {
  const parsed = family.options.parse(raw)
  const build = (seed = '1'): Learner =>
    family.build(carts, { seed, sampling: 'markov', localSteps: 2, stepSize: 0.05 }, parsed)
  const { parameters } = build()
  const stride = strideOf(parameters)

  function rows(): Float64Array {
    const theta = new Float64Array((PEERS + 1) * stride)
    for (const i of range(PEERS + 1))
      family.startInto?.(
        carts,
        parsed,
        stream('1', i, 'initial'),
        theta.subarray(i * stride, i * stride + parameters)
      )
    return theta
  }
  function afterRun(learner: Learner, theta = rows()): Float64Array {
    learner.run(theta, stride, 0, PEERS, undefined)
    return theta
  }

  test('the same seed gives the same bits, and another one other draws', () => {
    const [one, two] = [build(), build()]
    for (const __ of range(3)) {
      expect(afterRun(one)).toEqual(afterRun(two))
      expect(one.state).toEqual(two.state)
    }
    expect(afterRun(build())).not.toEqual(afterRun(build('2')))
  })

  test('blocks of peers may run in any order, and change no other rows', () => {
    const parts = build()
    const theta = rows()
    for (const i of [2, 0, 1]) parts.run(theta, stride, i, i + 1, undefined)
    expect(theta).toEqual(afterRun(build()))
    expect(theta.slice(PEERS * stride)).toEqual(rows().slice(PEERS * stride))
  })

  test('its state is all that the next step depends on besides θ', () => {
    const learner = build()
    const theta = rows()
    for (const __ of range(3)) afterRun(learner, theta)
    const kept = structuredClone(learner.state)
    const from = theta.slice()
    const then = afterRun(learner, from.slice())
    const end = structuredClone(learner.state)
    const another = build('2')
    afterRun(another)
    for (const either of [learner, another]) {
      for (const [name, array] of Object.entries(either.state)) array.set(kept[name]!)
      expect(afterRun(either, from.slice())).toEqual(then)
      expect(either.state).toEqual(end)
    }
  })

  test('a peer that begins anew begins as it did, or with draws of another incarnation', () => {
    const [fresh, used] = [build(), build()]
    afterRun(used)
    used.restart(1, 0)
    const [expected, again, other] = [rows(), rows(), rows()]
    fresh.run(expected, stride, 1, 2, undefined)
    used.run(again, stride, 1, 2, undefined)
    expect(again).toEqual(expected)
    used.restart(1, 1)
    used.run(other, stride, 1, 2, undefined)
    expect(other).not.toEqual(expected)
  })

  test('its experience is counted, as part of its state', () => {
    const learner = build()
    const theta = rows()
    for (const __ of range(5)) afterRun(learner, theta)
    const { episodes, steps } = present(learner.experience, 'experience')
    expect([learner.state.episodes, learner.state.steps]).toEqual([episodes, steps])
    for (const i of range(PEERS)) {
      expect(steps[i]! / 30).toBeLessThanOrEqual(episodes[i]! + 1)
      expect(steps[i]).toBeGreaterThanOrEqual(episodes[i]!)
    }
  })

  test('what θ says are chances of actions, read from the row of its peer alone', () => {
    const readOut = family.readOut(carts, parsed)
    if (readOut.measures !== 'score') throw new Error('carts are judged by their score')
    expect(readOut.width).toBeLessThanOrEqual(parameters)
    const theta = afterRun(build())
    const observation = Float64Array.of(0.1, -0.2, 0.05, 0.3)
    const chances = range(PEERS).map(i => {
      const [here, alone] = [new Float64Array(2), new Float64Array(2)]
      readOut.policyAt(theta, i * stride, observation, here)
      readOut.policyAt(
        theta.slice(i * stride, i * stride + (readOut.width ?? parameters)),
        0,
        observation,
        alone
      )
      expect(alone).toEqual(here)
      expect(sum(here)).toBeCloseTo(1, 14)
      return here[0]
    })
    expect(new Set(chances).size).toBe(PEERS)
  })
})

test('some learners learn in simulated environments', () => {
  expect([...new Set(trials.map(([name]) => name))]).toEqual(Object.keys(options))
})
