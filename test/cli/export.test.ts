/** `murmur export` of small recorded runs, and of a comparison made up here; what is written is read back. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { describe, expect, test } from 'vitest'
import { METRICS } from '../../src/interfaces.ts'
import type { MetricsLine } from '../../src/records/sample-json.ts'
import { parquetOf } from '../../src/report/export/parquet.ts'
import type { ExportTable, Value } from '../../src/report/export/table.ts'
import { csvLines, jsonLines } from '../../src/report/export/text.ts'
import { madeComparison, tunedOf } from '../support/comparison.ts'
import { linesOf, recordedRun } from '../support/recorded.ts'
import { said } from '../support/said.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What a record says of each peer in each measured round, as an export should. */
function expectedRows(folder: string): Record<string, Value>[] {
  return linesOf(folder).flatMap(text => {
    const { round, peers = [], perPeer, stopped }: MetricsLine = JSON.parse(text)
    return peers.map(row => ({
      round,
      peer: row.peer,
      environment: row.environment,
      takesPart: !stopped.includes(row.peer),
      ...Object.fromEntries(METRICS.map(metric => [metric, row[metric]])),
      messagesIn: perPeer?.messagesIn[row.peer] ?? null,
      messagesOut: perPeer?.messagesOut[row.peer] ?? null,
      bytesIn: perPeer?.bytesIn[row.peer] ?? null,
      bytesOut: perPeer?.bytesOut[row.peer] ?? null,
      missing: perPeer?.missing[row.peer] ?? null
    }))
  })
}

