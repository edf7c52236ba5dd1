/** `lock`: whose turn it is to continue a run. Two at once would write over each other's lines. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { reasonOf, writing } from './files.ts'
import { lives, type Owner, ownerSchema, thisProcess } from './process.ts'

const lockOf = (folder: string): string => join(folder, 'lock')

/** Claims the run in `folder` for this process. Throws an ExperimentError at `place` if another one has it. */
export function claim(folder: string, place: string): void {
  for (;;) {
    try {
      writeFileSync(lockOf(folder), JSON.stringify(thisProcess()), { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new ExperimentError(`${place}: its record cannot be written (${reasonOf(error)})`)
      }
    }
    const owner = ownerOf(folder)
    if (owner !== undefined && lives(owner)) {
      throw new ExperimentError(`${place}: is in use by another process (pid ${owner.pid})`)
    }
    // Its owner is gone without a word.
    release(folder)
  }
}

export function release(folder: string): void {
  const lock = lockOf(folder)
  writing(lock, () => rmSync(lock, { force: true }))
}

function ownerOf(folder: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(lockOf(folder), 'utf8')))
  } catch {
    return undefined
  }
}
