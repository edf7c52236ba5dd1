/** The measured rounds of a run as a table: a row for each peer, or for the swarm. */
import { METRICS } from '../../interfaces.ts'
import type { MetricsLine } from '../../records/sample-json.ts'
import { type Column, type ExportTable, finite, type Value } from './table.ts'

const METRIC_COLUMNS = METRICS.map((name): Column => ({ name, kind: 'number' }))

const integers = (...names: readonly string[]): Column[] =>
  names.map((name): Column => ({ name, kind: 'integer' }))

const PER_PEER = ['messagesIn', 'messagesOut', 'bytesIn', 'bytesOut', 'missing'] as const

const PEER_COLUMNS: readonly Column[] = [
  ...integers('round', 'peer'),
  { name: 'environment', kind: 'text' },
  { name: 'takesPart', kind: 'boolean' },
  ...METRIC_COLUMNS,
  ...integers(...PER_PEER)
]

/** A row for each measured round and peer, where the record lists the peers; counts are totals since round 0. */
export const peersTable = (lines: Iterable<MetricsLine>): ExportTable => ({
  columns: PEER_COLUMNS,
  rows: peerRows(lines)
})

function* peerRows(lines: Iterable<MetricsLine>): Generator<Value[]> {
  for (const { round, peers, perPeer, stopped } of lines) {
    const gone = new Set(stopped)
    for (const row of peers ?? []) {
      yield [
        round,
        row.peer,
        row.environment,
        !gone.has(row.peer),
        ...METRICS.map(metric => finite(row[metric])),
        ...PER_PEER.map(name => finite(perPeer?.[name][row.peer]))
      ]
    }
  }
}

const SWARM_COLUMNS: readonly Column[] = [
  ...integers('round'),
  ...METRIC_COLUMNS,
  { name: 'correctionSum', kind: 'number' },
  { name: 'episodes', kind: 'number' },
  { name: 'steps', kind: 'number' },
  ...integers('stopped', 'messages', 'bytes', 'busiestBytes', 'missing', 'refused', 'dropped'),
  { name: 'virtualMs', kind: 'number' },
  { name: 'seconds', kind: 'number' }
]

/** A row for each measured round; counts are totals since round 0, `busiestBytes` those in and out of the participant with most. */
export const swarmTable = (lines: Iterable<MetricsLine>): ExportTable => ({
  columns: SWARM_COLUMNS,
  rows: swarmRows(lines)
})

function* swarmRows(lines: Iterable<MetricsLine>): Generator<(number | null)[]> {
  for (const line of lines) {
    yield [
      line.round,
      ...METRICS.map(metric => finite(line[metric])),
      finite(line.correctionSum),
      finite(line.experience?.episodes),
      finite(line.experience?.steps),
      line.stopped.length,
      line.messages,
      line.bytes,
      busiestOf(line),
      line.missing,
      line.refused,
      Object.values(line.dropped).reduce((sum, messages) => sum + messages, 0),
      finite(line.virtualMs),
      finite(line.seconds)
    ]
  }
}

function busiestOf({ perPeer }: MetricsLine): number | null {
  return (
    perPeer?.bytesIn.reduce((most, bytes, p) => Math.max(most, bytes + (perPeer.bytesOut[p] ?? 0)), 0) ?? null
  )
}
