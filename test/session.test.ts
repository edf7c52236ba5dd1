/** Runs from beginning to end, as in the thread of `murmur run`: records, interruption, resumption, targets, divergence. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { resolve } from '../src/experiment/resolve.ts'
import { readReplay } from '../src/records/replay.ts'
import { readResumable } from '../src/records/resume.ts'
import type { Command, Outcome, SessionNews } from '../src/session/protocol.ts'
import { runSession } from '../src/session/session.ts'

const folders = mkdtempSync(join(tmpdir(), 'murmur-session-'))
afterAll(() => rmSync(folders, { recursive: true }))
let folderCount = 0
const newFolder = (): string => join(folders, String(folderCount++))

const small = { peers: 5, localSteps: 4, rounds: 12, stepSize: 0.2, transport: 'simulated', seed: 'session' }

/** Runs `raw` with a record in `parent`; after so many rounds it is asked to stop, or whatever `stop` does. */
function session(
  raw: Readonly<Record<string, unknown>>,
  parent: string,
  stopAfter = Number.POSITIVE_INFINITY,
  stop = () => true
): Promise<Outcome> {
  const { experiment } = resolve({ ...small, ...raw })
  return runSession(
    {
      experiment,
      record: { kind: 'new', parent, command: 'murmur run' },
      replay: null,
      parameters: true
    },
    host(stopAfter, stop)
  )
}

function host(stopAfter: number, stop = () => true, news: SessionNews[] = []) {
  let now = 0
  let asked = 0
  return {
    post: (event: SessionNews) => news.push(event),
    commands: (): Command[] => (asked++ >= stopAfter && stop() ? [{ kind: 'stop' }] : []),
    watch: () => () => {},
    rest: async () => {},
    afterwards: () => {},
    // A quarter of a second per look: checkpoints come a few rounds apart, the first after some rounds.
    clock: () => now++ / 4,
    date: () => new Date(0)
  }
}

const resumed = ({ folder, experiment }: Outcome): Promise<Outcome> =>
  runSession(
    { experiment, record: { kind: 'resume', run: folder! }, replay: null, parameters: true },
    host(Number.POSITIVE_INFINITY)
  )

type Line = { readonly round: number; readonly consensusError: number; readonly seconds: number }

/** The lines of `metrics.jsonl`. */
const timedLinesOf = (folder: string): Line[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))

/** The same without the fields of time. */
const linesOf = ({ folder }: Outcome): Line[] => timedLinesOf(folder!).map(line => ({ ...line, seconds: 0 }))

const timeless = (result: Outcome['result']) => result && { ...result, seconds: 0 }

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
const statusOf = (folder: string): string => manifestOf(folder).status

/** As if the process had gone after the last checkpoint, before it closed the record. */
function leftOpen({ folder }: Outcome): void {
  const left = { ...manifestOf(folder!), status: 'interrupted', ended: null }
  writeFileSync(join(folder!, 'manifest.json'), JSON.stringify(left))
}

