/** A screen on a terminal: Ink has the keys and the size, frames are written cell by cell; screen readers get sentences. */
import {
  type Instance,
  type RenderOptions,
  render,
  Text,
  useInput,
  useIsScreenReaderEnabled,
  useStdout,
  useWindowSize
} from 'ink'
import {
  createElement,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef
} from 'react'
import { pressed } from './pressed.ts'
import type { Screen } from './screen.ts'
import type { Colours } from './styles.ts'
import type { Surface } from './surface.ts'

/** Between them a terminal shows nothing half done. */
const [TOGETHER, DONE] = ['\x1b[?2026h', '\x1b[?2026l']
/** Where nothing that is printed there scrolls the screen. */
const HOME = '\x1b[H'

interface AppProps {
  readonly screen: Screen
  readonly colours: Colours
  /** Calls `show` when the screen should be drawn, `isAnew` if nothing is known of what is there; returns how to stop that. */
  readonly subscribe: (show: (isAnew: boolean) => void) => () => void
  /** Draws a frame, and may look how long it takes. */
  readonly timed: (draw: () => void) => void
}

function App({ screen, colours, subscribe, timed }: AppProps): ReactNode {
  const { columns, rows } = useWindowSize()
  const { stdout } = useStdout()
  const isRead = useIsScreenReaderEnabled()
  const onScreen = useRef<Surface>(undefined)
  const [, show] = useReducer((count: number) => count + 1, 0)
  const showing = useCallback((isAnew: boolean): void => {
    if (isAnew) onScreen.current = undefined
    show()
  }, [])
  useEffect(() => subscribe(showing), [subscribe, showing])
  useInput((input, key) => {
    const names = pressed(input, key)
    for (const name of names) screen.press(name, columns, rows)
    // As by ctrl-l elsewhere, when something else has printed there.
    showing(names.length === 0)
  })
  useLayoutEffect(() => {
    if (isRead) return
    timed(() => {
      const frame = screen.draw(columns, rows)
      const changes = frame.changesFrom(onScreen.current, colours)
      onScreen.current = frame
      if (changes !== '') stdout.write(TOGETHER + changes + HOME + DONE)
    })
  })
  return isRead ? createElement(Text, null, screen.spoken()) : null
}

/** Puts a screen on the terminal. */
export const renderApp = (props: AppProps, options: RenderOptions): Instance =>
  render(createElement(App, props), options)
