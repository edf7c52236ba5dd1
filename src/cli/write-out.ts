/** Files that a user asked for by name: whole or absent, their folders made. */
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { makeFolders, reasonOf } from '../records/files.ts'

/** Replaces the file at `path` by these pieces, one after the other. Throws an ExperimentError if it cannot be written. */
export function writeOut(path: string, pieces: Iterable<string | Uint8Array>): void {
  try {
    makeFolders(dirname(path))
    writeBeside(path, pieces)
  } catch (error) {
    // Where the system did not refuse, what makes the pieces is at fault.
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new ExperimentError(`--out ${path}: cannot be written (${reasonOf(error)})`)
  }
}

function writeBeside(path: string, pieces: Iterable<string | Uint8Array>): void {
  const beside = `${path}.tmp`
  const file = openSync(beside, 'w')
  try {
    try {
      for (const piece of pieces) writeWhole(file, Buffer.from(piece))
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
