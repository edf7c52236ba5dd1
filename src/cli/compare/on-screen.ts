/** A comparison on the screen of a terminal, from its first phase on, until it is left. */
import type { Comparison } from '../../compare/comparison.ts'
import type { Phase } from '../../dashboard/contest/scene.ts'
import { contestScreen } from '../../dashboard/contest/screen.ts'
import type { Symbols } from '../../dashboard/glyphs.ts'
import { clock, type Live, openScreen } from '../../dashboard/live.ts'
import { capabilitiesOf } from '../../dashboard/terminal.ts'
import type { Onlooker } from './onlooker.ts'
import { ContestWatcher } from './watcher.ts'

interface ScreenOptions {
  /** How many phases there will be. */
  readonly parts: number
  readonly symbols: Symbols | undefined
  /** Is aborted where the screen is left before all is done, and closes it. */
  readonly stopping: AbortController
}

/** When all is done the screen stays until it is left. */
export function contestOnScreen({ parts, symbols: wanted, stopping }: ScreenOptions): Onlooker {
  const { colours, symbols } = capabilitiesOf(process.env, wanted)
  const leaving = Promise.withResolvers<void>()
  const printed: string[] = []
  let watcher: ContestWatcher | undefined
  let live: Live | undefined

  async function open(phase: Phase, comparison: Comparison, jobs: number): Promise<void> {
    const made = new ContestWatcher(parts, phase, comparison, jobs, clock)
    watcher = made
    const host = {
      scene: () => made.scene(),
      leave: leaving.resolve,
      note: (text: string) => printed.push(text)
    }
    live = await openScreen(contestScreen(host, symbols), colours, leaving)
    live.left.then(stop, stop)
  }
  const stop = (): void => stopping.abort()

  return {
    async begin(phase, comparison, jobs) {
      if (watcher === undefined) return open(phase, comparison, jobs)
      watcher.begin(phase, comparison, jobs)
      live?.hurry()
    },
    hearRun: run => watcher?.hearRun(run),
    hearProgress: progress => watcher?.hearProgress(progress),
    end: () => {},
    async finish() {
      if (!stopping.signal.aborted) {
        watcher?.end()
        live?.hurry()
        live?.refresh()
      }
      await Promise.race([live?.left, aborted(stopping.signal)])
    },
    async close() {
      await live?.close()
      for (const line of printed.splice(0)) process.stderr.write(`${line}\n`)
    }
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
