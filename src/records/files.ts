/** Files that are whole or absent: written beside, then renamed. Trouble is a RunError that names the file. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { dirname } from 'node:path'
import { RunError } from '../core/errors.ts'

/** Replaces the file at `path`; `durable` also forces it to the disk. */
export function replaceFile(path: string, content: string | Uint8Array, durable: boolean): void {
  writing(path, () =>
    replaceBy(path, file => {
      writeFileSync(file, content)
      if (durable) fsyncSync(file)
    })
  )
}

/** Replaces the file at `path` by one that `write` fills, which has it open; if it fails, all is as it was. */
export function replaceBy(path: string, write: (file: number) => void): void {
  const beside = `${path}.tmp`
  const file = openSync(beside, 'w')
  try {
    try {
      write(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/**
 * Makes the folder at `path` and those above it. The recursion of `mkdirSync` would not end in a folder that lets nothing
 * be made, as /proc.
 */
export function makeFolders(path: string): void {
  if (existsSync(path)) return
  makeFolders(dirname(path))
  makeIfAbsent(path)
}

/** Returns whether it was absent. */
export function makeIfAbsent(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
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
