/** Pauses and steps of a swarm in several processes: all wait at the same round, and go on to the same bits. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { Experiment } from '../../src/experiment/schema.ts'
import { LINK, PRESENCE } from '../../src/interfaces.ts'
import { readReplay } from '../../src/records/replay.ts'
import type { SessionHost } from '../../src/session/host.ts'
import type { Command, Outcome, RecordRequest, SessionNews } from '../../src/session/protocol.ts'
import { runSession } from '../../src/session/session.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

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
  const host: SessionHost = {
    post(told) {
      news.push(told)
      listen(told)
    },
    commands: () => queue.splice(0),
    afterwards: () => {},
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

test('a pause holds all processes at one round, a step takes all to the next', {
  timeout: 60_000
}, async () => {
  const parent = temporaryFolder()
  const { outcome, news, send, told } = begun(experimentOf({ rounds: 400, measureEvery: 2 }), {
    kind: 'new',
    parent,
    command: 'murmur run'
  })
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
  expect((await told('note')).text).toBe('the pace of a swarm in several processes cannot be limited')
  send({ kind: 'resume' })

  const { folder, status } = await outcome
  expect(status).toBe('finished')
  const measured = news.flatMap(told =>
    told.kind === 'observed' ? told.curve.map(point => point.round) : []
  )
  expect(measured).toEqual(Array.from({ length: measured.length }, (_, k) => 2 * k + 2))
  const { experiment, folder: replay } = readReplay(folder!)
  const replayed = begun(experiment, { kind: 'none' }, replay)
  expect((await replayed.outcome).replayed).toMatchObject({ sameParameters: true })
})

test('a pause between measured rounds can be left by stopping, and resumed', {
  timeout: 60_000
}, async () => {
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

test('a process that wakes in a pause waits like the others, and is seen as frozen before', {
  timeout: 60_000
}, async () => {
  const { outcome, news, send, told } = begun(experimentOf({ rounds: 2500, deadlineMs: 3000 }), {
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
  while (rounds.length < 70) {
    send({ kind: 'inspect', peer: 7 })
    const { report } = await told('inspected')
    if (report.takesPart) rounds.push(report.round)
  }
  expect(Math.max(...rounds)).toBeLessThanOrEqual(observation.round + 1)
  send({ kind: 'resume' })
  const { folder } = await outcome
  const { experiment, folder: replay } = readReplay(folder!)
  const replayed = begun(experiment, { kind: 'none' }, replay)
  expect((await replayed.outcome).replayed).toMatchObject({ sameParameters: true })
})
