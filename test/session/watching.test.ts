/** A record as a session: what is told of it while it is played, sought through and followed. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { LINK, METRICS, PRESENCE } from '../../src/interfaces.ts'
import { COUNTED } from '../../src/records/sample-json.ts'
import type { Command } from '../../src/session/protocol.ts'
import type { WatchEvent } from '../../src/session/watch-protocol.ts'
import { openWatching } from '../../src/session/watching.ts'
import { linesOf, recordedRun, running, setManifest } from '../support/recorded.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

type Told<K extends WatchEvent['kind']> = Extract<WatchEvent, { kind: K }>

const records = mkdtempSync(join(tmpdir(), 'murmur-watching-'))
afterAll(() => rmSync(records, { recursive: true }))

const plain = await recordedRun(records, { measureEvery: 2, rounds: 13 })
const stopped = { stop: [2], how: 'killed' } as const
const stop: Command = { kind: 'fault', action: stopped }
const cut: Command = { kind: 'fault', action: { cut: [[0, 1]], direction: 'one-way' } }
const events = [
  { after: 2, stop: [3], how: 'frozen' },
  { after: 4, join: [4] },
  { after: 6, return: [3] },
  { after: 7, partition: [[0, 1]] },
  { after: 9, heal: 'all' },
  { after: 10, loss: 0.25 }
]
/** Something happens after every round. */
const planned = await recordedRun(records, { faults: { loss: 0.1, events } })
const faulty = await recordedRun(records, { faults: { loss: 0.1, events } }, { 5: stop, 8: cut })

const parsed = (folder: string) => linesOf(folder).map(line => JSON.parse(line))

/** Opens the record in `folder`; time passes as it is told to. */
async function watched(folder: string) {
  const told: WatchEvent[] = []
  let seconds = 0
  const watching = await openWatching(folder, { post: event => told.push(event), clock: () => seconds })
  const of = <K extends WatchEvent['kind']>(kind: K) =>
    told.filter((event): event is Told<K> => event.kind === kind)
  const tell = <T>(act: () => T): WatchEvent[] => {
    const from = told.length
    act()
    return told.slice(from)
  }
  return {
    watching,
    told,
    of,
    last: () => of('observed').at(-1)!,
    /** What a command makes it tell. */
    send: (command: Command) => tell(() => watching.obey(command)),
    /** What it tells while time passes. */
    pass: (passing: number) =>
      tell(() => {
        seconds += passing
        watching.play()
      }),
    follow: () => tell(() => watching.follow())
  }
}

/** Plays it from its first to its last line, step by step. */
async function stepped(folder: string) {
  const watch = await watched(folder)
  const lines = linesOf(folder).length
  watch.send({ kind: 'pause' })
  for (let k = 1; k < lines; k++) watch.send({ kind: 'step' })
  return watch
}

const roundsIn = (told: readonly WatchEvent[]): number[] =>
  told.flatMap(event => (event.kind === 'observed' ? [event.observation.round] : []))

