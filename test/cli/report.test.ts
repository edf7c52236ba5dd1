/** `murmur report` of small recorded runs, and of a comparison made up here. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { predictedTime } from '../../src/predicted-time.ts'
import { readWatched } from '../../src/records/watched.ts'
import { bytes, count, durationInOneUnit, figure } from '../../src/report/format.ts'
import { planOf, settingOf } from '../../src/setting.ts'
import { madeComparison, tunedOf } from '../support/comparison.ts'
import { elementsIn, referencesIn, tableIn } from '../support/html.ts'
import { linesOf, recordedRun, running } from '../support/recorded.ts'
import { said } from '../support/said.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

describe('murmur report', () => {
  test('writes a page about a run into its folder, with the numbers of the record', async () => {
    const { folder } = await recordedRun(temporaryFolder(), {})
    const { code, stdout } = await said('report', folder)
    const file = join(folder, 'report.html')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^written: .*report\.html \([\d.]+ kB\)\n$/)
    const page = readFileSync(file, 'utf8')
    elementsIn(page)
    expect(referencesIn(page)).toEqual([])
    const last = JSON.parse(linesOf(folder).at(-1) ?? '')
    expect(tableIn(page, 'peer', 'environment')).toEqual(
      last.peers.map((peer: Record<string, number>, i: number) => [
        String(i),
        peer.environment,
        figure(peer.valueError),
        figure(peer.consensusError),
        figure(peer.fixedPointError),
        count(last.perPeer.messagesIn[i]),
        count(last.perPeer.messagesOut[i]),
        bytes(last.perPeer.bytesIn[i]),
        bytes(last.perPeer.bytesOut[i])
      ])
    )
    expect(tableIn(page, '', 'in all')[0]?.[1]).toBe(count(last.messages))
    expect(page).toContain('value error, predicted')
  })

  test('predicts what the rounds take in the network that --price names', async () => {
    const { folder } = await recordedRun(temporaryFolder(), {})
    const timeIn = async (...flags: string[]): Promise<string[] | undefined> => {
      await said('report', folder, ...flags)
      const rows = tableIn(readFileSync(join(folder, 'report.html'), 'utf8'), '', 'in all')
      return rows.find(([name]) => name?.startsWith('predicted time'))
    }
    const { experiment } = readWatched(folder)
    const { seconds } = predictedTime(experiment, planOf(settingOf(experiment)), 'lora', 12)
    expect(await timeIn('--price', 'lora')).toEqual([
      'predicted time at lora',
      durationInOneUnit(seconds),
      durationInOneUnit(seconds / 12)
    ])
    expect((await timeIn())?.[0]).toBe('predicted time at wan')
    expect(await said('report', folder, '--price', 'lam')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--price: "lam" is unknown; did you mean "lan"?')
    })
  })

  test('writes figures beside the page, and says where in one object', async () => {
    const { folder } = await recordedRun(temporaryFolder(), {})
    const out = join(temporaryFolder(), 'new', 'page.html')
    const { stdout } = await said('report', folder, '--out', out, '--svg', '--json')
    const told = JSON.parse(stdout)
    expect(told).toEqual({
      report: out,
      bytes: Buffer.byteLength(readFileSync(out)),
      svg: [out.replace('.html', '-curves.svg'), out.replace('.html', '-graph.svg')]
    })
    for (const path of told.svg) expect(readFileSync(path, 'utf8')).toMatch(/^<svg /)
  })

  test('of policies shows the return, and of a server its hub', async () => {
    const { folder } = await recordedRun(temporaryFolder(), {
      learner: 'reinforce',
      aggregation: 'star',
      topology: 'star',
      rounds: 4
    })
    await said('report', folder)
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    const last = JSON.parse(linesOf(folder).at(-1) ?? '')
    const rows = tableIn(page, 'peer', 'environment', 'return')
    expect(rows[0]?.[2]).toBe(figure(last.peers[0].return))
    expect(rows[5]?.slice(0, 4)).toEqual(['hub', '', '–', '–'])
    expect(page).toContain('the hub, which does not learn')
    expect(page).toContain('busiest, in and out: the hub')
  })

  test('tells what happened, and that a run goes on', async () => {
    const killed = { kind: 'fault', action: { stop: [1], how: 'killed' } } as const
    const { folder } = await recordedRun(temporaryFolder(), {}, { 3: killed })
    await said('report', folder)
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    expect(tableIn(page, 'after round', 'event')).toEqual([[expect.any(String), 'peer 1 is killed']])
    expect(page).not.toContain(', predicted')

    const copy = running(folder, 5)
    await said('report', copy)
    const early = readFileSync(join(copy, 'report.html'), 'utf8')
    expect(early).toContain('The run still goes on')
    expect(tableIn(early, '', 'in all')[0]?.[1]).toBe(count(JSON.parse(linesOf(copy).at(-1) ?? '').messages))
  })

  test('writes a page about a comparison', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'comparison.json'), JSON.stringify(madeComparison(10, ['1', '2'])))
    const { code, stdout } = await said('report', folder, '--svg')
    expect(code).toBe(0)
    expect(stdout.split('\n')).toHaveLength(4)
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    elementsIn(page)
    expect(tableIn(page, '', 'rank', 'contender')).toHaveLength(5)
    expect(page.match(/<figcaption>star-scafflsa/g)).toHaveLength(2)
  })

  test('shows what was found with the best step sizes and in the simulator', async () => {
    const folder = temporaryFolder()
    const made = madeComparison(10, ['1', '2'])
    const { comparison, runs } = made
    const tuned = { ...tunedOf(made), atTheEdge: [] }
    const file = join(folder, 'comparison.json')
    writeFileSync(file, JSON.stringify({ ...made, tuned, modelled: { comparison, runs } }))
    await said('report', folder)
    const page = readFileSync(join(folder, 'report.html'), 'utf8')
    expect(tableIn(page, '', 'rank', 'contender', 'step size')).toHaveLength(5)
    expect(tableIn(page, 'problem', 'contender', 'bytes in the simulator')).toHaveLength(10)
    writeFileSync(file, JSON.stringify({ ...made, tuned: { comparison } }))
    expect(await said('report', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('comparison.json: no comparison (tuned.runs is missing or wrong)')
    })
  })

  test('refuses what it cannot report', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'comparison.json'), JSON.stringify(madeComparison(4, ['1', '2'])))
    expect(await said('report', folder, '--price', 'lan')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '--price: the network of a comparison is chosen when it is made, by murmur compare --price'
      )
    })
    expect(await said('report', 'nothing-here')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('report: there is no run "nothing-here"')
    })
    writeFileSync(join(folder, 'comparison.json'), '{"comparison":{"name":3}}')
    expect(await said('report', folder)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('comparison.json: no comparison (comparison.name is missing or wrong)')
    })
    const { folder: run } = await recordedRun(folder, { rounds: 2 })
    expect(await said('report', run, '--out', 'page.pdf')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--out: is "page.pdf", must be the name of a file that ends in .html')
    })
    writeFileSync(join(run, 'topology.json'), '{"hub":null}')
    expect(await said('report', run)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('topology.json: no graph of a run (edges is missing or wrong)')
    })
  })
})
