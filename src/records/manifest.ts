/** `manifest.json`: what a run is, how it stands and the command that repeats it. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import { productVersion } from '../core/product.ts'
import type { Experiment } from '../experiment/schema.ts'
import { reasonOf, replaceFile } from './files.ts'
import { lives, ownerSchema, thisProcess } from './process.ts'

const STATUSES = ['running', 'finished', 'interrupted', 'target-missed', 'diverged', 'failed'] as const
export type RunStatus = (typeof STATUSES)[number]

const error = z.number().nullable()

const manifestSchema = z.object({
  id: z.string(),
  status: z.enum(STATUSES),
  /** Why it diverged or failed. */
  reason: z.string().nullable(),
  started: z.string(),
  ended: z.string().nullable(),
  command: z.string(),
  seed: z.string(),
  versions: z.object({ murmuration: z.string(), node: z.string() }),
  platform: z.string(),
  ...ownerSchema.shape,
  environment: z.string(),
  peers: z.int(),
  topology: z.string(),
  aggregation: z.string(),
  rounds: z.int(),
  /** Rounds measured so far, and what was measured in the last of them. */
  round: z.int(),
  swarm: z
    .object({
      consensusError: error,
      valueError: error,
      excessValueError: error,
      fixedPointError: error,
      return: error,
      valueGap: error,
      // Records made before these were measured have none.
      policyDistance: error.default(null),
      entropy: error.default(null)
    })
    .nullable(),
  /** See `digestOf`. */
  digest: z.string()
})

export type Manifest = Readonly<z.output<typeof manifestSchema>>

export function newManifest(id: string, experiment: Experiment, command: string, started: Date): Manifest {
  const { seed, environment, peers, topology, aggregation, rounds } = experiment
  return {
    id,
    status: 'running',
    reason: null,
    started: started.toISOString(),
    ended: null,
    command,
    seed,
    ...here(),
    environment: titleOf(environment),
    peers,
    topology: titleOf(topology),
    aggregation,
    rounds,
    round: 0,
    swarm: null,
    digest: digestOf(experiment)
  }
}

/** What and where this process is. */
export const here = () => ({
  versions: { murmuration: productVersion(), node: process.version },
  platform: `${process.platform}-${process.arch}`,
  ...thisProcess()
})

export function writeManifest(folder: string, manifest: Manifest): void {
  replaceFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`, false)
}

/**
 * The manifest in `folder`. A run whose process is gone without a word was interrupted. Throws an ExperimentError where
 * there is no manifest.
 */
export function readManifest(folder: string): Manifest {
  const path = join(folder, 'manifest.json')
  let manifest: Manifest
  try {
    manifest = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const reason =
      error instanceof z.ZodError ? `${error.issues[0]?.path.join('.')} is missing or wrong` : reasonOf(error)
    throw new ExperimentError(`${path}: no manifest of a run (${reason})`)
  }
  return manifest.status === 'running' && !lives(manifest) ? { ...manifest, status: 'interrupted' } : manifest
}

/** Of an experiment, and of the files that it uses as they are now. */
export function digestOf(experiment: Experiment): string {
  const hash = createHash('sha256').update(JSON.stringify(experiment))
  for (const file of experiment.use) hash.update(readFileSync(file))
  return hash.digest('hex')
}

/** What was changed if the digest is another: the file of an experiment, or one that this uses. */
export const digested = (file: string, { use }: Experiment): string =>
  use.length === 0 ? `${file}:` : `${file}, or what it uses (${use.join(', ')}):`

/** A name for lists: `ring`, `file:edges.txt`. */
const titleOf = ({ name, path }: Experiment['topology']): string =>
  typeof path === 'string' ? `${name}:${basename(path)}` : name