describe('a finished record', () => {
  test('begins with its stage, what is compared with it, and its first measured round', async () => {
    const { told, of } = await watched(plain.folder)
    expect(told.map(({ kind }) => kind)).toEqual(['begins', 'compare', 'observed'])
    expect(of('begins')[0]!.stage).toEqual(plain.told.find(news => news.kind === 'begins')!.stage)
    expect(of('compare')[0]!.request.past).toEqual({ commanded: [], missing: new Map() })
    expect(of('observed')[0]).toMatchObject({
      isAnew: true,
      observation: { round: 2, isPaused: false, roundsPerSecond: 1 }
    })
  })

  test('is told from its first measured round to its last, as it was measured, and stops there', async () => {
    const { of, pass, last } = await watched(plain.folder)
    for (let tick = 0; tick < 120; tick++) pass(0.1)
    const lines = parsed(plain.folder)
    expect(of('observed').map(({ observation }) => observation.round)).toEqual(
      lines.map(({ round }) => round)
    )
    const curve = of('observed').flatMap(told => told.curve)
    expect(curve).toEqual(
      lines.map(line => ({
        round: line.round,
        errors: Object.fromEntries(METRICS.map(metric => [metric, line[metric]]))
      }))
    )
    expect(last().observation).toMatchObject({ round: 13, isPaused: true })
    expect(pass(10)).toEqual([])
  })

  test.each([
    ['', plain],
    [', whatever goes wrong', planned]
  ])('shows after every measured round what was seen of the run then%s', async (_, { folder, told }) => {
    const { of } = await stepped(folder)
    const live = told.flatMap(news => (news.kind === 'observed' ? [news.observation] : []))
    for (const { observation } of of('observed')) {
      const seen = live.find(({ round }) => round === observation.round)!
      expect(observation.sample).toEqual(seen.sample)
      for (const name of COUNTED) expect(observation.traffic[name]).toEqual(seen.traffic[name])
      expect(observation.presence).toEqual(seen.presence)
      // Which messages arrived the record does not tell.
      const { silent, lost, carries } = LINK
      expect(observation.links).toEqual(
        seen.links.map(link => (link === silent || link === lost ? carries : link))
      )
      expect(observation.loss).toBe(seen.loss)
    }
  })

  test('is never told more often than it is played, however fast', async () => {
    const { send, pass, last } = await watched(plain.folder)
    send({ kind: 'pace', roundsPerSecond: 50 })
    expect(last().observation).toMatchObject({ round: 2, roundsPerSecond: 50 })
    expect(roundsIn(pass(0.1))).toEqual([6])
    expect(last().curve.map(({ round }) => round)).toEqual([4, 6])
    send({ kind: 'pace', roundsPerSecond: null })
    expect(roundsIn(pass(0.1))).toEqual([13])
    expect(last().curve.map(({ round }) => round)).toEqual([8, 10, 12, 13])
  })

  test('sought anywhere is told anew, with the whole curve up to there', async () => {
    const { send, last } = await watched(plain.folder)
    for (const [round, shown] of [
      [9, 8],
      [5, 4],
      [-7, 2],
      [12, 12],
      [1e9, 13],
      [0, 2]
    ] as const) {
      send({ kind: 'seek', round })
      expect(last()).toMatchObject({ isAnew: true, observation: { round: shown } })
      expect(last().curve.map(each => each.round)).toEqual(
        parsed(plain.folder).flatMap(line => (line.round <= shown ? [line.round] : []))
      )
    }
    send({ kind: 'seek', round: 3 })
    expect(last()).toMatchObject({ isAnew: false, curve: [] })
  })

  test('begins anew when it is to go on from its end', async () => {
    const { send, last } = await watched(plain.folder)
    send({ kind: 'seek', round: 13 })
    expect(last().observation.isPaused).toBe(true)
    send({ kind: 'resume' })
    expect(last()).toMatchObject({ isAnew: true, observation: { round: 2, isPaused: false } })
  })

  test('takes no faults', async () => {
    const { send } = await watched(plain.folder)
    expect(send(stop)).toEqual([{ kind: 'note', text: 'nothing can be changed in a record' }])
  })
})

