/** Runs of policies: what they lived through, what was best, where they stop, and what is said of them. */
import { describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { parseMetricsLine } from '../../src/records/metrics.ts'
import { metricsLine, sampleOfLine } from '../../src/records/sample-json.ts'
import type { Outcome, SessionNews } from '../../src/session/protocol.ts'
import { runSession } from '../../src/session/session.ts'
import { run } from '../support/run.ts'

const carts = {
  learner: 'reinforce:batch=2',
  environment: 'cartpole:cap=50',
  peers: 3,
  localSteps: 3,
  rounds: 12,
  measureEvery: 1,
  transport: 'simulated'
}

async function session(raw: object, watched = false): Promise<{ outcome: Outcome; news: SessionNews[] }> {
  const news: SessionNews[] = []
  const { experiment } = resolve(raw)
  const outcome = await runSession(
    { experiment, record: { kind: 'none' }, replay: null, parameters: false, watched },
    {
      post: told => news.push(told),
      commands: () => [],
      watch: () => () => {},
      clock: () => 0,
      date: () => new Date(0),
      rest: async () => {},
      afterwards: () => {}
    }
  )
  return { outcome, news }
}

describe('experience', () => {
  test('is the mean over the peers of the episodes and steps that they lived through', async () => {
    const { samples, swarm } = await run(carts)
    const { episodes, steps } = swarm.state().learner as { episodes: Float64Array; steps: Float64Array }
    // Two episodes per local step.
    expect(samples.map(({ experience }) => experience!.episodes)).toEqual(
      Array.from({ length: 12 }, (_, k) => 6 * (k + 1))
    )
    expect([...episodes]).toEqual([72, 72, 72])
    expect(samples.at(-1)!.experience!.steps).toBe((steps[0]! + steps[1]! + steps[2]!) / 3)
  })

  test('is that of the peers that take part', async () => {
    const faults = { events: [{ after: 4, stop: [0] }] }
    const { last, swarm } = await run({ ...carts, faults })
    const { episodes } = swarm.state().learner as { episodes: Float64Array }
    expect([...episodes]).toEqual([24, 72, 72])
    expect(last.experience!.episodes).toBe(72)
  })

  test('is in the record, where there is any', async () => {
    const { last } = await run(carts)
    const line = JSON.stringify(metricsLine(last))
    expect(sampleOfLine(parseMetricsLine(line, 'here'), 3).experience).toEqual(last.experience)
    const old = line.replace(/"experience":\{[^}]*\},/, '')
    expect(sampleOfLine(parseMetricsLine(old, 'here'), 3).experience).toBeNull()
    const values = await run({ peers: 3, rounds: 3, environment: 'garnet:states=6' })
    expect(values.last.experience).toBeNull()
  })
})

describe('the best return', () => {
  test('is the greatest of all measured rounds, with the round in which it was there first', async () => {
    const { samples } = await run(carts)
    const { outcome, news } = await session(carts, true)
    const returns = samples.map(({ swarm }) => swarm.return!)
    const most = Math.max(...returns)
    const best = { round: returns.indexOf(most) + 1, return: most }
    expect(outcome.result!.best).toEqual(best)
    const told = news.flatMap(each => (each.kind === 'observed' ? [each.observation.best] : []))
    expect(told.at(-1)).toEqual(best)
  })

  test('is not asked for where values are learnt', async () => {
    const { outcome } = await session({
      peers: 3,
      rounds: 3,
      environment: 'garnet:states=6',
      transport: 'simulated'
    })
    expect(outcome.result!.best).toBeNull()
    expect(outcome.rivals.map(({ best }) => best)).toEqual([null, null])
  })
})

test('a run stops when its return is reached, and says what that took', async () => {
  const { outcome } = await session({ ...carts, rounds: 200, until: 'return>35' })
  expect(outcome.status).toBe('finished')
  const { round, swarm, experience } = outcome.result!
  expect(round).toBeLessThan(200)
  expect(swarm.return).toBeGreaterThan(35)
  expect(experience!.episodes).toBe(6 * round)
  expect(outcome.result!.best).toEqual({ round, return: swarm.return })
})

test('a policy that collapses is told with its peer, its round, and what to try', async () => {
  const { news } = await session({
    learner: 'reinforce:baseline=none,batch=1',
    environment: 'cartpole:cap=200',
    aggregation: 'none',
    peers: 4,
    localSteps: 1,
    rounds: 40,
    stepSize: 20,
    measureEvery: 1,
    transport: 'simulated'
  })
  const notes = news.flatMap(each => (each.kind === 'note' ? [each.text] : []))
  const said = notes.filter(text => text.includes('collapsed'))
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(
    /^the policy of peer \d has collapsed: entropy [\d.e-]+ in round \d+, at a return of [\d.]+ below [\d.]+ of (the best peer|its own best); try --set learner\.entropy=0\.01, or --step-size 10$/
  )
})

test('a policy whose parameters grow without bound is advised a usual step', async () => {
  await expect(session({ ...carts, stepSize: 1e9 })).rejects.toThrow(
    /diverged: a parameter of peer \d was .* in round \d+ \(seed 1, step size 1000000000, 3 local steps\); try --step-size 0\.5, or fewer --local-steps$/
  )
})
