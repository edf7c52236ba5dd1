/** How far cells are that are being computed: a bar with the time to go, on stderr. */
import type { Progress } from '../cells/compute.ts'
import { duration } from '../report/format.ts'

const BAR = 24
const REDRAW_MS = 500
const PIPE_INTERVAL_MS = 5000

/** Rewritten on a terminal, a line now and then elsewhere. On a terminal lines stand above it that are renewed as often. */
export function cellsProgress(
  jobs: number,
  above: () => readonly string[] = () => []
): { show: (progress: Progress) => void; end: () => void } {
  const { stderr } = process
  const begun = performance.now()
  let last: Progress | undefined
  /** How many cells were done when it began. */
  let first = 0
  let saidMs = begun
  let standing: readonly string[] = []

  function line({ done, cells, fraction, estimate }: Progress): string {
    const passed = (performance.now() - begun) / 1000
    // How fast this machine is can be told when some of its own cells are done.
    const total = done > first ? passed / fraction : Math.max(estimate / jobs, passed)
    const filled = Math.round(BAR * fraction)
    const left = Math.max(0, total - passed)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`
    return `${bar} ${done}/${cells} cells · ${duration(passed)} · about ${duration(left)} to go`
  }
  function clear(): void {
    stderr.write(standing.length > 0 ? `\r\x1b[${standing.length}A\x1b[J` : '\r\x1b[2K')
    standing = []
  }
  function write(): void {
    if (last === undefined || !stderr.isTTY) return
    clear()
    standing = above()
    stderr.write([...standing, line(last)].join('\n'))
  }
  function renewLine(): void {
    if (last !== undefined) stderr.write(`\r\x1b[2K${line(last)}`)
  }
  const timer = stderr.isTTY ? setInterval(write, REDRAW_MS) : undefined
  return {
    show(progress) {
      if (last === undefined) first = progress.done
      last = progress
      if (stderr.isTTY) renewLine()
      else if (performance.now() - saidMs >= PIPE_INTERVAL_MS) {
        saidMs = performance.now()
        stderr.write(`${line(progress)}\n`)
      }
    },
    end() {
      clearInterval(timer)
      if (last !== undefined && stderr.isTTY) clear()
    }
  }
}
