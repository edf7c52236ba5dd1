/** Rivals in a thread of their own: what they tell, and what becomes of them. Real threads. */
import { readdirSync } from 'node:fs'
import { getPriority } from 'node:os'
import { describe, expect, onTestFinished, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import type { FaultEvent } from '../../src/faults/schema.ts'
import { type Beside, startRivals } from '../../src/session/beside.ts'
import type { SessionNews } from '../../src/session/protocol.ts'
import { Rivals } from '../../src/session/rivals.ts'
import type { Compared, RivalsRequest } from '../../src/session/rivals-protocol.ts'
import { settingOf } from '../../src/setting.ts'

const small = { peers: 5, localSteps: 3, rounds: 40, stepSize: 0.2, seed: 'beside', transport: 'simulated' }
const { experiment } = resolve(small)
const request: RivalsRequest = { experiment, past: {} }
const stop: FaultEvent = { after: 20, stop: [1], how: 'closed' }

type Kind = SessionNews['kind']
type News<K extends Kind> = Extract<SessionNews, { kind: K }>

/** Rivals, and what they tell: one piece of news after the other, of one kind. */
function started(changes: Partial<RivalsRequest> = {}): {
  rivals: Beside
  next<K extends Kind>(kind: K): Promise<News<K>>
} {
  const told: SessionNews[] = []
  let wake = () => {}
  const rivals = startRivals({ ...request, ...changes }, news => {
    told.push(news)
    wake()
  })
  onTestFinished(() => rivals.terminate())
  return {
    rivals,
    async next<K extends Kind>(kind: K) {
      for (;;) {
        const at = told.findIndex(news => news.kind === kind)
        if (at >= 0) return told.splice(at, 1)[0] as News<K>
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    }
  }
}

/** In this thread. */
async function expected(round: number, commanded: readonly FaultEvent[] = []) {
  const rivals = new Rivals(settingOf(experiment), { commanded }, () => 0)
  const news = (await rivals.advance(round, () => 'go'))!
  return { samples: news.map(({ sample }) => sample), results: timeless(rivals.results(round)) }
}

const timeless = ({ rivals, divergedRivals }: Compared): Compared => ({
  rivals: rivals.map(rival => ({ ...rival, seconds: 0 })),
  divergedRivals
})

const samplesOf = ({ rivals }: News<'rivals'>) =>
  rivals.map(({ sample }) => sample && { ...sample, seconds: 0 })

test('rivals tell where they are after the round that they are asked for', async () => {
  const { rivals, next } = started()
  expect(rivals.round).toBe(0)
  rivals.advance(12)
  const news = await next('rivals')
  expect(news.round).toBe(12)
  expect(rivals.round).toBe(12)
  expect(samplesOf(news)).toEqual((await expected(12)).samples)
})

test('while they are busy, only the newest round is kept', async () => {
  const { rivals, next } = started()
  for (let round = 5; round <= 30; round++) rivals.advance(round)
  expect((await next('rivals')).round).toBe(5)
  expect((await next('rivals')).round).toBe(30)
})

test('an earlier round is gone back to at once', async () => {
  const { rivals, next } = started()
  rivals.advance(30)
  rivals.advance(35)
  await next('rivals')
  rivals.advance(10)
  let news = await next('rivals')
  // It may have been there already.
  if (news.round === 35) news = await next('rivals')
  expect(news.round).toBe(10)
  expect(samplesOf(news)).toEqual((await expected(10)).samples)
})

test('a command holds for the rounds that are asked for later', async () => {
  const { rivals, next } = started()
  rivals.advance(20)
  rivals.learn({ commanded: [stop] })
  rivals.advance(25)
  expect((await next('rivals')).round).toBe(20)
  expect(samplesOf(await next('rivals'))).toEqual((await expected(25, [stop])).samples)
})

test('a peer is shown as it would be alone, and as the run has it, after the round that was asked for', async () => {
  const { rivals, next } = started()
  rivals.advance(15)
  await next('rivals')
  const there = new Rivals(settingOf(experiment), {}, () => 0)
  for (const aggregation of ['none', 'gossip'] as const) {
    rivals.inspect(aggregation, 3)
    expect(await next('inspected')).toEqual({
      kind: 'inspected',
      aggregation,
      ...(await there.inspect(aggregation, 3, 15, () => 'go'))
    })
  }
})

test('the figures at the end are those of rivals that were brought there at once', async () => {
  const { rivals, next } = started()
  rivals.advance(7)
  rivals.advance(31)
  const compared = await rivals.finish(40)
  expect(timeless(compared)).toEqual((await expected(40)).results)
  let last = await next('rivals')
  if (last.round === 7) last = await next('rivals')
  expect(last.round).toBe(40)
  rivals.inspect('none', 0)
  expect((await next('inspected')).report.round).toBe(40)
})

describe('a thread that ends', () => {
  test('of itself says why, and compares nothing', async () => {
    const { rivals, next } = started({
      experiment: { ...experiment, environment: { name: 'garnet', states: -1 } }
    })
    rivals.advance(3)
    const compared = rivals.finish(40)
    expect((await next('note')).text).toMatch(/^the comparison ended: environment.* states/)
    expect(await compared).toEqual({ rivals: [], divergedRivals: [] })
    expect(await rivals.finish(40)).toEqual({ rivals: [], divergedRivals: [] })
  })

  test('because it is told to, compares nothing', async () => {
    const { rivals } = started()
    const compared = rivals.finish(40)
    await rivals.terminate()
    expect(await compared).toEqual({ rivals: [], divergedRivals: [] })
  })
})

test.runIf(process.platform === 'linux')('their thread alone gives way to others', async () => {
  const { rivals, next } = started()
  rivals.advance(1)
  await next('rivals')
  const niceness = readdirSync('/proc/self/task').map(thread => getPriority(Number(thread)))
  const ours = getPriority()
  expect(new Set(niceness)).toEqual(new Set([ours, Math.min(ours + 10, 19)]))
})
