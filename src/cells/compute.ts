/** Cells, parts of a computation that are computed each on their own: by a crew, the longest first, but for those that are kept. */
import type { Crew } from './crew.ts'
import type { Kept } from './kept.ts'

/** Part of something that is computed on its own. */
export interface Cell<S> {
  /** Plain data that decides the result, to the bit. */
  readonly settings: S
  /** About how many seconds it takes. */
  readonly seconds: number
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
  /** How many cells were kept from before. */
  readonly reused: number
  readonly isInterrupted: boolean
}

export async function computeCells(
  cells: readonly Cell<unknown>[],
  { crew: hire, kept, onProgress = () => {}, onResult = () => {}, signal }: Helpers
): Promise<Computed> {
  const results = cells.map(({ settings }) => kept.find(settings))
  results.forEach((result, k) => {
    if (result !== undefined) onResult(k, result)
  })
  // The longest first, so that threads end together.
  const open = [...cells.entries()]
    .filter(([k]) => results[k] === undefined)
    .sort(([, a], [, b]) => b.seconds - a.seconds)
  const reused = cells.length - open.length
  const estimate = open.reduce((sum, [, { seconds }]) => sum + seconds, 0)
  let finished = 0
  let running = 0
  let done = reused
  const tell = () =>
    onProgress({ done, cells: cells.length, fraction: (finished + running / 2) / estimate, estimate })

  if (open.length > 0) {
    tell()
    const crew = hire()
    const work = async (): Promise<void> => {
      for (let next = open.shift(); next !== undefined; next = open.shift()) {
        const [k, { settings, seconds }] = next
        running += seconds
        const result = await crew.compute(settings)
        running -= seconds
        if (signal?.aborted) return
        results[k] = result
        kept.keep(settings, result)
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
