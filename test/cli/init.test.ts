import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve as absolute, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readExperiment } from '../../src/experiment/read.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { said } from '../support/said.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('init writes a starter that runs unchanged and is the default experiment', async () => {
  const file = join(temporaryFolder(), 'mine.yaml')
  expect(await said('init', file)).toEqual({
    code: 0,
    stdout: '',
    stderr: `${file} is written; run it with: murmur run ${file}\n`
  })
  expect(readExperiment({ experiment: file })).toEqual(resolve({}))
})

test('its first line leads editors to the JSON schema', async () => {
  const file = join(temporaryFolder(), 'mine.yaml')
  expect((await said('init', file, '--json')).stdout).toBe(`${JSON.stringify({ file })}\n`)
  const [line = ''] = readFileSync(file, 'utf8').split('\n')
  const [, path = ''] = /^# yaml-language-server: \$schema=(\..*)$/.exec(line) ?? []
  expect(path).toMatch(/src\/experiment\/experiment\.schema\.json$/)
  expect(existsSync(absolute(dirname(file), path))).toBe(true)
})

test('it does not overwrite', async () => {
  const file = join(temporaryFolder(), 'mine.yaml')
  writeFileSync(file, 'peers: 4')
  expect(await said('init', file)).toEqual({
    code: 2,
    stdout: '',
    stderr: `murmur: ${file}: exists already and is not overwritten; murmur init other.yaml writes another\n`
  })
  expect(readFileSync(file, 'utf8')).toBe('peers: 4')
})
