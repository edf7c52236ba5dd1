/** `murmur export`: the measured rounds of a run, or those of all runs of a comparison, as a table for other programs. */
import { once } from 'node:events'
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { allowed } from '../core/nearest.ts'
import { readComparison } from '../records/comparison-file.ts'
import { completeLines } from '../records/line-log.ts'
import { parseMetricsLine } from '../records/metrics.ts'
import type { MetricsLine } from '../records/sample-json.ts'
import { readWatched } from '../records/watched.ts'
import { comparisonTable } from '../report/export/comparison-table.ts'
import { parquetOf } from '../report/export/parquet.ts'
import { peersTable, swarmTable } from '../report/export/run-table.ts'
import type { ExportTable } from '../report/export/table.ts'
import { csvLines, jsonLines } from '../report/export/text.ts'
import { sayUsed } from './say-used.ts'
import { writeOut } from './write-out.ts'

/** As commander gives them. */
export interface ExportFlags {
  readonly format?: string
  readonly out?: string
  readonly swarm?: true
  readonly json?: true
}

const FORMATS = ['csv', 'jsonl', 'parquet'] as const
type Format = (typeof FORMATS)[number]

/** Characters that are written at once. */
const CHUNK = 1 << 16

/** Writes the table to stdout, or to a file and with `json` what that is. Throws an ExperimentError where there is nothing to export. */
export async function exportCommand(name: string, flags: ExportFlags): Promise<void> {
  const { format: word, out, swarm, json } = flags
  const format = formatOf(word, out)
  if (json === true && out === undefined) {
    throw new ExperimentError(
      '--json: tells of the file that was written; say which with --out FILE, or have the rows as JSON with --format jsonl'
    )
  }
  const table = tableOf(name, swarm === true)
  if (out === undefined) {
    if (format === 'parquet') {
      throw new ExperimentError('--format parquet: is written to a file; say which with --out FILE.parquet')
    }
    for (const chunk of chunksOf(table, format)) {
      if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
    }
    return
  }
  let rows = 0
  const counted = { columns: table.columns, rows: each(table.rows, () => rows++) }
  const bytes = writeOut(out, format === 'parquet' ? [parquetOf(counted)] : chunksOf(counted, format))
  if (json === true) process.stdout.write(`${JSON.stringify({ file: out, bytes, rows })}\n`)
  else process.stderr.write(`written: ${out}\n`)
}

function* each<T>(items: Iterable<T>, onItem: () => void): Generator<T> {
  for (const item of items) {
    onItem()
    yield item
  }
}

/** What is asked for, or what the name of the file says. */
function formatOf(word: string | undefined, out: string | undefined): Format {
  const ofName = FORMATS.find(each => out?.endsWith(`.${each}`))
  const said = word ?? ofName ?? 'csv'
  const format = FORMATS.find(each => each === said)
  if (format === undefined) {
    throw new ExperimentError(`--format: unknown format "${said}"${allowed(said, FORMATS)}`)
  }
  if (ofName !== undefined && ofName !== format) {
    throw new ExperimentError(`--format ${format}: --out ${out} says ${ofName}; give one of them`)
  }
  return format
}

function tableOf(name: string, swarm: boolean): ExportTable {
  const found = readComparison(name)
  if (found !== undefined) {
    if (swarm) {
      throw new ExperimentError(
        `--swarm: chooses the rows of a recorded run; ${name} is a comparison, whose rows are all of swarms`
      )
    }
    return comparisonTable(found, found.tuned)
  }
  sayUsed(name, 'export')
  const { folder } = readWatched(name, 'export')
  const lines = linesOf(join(folder, 'metrics.jsonl'))
  return swarm ? swarmTable(lines) : peersTable(lines)
}

function* linesOf(path: string): Generator<MetricsLine> {
  let number = 0
  for (const text of completeLines(path)) yield parseMetricsLine(text, `${path}:${++number}`)
}

function* chunksOf(table: ExportTable, format: Exclude<Format, 'parquet'>): Generator<string> {
  let chunk = ''
  for (const line of format === 'csv' ? csvLines(table) : jsonLines(table)) {
    chunk += line
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
