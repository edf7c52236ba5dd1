/** How far cells are that are being computed: a bar with the time to go, on stderr. */
import type { Progress } from '../cells/compute.ts'
import { duration } from '../report/format.ts'

const BAR = 24
const REDRAW_MS = 500
const PIPE_INTERVAL_MS = 5000

/** Rewritten on a terminal, a line every few seconds elsewhere; `what` the cells are to the user. */
export function cellsProgress(
  jobs: number,
  what = 'cells'
): { show: (progress: Progress) => void; end: () => void } {
  const { stderr } = process
  const begun = performance.now()
  let last: Progress | undefined
  /** How many cells were done when it began. */
  let first = 0
  let saidMs = begun

  function line(progress: Progress): string {
    const { done, cells, fraction } = progress
    const passed = (performance.now() - begun) / 1000
    const left = secondsLeft(progress, { jobs, first, passed })
    const filled = Math.round(BAR * fraction)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`
    return `${bar} ${done}/${cells} ${what} · ${duration(passed)} · about ${duration(left)} to go`
  }
  function renew(): void {
    if (last !== undefined) stderr.write(`\r\x1b[2K${line(last)}`)
  }
  const timer = stderr.isTTY ? setInterval(renew, REDRAW_MS) : undefined
  return {
    show(progress) {
      if (last === undefined) first = progress.done
      last = progress
      if (stderr.isTTY) renew()
      else if (performance.now() - saidMs >= PIPE_INTERVAL_MS) {
        saidMs = performance.now()
        stderr.write(`${line(progress)}\n`)
      }
    },
    end() {
      clearInterval(timer)
      if (last !== undefined && stderr.isTTY) stderr.write('\r\x1b[2K')
    }
  }
}

/** About how many seconds `jobs` threads still need; `first` cells were done when it began, `passed` seconds ago. */
export function secondsLeft(
  { done, fraction, estimate }: Progress,
  { jobs, first, passed }: { readonly jobs: number; readonly first: number; readonly passed: number }
): number {
  // How fast this machine is can be told when some of its own cells are done.
  const total = done > first ? passed / fraction : Math.max(estimate / jobs, passed)
  return Math.max(0, total - passed)
}
