import { describe, expect, test } from 'vitest'
import { resolve } from '../src/experiment/resolve.ts'
import { messageBytes } from '../src/network/message-bytes.ts'
import { predictedTime, predictor } from '../src/predicted-time.ts'
import { planOf, settingOf } from '../src/setting.ts'
import { gossipSeconds, serverSeconds } from '../src/timing/closed-forms.ts'
import { networkModelOf } from '../src/timing/network-models.ts'

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
    expect(predictedTime(ring.experiment, ring.plan, PLAIN, 400, 24 * 20)).toEqual({
      seconds: expect.closeTo(400 * gossipSeconds(model, ring.message, 2), 10),
      simulated: 20
    })
    const whole = predictedTime(ring.experiment, ring.plan, 'edge', 400)
    const part = predictedTime(ring.experiment, ring.plan, 'edge', 400, 24 * 200)
    expect([whole.simulated, part.simulated]).toEqual([400, 200])
    expect(part.seconds).not.toBe(whole.seconds)
    expect(Math.abs(part.seconds / whole.seconds - 1)).toBeLessThan(0.05)
  })

  test('comes from two rounds at least', () => {
    const { experiment, plan } = swarmOf({ peers: 8, topology: 'ring' })
    expect(predictedTime(experiment, plan, 'wan', 400, 1).simulated).toBe(2)
    expect(predictedTime(experiment, plan, 'wan', 1, 1).simulated).toBe(1)
  })
})
