/** A record that is watched, with its rivals beside it. Real threads. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Missing, Past } from '../../src/faults/schedule.ts'
import { readReplay } from '../../src/records/replay.ts'
import type { Command, SessionNews } from '../../src/session/protocol.ts'
import { Rivals } from '../../src/session/rivals.ts'
import { startWatching, type Watch } from '../../src/session/start-watching.ts'
import { settingOf } from '../../src/setting.ts'
import { linesOf, recordedRun, running } from '../support/recorded.ts'
import { run } from '../support/run.ts'

const records = mkdtempSync(join(tmpdir(), 'murmur-start-watching-'))
afterAll(() => rmSync(records, { recursive: true }))

const small = { environment: 'garnet:states=8', peers: 5, localSteps: 4, rounds: 12, stepSize: 0.2 }
const stop: Command = { kind: 'fault', action: { stop: [2], how: 'killed' } }
const { folder } = await recordedRun(records, small, { 5: stop })

/** Watches `name`; `until` resolves with the first news that it accepts, of those that come from then on. */
function watched(name: string) {
  let hear: (news: SessionNews) => void = () => {}
  const watch: Watch = startWatching(name, news => hear(news))
  onTestFinished(() => watch.terminate())
  return {
    watch,
    until: <T>(accept: (news: SessionNews) => T | undefined): Promise<T> =>
      Promise.race([
        new Promise<T>(resolve => {
          hear = news => {
            const accepted = accept(news)
            if (accepted !== undefined) resolve(accepted)
          }
        }),
        watch.ended.then(() => Promise.reject(new Error('it ended')))
      ])
  }
}

const rivalsAt = (round: number) => (news: SessionNews) =>
  news.kind === 'rivals' && news.round === round ? news : undefined

test('a record is shown beside rivals that meet the same commands, forward and back, until it is stopped', async () => {
  const { watch, until } = watched(folder)
  await until(news => (news.kind === 'begins' ? news : undefined))
  watch.send({ kind: 'pace', roundsPerSecond: null })
  const { rivals } = await until(rivalsAt(12))
  expect(rivals.map(({ aggregation }) => aggregation)).toEqual(['none', 'star'])
  const faults = { events: [{ after: 5, stop: 2, how: 'killed' }] }
  const alone = await run({ ...small, aggregation: 'none', faults })
  expect(rivals[0]!.sample!.swarm).toEqual(alone.last.swarm)

  // A peer as it was in the run, and as it would be alone.
  const inspected = new Map<string, Float64Array>()
  watch.send({ kind: 'inspect', peer: 1 })
  await until(news => {
    if (news.kind === 'inspected') inspected.set(news.aggregation, news.report.parameters)
    return inspected.size === 2 ? inspected : undefined
  })
  const recorded = readReplay(folder).theta
  const stride = recorded.length / small.peers
  const { length } = inspected.get('gossip')!
  expect(inspected.get('gossip')).toEqual(recorded.slice(stride, stride + length))
  expect([...inspected.get('none')!]).toEqual(alone.parameters[1])

  watch.send({ kind: 'seek', round: 3 })
  expect((await until(rivalsAt(3))).rivals[0]!.sample!.round).toBe(3)
  watch.send({ kind: 'stop' })
  await watch.ended
})

test('what a run that is followed goes through meanwhile is known beside it', async () => {
  const copy = running(folder, 3)
  const events = join(copy, 'events.jsonl')
  writeFileSync(events, '{"round":0,"hop":0,"missing":[[1,2]]}\n')
  const { watch, until } = watched(copy)
  const first: Missing = new Map([[0, [[1, 2]]]])
  const expected = async (past: Past, round: number) => {
    const rivals = new Rivals(
      settingOf(resolve({ ...small, transport: 'simulated' }).experiment),
      past,
      () => 0
    )
    const [alone] = (await rivals.advance(round, () => 'go'))!
    const inspected = await rivals.inspect('gossip', 1, round, () => 'go')
    return { alone: alone!.sample!.swarm, parameters: inspected!.report.parameters }
  }
  const seen = async (round: number) => {
    const { rivals } = await until(rivalsAt(round))
    watch.send({ kind: 'inspect', peer: 1 })
    const told = await until(news =>
      news.kind === 'inspected' && news.aggregation === 'gossip' ? news : undefined
    )
    return { alone: rivals[0]!.sample!.swarm, parameters: told.report.parameters }
  }
  expect(await seen(3)).toEqual(await expected({ missing: first }, 3))
  appendFileSync(events, `{"round":3,"hop":0,"missing":[[1,0]]}\n${linesOf(folder, 'events.jsonl').join('')}`)
  appendFileSync(join(copy, 'metrics.jsonl'), linesOf(folder).slice(3, 8).join(''))
  const after: Past = {
    commanded: [{ after: 5, stop: [2], how: 'killed' }],
    missing: new Map([...first, [3, [[1, 0]]]])
  }
  expect(await seen(8)).toEqual(await expected(after, 8))
  expect(await expected(after, 8)).not.toEqual(await expected({ missing: first }, 8))
})

test('what cannot be shown is refused', async () => {
  const { watch } = watched('no-such-run')
  await expect(watch.ended).rejects.toThrow(ExperimentError)
  await expect(watch.ended).rejects.toThrow('watch: there is no run "no-such-run"')
})
