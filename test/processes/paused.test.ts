/** Pauses and steps of a swarm in several processes: all wait at the same round, and go on to the same bits. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Experiment } from '../../src/experiment/schema.ts'
import { LINK, PRESENCE } from '../../src/interfaces.ts'
import { readReplay } from '../../src/records/replay.ts'
import type { SessionHost } from '../../src/session/host.ts'
import type { Command, Outcome, RecordRequest, SessionNews } from '../../src/session/protocol.ts'
import { runSession } from '../../src/session/session.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// A machine may be slow, and busy with other things.
vi.setConfig({ testTimeout: 300_000 })

/** More rounds than any test has the time for: it says itself when it is done. */
const ENDLESS = 100_000

const small = {
  environment: 'garnet:states=8',
  peers: 8,
  aggregation: 'gossip-scafflsa',
  sampling: 'expected',
  localSteps: 20,
  stepSize: 0.2,
  transport: 'libp2p',
  processes: 2,
  // Longer than a busy machine lets a process wait for its turn.
  deadlineMs: 30_000
}

const experimentOf = (raw: object): Experiment => resolve({ ...small, ...raw }).experiment

type Kind = SessionNews['kind']
type Told<K extends Kind> = Extract<SessionNews, { kind: K }>

/** A run that can be talked to. */
function begun(
  experiment: Experiment,
  record: RecordRequest = { kind: 'none' },
  replay: string | null = null
) {
  const news: SessionNews[] = []
  const queue: Command[] = []
  let listen: (told: SessionNews) => void = () => {}
  let inspectAfterwards: (peer: number) => Promise<void> = () => Promise.reject(new Error('not over'))
  const host: SessionHost = {
    post(told) {
      news.push(told)
      listen(told)
    },
    commands: () => queue.splice(0),
    afterwards: inspect => {
      inspectAfterwards = inspect
    },
    rest: seconds => new Promise(wake => setTimeout(wake, 1000 * seconds)),
    watch: () => () => {},
    clock: () => performance.now() / 1000,
    date: () => new Date()
  }
  const outcome = runSession({ experiment, record, replay, parameters: true, watched: true }, host)
  return {
    outcome,
    news,
    send: (command: Command) => queue.push(command),
    inspectAfterwards: (peer: number) => inspectAfterwards(peer),
    /** Resolves with the next such news. */
    told: <K extends Kind>(kind: K, isIt: (news: Told<K>) => boolean = () => true): Promise<Told<K>> =>
      new Promise((resolve, reject) => {
        outcome.catch(reject)
        listen = told => {
          if (told.kind === kind && isIt(told as Told<K>)) resolve(told as Told<K>)
        }
      })
  }
}

const isPausedAt =
  (round: number) =>
  ({ observation }: Told<'observed'>): boolean =>
    observation.isPaused && observation.round === round

test('a pause holds all processes at one round, a step takes all to the next', async () => {
  const parent = temporaryFolder()
  const { outcome, news, send, told, inspectAfterwards } = begun(
    experimentOf({ rounds: ENDLESS, measureEvery: 2 }),
    { kind: 'new', parent, command: 'murmur run' }
  )
  await told('observed', ({ observation }) => observation.round > 5)
  send({ kind: 'pause' })
  const { observation } = await told('observed', ({ observation }) => observation.isPaused)
  const { round } = observation
  expect(observation.sample?.round).toBe(round - (round % 2))
  // Every answer comes from the process of the peer, which would be further by then.
  for (const peer of [0, 7, 0, 7]) {
    send({ kind: 'inspect', peer })
    const { report, view } = await told('inspected')
    expect(report).toMatchObject({ peer, round, takesPart: true })
    expect(view.values).toHaveLength(8)
  }
  for (const next of [round + 1, round + 2]) {
    send({ kind: 'step' })
    const stepped = await told('observed', isPausedAt(next))
    expect(stepped.observation.sample?.round).toBe(next - (next % 2))
    send({ kind: 'inspect', peer: 7 })
    expect((await told('inspected')).report.round).toBe(next)
  }
  send({ kind: 'fault', action: { cut: [[3, 4]], direction: 'both' } })
  const seen = await told('observed', isPausedAt(round + 2))
  expect([...seen.observation.links]).toContain(LINK.cut)
  expect(news).toContainEqual({
    kind: 'happened',
    event: { after: round + 2, cut: [[3, 4]], direction: 'both' }
  })
  send({ kind: 'pace', roundsPerSecond: 1 })
  await told('note', ({ text }) => text === 'the pace of a swarm in several processes cannot be limited')
  send({ kind: 'resume' })
  await told('observed', ({ observation }) => observation.round > round + 50)
  send({ kind: 'stop' })

  const { folder, result } = await outcome
  const lines = readFileSync(join(folder!, 'metrics.jsonl'), 'utf8').trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).round)).toEqual(lines.map((_, k) => 2 * k + 2))
  expect(lines.length).toBe(Math.floor(result!.round / 2))
  const { experiment, folder: replay } = readReplay(folder!)
  const replayed = await begun(experiment, { kind: 'none' }, replay).outcome
  expect(replayed.replayed).toMatchObject({ sameParameters: true })

  // Its process has ended.
  await inspectAfterwards(7)
  expect(news.at(-1)).toMatchObject({
    kind: 'inspected',
    report: {
      peer: 7,
      round: experiment.rounds,
      takesPart: true,
      parameters: replayed.parameters[7],
      neighbours: replayed.neighbours[7]
    }
  })
})

