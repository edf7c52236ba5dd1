/** Files that a user asked for by name: whole or absent, their folders made; devices and pipes are written into. */
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { makeFolders, reasonOf, replaceBy } from '../records/files.ts'

/** Replaces the file at `path` by these pieces, one after the other. Returns its bytes. Throws an ExperimentError if it cannot be written. */
export function writeOut(path: string, pieces: Iterable<string | Uint8Array>): number {
  let bytes = 0
  try {
    makeFolders(dirname(path))
    replaceBy(path, file => {
      // Each goes behind those before.
      for (const piece of pieces) {
        writeFileSync(file, piece)
        bytes += Buffer.byteLength(piece)
      }
    })
    return bytes
  } catch (error) {
    // Where the system did not refuse, what makes the pieces is at fault.
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new ExperimentError(`--out ${path}: cannot be written (${reasonOf(error)})`)
  }
}
