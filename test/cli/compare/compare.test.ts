import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Crew } from '../../../src/cells/crew.ts'
import { compareCommand } from '../../../src/cli/compare/compare.ts'
import { type CompareOptions, compareRequest } from '../../../src/cli/compare/request.ts'
import { type ContestSettings, contest } from '../../../src/compare/contest.ts'
import { murmur } from '../../support/murmur.ts'
import { said } from '../../support/said.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { told } from '../../support/told.ts'

afterEach(() => vi.restoreAllMocks())

const alone =
  (onRun: () => void = () => {}) =>
  (): Crew => ({
    size: 1,
    compute: settings => {
      onRun()
      return contest(settings as ContestSettings, () => performance.now() / 1000)
    },
    dismiss: async () => {}
  })

const small: CompareOptions = {
  environment: ['garnet:states=6,branching=2'],
  topology: ['ring', 'one-peer-exponential'],
  aggregation: ['gossip', 'gossip-scafflsa'],
  peers: ['8'],
  rounds: ['60'],
  seeds: '5'
}

async function run(options: CompareOptions, onRun?: () => void) {
  const folder = options.folder ?? temporaryFolder()
  const { result: code, ...written } = await told(() =>
    compareCommand(compareRequest(undefined, { ...options, folder }), { crew: alone(onRun) })
  )
  return { code, folder, ...written }
}

