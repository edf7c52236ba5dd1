/** Files that are whole or absent: written beside, then renamed. Trouble is a RunError that names the file. */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { RunError } from '../core/errors.ts'

/** Replaces the file at `path`; `durable` also forces it to the disk. */
export function replaceFile(path: string, content: string | Uint8Array, durable: boolean): void {
  writing(path, () => {
    const beside = `${path}.tmp`
    const file = openSync(beside, 'w')
    try {
      writeFileSync(file, content)
      if (durable) fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  })
}

/** What `action` returns. Its failure becomes a RunError about `path`. */
export function writing<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw new RunError(`the record cannot be written: ${path}: ${reasonOf(error)}; the run stops here`)
  }
}

export const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
