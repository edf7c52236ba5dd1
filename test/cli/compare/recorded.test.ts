import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { compareCommand } from '../../../src/cli/compare/compare.ts'
import { compareRecordedCommand } from '../../../src/cli/compare/recorded.ts'
import { type CompareOptions, compareRequest } from '../../../src/cli/compare/request.ts'
import { type ContestSettings, contest } from '../../../src/compare/contest.ts'
import { ExperimentError } from '../../../src/core/errors.ts'
import { madeComparison, tunedOf } from '../../support/comparison.ts'
import { murmur } from '../../support/murmur.ts'
import { recordedRun } from '../../support/recorded.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { told } from '../../support/told.ts'

afterEach(() => vi.restoreAllMocks())

const small: CompareOptions = {
  name: 'small',
  environment: ['garnet:states=6,branching=2'],
  topology: ['ring', 'one-peer-exponential'],
  aggregation: ['gossip', 'gossip-scafflsa'],
  peers: ['4'],
  rounds: ['20'],
  seeds: '3',
  tune: 'step-size'
}

const alone = () => ({
  size: 1,
  compute: (settings: unknown) => contest(settings as ContestSettings),
  dismiss: async () => {}
})

/** Contenders and seeds that nobody ran. */
function made(changes: object = {}): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'comparison.json'), JSON.stringify({ ...madeComparison(), ...changes }))
  return folder
}

describe('compare with a recorded comparison', () => {
  test('prints again what was printed when it ended', async () => {
    const request = compareRequest(undefined, { ...small, folder: temporaryFolder() })
    const before = await told(() => compareCommand(request, { crew: alone }))
    const again = await told(() => compareRecordedCommand(request.folder, {}))
    expect([again.out, again.result]).toEqual([before.out, true])
    expect(again.error).toMatch(/^left out: one-peer-exponential, gossip-scafflsa: /)
    expect(before.error.startsWith(again.error)).toBe(true)
    expect(again.out).toContain('18 of 18 runs: ')
    expect(again.out).toContain('With the step size that is best for each:')
  })

  test('finds one by the name that it was given, blanks and all', () => {
    const parent = temporaryFolder()
    const folder = join(parent, 'runs', 'comparisons', 'my-graphs')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'comparison.json'), JSON.stringify(madeComparison()))
    const { code, stdout } = murmur(parent, 'compare', 'my graphs', '--json')
    expect([code, JSON.parse(stdout).comparison.problems.length]).toEqual([0, 2])
  })

  test('has the same as JSON, without the runs', async () => {
    const outcome = madeComparison()
    const folder = made({ tuned: tunedOf(outcome) })
    const { out } = await told(() => compareRecordedCommand(folder, { json: true, ui: false }))
    const { comparison, standings, verdict, tuned, runs, ...rest } = JSON.parse(out)
    expect(comparison.seeds).toEqual(outcome.comparison.seeds)
    expect([standings.length, verdict.length, tuned.standings.length]).toEqual([2, 2, 2])
    expect([runs, tuned.runs]).toEqual([undefined, undefined])
    expect(rest).toMatchObject({
      leftOut: [{ label: 'path, relay-sum' }],
      modelled: null,
      file: join(folder, 'comparison.json'),
      report: null
    })
  })

  test('that was interrupted says how to go on', async () => {
    const { runs } = madeComparison()
    const { out, error } = await told(() => compareRecordedCommand(made({ runs: runs.slice(0, 35) }), {}))
    expect(out).toContain('35 of 50 runs: ')
    expect(error).toContain(
      'not all runs are there; go on with: murmur compare made.yaml --name "made & up"\n'
    )
  })

  test('takes no flags of a comparison that is to be run', () => {
    const folder = made()
    const withSeeds = () => compareRecordedCommand(folder, { seeds: '10' })
    expect(withSeeds).toThrow(ExperimentError)
    expect(withSeeds).toThrow(
      `compare: ${folder} is a recorded comparison, which is printed as it is; allowed beside it: --json`
    )
  })

  test('that is damaged says so', () => {
    const folder = made({ runs: null })
    expect(() => compareRecordedCommand(folder, {})).toThrow(/comparison\.json: no comparison \(runs/)
  })
})

describe('compare with another name', () => {
  test('leaves to others what is to be run', async () => {
    const folder = temporaryFolder()
    const file = join(folder, 'mine.json')
    writeFileSync(file, '{"peers": 3}')
    for (const name of [file, 'default', join(folder, 'nothing')])
      expect(compareRecordedCommand(name, { rounds: ['9'] })).toBe(false)
  })

  test('says what to set beside a single run', async () => {
    const { folder } = await recordedRun(temporaryFolder(), { rounds: 2 })
    const one = () => compareRecordedCommand(folder, {})
    expect(one).toThrow(ExperimentError)
    expect(one).toThrow(
      `compare: ${folder} is one recorded run; give two or more, as in: murmur compare ${folder} ANOTHER; murmur ls lists them`
    )
    rmSync(join(folder, 'manifest.json'))
    expect(compareRecordedCommand(folder, {})).toBe(false)
  })
})
