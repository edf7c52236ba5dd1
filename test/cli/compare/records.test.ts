import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { MetricsLine } from '../../../src/records/sample-json.ts'
import { madeComparison } from '../../support/comparison.ts'
import { linesOf, recordedRun, running } from '../../support/recorded.ts'
import { said } from '../../support/said.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const lastOf = (folder: string): MetricsLine => JSON.parse(linesOf(folder).at(-1) ?? '')

async function recorded(...settings: Readonly<Record<string, unknown>>[]): Promise<string[]> {
  const parent = temporaryFolder()
  const folders: string[] = []
  for (const raw of settings) folders.push((await recordedRun(parent, raw)).folder)
  return folders
}

describe('compare with two or more records', () => {
  test('has their final figures, and the ratios of these to those of the first', async () => {
    const folders = await recorded({ aggregation: 'gossip' }, { aggregation: 'star', rounds: 6 })
    const { code, stdout, stderr } = await said('compare', ...folders, '--json')
    expect([code, stderr]).toEqual([0, ''])
    const { metric, runs, differences, seeds } = JSON.parse(stdout)
    expect(metric).toBe('fixedPointError')
    expect(differences).toEqual([])
    expect(seeds).toEqual([{ seed: '1', runs: folders }])
    const [gossip, star] = folders.map(lastOf)
    expect(runs).toMatchObject([
      {
        run: folders[0],
        status: 'finished',
        metric: gossip?.fixedPointError,
        consensus: gossip?.consensusError,
        rounds: 12,
        // Five peers of a ring tell two neighbours each.
        messages: 5 * 2 * 12,
        bytes: gossip?.bytes,
        busiest: Math.max(
          ...(gossip?.perPeer?.bytesIn ?? []).map((x, p) => x + gossip!.perPeer!.bytesOut[p]!)
        ),
        toFirst: { metric: 1, consensus: 1, rounds: 1, messages: 1, bytes: 1, busiest: 1 }
      },
      {
        rounds: 6,
        messages: 2 * 5 * 6,
        // Whatever is sent goes in or out of the hub.
        busiest: star?.bytes,
        toFirst: {
          metric: Number(star?.fixedPointError) / Number(gossip?.fixedPointError),
          rounds: 0.5,
          messages: 0.5,
          bytes: Number(star?.bytes) / Number(gossip?.bytes)
        }
      }
    ])
  })

  test('is a table of at most 100 columns, the ratios below the figures', async () => {
    const folders = await recorded({}, { aggregation: 'star' }, { seed: '7' })
    const { stdout } = await said('compare', ...folders)
    const lines = stdout.trimEnd().split('\n')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(100)
    expect(lines[0]).toBe(
      '1  19700101-000000-ring-gossip: garnet × 5, ring, gossip, td, 4 local steps, simulated'
    )
    const from = lines.indexOf('') + 1
    expect(lines[from]).toMatch(/^ +fixed point +consensus +rounds +messages +bytes +busiest$/)
    expect(lines.slice(from + 1, from + 6).map(line => line.split(/ {2,}/)[0])).toEqual([
      '1',
      '2',
      '3',
      '2 ÷ 1',
      '3 ÷ 1'
    ])
    expect(lines[from + 5]).toMatch(/ 1\.00× +1\.00× +1\.00× +1\.00×$/)
    expect(lines.at(-1)).toBe('seed 1: 1 and 2; seed 7: 3.')
  })

  test('warns of what makes them different problems, setting by setting', async () => {
    const folders = await recorded(
      {},
      { environment: 'garnet:states=8,heterogeneity=opposite', peers: 6 },
      { learner: 'td:schedule=inverse,after=5', localSteps: 2, seed: '7' }
    )
    const { code, stderr } = await said('compare', ...folders)
    expect(code).toBe(0)
    expect(stderr).toBe(
      [
        'not the same problem:',
        '  environment.heterogeneity: perturbation in 1 and 3; opposite in 2',
        '  peers: 5 in 1 and 3; 6 in 2',
        '  learner.schedule: constant in 1 and 2; inverse in 3',
        '  learner.after: 100 in 1 and 2; 5 in 3',
        '  localSteps: 4 in 1 and 2; 2 in 3',
        '  seed: 1 in 1 and 2; 7 in 3',
        ''
      ].join('\n')
    )
  })

  test('takes of returns the difference, as they may be negative', async () => {
    const policy = { environment: 'gridworld', learner: 'actor-critic', rounds: 4 }
    const folders = await recorded(policy, { ...policy, aggregation: 'none' })
    const [first, second] = folders.map(lastOf)
    const { metric, runs } = JSON.parse((await said('compare', ...folders, '--json')).stdout)
    expect(metric).toBe('return')
    expect(runs[1].metric).toBe(second?.return)
    expect(runs[1].toFirst.metric).toBe(Number(second?.return) - Number(first?.return))
    // Nobody talks: no ratio of nothing, but nothing of something.
    expect(runs[1].toFirst).toMatchObject({ messages: 0, bytes: 0, busiest: 0 })
    const reversed = JSON.parse((await said('compare', ...folders.toReversed(), '--json')).stdout)
    expect(reversed.runs[1].toFirst).toMatchObject({ messages: null, bytes: null, busiest: null })
    expect((await said('compare', ...folders)).stdout).toContain('return: the difference to the first')
  })
})

