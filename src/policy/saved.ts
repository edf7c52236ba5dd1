/** The parameters of all peers at some round, with the experiment that they are of: in a file of JSON, or in a record. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { field, finite, items, type Place, readJson, record, text, whole } from '../core/json-file.ts'
import { resolve } from '../experiment/resolve.ts'
import type { Experiment } from '../experiment/schema.ts'
import { readCheckpoint } from '../records/checkpoint.ts'
import { filesUsedBy } from '../records/read.ts'
import { readWatched } from '../records/watched.ts'

export interface SavedPolicies {
  readonly experiment: Experiment
  /** Rounds completed. */
  readonly round: number
  /** θ_i, as many doubles for each peer; padded with zeros if it comes from a record. */
  readonly parameters: readonly Float64Array[]
}

const KEYS = ['experiment', 'round', 'peers'] as const
const PEER_KEYS = ['peer', 'environment', 'parameters'] as const

/** The text of a file, with what each peer's environment is called: what is read from it is the same to the bit. */
export function savedJson(
  { experiment, round, parameters }: SavedPolicies,
  labels: readonly string[]
): string {
  const peers = parameters.map((theta, peer) => {
    const head = JSON.stringify({ peer, environment: labels[peer] }).slice(0, -1)
    return `    ${head},"parameters":[${Array.from(theta, exactly).join(',')}]}`
  })
  return [
    '{',
    `  "experiment": ${JSON.stringify(experiment)},`,
    `  "round": ${round},`,
    '  "peers": [',
    peers.join(',\n'),
    '  ]',
    '}',
    ''
  ].join('\n')
}

/** JSON.stringify has no sign for −0. */
const exactly = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))

/**
 * What is saved in the file or record `run`; a record may be called by its name in runs/. `loads` is told of each file that the
 * experiment loads before that is done. Throws an ExperimentError for what is neither.
 */
export function readSaved(
  run: string,
  loads: (file: string) => void
): SavedPolicies & { readonly doubts: readonly string[] } {
  if (run.endsWith('.npy')) {
    throw new ExperimentError(
      `play ${run}: does not say which experiment it is of; save the policies in a file that ends in .json`
    )
  }
  if (!run.endsWith('.json')) return readRecord(run, loads)
  return { ...parseSaved(readJson(run), loads), doubts: [] }
}

/** Of what a file of JSON holds. */
export function parseSaved(file: Place, loads: (file: string) => void): SavedPolicies {
  record(file, KEYS)
  const { value: raw } = field(file, 'experiment')
  const { use } = record(field(file, 'experiment'))
  for (const name of Array.isArray(use) ? use : []) loads(String(name))
  const { experiment } = resolve(raw, path => `${file.file}: ${['experiment', ...path].join('.')}`)
  const round = whole(field(file, 'round'), 0, Number.MAX_SAFE_INTEGER)
  const peers = items(field(file, 'peers'), experiment.peers, 'peer')
  const parameters: Float64Array[] = []
  for (const peer of peers) {
    record(peer, PEER_KEYS)
    text(field(peer, 'environment'))
    const theta = items(field(peer, 'parameters'), parameters[0]?.length, 'parameter')
    parameters.push(Float64Array.from(theta, each => finite(each)))
  }
  return { experiment, round, parameters }
}

/** The last checkpoint of a record; the run may go on. */
function readRecord(
  run: string,
  loads: (file: string) => void
): SavedPolicies & { readonly doubts: readonly string[] } {
  for (const file of filesUsedBy(run, 'play')) loads(file)
  const { folder, manifest, experiment, doubts } = readWatched(run, 'play')
  const path = join(folder, 'checkpoint')
  if (!existsSync(path))
    throw new ExperimentError(`play ${run}: has no checkpoint yet, so there is no policy`)
  const { round, theta, average, traffic } = readCheckpoint(path, manifest.digest)
  const values = average?.means ?? theta
  const stride = values.length / traffic.messagesIn.length
  const parameters = Array.from({ length: experiment.peers }, (_, i) =>
    values.slice(i * stride, (i + 1) * stride)
  )
  return { experiment, round, parameters, doubts }
}
