/** A session that somebody looks on: its rivals run beside it, and come to the same figures as after it. Real threads. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Command, Outcome, RecordRequest, Result, SessionNews } from '../../src/session/protocol.ts'
import { runSession } from '../../src/session/session.ts'
import { type Session, startSession } from '../../src/session/start.ts'

const folder = mkdtempSync(join(tmpdir(), 'murmur-watched-'))
afterAll(() => rmSync(folder, { recursive: true }))

const small = {
  peers: 5,
  localSteps: 4,
  rounds: 30,
  measureEvery: 3,
  stepSize: 0.2,
  aggregation: 'gossip-scafflsa',
  transport: 'simulated',
  seed: 'watched'
}
const stop = { stop: [2], how: 'killed' } as const

interface Given {
  readonly raw?: object
  readonly record?: RecordRequest
  /** Obeyed before the first round. */
  readonly first?: readonly Command[]
  readonly onNews?: (news: SessionNews, session: Session) => void
}

function watched({ raw = {}, record = { kind: 'none' }, first = [], onNews }: Given): Promise<Outcome> {
  const { experiment } = resolve({ ...small, ...raw })
  const request = { experiment, record, replay: null, parameters: true, watched: true }
  const session: Session = startSession(request, news => onNews?.(news, session))
  onTestFinished(() => session.terminate())
  for (const command of first) session.send(command)
  return session.outcome
}

/** In this thread, and nobody looks on. */
function plain(raw: object): Promise<Outcome> {
  const { experiment } = resolve({ ...small, ...raw })
  return runSession(
    { experiment, record: { kind: 'none' }, replay: null, parameters: true },
    {
      post: () => {},
      commands: () => [],
      rest: async () => {},
      afterwards: () => {},
      watch: () => () => {},
      clock: () => 0,
      date: () => new Date(0)
    }
  )
}

const timeless = (result: Result | undefined) => result && { ...result, seconds: 0 }
const comparable = (outcome: Outcome) => ({
  ...outcome,
  result: timeless(outcome.result),
  rivals: outcome.rivals.map(timeless)
})

/** Sends these commands, one each time the run is seen in a pause after another round. */
function inPauses(...commands: readonly Command[]) {
  let next = 0
  let seen = -1
  return (news: SessionNews, session: Session): void => {
    if (news.kind !== 'observed' || !news.observation.isPaused || news.observation.round === seen) return
    seen = news.observation.round
    const command = commands[next++]
    if (command !== undefined) session.send(command)
  }
}

test.each([{ loss: 0.2 }, { aggregation: 'none' }])(
  'it has the same outcome as one that nobody looks on: %j',
  async raw => {
    const kinds = new Set<string>()
    const outcome = await watched({ raw, onNews: ({ kind }) => kinds.add(kind) })
    expect(comparable(outcome)).toEqual(comparable(await plain(raw)))
    expect(outcome.rivals.length).toBeGreaterThan(0)
    expect(kinds).toContain('rivals')
  }
)

test('its rivals meet the commands that it takes, and one more comes with the first', async () => {
  const step = inPauses({ kind: 'step' }, { kind: 'step' }, { kind: 'step' }, { kind: 'fault', action: stop })
  const outcome = await watched({
    first: [{ kind: 'pause' }],
    onNews: (news, session) => {
      step(news, session)
      if (news.kind === 'happened') session.send({ kind: 'resume' })
    }
  })
  const expected = await plain({ faults: { events: [{ after: 3, ...stop }] } })
  expect(outcome.rivals.map(({ aggregation }) => aggregation)).toContain('exact-diffusion')
  expect(outcome.rivals.map(timeless)).toEqual(expected.rivals.map(timeless))
})

test('its rivals know the commands of the session that it goes on from', async () => {
  const cut = await watched({
    record: { kind: 'new', parent: folder, command: 'murmur run' },
    first: [{ kind: 'fault', action: stop }, { kind: 'pause' }],
    onNews: inPauses({ kind: 'step' }, { kind: 'stop' })
  })
  expect(cut).toMatchObject({ status: 'interrupted', result: { round: 1, stopped: [2] } })
  const outcome = await watched({ record: { kind: 'resume', run: cut.folder! } })
  const expected = await plain({ faults: { events: [{ after: 0, ...stop }] } })
  expect(outcome.rivals.map(timeless)).toEqual(expected.rivals.map(timeless))
})

test('an opened peer is shown as the run has it, and as it would be alone', async () => {
  const peers = new Map<string, number>()
  await watched({
    first: [{ kind: 'pause' }],
    onNews: (news, session) => {
      if (news.kind === 'observed' && peers.size === 0) session.send({ kind: 'inspect', peer: 3 })
      if (news.kind !== 'inspected') return
      peers.set(news.aggregation, news.report.peer)
      if (peers.size === 2) session.send({ kind: 'resume' })
    }
  })
  expect(peers).toEqual(new Map([['gossip-scafflsa', 3]]).set('none', 3))
})

test('one that is interrupted has rivals where they are as far as it is', async () => {
  const outcome = await watched({
    raw: { measureEvery: 1 },
    first: [{ kind: 'step' }],
    onNews: (news, session) => {
      if (news.kind === 'rivals') session.send({ kind: 'stop' })
    }
  })
  expect(outcome).toMatchObject({ status: 'interrupted', result: { round: 1 } })
  expect(outcome.rivals.map(({ round }) => round)).toEqual([1, 1, 1])
})

test('one that is interrupted does not wait for its rivals', async () => {
  const outcome = await watched({
    first: [{ kind: 'pause' }],
    onNews: inPauses({ kind: 'step' }, { kind: 'stop' })
  })
  expect(outcome).toMatchObject({ status: 'interrupted', result: { round: 1 }, rivals: [] })
})

const isLast = (news: SessionNews) => news.kind === 'observed' && news.observation.round === 20_000

test.each([
  ['', (news: SessionNews) => news.kind === 'comparing'],
  [', be it before that is known', isLast]
])('one that is over does not wait for its rivals when it is told to stop%s', async (_, isTime) => {
  const outcome = await watched({
    // Its rivals are not asked for any round before the last, and need longer than it takes to end a run.
    raw: { rounds: 20_000, measureEvery: 20_000 },
    onNews: (news, session) => {
      if (isTime(news)) session.send({ kind: 'stop' })
    }
  })
  expect(outcome).toMatchObject({ status: 'finished', rivals: [], divergedRivals: [] })
})

test('a run that fails says why', async () => {
  await expect(watched({ raw: { stepSize: 40, rounds: 1000, sampling: 'expected' } })).rejects.toThrow(
    /^diverged/
  )
})

test('a run that is over still answers who asks about a peer', async () => {
  const asked = Promise.withResolvers<SessionNews>()
  const session: Session = startSession(
    {
      experiment: resolve({ ...small }).experiment,
      record: { kind: 'none' },
      replay: null,
      parameters: true,
      watched: true
    },
    news => {
      if (news.kind === 'inspected' && news.aggregation === small.aggregation) asked.resolve(news)
    }
  )
  onTestFinished(() => session.terminate())
  const { parameters } = await session.outcome
  session.send({ kind: 'inspect', peer: 3 })
  expect(await asked.promise).toMatchObject({ report: { peer: 3, round: 30, parameters: parameters[3] } })
})