describe('records are read as they are:', () => {
  let folder: string

  beforeEach(async () => {
    ;[folder = ''] = await recorded({})
  })

  test('one that is running, as far as it is', async () => {
    const { stdout, stderr } = await said('compare', folder, running(folder, 3), '--json')
    expect(stderr).toMatch(/run: running, after /)
    expect(JSON.parse(stdout).runs[1]).toMatchObject({
      status: 'running',
      rounds: 3,
      toFirst: { rounds: 0.25 }
    })
  })

  test('one that has measured nothing yet, without figures', async () => {
    const { code, stdout } = await said('compare', folder, running(folder, 0))
    expect(code).toBe(0)
    expect(stdout).toMatch(/\n2 +– +– +0 +– +– +–\n/)
  })

  test('one that does not tell of its peers, without the busiest of them', async () => {
    const copy = running(folder, 3)
    const [line] = linesOf(copy)
    const { peers: _, perPeer: __, ...swarm } = JSON.parse(line ?? '')
    writeFileSync(join(copy, 'metrics.jsonl'), `${JSON.stringify(swarm)}\n`)
    const { runs } = JSON.parse((await said('compare', folder, copy, '--json')).stdout)
    expect(runs[1]).toMatchObject({ bytes: swarm.bytes, busiest: null, toFirst: { busiest: null } })
  })

  test('one of a changed experiment, with a doubt', async () => {
    const copy = join(temporaryFolder(), 'copy')
    cpSync(folder, copy, { recursive: true })
    writeFileSync(join(copy, 'experiment.yaml'), 'peers: 5\nrounds: 12\n')
    expect((await said('compare', folder, copy)).stderr).toMatch(/copy: .* was changed since the run began/)
  })

  test.each([
    [['no-such-run'], 'compare: there is no run "no-such-run", neither as a folder nor in runs/'],
    [
      ['package.json'],
      'compare: package.json is a file and no recorded run; murmur compare takes one file, of an experiment or a comparison, or two or more recorded runs'
    ],
    [['package.json', '--seeds', '5'], 'compare: package.json is a file and no recorded run'],
    [['.', '--metric', 'retrun'], '--metric: unknown "retrun"; did you mean "return"?'],
    [
      ['.', '--metric', 'return'],
      '--metric: return was measured in none of these runs; allowed: consensusError'
    ],
    [
      ['.', '--rounds', '9'],
      'recorded runs are compared as they are; allowed beside two or more of them: --metric'
    ]
  ])('with %s a mistake is told in one line', async ([other = '', ...flags], message) => {
    const { code, stdout, stderr } = await said('compare', folder, other === '.' ? folder : other, ...flags)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([code, stdout]).toEqual([2, ''])
  })
})

test('a comparison is none of several runs', async () => {
  const [folder = ''] = await recorded({})
  const other = temporaryFolder()
  writeFileSync(join(other, 'comparison.json'), JSON.stringify(madeComparison()))
  expect(await said('compare', folder, other)).toEqual({
    code: 2,
    stdout: '',
    stderr: `murmur: compare: ${other} is a recorded comparison and no run; murmur compare takes one comparison, or two or more recorded runs\n`
  })
})

test('what is measured can be chosen', async () => {
  const folders = await recorded({}, { aggregation: 'none' })
  const { metric, runs } = JSON.parse(
    (await said('compare', ...folders, '--metric', 'valueError', '--json')).stdout
  )
  expect(metric).toBe('valueError')
  expect(runs.map(({ metric }: { metric: number }) => metric)).toEqual(
    folders.map(each => lastOf(each).valueError)
  )
})
