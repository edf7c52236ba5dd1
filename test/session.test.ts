/** Runs from beginning to end, as in the thread of `murmur run`: records, interruption, resumption, targets, divergence. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { resolve } from '../src/experiment/resolve.ts'
import type { Outcome, SessionNews } from '../src/session/protocol.ts'
import { runSession } from '../src/session/session.ts'

const folders = mkdtempSync(join(tmpdir(), 'murmur-session-'))
afterAll(() => rmSync(folders, { recursive: true }))
let folderCount = 0
const newFolder = (): string => join(folders, String(folderCount++))

const small = { peers: 5, localSteps: 4, rounds: 12, stepSize: 0.2, transport: 'simulated', seed: 'session' }

/** Runs `raw` with a record in `parent`; `stopAfter` rounds it is asked to stop. */
function session(
  raw: Readonly<Record<string, unknown>>,
  parent: string,
  stopAfter = Number.POSITIVE_INFINITY
): Promise<Outcome> {
  const { experiment } = resolve({ ...small, ...raw })
  return runSession(
    { experiment, record: { kind: 'new', parent, command: 'murmur run' }, parameters: true },
    host(stopAfter)
  )
}

function host(stopAfter: number, news: SessionNews[] = []) {
  let now = 0
  let asked = 0
  return {
    post: (event: SessionNews) => news.push(event),
    stopRequested: () => asked++ >= stopAfter,
    clock: () => now++,
    date: () => new Date(0)
  }
}

const resumed = ({ folder, experiment }: Outcome): Promise<Outcome> =>
  runSession(
    { experiment, record: { kind: 'resume', run: folder! }, parameters: true },
    host(Number.POSITIVE_INFINITY)
  )

/** The lines of `metrics.jsonl` without the fields of time. */
const linesOf = ({ folder }: Outcome): unknown[] =>
  readFileSync(join(folder!, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map(line => ({ ...JSON.parse(line), seconds: 0 }))

const statusOf = (folder: string): string =>
  JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).status

describe('a record', () => {
  test('has every measured round, the last included, and says that it is complete', async () => {
    const outcome = await session({ measureEvery: 5 }, newFolder())
    expect(linesOf(outcome).map(line => (line as { round: number }).round)).toEqual([5, 10, 12])
    expect(statusOf(outcome.folder!)).toBe('finished')
    expect(readdirSync(outcome.folder!).sort()).toEqual([
      'checkpoint',
      'experiment.yaml',
      'manifest.json',
      'metrics.jsonl',
      'topology.json'
    ])
  })

  test('has the same lines on both networks, up to the fields of traffic and time', async () => {
    const [simulated, libp2p] = [
      await session({}, newFolder()),
      await session({ transport: 'libp2p' }, newFolder())
    ]
    const upToTraffic = ({ folder }: Outcome): string[] =>
      readFileSync(join(folder!, 'metrics.jsonl'), 'utf8')
        .split('\n')
        .map(line => line.replace(/"messages":.*/, ''))
    expect(upToTraffic(libp2p)).toEqual(upToTraffic(simulated))
  })
})

describe('an interrupted run', () => {
  test.each([
    { aggregation: 'none' },
    { aggregation: 'gossip', environment: 'garnet:features=5', sampling: 'iid' },
    { aggregation: 'star' },
    { aggregation: 'star-scafflsa' },
    { aggregation: 'gossip-scafflsa' },
    { aggregation: 'gossip', learner: 'softmax:horizon=4' },
    { aggregation: 'gossip-scafflsa', transport: 'libp2p' },
    { aggregation: 'gossip', measureEvery: 4 }
  ])('continues to the same bits: %j', async raw => {
    const whole = await session(raw, newFolder())
    const cut = await session(raw, newFolder(), 7)
    expect(cut.status).toBe('interrupted')
    expect(cut.rivals).toEqual([])
    expect(statusOf(cut.folder!)).toBe('interrupted')
    const rest = await resumed(cut)
    expect(rest.status).toBe('finished')
    expect(rest.parameters).toEqual(whole.parameters)
    expect(linesOf(rest)).toEqual(linesOf(whole))
    expect(rest.result?.tail).toEqual(whole.result?.tail)
    expect(rest.result?.perPeer).toEqual(whole.result?.perPeer)
  })

  test('before its first round leaves a record that can be resumed', async () => {
    const cut = await session({}, newFolder(), 0)
    expect(cut.result).toBeUndefined()
    expect((await resumed(cut)).parameters).toEqual((await session({}, newFolder())).parameters)
  })
})

describe('a target', () => {
  test('ends the run in the round that meets it', async () => {
    const outcome = await session({ rounds: 500, until: 'consensusError<0.5' }, newFolder())
    expect(outcome.status).toBe('finished')
    const errors = linesOf(outcome).map(line => (line as { consensusError: number }).consensusError)
    expect(errors.pop()).toBeLessThan(0.5)
    expect(Math.min(...errors)).toBeGreaterThanOrEqual(0.5)
  })

  test('that is not met is said', async () => {
    expect((await session({ until: 'consensusError<1e-30' }, newFolder())).status).toBe('target-missed')
  })
})

describe('a step size that diverges', () => {
  test('stops the run with peer, round, seed and what to try, and the record says so', async () => {
    const parent = newFolder()
    const run = session({ stepSize: 40, rounds: 1000, sampling: 'expected' }, parent)
    await expect(run).rejects.toThrow(
      /^diverged: a parameter of peer \d+ was -?\d.* in round \d+ \(seed session, step size 40, 4 local steps\); try --step-size 1, or fewer/
    )
    expect(statusOf(join(parent, readdirSync(parent)[0]!))).toBe('diverged')
  })
})

describe('what a run is compared with', () => {
  test('meets the same samples: learning alone beside it is learning alone', async () => {
    const beside = (await session({}, newFolder())).rivals.find(({ aggregation }) => aggregation === 'none')!
    const alone = (await session({ aggregation: 'none' }, newFolder())).result!
    expect({ ...beside, seconds: 0 }).toEqual({ ...alone, seconds: 0 })
  })

  test('is star federation, and SCAFFLSA where the gossip is corrected', async () => {
    const rivals = async (aggregation: string) =>
      (await session({ aggregation }, newFolder())).rivals.map(rival => rival.aggregation)
    expect(await rivals('gossip')).toEqual(['none', 'star'])
    expect(await rivals('gossip-scafflsa')).toEqual(['none', 'star', 'star-scafflsa'])
    expect(await rivals('star')).toEqual(['none'])
  })
})
