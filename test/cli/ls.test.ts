import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { resolve } from '../../src/experiment/resolve.ts'
import { createRecord, type RunRecord } from '../../src/records/record.ts'
import { madeComparison } from '../support/comparison.ts'
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

describe('comparisons', () => {
  /** In the folder `name` below `parent`, with so many of its 30 runs. */
  function compared(parent: string, name: string, runs: number, time: string): void {
    const folder = join(parent, name)
    mkdirSync(folder, { recursive: true })
    const file = join(folder, 'comparison.json')
    const made = madeComparison(3, ['1', '2', '3'])
    writeFileSync(file, JSON.stringify({ ...made, runs: made.runs.slice(0, runs) }))
    utimesSync(file, new Date(time), new Date(time))
  }

  const table = [
    'comparison  contenders  problems  seeds   runs  price  written',
    'second               5         2      3  12/30  wan    2026-11-22 18:03 UTC',
    'first                5         2      3     30  wan    2026-11-23 09:30 UTC',
    ''
  ]

  let parent: string
  beforeEach(() => {
    parent = temporaryFolder()
    const folder = join(parent, 'comparisons')
    compared(folder, 'first', 30, '2026-11-23T09:30:59Z')
    compared(folder, 'second', 12, '2026-11-22T18:03:11Z')
    mkdirSync(join(folder, 'cells', 'ab'), { recursive: true })
    for (const [figure, file] of [
      ['drawn', 'drawn.svg'],
      ['begun', 'results.jsonl']
    ] as const) {
      mkdirSync(join(parent, 'reproduce', figure), { recursive: true })
      writeFileSync(join(parent, 'reproduce', figure, file), '')
    }
  })

  test('are listed by the time of their last run, without a word on what they and figures are made of', async () => {
    expect(await said('ls', parent)).toEqual({ code: 0, stdout: table.join('\n'), stderr: '' })
    expect(await said('ls', join(parent, 'comparisons'))).toEqual({
      code: 0,
      stdout: table.join('\n'),
      stderr: ''
    })
    const figures = join(parent, 'reproduce')
    expect(await said('ls', figures)).toMatchObject({
      stdout: '',
      stderr: `no runs in ${figures} yet; murmur run records one\n`
    })
  })

  test('have a table of their own below the runs, unless some of these are asked for', async () => {
    recordOf(parent, { name: 'a' }, '2026-11-22T18:03:11Z').close('failed')
    const { stdout } = await said('ls', parent)
    expect(stdout.split('\n').slice(3)).toEqual(table)
    expect(stdout.split('\n').slice(1, 3)).toEqual([expect.stringMatching(/^20261122-180311-a /), ''])
    expect((await said('ls', parent, '--status', 'failed')).stdout).not.toContain('comparison')
    const { runs, comparisons } = JSON.parse((await said('ls', parent, '--json')).stdout)
    expect(runs).toHaveLength(1)
    expect(comparisons).toMatchObject([
      {
        id: 'second',
        problems: ['similar', 'opposite <peers>'],
        seeds: ['1', '2', '3'],
        done: 12,
        runs: 30,
        price: 'wan',
        written: '2026-11-22T18:03:11.000Z'
      },
      { id: 'first', done: 30 }
    ])
    expect(comparisons[0].contenders).toHaveLength(5)
    expect(JSON.parse((await said('ls', parent, '--json', '--peers', '3')).stdout)).toEqual({
      runs: [],
      comparisons: []
    })
  })

  test('that are damaged are named on stderr', async () => {
    writeFileSync(join(parent, 'comparisons', 'first', 'comparison.json'), '{"runs": []}')
    const { code, stdout, stderr } = await said('ls', parent)
    expect(stdout).not.toContain('first')
    expect(stderr).toMatch(
      /^murmur: .*first\/comparison\.json: no comparison \(comparison is missing or wrong\)\n$/
    )
    expect(code).toBe(0)
  })
})
