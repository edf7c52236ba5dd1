/** Computes the cells of a figure, those that are not kept from before, and judges them together. */
import type { Crew } from './crew.ts'
import type { Done, Figure, Findings } from './figure.ts'
import type { Kept } from './kept.ts'

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

export interface Reproduction extends Findings {
  /** How many cells were kept from before. */
  readonly reused: number
}

export interface Helpers {
  readonly crew: () => Crew
  readonly kept: Kept
  readonly onProgress?: (progress: Progress) => void
  /** Aborted, it ends where it is; what is done is kept. */
  readonly signal?: AbortSignal
}

/** Undefined if it was interrupted. */
export async function runFigure(
  figure: Figure,
  quick: boolean,
  { crew: hire, kept, onProgress = () => {}, signal }: Helpers
): Promise<Reproduction | undefined> {
  const cells = figure.cells(quick)
  const results = cells.map(({ settings }) => kept.find(settings))
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
    if (signal?.aborted) return undefined
  }
  const all = cells.map(({ settings }, k): Done<unknown, unknown> => ({ settings, result: results[k] }))
  return { ...figure.judge(all, quick), reused }
}