describe('a record', () => {
  test('has every measured round, the last included, and says that it is complete', async () => {
    const outcome = await session({ measureEvery: 5 }, newFolder())
    expect(linesOf(outcome).map(({ round }) => round)).toEqual([5, 10, 12])
    expect(statusOf(outcome.folder!)).toBe('finished')
    expect(readdirSync(outcome.folder!).sort()).toEqual([
      'checkpoint',
      'events.jsonl',
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

describe('a command', () => {
  /** Gives each command before the round with its number. */
  function commanded(raw: object, commands: Readonly<Record<number, Command>>, news: SessionNews[] = []) {
    const { experiment } = resolve({ ...small, ...raw })
    let round = 0
    const given = host(Number.POSITIVE_INFINITY, () => true, news)
    const record = { kind: 'new', parent: newFolder(), command: 'murmur run' } as const
    return runSession(
      { experiment, record, replay: null, parameters: true },
      { ...given, commands: () => [commands[round++]].flatMap(one => one ?? []) }
    )
  }
  const stop: Command = { kind: 'fault', action: { stop: [2], how: 'killed' } }
  const back: Command = { kind: 'fault', action: { return: [2], state: 'lost' } }

  test('is a fault like one of the experiment, and the rivals meet it, too', async () => {
    const live = await commanded({}, { 3: stop, 8: back })
    const events = [
      { after: 3, stop: 2, how: 'killed' },
      { after: 8, return: 2, state: 'lost' }
    ]
    const planned = await session({ faults: { events } }, newFolder())
    expect(live.parameters).toEqual(planned.parameters)
    expect(live.rivals.map(timeless)).toEqual(planned.rivals.map(timeless))
    expect(linesOf(live)).toEqual(linesOf(planned))
    expect(live.withFaults).toBe(true)
  })

  test('is in the record, which replays to the same bits', async () => {
    const live = await commanded({ aggregation: 'gossip-scafflsa', loss: 0.2 }, { 4: stop, 7: back })
    const { experiment, folder } = readReplay(live.folder!)
    const again = await runSession(
      { experiment, record: { kind: 'none' }, replay: folder, parameters: true },
      host(Number.POSITIVE_INFINITY)
    )
    expect(again.replayed).toEqual({ folder, sameParameters: true, missing: 0 })
    expect(again.parameters).toEqual(live.parameters)
  })

  test('that is impossible is refused, and says why', async () => {
    const news: SessionNews[] = []
    const outcome = await commanded({}, { 3: stop, 4: stop }, news)
    expect(news).toContainEqual({ kind: 'note', text: 'refused: peer 2 is stopped already' })
    expect(outcome.result!.stopped).toEqual([2])
  })

  test('asks a peer what it knows: its parameters, its correction, and the flows on its edges', async () => {
    const news: SessionNews[] = []
    await commanded({ aggregation: 'gossip-scafflsa' }, { 6: { kind: 'inspect', peer: 1 } }, news)
    const [told] = news.flatMap(each => (each.kind === 'inspected' ? [each.report] : []))
    expect(told).toMatchObject({ peer: 1, round: 6, takesPart: true })
    expect(told!.neighbours.map(({ neighbour, silence, epoch }) => [neighbour, silence, epoch])).toEqual([
      [0, 0, 1],
      [2, 0, 1]
    ])
    const { localSteps, stepSize } = small
    for (const [c, xi] of told!.correction!.entries()) {
      const inflow = told!.neighbours.reduce((sum, { flow }) => sum + flow![c]!, 0)
      expect(xi).toBe(inflow / (stepSize * localSteps))
    }
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
    { aggregation: 'gossip', measureEvery: 4 },
    {
      aggregation: 'gossip-scafflsa',
      loss: 0.3,
      delayMs: 'uniform:low=0,high=20',
      deadlineMs: 15,
      faults: {
        duplicates: 0.2,
        events: [
          { after: 2, stop: [1, 3], how: 'frozen' },
          { after: 5, cut: [0, 4] },
          { after: 9, return: 1 },
          { after: 10, heal: 'all' }
        ]
      }
    }
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

  test('goes on counting seconds', async () => {
    const cut = await session({}, newFolder(), 9)
    const { result } = await resumed(cut)
    const seconds = timedLinesOf(cut.folder!).map(line => line.seconds)
    expect(seconds).toHaveLength(12)
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b))
    expect(new Set(seconds).size).toBe(12)
    expect(result?.seconds).toBe(seconds.at(-1))
  })

  test('that had done all its rounds comes to its result', async () => {
    const whole = await session({ measureEvery: 5 }, newFolder())
    const lines = linesOf(whole)
    leftOpen(whole)
    const rest = await resumed(whole)
    expect(rest.status).toBe('finished')
    expect(timeless(rest.result)).toEqual(timeless(whole.result))
    expect(rest.rivals.map(timeless)).toEqual(whole.rivals.map(timeless))
    expect(rest.parameters).toEqual(whole.parameters)
    expect(linesOf(rest)).toEqual(lines)
    expect(statusOf(whole.folder!)).toBe('finished')
  })
})

describe('a run that crashes', () => {
  /** Crashes after so many rounds; the folder of its record. */
  async function crashed(raw: Readonly<Record<string, unknown>>, rounds: number): Promise<string> {
    const parent = newFolder()
    const crash = session(raw, parent, rounds, () => {
      throw new Error('out of luck')
    })
    await expect(crash).rejects.toThrow('out of luck')
    return join(parent, readdirSync(parent)[0]!)
  }

  test.each([1000, 7])(
    'goes on from a checkpoint that it made on the way, measured every %i rounds',
    async measureEvery => {
      const raw = { rounds: 60, measureEvery }
      const whole = await session(raw, newFolder())
      const folder = await crashed(raw, 50)
      expect(manifestOf(folder)).toMatchObject({ status: 'failed', reason: 'out of luck' })
      const { round } = readResumable(folder).checkpoint
      expect(round).toBeGreaterThan(0)
      // So that of every 7 rounds one was measured after the checkpoint.
      expect(round).toBeLessThan(49)
      const rest = await resumed({ ...whole, folder })
      expect(rest.status).toBe('finished')
      expect(rest.parameters).toEqual(whole.parameters)
      expect(linesOf(rest)).toEqual(linesOf(whole))
      expect(timeless(rest.result)).toEqual(timeless(whole.result))
      expect(manifestOf(folder)).toMatchObject({ status: 'finished', reason: null, round: 60 })
    }
  )

  test('before its first round can be resumed, too', async () => {
    const whole = await session({}, newFolder())
    const rest = await resumed({ ...whole, folder: await crashed({}, 0) })
    expect(rest.parameters).toEqual(whole.parameters)
    expect(linesOf(rest)).toEqual(linesOf(whole))
  })
})

describe('a target', () => {
  test('ends the run in the round that meets it', async () => {
    const outcome = await session({ rounds: 500, until: 'consensusError<0.5' }, newFolder())
    expect(outcome.status).toBe('finished')
    const errors = linesOf(outcome).map(({ consensusError }) => consensusError)
    expect(errors.pop()).toBeLessThan(0.5)
    expect(Math.min(...errors)).toBeGreaterThanOrEqual(0.5)
  })

  test('that was met is not overrun when the run is taken up again', async () => {
    const met = await session({ rounds: 500, until: 'consensusError<0.5' }, newFolder())
    const lines = linesOf(met)
    expect(lines.length).toBeLessThan(500)
    leftOpen(met)
    const rest = await resumed(met)
    expect(rest.status).toBe('finished')
    expect(linesOf(rest)).toEqual(lines)
    expect(timeless(rest.result)).toEqual(timeless(met.result))
    expect(rest.parameters).toEqual(met.parameters)
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
