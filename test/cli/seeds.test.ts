/** `murmur run --seeds`: which seeds, what is refused, and what comes of it in a process of its own. */
import { spawn } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { seedsOf, seedsRequest } from '../../src/cli/read-seeds.ts'
import { repeat } from '../../src/cli/repeat.ts'
import { murmur, script } from '../support/murmur.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const SMALL = ['--peers', '4', '--rounds', '20', '--local-steps', '2', '--transport', 'simulated']

test('a number of seeds begins with the seed: the integers after it, or its parts if it is a word', () => {
  expect(seedsOf('3', '1')).toEqual(['1', '2', '3'])
  expect(seedsOf('3', '-1')).toEqual(['-1', '0', '1'])
  expect(seedsOf('2', '9007199254740993')).toEqual(['9007199254740993', '9007199254740994'])
  expect(seedsOf('2', 'starlings')).toEqual(['starlings/1', 'starlings/2'])
  expect(seedsOf('2', '007')).toEqual(['007/1', '007/2'])
})

test('a list of seeds is taken as it is', () => {
  expect(seedsOf('1,5,9', '3')).toEqual(['1', '5', '9'])
  expect(seedsOf('a, b', '3')).toEqual(['a', 'b'])
})

test.each([
  ['0', /--seeds: is "0", must be a number of seeds, 1 to 10000, or a list/],
  ['-2', /--seeds: is "-2"/],
  ['2.5', /--seeds: is "2.5"/],
  ['ten', /--seeds: is "ten"/],
  ['1,5,1', /--seeds: is "1,5,1", has 1 twice/],
  ['1,,5', /--seeds: is "1,,5", has an empty seed/]
])('%s are no seeds', (word, message) => {
  expect(() => seedsOf(word, '1')).toThrow(message)
})

test.each([
  [{ seeds: '2', resume: 'x' }, /--seeds: .*--resume/],
  [{ seeds: '2', replay: 'x' }, /--seeds: .*--replay/],
  [{ seeds: '1,2', seed: '3' }, /--seeds: is a list, so --seed 3 has no meaning/],
  [{ seeds: '2', statistic: 'median' }, /--statistic: unknown "median".*mean, iqm/],
  [{ statistic: 'iqm' }, /--statistic: is of several runs; add --seeds/]
])('%o is refused', (options, message) => {
  expect(() => seedsRequest(undefined, options)).toThrow(message)
})

test('each run is the one that --seed has, without the dashboard, and its record says how to repeat it', () => {
  const { runs } = seedsRequest('opposite', {
    seeds: '2',
    seed: '7',
    rounds: '5',
    set: ['seed=9', 'loss=0.1']
  })
  expect(runs.map(({ experiment, commandLine, ui }) => [experiment.seed, commandLine, ui])).toEqual([
    ['9', 'murmur run opposite --rounds 5 --seed 9 --set loss=0.1', false],
    ['10', 'murmur run opposite --rounds 5 --seed 10 --set loss=0.1', false]
  ])
})

test('the runs of a list have the bits of the runs one by one, and each has its record', () => {
  const folder = temporaryFolder()
  const { code, stdout, stderr } = murmur(folder, 'run', ...SMALL, '--seeds', '5,2', '--json')
  expect(code).toBe(0)
  expect(stderr).not.toMatch(/murmur:/)
  const { experiment, seeds, statistic, aggregations, runs } = JSON.parse(stdout)
  expect([experiment.seed, seeds, statistic]).toEqual(['5', ['5', '2'], 'mean'])
  expect(runs).toHaveLength(2)
  const single = JSON.parse(murmur(folder, 'run', ...SMALL, '--seed', '2', '--no-record', '--json').stdout)
  expect(runs[1].peers).toEqual(single.peers)
  expect(aggregations.map((each: { aggregation: string }) => each.aggregation)).toEqual([
    'gossip',
    'none',
    'star'
  ])
  const { mean, low, high, values } = aggregations[0].metrics.valueError
  expect(values).toEqual(runs.map((run: { swarm: { valueError: number } }) => run.swarm.valueError))
  expect(values[1]).toBe(single.swarm.valueError)
  expect(mean).toBe((Math.min(...values) + Math.max(...values)) / 2)
  expect([low, high]).toEqual([Math.min(...values), Math.max(...values)])
  const recorded = JSON.parse(murmur(folder, 'ls', '--json').stdout).runs
  expect(recorded.map((run: { command: string }) => run.command.match(/--seed \d/)?.[0]).sort()).toEqual([
    '--seed 2',
    '--seed 5'
  ])
})

test('a swarm that diverges with every seed leaves an empty table, the reasons, and the code 1', () => {
  const { code, stdout } = murmur(
    temporaryFolder(),
    'run',
    ...SMALL,
    '--seeds',
    '2',
    '--step-size',
    '1e9',
    '--no-record'
  )
  expect(code).toBe(1)
  expect(stdout).toMatch(/^0 of 2 seeds are in the table\.\nSeed 1: diverged: .*\nSeed 2: diverged: /)
})

test('what cannot be run is said once, in one line', () => {
  const { code, stdout, stderr } = murmur(
    temporaryFolder(),
    'run',
    ...SMALL,
    '--seeds',
    '3',
    '--topology',
    'random-regular:degree=9'
  )
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr.match(/murmur: topology: /g)).toHaveLength(1)
})

test('repetitions over libp2p run one after the other', async () => {
  const { runs } = seedsRequest(undefined, {
    seeds: '2',
    peers: '3',
    rounds: '3',
    transport: 'libp2p',
    record: false
  })
  const together: number[] = []
  const { outcomes, failed } = await repeat(runs, {
    note: () => {},
    progress: ({ running }) => together.push(running.length)
  }).outcomes
  expect(outcomes.map(({ experiment }) => experiment.seed)).toEqual(['1', '2'])
  expect(failed).toEqual([])
  expect(Math.max(...together)).toBe(1)
})

test('Ctrl-C keeps what is done, and says how many of how many are in the table', async () => {
  // A second or so for each seed: some are done, and all of them never.
  const args = [
    'run',
    ...SMALL,
    '--rounds',
    '200000',
    '--measure-every',
    '1000',
    '--seeds',
    '1000',
    '--no-record'
  ]
  const child = spawn(process.execPath, [script, ...args], { cwd: temporaryFolder() })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => {
    stdout += chunk
  })
  child.stderr.on('data', chunk => {
    stderr += chunk
  })
  const ended = new Promise<number | null>(resolve => {
    child.on('close', resolve)
  })
  try {
    await vi.waitFor(() => expect(stderr).toMatch(/^[1-9]\d* of 1000 seeds/m), {
      interval: 20,
      timeout: 30_000
    })
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    const [, inTable] = stdout.match(/(\d+) of 1000 seeds are in the table\./) ?? []
    expect(Number(inTable)).toBeGreaterThan(0)
    expect(stdout).toMatch(/value error {2}gossip/)
    expect(stderr).toMatch(/about .* to go/)
  } finally {
    child.kill('SIGKILL')
  }
}, 40_000)
