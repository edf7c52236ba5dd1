import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ExperimentError, RunError } from '../../src/core/errors.ts'
import { productVersion } from '../../src/core/product.ts'
import { readExperiment } from '../../src/experiment/read.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { createRecord } from '../../src/records/record.ts'
import { sampleAt, stateAt, trafficAt } from '../support/samples.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const { experiment } = resolve({ peers: 2, rounds: 9, seed: 'a', transport: 'simulated' })
const settings = {
  command: 'murmur run --peers 2',
  labels: ['east', 'west'],
  clock: () => new Date('2026-11-22T18:03:11.5Z')
}
const graph = { topology: 'ring', edges: [[0, 1]] }
const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8')
const manifestOf = (folder: string) => JSON.parse(read(folder, 'manifest.json'))

describe('a record', () => {
  test('lies in a folder that sorts by time and is named by graph and aggregation, or by its experiment', () => {
    const parent = join(temporaryFolder(), 'new', 'runs')
    const named = { ...experiment, name: 'my run: 1/2' }
    const records = [experiment, experiment, experiment, named].map(each =>
      createRecord(parent, each, graph, settings)
    )
    expect(readdirSync(parent).sort()).toEqual([
      '20261122-180311-my-run-1-2',
      '20261122-180311-ring-gossip',
      '20261122-180311-ring-gossip-2',
      '20261122-180311-ring-gossip-3'
    ])
    for (const record of records) record.close('finished')
  })

  test('says what the run is before its first round', () => {
    const record = createRecord(temporaryFolder(), experiment, graph, settings)
    expect(manifestOf(record.folder)).toMatchObject({
      id: '20261122-180311-ring-gossip',
      status: 'running',
      started: '2026-11-22T18:03:11.500Z',
      ended: null,
      command: 'murmur run --peers 2',
      seed: 'a',
      versions: { murmuration: productVersion(), node: process.version },
      platform: `${process.platform}-${process.arch}`,
      pid: process.pid,
      environment: 'garnet',
      peers: 2,
      topology: 'ring',
      aggregation: 'gossip',
      rounds: 9,
      round: 0,
      swarm: null
    })
    expect(JSON.parse(read(record.folder, 'topology.json'))).toEqual(graph)
    expect(read(record.folder, 'metrics.jsonl')).toBe('')
    record.close('finished')
  })

  test('holds an experiment that runs as it is', () => {
    const record = createRecord(temporaryFolder(), experiment, graph, settings)
    expect(readExperiment({ experiment: join(record.folder, 'experiment.yaml') })).toEqual({
      experiment,
      notes: []
    })
    record.close('finished')
  })

  test('has each measured round at once, as a line', () => {
    const record = createRecord(temporaryFolder(), experiment, graph, settings)
    for (const round of [1, 2]) {
      record.append(sampleAt(round), trafficAt(round), false)
      const lines = read(record.folder, 'metrics.jsonl').split('\n')
      expect(lines).toHaveLength(round + 1)
      expect(lines[round]).toBe('')
      expect(JSON.parse(lines[round - 1] ?? '')).toMatchObject({
        round,
        peers: [{ environment: 'east' }, { peer: 1 }]
      })
    }
    record.close('finished')
  })

  test('of more than 1,000 peers lists them in the last line only', () => {
    const labels = Array.from({ length: 1001 }, (_, i) => `e${i}`)
    const record = createRecord(temporaryFolder(), experiment, graph, { ...settings, labels })
    record.append(sampleAt(1), trafficAt(1), false)
    record.append(sampleAt(2), trafficAt(2), true)
    record.close('finished')
    const [first, last] = read(record.folder, 'metrics.jsonl').trim().split('\n')
    expect(JSON.parse(first ?? '')).not.toHaveProperty('peers')
    expect(JSON.parse(last ?? '').peers).toHaveLength(1001)
  })

  test.each([
    ['finished', null],
    ['interrupted', null],
    ['target-missed', null],
    ['diverged', 'peer 3 in round 7']
  ] as const)('ends %s, with the last errors', (status, reason) => {
    const record = createRecord(temporaryFolder(), experiment, graph, settings)
    record.append(sampleAt(1), trafficAt(1), false)
    record.append(sampleAt(2), trafficAt(2), true)
    record.checkpoint(stateAt(2))
    record.close(status, reason)
    expect(manifestOf(record.folder)).toMatchObject({
      status,
      reason,
      ended: '2026-11-22T18:03:11.500Z',
      round: 2,
      swarm: { consensusError: 0.2, valueError: 1.5, return: null }
    })
    expect(readdirSync(record.folder).sort()).toEqual([
      'checkpoint',
      'events.jsonl',
      'experiment.yaml',
      'manifest.json',
      'metrics.jsonl',
      'topology.json'
    ])
  })

  test('that cannot be made is a mistake of the user, told with the folder and the reason', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const make = () => createRecord(join(file, 'runs'), experiment, graph, settings)
    expect(make).toThrow(ExperimentError)
    expect(make).toThrow(/^--record .*file\/runs: the record cannot be written there \(ENOTDIR/)
    expect(() => createRecord(file, experiment, graph, settings)).toThrow(
      /the record cannot be written there \(ENOTDIR/
    )
  })

  test('is refused at once where nothing can be made', () => {
    // On Linux a folder in /proc is never there and can never be made.
    const parent = existsSync('/proc/self') ? '/proc/runs/of/mine' : join(temporaryFolder(), 'a\0b')
    expect(() => createRecord(parent, experiment, graph, settings)).toThrow(
      /the record cannot be written there \(/
    )
  })

  test('that cannot be completed leaves nothing behind', () => {
    const parent = temporaryFolder()
    const unwritable = {
      toJSON: () => {
        throw new Error('no such graph')
      }
    }
    expect(() => createRecord(parent, experiment, unwritable, settings)).toThrow('no such graph')
    expect(readdirSync(parent)).toEqual([])
  })

  test('whose checkpoint cannot be replaced keeps the last one', () => {
    const record = createRecord(temporaryFolder(), experiment, graph, settings)
    record.checkpoint(stateAt(1))
    const before = readFileSync(join(record.folder, 'checkpoint'))
    mkdirSync(join(record.folder, 'checkpoint.tmp'))
    const broken = () => record.checkpoint(stateAt(2))
    expect(broken).toThrow(RunError)
    expect(broken).toThrow(/^the record cannot be written: .*checkpoint: EISDIR/)
    expect(readFileSync(join(record.folder, 'checkpoint'))).toEqual(before)
    record.close('failed')
  })

  test('that can no longer be written ends the run', () => {
    const parent = temporaryFolder()
    const record = createRecord(parent, experiment, graph, settings)
    record.close('interrupted')
    const broken = () => record.append(sampleAt(1), trafficAt(1), false)
    expect(broken).toThrow(RunError)
    expect(broken).toThrow(/^the record cannot be written: .*metrics\.jsonl: EBADF/)
    expect(existsSync(join(record.folder, 'checkpoint'))).toBe(false)
  })
})