test('a pause between measured rounds can be left by stopping, and resumed', async () => {
  const parent = temporaryFolder()
  const printing = join(parent, 'printing.cjs')
  writeFileSync(printing, "if (process.send) { console.log('out\\u0007loud'); console.error('in trouble') }")
  const { NODE_OPTIONS } = process.env
  process.env.NODE_OPTIONS = `${NODE_OPTIONS ?? ''} --require ${printing}`
  onTestFinished(() => {
    process.env.NODE_OPTIONS = NODE_OPTIONS ?? ''
  })
  const raw = { rounds: 300, measureEvery: 60 }
  const { outcome, news, send, told } = begun(experimentOf(raw), {
    kind: 'new',
    parent: join(parent, 'runs'),
    command: ''
  })
  await told('opening')
  send({ kind: 'pause' })
  const { observation } = await told('observed', ({ observation }) => observation.isPaused)
  send({ kind: 'step' })
  await told('observed', isPausedAt(observation.round + 1))
  send({ kind: 'stop' })
  const stopped: Outcome = await outcome
  expect(stopped.status).toBe('interrupted')
  const rounds = observation.round + 1
  const short = await begun(experimentOf({ rounds, transport: 'simulated' })).outcome
  expect(stopped.result).toMatchObject({
    round: rounds,
    swarm: short.result!.swarm,
    correctionSum: short.result!.correctionSum
  })
  const printed = news
    .flatMap(told => (told.kind === 'note' ? [told.text] : []))
    .filter(text => text.includes('printed'))
  expect(printed.map(text => text.replace(/\d+/, '…')).toSorted()).toEqual([
    'process … printed: in trouble',
    'process … printed: in trouble',
    'process … printed: out\\x07loud',
    'process … printed: out\\x07loud'
  ])
  const rest = begun({ ...stopped.experiment, processes: 1 }, { kind: 'resume', run: stopped.folder! })
  const whole = begun(experimentOf({ ...raw, transport: 'simulated' }))
  expect((await rest.outcome).parameters).toEqual((await whole.outcome).parameters)
})

test('a process that wakes in a pause waits like the others, and is seen as frozen before', async () => {
  const deadlineMs = 3000
  const { outcome, news, send, told } = begun(experimentOf({ rounds: ENDLESS, deadlineMs }), {
    kind: 'new',
    parent: temporaryFolder(),
    command: ''
  })
  await told('observed', ({ observation }) => observation.round > 5)
  const pids = news.flatMap(told =>
    told.kind === 'note' ? (/^process (\d+): /.exec(told.text)?.[1] ?? []) : []
  )
  process.kill(Number(pids[1]), 'SIGSTOP')
  const frozen = Uint8Array.of(0, 0, 0, 0, ...Array(4).fill(PRESENCE.frozen))
  await told('observed', ({ observation }) => isDeepStrictEqual(observation.presence, frozen))
  send({ kind: 'pause' })
  const { observation } = await told('observed', ({ observation }) => observation.isPaused)
  expect(observation.presence).toEqual(frozen)
  process.kill(Number(pids[1]), 'SIGCONT')
  const rounds: number[] = []
  // For longer than it would wait for those that pause.
  for (let endMs = Number.POSITIVE_INFINITY; performance.now() < endMs; ) {
    send({ kind: 'inspect', peer: 7 })
    const { report } = await told('inspected')
    if (!report.takesPart) continue
    if (rounds.push(report.round) === 1) endMs = performance.now() + deadlineMs + 500
  }
  expect(Math.max(...rounds)).toBeLessThanOrEqual(observation.round + 1)
  send({ kind: 'resume' })
  await told('observed', told => told.observation.round > observation.round + 50)
  send({ kind: 'stop' })
  const { folder } = await outcome
  const { experiment, folder: replay } = readReplay(folder!)
  const replayed = begun(experiment, { kind: 'none' }, replay)
  expect((await replayed.outcome).replayed).toMatchObject({ sameParameters: true })
})
