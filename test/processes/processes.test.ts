/**
 * Swarms whose peers live in several processes of the operating system: the same bits for any number of them, and what
 * happens when one is killed, frozen or started again. Real processes and sockets.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { readReplay } from '../../src/records/replay.ts'
import type { Outcome, SessionNews } from '../../src/session/protocol.ts'
import { type Session, startSession } from '../../src/session/start.ts'

// A machine may be slow, and busy with other things.
vi.setConfig({ testTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'murmur-processes-'))
afterAll(() => rmSync(folder, { recursive: true }))

const small = {
  environment: 'garnet:states=8,heterogeneity=opposite',
  placement: 'clustered',
  peers: 8,
  aggregation: 'gossip-scafflsa',
  sampling: 'expected',
  localSteps: 20,
  stepSize: 0.2,
  transport: 'libp2p',
  // Longer than a busy machine lets a process wait for its turn.
  deadlineMs: 30_000
}

/** What `onNews` can do to the run. */
interface Running {
  readonly session: Session
  /** Of the processes, in the order of their start. */
  readonly pids: readonly number[]
}

/** Runs to the end; `onNews` sees everything that is told. */
async function finished(
  raw: Readonly<Record<string, unknown>>,
  onNews: (news: SessionNews, running: Running) => void = () => {}
): Promise<Outcome> {
  const { experiment } = resolve({ ...small, ...raw })
  const pids: number[] = []
  const record = { kind: 'new', parent: folder, command: 'murmur run' } as const
  const session = startSession({ experiment, record, replay: null, parameters: true }, news => {
    const pid = news.kind === 'note' ? /^process (\d+): /.exec(news.text)?.[1] : undefined
    if (pid !== undefined) pids.push(Number(pid))
    onNews(news, { session, pids })
  })
  try {
    return await session.outcome
  } finally {
    await session.terminate()
  }
}

async function replayed(outcome: Outcome): Promise<Outcome> {
  const { experiment, folder: run } = readReplay(outcome.folder!)
  const session = startSession(
    { experiment, record: { kind: 'none' }, replay: run, parameters: true },
    () => {}
  )
  try {
    return await session.outcome
  } finally {
    await session.terminate()
  }
}

/** Does each thing once, in order, as soon as it may be done. */
function inTurn(
  ...steps: readonly {
    readonly when: (news: SessionNews) => boolean
    readonly act: (running: Running) => void
  }[]
): (news: SessionNews, running: Running) => void {
  let next = 0
  return (news, running) => {
    const step = steps[next]
    if (step === undefined || !step.when(news)) return
    next++
    step.act(running)
  }
}

const beyond =
  (rounds: number) =>
  (news: SessionNews): boolean =>
    news.kind === 'progress' && news.round > rounds

/** Where those in `stopped` are gone, and the others near their θ*. */
const settledWithout =
  (...stopped: readonly number[]) =>
  (news: SessionNews): boolean =>
    news.kind === 'progress' &&
    news.sample?.stopped.join() === stopped.join() &&
    (news.sample.swarm.fixedPointError ?? 1) < 0.01

/** More rounds than any test has the time for: it says itself when it is done. */
const ENDLESS = 100_000
const stop = ({ session }: Running): void => session.send({ kind: 'stop' })

/** The lines of `metrics.jsonl`, but for fields of traffic and time. */
const linesOf = (outcome: Outcome) =>
  readFileSync(join(outcome.folder!, 'metrics.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map(line => {
      const {
        messages: _,
        bytes: __,
        missing: ___,
        dropped: ____,
        waitedFor: _____,
        perPeer: ______,
        seconds: _______,
        ...kept
      } = JSON.parse(line)
      return kept
    })