/** CSV with quotes, as text. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === '\n') rows.push([])
  }
  return rows.slice(0, -1)
}

const jsonOf = (text: string): Record<string, Value>[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line))

async function parquetIn(bytes: Uint8Array): Promise<Record<string, unknown>[]> {
  const rows = await parquetReadObjects({ file: Uint8Array.from(bytes).buffer })
  return rows.map(row =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value])
    )
  )
}

describe('murmur export', () => {
  test('gives a row for each measured round and peer, in every format the same', async () => {
    const killed = { kind: 'fault', action: { stop: [1], how: 'killed' } } as const
    const { folder } = await recordedRun(temporaryFolder(), {}, { 3: killed })
    const expected = expectedRows(folder)
    expect(expected).toHaveLength(12 * 5)
    expect(expected.some(({ takesPart }) => takesPart === false)).toBe(true)

    expect(jsonOf((await said('export', folder, '--format', 'jsonl')).stdout)).toEqual(expected)

    const [header = [], ...rows] = cellsOf((await said('export', folder)).stdout)
    expect(rows.map(row => Object.fromEntries(row.map((cell, c) => [header[c], cell])))).toEqual(
      expected.map(row =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value ?? '')]))
      )
    )

    const out = join(folder, 'new', 'run.parquet')
    expect(await said('export', folder, '--out', out)).toEqual({
      code: 0,
      stdout: '',
      stderr: `written: ${out}\n`
    })
    expect(await parquetIn(readFileSync(out))).toEqual(expected)
  })

  test('gives a row for each measured round of the swarm', async () => {
    const { folder } = await recordedRun(temporaryFolder(), { rounds: 3 })
    const rows = jsonOf((await said('export', folder, '--swarm', '--format', 'jsonl')).stdout)
    const lines = linesOf(folder).map((text): MetricsLine => JSON.parse(text))
    expect(rows.map(({ round }) => round)).toEqual([1, 2, 3])
    for (const [k, row] of rows.entries()) {
      const { perPeer, ...line } = lines[k]!
      for (const metric of METRICS) expect(row[metric]).toBe(line[metric])
      expect(row).toMatchObject({ messages: line.messages, bytes: line.bytes, stopped: 0, dropped: 0 })
      const both = perPeer!.bytesIn.map((bytes, p) => bytes + perPeer!.bytesOut[p]!)
      expect(row.busiestBytes).toBe(Math.max(...both))
    }
  })

  test('gives a row for each contender, seed and round of a comparison', async () => {
    const folder = temporaryFolder()
    const { comparison, runs, leftOut } = madeComparison(10, ['1', '2'])
    writeFileSync(join(folder, 'comparison.json'), JSON.stringify({ comparison, runs, leftOut }))
    const out = join(folder, 'all.jsonl')
    await said('export', folder, '--out', out)
    const rows = jsonOf(readFileSync(out, 'utf8'))
    expect(rows).toHaveLength(runs.reduce((sum, run) => sum + run.rounds.length, 0))
    const run = runs[7]!
    expect(
      rows.filter(
        ({ contender, problem, seed }) =>
          contender === 'ring, gossip-scafflsa' && problem === 'similar' && seed === '2'
      )
    ).toEqual(
      run.rounds.map((round, k) => ({
        problem: 'similar',
        contender: 'ring, gossip-scafflsa',
        topology: 'ring',
        aggregation: 'gossip-scafflsa',
        steps: 'given',
        stepSize: comparison.contenders[3]!.experiment.stepSize,
        seed: '2',
        round,
        metric: 'valueError',
        value: run.values[k],
        consensusError: run.consensus[k],
        messages: run.messages[k],
        bytes: run.bytes[k],
        busiestBytes: run.busiestBytes[k],
        seconds: run.seconds[k],
        samples: run.samples[k],
        divergedIn: null
      }))
    )
  })

  test('tells the runs with the best step sizes from those with the one that was given', async () => {
    const folder = temporaryFolder()
    const made = madeComparison(10, ['1', '2'])
    const tuned = { ...tunedOf(made), atTheEdge: [] }
    writeFileSync(join(folder, 'comparison.json'), JSON.stringify({ ...made, tuned }))
    const out = join(folder, 'all.jsonl')
    await said('export', folder, '--out', out)
    const rows = jsonOf(readFileSync(out, 'utf8'))
    const number = made.runs.reduce((sum, run) => sum + run.rounds.length, 0)
    expect(rows.map(({ steps }) => steps)).toEqual([
      ...Array.from({ length: number }, () => 'given'),
      ...Array.from({ length: number }, () => 'best')
    ])
    expect(rows[number]).toEqual({
      ...rows[0],
      steps: 'best',
      stepSize: tuned.comparison.contenders[0]!.experiment.stepSize,
      value: tuned.runs[0]!.values[0]
    })
  })

  test('tells of the file as JSON: how many bytes, and how many rows', async () => {
    const { folder } = await recordedRun(temporaryFolder(), { rounds: 3 })
    for (const format of ['csv', 'jsonl', 'parquet']) {
      const out = join(folder, `run.${format}`)
      const { code, stdout, stderr } = await said('export', folder, '--out', out, '--json')
      expect(JSON.parse(stdout)).toEqual({ file: out, bytes: readFileSync(out).length, rows: 3 * 5 })
      expect([code, stderr]).toEqual([0, ''])
    }
  })

  test('refuses what contradicts itself', async () => {
    const { folder } = await recordedRun(temporaryFolder(), { rounds: 2 })
    const comparison = temporaryFolder()
    writeFileSync(join(comparison, 'comparison.json'), JSON.stringify(madeComparison(10, ['1'])))
    const out = join(folder, 'run.jsonl')
    const text = join(folder, 'run.txt')
    for (const [flags, message] of [
      [[folder, '--out', out, '--format', 'csv'], `--format csv: --out ${out} says jsonl; give one of them`],
      [[folder, '--json'], '--json: tells of the file that was written; say which with --out FILE'],
      [[comparison, '--swarm'], `--swarm: chooses the rows of a recorded run; ${comparison} is a comparison`]
    ] as const) {
      const { code, stdout, stderr } = await said('export', ...flags)
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toContain(message)
    }
    expect(existsSync(out)).toBe(false)
    expect((await said('export', folder, '--out', text, '--format', 'jsonl')).code).toBe(0)
    expect((await said('export', folder, '--out', out, '--format', 'jsonl')).code).toBe(0)
  })

  test('refuses a format that there is not, Parquet on a terminal, and what is no record', async () => {
    const { folder } = await recordedRun(temporaryFolder(), { rounds: 2 })
    expect(await said('export', folder, '--format', 'cvs')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '--format: unknown format "cvs"; did you mean "csv"? Allowed: csv, jsonl, parquet'
      )
    })
    expect(await said('export', folder, '--format', 'parquet')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--format parquet: is written to a file')
    })
    expect(await said('export', 'nothing-here')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('export: there is no run "nothing-here"')
    })
    const within = join(folder, 'manifest.json', 'run.csv')
    expect(await said('export', folder, '--out', within)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--out .*run\.csv: cannot be written \(ENOTDIR/)
    })
    writeFileSync(join(folder, 'metrics.jsonl'), '{"round":1}\n')
    const out = join(folder, 'run.csv')
    expect(await said('export', folder, '--out', out)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('metrics.jsonl:1: is no measured round, the record is damaged')
    })
    expect(() => readFileSync(out)).toThrow('ENOENT')
  })
})

describe('a table', () => {
  const table: ExportTable = {
    columns: [
      { name: 'text', kind: 'text' },
      { name: 'a "number", or so', kind: 'number' },
      { name: 'flag', kind: 'boolean' },
      { name: 'count', kind: 'integer' }
    ],
    rows: [
      ['plain', 1 / 3, true, 2 ** 40],
      ['a,b\n"c" λ', -0.1, false, 0],
      [null, 5e-324, null, null],
      ['', null, true, -1]
    ]
  }

  test('keeps quotes, commas, line ends and every bit of a number in CSV', () => {
    const [header, ...rows] = cellsOf([...csvLines(table)].join(''))
    expect(header).toEqual(table.columns.map(({ name }) => name))
    expect(rows).toEqual([...table.rows].map(row => row.map(value => String(value ?? ''))))
    expect(rows.map(row => Number(row[1] || Number.NaN))).toEqual([1 / 3, -0.1, 5e-324, Number.NaN])
  })

  test('is the same when it is read back from JSON Lines and from Parquet', async () => {
    const objects = [...table.rows].map(row =>
      Object.fromEntries(table.columns.map(({ name }, c) => [name, row[c]]))
    )
    expect(jsonOf([...jsonLines(table)].join(''))).toEqual(objects)
    expect(await parquetIn(parquetOf(table))).toEqual(objects)
  })

  test('may have no rows', async () => {
    const empty = { ...table, rows: [] }
    expect([...csvLines(empty)]).toHaveLength(1)
    expect([...jsonLines(empty)]).toEqual([])
    expect(await parquetIn(parquetOf(empty))).toEqual([])
  })
})
