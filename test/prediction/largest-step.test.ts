/** The largest stable step size against runs just below and just above it, and against what bisection must do. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { forecastOf, quickLargestStep } from '../../src/prediction/forecast.ts'
import { type Look, largestStable } from '../../src/prediction/largest-step.ts'
import { isUnknown } from '../../src/prediction/subject.ts'
import { settingOf } from '../../src/setting.ts'
import { startOf } from '../../src/start.ts'
import { run } from '../support/run.ts'

type Raw = Readonly<Record<string, unknown>>

const small = {
  peers: 4,
  environment: { name: 'garnet', states: 4, discount: 0.5, branching: 2, heterogeneity: 'opposite' },
  sampling: 'expected',
  stepSize: 1,
  localSteps: 3
}
const settingFor = (raw: Raw) => settingOf(resolve({ transport: 'simulated', ...raw }).experiment)

describe('without noise a run converges below the largest stable step size, and diverges above', () => {
  test.each<[string, Raw]>([
    ['gossip', {}],
    ['gossip', { stepSize: 40, localSteps: 10 }],
    ['star', { localSteps: 1 }],
    ['none', {}],
    ['gossip-scafflsa', {}],
    ['gossip-tracking', { topology: 'complete' }],
    ['dtdt', {}],
    ['gossip', { learner: 'td-lambda:lambda=0.8' }]
  ])('%s, %o', async (aggregation, given) => {
    const raw = { ...small, aggregation, ...given }
    const limit = quickLargestStep(settingFor(raw))!
    const { last } = await run({ ...raw, stepSize: 0.97 * limit, rounds: 400 })
    const { last: later } = await run({ ...raw, stepSize: 0.97 * limit, rounds: 800 })
    expect(later.swarm.valueError).toBeLessThan(last.swarm.valueError! * (1 + 1e-6) + 1e-9)
    await expect(run({ ...raw, stepSize: 1.03 * limit, rounds: 2000 })).rejects.toThrow(/^diverged/)
  })
})

test('samples need smaller steps than the mean path', () => {
  const setting = settingFor({ ...small, sampling: 'iid', aggregation: 'none', localSteps: 1 })
  const { largestSteps } = forecastOf(setting, startOf(setting))
  if (isUnknown(largestSteps)) throw new Error(largestSteps.unknown)
  expect(largestSteps.variance).toBeLessThan(largestSteps.mean!)
  // Steps of tabular TD up to 1 never overshoot.
  expect(largestSteps.variance).toBeGreaterThan(1)
})

test('a bisection comes as near to the limit as is asked for, from either side', () => {
  const size = fc.double({ min: 1e-3, max: 1e3, noNaN: true })
  fc.assert(
    fc.property(size, size, (limit, given) => {
      fc.pre(limit / given < 4000 && given / limit < 4000)
      const found = largestStable(given, 0.01, step => step <= limit)!
      expect(found).toBeLessThanOrEqual(limit)
      expect(found * 1.0101).toBeGreaterThan(limit)
    })
  )
})

test.each([
  [1, 0.3],
  [1, 37],
  [1, 1.5]
])(
  'a bisection from %d to %d says at every look how many there will be, and is right from the limit to a factor of 2 on',
  (given, limit) => {
    const looks: Look[] = []
    const stepSizes: number[] = []
    const stableAt = (step: number): boolean => {
      stepSizes.push(step)
      return step <= limit
    }
    largestStable(given, 0.01, stableAt, look => looks.push(look))
    expect(looks.map(({ look }) => look)).toEqual(stepSizes.map((_, k) => k + 1))
    const bisected = looks.slice(-7)
    for (const { about } of bisected) expect(Math.abs(about - looks.length)).toBeLessThanOrEqual(1)
    for (const { look, about } of looks) expect(about).toBeGreaterThanOrEqual(look)
  }
)

test('a bisection says where there is no limit, and where it cannot tell', () => {
  expect(largestStable(1, 0.01, () => true)).toBeNull()
  expect(largestStable(1, 0.01, () => false)).toBeUndefined()
  expect(largestStable(1, 0.01, () => undefined)).toBeUndefined()
})

test('a run that diverges says from which step size on', async () => {
  await expect(run({ ...small, stepSize: 40, rounds: 100 })).rejects.toThrow(
    /try --step-size 1, or fewer --local-steps: the mean path diverges beyond a step size of \d/
  )
})