describe('peers in several processes', () => {
  test.for([
    [
      'gossip-scafflsa',
      {
        loss: 0.2,
        faults: {
          events: [
            { after: 10, stop: [1, 6] },
            { after: 20, return: [1, 6] }
          ]
        }
      }
    ],
    [
      'gossip',
      {
        learner: 'td-lambda:schedule=inverse',
        sampling: 'markov',
        averaging: 'polyak',
        topology: 'torus',
        delayMs: 'uniform:low=0,high=2'
      }
    ],
    ['star-scafflsa', { topology: 'star', faults: { events: [{ after: 5, join: 3 }] } }],
    ['pairwise:slots=4', {}],
    ['push-sum', { topology: 'one-peer-exponential' }],
    ['none', { sampling: 'iid' }]
  ] as const)('end with the same bits as peers in one: %s %j', async ([aggregation, more]) => {
    const raw = { aggregation, rounds: 40, measureEvery: 5, ...more }
    const one = await finished(raw)
    for (const processes of [2, 3]) {
      const several = await finished({ ...raw, processes })
      expect(several.parameters).toEqual(one.parameters)
      expect(several.neighbours).toEqual(one.neighbours)
      expect(linesOf(several)).toEqual(linesOf(one))
    }
  })

  test.each([
    ['gossip', 'markov'],
    ['star-scafflsa', 'expected']
  ])(
    'of whom half take part in a round end with the bits of the simulator: %s, %s',
    async (aggregation, sampling) => {
      const raw = { aggregation, sampling, rounds: 40, measureEvery: 5, participation: 0.5 }
      const simulated = await finished({ ...raw, transport: 'simulated' })
      const spread = await finished({ ...raw, processes: 2 })
      expect(spread.parameters).toEqual(simulated.parameters)
      expect(spread.neighbours).toEqual(simulated.neighbours)
      expect(linesOf(spread)).toEqual(linesOf(simulated))
    }
  )

  test('stop at the round that reaches the target', async () => {
    const raw = { rounds: 400, until: 'consensusError<1' }
    const [one, two] = [await finished(raw), await finished({ ...raw, processes: 2 })]
    expect(two.status).toBe('finished')
    expect(two.result!.round).toBe(one.result!.round)
    expect(two.result!.round).toBeLessThan(400)
    expect(two.parameters).toEqual(one.parameters)
  })

  test('can be interrupted, and resumed to the same bits', async () => {
    const raw = { rounds: 600, processes: 2, loss: 0.1, averaging: 'polyak' }
    const whole = await finished(raw)
    const stopped = await finished(raw, inTurn({ when: beyond(20), act: stop }))
    expect(stopped.status).toBe('interrupted')
    const record = { kind: 'resume', run: stopped.folder! } as const
    const session = startSession(
      { experiment: stopped.experiment, record, replay: null, parameters: true },
      () => {}
    )
    const resumed = await session.outcome.finally(() => session.terminate())
    expect(resumed.parameters).toEqual(whole.parameters)
    expect(linesOf(resumed)).toEqual(linesOf(whole))
  })

  test('obey commands all at the same round', async () => {
    const outcome = await finished(
      { rounds: ENDLESS, processes: 3 },
      inTurn(
        {
          when: beyond(20),
          act: ({ session }) => {
            session.send({ kind: 'fault', action: { cut: [[0, 1]], direction: 'both' } })
            session.send({ kind: 'fault', action: { stop: [5], how: 'closed' } })
          }
        },
        { when: news => news.kind === 'progress' && news.sample?.stopped.join() === '5', act: stop }
      )
    )
    expect(outcome.result!.stopped).toEqual([5])
    expect((await replayed(outcome)).replayed).toMatchObject({ sameParameters: true })
  })
})

describe('a process that is killed', () => {
  test('takes its own peers with it, and the others go on to their θ*', async () => {
    const outcome = await finished(
      { rounds: ENDLESS, processes: 4 },
      inTurn(
        { when: beyond(50), act: ({ pids }) => process.kill(pids[1]!, 'SIGKILL') },
        { when: settledWithout(2, 3), act: stop }
      )
    )
    expect(outcome.status).toBe('interrupted')
    expect(outcome.result!.stopped).toEqual([2, 3])
    expect((await replayed(outcome)).replayed).toMatchObject({ sameParameters: true })
  })

  test('is started again when its peers are told to return', async () => {
    const outcome = await finished(
      { rounds: ENDLESS, processes: 2, peers: 6 },
      inTurn(
        { when: beyond(50), act: ({ pids }) => process.kill(pids[1]!, 'SIGKILL') },
        {
          when: news => news.kind === 'progress' && news.sample?.stopped.length === 3,
          act: ({ session }) => session.send({ kind: 'fault', action: { return: [3, 4, 5], state: 'lost' } })
        },
        { when: settledWithout(), act: stop }
      )
    )
    expect(outcome.result!.stopped).toEqual([])
    expect((await replayed(outcome)).replayed).toMatchObject({ sameParameters: true })
  })

  test('ends the run, with one line, when it was the last', async () => {
    const run = finished(
      { rounds: ENDLESS, processes: 2, peers: 4 },
      inTurn({
        when: beyond(50),
        act: ({ pids }) => {
          for (const pid of pids) process.kill(pid, 'SIGKILL')
        }
      })
    )
    await expect(run).rejects.toThrow('all processes of the swarm have ended; the run stops here')
  })
})

describe('a process that is frozen', () => {
  test('costs a deadline, sleeps through rounds of the others, and catches up', async () => {
    const outcome = await finished(
      { rounds: ENDLESS, processes: 4, deadlineMs: 5000 },
      inTurn(
        { when: beyond(50), act: ({ pids }) => process.kill(pids[1]!, 'SIGSTOP') },
        {
          when: news => news.kind === 'progress' && news.sample?.stopped.join() === '2,3',
          act: ({ pids }) => process.kill(pids[1]!, 'SIGCONT')
        },
        { when: news => news.kind === 'note' && news.text.includes('slept through rounds'), act: () => {} },
        { when: settledWithout(), act: stop }
      )
    )
    expect(outcome.status).toBe('interrupted')
    expect(outcome.result!.stopped).toEqual([])
    expect((await replayed(outcome)).replayed).toMatchObject({ sameParameters: true })
  })
})