describe('faults', () => {
  test('stop peers and cut links from the round on that they took effect in, forward and back', async () => {
    const watch = await stepped(faulty.folder)
    const forward = watch.of('observed').slice(2)
    const { absent, here, killed, frozen } = PRESENCE
    const { carries, idle, cut: isCut } = LINK
    const expected = new Map([
      [
        2,
        {
          presence: [here, here, here, here, absent],
          links: [carries, idle, carries, carries, idle],
          loss: 0.1
        }
      ],
      [
        4,
        {
          presence: [here, here, here, frozen, absent],
          links: [carries, idle, carries, idle, idle],
          loss: 0.1
        }
      ],
      [
        5,
        {
          presence: [here, here, here, frozen, here],
          links: [carries, carries, carries, idle, idle],
          loss: 0.1
        }
      ],
      [
        7,
        {
          presence: [here, here, killed, here, here],
          links: [carries, carries, idle, idle, carries],
          loss: 0.1
        }
      ],
      [
        8,
        {
          presence: [here, here, killed, here, here],
          links: [carries, isCut, idle, idle, carries],
          loss: 0.1
        }
      ],
      [
        9,
        { presence: [here, here, killed, here, here], links: [isCut, isCut, idle, idle, carries], loss: 0.1 }
      ],
      [
        12,
        {
          presence: [here, here, killed, here, here],
          links: [carries, carries, idle, idle, carries],
          loss: 0.25
        }
      ]
    ])
    expect(watch.of('begins')[0]!.stage.edges).toEqual([
      [0, 1],
      [0, 4],
      [1, 2],
      [2, 3],
      [3, 4]
    ])
    const shown = ({ observation: { presence, links, loss } }: Told<'observed'>) => ({
      presence: [...presence],
      links: [...links],
      loss
    })
    for (const told of forward) {
      const { round } = told.observation
      if (expected.has(round)) expect([round, shown(told)]).toEqual([round, expected.get(round)])
    }
    for (const told of forward.toReversed()) {
      watch.send({ kind: 'seek', round: told.observation.round })
      expect(shown(watch.last())).toEqual(shown(told))
    }
  })

  test('leave out those who were not measured', async () => {
    const { of } = await stepped(faulty.folder)
    for (const { observation } of of('observed')) {
      const stopped = [...observation.presence.keys()].filter(i => observation.presence[i] !== PRESENCE.here)
      expect(observation.sample!.stopped).toEqual(stopped)
    }
  })

  test('that were commanded are told when they are passed, and not when they are sought over', async () => {
    const { send, of } = await stepped(faulty.folder)
    const commanded = [
      { after: 5, stop: [2], how: 'killed' },
      { after: 8, cut: [[0, 1]], direction: 'one-way' }
    ]
    expect(of('happened').map(({ event }) => event)).toEqual(commanded)
    send({ kind: 'seek', round: 8 })
    const [happened, observed] = send({ kind: 'step' })
    expect(happened).toEqual({ kind: 'happened', event: commanded[1] })
    expect(observed).toMatchObject({ kind: 'observed', isAnew: false, observation: { round: 9 } })
    send({ kind: 'seek', round: 1 })
    expect(send({ kind: 'seek', round: 12 }).map(({ kind }) => kind)).toEqual(['observed'])
    expect(of('compare')[0]!.request.past.commanded).toEqual(commanded)
  })
})

describe('messages that were missing though no fault took them', () => {
  /** A record in which two were missing in round 4 and one in round 7. */
  function missing(): string {
    const copy = join(temporaryFolder(), 'run')
    cpSync(plain.folder, copy, { recursive: true })
    const lines = ['{"round":3,"hop":0,"missing":[[0,1],[2,1]]}', '{"round":6,"hop":0,"missing":[[3,4]]}']
    writeFileSync(join(copy, 'events.jsonl'), `${lines.join('\n')}\n`)
    return copy
  }

  test('are told when they are passed', async () => {
    const { of } = await stepped(missing())
    expect(of('note').map(({ text }) => text)).toEqual([
      'rounds 3 to 4: 2 messages were missing that no planned fault took',
      'rounds 7 to 8: 1 message was missing that no planned fault took'
    ])
  })

  test('are known when the run is gone through again to see what a peer knows', async () => {
    const { of, follow } = await watched(missing())
    const inThree = [
      [0, 1],
      [2, 1]
    ]
    expect(of('compare').map(({ request }) => [...request.past.missing!])).toEqual([
      [
        [3, inThree],
        [6, [[3, 4]]]
      ]
    ])
    expect(follow()).toEqual([])
  })

  test('are told once where they come later', async () => {
    const copy = running(plain.folder, 6)
    const { follow } = await watched(copy)
    const add = (line: string) => {
      appendFileSync(join(copy, 'events.jsonl'), `${line}\n`)
      return follow()
    }
    const first = add('{"round":3,"hop":0,"missing":[[0,1]]}')
    expect(first).toEqual([{ kind: 'learned', past: { commanded: [], missing: new Map([[3, [[0, 1]]]]) } }])
    const [second] = add('{"round":4,"hop":0,"missing":[[1,0]]}')
    expect(second).toEqual({ kind: 'learned', past: { commanded: [], missing: new Map([[4, [[1, 0]]]]) } })
    expect(follow()).toEqual([])
  })
})

