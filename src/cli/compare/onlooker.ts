/** Who is told how a comparison goes: a line of progress, or the screen of a terminal. */
import type { Progress } from '../../cells/compute.ts'
import type { Comparison, ContestRun } from '../../compare/comparison.ts'
import type { Phase } from '../../dashboard/contest/scene.ts'
import { cellsProgress } from '../cells-progress.ts'

/** Told phase by phase: `begin`, runs and progress, `end`. */
export interface Onlooker {
  /** A phase begins, in so many threads. */
  begin(phase: Phase, comparison: Comparison, jobs: number): Promise<void>
  hearRun(run: ContestRun): void
  hearProgress(progress: Progress): void
  /** The phase is over. */
  end(): void
  /** All is done, or was interrupted; resolves when it was looked at. */
  finish(): Promise<void>
  /** Stops showing it. May be called twice. */
  close(): Promise<void>
}

/** A line of progress for each phase. */
export function progressLine(): Onlooker {
  let line: ReturnType<typeof cellsProgress> | undefined
  return {
    async begin(_, __, jobs) {
      line = cellsProgress(jobs, 'runs')
    },
    hearRun() {},
    hearProgress: progress => line?.show(progress),
    end: () => line?.end(),
    async finish() {},
    async close() {}
  }
}
