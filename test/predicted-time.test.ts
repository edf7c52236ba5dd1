import { describe, expect, test } from 'vitest'
import { present } from '../src/core/assert.ts'
import { resolve } from '../src/experiment/resolve.ts'
import { messageBytes } from '../src/network/message-bytes.ts'
import { participationOf } from '../src/participation.ts'
import { predictedTime, predictor } from '../src/predicted-time.ts'
import { planOf, settingOf } from '../src/setting.ts'
import { gossipSeconds, serverSeconds } from '../src/timing/closed-forms.ts'
import { networkModelOf } from '../src/timing/network-models.ts'
import { sum } from './support/numbers.ts'

/** Nobody computes, and nothing is lost. */
const PLAIN = 'lan:stepMs=0,loss=0'
const model = networkModelOf(PLAIN, 'price')

function swarmOf(raw: Readonly<Record<string, unknown>>) {
  const { experiment } = resolve({
    environment: 'garnet:states=6',
    rounds: 400,
    transport: 'simulated',
    ...raw
  })
  const plan = planOf(settingOf(experiment))
  return { experiment, plan, message: messageBytes(plan.payload, undefined) }
}

describe('the predicted time of a swarm', () => {
  test('is that of the closed forms, for its own messages over its own graph', () => {
    const ring = swarmOf({ peers: 8, topology: 'ring' })
    expect(predictedTime(ring.experiment, ring.plan, PLAIN, 50)).toEqual({
      seconds: expect.closeTo(50 * gossipSeconds(model, ring.message, 2), 12),
      simulated: 50
    })
    const star = swarmOf({ peers: 8, aggregation: 'star' })
    expect(predictedTime(star.experiment, star.plan, PLAIN, 50).seconds).toBeCloseTo(
      50 * serverSeconds(model, star.message, 8, 'hub'),
      12
    )
  })

  test('is that of the rounds one by one', () => {
    const { experiment, plan } = swarmOf({ peers: 8, topology: 'exponential', participation: 0.5 })
    const secondsAfter = predictor(experiment, plan, 'edge')
    const all = Array.from({ length: 30 }, (_, k) => secondsAfter(k + 1))
    expect(all.every((seconds, k) => k === 0 || seconds >= all[k - 1]!)).toBe(true)
    expect(predictedTime(experiment, plan, 'edge', 30).seconds).toBe(all[29])
    expect(predictedTime(experiment, plan, 'edge', 0)).toEqual({ seconds: 0, simulated: 0 })
  })

  test('goes on as its first rounds did where all of them would be too much work', () => {
    const ring = swarmOf({ peers: 8, topology: 'ring' })
    // Eight peers and sixteen links a round.
    expect(predictedTime(ring.experiment, ring.plan, PLAIN, 400, undefined, 24 * 20)).toEqual({
      seconds: expect.closeTo(400 * gossipSeconds(model, ring.message, 2), 10),
      simulated: 20
    })
    const whole = predictedTime(ring.experiment, ring.plan, 'edge', 400)
    const part = predictedTime(ring.experiment, ring.plan, 'edge', 400, undefined, 24 * 200)
    expect([whole.simulated, part.simulated]).toEqual([400, 200])
    expect(part.seconds).not.toBe(whole.seconds)
    expect(Math.abs(part.seconds / whole.seconds - 1)).toBeLessThan(0.05)
  })

  test('comes from two rounds at least', () => {
    const { experiment, plan } = swarmOf({ peers: 8, topology: 'ring' })
    expect(predictedTime(experiment, plan, 'wan', 400, undefined, 1).simulated).toBe(2)
    expect(predictedTime(experiment, plan, 'wan', 1, undefined, 1).simulated).toBe(1)
  })
})

describe('where learners live through episodes', () => {
  const episodic = { environment: 'gridworld', learner: 'reinforce', peers: 4, aggregation: 'none' }
  /** A sample takes a tenth of a second. */
  const COMPUTING = 'lan:latencyMs=0,stepMs=100,stragglers=0,loss=0'

  test('a step of an episode takes what a sample does, whatever a local step is', () => {
    const { experiment, plan } = swarmOf({ ...episodic, localSteps: 3 })
    const secondsAfter = predictor(experiment, plan, COMPUTING)
    expect(secondsAfter(10, 450)).toBeCloseTo(45, 10)
    expect(secondsAfter(11, 451)).toBeCloseTo(45.1, 10)
    // Nothing was lived through since, and an average may fall; later steps are those beyond the largest.
    expect(secondsAfter(20, 400)).toBeCloseTo(45.1, 10)
    expect(secondsAfter(30, Number.NaN)).toBeCloseTo(45.1, 10)
    expect(secondsAfter(40, 551)).toBeCloseTo(55.1, 10)
  })

  test('steps are spread evenly over the rounds in which a peer takes part', () => {
    const { experiment, plan } = swarmOf({ ...episodic, participation: 0.5 })
    const part = present(participationOf(experiment), 'participation')
    const turns = new Float64Array(4)
    for (let round = 0; round < 30; round++) {
      const taken = part(round)
      for (let i = 0; i < 4; i++) turns[i] = turns[i]! + taken[i]!
    }
    const mean = sum([...turns]) / 4
    // Nobody waits for anybody: the one with the most turns is the last.
    const expected = (0.1 * 600 * Math.max(...turns)) / mean
    expect(predictor(experiment, plan, COMPUTING)(30, 600)).toBeCloseTo(expected, 8)
  })

  test('stragglers take longer in proportion to their steps', () => {
    const { experiment, plan } = swarmOf(episodic)
    const price = 'lan:latencyMs=0,stepMs=100,stragglers=1,loss=0'
    const once = predictor(experiment, plan, price)(20, 20)
    expect(predictor(experiment, plan, price)(20, 20 * 64)).toBeCloseTo(64 * once, 8)
    expect(once).toBeGreaterThan(2)
  })

  test('the time of a run is that of all its steps, also where not all of its rounds are simulated', () => {
    const { experiment, plan } = swarmOf(episodic)
    expect(predictedTime(experiment, plan, COMPUTING, 400, 9000).seconds).toBeCloseTo(900, 8)
    const part = predictedTime(experiment, plan, COMPUTING, 400, 9000, 4 * 20)
    expect(part.simulated).toBe(20)
    expect(part.seconds).toBeCloseTo(900, 8)
  })
})