describe('a running record', () => {
  test('is followed from its end to the end of the run', async () => {
    const lines = linesOf(plain.folder)
    const copy = running(plain.folder, 4)
    const { follow, pass, last, of } = await watched(copy)
    expect(last()).toMatchObject({
      isAnew: true,
      observation: { round: 8, isPaused: false, roundsPerSecond: null }
    })
    expect(last().curve).toHaveLength(4)
    expect(of('note').map(({ text }) => text)).toEqual(['the run goes on after 8 of 13 rounds'])
    expect([...pass(5), ...follow()]).toEqual([])
    appendFileSync(join(copy, 'metrics.jsonl'), lines[4]! + lines[5]!.slice(0, 40))
    expect(roundsIn(follow())).toEqual([10])
    expect(last()).toMatchObject({ isAnew: false, curve: [{ round: 10 }] })
    appendFileSync(join(copy, 'metrics.jsonl'), lines[5]!.slice(40) + lines[6])
    expect(roundsIn(follow())).toEqual([13])
    expect(last().curve.map(({ round }) => round)).toEqual([12, 13])
    setManifest(copy, { status: 'finished' })
    const [note, observed] = follow()
    expect(note).toEqual({ kind: 'note', text: 'the run is finished after 13 of 13 rounds' })
    expect(observed).toMatchObject({ kind: 'observed', observation: { round: 13, isPaused: true } })
    expect(follow()).toEqual([])
  })

  test('may have no measured round yet', async () => {
    const copy = running(faulty.folder, 0)
    const { follow, last, send } = await watched(copy)
    expect(last().observation).toMatchObject({ round: 0, sample: undefined, isPaused: false })
    expect([...last().observation.presence]).toEqual([0, 0, 0, 0, PRESENCE.absent])
    expect(last().curve).toEqual([])
    send({ kind: 'step' })
    send({ kind: 'resume' })
    writeFileSync(join(copy, 'metrics.jsonl'), linesOf(faulty.folder)[0]!)
    expect(roundsIn(follow())).toEqual([1])
  })

  test('sought back is played, and sought to its end followed again', async () => {
    const lines = linesOf(plain.folder)
    const copy = running(plain.folder, 5)
    const { follow, pass, send, last } = await watched(copy)
    send({ kind: 'seek', round: 4 })
    expect(last()).toMatchObject({
      isAnew: true,
      observation: { round: 4, isPaused: false, roundsPerSecond: 1 }
    })
    appendFileSync(join(copy, 'metrics.jsonl'), lines[5]!)
    expect(follow()).toEqual([])
    expect(roundsIn(pass(2))).toEqual([6])
    send({ kind: 'seek', round: 13 })
    expect(last().observation).toMatchObject({ round: 12, isPaused: false, roundsPerSecond: null })
    appendFileSync(join(copy, 'metrics.jsonl'), lines[6]!)
    expect(roundsIn(follow())).toEqual([13])
  })

  test('tells commands as they are taken to the rivals, and when they are passed to who looks on', async () => {
    const lines = linesOf(faulty.folder)
    const copy = running(faulty.folder, 5)
    const [first = '', second = ''] = linesOf(faulty.folder, 'events.jsonl')
    const eventsPath = join(copy, 'events.jsonl')
    writeFileSync(eventsPath, '')
    const { follow, last } = await watched(copy)
    writeFileSync(eventsPath, first)
    expect(follow().map(({ kind }) => kind)).toEqual(['learned'])
    appendFileSync(join(copy, 'metrics.jsonl'), lines[5]!)
    expect(follow().map(({ kind }) => kind)).toEqual(['happened', 'observed'])
    expect(last().observation.presence[2]).toBe(PRESENCE.killed)
    appendFileSync(eventsPath, second)
    appendFileSync(join(copy, 'metrics.jsonl'), lines.slice(6, 9).join(''))
    expect(follow().map(({ kind }) => kind)).toEqual(['learned', 'happened', 'observed'])
  })

  test('tells what processes tell late', async () => {
    const copy = running(plain.folder, 6)
    const { follow, last } = await watched(copy)
    const slept = { after: 7, stop: [1], how: 'frozen' }
    appendFileSync(join(copy, 'events.jsonl'), `${JSON.stringify({ command: slept })}\n`)
    expect(follow().map(({ kind }) => kind)).toEqual(['learned', 'happened', 'observed'])
    expect(last()).toMatchObject({ isAnew: false, curve: [] })
    expect(last().observation.presence[1]).toBe(PRESENCE.frozen)
  })

  test('that was taken up from an earlier round is told anew', async () => {
    const lines = linesOf(faulty.folder)
    const copy = running(faulty.folder, 11)
    setManifest(copy, { status: 'interrupted' })
    const { follow, send, last, of } = await watched(copy)
    send({ kind: 'seek', round: 99 })
    expect(last().observation).toMatchObject({ round: 11, isPaused: true })
    const again = lines.map(line => line.replace(/"seconds":[\d.]+/, '"seconds":1234'))
    writeFileSync(join(copy, 'metrics.jsonl'), [...lines.slice(0, 4), ...again.slice(4, 7)].join(''))
    writeFileSync(join(copy, 'events.jsonl'), '')
    setManifest(copy, { status: 'running' })
    const told = follow()
    expect(told.map(({ kind }) => kind)).toEqual(['note', 'compare', 'observed'])
    expect(last()).toMatchObject({ isAnew: true, observation: { round: 7 } })
    expect(of('compare').at(-1)!.request.past.commanded).toEqual([])
  })
})

