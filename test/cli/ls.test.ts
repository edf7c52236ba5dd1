import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { createRecord, type RunRecord } from '../../src/records/record.ts'
import { setManifest } from '../support/recorded.ts'
import { said } from '../support/said.ts'
import { sampleAt, trafficAt } from '../support/samples.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

function recordOf(parent: string, raw: Readonly<Record<string, unknown>>, time: string): RunRecord {
  const { experiment } = resolve({ peers: 2, rounds: 9, ...raw })
  return createRecord(
    parent,
    experiment,
    {},
    { command: '', labels: ['a', 'b'], clock: () => new Date(time) }
  )
}

test('ls lists runs with how they ended, without columns that say nothing, and names what is no run on stderr', async () => {
  const parent = temporaryFolder()
  const done = recordOf(parent, {}, '2026-11-22T18:03:11Z')
  done.append(sampleAt(9), trafficAt(9), true)
  done.close('finished')
  recordOf(parent, {}, '2026-11-22T18:03:11Z').close('failed', 'port 9000 is in use')
  mkdirSync(join(parent, 'mine'))

  const { code, stdout, stderr } = await said('ls', parent)
  expect(stdout).toBe(
    [
      'run                            status    environment  peers  learner  topology  aggregation  rounds  value error  consensus',
      '20261122-180311-ring-gossip    finished  garnet           2  td       ring      gossip            9         1.50      0.900',
      '20261122-180311-ring-gossip-2  failed    garnet           2  td       ring      gossip          0/9            –          –',
      ''
    ].join('\n')
  )
  expect(stderr).toMatch(/^murmur: .*mine\/manifest\.json: no manifest of a run \(ENOENT.*\n$/)
  expect(code).toBe(0)

  const { runs } = JSON.parse((await said('ls', parent, '--json')).stdout)
  expect(runs).toMatchObject([
    { status: 'finished', learner: 'td', swarm: { return: null } },
    { status: 'failed', learner: 'td', reason: 'port 9000 is in use' }
  ])
})

describe('of many runs', () => {
  let parent: string

  beforeEach(() => {
    parent = temporaryFolder()
    for (const [k, raw, rounds] of [
      [1, { name: 'a', peers: 12 }, 3],
      [2, { name: 'b', aggregation: 'gossip-scafflsa', peers: 3 }, 0],
      [3, { name: 'c', environment: 'cartpole', learner: 'reinforce', aggregation: 'star' }, 9],
      [4, { name: 'd', topology: 'complete' }, 9]
    ] as const) {
      const record = recordOf(parent, raw, `2026-11-22T18:03:1${k}Z`)
      if (rounds > 0) record.append(sampleAt(rounds), trafficAt(rounds), true)
      record.close(rounds === 9 ? 'finished' : 'interrupted')
    }
  })

  async function names(...flags: string[]): Promise<string> {
    const { code, stdout } = await said('ls', parent, '--json', ...flags)
    expect(code).toBe(0)
    return JSON.parse(stdout)
      .runs.map(({ id }: { id: string }) => id.slice(-1))
      .join('')
  }

  test.each([
    ['the status', ['--status', 'finished'], 'cd'],
    ['the aggregation, just this where there is one', ['--aggregation', 'gossip'], 'ad'],
    ['a part of it where there is none', ['--aggregation', 'scaff'], 'b'],
    ['the environment', ['--environment', 'cart'], 'c'],
    ['the learner', ['--learner', 'td'], 'abd'],
    ['the topology', ['--topology', 'complete'], 'd'],
    ['a number of peers, of which there are no parts', ['--peers', '12'], 'a'],
    ['no part of a number', ['--peers', '1'], ''],
    [
      'just this, though another filter leaves only similar ones',
      ['--peers', '3', '--aggregation', 'gossip'],
      ''
    ],
    ['several at once', ['--status', 'finished', '--aggregation', 'gossip'], 'd']
  ])('those are listed that have %s', async (_, flags, expected) => {
    expect(await names(...flags)).toBe(expected)
  })

  test.each([
    ['by start unless another column is given', [], 'abcd'],
    ['by words', ['--sort', 'aggregation'], 'adbc'],
    ['by numbers', ['--sort', 'rounds'], 'bacd'],
    ['from the largest, equal ones by start', ['--sort', '-rounds'], 'cdab'],
    ['what has no such figure last', ['--sort', 'consensus'], 'acdb'],
    ['what has no such figure last, from the largest too', ['--sort', '-consensus'], 'cdab'],
    ['by a column of two words', ['--sort', 'value-error'], 'acdb'],
    ['by a column that is not shown', ['--sort', '-return'], 'abcd']
  ])('they are ordered %s', async (_, flags, expected) => {
    expect(await names(...flags)).toBe(expected)
  })

  test('an unknown column is told in one line with those that are known', async () => {
    expect(await said('ls', parent, '--sort', '-consensu')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'murmur: --sort: unknown column "consensu"; did you mean "consensus"? Allowed: run, status, environment, ' +
        'peers, learner, topology, aggregation, rounds, value-error, return, consensus\n'
    })
  })

  test('that none is such is said', async () => {
    expect(await said('ls', parent, '--status', 'lost')).toEqual({
      code: 0,
      stdout: '',
      stderr: `none of the 4 runs in ${parent} is such\n`
    })
  })

  test('a run whose experiment cannot be read is listed without its learner', async () => {
    rmSync(join(parent, '20261122-180311-a', 'experiment.yaml'))
    setManifest(join(parent, '20261122-180311-a'), { status: 'failed' })
    const { stdout } = await said('ls', parent, '--status', 'failed')
    expect(stdout).not.toContain('learner')
    expect(stdout).toContain('20261122-180311-a  failed')
    expect(await names('--learner', 'td')).toBe('bd')
  })
})
