import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ExperimentError } from '../../src/core/errors.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { listRecords } from '../../src/records/list.ts'
import { createRecord } from '../../src/records/record.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const { experiment } = resolve({ peers: 2 })

function recordAt(parent: string, time: string) {
  return createRecord(
    parent,
    experiment,
    {},
    { command: '', labels: ['a', 'b'], clock: () => new Date(time) }
  )
}

test('runs are listed in the order of their start', () => {
  const parent = temporaryFolder()
  for (const time of ['2026-11-22T18:03:11Z', '2025-12-31T23:59:59Z', '2026-11-22T18:03:10Z']) {
    recordAt(parent, time).close('finished')
  }
  const { runs, broken } = listRecords(parent)
  expect(runs.map(run => run.started.slice(0, 19))).toEqual([
    '2025-12-31T23:59:59',
    '2026-11-22T18:03:10',
    '2026-11-22T18:03:11'
  ])
  expect(broken).toEqual([])
})

test('a run whose process is gone was interrupted; one of another host is taken at its word', () => {
  const parent = temporaryFolder()
  const { folder } = recordAt(parent, '2026-11-22T18:03:11Z')
  const status = () => listRecords(parent).runs[0]?.status
  expect(status()).toBe('running')
  const path = join(folder, 'manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  const { pid } = spawnSync(process.execPath, ['--version'])
  writeFileSync(path, JSON.stringify({ ...manifest, pid }))
  expect(status()).toBe('interrupted')
  writeFileSync(path, JSON.stringify({ ...manifest, pid, host: 'elsewhere.example' }))
  expect(status()).toBe('running')
})

test('a run whose process is gone was interrupted, even if its number was given to another process', () => {
  const parent = temporaryFolder()
  const { folder } = recordAt(parent, '2026-11-22T18:03:11Z')
  const path = join(folder, 'manifest.json')
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  // Where starts are not known a number has to do.
  const isKnown = existsSync('/proc/self/stat')
  expect(manifest.pidStart).toEqual(isKnown ? expect.any(Number) : null)
  writeFileSync(path, JSON.stringify({ ...manifest, pidStart: manifest.pidStart - 1 }))
  expect(listRecords(parent).runs[0]?.status).toBe(isKnown ? 'interrupted' : 'running')
})

test('folders that are no runs are named with the reason, and files are passed over', () => {
  const parent = temporaryFolder()
  recordAt(parent, '2026-11-22T18:03:11Z').close('finished')
  mkdirSync(join(parent, 'empty'))
  mkdirSync(join(parent, 'torn'))
  writeFileSync(join(parent, 'torn', 'manifest.json'), '{"id": "to')
  writeFileSync(join(parent, 'notes.txt'), 'mine')
  const { runs, broken } = listRecords(parent)
  expect(runs).toHaveLength(1)
  expect(broken).toEqual([
    expect.stringMatching(/empty\/manifest\.json: no manifest of a run \(ENOENT/),
    expect.stringMatching(/torn\/manifest\.json: no manifest of a run \(Unterminated string/)
  ])
})

test('a folder that is not there is a mistake of the user', () => {
  expect(() => listRecords('no-such-folder')).toThrow(ExperimentError)
})
