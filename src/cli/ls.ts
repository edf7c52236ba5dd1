/** `murmur ls`: the recorded runs of a folder. */
import { existsSync } from 'node:fs'
import { styleText } from 'node:util'
import { listRecords, type RunList } from '../records/list.ts'
import type { Manifest } from '../records/manifest.ts'
import { columns, figure } from '../report/format.ts'

/** Writes a table of the runs in `folder`, or with `json` an object; folders that hold no run are told on stderr. */
export function lsCommand(folder: string | undefined, json: boolean): void {
  const { runs, broken } = runsOf(folder)
  for (const reason of broken) process.stderr.write(`murmur: ${reason}\n`)
  if (json) process.stdout.write(`${JSON.stringify({ runs })}\n`)
  else if (runs.length > 0) process.stdout.write(table(runs))
  else process.stderr.write(`no runs in ${folder ?? 'runs/'} yet; murmur run records one\n`)
}

/** The standard folder may be missing until the first run. */
function runsOf(folder: string | undefined): RunList {
  return folder === undefined && !existsSync('runs')
    ? { runs: [], broken: [] }
    : listRecords(folder ?? 'runs')
}

const HEADINGS = [
  'run',
  'status',
  'environment',
  'peers',
  'topology',
  'aggregation',
  'rounds',
  'value error',
  'return',
  'consensus'
]

function table(runs: readonly Manifest[]): string {
  const [headings = '', ...rows] = columns([HEADINGS, ...runs.map(row)], 'lllrllrrrr')
  return `${[styleText('bold', headings, { stream: process.stdout }), ...rows].join('\n')}\n`
}

function row({
  id,
  status,
  environment,
  peers,
  topology,
  aggregation,
  round,
  rounds,
  swarm
}: Manifest): string[] {
  return [
    id,
    status,
    environment,
    String(peers),
    topology,
    aggregation,
    round === rounds ? String(round) : `${round}/${rounds}`,
    figure(swarm?.valueError),
    figure(swarm?.return),
    figure(swarm?.consensusError)
  ]
}
