/** Files that a user asked for by name: whole or absent, their folders made. */
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { makeFolders, reasonOf, replaceBy } from '../records/files.ts'

/** Replaces the file at `path` by these pieces, one after the other. Throws an ExperimentError if it cannot be written. */
export function writeOut(path: string, pieces: Iterable<string | Uint8Array>): void {
  try {
    makeFolders(dirname(path))
    replaceBy(path, file => {
      // Each goes behind those before.
      for (const piece of pieces) writeFileSync(file, piece)
    })
  } catch (error) {
    // Where the system did not refuse, what makes the pieces is at fault.
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new ExperimentError(`--out ${path}: cannot be written (${reasonOf(error)})`)
  }
}
