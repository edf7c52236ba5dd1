/** Cells, parts of a computation that are computed each on their own: by a crew, the longest first, but for those that are kept. */
import type { Crew } from './crew.ts'
import type { Kept } from './kept.ts'

/** What a crew is asked for. */
interface Task<S> {
  /** Plain data that decides the result, to the bit. */
  readonly settings: S
  /** About how many seconds it takes. */
  readonly seconds: number
}

/** Part of something that is computed on its own. */
export interface Cell<S> extends Task<S> {
  /** Files that are read besides: what is in them decides, too. */
  readonly files?: readonly string[]
  /** By what its result is kept, where that is not all settings: results for others with this key are soon made into it. */
  readonly key?: unknown
  /** What is left to be computed where a result with its key is kept; undefined if it is the one. */
  readonly rest?: (kept: unknown) => Task<S> | undefined
}

/** How far it is. */
export interface Progress {
  readonly done: number
  readonly cells: number
  /**
   * The fraction of the work that is done, as it was estimated, cells that are being computed taken for half done; what was kept
   * from before does not count.
   */
  readonly fraction: number
  /** About how many seconds all of it takes one thread. */
  readonly estimate: number
}

export interface Helpers {
  readonly crew: () => Crew
  readonly kept: Kept
  readonly onProgress?: (progress: Progress) => void
  /** Told of each result as soon as it is there, kept ones first. */
  readonly onResult?: (cell: number, result: unknown) => void
  /** Aborted, it ends where it is; what is done is kept. */
  readonly signal?: AbortSignal
}

export interface Computed {
  /** As the cells are; undefined where it was interrupted before. */
  readonly results: readonly unknown[]
  /** How many cells were kept from before, if only in part. */
  readonly reused: number
  readonly isInterrupted: boolean
}

export async function computeCells(
  cells: readonly Cell<unknown>[],
  { crew: hire, kept, onProgress = () => {}, onResult = () => {}, signal }: Helpers
): Promise<Computed> {
  const found = cells.map(cell => kept.find(cell))
  const tasks = cells.map((cell, k) => taskOf(cell, found[k]))
  const results = found.map((result, k) => (tasks[k] === undefined ? result : undefined))
  results.forEach((result, k) => {
    if (result !== undefined) onResult(k, result)
  })
  // The longest first, so that threads end together.
  const open = tasks
    .flatMap((task, k) => (task === undefined ? [] : [{ k, cell: cells[k]!, seconds: task.seconds }]))
    .sort((a, b) => b.seconds - a.seconds)
  const reused = found.filter(result => result !== undefined).length
  const estimate = open.reduce((sum, { seconds }) => sum + seconds, 0)
  let finished = 0
  let running = 0
  let done = cells.length - open.length
  const tell = () =>
    onProgress({ done, cells: cells.length, fraction: (finished + running / 2) / estimate, estimate })

  if (open.length > 0) {
    tell()
    const crew = hire()
    const work = async (): Promise<void> => {
      for (let next = open.shift(); next !== undefined; next = open.shift()) {
        const { k, cell, seconds } = next
        running += seconds
        // By now another process may have done it.
        const known = kept.find(cell)
        const task = taskOf(cell, known)
        const result = task === undefined ? known : await crew.compute(task.settings)
        running -= seconds
        if (signal?.aborted) return
        results[k] = result
        if (task !== undefined) kept.keep(cell, result)
        finished += seconds
        done++
        onResult(k, result)
        tell()
      }
    }
    const interrupted = new Promise<void>(resolve => {
      signal?.addEventListener('abort', () => resolve(), { once: true })
      if (signal?.aborted) resolve()
    })
    try {
      const working = Promise.all(Array.from({ length: crew.size }, work))
      await Promise.race([working, interrupted])
      // What is dismissed below ends with an error that nobody needs.
      if (signal?.aborted) working.catch(() => {})
    } finally {
      await crew.dismiss()
    }
  }
  return { results, reused, isInterrupted: signal?.aborted === true }
}

const taskOf = (cell: Cell<unknown>, known: unknown): Task<unknown> | undefined =>
  known === undefined ? cell : cell.rest?.(known)
