/** Policies that are kept and played, from the command line. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { playRequest } from '../../src/cli/play-request.ts'
import { runRequest } from '../../src/cli/read-request.ts'
import { seedsRequest } from '../../src/cli/read-seeds.ts'
import { ExperimentError } from '../../src/core/errors.ts'
import { resolve } from '../../src/experiment/resolve.ts'
import { readSaved, savedJson } from '../../src/policy/saved.ts'
import { murmur, script } from '../support/murmur.ts'
import { Terminal } from '../support/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'murmur-play-'))
afterAll(() => rmSync(folder, { recursive: true }))
const TIMEOUT = 60_000
const FINITE = '--environment garnet:states=5 --learner softmax --peers 3 --rounds 4 --transport simulated'
const CARTS =
  '--environment cartpole:cap=80 --learner reinforce:batch=1 --peers 2 --rounds 5 --local-steps 2 --transport simulated'

let record: string
let carts: ReturnType<typeof murmur>

function parametersOf(json: string): number[][] {
  const { peers } = JSON.parse(json) as { peers: { parameters: number[] }[] }
  return peers.map(({ parameters }) => parameters)
}

beforeAll(() => {
  const run = murmur(
    folder,
    'run',
    ...FINITE.split(' '),
    '--save-policy',
    'finite.json',
    '--parameters',
    '--json'
  )
  expect(run).toMatchObject({ code: 0 })
  expect(parametersOf(readFileSync(join(folder, 'finite.json'), 'utf8'))).toEqual(parametersOf(run.stdout))
  record = readdirSync(join(folder, 'runs'))[0]!
  carts = murmur(folder, 'run', ...CARTS.split(' '), '--no-record', '--save-policy', 'carts.json')
}, TIMEOUT)

describe('--save-policy', () => {
  test('writes what the record has, and NumPy gets the same numbers', { timeout: TIMEOUT }, () => {
    const told = murmur(
      folder,
      'run',
      ...FINITE.split(' '),
      '--no-record',
      '--save-policy',
      'finite.npy',
      '--json'
    )
    expect(told.stderr).toContain('finite.npy has the parameters of 3 peers')
    expect(told.stdout).not.toContain('"parameters"')
    const saved = parametersOf(readFileSync(join(folder, 'finite.json'), 'utf8'))
    const file = readFileSync(join(folder, 'finite.npy'))
    const start = 10 + file.readUInt16LE(8)
    const numbers = Array.from({ length: (file.length - start) / 8 }, (_, k) =>
      file.readDoubleLE(start + 8 * k)
    )
    expect(numbers).toEqual(saved.flat())
    const kept = readSaved(join(folder, 'runs', record), () => {})
    expect(kept.parameters.map(row => [...row].slice(0, saved[0]!.length))).toEqual(saved)
    expect(kept.round).toBe(4)
  })

  test.each([
    ['another ending', 'x.txt', '--save-policy: is "x.txt", must end in .json, or in .npy for NumPy'],
    ['a folder that is not there', 'nowhere/x.npy', '--save-policy nowhere/x.npy: there is no folder nowhere']
  ])('refuses %s before anything runs', (_, savePolicy, message) => {
    expect(() => runRequest(undefined, { savePolicy })).toThrow(new ExperimentError(message))
  })

  test('is told of after a run that keeps no record', () => {
    expect(carts).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('carts.json has the parameters of 2')
    })
    expect(carts.stdout).toMatch(
      /the same, and keep its policies\n +npx murmur run .* --save-policy policy\.json/
    )
    expect(carts.stdout).toMatch(/^A peer lived through 10 episodes, /m)
  })

  test('is of one run, not of several', () => {
    expect(() => seedsRequest(undefined, { seeds: '2', savePolicy: 'x.npy' })).toThrow(
      '--seeds: is of several runs, and --save-policy writes the policies of one'
    )
  })
})

describe('murmur play', () => {
  test('tells of a recorded run its episodes, the exact return and the steps', { timeout: TIMEOUT }, () => {
    const { code, stdout } = murmur(folder, 'play', record, '--peer', '1', '--in', '2', '--episodes', '3')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^3 peers · garnet · softmax, after 4 rounds /)
    expect(stdout).toContain('the policy of peer 1, in the environment of peer 2 (garnet-2):')
    expect(stdout).toMatch(/^episode +return +score +steps/m)
    expect(stdout.match(/ truncated$/gm)).toHaveLength(3)
    expect(stdout).toMatch(/^ +mean +-?[\d.]+ +-?[\d.]+ /m)
    expect(stdout).toMatch(/^exact return J: -?[\d.]+$/m)
    expect(stdout).toMatch(/^step +state +action +reward +then$/m)
  })

  test('says the same of the file as of the record', { timeout: TIMEOUT }, () => {
    const [file, run] = ['finite.json', record].map(
      where =>
        JSON.parse(murmur(folder, 'play', where, '--peer', 'logits', '--json').stdout) as Record<
          string,
          unknown
        >
    )
    expect({ ...file, run: null }).toEqual({ ...run, run: null })
    expect(run).toMatchObject({
      policy: 'logits',
      environment: 0,
      label: 'garnet-0',
      greedy: false,
      seed: '1'
    })
    expect(run?.return).toBeTypeOf('number')
  })

  test('tells every policy in every environment, exactly where that is known', { timeout: TIMEOUT }, () => {
    const { stdout } = murmur(folder, 'play', record, '--matrix')
    expect(stdout).toContain('exact return of each policy in the environment of each peer:')
    for (const row of ['policy 0', 'policy 1', 'policy 2', 'mean of these', 'mean', 'logits'])
      expect(stdout).toMatch(new RegExp(`^${row}( +-?[\\d.]+){4}$`, 'm'))
    const json = JSON.parse(murmur(folder, 'play', 'finite.json', '--matrix', '--json').stdout)
    const { rows, columnMeans, mean, ownMean } = json
    expect(json).toMatchObject({ measure: 'return', episodes: null })
    const table = (rows as { returns: number[] }[]).slice(0, 3).map(({ returns }) => returns)
    for (const j of [0, 1, 2])
      expect(columnMeans[j]).toBeCloseTo((table[0]![j]! + table[1]![j]! + table[2]![j]!) / 3, 12)
    expect(mean).toBeCloseTo(table.flat().reduce((sum, x) => sum + x, 0) / 9, 12)
    expect(ownMean).toBeCloseTo((table[0]![0]! + table[1]![1]! + table[2]![2]!) / 3, 12)
    // Of tables the two means of all are one.
    expect(rows[4].returns).toEqual(rows[3].returns.map((x: number) => expect.closeTo(x, 12)))
  })

  test('of simulated environments scores are means over episodes', { timeout: TIMEOUT }, () => {
    const json = JSON.parse(
      murmur(folder, 'play', 'carts.json', '--matrix', '--episodes', '4', '--json').stdout
    )
    expect(json).toMatchObject({ measure: 'score', episodes: 4, peers: 2 })
    const one = JSON.parse(
      murmur(folder, 'play', 'carts.json', '--peer', '1', '--in', '0', '--episodes', '4', '--json').stdout
    )
    const scores = (one.episodes as { score: number }[]).map(({ score }) => score)
    expect(json.rows[1].returns[0]).toBe(scores.reduce((sum, x) => sum + x, 0) / 4)
    expect(one).toMatchObject({ return: null, moves: [] })
  })

  test('values cannot be played, which is said in one line', { timeout: TIMEOUT }, () => {
    const { experiment } = resolve({ peers: 2, environment: 'garnet:states=5' })
    const parameters = [new Float64Array(5), new Float64Array(5)]
    writeFileSync(join(folder, 'values.json'), savedJson({ experiment, round: 0, parameters }, ['a', 'b']))
    expect(murmur(folder, 'play', 'values.json')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^murmur: play: td learns the values of a given policy, .*\n$/)
    })
  })

  test.each([
    ['nothing', {}, 'play: there is no run "nothing", neither as a folder nor in runs/'],
    ['finite.npy', {}, 'does not say which experiment it is of'],
    ['finite.json', { peer: '3' }, '--peer: is "3", must be a whole number from 0 to 2, mean or logits'],
    ['finite.json', { in: 'mean' }, '--in: is "mean", must be a whole number from 0 to 2'],
    ['finite.json', { episodes: '0' }, '--episodes: is "0", must be a whole number from 1 to 100000'],
    ['finite.json', { matrix: true, in: '1' }, '--matrix: is of every policy in every environment; leave out']
  ] as const)('%s with %j cannot be played', (file, flags, message) => {
    const run = file === 'nothing' ? file : join(folder, file)
    expect(() => playRequest(run, flags)).toThrow(message)
  })

  test('on a terminal the cart moves until a key ends it, and then the table stands there', {
    timeout: TIMEOUT
  }, async () => {
    const command = `${process.execPath} ${script} play carts.json --greedy`
    const terminal = new Terminal(command, { columns: 80, rows: 24, cwd: folder })
    try {
      const first = await terminal.until(/step \d+ of \d+ · score/)
      expect(first).toMatch(/[⠁-⣿]{20}/)
      terminal.type('q')
      await terminal.until(/the policy of peer 0, in its own environment \(cartpole-0\):/)
      expect(await terminal.ended).toBe(0)
    } finally {
      await terminal.close()
    }
  })
})
