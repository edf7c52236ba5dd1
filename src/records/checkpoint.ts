/** `checkpoint`: all that the rounds to come depend on, so that a run continues to the same bits. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { z } from 'zod'
import { ExperimentError } from '../core/errors.ts'
import { DROP_REASONS, type SwarmState } from '../interfaces.ts'
import { reasonOf, replaceFile } from './files.ts'

/** Of the form of the file; a reader refuses others. */
const FORMAT = 2

const count = z.int().min(0)
const doubles = z.instanceof(Float64Array)
const unsigned = z.instanceof(Uint32Array)
const bytes = z.instanceof(Uint8Array)
const integers = z.instanceof(Int32Array)

const stateSchema = z.object({
  round: count,
  seconds: z.number().min(0),
  theta: doubles,
  learner: z.record(z.string(), z.union([integers, doubles])),
  aggregation: z.record(z.string(), z.union([bytes, integers, unsigned, doubles])),
  average: z.object({ means: doubles, counts: integers }).optional(),
  faults: z.object({
    rounds: count,
    commanded: z.array(z.looseObject({ after: count })),
    virtualMs: z.number().min(0),
    strikes: z.array(bytes),
    owed: z.array(unsigned),
    speaksAt: z.array(doubles)
  }),
  traffic: z.object({
    messagesOut: doubles,
    messagesIn: doubles,
    bytesOut: doubles,
    bytesIn: doubles,
    missing: doubles,
    waitedFor: doubles,
    refused: doubles,
    dropped: z.record(z.enum(DROP_REASONS), doubles)
  }),
  reportedWaits: doubles
})

const fileSchema = z.object({ format: z.literal(FORMAT), digest: z.string(), checkpoint: stateSchema })

const CHECKSUM_BYTES = 32
const checksum = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

/** Replaces the checkpoint at `path` of the experiment with this digest. */
export function writeCheckpoint(path: string, digest: string, checkpoint: SwarmState): void {
  const content = serialize({ format: FORMAT, digest, checkpoint })
  replaceFile(path, Buffer.concat([checksum(content), content]), true)
}

/** The checkpoint at `path`. Throws an ExperimentError if there is none, or it is damaged or of another experiment. */
export function readCheckpoint(path: string, digest: string): SwarmState {
  let content: unknown
  try {
    const file = readFileSync(path)
    const bytes = file.subarray(CHECKSUM_BYTES)
    if (!checksum(bytes).equals(file.subarray(0, CHECKSUM_BYTES))) throw new Error('it is damaged')
    content = deserialize(bytes)
  } catch (error) {
    throw new ExperimentError(`${path}: no checkpoint to read (${reasonOf(error)})`)
  }
  const { success, data, error } = fileSchema.safeParse(content)
  if (!success) {
    const { path: part, message } = error.issues[0]!
    throw new ExperimentError(`${path}: no checkpoint of this version (${part.join('.')}: ${message})`)
  }
  if (data.digest !== digest) throw new ExperimentError(`${path}: the checkpoint of another experiment`)
  return data.checkpoint
}
