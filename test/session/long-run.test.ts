/** What theory says of the long run, computed beside a run. Real threads. */
import { expect, onTestFinished, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { predictionOf, stationaryErrors } from '../../src/prediction/forecast.ts'
import { foretell } from '../../src/session/long-run.ts'
import type { SessionNews } from '../../src/session/protocol.ts'
import { startSession } from '../../src/session/start.ts'
import { settingOf } from '../../src/setting.ts'

const small = {
  peers: 4,
  environment: 'garnet:states=4,discount=0.5',
  sampling: 'iid',
  localSteps: 3,
  rounds: 30,
  transport: 'simulated'
}
const { experiment } = resolve(small)
const expected = () => {
  const found = stationaryErrors(settingOf(experiment))
  if ('unknown' in found) throw new Error(found.unknown)
  return { kind: 'foretold', longRun: found.swarm }
}

test('a thread of its own tells it once', async () => {
  const predicted = predictionOf(settingOf(experiment))
  const news = await new Promise<SessionNews>(resolve => {
    onTestFinished(foretell(experiment, { predicted }, resolve))
  })
  expect(news).toEqual(expected())
})

test('it is not looked for where nothing scatters, where averages are measured, and where the mean path is not known', async () => {
  const predicted = predictionOf(settingOf(experiment))
  const never = () => expect.unreachable()
  await foretell({ ...experiment, sampling: 'expected' }, { predicted }, never)()
  await foretell({ ...experiment, averaging: 'tail' }, { predicted }, never)()
  await foretell(experiment, { predicted: null }, never)()
})

test('who looks on is told of it, also when the run is over', async () => {
  const told: SessionNews[] = []
  const { promise, resolve } = Promise.withResolvers<SessionNews>()
  const request = {
    experiment,
    record: { kind: 'none' },
    replay: null,
    parameters: false,
    watched: true
  } as const
  const session = startSession(request, news => {
    told.push(news)
    if (news.kind === 'foretold') resolve(news)
  })
  onTestFinished(() => session.terminate())
  await session.outcome
  expect(await promise).toEqual(expected())
  expect(told.filter(({ kind }) => kind === 'foretold')).toHaveLength(1)
})
