/** Opens the dashboard on this terminal and closes it again; between them, nothing else is printed there. */
import { existsSync, writeFileSync } from 'node:fs'
import type { Experiment } from '../experiment/schema.ts'
import type { Command, SessionNews } from '../session/protocol.ts'
import { drawFrame, placesOf } from './frame.ts'
import { Store } from './store.ts'
import { summaryOf } from './summary.ts'
import type { Capabilities } from './terminal.ts'

/** Between two frames, if something is new; keys are answered at once, and so is what they ask of the session. */
const FRAME_MS = 250
/** The same while an episode of the opened peer is to be seen. */
const MOVING_MS = 100
/** Between two texts for a screen reader, unless something happens. */
const READ_MS = 15_000
const URGENT: ReadonlySet<SessionNews['kind']> = new Set(['note', 'happened', 'waiting', 'comparing'])
/** A frame that takes longer makes frames rarer, so that drawing takes at most this share of the time. */
const DRAWING_SHARE = 0.15

export interface DashboardOptions {
  readonly experiment: Experiment
  readonly isRecord: boolean
  readonly capabilities: Capabilities
  readonly send: (command: Command) => void
}

export interface Dashboard {
  hear(news: SessionNews): void
  /** The session is over; the screen stays until it is left. */
  end(status: 'finished' | 'interrupted' | 'target-missed'): void
  /** Resolves when the user leaves. Rejects with what the dashboard failed with. */
  readonly left: Promise<void>
  /** Gives the terminal back as it was. May be called twice. */
  close(): Promise<void>
}

export async function openDashboard(options: DashboardOptions): Promise<Dashboard> {
  // React and its reconciler choose their builds when they are imported, and must choose alike.
  process.env.NODE_ENV ??= 'production'
  const { renderApp } = await import('./app.ts')
  const { experiment, isRecord, capabilities, send } = options
  const { stdout } = process
  let leave: () => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const left = new Promise<void>((resolve, reject) => {
    leave = resolve
    fail = reject
  })
  // Whoever awaits it later gets the error all the same.
  left.catch(() => {})
  const store = new Store(experiment, isRecord, {
    send,
    leave,
    write: (scene, view) => {
      const surface = drawFrame(scene, view, stdout.columns, stdout.rows, capabilities.symbols)
      return writeSnapshot(`${summaryOf(scene)}\n\n${surface.text}\n`, scene.now?.round ?? 0)
    },
    clock: () => performance.now() / 1000
  })

  let isClosed = false
  let show: (isAnew: boolean) => void = () => {}
  let nextMs = 0
  let dueMs = 0
  const isRead = process.env.INK_SCREEN_READER === 'true'
  const tick = (): void => {
    if (performance.now() < nextMs || !store.tick()) return
    if (isRead) nextMs = performance.now() + READ_MS
    show(false)
  }
  const isPeerShown = (): boolean =>
    !isRead &&
    store.view.helpPage === null &&
    placesOf(store.scene, store.view, stdout.columns, stdout.rows).some(({ panel }) => panel === 'peer')
  const beat = (): void => {
    const now = performance.now()
    if (now >= dueMs) {
      dueMs = now + FRAME_MS - MOVING_MS / 2
      tick()
    } else if (now >= nextMs && isPeerShown() && store.move()) show(false)
  }
  const redraw = (): void => show(true)
  const timer = setInterval(beat, MOVING_MS)
  const giveBack = capture(text => store.note(text))
  process.on('uncaughtException', fail)
  process.on('SIGWINCH', redraw)

  const app = renderApp(
    {
      store,
      capabilities,
      subscribe: again => {
        show = again
        return () => {
          show = () => {}
        }
      },
      timed: draw => {
        const start = performance.now()
        draw()
        const end = performance.now()
        nextMs = end + (end - start) / DRAWING_SHARE - MOVING_MS
      }
    },
    { alternateScreen: true, exitOnCtrlC: false, patchConsole: false, interactive: true }
  )
  app.waitUntilExit().then(leave, fail)

  return {
    hear: news => {
      if (isClosed) return
      const isAnswer = store.hear(news)
      if (isRead && URGENT.has(news.kind)) nextMs = 0
      if (isAnswer) tick()
    },
    end: status => {
      store.end(status)
      nextMs = 0
    },
    left,
    async close() {
      isClosed = true
      clearInterval(timer)
      process.off('uncaughtException', fail)
      process.off('SIGWINCH', redraw)
      app.unmount()
      await app.waitUntilExit().catch(() => {})
      // What is typed from here on is for the shell.
      process.stdin.pause()
      giveBack()
    }
  }
}

/** Lines that somebody prints on stderr go to `tell` until the function that it returns is called. */
function capture(tell: (line: string) => void): () => void {
  const { write } = process.stderr
  process.stderr.write = (chunk: string | Uint8Array): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    for (const line of text.split('\n')) if (line.trim() !== '') tell(line)
    return true
  }
  return () => {
    process.stderr.write = write
  }
}

/** Returns what became of it, in words. */
function writeSnapshot(text: string, round: number): string {
  let name = `murmur-round-${round}.txt`
  for (let copy = 2; existsSync(name); copy++) name = `murmur-round-${round}-${copy}.txt`
  try {
    writeFileSync(name, text)
    return `the screen is in ${name}`
  } catch (error) {
    return `the screen cannot be written to ${name}: ${error instanceof Error ? error.message : error}`
  }
}