describe('a record that is not as one would wish', () => {
  /** A copy of the plain record in which `from` of `file` is `to`. */
  function changed(file: string, from: string | RegExp, to: string): string {
    const copy = join(temporaryFolder(), 'run')
    cpSync(plain.folder, copy, { recursive: true })
    const path = join(copy, file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
    return copy
  }

  test('has NaN for what an older version did not count', async () => {
    const { last } = await watched(changed('metrics.jsonl', /"perPeer":\{[^}]*\},/g, ''))
    const nothing = new Float64Array(5).fill(Number.NaN)
    expect(last().observation.traffic.messagesIn).toEqual(nothing)
    expect(last().observation.sample!.traffic.messages).toBe(20)
  })

  test.each([
    [
      'manifest.json',
      /"murmuration": ".*"/,
      '"murmuration": "0.0.9"',
      /^the run was begun by version 0\.0\.9, this is/
    ],
    [
      'manifest.json',
      /"digest": ".*"/,
      '"digest": "other"',
      /experiment\.yaml: was changed since the run began/
    ],
    ['manifest.json', '"finished"', '"diverged"', /^the run diverged after 13 of 13 rounds$/]
  ])('says so: %s %s', async (file, from, to, message) => {
    const { of, last } = await watched(changed(file, from, to))
    expect(of('note').map(({ text }) => text)).toEqual([expect.stringMatching(message)])
    expect(last().observation.round).toBe(2)
  })

  test.each([
    ['manifest.json', /^.*$/s, '{', /manifest\.json: no manifest of a run/],
    ['experiment.yaml', /^.*$/s, 'peers: [', /experiment\.yaml: cannot be read/],
    ['metrics.jsonl', /^.*$/s, '', /^watch .*run: the run is finished before its first measured round$/],
    ['metrics.jsonl', /^.*\n/, '{}\n', /metrics\.jsonl:1: is no measured round/],
    ['events.jsonl', /^.*$/s, '{}\n', /events\.jsonl:1: is no event of a run/]
  ])('is refused where nothing can be shown: %s %s', async (file, from, to, message) => {
    const opened = openWatching(changed(file, from, to), { post: () => {}, clock: () => 0 })
    await expect(opened).rejects.toThrow(ExperimentError)
    await expect(opened).rejects.toThrow(message)
  })

  test('is refused where there is none', async () => {
    const opened = openWatching('no-such-run', { post: () => {}, clock: () => 0 })
    await expect(opened).rejects.toThrow(
      'watch: there is no run "no-such-run", neither as a folder nor in runs/'
    )
  })

  test('that is taken away while it is watched ends it', async () => {
    const copy = running(plain.folder, 3)
    const { watching } = await watched(copy)
    rmSync(copy, { recursive: true })
    expect(() => watching.follow()).toThrow(/manifest\.json: no manifest of a run/)
  })
})
