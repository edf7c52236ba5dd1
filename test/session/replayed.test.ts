/** A followed run that is gone through again for what its peers know. Real threads. */
import { expect, onTestFinished, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { SessionNews } from '../../src/session/protocol.ts'
import { startReplayed } from '../../src/session/replayed.ts'
import { Rivals } from '../../src/session/rivals.ts'
import type { RivalsRequest } from '../../src/session/rivals-protocol.ts'
import { settingOf } from '../../src/setting.ts'

const { experiment } = resolve({
  environment: 'garnet:states=8',
  peers: 5,
  rounds: 20,
  stepSize: 0.2,
  transport: 'simulated'
})
const before: RivalsRequest = {
  experiment,
  names: ['none'],
  commanded: [],
  missing: new Map([[2, [[0, 1]]]])
}
/** Later it turns out that more was missing. */
const after: RivalsRequest = { ...before, missing: new Map([...before.missing, [3, [[1, 2]]]]) }

/** In this thread. */
async function parametersOf(request: RivalsRequest, peer: number, round: number): Promise<Float64Array> {
  const rivals = new Rivals(settingOf(experiment), [], request, () => 0)
  return (await rivals.inspect(experiment.aggregation, peer, round, () => 'go'))!.report.parameters
}

test('every answer is of what was known to have gone wrong, and a later question replaces one that waits', async () => {
  const told: SessionNews[] = []
  await new Promise<void>(resolve => {
    const replayed = startReplayed(news => {
      if (told.push(news) === 2) resolve()
    })
    onTestFinished(() => replayed.terminate())
    replayed.inspect(before, 0, 10)
    replayed.inspect(before, 3, 11)
    replayed.inspect(after, 1, 12)
  })
  const reports = told.map(news => (news.kind === 'inspected' ? news.report : undefined))
  expect(reports.map(report => [report?.peer, report?.round])).toEqual([
    [0, 10],
    [1, 12]
  ])
  expect(reports[0]!.parameters).toEqual(await parametersOf(before, 0, 10))
  expect(reports[1]!.parameters).toEqual(await parametersOf(after, 1, 12))
  expect(reports[1]!.parameters).not.toEqual(await parametersOf(before, 1, 12))
})