describe('murmur compare', () => {
  test('prints both tables of at most 100 columns, a verdict, and who cannot take part', async () => {
    const { code, out, error } = await run(small)
    expect(code).toBe(0)
    expect(error).toMatch(
      /^left out: one-peer-exponential, gossip-scafflsa: topology: gossip-scafflsa needs a graph/
    )
    const lines = out.split('\n')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(100)
    for (const label of [
      'alone',
      'server, star',
      'server, star-scafflsa',
      'ring, gossip',
      'ring, gossip-scafflsa'
    ])
      expect(lines.filter(line => line.includes(`  ${label}  `))).toHaveLength(2)
    expect(out).toMatch(/2N = 16\s+messages\s+of\s+90\s+B,\s+since\s+the\s+hub\s+does\s+not\s+learn/)
    expect(out).toContain('30 of 30 runs')
  })

  test.each([60, 80])('fits a terminal of %i columns, and says what had no room', async width => {
    const { stdout } = process
    const was = { isTTY: stdout.isTTY, columns: stdout.columns }
    onTestFinished(() => void Object.assign(stdout, was))
    Object.assign(stdout, { isTTY: true, columns: width })
    const { out } = await run({ ...small, ui: false })
    // Paths of files cannot be broken.
    const lines = out.split('\n').filter(line => !line.includes(tmpdir()))
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(width)
    expect(lines.join(' ').includes('No room for ')).toBe(width === 60)
  })

  test('leaves all that was found in its folder, in comparison.json', async () => {
    const { out } = await run({ ...small, name: 'two rings', json: true })
    const told = JSON.parse(out)
    expect(told.file).toMatch(/\/two-rings\/comparison\.json$/)
    const { comparison, runs, standings, verdict, leftOut } = JSON.parse(readFileSync(told.file, 'utf8'))
    expect(told).toMatchObject({ comparison, standings, verdict, leftOut, reused: 0, isInterrupted: false })
    expect(runs).toHaveLength(30)
    expect(comparison.command).toBe(
      'murmur compare --environment garnet:states=6,branching=2 --topology ring --topology one-peer-exponential ' +
        "--aggregation gossip --aggregation gossip-scafflsa --peers 8 --rounds 60 --seeds 5 --name 'two rings'" +
        told.file.replace(/(.*)\/two-rings\/.*/, ' --folder $1')
    )
    expect(verdict).toHaveLength(1)
    expect(told.report).toBe(told.file.replace('comparison.json', 'report.html'))
    expect(readFileSync(told.report, 'utf8')).toContain('<h2>Repeat it</h2>')
    expect(told.missing).toEqual([])
  })

  test('of runs that all diverge says so, and fails', async () => {
    const { code, out } = await run({ ...small, topology: ['ring'], stepSize: ['50'] })
    expect(code).toBe(1)
    const text = out.replaceAll('\n', ' ')
    expect(text).toContain('no target: no server has got there')
    expect(text).toContain('all runs diverged, those of every contender, with seeds 1, 2, 3, 4 and 5.')
    expect(text).toContain('Try a smaller --step-size than 50')
    expect(out).not.toContain('beaten by')
    expect(out).toMatch(/^report: .*report\.html$/m)
  })

  test('explains the columns that are there, and ranks where they are not 1, 2, 3', async () => {
    const only = { ...small, topology: ['ring'], aggregation: ['gossip'] }
    const { out } = await run({ ...only, target: '1e-9' })
    expect(out).not.toContain('speed-up')
    expect(out).toMatch(/^÷ server: /m)
    const { out: more } = await run({ ...only, seeds: '1' })
    expect(more).toContain('rank: one seed ranks nobody.')
    const { out: returns } = await run({
      ...only,
      environment: ['cartpole'],
      learner: ['reinforce'],
      peers: ['2'],
      rounds: ['2']
    })
    expect(returns).toContain('− server: the difference of returns')
    expect(returns).not.toContain('÷ server')
    expect(returns).toContain('until the target, 10 % worse than what the better server ends with')
  })

  test('tells budgets in their units', async () => {
    const only = { ...small, topology: ['ring'], aggregation: ['gossip'] }
    const { out } = await run({ ...only, budget: 'bytes=1' })
    expect(out).toContain('the second half of what a budget of 1 byte at the busiest')
    const { out: rounds } = await run({ ...only, budget: 'rounds=1000000000' })
    expect(rounds).toContain('a budget of 1,000,000,000 rounds')
  })

  test('is the same comparison however it is shown', () => {
    const { comparison, folder } = compareRequest(undefined, small)
    const shown = compareRequest(undefined, { ...small, ui: false, symbols: 'ascii' })
    expect(shown.comparison).toEqual(comparison)
    expect(shown).toMatchObject({ folder, ui: false, symbols: 'ascii' })
    expect(compareRequest(undefined, small)).toMatchObject({ ui: true, symbols: undefined })
  })

  test('goes on where it was, with other prices and targets too as far as these allow', async () => {
    let count = 0
    const counting = () => count++
    const { folder } = await run({ ...small, seeds: '2' }, counting)
    expect(count).toBe(12)
    const { out } = await run({ ...small, folder }, counting)
    expect(count).toBe(30)
    expect(out).toContain('30 of 30 runs, 12 of them kept from before')
    await run({ ...small, folder, target: '0.5', budget: 'rounds=30', statistic: 'iqm' }, counting)
    expect(count).toBe(30)
    await run({ ...small, seeds: '2', folder, fresh: true }, counting)
    expect(count).toBe(42)
  })

  test('finds the best step size of each on other seeds, and shows both tables', async () => {
    const { code, out } = await run({
      ...small,
      topology: ['ring'],
      aggregation: ['gossip'],
      tune: 'step-size'
    })
    expect(code).toBe(0)
    const [before = '', after = ''] = out.split('With the step size that is best for each:')
    expect(before).toMatch(/ {2}ring, gossip {2}/)
    expect(before).not.toMatch(/contender +step/)
    expect(after).toMatch(/contender +step/)
    expect(after).toMatch(/ {2}ring, gossip +[\d.]+ /)
    expect(Math.max(...out.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
  })

  test('that is interrupted while step sizes are tried prints what was found with the given one', async () => {
    let count = 0
    const tried = { ...small, topology: ['ring'], aggregation: ['gossip'], tune: 'step-size' }
    const { code, out, error, folder } = await run(tried, () => {
      count++
      if (count === 20) process.emit('SIGINT')
    })
    expect([code, count]).toEqual([130, 20])
    expect(out).toContain('15 of 15 runs')
    expect(out).toContain('ring, gossip')
    expect(out).not.toContain('With the step size that is best')
    expect(error).toContain(
      'not there yet: the tables with the best step sizes, which are not found yet (4 of 75 runs of the search)'
    )
    expect(error).toContain('interrupted; what is done is kept')
    const again = await run({ ...tried, folder }, () => count++)
    expect(again.out).toContain('With the step size that is best')
    // All of 3 contenders, 5 step sizes and 5 seeds but the 4 that were tried before; and of the 15 with the best step sizes some are those with the given one.
    expect(count - 20).toBeGreaterThanOrEqual(75 - 4)
    expect(count - 20).toBeLessThanOrEqual(75 - 4 + 15)
  })

  test('says whose rounds are over before the budget is', async () => {
    const rest = { ...small, topology: ['ring'], aggregation: ['gossip'], seeds: '1' }
    const { out } = await run({ ...rest, budget: 'rounds=60' })
    expect(out).not.toContain('Their rounds end before')
    const { out: more } = await run({ ...rest, budget: 'seconds=6', price: 'wan' })
    expect(more).toMatch(/so more --rounds may do more for: alone;\s+ring,\s+gossip\.$/m)
    // A round takes most of a second there: the budget ends before the rounds do, though none fills it.
    const { out: coarse } = await run({ ...rest, budget: 'seconds=1', price: 'lora' })
    expect(coarse).toMatch(/more --rounds may do more for: alone\.$/m)
  })

  test('takes modules of users, for names in files and flags', async () => {
    const folder = temporaryFolder()
    const module = join(folder, 'mine.ts')
    writeFileSync(
      module,
      "import { ring } from '" +
        join(import.meta.dirname, '../../../topologies/ring.ts') +
        "'\n" +
        'export const topologies = { mine: { ...ring } }\n'
    )
    const file = join(folder, 'mine.yaml')
    writeFileSync(
      file,
      `base: { topology: mine, use: [mine.ts], aggregation: gossip, peers: 4, rounds: 5, environment: "garnet:states=6,branching=2" }\nseeds: 1\n`
    )
    const { comparison } = compareRequest(file, { folder })
    expect(comparison.contenders.map(({ label }) => label)).toEqual(['alone', 'server, star', 'mine, gossip'])
    expect(comparison.contenders[2]?.experiment.use).toEqual([module])
  })

  test('that is interrupted prints what is done, and ends with 130', async () => {
    let count = 0
    const { code, out, error } = await run(small, () => {
      count++
      if (count === 9) process.emit('SIGINT')
    })
    expect(code).toBe(130)
    expect(out).toContain('8 of 30 runs')
    expect(out).toContain('ring, gossip-scafflsa')
    expect(readFileSync(out.match(/^report: (.*)$/m)?.[1] ?? '', 'utf8')).toContain('8 of 30 runs are done')
    expect(error).toContain('interrupted; what is done is kept')
  })
})

describe('a mistake is told in one line, with 2', () => {
  test.each([
    [['--topology', 'rng'], '--topology: "rng" is unknown; did you mean "ring"?'],
    [['--seeds', '0'], '--seeds: is "0", must be a number of seeds'],
    [['--metric', 'bytes'], '--metric: unknown "bytes"'],
    [['--budget', 'bytes'], '--budget: is "bytes", must be rounds=… or bytes=…'],
    [['--price', 'wan:latency=3'], '--price latency: unknown key; did you mean "latencyMs"?'],
    [['--target', 'x'], '--target: is "x", must be a number'],
    [['--jobs', '0'], '--jobs: is "0", must be a number of threads'],
    [['--symbols', 'dots'], '--symbols: unknown "dots"'],
    [['--peers', '0'], '--peers: must be at least 1, not 0'],
    [['--port', '9000'], 'unknown flag --port'],
    [['--transport', 'libp2p', '--transport', 'simulated'], '--transport: one for all'],
    [['nothing.yaml'], 'there is neither a file "nothing.yaml" nor a shipped experiment of that name']
  ])('%s', async (args, message) => {
    const { code, stdout, stderr } = await said('compare', ...args)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
  })
})

test('the command line compares what a file says, in threads', () => {
  const folder = temporaryFolder()
  writeFileSync(
    join(folder, 'mine.yaml'),
    'name: mine\nbase: { environment: "garnet:states=6,branching=2", peers: 4, rounds: 20 }\n' +
      'grid: { topology: [ring], aggregation: [gossip], localSteps: [1, 5] }\nseeds: 2\n'
  )
  const { code, stdout } = murmur(folder, 'compare', 'mine.yaml', '--json', '--jobs', '2')
  expect(code).toBe(0)
  const { comparison, standings, file } = JSON.parse(stdout)
  expect(file).toBe(join('runs', 'comparisons', 'mine', 'comparison.json'))
  expect(comparison.problems.map(({ label }: { label: string }) => label)).toEqual([
    'localSteps 1',
    'localSteps 5'
  ])
  expect(standings).toHaveLength(2)
})

test('over libp2p bytes are those of the simulator, problem by problem, and seconds are measured', async () => {
  const { code, out } = await run({
    environment: ['garnet:states=6,branching=2'],
    topology: ['ring'],
    aggregation: ['gossip'],
    peers: ['3'],
    rounds: ['6'],
    localSteps: ['1', '2'],
    seeds: '1',
    transport: ['libp2p']
  })
  expect(code).toBe(0)
  expect(out).toMatch(/medians, time at libp2p\s+\(measured\)/)
  expect(out.match(/^server, star +[\d,]+ +the same +[\d,]+ +[\d.]+ B\/message +[\d,.]+$/gm)).toHaveLength(2)
  expect(out.match(/^ring, gossip +[\d,]+ +the same /gm)).toHaveLength(2)
  expect(out.match(/^bytes of localSteps [12]:$/gm)).toHaveLength(2)
})

test('the help says on which side of the server the target is', async () => {
  const { stdout } = await said('compare', '--help')
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain('10 % worse than what the better server ends with')
})
