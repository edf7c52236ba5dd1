/** Finite MDPs from a JSON file, one per peer; peers/README.md describes the form of the file. */
import { basename, extname } from 'node:path'
import { z } from 'zod'
import { ExperimentError } from '../../src/core/errors.ts'
import { readJson } from '../../src/core/json-file.ts'
import { strideOf } from '../../src/core/parameter-matrix.ts'
import type { EnvironmentFamily, Features, Fleet } from '../../src/interfaces.ts'
import { oneHot } from './features.ts'
import { type FileTables, type PeerTables, readTables } from './file-schema.ts'
import { isPublished, readPublished } from './published-file.ts'

const options = z.strictObject({
  path: z.string("must be the path of a JSON file, as in 'file:path.json'").min(1, 'must not be empty')
})

type FileOptions = z.output<typeof options>

export const file: EnvironmentFamily<FileOptions, Fleet> = {
  description: 'Finite MDPs from a JSON file, one per peer.',
  picture: 'yours',
  options,
  positional: 'path',
  mostPeers: ({ path }) => peersIn(read(path)),
  build
}

function read(path: string): FileTables {
  const place = readJson(path)
  return isPublished(place) ? readPublished(place) : readTables(place)
}

const peersIn = ({ peers }: FileTables): number => peers.reduce((sum, { copies }) => sum + copies, 0)

/** The file's first `peers` environments; nothing is random. */
function build(peers: number, { path }: FileOptions): Fleet {
  const tables = read(path)
  if (peers > peersIn(tables))
    throw new ExperimentError(
      `${path} has the environments of ${peersIn(tables)} peers; ${peers} peers are too many`
    )
  const { states, actions } = tables
  const pairs = states * actions
  const chosen: PeerTables[] = []
  for (const peer of tables.peers)
    for (let k = 0; k < peer.copies && chosen.length < peers; k++) chosen.push(peer)
  let branching = 1
  for (const { transitions } of chosen)
    for (const { successors } of transitions) branching = Math.max(branching, successors.length)
  const successors = new Uint16Array(peers * pairs * branching)
  const probabilities = new Float64Array(peers * pairs * branching)
  const rewards = new Float64Array(peers * pairs)
  chosen.forEach((peer, i) => {
    rewards.set(peer.rewards, i * pairs)
    peer.transitions.forEach((transition, k) => {
      successors.set(transition.successors, (i * pairs + k) * branching)
      probabilities.set(transition.probabilities, (i * pairs + k) * branching)
    })
  })
  const stem = basename(path, extname(path))
  return {
    kind: 'finite',
    name: stem,
    peers,
    states,
    actions,
    branching,
    discount: tables.discount,
    labels: chosen.map(({ label }, i) => label ?? `${stem}-${i}`),
    types: Int32Array.from(chosen, ({ type }) => type),
    successors,
    probabilities,
    rewards,
    noise: tables.noise,
    reset: tables.reset,
    evaluation: tables.evaluation,
    policy: tables.policy,
    features: tables.features ? table(tables.features) : oneHot(states)
  }
}

function table(rows: readonly Float64Array[]): Features {
  const count = rows[0]?.length ?? 0
  const stride = strideOf(count)
  const values = new Float64Array(rows.length * stride)
  rows.forEach((row, s) => {
    values.set(row, s * stride)
  })
  return { kind: 'table', count, table: values, stride }
}
