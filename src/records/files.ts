/** Files that are whole or absent: written beside, then renamed. Trouble is a RunError that names the file. */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { RunError } from '../core/errors.ts'

/** Replaces the file at `path`; `durable` also forces it to the disk. `beside`: where it is written first. */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  durable: boolean,
  beside?: string
): void {
  const write = (file: number): void => {
    writeFileSync(file, content)
    if (durable) fsyncSync(file)
  }
  writing(path, () => replaceBy(path, write, beside))
}

/**
 * Replaces the file at `path`, or that to which a link there leads, by one that `write` fills, which has it open; if it fails, all is as
 * it was. A device, a pipe, or a file that a process has open already, as /dev/stdout, is written into as it is.
 */
export function replaceBy(path: string, write: (file: number) => void, beside?: string): void {
  const target = replaceableAt(path)
  if (target === undefined) {
    fill(openSync(path, constants.O_WRONLY | constants.O_APPEND), write)
    return
  }
  const made = beside ?? `${target}.tmp`
  const file = openSync(made, 'w')
  try {
    fill(file, write)
    renameSync(made, target)
  } catch (error) {
    rmSync(made, { force: true })
    throw error
  }
}

function fill(file: number, write: (file: number) => void): void {
  try {
    write(file)
  } finally {
    closeSync(file)
  }
}

/** Names of files that a process has open. */
const OPEN_FILES = /^\/(?:dev|proc\/[^/]+)\/fd\//

/** The plain file that is meant by `path`, be it there or not; undefined where something else is. */
function replaceableAt(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile()) return undefined
  for (let at = path; ; at = resolve(realpathSync(dirname(at)), readlinkSync(at))) {
    if (OPEN_FILES.test(at)) return undefined
    if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return at
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
