/**
 * Results of cells that are kept between runs, each in a file of its own, which is whole or absent: whoever works in the same folder, one
 * after another or at once, finds what the others have done. The name of a file is the digest of what decides its result.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { productVersion } from '../core/product.ts'
import { makeFolders, makeIfAbsent, replaceFile, writing } from '../records/files.ts'
import type { Cell } from './compute.ts'

export interface Kept {
  /** undefined if this cell has no result yet. */
  find(cell: Decided): unknown
  keep(cell: Decided, result: unknown): void
}

/** What decides a result: see there. */
type Decided = Pick<Cell<unknown>, 'settings' | 'key' | 'files'>

interface Keeping {
  /** Whose settings they are: the name of a figure, or what all comparisons have in common. */
  readonly of: string
  /** Whether nothing counts but what is kept from now on. */
  readonly fresh: boolean
}

/** The folder of what is kept, beside those of comparisons and figures. */
export const CELLS_FOLDER = 'cells'

/** For quick forms, which end before it would pay. */
export const KEEPING_NOTHING: Kept = { find: () => undefined, keep: () => {} }

/** What is kept in `folder`, which is made; a file there that makes no sense is absent, and replaced. */
export function keptIn(folder: string, { of, fresh }: Keeping): Kept {
  writing(folder, () => makeFolders(folder))
  // Another version of the product may compute other bits.
  const version = productVersion()
  const contents = new Map<string, string>()
  const keptByUs = new Set<string>()
  const contentOf = (file: string): string => {
    const known = contents.get(file) ?? digest(contentIn(file) ?? '')
    contents.set(file, known)
    return known
  }
  const keyOf = ({ settings, key = settings, files = [] }: Decided): string =>
    digest(JSON.stringify([version, of, key, files.map(contentOf)]))
  const pathOf = (key: string): string => join(folder, key.slice(0, 2), `${key}.json`)
  return {
    find(cell) {
      const key = keyOf(cell)
      return fresh && !keptByUs.has(key) ? undefined : resultIn(pathOf(key))
    },
    keep(cell, result) {
      const key = keyOf(cell)
      const path = pathOf(key)
      writing(path, () => makeIfAbsent(join(path, '..')))
      // Two processes may be at the same file.
      const beside = join(folder, `${process.pid}.tmp`)
      replaceFile(path, JSON.stringify({ settings: cell.key ?? cell.settings, result }), false, beside)
      keptByUs.add(key)
    }
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24)

/** undefined if the file cannot be read. */
function contentIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function resultIn(path: string): unknown {
  const text = contentIn(path)
  if (text === undefined) return undefined
  try {
    return (JSON.parse(text) as { readonly result?: unknown } | null)?.result
  } catch {
    return undefined
  }
}
