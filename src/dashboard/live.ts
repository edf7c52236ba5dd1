/** Opens a screen on this terminal and closes it again; between them, nothing else is printed there. */
import type { Screen } from './screen.ts'
import type { Colours } from './styles.ts'

/** Between two frames, if something is new; keys are answered at once. */
const FRAME_MS = 250
/** The same while something moves by itself. */
const MOVING_MS = 100
/** Between two texts for a screen reader, unless something happens. */
const READ_MS = 15_000
/** A frame that takes longer makes frames rarer, so that drawing takes at most this share of the time. */
const DRAWING_SHARE = 0.15

/** A screen that is open. */
export interface Live {
  /** Looks at once whether there is something new to show. */
  refresh(): void
  /** What is new is worth telling a screen reader before its next text is due. */
  hurry(): void
  /** Resolves when the user leaves. Rejects with what the screen failed with. */
  readonly left: Promise<void>
  /** Gives the terminal back as it was. May be called twice. */
  close(): Promise<void>
}

/** Seconds, from some origin. */
export const clock = (): number => performance.now() / 1000

/** Whoever resolves `leaving` wants to leave; it is rejected with what the screen fails with. */
export async function openScreen(
  screen: Screen,
  colours: Colours,
  leaving: PromiseWithResolvers<void>
): Promise<Live> {
  // React and its reconciler choose their builds when they are imported, and must choose alike.
  process.env.NODE_ENV ??= 'production'
  const { renderApp } = await import('./app.ts')
  const { stdout } = process
  const { promise: left, resolve: leave, reject: fail } = leaving
  // Whoever awaits it later gets the error all the same.
  left.catch(() => {})

  let isClosed = false
  let show: (isAnew: boolean) => void = () => {}
  let nextMs = 0
  let dueMs = 0
  const isRead = process.env.INK_SCREEN_READER === 'true'
  const tick = (): void => {
    if (performance.now() < nextMs || !screen.tick()) return
    if (isRead) nextMs = performance.now() + READ_MS
    show(false)
  }
  const beat = (): void => {
    const now = performance.now()
    if (now >= dueMs) {
      dueMs = now + FRAME_MS - MOVING_MS / 2
      tick()
    } else if (now >= nextMs && !isRead && screen.move?.(stdout.columns, stdout.rows) === true) show(false)
  }
  const redraw = (): void => show(true)
  const timer = setInterval(beat, MOVING_MS)
  const giveBack = capture(text => screen.note(text))
  process.on('uncaughtException', fail)
  process.on('SIGWINCH', redraw)

  const app = renderApp(
    {
      screen,
      colours,
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
  app.waitUntilExit().then(() => leave(), fail)

  return {
    refresh: () => {
      if (!isClosed) tick()
    },
    hurry: () => {
      if (isRead) nextMs = 0
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
