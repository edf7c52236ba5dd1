/** `lock`: whose turn it is to continue a run. Two at once would write over each other's lines. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExperimentError } from '../core/errors.ts'
import { reasonOf } from './files.ts'
import { here, lives } from './manifest.ts'

const lockOf = (folder: string): string => join(folder, 'lock')

/** Claims the run in `folder` for this process. Throws an ExperimentError at `place` if another one has it. */
export function claim(folder: string, place: string): void {
  const { host, pid } = here()
  for (;;) {
    try {
      writeFileSync(lockOf(folder), JSON.stringify({ host, pid }), { flag: 'wx' })
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new ExperimentError(`${place}: its record cannot be written (${reasonOf(error)})`)
      }
    }
    const owner = ownerOf(folder)
    if (owner !== undefined && lives(owner)) {
      throw new ExperimentError(`${place}: is being resumed already, in process ${owner.pid}`)
    }
    // Its owner is gone without a word.
    release(folder)
  }
}

export const release = (folder: string): void => rmSync(lockOf(folder), { force: true })

function ownerOf(folder: string): { host: string; pid: number } | undefined {
  try {
    const { host, pid } = JSON.parse(readFileSync(lockOf(folder), 'utf8'))
    return typeof host === 'string' && Number.isInteger(pid) ? { host, pid } : undefined
  } catch {
    return undefined
  }
}
