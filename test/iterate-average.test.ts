import { describe, expect, test } from 'vitest'
import { resolve } from '../src/experiment/resolve.ts'
import type { RoundSample } from '../src/interfaces.ts'
import { simulatedNetwork } from '../src/network/simulated.ts'
import { mergedState } from '../src/processes/merge.ts'
import { type Setting, settingOf, swarmOf } from '../src/setting.ts'
import type { Swarm } from '../src/swarm.ts'
import { range } from './support/numbers.ts'

const ROUNDS = 9
const raw = { peers: 4, rounds: ROUNDS, localSteps: 3, transport: 'simulated', seed: 'averages' }

async function beginning(
  given: Readonly<Record<string, unknown>>
): Promise<{ setting: Setting; swarm: Swarm }> {
  const setting = settingOf(resolve({ ...raw, ...given }).experiment)
  return { setting, swarm: await swarmOf(setting, setting.experiment.aggregation, simulatedNetwork) }
}

/** The samples of a run up to `rounds`, and θ and what is shown of it when each was taken. */
async function samplesOf(swarm: Swarm, rounds = ROUNDS) {
  const taken: { sample: RoundSample; theta: number[]; shown: number[] }[] = []
  const plan = { rounds, measureEvery: 1, beforeRound: () => 'go' as const, clock: () => 0 }
  for await (const sample of swarm.run(plan))
    taken.push({ sample, theta: [...swarm.theta.values], shown: [...swarm.shown.values] })
  return taken
}

const near = (found: readonly number[], expected: readonly number[]): void => {
  for (const [at, x] of found.entries()) expect(Math.abs(x - expected[at]!)).toBeLessThan(1e-13)
}

describe('averaged iterates', () => {
  test.each([
    ['polyak', 0],
    ['tail', 4]
  ] as const)('%s: what is measured is the mean of θ over the rounds after %i', async (averaging, before) => {
    const { setting, swarm } = await beginning({ averaging })
    const start = [...swarm.theta.values]
    expect([...swarm.shown.values]).toEqual(start)
    const taken = await samplesOf(swarm)
    for (const [k, { sample, shown, theta }] of taken.entries()) {
      const { round } = sample
      expect(round).toBe(k + 1)
      const averaged = taken.slice(before, round).map(each => each.theta)
      if (averaged.length === 0) expect(shown).toEqual(theta)
      else
        near(
          shown,
          theta.map((_, at) => averaged.reduce((sum, each) => sum + each[at]!, 0) / averaged.length)
        )
      const { swarm: errors } = setting.judge.measure({ ...swarm.theta, values: Float64Array.from(shown) })
      expect(sample.swarm).toEqual(errors)
    }
    const { stride, parameters } = swarm.theta
    const last = taken[ROUNDS - 1]!.shown
    for (const i of range(4)) {
      expect([...swarm.inspect(i).parameters]).toEqual(last.slice(i * stride, i * stride + parameters))
      expect([...swarm.rowsOf({ first: i, last: i + 1 }).theta]).toEqual(
        last.slice(i * stride, (i + 1) * stride)
      )
    }
  })

  test('learning goes on with θ itself, in every aggregation', async () => {
    for (const aggregation of ['gossip', 'star', 'none', 'gossip-scafflsa']) {
      const [plain, averaged] = [
        await beginning({ aggregation }),
        await beginning({ aggregation, averaging: 'polyak' })
      ]
      const [expected, found] = [await samplesOf(plain.swarm), await samplesOf(averaged.swarm)]
      expect(found.map(({ theta }) => theta)).toEqual(expected.map(({ theta }) => theta))
      expect(found.at(-1)?.sample.swarm).not.toEqual(expected.at(-1)?.sample.swarm)
      expect(plain.swarm.state()).not.toHaveProperty('average')
      expect(plain.swarm.shown).toBe(plain.swarm.theta)
    }
  })

  test('a run that is taken up goes on to the same bits', async () => {
    for (const averaging of ['polyak', 'tail'] as const) {
      for (const rounds of [2, 6]) {
        const whole = await beginning({ averaging })
        const expected = (await samplesOf(whole.swarm)).slice(rounds)
        const first = await beginning({ averaging })
        await samplesOf(first.swarm, rounds)
        const second = await beginning({ averaging })
        second.swarm.restore(structuredClone(first.swarm.state()))
        expect(second.swarm.shown.values).toEqual(first.swarm.shown.values)
        expect(await samplesOf(second.swarm)).toEqual(expected)
        expect(second.swarm.state()).toEqual(whole.swarm.state())
      }
    }
  })

  test('the mean of a peer stands still while it is stopped, and begins anew with it', async () => {
    const faults = {
      events: [
        { after: 3, stop: 1 },
        { after: 6, return: 1, state: 'lost' }
      ]
    }
    const { swarm } = await beginning({ averaging: 'polyak', faults })
    const { stride } = swarm.theta
    const own = (values: readonly number[]) => values.slice(stride, 2 * stride)
    const taken = await samplesOf(swarm)
    expect(own(taken[5]!.shown)).toEqual(own(taken[2]!.shown))
    // The first round after its return is the first of its mean.
    expect(own(taken[6]!.shown)).toEqual(own(taken[6]!.theta))
    const [a, b] = [own(taken[6]!.theta), own(taken[7]!.theta)]
    near(
      own(taken[7]!.shown),
      a.map((x, j) => (x + b[j]!) / 2)
    )
    expect(swarm.state().average?.counts.slice(0, 4)).toEqual(Int32Array.of(9, 3, 9, 9))
  })

  test('are put together from those of several processes', async () => {
    const begin = () => beginning({ averaging: 'polyak', aggregation: 'none' })
    const whole = await begin()
    await samplesOf(whole.swarm)
    const { setting, swarm } = await begin()
    const base = swarm.state()
    const parts = []
    for (const [first, last] of [
      [0, 2],
      [2, 4]
    ] as const) {
      const part = await swarmOf(setting, 'none', simulatedNetwork, { part: { first, last }, blind: true })
      await samplesOf(part)
      parts.push(part.state())
    }
    expect(mergedState(base, parts).average).toEqual(whole.swarm.state().average)
  })

  test('of noisy learning with a constant step are nearer to θ* than its last iterate', async () => {
    const long = {
      environment: { name: 'garnet', states: 6 },
      aggregation: 'star',
      sampling: 'iid',
      initial: 'solution',
      rounds: 1000,
      localSteps: 1
    }
    const errors = []
    for (const averaging of ['none', 'tail']) {
      const { swarm } = await beginning({ ...long, averaging })
      const taken = await samplesOf(swarm, 1000)
      errors.push(taken.at(-1)!.sample.swarm.fixedPointError!)
    }
    expect(errors[1]).toBeLessThan(errors[0]! / 2)
  })
})
