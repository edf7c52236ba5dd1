/** Results of cells that are kept between runs: `results.jsonl` in the folder of a figure, a line each. */
import { createHash } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { productVersion } from '../core/product.ts'
import { makeFolders, writing } from '../records/files.ts'
import { cutLineLog, openLineLog } from '../records/line-log.ts'
import { claim, release } from '../records/lock.ts'

export interface Kept {
  /** undefined if these settings have no result yet. */
  find(settings: unknown): unknown
  keep(settings: unknown, result: unknown): void
  close(): void
}

interface Line {
  readonly key: string
  readonly settings: unknown
  readonly result: unknown
}

/** For quick forms, which end before it would pay. */
export const KEEPING_NOTHING: Kept = { find: () => undefined, keep: () => {}, close: () => {} }

/**
 * What is kept in `folder`, which is made; `fresh` throws away what is there. Throws an ExperimentError if another process is at it.
 */
export function keptIn(folder: string, fresh: boolean): Kept {
  const path = join(folder, 'results.jsonl')
  writing(folder, () => makeFolders(folder))
  claim(folder, folder)
  if (fresh) writing(path, () => rmSync(path, { force: true }))
  const lines = existsSync(path) ? cutLineLog(path, line => line as Line) : []
  const results = new Map(lines.map(({ key, result }) => [key, result]))
  const log = openLineLog(path)
  const version = productVersion()
  return {
    find: settings => results.get(keyOf(version, settings)),
    keep(settings, result) {
      log.append({ key: keyOf(version, settings), settings, result } satisfies Line)
    },
    close() {
      log.close()
      release(folder)
    }
  }
}

/** Another version of the product may compute other bits. */
function keyOf(version: string, settings: unknown): string {
  const text = JSON.stringify([version, settings])
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}
