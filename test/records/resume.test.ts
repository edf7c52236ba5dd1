import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { describe, expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { productVersion } from '../../src/core/product.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { createRecord } from '../../src/records/record.ts'
import { openRecord } from '../../src/records/resume.ts'
import { sampleAt, stateAt, trafficAt } from '../support/samples.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Opens the record of a run whose checkpoint fits. */
const reopen = (run: string, how: Parameters<typeof openRecord>[1]) => openRecord(run, how, () => {})

const { experiment } = resolve({
  peers: 2,
  rounds: 9,
  seed: 'a',
  transport: 'simulated',
  initial: 'offset:1e-10'
})
const settings = { labels: ['east', 'west'], clock: () => new Date('2026-11-22T18:03:11Z') }
/** A run that was measured in rounds 1 … 5 and stopped, with a checkpoint of round 3. */
function interrupted(): string {
  const record = createRecord(
    temporaryFolder(),
    experiment,
    {},
    { ...settings, command: 'murmur run --seed a' }
  )
  for (const round of [1, 2, 3]) record.append(sampleAt(round), trafficAt(round), false)
  record.checkpoint(stateAt(3))
  for (const round of [4, 5]) record.append(sampleAt(round), trafficAt(round), false)
  record.close('interrupted')
  return record.folder
}

const linesOf = (folder: string): string[] => readFileSync(join(folder, 'metrics.jsonl'), 'utf8').split('\n')
const roundsOf = (folder: string): number[] =>
  linesOf(folder)
    .slice(0, -1)
    .map(line => JSON.parse(line).round)

describe('a run that is resumed', () => {
  test('has its experiment, its checkpoint to the bit, and the errors measured before', () => {
    const { experiment: read, checkpoint, history, record } = reopen(interrupted(), settings)
    expect(read).toEqual(experiment)
    expect(checkpoint).toEqual(stateAt(3))
    expect(Object.is(checkpoint.theta[1], -0)).toBe(true)
    expect(history).toEqual([1, 2, 3].map(round => ({ round, errors: sampleAt(round).swarm })))
    record.close('finished')
  })

  test('goes on where its checkpoint stands', () => {
    const folder = interrupted()
    const before = linesOf(folder)
    const { record } = reopen(folder, settings)
    expect(roundsOf(folder)).toEqual([1, 2, 3])
    expect(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toMatchObject({
      status: 'running',
      ended: null,
      round: 3,
      swarm: { consensusError: 0.3 }
    })
    for (const round of [4, 5]) record.append(sampleAt(round), trafficAt(round), false)
    record.close('finished')
    expect(linesOf(folder)).toEqual(before)
  })

  test('is readable wherever a crash tore its last line', () => {
    const folder = interrupted()
    const path = join(folder, 'metrics.jsonl')
    const whole = readFileSync(path)
    const last = whole.lastIndexOf('\n', whole.length - 2) + 1
    for (let length = last; length <= whole.length; length++) {
      writeFileSync(path, whole.subarray(0, length))
      const { record, history } = reopen(folder, settings)
      expect(history).toHaveLength(3)
      expect(roundsOf(folder)).toEqual([1, 2, 3])
      record.close('interrupted')
    }
  })

  test('of many long lines is cut at the right byte', () => {
    const labels = Array.from({ length: 900 }, (_, i) => `umwelt-${i}-äöü`)
    const record = createRecord(temporaryFolder(), experiment, {}, { ...settings, labels, command: '' })
    for (let round = 1; round <= 20; round++) record.append(sampleAt(round), trafficAt(round), false)
    record.checkpoint(stateAt(13))
    record.close('interrupted')
    expect(linesOf(record.folder).join('\n').length).toBeGreaterThan(2 ** 21)
    reopen(record.folder, { ...settings, labels }).record.close('interrupted')
    expect(roundsOf(record.folder)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
  })
})

describe('a run that cannot be resumed says why', () => {
  const edit = (folder: string, file: string, from: string | RegExp, to: string): void => {
    const path = join(folder, file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
  }
  const cases: readonly [string, (folder: string) => void, RegExp][] = [
    [
      'it is finished',
      f => edit(f, 'manifest.json', '"interrupted"', '"finished"'),
      /: ended after 5 of 9 rounds \(finished\); repeat it with: murmur run --seed a$/
    ],
    ['it diverged', f => edit(f, 'manifest.json', '"interrupted"', '"diverged"'), /\(diverged\)/],
    [
      'it is running',
      f => edit(f, 'manifest.json', '"interrupted"', '"running"'),
      /: is running, in process \d+$/
    ],
    [
      'another version began it',
      f => edit(f, 'manifest.json', productVersion(), '0.0.9'),
      /: was begun by version 0\.0\.9, this is \S+; repeat it with/
    ],
    [
      'its experiment was changed',
      f => edit(f, 'experiment.yaml', 'rounds: 9', 'rounds: 10'),
      /experiment\.yaml: was changed since the run began/
    ],
    [
      'its experiment is no YAML',
      f => edit(f, 'experiment.yaml', 'rounds: 9', 'rounds: [9'),
      /experiment\.yaml: cannot be read/
    ],
    [
      'its manifest is gone',
      f => rmSync(join(f, 'manifest.json')),
      /manifest\.json: no manifest of a run \(ENOENT/
    ],
    [
      'its manifest is torn',
      f => truncateSync(join(f, 'manifest.json'), 40),
      /manifest\.json: no manifest of a run/
    ],
    [
      'its manifest lacks the seed',
      f => edit(f, 'manifest.json', '"seed"', '"sead"'),
      /no manifest of a run \(seed is missing or wrong\)/
    ],
    [
      'its checkpoint is gone',
      f => rmSync(join(f, 'checkpoint')),
      /: ended before its first checkpoint; repeat it with: murmur run --seed a$/
    ],
    ['its checkpoint is torn', f => truncateSync(join(f, 'checkpoint'), 100), /checkpoint: no checkpoint/],
    [
      'its checkpoint is empty',
      f => truncateSync(join(f, 'checkpoint'), 0),
      /checkpoint: no checkpoint to read/
    ],
    [
      'its checkpoint has another form',
      f => {
        const content = serialize({ format: 1 })
        const checksum = createHash('sha256').update(content).digest()
        writeFileSync(join(f, 'checkpoint'), Buffer.concat([checksum, content]))
      },
      /checkpoint: no checkpoint of this version \(format/
    ],
    [
      'a bit of its checkpoint has flipped',
      f => {
        const bytes = readFileSync(join(f, 'checkpoint'))
        bytes[bytes.length - 9]! ^= 1
        writeFileSync(join(f, 'checkpoint'), bytes)
      },
      /checkpoint: no checkpoint to read \(it is damaged\)/
    ],
    [
      'its metrics lack a round',
      f => edit(f, 'metrics.jsonl', /^.*\n/, ''),
      /metrics\.jsonl: holds 2 of the 3 rounds measured up to the checkpoint, the record is damaged/
    ],
    [
      'its metrics hold something else',
      f => edit(f, 'metrics.jsonl', /^.*\n/, 'null\n'),
      /metrics\.jsonl:1: is no measured round, the record is damaged/
    ],
    [
      'its metrics are gone',
      f => rmSync(join(f, 'metrics.jsonl')),
      /metrics\.jsonl: cannot be read \(ENOENT/
    ],
    [
      'its metrics are damaged',
      f => edit(f, 'metrics.jsonl', '{"round":2,"con', '{"round":2;"con'),
      /metrics\.jsonl:2: is no JSON, the record is damaged/
    ]
  ]
  test.each(cases)('%s', (_, damage, message) => {
    const folder = interrupted()
    damage(folder)
    const open = () => reopen(folder, settings)
    expect(open).toThrow(ExperimentError)
    expect(open).toThrow(message)
  })

  test('its checkpoint is of another run', () => {
    const folder = interrupted()
    const other = createRecord(
      temporaryFolder(),
      { ...experiment, seed: 'b' },
      {},
      { ...settings, command: '' }
    )
    other.checkpoint(stateAt(1))
    other.close('interrupted')
    copyFileSync(join(other.folder, 'checkpoint'), join(folder, 'checkpoint'))
    expect(() => reopen(folder, settings)).toThrow(/checkpoint: the checkpoint of another experiment/)
  })

  test('there is none of that name', () => {
    expect(() => reopen('no-such-run', settings)).toThrow(
      '--resume: there is no run "no-such-run", neither as a folder nor in runs/'
    )
  })
})

test('a run is resumed by one process at a time, and by the next when that is done or dead', () => {
  const folder = interrupted()
  const { record } = reopen(folder, settings)
  expect(() => reopen(folder, settings)).toThrow(/^--resume .*: is in use by another process \(pid \d+\)$/)
  record.close('interrupted')
  reopen(folder, settings).record.close('interrupted')
  // A process that has the number of one that started with the host, where that can be known.
  const another = existsSync('/proc/self/stat') ? [{ pid: process.pid, pidStart: 0 }] : []
  for (const owner of [{ pid: 2 ** 30, pidStart: null }, ...another]) {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ host: hostname(), ...owner }))
    reopen(folder, settings).record.close('interrupted')
  }
  expect(existsSync(join(folder, 'lock'))).toBe(false)
})

test('a checkpoint that the swarm refuses leaves the record as it was', () => {
  const folder = interrupted()
  const before = readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
  const refuse = () => {
    throw new Error('it does not fit')
  }
  expect(() => openRecord(folder, settings, refuse)).toThrow('it does not fit')
  expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toBe(before)
  reopen(folder, settings).record.close('interrupted')
})
